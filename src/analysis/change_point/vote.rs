//! The vote of the three detectors.
//!
//! Two that place a change within [`AGREEMENT`] points of each other, with as many points after it, confirm it; one alone
//! makes a candidate; what lies in the newest two points is suspect until more runs are in. Every point must also be worth
//! reporting: larger than the effect floor, unlikely by chance ([`super::evidence`]), and more of a step than of a drift.

use super::{
    OtavaSettings, PerfherderSettings, asv,
    evidence::{Evidence, weigh},
    otava, perfherder,
};
use crate::analysis::statistics::{Centre, Interval, Sampling, bootstrap_ratio};
use serde::Serialize;

/// How many points apart two detectors may be and still mean the same change, and how many points make a regime.
pub const AGREEMENT: usize = 3;

/// A median is resampled for an interval from this many values on.
const FEWEST_TO_RESAMPLE: usize = 3;

/// What the vote depends on. Candidates were run over generated series; among those that do well there, the setting was
/// taken that also reaches the targets on the labelled ones, so scores on those are not blind (see `score_tests`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VoteSettings {
    /// Otava's.
    pub otava: OtavaSettings,
    /// Perfherder's.
    pub perfherder: PerfherderSettings,
    /// Smallest relative change worth reporting.
    pub least_effect: f64,
    /// A change must also be this many times the robust noise: that of the two centres compared, which shrinks as runs
    /// accumulate, so that a shift smaller than the scatter of single runs can still be confirmed by many.
    pub noise_factor: f64,
    /// Greatest p.
    pub max_p: f64,
    /// How the interval of the ratio is resampled.
    pub sampling: Sampling,
}

impl Default for VoteSettings {
    fn default() -> Self {
        Self {
            otava: OtavaSettings { window: 50, max_p: 0.001, min_magnitude: 0.0 },
            perfherder: PerfherderSettings { threshold: 5.0, ..PerfherderSettings::default() },
            least_effect: 0.02,
            noise_factor: 2.0,
            max_p: 0.01,
            sampling: Sampling { resamples: 10_000, confidence: 0.95, seed: 1 },
        }
    }
}

/// How sure a change is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// Two detectors agree, and there are points enough on both sides.
    Confirmed,
    /// One detector alone.
    Candidate,
    /// In the newest two points.
    Suspect,
}

/// Which way the values went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Shift {
    /// Greater after.
    Up,
    /// Smaller after.
    Down,
}

/// A change of a series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChangePoint {
    /// First index of the new regime.
    pub index: usize,
    /// How sure it is.
    pub class: Class,
    /// Which way the values went.
    pub direction: Shift,
    /// Median of the regime before.
    pub before: f64,
    /// Median of the regime after.
    pub after: f64,
    /// How many values, next to the index on either side, these medians are of.
    pub counts: [usize; 2],
    /// Bootstrap interval of after / before; absent where a median isn't positive, or a side has fewer than three values.
    pub interval: Option<Interval>,
    /// p of the difference, allowing for noise that remembers and for the choice of the place.
    pub p: f64,
    /// How many detectors found it.
    pub votes: u8,
}

impl ChangePoint {
    /// Relative change; infinite where the value before is 0.
    pub fn relative(&self) -> f64 {
        (self.after - self.before) / self.before.abs()
    }
}

/// A place that detectors named, and how many.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Ballot {
    index: usize,
    votes: u8,
}

/// The change points of a series of finite values, by ascending index.
pub fn change_points(series: &[f64], settings: &VoteSettings) -> Vec<ChangePoint> {
    let ballots = ballots(series, settings);
    let (agreed, single): (Vec<Ballot>, Vec<Ballot>) =
        ballots.into_iter().partition(|ballot| ballot.votes > 1);
    let agreed = keep_what_stands(series, agreed, settings);
    let borders: Vec<usize> = agreed.iter().map(|ballot| ballot.index).collect();
    let mut found: Vec<ChangePoint> = agreed
        .iter()
        .chain(&single)
        .filter_map(|ballot| {
            let (left, right) = stretches_around(series, &borders, ballot.index);
            let evidence = weigh(left, right).filter(|evidence| stands(evidence, settings))?;
            Some(describe(series, *ballot, &evidence, (left, right), settings))
        })
        .collect();
    found.sort_by_key(|point| point.index);
    found
}

