//! The vote of the three detectors.
//!
//! Two that place a change within [`AGREEMENT`] points of each other, with levels of as many points on either side, confirm it;
//! one alone makes a candidate; what lies in the newest two points is suspect until more runs are in. Every point must also be
//! worth reporting: larger than the effect floor, unlikely by chance ([`super::evidence`]), and more of a step than of a drift.
//! Where a series is too short for one of the three, that test of chance has the third voice. What was confirmed when a short
//! series was shorter stays so until the levels are no longer apart ([`super::looks`]).

use super::{
    OtavaSettings, PerfherderSettings,
    ballot::{Ballot, Places},
    evidence::{Evidence, weigh},
    levels::levels,
    looks::{Persistence, looks},
};
use crate::analysis::statistics::{Centre, Interval, Sampling, bootstrap_ratio};
use serde::Serialize;

/// How many points apart two detectors may be and still mean the same change, and how many points make a regime.
pub const AGREEMENT: usize = 3;

/// A median is resampled for an interval from this many values on.
const FEWEST_TO_RESAMPLE: usize = 3;

/// A bootstrap of fewer values on a side covers the truth less often than it says: `coverage_of_few_values` measures it.
const ENOUGH_TO_COVER: usize = 5;

/// The smallest p that is stated: what is below can't be told from rounding, and no series shows that chance is ruled out.
const LEAST_P: f64 = f64::EPSILON;

/// One value is no level: a change is only confirmed where as many lie between it and the changes next to it.
const SHORTEST_LEVEL: usize = 2;

/// What the vote depends on. Candidates were run over generated series (`choice_tests` prints the table); among those that do
/// well there, the setting was taken that also reaches the targets on the labelled ones, so scores on those aren't blind.
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
    /// Greatest p that counts as a voice of its own, where Perfherder has too few values to speak.
    pub voice_p: f64,
    /// How the interval of the ratio is resampled.
    pub sampling: Sampling,
}

impl Default for VoteSettings {
    fn default() -> Self {
        Self {
            otava: OtavaSettings { window: 50, max_p: 0.001, min_magnitude: 0.0 },
            perfherder: PerfherderSettings { threshold: 6.0, ..PerfherderSettings::default() },
            least_effect: 0.02,
            noise_factor: 2.0,
            max_p: 0.01,
            voice_p: 0.0001,
            sampling: Sampling { resamples: 10_000, confidence: 0.95, seed: 1 },
        }
    }
}

/// How sure a change is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// Two voices agree, three points lie on either side in the series, and two up to the changes next to it.
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
    /// Bootstrap interval of after / before; absent where a median isn't positive, a side has fewer than three values, or none differ.
    pub interval: Option<Interval>,
    /// p of the difference, allowing for noise that remembers and for the choice of the place; never 0. Where an earlier look
    /// confirmed the change, p as it was then if that is less.
    pub p: f64,
    /// How many detectors find it now.
    pub votes: u8,
}

impl ChangePoint {
    /// Relative change; infinite where the value before is 0.
    pub fn relative(&self) -> f64 {
        (self.after - self.before) / self.before.abs()
    }

    /// Whether the levels are so short that the interval is narrower than its confidence says.
    pub fn interval_is_narrow(&self) -> bool {
        self.interval.is_some() && self.counts.iter().any(|count| *count < ENOUGH_TO_COVER)
    }

    /// Which of the levels before and after have too few values for an interval: that there was a change may be sure, how large it
    /// was isn't.
    pub fn short_levels(&self) -> [bool; 2] {
        self.counts.map(|count| count < FEWEST_TO_RESAMPLE)
    }
}

/// The change points of a series of finite values, by ascending index.
pub fn change_points(series: &[f64], settings: &VoteSettings) -> Vec<ChangePoint> {
    change_points_and_persistence(series, settings).0
}

/// The same, with how well what was confirmed in fewer of the values holds in all of them.
pub(super) fn change_points_and_persistence(
    series: &[f64],
    settings: &VoteSettings,
) -> (Vec<ChangePoint>, Persistence) {
    let exponent = exponent(series);
    let scaled: Vec<f64> = series.iter().map(|value| times_power(*value, -exponent)).collect();
    let mut looks = looks(&scaled, |end| Places::of(&scaled[..end], settings), settings);
    let persistence = Persistence::of(&looks);
    let mut found = looks.pop().unwrap_or_default();
    for point in &mut found {
        point.before = times_power(point.before, exponent);
        point.after = times_power(point.after, exponent);
    }
    (found, persistence)
}

/// The power of two to divide a series by, so that squares of its values neither overflow nor vanish; 0 where they don't
/// anyway. A division by a power of two changes nothing but the scale.
fn exponent(series: &[f64]) -> i32 {
    const SAFE: i32 = 300;
    let greatest = series.iter().fold(0.0_f64, |greatest, value| greatest.max(value.abs()));
    if greatest == 0.0 {
        return 0;
    }
    let exponent = greatest.log2().floor() as i32;
    if exponent.abs() <= SAFE { 0 } else { exponent }
}

