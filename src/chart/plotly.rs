//! The face that answers to a pointer: a Plotly figure, `{data, layout, config}`.
//!
//! It has the SVG's size, margins and axis ranges, so that it can take the SVG's place without a jump. Its colours are
//! those of the light theme; `chart.js` finds the slot of each in the layout's `colorway` and puts in the page's own.
//! Each point's `text` is its whole configuration, its `customdata` (an `ids` entry for bars) the address of its
//! measurement.

use super::bars::{GAP, height, known, margins, range, subject};
use super::drawn::{DrawnSeries, drawn};
use super::frame::{Frame, HEIGHT, WIDTH, X_TICKS, Y_TICKS};
use super::marker::{COLORS, RADIUS, SMALL};
use super::markup::escape;
use super::number::readable;
use super::scale::Extent;
use super::{
    Axis, Bar, Chart, Kind, Level, Mark, Point, Scale, Series, Style, Timeline, palette, ticks, timeline,
};
use plotly::common::{Font, HoverInfo, Line, Marker, MarkerSymbol, Mode, Orientation, TextPosition, Title};
use plotly::configuration::DisplayModeBar;
use plotly::layout::{AxisType, BarMode, HoverMode, Margin, TicksDirection};
use plotly::{Configuration, Layout, Scatter, Traces};
use serde::Serialize;

/// From more points on, drawing is left to WebGL; up to here Plotly's SVG is smooth.
const MOST_SVG_POINTS: usize = 5_000;
/// How far points that are not on their series' frontier stand back. `chart.css` has the same.
const DOMINATED_OPACITY: f64 = 0.4;

/// The look of a plateau, a broad pale line. `chart.css` has the same.
const PLATEAU: f64 = 9.0;
const PLATEAU_OPACITY: f64 = 0.25;
const MILLISECONDS_A_DAY: f64 = 86_400_000.0;

/// The gap between an axis and its labels, beyond Plotly's own: a tick that can't be seen.
const GAP_X: usize = 1;
const GAP_Y: usize = 5;
const TRANSPARENT: &str = "rgba(0,0,0,0)";
/// The share of a row that is not bar.
const BAR_GAP: f64 = 0.375;

/// A figure as Plotly takes it. Not the crate's `Plot`, each of which copies the crate's scripts of several megabytes.
#[derive(Serialize)]
struct Figure {
    data: Traces,
    layout: Layout,
    config: Configuration,
}

/// A chart as the JSON of a Plotly figure.
pub fn plotly_json(chart: &Chart) -> String {
    let (data, layout) = match &chart.kind {
        Kind::Scatter(_) => scatter(chart, &Timeline::default()),
        Kind::Timeline(timeline) => scatter(chart, timeline),
        Kind::Bars(bars) => bar_plot(chart, bars),
    };
    let config = Configuration::new()
        .show_send_to_cloud(false)
        .plotly_server_url("")
        .display_logo(false)
        .display_mode_bar(DisplayModeBar::False)
        .responsive(true);
    // Text and finite numbers always have a JSON form.
    serde_json::to_string(&Figure { data, layout, config }).unwrap_or_default()
}

/// Series of points; plateaus behind them and changes in front, where there are any.
fn scatter(chart: &Chart, timeline: &Timeline) -> (Traces, Layout) {
    let series = drawn(chart);
    let frame = Frame::of(chart, &series);
    let web_gl = series.iter().map(DrawnSeries::len).sum::<usize>() > MOST_SVG_POINTS;
    let mut traces = Traces::new();
    for level in &timeline.levels {
        if let Some(series) = timeline.series.get(level.series) {
            traces.push(plateau(chart, series, level));
        }
    }
    for series in &series {
        let dominated = !series.frontier.is_empty();
        if dominated && !series.others.is_empty() {
            traces.push(trace(chart, series, &series.others, true).web_gl_mode(web_gl));
        }
    }
    for series in &series {
        let leading = if series.frontier.is_empty() { &series.others } else { &series.frontier };
        traces.push(trace(chart, series, leading, false).web_gl_mode(web_gl));
    }
    for mark in &timeline.marks {
        if let Some((style, point)) = timeline.marked(mark) {
            traces.push(turn(chart, &timeline.series[mark.series], mark, (style, point)));
        }
    }
    let (x, y) = frame.extents();
    let layout = layout(chart, HEIGHT)
        .margin(margin(frame.margins()))
        .show_legend(true)
        .x_axis(axis(&chart.x, &x, X_TICKS, GAP_X))
        .y_axis(axis(&chart.y, &y, Y_TICKS, GAP_Y));
    (traces, layout)
}

