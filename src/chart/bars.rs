//! Horizontal bars as SVG, one a row, each with its value in words.

use super::frame::{TOP, WIDTH, label_above};
use super::markup::escape;
use super::number::{coordinate, readable};
use super::{Bar, Chart};
use std::fmt::Write as _;

/// What stands where a value would be.
pub(super) const GAP: &str = "not published";

/// The height of a row, and of the bar in it.
const ROW: f64 = 32.0;
const THICKNESS: f64 = 20.0;
/// Free space under the last row.
const BELOW: f64 = 8.0;
/// The width of a letter in the largest text.
const LETTER: f64 = 12.5;
/// Longer names are cut in the drawing; the table has them whole.
const LONGEST_NAME: usize = 24;

/// The height of a drawing of these bars.
pub(super) fn height(bars: &[Bar]) -> f64 {
    TOP + ROW * bars.len().max(1) as f64 + BELOW
}

/// Draws them.
pub(super) fn draw(chart: &Chart, bars: &[Bar]) -> String {
    if bars.is_empty() {
        return format!(r#"<text class="nothing" x="{}" y="{TOP}">No measurements</text>"#, WIDTH / 2.0);
    }
    let layout = Layout::of(bars);
    let mut body = label_above(&chart.x, '→', '←');
    for (index, bar) in bars.iter().enumerate() {
        layout.push_row(&mut body, bar, TOP + ROW * (index as f64 + 0.5));
    }
    let zero = coordinate(layout.at(0.0));
    let _ = write!(body, r#"<path class="axis" d="M{zero} {TOP}V{}"/>"#, TOP + ROW * bars.len() as f64);
    body
}

/// Where the bars lie: names left of them, value labels right.
struct Layout {
    left: f64,
    right: f64,
    low: f64,
    high: f64,
    /// Whether one row stands out, and the others stand back.
    subject: bool,
}

impl Layout {
    fn of(bars: &[Bar]) -> Self {
        let values = || bars.iter().filter_map(known);
        let letters = |texts: &mut dyn Iterator<Item = usize>| texts.max().unwrap_or(0) as f64 * LETTER;
        let names = letters(&mut bars.iter().map(|bar| bar.name.chars().count().min(LONGEST_NAME)));
        let labels = letters(&mut values().map(|value| readable(value).chars().count()));
        let low = values().fold(0.0, f64::min);
        let high = values().fold(0.0, f64::max);
        let (left, right) = (names + 10.0, WIDTH - labels - 8.0);
        let left = if low < 0.0 { left + labels } else { left };
        Self { left, right, low, high: if high > low { high } else { low + 1.0 }, subject: subject(bars) }
    }

    fn at(&self, value: f64) -> f64 {
        self.left + (value - self.low) / (self.high - self.low) * (self.right - self.left)
    }

    fn push_row(&self, body: &mut String, bar: &Bar, middle: f64) {
        let strong = if bar.emphasised { " strong" } else { "" };
        let y = coordinate(middle);
        let name = escape_short(&bar.name);
        let name_x = coordinate(self.left.min(self.at(self.low)) - 10.0);
        let _ =
            write!(body, r#"<text class="bar-name{strong}" x="{name_x}" y="{y}" dy=".35em">{name}</text>"#);
        let zero = self.at(0.0);
        let Some(value) = known(bar) else {
            let x = coordinate(zero + 8.0);
            let _ = write!(body, r#"<text class="bar-gap" x="{x}" y="{y}" dy=".35em">{GAP}</text>"#);
            return;
        };
        let end = self.at(value);
        let muted = if self.subject && !bar.emphasised { " muted" } else { "" };
        let _ = write!(
            body,
            r#"<path class="bar{muted} {}" d="M{} {}H{}v{THICKNESS}H{}z"/>"#,
            bar.style.color_class(),
            coordinate(zero),
            coordinate(middle - THICKNESS / 2.0),
            coordinate(end),
            coordinate(zero),
        );
        let (x, side) = if value < 0.0 { (end - 6.0, " end") } else { (end + 6.0, "") };
        let text = readable(value);
        let _ = write!(
            body,
            r#"<text class="bar-value{strong}{side}" x="{}" y="{y}" dy=".35em">{text}</text>"#,
            coordinate(x)
        );
    }
}

/// The room around the bars: left, right, top, bottom.
pub(super) fn margins(bars: &[Bar]) -> [f64; 4] {
    let layout = Layout::of(bars);
    [layout.left, WIDTH - layout.right, TOP, BELOW]
}

/// From the lowest to the highest value, zero included.
pub(super) fn range(bars: &[Bar]) -> [f64; 2] {
    let layout = Layout::of(bars);
    [layout.low, layout.high]
}

/// The value of a bar, if it has one that can be drawn.
pub(super) fn known(bar: &Bar) -> Option<f64> {
    bar.value.filter(|value| value.is_finite())
}

/// Whether one bar is the subject of its page.
pub(super) fn subject(bars: &[Bar]) -> bool {
    bars.iter().any(|bar| bar.emphasised)
}

fn escape_short(name: &str) -> String {
    if name.chars().count() <= LONGEST_NAME {
        return escape(name).to_string();
    }
    let short: String = name.chars().take(LONGEST_NAME - 1).collect();
    format!("{}…", escape(short.trim_end()))
}
