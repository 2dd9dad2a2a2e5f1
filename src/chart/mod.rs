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
mod svg;
mod table;
mod thin;
mod ticks;

pub use self::csv::csv;
pub use self::document::svg_document;
pub use self::drawn::notes;
pub use self::figure::{Place, embed_href, figure, frame_size, slot};
pub use self::legend::legend;
pub use self::marker::{COLORS, DASHES, SHAPES};
pub use self::palette::{FigureColors, drawing_rules, figure_colors, light};
pub use self::picture::{Picture, picture};
pub use self::plotly::plotly_json;
pub use self::script::{Origin, PLOTLY_WEB_GL, PlotlyScript, SCRIPTS, plotly_script, plotly_web_gl_script};
pub use self::svg::svg;
pub use self::table::table;

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
            Kind::Scatter(series) => series.iter().all(|series| series.points.is_empty()),
            Kind::Bars(bars) => bars.is_empty(),
        }
    }
}
