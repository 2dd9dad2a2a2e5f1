//! The names of a chart's series, each with its colour, shape and dash.

use super::markup::escape;
use super::{Chart, Series};
use std::fmt::Write as _;

/// The most series that a legend lists; more than that nobody can tell apart.
const MOST_SERIES: usize = 60;
/// The radius of the marker in a swatch.
const RADIUS: f64 = 4.5;

/// A list of a chart's series, to stand under its SVG. Empty for a bar chart, whose rows have their names.
pub fn legend(chart: &Chart) -> String {
    let series = chart.series();
    if series.is_empty() {
        return String::new();
    }
    let mut list = String::from(r#"<ul class="chart-legend">"#);
    for series in series.iter().take(MOST_SERIES) {
        let _ = write!(
            list,
            r#"<li data-series="{}">{}{}</li>"#,
            escape(&series.key),
            swatch(series),
            escape(&series.name)
        );
    }
    if let Some(more) = series.len().checked_sub(MOST_SERIES).filter(|more| *more > 0) {
        let _ = write!(list, "<li>and {} more series</li>", crate::format::count(more));
    }
    list.push_str("</ul>");
    list
}

fn swatch(series: &Series) -> String {
    format!(
        r#"<svg class="chart-svg" viewBox="0 0 30 14" width="30" height="14" aria-hidden="true">{}</svg>"#,
        sample(series, 0.0, 7.0)
    )
}

/// A line with a marker on it, 30 units wide, starting at `x`, `y`.
pub(super) fn sample(series: &Series, x: f64, y: f64) -> String {
    let style = series.style;
    let line = if series.frontier.len() > 1 {
        format!(r#"<path class="line {} {}" d="M{x} {y}h30"/>"#, style.color_class(), style.dash_class())
    } else {
        String::new()
    };
    let outline = style.outline(RADIUS);
    format!(r#"{line}<path class="mark {}" d="M{} {y}{outline}"/>"#, style.color_class(), x + 15.0)
}
