//! A drawing that stands alone, outside of any page: `<id>.svg`.

use super::frame::WIDTH;
use super::legend::sample;
use super::markup::escape;
use super::{Chart, Series, palette, svg};
use std::fmt::Write as _;

/// Free space around the drawing.
const BORDER: f64 = 16.0;
/// Room for the title above the drawing.
const TITLE: f64 = 36.0;
/// The height of a row of the legend, which has two columns.
const ROW: f64 = 22.0;
/// Longer names are cut.
const LONGEST_NAME: usize = 36;

/// An SVG file with everything in it: title, drawing, legend, and the light theme's colours. It uses no custom
/// properties, so that it looks the same in any program that shows SVG.
pub fn svg_document(chart: &Chart) -> String {
    let (drawing_height, body) = svg::drawing(chart);
    let series = chart.series();
    let legend_height = ROW * series.len().div_ceil(2) as f64;
    let width = WIDTH + 2.0 * BORDER;
    let height = TITLE + drawing_height + legend_height + 2.0 * BORDER;
    format!(
        concat!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" class="chart-svg" viewBox="0 0 {width} {height}" "#,
            r#"width="{width}" height="{height}" font-family="sans-serif" role="img">"#,
            "<title>{title}</title><desc>{summary}</desc><style>{style}</style>",
            r#"<path class="paper" d="M0 0h{width}v{height}H0z"/>"#,
            r#"<text class="title" x="{border}" y="34">{title}</text>"#,
            r#"<g transform="translate({border} {top})">{body}</g>"#,
            r#"<g transform="translate({border} {below})">{legend}</g></svg>"#,
            "\n"
        ),
        width = width,
        height = height,
        title = escape(&chart.title),
        summary = escape(&chart.summary),
        style = palette::drawing_rules(),
        border = BORDER,
        top = BORDER + TITLE,
        body = body,
        below = BORDER + TITLE + drawing_height,
        legend = legend(series),
    )
}

fn legend(series: &[Series]) -> String {
    let mut rows = String::new();
    for (index, series) in series.iter().enumerate() {
        let x = WIDTH / 2.0 * (index % 2) as f64;
        let y = ROW * ((index / 2) as f64 + 0.5);
        let name: String = series.name.chars().take(LONGEST_NAME).collect();
        let _ = write!(
            rows,
            r#"{}<text x="{}" y="{y}" dy=".35em">{}</text>"#,
            sample(series, x, y),
            x + 38.0,
            escape(&name)
        );
    }
    rows
}
