//! The face that needs no eyes for pictures: a table of every measurement with its whole configuration.

use super::bars::{GAP, known};
use super::markup::escape;
use super::number::{counted, readable};
use super::{Bar, Chart, Kind, Point, Series};
use std::fmt::Write as _;

/// The most rows of a table in a page. The CSV file always has all.
pub(super) const MOST_ROWS: usize = 200;
/// What stands in a cell whose value isn't known.
const UNKNOWN: &str = "–";

/// A point with what the table says of it beside its own values.
struct Row<'a> {
    series: &'a Series,
    point: &'a Point,
    frontier: bool,
}

/// A chart's table. Each row starts with a link to its measurement. Of more than 200 measurements it shows those on
/// a frontier first of all, and a sentence says where the others are.
pub fn table(chart: &Chart) -> String {
    match &chart.kind {
        Kind::Scatter(_) | Kind::Timeline(_) => points(chart, chart.series()),
        Kind::Bars(bars) if bars.is_empty() => nothing(),
        Kind::Bars(bars) => rows_of_bars(chart, bars),
    }
}

fn nothing() -> String {
    "<p>No measurements.</p>".to_owned()
}

fn points(chart: &Chart, all: &[Series]) -> String {
    let rows = rows(all);
    let total = rows.len();
    let Some(first) = rows.first() else {
        return nothing();
    };
    let mut table = opening(chart);
    push_header(&mut table, "Measurement", false);
    push_header(&mut table, "Series", false);
    push_header(&mut table, &chart.x.with_unit(), true);
    push_header(&mut table, &chart.y.with_unit(), true);
    for (name, _) in &first.point.details {
        push_header(&mut table, name, false);
    }
    table.push_str("</tr></thead><tbody>");
    for row in shortened(rows) {
        push_row(&mut table, chart, &row);
    }
    table.push_str("</tbody></table>");
    if total > MOST_ROWS {
        let _ =
            write!(table, "<p>{MOST_ROWS} of {}; the CSV file has all.</p>", counted(total, "measurement"));
    }
    table
}

fn rows(all: &[Series]) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    for series in all {
        rows.extend(series.points.iter().enumerate().map(|(index, point)| Row {
            series,
            point,
            frontier: series.frontier.contains(&index),
        }));
    }
    rows
}

/// The rows that are shown, in their order: of too many, frontier points before others.
fn shortened(mut rows: Vec<Row<'_>>) -> Vec<Row<'_>> {
    if rows.len() <= MOST_ROWS {
        return rows;
    }
    let frontier = rows.iter().filter(|row| row.frontier).count().min(MOST_ROWS);
    let mut others = MOST_ROWS - frontier;
    let mut leading = frontier;
    rows.retain(|row| {
        let room = if row.frontier { &mut leading } else { &mut others };
        let kept = *room > 0;
        *room = room.saturating_sub(1);
        kept
    });
    rows
}

fn push_row(table: &mut String, chart: &Chart, row: &Row<'_>) {
    push_link(table, &row.point.href, &row.point.label);
    let frontier = if row.frontier && chart.has_frontier() { " (frontier)" } else { "" };
    let _ = write!(table, "<td>{}{frontier}</td>", escape(&row.series.name));
    for (axis, value) in [(&chart.x, row.point.x), (&chart.y, row.point.y)] {
        let text = if value.is_finite() { axis.readable(value) } else { UNKNOWN.to_owned() };
        let _ = write!(table, r#"<td class="num">{text}</td>"#);
    }
    for (_, value) in &row.point.details {
        let class = if value.parse::<f64>().is_ok() { r#" class="num""# } else { "" };
        let _ = write!(table, "<td{class}>{}</td>", escape(value));
    }
    table.push_str("</tr>");
}

fn rows_of_bars(chart: &Chart, bars: &[Bar]) -> String {
    let mut table = opening(chart);
    push_header(&mut table, "Name", false);
    push_header(&mut table, &chart.x.with_unit(), true);
    table.push_str("</tr></thead><tbody>");
    for bar in bars {
        push_link(&mut table, &bar.href, &bar.name);
        let value = known(bar).map_or_else(|| GAP.to_owned(), readable);
        let _ = write!(table, r#"<td class="num">{value}</td></tr>"#);
    }
    table.push_str("</tbody></table>");
    table
}

fn opening(chart: &Chart) -> String {
    format!("<table><caption>{}</caption><thead><tr>", escape(&chart.title))
}

fn push_header(table: &mut String, name: &str, numeric: bool) {
    let class = if numeric { r#" class="num""# } else { "" };
    let _ = write!(table, r#"<th scope="col"{class}>{}</th>"#, escape(name));
}

fn push_link(table: &mut String, href: &str, text: &str) {
    let text = escape(text);
    let cell =
        if href.is_empty() { text.to_string() } else { format!(r#"<a href="{}">{text}</a>"#, escape(href)) };
    let _ = write!(table, r#"<tr><th scope="row">{cell}</th>"#);
}
