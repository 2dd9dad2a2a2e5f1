//! A history as small as a word: no axes, no names; what stands beside it says what it is.
//!
//! Runs are a step apart, whatever the days between them, since they come in bursts; the full chart has the days.

use super::marker::push_pair;
use super::number::coordinate;
use std::fmt::Write as _;

const WIDTH: f64 = 120.0;
const HEIGHT: f64 = 36.0;
/// Free space around the line: half a triangle.
const BORDER: f64 = 6.0;
/// Values that differ by less than this share of the greatest are drawn as a flat line, lest noise looks like change.
const FLAT: f64 = 0.05;

/// A history.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spark {
    /// The values, in order of time; what isn't finite is left out of the drawing.
    pub values: Vec<f64>,
    /// Where it changed: the first value after, whether it is greater, and whether the change is confirmed.
    pub marks: Vec<(usize, bool, bool)>,
}

/// The history as an SVG that says nothing to those who don't see it: the text beside it does.
pub fn spark(history: &Spark) -> String {
    let place = Place::of(&history.values);
    format!(
        concat!(
            r#"<svg class="spark" viewBox="0 0 {w} {h}" width="{w}" height="{h}" aria-hidden="true">"#,
            "{line}{marks}</svg>"
        ),
        w = WIDTH,
        h = HEIGHT,
        line = line(history, &place),
        marks = marks(history, &place),
    )
}

/// The values as a line that ends in a dot.
fn line(history: &Spark, place: &Place) -> String {
    let (mut path, mut end) = (String::new(), String::new());
    for (at, value) in history.values.iter().enumerate().filter(|(_, value)| value.is_finite()) {
        let (x, y) = (place.x(at), place.y(*value));
        path.push(if path.is_empty() { 'M' } else { 'L' });
        push_pair(&mut path, x, y);
        end = format!(r#"<circle cx="{}" cy="{}" r="2"/>"#, coordinate(x), coordinate(y));
    }
    if path.is_empty() { path } else { format!(r#"<path class="line" d="{path}"/>{end}"#) }
}

/// The changes as triangles that point the way that the value went.
fn marks(history: &Spark, place: &Place) -> String {
    let mut marks = String::new();
    for (at, up, sure) in &history.marks {
        let Some(value) = history.values.get(*at).filter(|value| value.is_finite()) else { continue };
        let mut path = String::from("M");
        push_pair(&mut path, place.x(*at), place.y(*value));
        let outline = if *up { "m0-5.5l5 8.5-10 0z" } else { "m0 5.5l5-8.5-10 0z" };
        let class = if *sure { "turn" } else { "turn open" };
        let _ = write!(marks, r#"<path class="{class}" d="{path}{outline}"/>"#);
    }
    marks
}

/// Where a value lies.
struct Place {
    step: f64,
    low: f64,
    span: f64,
}

impl Place {
    fn of(values: &[f64]) -> Self {
        // Halves, whose differences are finite whatever the values are.
        let known = values.iter().filter(|value| value.is_finite()).map(|value| value / 2.0);
        let (low, high) = known
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
        let (low, high) = if low > high { (0.0, 0.0) } else { (low, high) };
        let least = (FLAT * low.abs().max(high.abs())).max(f64::MIN_POSITIVE);
        let span = (high - low).max(least);
        let steps = values.len().saturating_sub(1).max(1) as f64;
        // A flat line lies in the middle.
        Self { step: (WIDTH - 2.0 * BORDER) / steps, low: low - (span - (high - low)) / 2.0, span }
    }

    fn x(&self, at: usize) -> f64 {
        BORDER + self.step * at as f64
    }

    fn y(&self, value: f64) -> f64 {
        HEIGHT - BORDER - (value / 2.0 - self.low) / self.span * (HEIGHT - 2.0 * BORDER)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_history_is_a_line_with_an_end_and_its_changes() {
        let history =
            Spark { values: vec![1.0, 1.0, 2.0, 2.0], marks: vec![(2, true, true), (3, false, false)] };
        insta::assert_snapshot!(spark(&history));
    }

    #[test]
    fn poor_histories_have_a_drawing_without_infinities() {
        let cases: [&[f64]; 6] = [
            &[],
            &[1.0],
            &[0.0, 0.0],
            &[f64::NAN, f64::INFINITY, 5.0, f64::NAN],
            &[7.0; 50],
            &[f64::MAX, -f64::MAX, 0.0],
        ];
        for values in cases {
            let drawing =
                spark(&Spark { values: values.to_vec(), marks: vec![(0, true, true), (99, true, true)] });
            assert!(!drawing.contains("NaN") && !drawing.contains("inf"), "{values:?}: {drawing}");
            assert!(drawing.starts_with("<svg ") && drawing.ends_with("</svg>"));
        }
    }

    #[test]
    fn noise_is_drawn_flat_and_in_the_middle() {
        let place = Place::of(&[100.0, 101.0]);
        assert!((place.y(100.5) - HEIGHT / 2.0).abs() < 1e-9);
        assert!((place.y(100.0) - place.y(101.0)).abs() < 6.0);
    }
}
