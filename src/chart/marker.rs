//! The fixed looks of series: colours, marker shapes and dashes, the same in the SVG and in Plotly.

use super::Style;
use super::number::coordinate;
use plotly::common::{DashType, MarkerSymbol};

/// How many colours the palette has: `--series-1` to `--series-10`.
pub const COLORS: usize = 10;
/// How many marker shapes there are.
pub const SHAPES: usize = OUTLINES.len();
/// How many dash patterns there are, the first of them solid.
pub const DASHES: usize = 4;

/// The radius of a frontier point's marker, in units of the drawing.
pub(super) const RADIUS: f64 = 5.0;
/// The radius of a dominated point's marker.
pub(super) const SMALL: f64 = 3.2;

/// A marker's outline around the origin, for a radius of 1. An empty one is a circle.
type Outline = &'static [(f64, f64)];

/// The outlines, sized so that all shapes look equally heavy.
const OUTLINES: [Outline; 10] = [
    &[],
    &[(-0.88, -0.88), (0.88, -0.88), (0.88, 0.88), (-0.88, 0.88)],
    &[(0.0, -1.2), (1.1, 0.8), (-1.1, 0.8)],
    &[(0.0, -1.28), (1.28, 0.0), (0.0, 1.28), (-1.28, 0.0)],
    &[(0.0, 1.2), (1.1, -0.8), (-1.1, -0.8)],
    &[
        (-0.4, -1.2),
        (0.4, -1.2),
        (0.4, -0.4),
        (1.2, -0.4),
        (1.2, 0.4),
        (0.4, 0.4),
        (0.4, 1.2),
        (-0.4, 1.2),
        (-0.4, 0.4),
        (-1.2, 0.4),
        (-1.2, -0.4),
        (-0.4, -0.4),
    ],
    &[
        (-0.6, -1.14),
        (0.0, -0.54),
        (0.6, -1.14),
        (1.14, -0.6),
        (0.54, 0.0),
        (1.14, 0.6),
        (0.6, 1.14),
        (0.0, 0.54),
        (-0.6, 1.14),
        (-1.14, 0.6),
        (-0.54, 0.0),
        (-1.14, -0.6),
    ],
    &[
        (0.0, -1.36),
        (0.36, -0.48),
        (1.3, -0.42),
        (0.58, 0.18),
        (0.8, 1.1),
        (0.0, 0.6),
        (-0.8, 1.1),
        (-0.58, 0.18),
        (-1.3, -0.42),
        (-0.36, -0.48),
    ],
    &[(-1.0, -1.1), (1.0, -1.1), (-1.0, 1.1), (1.0, 1.1)],
    &[(1.2, 0.0), (-0.8, 1.1), (-0.8, -1.1)],
];

impl Style {
    /// The CSS class that gives an element this style's colour: `series-1` …
    pub(super) fn color_class(self) -> String {
        format!("series-{}", self.color % COLORS + 1)
    }

    /// The CSS class that gives a line this style's dash: `dash-1` …
    pub(super) fn dash_class(self) -> String {
        format!("dash-{}", self.dash % DASHES + 1)
    }

    /// The rest of a path after `M x y`, drawing this style's marker around that point.
    pub(super) fn outline(self, radius: f64) -> String {
        match OUTLINES[self.shape % SHAPES] {
            [] => circle(radius),
            corners => polygon(corners, radius),
        }
    }

    /// Plotly's name of this style's marker shape.
    pub(super) fn symbol(self) -> MarkerSymbol {
        match self.shape % SHAPES {
            0 => MarkerSymbol::Circle,
            1 => MarkerSymbol::Square,
            2 => MarkerSymbol::TriangleUp,
            3 => MarkerSymbol::Diamond,
            4 => MarkerSymbol::TriangleDown,
            5 => MarkerSymbol::Cross,
            6 => MarkerSymbol::X,
            7 => MarkerSymbol::Star,
            8 => MarkerSymbol::Hourglass,
            _ => MarkerSymbol::TriangleRight,
        }
    }

    /// The size at which Plotly draws this style's marker as large as [`Self::outline`] does.
    pub(super) fn symbol_size(self, radius: f64) -> usize {
        let grow = match self.shape % SHAPES {
            2 | 4 | 7 | 9 => 1.4,
            3 | 8 => 1.2,
            _ => 1.0,
        };
        (2.0 * radius * grow).round() as usize + 1
    }

    /// Plotly's name of this style's dash.
    pub(super) fn plotly_dash(self) -> DashType {
        match self.dash % DASHES {
            0 => DashType::Solid,
            1 => DashType::Dash,
            2 => DashType::Dot,
            _ => DashType::DashDot,
        }
    }
}

/// A circle as one arc that all but closes: half the bytes of two half circles.
fn circle(radius: f64) -> String {
    let r = coordinate(radius);
    format!("m0-{r}a{r} {r} 0 1 0 .1 0z")
}

fn polygon(corners: &[(f64, f64)], radius: f64) -> String {
    let at = |value: f64| (value * radius * 10.0).round() / 10.0;
    let mut path = String::new();
    let mut from = (0.0, 0.0);
    for (index, corner) in corners.iter().enumerate() {
        let to = (at(corner.0), at(corner.1));
        match index {
            0 => path.push('m'),
            1 => path.push('l'),
            _ if to.0 < from.0 => {}
            _ => path.push(' '),
        }
        push_pair(&mut path, to.0 - from.0, to.1 - from.1);
        from = to;
    }
    path.push('z');
    path
}

/// Appends `x y`, without the space where a minus sign parts the two anyway.
pub(super) fn push_pair(path: &mut String, x: f64, y: f64) {
    path.push_str(&coordinate(x));
    let y = coordinate(y);
    if !y.starts_with('-') {
        path.push(' ');
    }
    path.push_str(&y);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn shapes_differ_in_the_svg_and_in_plotly() {
        let styles = (0..SHAPES).map(|shape| Style { shape, ..Style::default() });
        let paths: BTreeSet<String> = styles.clone().map(|style| style.outline(RADIUS)).collect();
        let symbols: BTreeSet<String> = styles.map(|style| format!("{:?}", style.symbol())).collect();
        assert_eq!((paths.len(), symbols.len()), (SHAPES, SHAPES));
    }

    #[test]
    fn slots_past_the_palette_start_again() {
        let style = Style { color: COLORS, shape: SHAPES, dash: DASHES };
        assert_eq!((style.color_class(), style.dash_class()), ("series-1".into(), "dash-1".into()));
        assert_eq!(style.outline(5.0), Style::default().outline(5.0));
    }

    #[test]
    fn an_outline_is_relative_and_short() {
        assert_eq!(Style { shape: 1, ..Style::default() }.outline(5.0), "m-4.4-4.4l8.8 0 0 8.8-8.8 0z");
        assert_eq!(Style::default().outline(5.0), "m0-5a5 5 0 1 0 .1 0z");
    }
}
