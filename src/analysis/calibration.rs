//! How often the rule for single runs errs, on pairs of runs that it was not taken from.
//!
//! Each pair of adjacent runs with the same image is judged by what the others show. Nothing is known to differ within a pair, so
//! those told apart are false alarms; one in twenty is what the rule promises.

use super::{Expected, Pair, SeriesKey, Spread};
use std::collections::BTreeMap;

/// Shares of pairs of the same that are told apart, of those left out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Calibration {
    /// How many pairs.
    pub pairs: usize,
    /// Of how many series.
    pub series: usize,
    /// With the whole series left out, as for one that has no pairs of its own: the mean over the series.
    pub of_unseen_series: f64,
    /// With all of the series left out that came of the same two runs, as for one that has pairs of its own: the share of all pairs.
    pub of_known_series: f64,
}

/// Leaves pairs out and judges them by the rest. `None` where the rest doesn't suffice for that.
pub fn calibration(pairs: &BTreeMap<&SeriesKey, Vec<Pair<'_>>>) -> Option<Calibration> {
    let ratios = |pairs: &[Pair<'_>]| pairs.iter().map(Pair::log_ratio).collect::<Vec<f64>>();
    let series: Vec<Vec<f64>> = pairs.values().map(|pairs| ratios(pairs)).collect();
    let (mut unseen, mut known) = (0.0, 0);
    for (at, pairs) in pairs.values().enumerate() {
        let others = series.iter().enumerate().filter(|(other, _)| *other != at);
        let all = Spread::of_series(others.map(|(_, ratios)| ratios.as_slice()));
        let reach = all.reach()?;
        unseen += share_beyond(&series[at], reach);
        for pair in pairs {
            let elsewhere = pairs.iter().filter(|other| runs(other) != runs(pair));
            let own = Spread::of(elsewhere.map(Pair::log_ratio));
            let reach = Expected { own: Some(&own), all: &all }.reach()?;
            known += usize::from(pair.log_ratio().abs() > reach);
        }
    }
    let count: usize = series.iter().map(Vec::len).sum();
    (count > 0).then(|| Calibration {
        pairs: count,
        series: series.len(),
        of_unseen_series: unseen / series.len() as f64,
        of_known_series: known as f64 / count as f64,
    })
}

fn runs<'a>(pair: &Pair<'a>) -> [&'a str; 2] {
    [&pair.before.0.run.id, &pair.after.0.run.id]
}

fn share_beyond(ratios: &[f64], reach: f64) -> f64 {
    ratios.iter().filter(|ratio| ratio.abs() > reach).count() as f64 / ratios.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        analysis::{
            Analysis, Economics, Metric, Side, WATCHED, adjacent_pairs, histories, statistics::Random,
        },
        catalog::PriceTier,
    };

    fn committed<T>(then: impl FnOnce(&dyn Fn(Metric) -> Calibration) -> T) -> T {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let catalog = crate::catalog::load(root, false).expect("the committed content");
        let economics = Economics { edition: None, tier: PriceTier::Rental };
        let histories = histories(&catalog.runs);
        then(&|metric| calibration(&adjacent_pairs(&histories, metric, &economics)).expect("enough pairs"))
    }

    #[test]
    fn committed_pairs_of_the_same_are_told_apart_about_once_in_twenty() {
        committed(|of| {
            for metric in WATCHED {
                let found = of(metric);
                eprintln!("{metric:?}: {found:?}");
                assert!(found.pairs >= 300 && found.series >= 30, "{metric:?}: {found:?}");
                for share in [found.of_unseen_series, found.of_known_series] {
                    assert!((0.03..0.07).contains(&share), "{metric:?}: {found:?}");
                }
            }
        });
    }

    /// With both errors together a value is told apart from what it should be no more often than with one: the rule adds what 95 % keep
    /// to in squares.
    #[test]
    fn interpolated_values_are_told_apart_from_the_truth_no_more_often() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let catalog = crate::catalog::load(root, false).expect("the committed content");
        let config = crate::config::Config::load(root).expect("site.toml");
        let analysis = Analysis::new(&config, &catalog);
        let yardstick = analysis.yardstick(Metric::ThroughputPerAccelerator);
        let series = analysis.series.keys().next().expect("series");
        let mut random = Random::new(7);
        for [left, right] in [[true, false], [true, true]] {
            let sides = [left, right].map(|interpolated| Side { series, interpolated });
            let noise = yardstick.between(sides[0], sides[1]).expect("a noise");
            let wavering = sides.map(|side| yardstick.wavering(side).expect("a noise"));
            let apart = |_: &usize| {
                let [left, right] = wavering.map(|one| one.draw(&mut random));
                noise.tells_apart((left - right).exp())
            };
            let share = (0..20_000).filter(apart).count() as f64 / 20_000.0;
            assert!(share < 0.07, "{share} with {left} and {right} interpolated");
        }
    }

    #[test]
    fn without_pairs_nothing_is_said_of_them() {
        assert_eq!(calibration(&BTreeMap::new()), None);
    }
}