fn trace(
    chart: &Chart,
    series: &DrawnSeries<'_>,
    points: &[&Point],
    dominated: bool,
) -> Box<Scatter<f64, f64>> {
    let style = series.series.style;
    let color = color(style.color);
    let lines = !dominated && series.frontier.len() > 1;
    let radius = if dominated || !chart.has_frontier() { SMALL } else { RADIUS };
    let marker = Marker::new()
        .symbol(style.symbol())
        .size(style.symbol_size(radius))
        .color(color)
        .opacity(if dominated { DOMINATED_OPACITY } else { 1.0 });
    let trace = Scatter::new(
        points.iter().map(|point| chart.x.plotly_value(point.x)).collect(),
        points.iter().map(|point| point.y).collect(),
    )
    .name(text(&series.series.name))
    .legend_group(&series.series.key)
    .show_legend(!dominated)
    .mode(if lines { Mode::LinesMarkers } else { Mode::Markers })
    .marker(marker)
    .text_array(points.iter().map(|point| hover(chart, &series.series.name, point)).collect())
    .hover_info(HoverInfo::Text)
    .custom_data(points.iter().map(|point| point.href.clone()).collect::<Vec<String>>());
    if lines { trace.line(Line::new().color(color).width(2.0).dash(style.plotly_dash())) } else { trace }
}

/// Nothing to be pointed at: what it says is said by the change at its end.
fn plateau(chart: &Chart, series: &Series, level: &Level) -> Box<Scatter<f64, f64>> {
    let color = color(series.style.color);
    let days = [level.from, level.to].map(|day| chart.x.plotly_value(day));
    Scatter::new(days.to_vec(), vec![level.y; 2])
        .legend_group(&series.key)
        .show_legend(false)
        .mode(Mode::Lines)
        .line(Line::new().color(color).width(PLATEAU))
        .marker(Marker::new().color(color).size(1))
        .opacity(PLATEAU_OPACITY)
        .text_array(vec![String::new(); 2])
        .hover_info(HoverInfo::Skip)
}

/// A change, in the place of the first point after it.
fn turn(
    chart: &Chart,
    series: &Series,
    mark: &Mark,
    (style, point): (Style, &Point),
) -> Box<Scatter<f64, f64>> {
    let symbol = match (mark.up, mark.sure) {
        (true, true) => MarkerSymbol::TriangleUp,
        (true, false) => MarkerSymbol::TriangleUpOpen,
        (false, true) => MarkerSymbol::TriangleDown,
        (false, false) => MarkerSymbol::TriangleDownOpen,
    };
    let marker = Marker::new()
        .symbol(symbol)
        .size(style.symbol_size(timeline::TRIANGLE))
        .color(color(style.color))
        .opacity(1.0);
    let words = format!("{}<br>{}", text(&mark.label), hover(chart, &series.name, point));
    Scatter::new(vec![chart.x.plotly_value(point.x)], vec![point.y])
        .name(text(&series.name))
        .legend_group(&series.key)
        .show_legend(false)
        .mode(Mode::Markers)
        .marker(marker)
        .text_array(vec![words])
        .hover_info(HoverInfo::Text)
        .custom_data(vec![mark.href.clone()])
}

impl Axis {
    /// A value as Plotly takes it: a day in milliseconds since 1970.
    fn plotly_value(&self, value: f64) -> f64 {
        if self.scale == Scale::Time { value * MILLISECONDS_A_DAY } else { value }
    }
}

/// What a reader sees of a point: series, label, both values, and the whole configuration, a line each.
fn hover(chart: &Chart, series: &str, point: &Point) -> String {
    let mut lines = vec![text(series), text(&point.label)];
    for (axis, value) in [(&chart.y, point.y), (&chart.x, point.x)] {
        lines.push(text(format!("{}: {} {}", axis.label, axis.readable(value), axis.unit).trim_end()));
    }
    lines.extend(point.details.iter().map(|(name, value)| text(&format!("{name}: {value}"))));
    lines.join("<br>")
}

fn bar_plot(chart: &Chart, bars: &[Bar]) -> (Traces, Layout) {
    let mut traces = Traces::new();
    let subject = subject(bars);
    for emphasised in [false, true] {
        let of_kind: Vec<&Bar> = bars.iter().filter(|bar| bar.emphasised == emphasised).collect();
        if !of_kind.is_empty() {
            traces.push(bar_trace(chart, &of_kind, subject && !emphasised));
        }
    }
    // Plotly counts rows from the bottom.
    let names: Vec<String> = bars.iter().rev().map(|bar| text(&bar.name)).collect();
    let rows = plotly::layout::Axis::new()
        .type_(AxisType::Category)
        .category_array(names)
        .fixed_range(true)
        .show_grid(false)
        .ticks(TicksDirection::Outside)
        .tick_length(GAP_Y)
        .tick_color(TRANSPARENT);
    let values = plotly::layout::Axis::new()
        .title(Title::with_text(text(&chart.x.with_unit())))
        .range(range(bars).to_vec())
        .fixed_range(true)
        .show_grid(false)
        .show_tick_labels(false)
        .zero_line_color(palette::light("chart-axis"));
    let layout = layout(chart, height(bars))
        .margin(margin(margins(bars)))
        .bar_mode(BarMode::Overlay)
        .bar_gap(BAR_GAP)
        .show_legend(false)
        .x_axis(values)
        .y_axis(rows);
    (traces, layout)
}