/// In two halves, since the power itself may be beyond what a number can hold.
fn times_power(value: f64, exponent: i32) -> f64 {
    let half = exponent / 2;
    value * 2_f64.powi(half) * 2_f64.powi(exponent - half)
}

/// Weighs the places that detectors named or earlier looks announced.
pub(super) fn vote(series: &[f64], ballots: &[Ballot], settings: &VoteSettings) -> Vec<ChangePoint> {
    let standing = keep_what_stands(series, ballots, settings);
    let borders: Vec<usize> = standing.iter().map(|ballot| ballot.index).collect();
    let mut found: Vec<ChangePoint> = ballots
        .iter()
        .filter(|ballot| !ballot.is_agreed() || standing.contains(ballot))
        .filter_map(|ballot| {
            let (left, right) = stretches_around(series, &borders, ballot.index);
            let evidence = weigh(left, right).filter(|evidence| stands(evidence, *ballot, settings))?;
            Some(describe(series, *ballot, &evidence, (left, right), settings))
        })
        .collect();
    found.sort_by_key(|point| point.index);
    found
}

/// Drops, weakest first, the places that don't stand between their neighbours; each drop gives the others longer stretches,
/// against which they are weighed again.
///
/// Perfherder needs twelve values on either side. Nearer to an end of the series, where only two detectors can speak, what
/// one of them names counts here as well, lest a plateau that the other missed makes its neighbours look like a slope.
fn keep_what_stands(series: &[f64], ballots: &[Ballot], settings: &VoteSettings) -> Vec<Ballot> {
    let counts = |ballot: &&Ballot| ballot.is_agreed() || is_out_of_sight(series, ballot.index, settings);
    let named: Vec<usize> = ballots.iter().filter(counts).map(|ballot| ballot.index).collect();
    let levels = levels(series, &named);
    let mut standing: Vec<Ballot> = (ballots.iter())
        .filter(|ballot| ballot.is_agreed() || levels.contains(&ballot.index))
        .copied()
        .collect();
    // How weak each place is: nothing for one that stands, else its p.
    let weakness = |standing: &[Ballot], at: usize| {
        let start = if at == 0 { 0 } else { standing[at - 1].index };
        let end = standing.get(at + 1).map_or(series.len(), |next| next.index);
        let index = standing[at].index;
        match weigh(&series[start..index], &series[index..end]) {
            Some(evidence) => (!stands(&evidence, standing[at], settings)).then_some(evidence.p),
            None => Some(1.0),
        }
    };
    let mut weak: Vec<Option<f64>> = (0..standing.len()).map(|at| weakness(&standing, at)).collect();
    let weakest = |weak: &[Option<f64>]| {
        let failing = weak.iter().enumerate().filter_map(|(at, p)| Some((at, (*p)?)));
        failing.max_by(|a, b| a.1.total_cmp(&b.1)).map(|(at, _)| at)
    };
    while let Some(at) = weakest(&weak) {
        standing.remove(at);
        weak.remove(at);
        let neighbours = at.saturating_sub(1)..(at + 1).min(standing.len());
        for (place, weak) in neighbours.clone().zip(&mut weak[neighbours]) {
            *weak = weakness(&standing, place);
        }
    }
    standing
}

/// The stretches before and after `index`, up to the neighbouring borders.
fn stretches_around<'a>(series: &'a [f64], borders: &[usize], index: usize) -> (&'a [f64], &'a [f64]) {
    let next = borders.partition_point(|border| *border <= index);
    let end = borders.get(next).copied().unwrap_or(series.len());
    let start = borders[..next].iter().rev().find(|border| **border < index).copied().unwrap_or(0);
    (&series[start..index], &series[index..end])
}

/// Whether Perfherder has too few values before a place or after it to name it.
fn is_out_of_sight(series: &[f64], index: usize, settings: &VoteSettings) -> bool {
    let PerfherderSettings { min_back, fore, .. } = settings.perfherder;
    index < min_back || series.len() - index < fore
}

/// Whether a step is worth reporting. Of one that an earlier look confirmed only its levels are asked.
fn stands(evidence: &Evidence, ballot: Ballot, settings: &VoteSettings) -> bool {
    evidence.effect >= settings.least_effect.max(settings.noise_factor * evidence.noise)
        && (ballot.announced.is_some() || (evidence.p <= settings.max_p && evidence.beats_a_line))
}

