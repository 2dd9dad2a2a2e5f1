//! The face that a page shows at once: an SVG with no style of its own, all of it in `chart.css`.

use super::bars;
use super::drawn::{DrawnSeries, drawn};
use super::frame::{Frame, HEIGHT, WIDTH};
use super::marker::{RADIUS, SMALL, push_pair};
use super::markup::escape;
use super::{Chart, Kind, Point, Timeline, timeline};
use std::fmt::Write as _;

/// Draws a chart. The SVG is as wide as its place; its title and description are the chart's title and summary. Points
/// without a finite value, or without a place on a logarithmic axis, are left out, and long series are thinned:
/// [`notes`](super::notes) says so.
pub fn svg(chart: &Chart) -> String {
    let (height, body) = drawing(chart);
    let id = escape(&chart.id);
    format!(
        concat!(
            r#"<svg class="chart-svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" "#,
            r#"aria-labelledby="{id}-title {id}-desc"><title id="{id}-title">{title}</title>"#,
            r#"<desc id="{id}-desc">{summary}</desc>{body}</svg>"#
        ),
        width = WIDTH,
        height = height,
        id = id,
        title = escape(&chart.title),
        summary = escape(&chart.summary),
        body = body,
    )
}

/// The height of a chart's drawing.
pub(super) fn height(chart: &Chart) -> f64 {
    match &chart.kind {
        Kind::Scatter(_) | Kind::Timeline(_) => HEIGHT,
        Kind::Bars(bars) => bars::height(bars),
    }
}

/// The height of a chart's drawing, and what is in it.
pub(super) fn drawing(chart: &Chart) -> (f64, String) {
    let body = match &chart.kind {
        Kind::Scatter(_) => scatter(chart, &Timeline::default()),
        Kind::Timeline(timeline) => scatter(chart, timeline),
        Kind::Bars(bars) => bars::draw(chart, bars),
    };
    (height(chart), body)
}

/// Series of points; plateaus behind them and changes in front, where there are any.
fn scatter(chart: &Chart, timeline: &Timeline) -> String {
    let series = drawn(chart);
    let frame = Frame::of(chart, &series);
    if series.iter().all(|series| series.len() == 0) {
        return format!(
            r#"<text class="nothing" x="{}" y="{}">No measurements</text>"#,
            WIDTH / 2.0,
            HEIGHT / 2.0
        );
    }
    let mut body = frame.axes(chart);
    timeline::push_levels(&mut body, timeline, &frame);
    let series: Vec<DrawnSeries<'_>> = series.into_iter().map(|series| series.thinned(&frame)).collect();
    for series in series.iter().filter(|series| !series.frontier.is_empty()) {
        push_marks(&mut body, "dominated", series, &series.others, &frame);
    }
    for series in &series {
        push_line(&mut body, series, &frame);
        let leading = if series.frontier.is_empty() { &series.others } else { &series.frontier };
        let class = if chart.has_frontier() { "mark" } else { "mark small" };
        push_marks(&mut body, class, series, leading, &frame);
    }
    timeline::push_marks(&mut body, timeline, &frame);
    body
}

/// The frontier as straight lines from point to point: nothing is claimed about what lies between.
fn push_line(body: &mut String, series: &DrawnSeries<'_>, frame: &Frame) {
    if series.frontier.len() < 2 {
        return;
    }
    let style = series.series.style;
    let mut path = String::from("M");
    for (index, point) in series.frontier.iter().enumerate() {
        let (x, y) = frame.place(point);
        if index > 0 {
            path.push(' ');
        }
        push_pair(&mut path, x, y);
    }
    let _ = write!(body, r#"<path class="line {} {}" d="{path}"/>"#, style.color_class(), style.dash_class());
}

/// All markers of one kind of a series in one path: an element for each would triple the bytes.
fn push_marks(body: &mut String, class: &str, series: &DrawnSeries<'_>, points: &[&Point], frame: &Frame) {
    if points.is_empty() {
        return;
    }
    let style = series.series.style;
    let outline = style.outline(if class == "mark" { RADIUS } else { SMALL });
    let _ = write!(body, r#"<path class="{class} {}" d=""#, style.color_class());
    for point in points {
        let (x, y) = frame.place(point);
        body.push('M');
        push_pair(body, x, y);
        body.push_str(&outline);
    }
    body.push_str(r#""/>"#);
}
