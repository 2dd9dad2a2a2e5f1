//! A chart as it stands in a page, complete without scripts.

use super::markup::escape;
use super::number::counted;
use super::{Chart, Kind, legend, notes, svg, table};
use std::fmt::Write as _;

/// The `<figure>` of a chart: title and summary, SVG, legend, remarks, downloads, and the table behind a disclosure.
/// The page's folder must hold `<id>.json`, `<id>.csv` and `<id>.svg`. `chart.js` takes it from there.
pub fn figure(chart: &Chart) -> String {
    let id = escape(&chart.id);
    format!(
        concat!(
            r#"<figure class="chart" id="{id}" data-figure="{id}.json" data-kind="{kind}">"#,
            r#"<figcaption><p class="chart-title">{title}</p><p class="chart-summary">{summary}</p></figcaption>"#,
            r#"<div class="chart-box">{svg}</div>{legend}"#,
            r#"<div class="chart-tools"></div>"#,
            "{notes}{downloads}{disclosure}</figure>"
        ),
        id = id,
        kind = kind(chart),
        title = escape(&chart.title),
        summary = escape(&chart.summary),
        svg = svg(chart),
        legend = legend(chart),
        notes = notes_list(chart),
        downloads = downloads(chart),
        disclosure = disclosure(chart),
    )
}

fn kind(chart: &Chart) -> &'static str {
    match chart.kind {
        Kind::Scatter(_) => "scatter",
        Kind::Bars(_) => "bars",
    }
}

fn notes_list(chart: &Chart) -> String {
    let mut list = String::new();
    for note in notes(chart) {
        let _ = write!(list, "<li>{}</li>", escape(&note));
    }
    if list.is_empty() { list } else { format!(r#"<ul class="chart-notes">{list}</ul>"#) }
}

fn downloads(chart: &Chart) -> String {
    let (id, title) = (escape(&chart.id), escape(&chart.title));
    let link = |kind: &str, name: &str| {
        format!(r#"<a href="{id}.{kind}" download aria-label="{name} of {title}">{name}</a>"#)
    };
    format!(
        r#"<p class="chart-downloads">Download {} {} {}</p>"#,
        link("csv", "CSV"),
        link("json", "JSON"),
        link("svg", "SVG")
    )
}

fn disclosure(chart: &Chart) -> String {
    let (rows, noun) = match &chart.kind {
        Kind::Scatter(series) => (series.iter().map(|series| series.points.len()).sum(), "measurement"),
        Kind::Bars(bars) => (bars.len(), "row"),
    };
    if rows == 0 {
        return String::new();
    }
    format!(
        concat!(
            r#"<details class="chart-data"><summary>Table of {count}</summary>"#,
            r#"<div class="chart-scroll" role="region" tabindex="0" aria-label="Table: {title}">{table}</div></details>"#
        ),
        count = counted(rows, noun),
        title = escape(&chart.title),
        table = table(chart),
    )
}