/// Runs the detectors and matches what they name: asv's places first, whose fit is over the whole series, then Otava's.
fn ballots(series: &[f64], settings: &VoteSettings) -> Vec<Ballot> {
    if series.len() < 3 {
        return Vec::new();
    }
    let mut others: Vec<Vec<usize>> = vec![
        otava(series, settings.otava).iter().map(|point| point.index).collect(),
        perfherder(series, settings.perfherder),
    ];
    let mut ballots = Vec::new();
    for index in asv(series) {
        let agreeing = others.iter_mut().map(|places| u8::from(take_near(places, index))).sum::<u8>();
        ballots.push(Ballot { index, votes: 1 + agreeing });
    }
    while let Some(mut places) = (!others.is_empty()).then(|| others.remove(0)) {
        while let Some(index) = places.pop() {
            let agreeing = others.iter_mut().map(|places| u8::from(take_near(places, index))).sum::<u8>();
            ballots.push(Ballot { index, votes: 1 + agreeing });
        }
    }
    ballots.sort_by_key(|ballot| ballot.index);
    ballots
}

/// Takes the place nearest to `index` out, if it is near enough.
fn take_near(places: &mut Vec<usize>, index: usize) -> bool {
    let nearest = (0..places.len()).min_by_key(|&at| places[at].abs_diff(index));
    match nearest {
        Some(at) if places[at].abs_diff(index) <= AGREEMENT => {
            places.remove(at);
            true
        }
        _ => false,
    }
}

/// Drops, weakest first, the agreed points that don't stand between their neighbours; each drop gives the others longer
/// stretches, against which they are weighed again.
fn keep_what_stands(series: &[f64], mut agreed: Vec<Ballot>, settings: &VoteSettings) -> Vec<Ballot> {
    loop {
        let borders: Vec<usize> = agreed.iter().map(|ballot| ballot.index).collect();
        let weakest = borders
            .iter()
            .enumerate()
            .filter_map(|(at, &index)| {
                let (left, right) = stretches_around(series, &borders, index);
                let evidence = weigh(left, right)?;
                (!stands(&evidence, settings)).then_some((at, evidence.p))
            })
            .max_by(|a, b| a.1.total_cmp(&b.1));
        match weakest {
            Some((at, _)) => {
                agreed.remove(at);
            }
            None => return agreed,
        }
    }
}

/// The stretches before and after `index`, up to the neighbouring borders.
fn stretches_around<'a>(series: &'a [f64], borders: &[usize], index: usize) -> (&'a [f64], &'a [f64]) {
    let start = borders.iter().rev().find(|&&border| border < index).copied().unwrap_or(0);
    let end = borders.iter().find(|&&border| border > index).copied().unwrap_or(series.len());
    (&series[start..index], &series[index..end])
}

/// Whether a step is worth reporting.
fn stands(evidence: &Evidence, settings: &VoteSettings) -> bool {
    evidence.effect >= settings.least_effect.max(settings.noise_factor * evidence.noise)
        && evidence.p <= settings.max_p
        && evidence.beats_a_line
}

