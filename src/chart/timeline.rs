//! What a timeline draws beside its points: the plateaus that a series stayed on, and where it left them.
//!
//! A plateau is a broad pale line behind the points. A change is a large triangle in the place of the first point after it,
//! which points the way that the value went; filled where it is confirmed, hollow where more runs will tell.

use super::frame::Frame;
use super::marker::{RADIUS, push_pair};
use super::{Level, Mark, Point, Style, Timeline};
use std::fmt::Write as _;

/// Points lie close where runs follow each other day by day, so they are small, and the triangles are not.
pub(super) const TRIANGLE: f64 = 1.6 * RADIUS;
/// Shapes that point up and down, of the markers' palette.
const UP: usize = 2;
const DOWN: usize = 4;

impl Mark {
    /// The look of the triangle, given its series'.
    pub(super) fn style(&self, series: Style) -> Style {
        Style { shape: if self.up { UP } else { DOWN }, ..series }
    }
}

impl Timeline {
    /// The point that a mark stands for, with the look of its triangle.
    pub(super) fn marked(&self, mark: &Mark) -> Option<(Style, &Point)> {
        let series = self.series.get(mark.series)?;
        Some((mark.style(series.style), series.points.get(mark.point)?))
    }
}

/// The plateaus, to lie behind the points.
pub(super) fn push_levels(body: &mut String, timeline: &Timeline, frame: &Frame) {
    for Level { series, from, to, y } in &timeline.levels {
        let Some(series) = timeline.series.get(*series) else { continue };
        if !frame.holds_y(*y) {
            continue;
        }
        let (start, height) = frame.at(*from, *y);
        let (end, _) = frame.at(*to, *y);
        let mut path = String::from("M");
        push_pair(&mut path, start, height);
        let _ = write!(body, r#"<path class="level {}" d="{path}H{end:.1}"/>"#, series.style.color_class());
    }
}

/// The triangles, to lie in front of the points.
pub(super) fn push_marks(body: &mut String, timeline: &Timeline, frame: &Frame) {
    for mark in &timeline.marks {
        let Some((style, point)) = timeline.marked(mark) else { continue };
        if !frame.holds(point) {
            continue;
        }
        let (x, y) = frame.place(point);
        let mut path = String::from("M");
        push_pair(&mut path, x, y);
        let class = if mark.sure { "turn" } else { "turn open" };
        let _ = write!(
            body,
            r#"<path class="{class} {}" d="{path}{}"/>"#,
            style.color_class(),
            style.outline(TRIANGLE)
        );
    }
}
