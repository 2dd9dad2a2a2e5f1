//! The plot area of a scatter chart: where it lies in the drawing, its axes, ticks and grid.
//!
//! The drawing is 600 by 420 units and scales with the page. `chart.css` sets its text larger in units the narrower it
//! is shown; positions that depend on the size of the text are therefore in `em`.

use super::drawn::DrawnSeries;
use super::markup::escape;
use super::number::{coordinate, readable, tick};
use super::scale::Extent;
use super::{Axis, Better, Chart, Point, Scale, time};
use std::fmt::Write as _;

/// Width of every drawing.
pub(super) const WIDTH: f64 = 600.0;
/// Height of a scatter chart.
pub(super) const HEIGHT: f64 = 420.0;
/// Room above the plot area, for the label of the vertical axis in two lines.
pub(super) const TOP: f64 = 56.0;
/// Where the plot area ends: below it are tick labels and the label of the horizontal axis.
const BOTTOM: f64 = 364.0;
/// Where the plot area ends on the right; half a tick label fits beside it.
const RIGHT: f64 = 584.0;
/// The width of a digit in the largest text.
const DIGIT: f64 = 10.5;

/// The plot area.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    x: Extent,
    y: Extent,
    left: f64,
}

impl Frame {
    /// The frame that shows all these points.
    pub(super) fn of(chart: &Chart, series: &[DrawnSeries<'_>]) -> Self {
        let points = || series.iter().flat_map(DrawnSeries::points);
        let y = Extent::of(chart.y.scale, points().map(|point| point.y));
        let longest =
            y.ticks(Y_TICKS).into_iter().map(|value| tick(value).chars().count()).max().unwrap_or(1);
        Self {
            x: Extent::of(chart.x.scale, points().map(|point| point.x)),
            y,
            left: 20.0 + DIGIT * longest as f64,
        }
    }

    /// Where a point lies in the drawing.
    pub(super) fn place(&self, point: &Point) -> (f64, f64) {
        self.at(point.x, point.y)
    }

    /// Where a pair of values lies in the drawing.
    pub(super) fn at(&self, x: f64, y: f64) -> (f64, f64) {
        (self.x_at(x), self.y_at(y))
    }

    /// Whether a point has a place on both axes.
    pub(super) fn holds(&self, point: &Point) -> bool {
        self.x.holds(point.x) && self.y.holds(point.y)
    }

    /// Whether a value has a place on the vertical axis.
    pub(super) fn holds_y(&self, value: f64) -> bool {
        self.y.holds(value)
    }

    fn x_at(&self, value: f64) -> f64 {
        self.left + self.x.fraction(value) * (RIGHT - self.left)
    }

    fn y_at(&self, value: f64) -> f64 {
        BOTTOM - self.y.fraction(value) * (BOTTOM - TOP)
    }

    /// The horizontal and the vertical extent.
    pub(super) fn extents(&self) -> (Extent, Extent) {
        (self.x, self.y)
    }

    /// The room around the plot area: left, right, top, bottom.
    pub(super) fn margins(&self) -> [f64; 4] {
        [self.left, WIDTH - RIGHT, TOP, HEIGHT - BOTTOM]
    }

    /// Grid, tick labels and axis labels.
    pub(super) fn axes(&self, chart: &Chart) -> String {
        let mut grid = String::new();
        let mut labels = String::new();
        for value in self.y.ticks(Y_TICKS) {
            let y = coordinate(self.y_at(value));
            let _ = write!(grid, "M{} {y}H{RIGHT}", coordinate(self.left));
            let _ =
                write!(labels, r#"<text x="{}" y="{y}" dy=".35em">{}</text>"#, self.left - 8.0, tick(value));
        }
        let mut below = String::new();
        for (value, label) in self.x.labelled_ticks(X_TICKS) {
            let x = coordinate(self.x_at(value));
            let _ = write!(grid, "M{x} {TOP}V{BOTTOM}");
            let _ = write!(below, r#"<text x="{x}" y="{BOTTOM}" dy="1.35em">{label}</text>"#);
        }
        format!(
            concat!(
                r#"<path class="grid" d="{grid}"/><path class="axis" d="M{left} {bottom}H{right}"/>"#,
                r#"<g class="ticks-y">{labels}</g><g class="ticks-x">{below}</g>{y_label}{x_label}"#
            ),
            grid = grid,
            left = coordinate(self.left),
            bottom = BOTTOM,
            right = RIGHT,
            labels = labels,
            below = below,
            y_label = label_above(&chart.y, '↑', '↓'),
            x_label = label_below(&chart.x),
        )
    }
}

/// About how many ticks the vertical axis has.
pub(super) const Y_TICKS: usize = 5;
/// About how many ticks the horizontal axis has.
pub(super) const X_TICKS: usize = 7;

impl Axis {
    /// "tok/s/user, higher is better →", with the arrow that points that way.
    pub(super) fn hint(&self, higher: char, lower: char) -> String {
        if self.scale == Scale::Time {
            return String::new();
        }
        let (words, arrow) = match self.better {
            Better::Higher => ("higher is better", higher),
            Better::Lower => ("lower is better", lower),
        };
        if self.unit.is_empty() {
            format!("{words} {arrow}")
        } else {
            format!("{}, {words} {arrow}", self.unit)
        }
    }

    /// A value of it as people read it.
    pub(super) fn readable(&self, value: f64) -> String {
        if self.scale == Scale::Time { time::label(value) } else { readable(value) }
    }

    /// "Interactivity (tok/s/user)".
    pub(super) fn with_unit(&self) -> String {
        if self.unit.is_empty() { self.label.clone() } else { format!("{} ({})", self.label, self.unit) }
    }
}

/// An axis label in two lines, above the plot area.
pub(super) fn label_above(axis: &Axis, higher: char, lower: char) -> String {
    format!(
        concat!(
            r#"<text class="axis-label" y="{y}" dy="-2em"><tspan class="quantity">{label}</tspan>"#,
            r#"<tspan x="0" dy="1.25em">{hint}</tspan></text>"#
        ),
        y = TOP,
        label = escape(&axis.label),
        hint = escape(&axis.hint(higher, lower)),
    )
}

/// The label of the horizontal axis, in one line under its ticks.
fn label_below(axis: &Axis) -> String {
    format!(
        concat!(
            r#"<text class="axis-label end" x="{x}" y="{y}" dy="2.55em">"#,
            r#"<tspan class="quantity">{label}</tspan> {hint}</text>"#
        ),
        x = RIGHT,
        y = BOTTOM,
        label = escape(&axis.label),
        hint = escape(&axis.hint('→', '←')),
    )
}
