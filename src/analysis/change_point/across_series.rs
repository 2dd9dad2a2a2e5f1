//! Change points of many series at once, with the false-discovery rate controlled over all of them.

use super::{ChangePoint, Class, Persistence, VoteSettings, vote::change_points_and_persistence};
use crate::analysis::statistics::benjamini_hochberg;
use rayon::prelude::*;

/// The share of confirmed changes that may be chance, over all series of a build.
pub const FALSE_DISCOVERY_RATE: f64 = 0.05;

/// What was found in many series.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The change points of each series, in the order given.
    pub points: Vec<Vec<ChangePoint>>,
    /// How well what was confirmed in fewer values holds, over all series.
    pub persistence: Persistence,
    /// How many points are candidates because the control of false discoveries let them not pass.
    pub demoted: usize,
}

/// The change points of each series of finite values, in the order given, whatever the number of threads. A confirmed point
/// that isn't a discovery at [`FALSE_DISCOVERY_RATE`] becomes a candidate.
pub fn change_points_of_all(series: &[impl AsRef<[f64]> + Sync], settings: &VoteSettings) -> Found {
    let (mut points, persistence): (Vec<_>, Vec<_>) =
        series.par_iter().map(|values| change_points_and_persistence(values.as_ref(), settings)).unzip();
    let demoted = control(&mut points, FALSE_DISCOVERY_RATE);
    let mut sum = Persistence::default();
    persistence.into_iter().for_each(|one| sum += one);
    Found { points, persistence: sum, demoted }
}

/// Demotes confirmed points that aren't discoveries at rate `q`, and says how many.
///
/// The tests are the confirmed points and, for each series without one, the best place of the series, with p = 1: what is
/// merely a candidate is no discovery, and must not make room for one.
pub fn control(found: &mut [Vec<ChangePoint>], q: f64) -> usize {
    let confirmed = |point: &&ChangePoint| point.class == Class::Confirmed;
    let p_values: Vec<f64> = found
        .iter()
        .flat_map(|points| {
            let without = points.iter().find(confirmed).is_none().then_some(1.0);
            points.iter().filter(confirmed).map(|point| point.p).chain(without)
        })
        .collect();
    let mut discoveries = benjamini_hochberg(&p_values, q).into_iter();
    let mut demoted = 0;
    for points in found {
        if points.iter().find(confirmed).is_none() {
            discoveries.next();
        }
        for point in points.iter_mut().filter(|point| point.class == Class::Confirmed) {
            if discoveries.next() == Some(false) {
                point.class = Class::Candidate;
                demoted += 1;
            }
        }
    }
    demoted
}

#[cfg(test)]
mod tests {
    use super::{super::Shift, *};
    use crate::analysis::statistics::Random;

    #[test]
    fn a_clear_change_survives_a_thousand_quiet_series_and_a_weak_one_does_not() {
        let mut random = Random::new(5);
        let mut all: Vec<Vec<f64>> =
            (0..1000).map(|_| (0..12).map(|_| 100.0 + random.normal()).collect()).collect();
        for value in &mut all[3][6..] {
            *value += 20.0;
        }
        let found = change_points_of_all(&all, &VoteSettings::default()).points;
        let confirmed: Vec<usize> = (0..all.len())
            .filter(|&at| found[at].iter().any(|point| point.class == Class::Confirmed))
            .collect();
        assert_eq!(confirmed, [3]);
        let mut weak =
            vec![vec![ChangePoint { p: 0.009, ..found[3][0] }], Vec::new(), Vec::new(), Vec::new()];
        weak.resize(100, Vec::new());
        assert_eq!(control(&mut weak, FALSE_DISCOVERY_RATE), 1);
        assert_eq!(weak[0][0].class, Class::Candidate);
    }

    #[test]
    fn candidates_make_no_room_for_discoveries() {
        let point = |class, p| ChangePoint {
            index: 6,
            class,
            direction: Shift::Up,
            before: 1.0,
            after: 2.0,
            counts: [6, 6],
            interval: None,
            p,
            votes: 2,
        };
        let mut found = vec![Vec::new(); 20];
        found[0] = vec![point(Class::Confirmed, 0.006)];
        for quiet in &mut found[1..] {
            *quiet = vec![point(Class::Candidate, 0.0001)];
        }
        assert_eq!(control(&mut found, FALSE_DISCOVERY_RATE), 1);
    }
}