fn describe(
    series: &[f64],
    ballot: Ballot,
    evidence: &Evidence,
    (left, right): (&[f64], &[f64]),
    settings: &VoteSettings,
) -> ChangePoint {
    let newest = series.len() - ballot.index;
    let class = if newest < AGREEMENT {
        Class::Suspect
    } else if ballot.votes > 1 && ballot.index >= AGREEMENT {
        Class::Confirmed
    } else {
        Class::Candidate
    };
    // The resamples of one or two values are those values: an interval of them would claim a certainty that nobody has.
    let enough = left.len().min(right.len()) >= FEWEST_TO_RESAMPLE;
    let resampled = enough && evidence.before > 0.0 && evidence.after > 0.0;
    ChangePoint {
        index: ballot.index,
        class,
        direction: if evidence.after > evidence.before { Shift::Up } else { Shift::Down },
        before: evidence.before,
        after: evidence.after,
        counts: [left.len(), right.len()],
        interval: resampled
            .then(|| bootstrap_ratio(right, left, Centre::Median, settings.sampling))
            .flatten(),
        p: evidence.p,
        votes: ballot.votes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(series: &[f64]) -> Vec<ChangePoint> {
        change_points(
            series,
            &VoteSettings {
                sampling: Sampling { resamples: 200, ..VoteSettings::default().sampling },
                ..VoteSettings::default()
            },
        )
    }

    #[test]
    fn short_and_flat_series_have_none() {
        for count in 0..=5 {
            let rising: Vec<f64> = (0..count).map(f64::from).collect();
            assert!(found(&rising).iter().all(|point| point.class != Class::Confirmed), "{count}");
            assert!(found(&vec![7.0; count as usize]).is_empty());
        }
        assert!(found(&[3.0; 100]).is_empty());
        assert!(found(&[0.0; 100]).is_empty());
    }

    #[test]
    fn a_clear_step_is_confirmed_with_its_medians() {
        let series: Vec<f64> =
            (0..24).map(|at| if at < 12 { 100.0 } else { 80.0 } + f64::from(at % 3)).collect();
        let points = found(&series);
        assert_eq!(points.len(), 1, "{points:?}");
        let point = points[0];
        assert_eq!((point.index, point.class, point.direction), (12, Class::Confirmed, Shift::Down));
        assert_eq!((point.before, point.after, point.counts), (101.0, 81.0, [12, 12]));
        let interval = point.interval.expect("positive medians");
        assert!(interval.contains(81.0 / 101.0) && interval.high < 0.9);
        assert!((point.relative() + 20.0 / 101.0).abs() < 1e-12);
    }

    #[test]
    fn the_newest_two_points_are_only_suspect() {
        let mut series: Vec<f64> = (0..30).map(|at| 100.0 + f64::from(at % 3)).collect();
        series.extend([150.0, 151.0]);
        let points = found(&series);
        assert!(points.iter().all(|point| point.class == Class::Suspect), "{points:?}");
        assert!(points.iter().any(|point| point.index == 30));
    }

    #[test]
    fn one_run_on_a_side_has_no_interval() {
        let series: Vec<f64> =
            (0..12).map(|at| if at < 11 { 100.0 + f64::from(at % 3) } else { 150.0 }).collect();
        let points = change_points(&series, &VoteSettings::default());
        assert!(
            points.iter().all(|point| point.counts.contains(&1) && point.interval.is_none()),
            "{points:?}"
        );
        assert!(!points.is_empty());
    }

    #[test]
    fn a_change_from_zero_has_no_infinite_interval() {
        let series: Vec<f64> =
            (0..20).map(|at| if at < 10 { 0.0 } else { 5.0 + f64::from(at % 2) }).collect();
        let points = found(&series);
        assert_eq!(points.len(), 1);
        assert_eq!(points[0].interval, None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn any_finite_series_is_answered(series in prop::collection::vec(-1e12_f64..1e12, 0..80)) {
            for point in found(&series) {
                prop_assert!(point.index > 0 && point.index < series.len());
                prop_assert!(point.before.is_finite() && point.after.is_finite() && (0.0..=1.0).contains(&point.p));
            }
        }

        #[test]
        fn scale_does_not_matter(seed in 0_u64..1000, exponent in -20_i32..20) {
            let mut random = crate::analysis::statistics::Random::new(seed);
            let series: Vec<f64> =
                (0..40).map(|at| if at < 20 { 100.0 } else { 120.0 } + random.normal()).collect();
            // A power of two scales without rounding.
            let scaled: Vec<f64> = series.iter().map(|value| value * 2_f64.powi(exponent)).collect();
            let indices = |points: Vec<ChangePoint>| points.iter().map(|point| (point.index, point.class)).collect::<Vec<_>>();
            prop_assert_eq!(indices(found(&series)), indices(found(&scaled)));
        }
    }
}