fn describe(
    series: &[f64],
    ballot: Ballot,
    evidence: &Evidence,
    (left, right): (&[f64], &[f64]),
    settings: &VoteSettings,
) -> ChangePoint {
    let third_voice = evidence.p <= settings.voice_p && is_out_of_sight(series, ballot.index, settings);
    let shortest = left.len().min(right.len());
    let enough = ballot.index >= AGREEMENT && shortest >= SHORTEST_LEVEL;
    let class = if series.len() - ballot.index < AGREEMENT {
        Class::Suspect
    } else if enough && (ballot.is_agreed() || third_voice) {
        Class::Confirmed
    } else {
        Class::Candidate
    };
    // The resamples of one or two values are those values: an interval of them would claim a certainty that nobody has.
    let resampled = shortest >= FEWEST_TO_RESAMPLE && evidence.before > 0.0 && evidence.after > 0.0;
    ChangePoint {
        index: ballot.index,
        class,
        direction: if evidence.after > evidence.before { Shift::Up } else { Shift::Down },
        before: evidence.before,
        after: evidence.after,
        counts: [left.len(), right.len()],
        interval: resampled
            .then(|| bootstrap_ratio(right, left, Centre::Median, settings.sampling))
            .flatten()
            // Values without any spread have an interval without width: no certainty that anybody has.
            .filter(|interval| interval.low < interval.high),
        p: ballot.announced.map_or(evidence.p, |p| p.min(evidence.p)).max(LEAST_P),
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
    fn values_without_spread_give_neither_an_interval_nor_certainty() {
        let points = found(&[1.0, 1.0, 1.0, 1.0, 9.0, 9.0, 9.0, 9.0]);
        assert!(!points.is_empty());
        assert!(points.iter().all(|point| point.interval.is_none() && point.p > 0.0), "{points:?}");
    }

    /// How often the interval of a step of 30 % in noise of 1 % holds the true ratio, with so many values on a side.
    fn coverage(count: usize) -> f64 {
        const DRAWS: usize = 1_500;
        let mut random = crate::analysis::statistics::Random::new(7);
        let sampling = Sampling { resamples: 400, ..VoteSettings::default().sampling };
        let mut level = |middle: f64| -> Vec<f64> {
            (0..count).map(|_| middle * (1.0 + 0.01 * random.normal())).collect()
        };
        let holds = (0..DRAWS).filter(|_| {
            let (before, after) = (level(100.0), level(130.0));
            let interval = bootstrap_ratio(&after, &before, Centre::Median, sampling);
            interval.is_some_and(|interval| interval.contains(1.3))
        });
        holds.count() as f64 / DRAWS as f64
    }

    #[test]
    fn coverage_of_few_values() {
        let found = [3, 4, ENOUGH_TO_COVER, 10].map(coverage);
        eprintln!("{found:?}");
        assert!((0.86..0.92).contains(&found[0]), "three values cover less than 95 %: {found:?}");
        assert!(found[2] >= 0.92 && found[3] >= 0.93, "from five on it is near: {found:?}");
    }

    #[test]
    fn one_value_is_no_level_and_two_give_no_interval() {
        let with_landing = |count: usize| {
            let steps = [(10, 100.0), (count, 150.0), (10, 200.0)];
            let values = steps
                .iter()
                .flat_map(|(count, level)| (0..*count).map(move |at| level + (at % 3) as f64 / 5.0));
            found(&values.collect::<Vec<f64>>())
        };
        for point in with_landing(1) {
            assert!(!(point.class == Class::Confirmed && point.counts.contains(&1)), "{point:?}");
        }
        let two = with_landing(2);
        let confirmed: Vec<_> = two.iter().filter(|point| point.class == Class::Confirmed).collect();
        let said: Vec<_> = confirmed.iter().map(|point| (point.counts, point.short_levels())).collect();
        assert_eq!(said, [([10, 2], [false, true]), ([2, 10], [true, false])]);
        assert!(confirmed.iter().all(|point| point.interval.is_none()));
    }

    #[test]
    fn a_staircase_of_clear_plateaus_is_found() {
        let series = [26.6, 49.9, 49.9, 50.0, 64.0, 64.2, 79.5, 80.0, 80.6, 81.0, 81.5];
        let confirmed: Vec<usize> = found(&series)
            .iter()
            .filter(|point| point.class == Class::Confirmed)
            .map(|point| point.index)
            .collect();
        assert_eq!(confirmed, [4, 6], "a single value in front is no level");
        let stairs: Vec<f64> = (0..20_u32)
            .map(|at| [26.6, 49.9, 64.0, 80.0, 95.0][at as usize / 4] + 0.1 * f64::from(at % 3))
            .collect();
        let confirmed = found(&stairs).into_iter().filter(|point| point.class == Class::Confirmed);
        assert_eq!(confirmed.map(|point| point.index).collect::<Vec<_>>(), [4, 8, 12, 16]);
    }

    #[test]
    fn steps_are_found_at_any_scale_that_a_number_can_have() {
        let series: Vec<f64> =
            (0..24).map(|at| if at < 12 { 1.0 } else { 0.8 } + 0.01 * f64::from(at % 3)).collect();
        for scale in [1e-300, 1e-160, 1.0, 1e150, 1e200, 1.5e308] {
            let scaled: Vec<f64> = series.iter().map(|value| value * scale).collect();
            let points = found(&scaled);
            assert_eq!(points.len(), 1, "{scale:e}");
            assert_eq!((points[0].index, points[0].class), (12, Class::Confirmed), "{scale:e}");
            assert!((points[0].before / scale - 1.01).abs() < 1e-9, "{scale:e}");
        }
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
        fn scale_does_not_matter(seed in 0_u64..1000, exponent in -900_i32..900) {
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
