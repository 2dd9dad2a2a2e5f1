//! A short series is looked at again after each of its values.
//!
//! With few values the detectors are easily distracted: one run that is far off, or a second step, makes them lose a step that
//! they named before and that nothing has taken back. So what an earlier look confirmed stays confirmed as long as the levels on
//! its two sides still differ by more than noise; evidence that was once enough isn't asked for again. A series that is long
//! enough for all three detectors is looked at once, as a whole.

use super::{
    ballot::Places,
    vote::{AGREEMENT, ChangePoint, Class, VoteSettings, vote},
};
use crate::analysis::statistics::Sampling;
use std::ops::AddAssign;

/// In fewer values no detector names anything.
const FEWEST: usize = 3;

/// A change that an earlier look confirmed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Announced {
    /// First index of the new regime.
    pub(super) index: usize,
    /// Its p when it was surest.
    pub(super) p: f64,
}

/// At how many values a series of `count` is looked at; the last is all of them.
pub(super) fn ends(count: usize, settings: &VoteSettings) -> impl Iterator<Item = usize> + use<> {
    let short = count < settings.perfherder.min_back + settings.perfherder.fore;
    (FEWEST..if short { count } else { FEWEST }).chain([count])
}

/// What each look finds, from the places that the detectors name in so many values; only the last resamples intervals.
pub(super) fn looks(
    series: &[f64],
    places: impl Fn(usize) -> Places,
    settings: &VoteSettings,
) -> Vec<Vec<ChangePoint>> {
    let mut looks: Vec<Vec<ChangePoint>> = Vec::new();
    for end in ends(series.len(), settings) {
        let earlier = looks.last().into_iter().flatten().filter(|point| point.class == Class::Confirmed);
        let announced: Vec<Announced> =
            earlier.map(|point| Announced { index: point.index, p: point.p }).collect();
        let resamples = if end == series.len() { settings.sampling.resamples } else { 0 };
        let settings = VoteSettings { sampling: Sampling { resamples, ..settings.sampling }, ..*settings };
        looks.push(vote(&series[..end], &places(end).ballots(&announced), &settings));
    }
    looks
}

/// How well confirmed changes hold as runs come in: those of short series, each looked at after each of its values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Persistence {
    /// Changes that some look confirmed.
    pub announced: usize,
    /// Those of them that the last look confirms too, at the same place or at most [`AGREEMENT`] values from it.
    pub standing: usize,
}

impl Persistence {
    pub(super) fn of(looks: &[Vec<ChangePoint>]) -> Self {
        let means = |one: &ChangePoint, other: &ChangePoint| {
            one.index.abs_diff(other.index) <= AGREEMENT && one.direction == other.direction
        };
        let mut announced: Vec<ChangePoint> = Vec::new();
        for point in looks.iter().flatten().filter(|point| point.class == Class::Confirmed) {
            if !announced.iter().any(|known| means(known, point)) {
                announced.push(*point);
            }
        }
        let now: Vec<&ChangePoint> =
            looks.last().into_iter().flatten().filter(|point| point.class == Class::Confirmed).collect();
        let standing = announced.iter().filter(|known| now.iter().any(|point| means(known, point)));
        Self { standing: standing.count(), announced: announced.len() }
    }
}

impl AddAssign for Persistence {
    fn add_assign(&mut self, other: Self) {
        self.announced += other.announced;
        self.standing += other.standing;
    }
}
