//! `value`: a figure in a sentence, computed at build and linked to its measurement, so that it can't grow old.

use super::{
    arguments::Arguments,
    selection::{ARGUMENTS, Selection},
};
use crate::{
    analysis::{Analysis, Entry, Metric, best_at},
    format,
    html::Escaped,
    page::{
        charts::{day_words, edition_note},
        measurement::configuration,
        percentile,
    },
    suggestion::did_you_mean,
};

/// The best measured figure among the measurements that reach a service level, with its unit, as a link.
///
/// # Errors
/// What isn't known, wasn't measured, or has no such figure.
pub(super) fn phrase(analysis: &Analysis<'_>, arguments: &Arguments<'_>) -> Result<String, String> {
    let known: Vec<&str> = ARGUMENTS.into_iter().chain(["metric", "accelerator", "at"]).collect();
    arguments.only(&known)?;
    let metric = metric(arguments.required("metric")?)?;
    let selection = Selection::of(analysis, arguments)?.on(arguments.required("accelerator")?)?;
    let (entry, value) = best(analysis, &selection, metric, arguments.level("at")?)?;
    Ok(link(analysis, &entry, metric, &words(metric, value)))
}

/// The metric with this key.
///
/// # Errors
/// When there is none.
pub(super) fn metric(key: &str) -> Result<Metric, String> {
    Metric::ALL.into_iter().find(|metric| metric.key() == key).ok_or_else(|| {
        let known = Metric::ALL.map(Metric::key);
        format!("there is no metric `{key}`{}", did_you_mean(key, &known))
    })
}

/// The best measurement of a selection at a service level.
///
/// # Errors
/// When no measurement has the metric or reaches the level.
pub(super) fn best<'a>(
    analysis: &Analysis<'a>,
    selection: &Selection<'_, 'a>,
    metric: Metric,
    level: Option<f64>,
) -> Result<(Entry<'a>, f64), String> {
    let entries = selection.entries();
    let economics = &analysis.economics;
    if let Some(found) = best_at(&entries, level, metric, economics) {
        return Ok(found);
    }
    let of = selection.words();
    if best_at(&entries, None, metric, economics).is_none() {
        return Err(format!("no standing measurement of {of} has the metric `{}`", metric.key()));
    }
    let most = best_at(&entries, None, Metric::Interactivity, economics);
    let most = most.map_or_else(String::new, |(_, most)| format!("; the most is {}", format::figure(most)));
    let level = level.unwrap_or_default();
    Err(format!(
        "no standing measurement of {of} reaches {level} tok/s/user with that metric{most}. Lower `at`"
    ))
}

/// A figure with its unit, for a sentence: `1,234 tok/s per accelerator`, `$0.44 per million tokens`.
pub(super) fn words(metric: Metric, value: f64) -> String {
    let figure = format::figure(value);
    match metric.unit().rsplit_once('/') {
        Some(("$", per)) => format!("${figure} per {per}"),
        Some((unit, per)) => format!("{figure} {unit} per {per}"),
        None => format!("{figure} {}", metric.unit()),
    }
}

/// A text as a link to its measurement, with the conditions as the link's title.
pub(super) fn link(analysis: &Analysis<'_>, entry: &Entry<'_>, metric: Metric, text: &str) -> String {
    let measurement = entry.measurement;
    let mut conditions = format!(
        "{}: {}, {}, {}, {}; run of {}.",
        metric.name(),
        analysis.catalog.accelerator_name(&measurement.deployment.accelerator),
        analysis.catalog.framework_name(&measurement.framework.key),
        measurement.precision.as_str().to_uppercase(),
        configuration(measurement),
        day_words(entry.run),
    );
    if metric.needs_prices() {
        conditions.push(' ');
        conditions.push_str(&edition_note(analysis));
    }
    // A percentile of too few requests says so in the sentence itself, which may be all that somebody reads.
    let flag = percentile::flag(metric, entry).map_or_else(String::new, |flag| format!(" ({flag})"));
    format!(
        "<a class=\"bound\" href=\"{}\" title=\"{}\">{}</a>{flag}",
        Escaped(&entry.href()),
        Escaped(&conditions),
        Escaped(text)
    )
}
