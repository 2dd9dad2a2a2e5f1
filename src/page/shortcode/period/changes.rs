//! The changes that were confirmed in some days: each as a small drawing, and all in a table.

use super::Days;
use crate::{
    analysis::{Analysis, Change, NewChange, SeriesKey},
    format,
    html::Escaped,
    page::{
        charts::{day_words, point_label},
        measurement::configuration,
        table::{Cell, Column, Table},
        trends::{
            change::{drawing, explanation, interval, medians, percent, reservation, turn_word},
            change_href, trend_href,
        },
        workload::full_series_name,
    },
};
use std::{collections::BTreeMap, fmt::Write};

pub(super) fn html(analysis: &Analysis<'_>, days: Days) -> String {
    let news = analysis.news(days);
    let watched = format::plural(news.watched, "configuration", "configurations");
    if news.changes.is_empty() {
        return format!("<p class=\"notice\">No change was confirmed in these days; watched: {watched}.</p>");
    }
    let columns = vec![
        Column::words("Model, workload"),
        Column::words("Change"),
        Column::words("Of"),
        Column::words("Last run before"),
        Column::words("First run after"),
        Column::words("What else changed, as the sources state it"),
    ];
    let rows = news.changes.iter().map(|new| row(analysis, &new.series, &new.change)).collect();
    let caption = format!("Confirmed from {} to {}, of {watched}", days.from, days.until);
    format!("{}{}", drawings(analysis, &news.changes), Table { caption, columns, rows }.html())
}

fn work(analysis: &Analysis<'_>, key: &SeriesKey) -> String {
    format!("{}, {}", analysis.catalog.model_name(&key.model), key.workload.name())
}

/// Each history up to these days as a small drawing, those of a series together.
fn drawings(analysis: &Analysis<'_>, changes: &[NewChange<'_>]) -> String {
    let mut series: BTreeMap<&SeriesKey, Vec<&NewChange<'_>>> = BTreeMap::new();
    for new in changes {
        series.entry(&new.series).or_default().push(new);
    }
    let mut html = String::from(
        "<p>Run by run up to these days, oldest on the left, each with a scale of its own; the triangle marks the first run after the \
         change.</p><ul class=\"multiples\">",
    );
    for (key, changes) in series {
        let name = format!("{}, {}", full_series_name(analysis, key), work(analysis, key));
        let _ = write!(html, "<li><a href=\"{}\">{}</a><ul>", Escaped(&trend_href(key)), Escaped(&name));
        changes.into_iter().for_each(|new| small(&mut html, new));
        html.push_str("</ul></li>");
    }
    html.push_str("</ul>");
    html
}

fn small(html: &mut String, NewChange { series, change, values }: &NewChange<'_>) {
    let _ = write!(
        html,
        "<li><a class=\"multiple\" href=\"{}\"><span>{}</span>{}<span><b>{}</b></span> <small>{}, {}</small></a></li>",
        Escaped(&change_href(series, change)),
        Escaped(&point_label(change.after.measurement)),
        drawing(values, change),
        Escaped(&percent(change)),
        Escaped(change.metric.name()),
        format::plural(values.len(), "run", "runs"),
    );
}

fn row(analysis: &Analysis<'_>, key: &SeriesKey, change: &Change<'_>) -> Vec<Cell> {
    let Change { metric, before, after, .. } = change;
    let how = format!(
        "{}, {}, {}",
        full_series_name(analysis, key),
        configuration(after.measurement),
        point_label(after.measurement)
    );
    let sure = interval(change).or_else(|| reservation(change)).unwrap_or_default();
    vec![
        Cell::link(work(analysis, key), change_href(key, change)).remark(how),
        Cell::text(format!("{}, {}", turn_word(change), percent(change))).remark(sure),
        Cell::text(metric.name()).remark(medians(change)),
        Cell { class: "day", ..Cell::link(day_words(before.run), before.href()) },
        Cell { class: "day", ..Cell::link(day_words(after.run), after.href()) },
        Cell { class: "explained", ..Cell::text(explanation(change)) },
    ]
}
