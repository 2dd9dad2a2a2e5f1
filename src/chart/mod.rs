//! A chart as plain data, and its faces: an SVG drawn at build, a table, a CSV file, and a Plotly figure.
//!
//! ```text
//!                      ┌─► svg, legend, document   (what a page shows, and `<id>.svg`)
//! Chart ─► drawn ──────┤
//!   │                  └─► plotly                  (`<id>.json`, shown on interaction)
//!   └────────────────────► table, csv              (every point, drawn or not)
//! ```
//! [`figure`] puts them together. `static/css/chart.css` gives them their look and `static/js/chart.js` their life.

mod bars;
mod csv;
mod document;
mod drawn;
mod figure;
mod frame;
mod legend;
mod marker;
mod markup;
mod number;
mod palette;
mod picture;
mod plotly;
mod scale;
mod script;
mod spark;
mod svg;
mod table;
mod thin;
mod ticks;
mod time;
mod timeline;

pub use self::csv::csv;
pub use self::document::svg_document;
pub use self::drawn::notes;
pub use self::figure::{Place, embed_href, figure, frame_size, slot};
pub use self::legend::legend;
pub use self::marker::{COLORS, DASHES, SHAPES};
pub use self::palette::{FigureColors, drawing_rules, figure_colors, light};
pub use self::picture::{Picture, picture};
pub use self::plotly::plotly_json;
pub use self::script::{Origin, PLOTLY_WEB_GL, PlotlyScript, plotly_script, plotly_web_gl_script};
pub use self::spark::{Spark, spark};
pub use self::svg::svg;
pub use self::table::table;
pub use self::time::day_number;

#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;

/// One chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// Unique on its page; part of element ids and of the file names `<id>.json`, `<id>.csv`, `<id>.svg`.
    pub id: String,
    /// What the chart shows, short: "Throughput per accelerator against interactivity".
    pub title: String,
    /// One sentence that says what is to be seen; also the SVG's description.
    pub summary: String,
    /// Remarks under the chart, such as "3 of 41 measurements have no p99".
    pub notes: Vec<String>,
    /// The horizontal axis. In a bar chart, the axis of the values.
    pub x: Axis,
    /// The vertical axis. Unused in a bar chart.
    pub y: Axis,
    /// What is drawn.
    pub kind: Kind,
}

/// The kinds of chart.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// Points of several series, each with its frontier as a line.
    Scatter(Vec<Series>),
    /// Horizontal bars, one a row.
    Bars(Vec<Bar>),
    /// Points of several series over days, joined in order of time, with where each series changed.
    Timeline(Timeline),
}

/// Histories and their changes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timeline {
    /// The histories. Their points are in order of time, with [`day_number`] as `x`; all of them are joined, so each is on
    /// the frontier.
    pub series: Vec<Series>,
    /// The plateaus between the changes of a series.
    pub levels: Vec<Level>,
    /// The first points after a change.
    pub marks: Vec<Mark>,
}

/// A value around which a series stayed for a while.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    /// The series, an index.
    pub series: usize,
    /// The first day of it.
    pub from: f64,
    /// The last day of it.
    pub to: f64,
    /// The value.
    pub y: f64,
}

/// A point from which on a series has another level.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// The series, an index.
    pub series: usize,
    /// The point, an index into the series' points.
    pub point: usize,
    /// Whether the value is greater from here on.
    pub up: bool,
    /// Whether the change is confirmed.
    pub sure: bool,
    /// The change in words.
    pub label: String,
    /// Where more is said of it.
    pub href: String,
}

/// An axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// The quantity: "Interactivity".
    pub label: String,
    /// Its unit: "tok/s/user".
    pub unit: String,
    /// Which way is better.
    pub better: Better,
    /// Linear or logarithmic. [`Scale::for_values`] chooses.
    pub scale: Scale,
}

/// Which way is better on an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    /// More is better.
    Higher,
    /// Less is better.
    Lower,
}

/// How values are laid along an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Equal steps for equal differences; starts at zero.
    Linear,
    /// Equal steps for equal ratios.
    Log,
    /// Equal steps for equal spans of time; values are those of [`day_number`]. Neither end is better.
    Time,
}

/// One series of a scatter chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Stable key, the same for the same series on every chart.
    pub key: String,
    /// Name in the legend.
    pub name: String,
    /// How it looks.
    pub style: Style,
    /// Its points, in any order.
    pub points: Vec<Point>,
    /// Indices into `points` of the frontier, in drawing order (ascending x).
    pub frontier: Vec<usize>,
}

/// The look of a series: colour, shape and dash together, so that no reader depends on one of them. Each number is an
/// index into a fixed palette; the colours are CSS custom properties `--series-1` …, so that themes can set them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Style {
    /// Palette slot.
    pub color: usize,
    /// Marker shape.
    pub shape: usize,
    /// Dash pattern.
    pub dash: usize,
}

/// One measured point.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// Value on the horizontal axis.
    pub x: f64,
    /// Value on the vertical axis.
    pub y: f64,
    /// Short label: "concurrency 64".
    pub label: String,
    /// The address of the measurement, site-relative.
    pub href: String,
    /// The whole configuration, as (name, value) pairs for hover and for the table's columns; every point of a chart
    /// has the same names in the same order.
    pub details: Vec<(String, String)>,
}

/// One bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// Name of the row.
    pub name: String,
    /// The value; absent is drawn as a gap with the words "not published".
    pub value: Option<f64>,
    /// Address of what the row is about.
    pub href: String,
    /// Whether the row is the subject of the page, and stands out.
    pub emphasised: bool,
    /// How it looks.
    pub style: Style,
}

impl Chart {
    /// Whether there is nothing to draw.
    pub fn is_empty(&self) -> bool {
        match &self.kind {
            Kind::Bars(bars) => bars.is_empty(),
            Kind::Scatter(_) | Kind::Timeline(_) => {
                self.series().iter().all(|series| series.points.is_empty())
            }
        }
    }

    /// Whether some of its points dominate others.
    fn has_frontier(&self) -> bool {
        matches!(self.kind, Kind::Scatter(_))
    }

    /// The series that it draws; a bar chart has none.
    pub fn series(&self) -> &[Series] {
        match &self.kind {
            Kind::Scatter(series) => series,
            Kind::Timeline(timeline) => &timeline.series,
            Kind::Bars(_) => &[],
        }
    }
}
