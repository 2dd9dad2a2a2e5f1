//! A chart as it stands in a page, complete without scripts.

use super::frame::WIDTH;
use super::markup::escape;
use super::number::counted;
use super::svg::height;
use super::{Chart, Kind, legend, notes, svg, table};
use std::fmt::Write as _;

/// Where a figure stands, and what lies beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// The address of its page, from the site's root, with a slash at both ends.
    pub page: &'a str,
    /// Whether the page's folder holds the chart as `<id>.png`.
    pub png: bool,
}

/// The address of a chart's page for other people's pages, from the site's root.
pub fn embed_href(page: &str, id: &str) -> String {
    format!("/embed{page}{id}/")
}

/// What stands in a text for the figure of a chart until the text's page is rendered. No text from outside can hold it, since
/// markup in texts is shown as text.
pub fn slot(id: &str) -> String {
    format!("<!--chart {}-->", escape(id))
}

/// The width that a frame on another page is proposed with, in pixels. It may be narrower; the chart fits.
const FRAME_WIDTH: u32 = 640;
/// Room for title, summary, remarks and source.
const WORDS: f64 = 230.0;
/// The height of a row of the legend, and how many names a row holds.
const ROW: f64 = 26.0;
const NAMES: usize = 3;

/// The size that a chart's frame on another page is proposed with, in pixels: width and height.
pub fn frame_size(chart: &Chart) -> (u32, u32) {
    let height = height(chart);
    let names = chart.series().len();
    let drawing = height * f64::from(FRAME_WIDTH) / WIDTH;
    (FRAME_WIDTH, (drawing + WORDS + ROW * names.div_ceil(NAMES) as f64).round() as u32)
}

/// The `<figure>` of a chart: title and summary, SVG, legend, remarks, downloads, and the table behind a disclosure.
/// The page's folder must hold `<id>.json`, `<id>.csv`, `<id>.svg`. `chart.js` takes it from there.
pub fn figure(chart: &Chart, place: Place<'_>) -> String {
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
        downloads = downloads(chart, place),
        disclosure = disclosure(chart),
    )
}

fn kind(chart: &Chart) -> &'static str {
    match chart.kind {
        Kind::Scatter(_) => "scatter",
        Kind::Bars(_) => "bars",
        Kind::Timeline(_) => "timeline",
    }
}

fn notes_list(chart: &Chart) -> String {
    let mut list = String::new();
    for note in notes(chart) {
        let _ = write!(list, "<li>{}</li>", escape(&note));
    }
    if list.is_empty() { list } else { format!(r#"<ul class="chart-notes">{list}</ul>"#) }
}

fn downloads(chart: &Chart, place: Place<'_>) -> String {
    let (id, title) = (escape(&chart.id), escape(&chart.title));
    let link = |kind: &str, name: &str| {
        format!(r#"<a href="{id}.{kind}" download aria-label="{name} of {title}">{name}</a>"#)
    };
    let (width, height) = frame_size(chart);
    let png = if place.png { format!(" {}", link("png", "PNG")) } else { String::new() };
    format!(
        concat!(
            r#"<p class="chart-downloads">Download {} {} {}{png} "#,
            r##"<span class="chart-share">Share <a href="#{id}" data-share="link" aria-label="Link to {title}">Link</a> "##,
            r#"<a href="{embed}" data-share="embed" data-width="{width}" data-height="{height}" aria-label="Embed {title}">Embed</a></span></p>"#
        ),
        link("csv", "CSV"),
        link("json", "JSON"),
        link("svg", "SVG"),
        png = png,
        id = id,
        title = title,
        embed = escape(&embed_href(place.page, &chart.id)),
        width = width,
        height = height,
    )
}

fn disclosure(chart: &Chart) -> String {
    let (rows, noun) = match &chart.kind {
        Kind::Bars(bars) => (bars.len(), "row"),
        Kind::Scatter(_) | Kind::Timeline(_) => {
            (chart.series().iter().map(|series| series.points.len()).sum(), "measurement")
        }
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
