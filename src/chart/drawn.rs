//! Which points of a scatter chart are drawn: those that its axes hold, and in the SVG no more than a reader can tell
//! apart. Both renderers draw from here, so that they show the same.

use super::frame::Frame;
use super::number::counted;
use super::thin::largest_triangle_three_buckets;
use super::{Chart, Kind, Point, Series};

/// The most points of one series in an SVG.
pub(super) const MOST_POINTS: usize = 500;

/// The points of one series that are drawn.
#[derive(Clone, Debug)]
pub(super) struct DrawnSeries<'a> {
    /// The series.
    pub(super) series: &'a Series,
    /// Points of its frontier, in drawing order.
    pub(super) frontier: Vec<&'a Point>,
    /// The other points.
    pub(super) others: Vec<&'a Point>,
}

impl<'a> DrawnSeries<'a> {
    fn of(chart: &Chart, series: &'a Series) -> Self {
        let held = |point: &&Point| chart.x.scale.holds(point.x) && chart.y.scale.holds(point.y);
        let mut on_frontier = vec![false; series.points.len()];
        for index in &series.frontier {
            if let Some(mark) = on_frontier.get_mut(*index) {
                *mark = true;
            }
        }
        let frontier = series.frontier.iter().filter_map(|index| series.points.get(*index)).filter(held);
        let others = series.points.iter().zip(on_frontier).filter(|(_, on)| !on).map(|(point, _)| point);
        Self { series, frontier: frontier.collect(), others: others.filter(held).collect() }
    }

    /// All its points.
    pub(super) fn points(&self) -> impl Iterator<Item = &'a Point> + '_ {
        self.frontier.iter().chain(&self.others).copied()
    }

    /// How many they are.
    pub(super) fn len(&self) -> usize {
        self.frontier.len() + self.others.len()
    }

    /// At most [`MOST_POINTS`] of them, but never without a frontier point.
    pub(super) fn thinned(mut self, frame: &Frame) -> Self {
        let room = MOST_POINTS.saturating_sub(self.frontier.len());
        if self.others.len() <= room {
            return self;
        }
        let mut placed: Vec<(f64, f64, &Point)> = Vec::with_capacity(self.others.len());
        placed.extend(self.others.iter().map(|point| {
            let (x, y) = frame.place(point);
            (x, y, *point)
        }));
        placed.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let coordinates: Vec<(f64, f64)> = placed.iter().map(|(x, y, _)| (*x, *y)).collect();
        let kept = largest_triangle_three_buckets(&coordinates, room);
        self.others = kept.into_iter().map(|index| placed[index].2).collect();
        self
    }
}

/// The series of a chart with the points that its axes hold; none for a bar chart.
pub(super) fn drawn(chart: &Chart) -> Vec<DrawnSeries<'_>> {
    chart.series().iter().map(|series| DrawnSeries::of(chart, series)).collect()
}

/// The remarks under a chart: its own, then what its drawing leaves out.
pub fn notes(chart: &Chart) -> Vec<String> {
    let mut notes = chart.notes.clone();
    if matches!(chart.kind, Kind::Bars(_)) {
        return notes;
    }
    let points = || chart.series().iter().flat_map(|series| &series.points);
    let total = points().count();
    let finite = points().filter(|point| point.x.is_finite() && point.y.is_finite()).count();
    if finite < total {
        notes.push(format!(
            "{} of {} left out: a value is missing.",
            total - finite,
            counted(total, "measurement")
        ));
    }
    let series = drawn(chart);
    let held: usize = series.iter().map(DrawnSeries::len).sum();
    if held < finite {
        let text = "not drawn: zero and less have no place on a logarithmic axis.";
        notes.push(format!("{} of {} {text}", finite - held, counted(total, "measurement")));
    }
    let frame = Frame::of(chart, &series);
    let kept: usize = series.into_iter().map(|series| series.thinned(&frame).len()).sum();
    if kept < held {
        let text =
            "drawn here, thinned to keep the look; all are in the downloads and in the interactive chart.";
        notes.push(format!("{kept} of {} {text}", counted(held, "measurement")));
    }
    notes
}
