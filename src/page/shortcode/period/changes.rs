//! The changes that were confirmed in some days.

use super::Days;
use crate::{
    analysis::{Analysis, Cause, Change, SeriesKey},
    format,
    page::{
        charts::{day_words, point_label},
        measurement::configuration,
        table::{Cell, Column, Table},
        trends::{change::turn_word, change_href},
        workload::full_series_name,
    },
};

pub(super) fn html(analysis: &Analysis<'_>, days: Days) -> String {
    let news = analysis.news(days);
    let watched = format::plural(news.watched, "configuration", "configurations");
    if news.changes.is_empty() {
        return format!("<p class=\"notice\">No change was confirmed in these days; watched: {watched}.</p>");
    }
    let columns = vec![
        Column::words("Model, workload"),
        Column::words("Turn"),
        Column::figures("Change", "%"),
        Column::words("Of"),
        Column::figures("Before", ""),
        Column::figures("After", ""),
        Column::words("Between"),
        Column::words("And"),
        Column::words("What else the source says changed"),
    ];
    let rows = news.changes.iter().map(|(key, change)| row(analysis, key, change)).collect();
    let caption = format!("Confirmed from {} to {}, of {watched}", days.from, days.until);
    Table { caption, columns, rows }.html()
}

fn row(analysis: &Analysis<'_>, key: &SeriesKey, change: &Change<'_>) -> Vec<Cell> {
    let Change { metric, point, before, after, .. } = change;
    let interval = point.interval.map_or_else(String::new, |interval| {
        let share = |ratio: f64| format::significant(100.0 * (ratio - 1.0), 2).replace('-', "−");
        format!("{} to {}", share(interval.low), share(interval.high))
    });
    let work = format!("{}, {}", analysis.catalog.model_name(&key.model), key.workload.name());
    let how = format!(
        "{}, {}, {}",
        full_series_name(analysis, key),
        configuration(after.measurement),
        point_label(after.measurement)
    );
    let share = format::significant(100.0 * point.relative(), 3);
    let share = if point.relative() > 0.0 { format!("+{share}") } else { share.replace('-', "−") };
    let mut causes: Vec<&str> =
        change.candidates.iter().map(|candidate| what_differs(&candidate.cause)).collect();
    causes.dedup();
    vec![
        Cell::link(work, change_href(key, change)).remark(how),
        Cell::text(turn_word(change)),
        Cell::text(share).remark(interval),
        Cell::text(metric.name()).remark(metric.unit()),
        Cell::figure(Some(point.before)),
        Cell::figure(Some(point.after)),
        Cell::link(day_words(before.run), before.href()).remark("last run before"),
        Cell::link(day_words(after.run), after.href()).remark("first run after"),
        Cell::text(if causes.is_empty() { "Nothing: unexplained".to_owned() } else { causes.join(", ") }),
    ]
}

/// What differs, in a word; the pages of the two runs have the rest.
fn what_differs(cause: &Cause<'_>) -> &'static str {
    match cause {
        Cause::Image(..) => "image",
        Cause::FrameworkVersion(..) => "version",
        Cause::Recipe(..) => "recipe",
        Cause::ExactModel(..) => "checkpoint",
        Cause::Driver(..) => "driver",
        Cause::Changelog(_) => "a changelog entry",
    }
}
