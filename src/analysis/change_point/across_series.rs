//! Change points of many series at once, with the false-discovery rate controlled over all of them.

use super::{ChangePoint, Class, VoteSettings, change_points};
use crate::analysis::statistics::benjamini_hochberg;
use rayon::prelude::*;

/// The share of confirmed changes that may be chance, over all series of a build.
pub const FALSE_DISCOVERY_RATE: f64 = 0.05;

/// The change points of each series of finite values, in the order given, whatever the number of threads.
///
/// Every series is at least one test: one without any point counts as a test with p = 1, or the control would know only of
/// what had already been selected. A confirmed point that isn't a discovery at [`FALSE_DISCOVERY_RATE`] becomes a candidate.
pub fn change_points_of_all(
    series: &[impl AsRef<[f64]> + Sync],
    settings: &VoteSettings,
) -> Vec<Vec<ChangePoint>> {
    let mut found: Vec<Vec<ChangePoint>> =
        series.par_iter().map(|values| change_points(values.as_ref(), settings)).collect();
    control(&mut found, FALSE_DISCOVERY_RATE);
    found
}

/// Demotes confirmed points that aren't discoveries at rate `q`.
pub fn control(found: &mut [Vec<ChangePoint>], q: f64) {
    let p_values: Vec<f64> = found
        .iter()
        .flat_map(|points| {
            let without = points.is_empty().then_some(1.0);
            points.iter().map(|point| point.p).chain(without)
        })
        .collect();
    let mut discoveries = benjamini_hochberg(&p_values, q).into_iter();
    for points in found {
        if points.is_empty() {
            discoveries.next();
        }
        for point in points {
            if discoveries.next() == Some(false) && point.class == Class::Confirmed {
                point.class = Class::Candidate;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::statistics::Random;

    #[test]
    fn a_clear_change_survives_a_thousand_quiet_series_and_a_weak_one_does_not() {
        let mut random = Random::new(5);
        let mut all: Vec<Vec<f64>> =
            (0..1000).map(|_| (0..12).map(|_| 100.0 + random.normal()).collect()).collect();
        for value in &mut all[3][6..] {
            *value += 20.0;
        }
        let found = change_points_of_all(&all, &VoteSettings::default());
        let confirmed: Vec<usize> = (0..all.len())
            .filter(|&at| found[at].iter().any(|point| point.class == Class::Confirmed))
            .collect();
        assert_eq!(confirmed, [3]);
        let mut weak =
            vec![vec![ChangePoint { p: 0.009, ..found[3][0] }], Vec::new(), Vec::new(), Vec::new()];
        weak.resize(100, Vec::new());
        control(&mut weak, FALSE_DISCOVERY_RATE);
        assert_eq!(weak[0][0].class, Class::Candidate);
    }
}
