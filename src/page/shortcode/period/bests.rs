//! The measurements of some days that beat everything before them.

use super::Days;
use crate::{
    analysis::{Analysis, Metric, NewBest, new_bests},
    format,
    page::{
        charts::day_words,
        measurement::configuration,
        table::{Cell, Column, Table},
        workload::LEVELS,
    },
};

/// So many are shown; the others are counted.
const MOST: usize = 25;

pub(super) fn found<'a>(analysis: &Analysis<'a>, days: Days) -> Vec<NewBest<'a>> {
    new_bests(
        &analysis.catalog.runs,
        days,
        &LEVELS,
        &analysis.economics,
        analysis.noise(Metric::ThroughputPerAccelerator),
    )
}

pub(super) fn html(analysis: &Analysis<'_>, days: Days) -> String {
    let (within, beyond): (Vec<_>, Vec<_>) =
        found(analysis, days).into_iter().partition(NewBest::is_within_noise);
    let within = match within.len() {
        0 => String::new(),
        count => format!(
            "{} no more than the noise between adjacent runs, and not listed.",
            format::plural(count, "further one is", "further ones are")
        ),
    };
    if beyond.is_empty() {
        return format!("<p class=\"notice\">Nothing beat everything before it. {within}</p>");
    }
    let columns = vec![
        Column::words("Model, workload, accelerator, precision"),
        Column::figures("At or above", "tok/s/user"),
        Column::figures("Before", "tok/s/accelerator"),
        Column::figures("Now", "tok/s/accelerator"),
        Column::figures("Gain", "times"),
    ];
    let rows = beyond.iter().take(MOST).map(|best| row(analysis, best)).collect();
    let caption = format!("Most throughput so far, from {} to {}", days.from, days.until);
    let more = match beyond.len().saturating_sub(MOST) {
        0 => String::new(),
        count => format!("{} with smaller gains. ", format::plural(count, "more", "more")),
    };
    let note = format!("{more}{within}");
    let note = if note.is_empty() { String::new() } else { format!("<p class=\"note\">{note}</p>") };
    format!("{}{note}", Table { caption, columns, rows }.html())
}

fn row(analysis: &Analysis<'_>, best: &NewBest<'_>) -> Vec<Cell> {
    let catalog = analysis.catalog;
    let (model, workload, accelerator, precision) = &best.of;
    let what = format!(
        "{}, {}, {}, {}",
        catalog.model_name(model),
        workload.name(),
        catalog.accelerator_name(accelerator),
        precision.as_str().to_uppercase()
    );
    let of = |(entry, value): (crate::analysis::Entry<'_>, f64)| {
        let framework = catalog.framework_name(&entry.measurement.framework.key);
        Cell::link(format::figure(value), entry.href())
            .remark(format!("{framework}, {}", day_words(entry.run)))
    };
    vec![
        Cell::text(what).remark(configuration(best.now.0.measurement)),
        Cell::figure(Some(best.level)),
        of(best.before),
        of(best.now),
        Cell::text(format!("{:.2}", best.ratio())),
    ]
}
