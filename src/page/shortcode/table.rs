//! `table`: the best of each accelerator and precision at several service levels.

use super::{
    arguments::Arguments,
    selection::{ARGUMENTS, Selection},
    value::metric,
};
use crate::{
    analysis::{Analysis, Metric},
    page::{
        charts::edition_note,
        styles::Styles,
        workload::{LEVELS, answers, grouped},
    },
};

/// The table as HTML.
///
/// # Errors
/// What isn't known or wasn't measured.
pub(super) fn block(analysis: &Analysis<'_>, arguments: &Arguments<'_>) -> Result<String, String> {
    let known: Vec<&str> = ARGUMENTS.into_iter().chain(["metric", "accelerator", "levels"]).collect();
    arguments.only(&known)?;
    let metric = arguments.optional("metric").map_or(Ok(Metric::ThroughputPerAccelerator), metric)?;
    let mut levels = arguments.levels("levels")?;
    if levels.is_empty() {
        levels = LEVELS.to_vec();
    }
    let selections = Selection::of(analysis, arguments)?.on_each(&arguments.list("accelerator"))?;
    let series = selections.iter().flat_map(Selection::series).copied();
    let mut groups = grouped(analysis, &Styles::new(analysis.catalog), series);
    groups.retain(|group| {
        group.entries.iter().any(|it| metric.value(it.measurement, &analysis.economics).is_some())
    });
    if groups.is_empty() {
        let of = selections[0].words();
        return Err(format!("no standing measurement of {of} has the metric `{}`", metric.key()));
    }
    let mut html = answers(analysis, &groups, metric, &levels).html();
    if metric.needs_prices() {
        html.push_str(&format!("<p class=\"note\">{}</p>", crate::html::Escaped(&edition_note(analysis))));
    }
    Ok(html)
}
