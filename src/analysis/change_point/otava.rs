//! Windowed E-Divisive with a t-test, as Apache Otava does it.
//!
//! Fleming et al. (2023), "Hunter: Using change point detection to hunt for performance regressions"
//! (doi:10.1145/3578244.3583719), in the version of Apache Otava 0.8. Two steps: *split* slides windows over the series and
//! splits each wherever the energy distance is greatest, as long as a lenient t-test allows; *merge* then drops the weakest
//! points one by one until all pass the strict test. The t-test pools variances that were divided by n, as Otava's does,
//! which makes p somewhat too small; the vote has its own p.

use super::energy::{Candidate, Distances};
use crate::analysis::statistics::{Summary, student_t_from_summaries};
use std::{collections::HashMap, ops::Range};

/// Otava's three settings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OtavaSettings {
    /// Points in a window, at least 2.
    pub window: usize,
    /// Greatest p of a change point.
    pub max_p: f64,
    /// Smallest relative change.
    pub min_magnitude: f64,
}

/// A change point by Otava's rules.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OtavaPoint {
    /// First index of the new regime.
    pub index: usize,
    /// p of the t-test between the stretches before and after.
    pub p: f64,
    /// Mean of the stretch before.
    pub mean_before: f64,
    /// Mean of the stretch after.
    pub mean_after: f64,
    /// Standard deviation (divided by n) of the stretch before.
    pub deviation_before: f64,
    /// Standard deviation (divided by n) of the stretch after.
    pub deviation_after: f64,
}

impl OtavaPoint {
    /// The greater of the relative changes seen from either side; 0 from a side whose mean is 0.
    pub fn magnitude(&self) -> f64 {
        let change = |from: f64, to: f64| if from == 0.0 { 0.0 } else { (to / from - 1.0).abs() };
        change(self.mean_before, self.mean_after).max(change(self.mean_after, self.mean_before))
    }
}

/// The change points of a series of finite values, by ascending index.
pub fn otava(series: &[f64], settings: OtavaSettings) -> Vec<OtavaPoint> {
    merge(weak_points(series, settings), series, settings)
}

/// E-Divisive over the whole series with the t-test, without windows and without the merge.
pub fn e_divisive_t(series: &[f64], max_p: f64) -> Vec<usize> {
    split_window(series, max_p)
}

/// The lenient p of the first step.
fn lenient(max_p: f64) -> f64 {
    if max_p < 0.05 {
        max_p * 10.0
    } else if max_p < 0.5 {
        max_p * 2.0
    } else {
        max_p
    }
}

/// The split step: the points of all windows, tested anew against their neighbours over the whole series.
fn weak_points(series: &[f64], settings: OtavaSettings) -> Vec<OtavaPoint> {
    let window = settings.window.max(2);
    let max_p = lenient(settings.max_p);
    let mut indices: Vec<usize> = Vec::new();
    let mut start = 0;
    while start < series.len() {
        let end = (start + window).min(series.len());
        let found = split_window(&series[start..end], max_p);
        let last = found.last().map_or(0, |index| index + start);
        indices.extend(found.into_iter().map(|index| index + start));
        start = last.max(start + window / 2);
    }
    indices.sort_unstable();
    indices.dedup();
    (0..indices.len()).map(|at| point_between(series, &indices, at)).collect()
}

/// Splits where the energy distance is greatest over all stretches, until the test refuses.
fn split_window(window: &[f64], max_p: f64) -> Vec<usize> {
    let distances = Distances::new(window);
    let mut known: HashMap<(usize, usize), Candidate> = HashMap::new();
    let mut points: Vec<usize> = Vec::new();
    loop {
        let mut best: Option<(Candidate, Range<usize>)> = None;
        for stretch in stretches(&points, window.len()) {
            if stretch.len() < 2 {
                continue;
            }
            let candidate = *known
                .entry((stretch.start, stretch.end))
                .or_insert_with(|| distances.candidate(stretch.start, stretch.end));
            if best.as_ref().is_none_or(|(best, _)| candidate.q > best.q) {
                best = Some((candidate, stretch));
            }
        }
        let Some((Candidate { index, .. }, stretch)) = best else { return points };
        let point = test(index, &window[stretch.start..index], &window[index..stretch.end]);
        // Written so that a p that isn't a number refuses.
        if point.p <= max_p {
            let place = points.partition_point(|&other| other < index);
            points.insert(place, index);
        } else {
            return points;
        }
    }
}

/// The stretches between sorted points.
fn stretches(points: &[usize], end: usize) -> impl Iterator<Item = Range<usize>> {
    let starts = std::iter::once(0).chain(points.iter().copied());
    let ends = points.iter().copied().chain(std::iter::once(end));
    starts.zip(ends).map(|(start, end)| start..end)
}

/// Point number `at`, tested between its neighbours.
fn point_between(series: &[f64], points: &[usize], at: usize) -> OtavaPoint {
    let before = if at == 0 { 0 } else { points[at - 1] };
    let after = points.get(at + 1).copied().unwrap_or(series.len());
    test(points[at], &series[before..points[at]], &series[points[at]..after])
}

fn test(index: usize, left: &[f64], right: &[f64]) -> OtavaPoint {
    let side = |values: &[f64]| {
        Summary::of(values)
            .map_or((f64::NAN, 0.0, 0), |side| (side.mean, side.population_deviation(), side.count))
    };
    let (before, after) = (side(left), side(right));
    OtavaPoint {
        index,
        p: student_t_from_summaries(before, after).map_or(1.0, |test| test.p),
        mean_before: before.0,
        mean_after: after.0,
        deviation_before: before.1,
        deviation_after: after.1,
    }
}

/// The merge step.
fn merge(mut points: Vec<OtavaPoint>, series: &[f64], settings: OtavaSettings) -> Vec<OtavaPoint> {
    while let Some(weakest) = weakest(&points, settings) {
        points.remove(weakest);
        let indices: Vec<usize> = points.iter().map(|point| point.index).collect();
        // Otava tests anew the two points after the removed one. The one before it, whose stretch has grown too, keeps its
        // p; that looks like a slip, but it decides what Otava finds, so it is followed.
        for neighbour in [weakest, weakest + 1] {
            if neighbour < points.len() {
                points[neighbour] = point_between(series, &indices, neighbour);
            }
        }
    }
    points
}

/// The point to drop: the one with the greatest p if that isn't below the limit, else the smallest if it is too small.
/// A p that isn't a number compares as Python's `max` compares it: never greater, and never passed by another.
fn weakest(points: &[OtavaPoint], settings: OtavaSettings) -> Option<usize> {
    let mut weakest = 0;
    for (at, point) in points.iter().enumerate() {
        if point.p > points[weakest].p {
            weakest = at;
        }
    }
    if points.get(weakest)?.p < settings.max_p {
        for (at, point) in points.iter().enumerate() {
            if at == 0 || point.magnitude() < points[weakest].magnitude() {
                weakest = at;
            }
        }
        if points[weakest].magnitude() > settings.min_magnitude {
            return None;
        }
    }
    Some(weakest)
}