fn bar_trace(chart: &Chart, bars: &[&Bar], muted: bool) -> Box<plotly::Bar<Option<f64>, String>> {
    let value = |bar: &&Bar| known(bar).map_or_else(|| GAP.to_owned(), readable);
    let colors: Vec<&'static str> = bars.iter().map(|bar| color(bar.style.color)).collect();
    let marker = Marker::new().color_array(colors).opacity(if muted { DOMINATED_OPACITY } else { 1.0 });
    let hover = bars.iter().map(|bar| {
        let line = text(&format!("{}: {} {}", chart.x.label, value(bar), chart.x.unit));
        format!("{}<br>{line}", text(&bar.name))
    });
    plotly::Bar::new(
        bars.iter().map(|bar| known(bar)).collect(),
        bars.iter().map(|bar| text(&bar.name)).collect(),
    )
    .orientation(Orientation::Horizontal)
    .marker(marker)
    .text_array(bars.iter().map(value).collect())
    .text_position(TextPosition::Outside)
    .clip_on_axis(false)
    .hover_text_array(hover.collect())
    .hover_info(HoverInfo::Text)
    .ids(bars.iter().map(|bar| bar.href.clone()).collect::<Vec<String>>())
}

fn layout(chart: &Chart, height: f64) -> Layout {
    Layout::new()
        .title(Title::with_text(text(&chart.title)))
        .width(WIDTH as usize)
        .height(height as usize)
        .auto_size(false)
        .font(Font::new().size(12).color(palette::light("chart-text")))
        .paper_background_color(palette::light("chart-background"))
        .plot_background_color(palette::light("chart-background"))
        .colorway(palette::series())
        .hover_mode(HoverMode::Closest)
        .hover_distance(30)
}

fn axis(axis: &Axis, extent: &Extent, wanted: usize, gap: usize) -> plotly::layout::Axis {
    let figure = plotly::layout::Axis::new()
        .title(Title::with_text(text(&axis.with_unit())))
        .grid_color(palette::light("chart-grid"))
        .zero_line(false)
        .ticks(TicksDirection::Outside)
        .tick_length(gap)
        .tick_color(TRANSPARENT);
    match axis.scale {
        Scale::Linear => {
            let figure = figure.type_(AxisType::Linear).range(vec![extent.low, extent.high]).n_ticks(wanted);
            if extent.high >= 1000.0 { figure.tick_format("~s") } else { figure }
        }
        // Marked by Plotly, which knows what to call a day however far its reader zooms in.
        Scale::Time => figure
            .type_(AxisType::Date)
            .range(vec![axis.plotly_value(extent.low), axis.plotly_value(extent.high)]),
        Scale::Log => figure
            .type_(AxisType::Log)
            .range(vec![extent.low.log10(), extent.high.log10()])
            .n_ticks(log_ticks(extent, wanted))
            .tick_format(if extent.low < 1.0 { "~g" } else { "~s" }),
    }
}

/// The count that makes Plotly mark what the SVG does: 1, 2 and 5 of each decade, or only decades over a long range.
/// (It marks all nine digits below 0.3 decades a tick, and decades alone above 0.7.) `chart/look.js` has the same.
fn log_ticks(extent: &Extent, wanted: usize) -> usize {
    let decades = (extent.high / extent.low).log10();
    if ticks::subdivided(decades, wanted) {
        (decades / 0.45).round().max(2.0) as usize
    } else {
        (decades / 0.75).floor().max(1.0) as usize
    }
}

fn margin([left, right, top, bottom]: [f64; 4]) -> Margin {
    let whole = |value: f64| value.round() as usize;
    Margin::new()
        .left(whole(left))
        .right(whole(right))
        .top(whole(top))
        .bottom(whole(bottom))
        .auto_expand(false)
}

fn color(slot: usize) -> &'static str {
    palette::series()[slot % COLORS]
}

/// Plotly reads a little HTML in every text; ours is meant as it stands.
fn text(plain: &str) -> String {
    escape(plain).to_string()
}
