//! How much the same thing differs from run to run: the noise that single runs are judged by.

use super::{Economics, Entry, Metric, SeriesKey, standing_entries, statistics::median};
use record::{Measurement, Run};
use std::collections::BTreeMap;

/// Pairs of adjacent runs from which on a spread is worth stating.
const ENOUGH_PAIRS: usize = 3;
/// For a normal distribution the standard deviation is this many medians of the absolute value: 1 / Φ⁻¹(3/4).
const NORMAL: f64 = 1.482_602_218_505_602;

/// The spread between two runs of the same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Noise {
    /// Robust standard deviation of ln(later / earlier).
    pub of_ratio: f64,
    /// From how many pairs.
    pub pairs: usize,
}

impl Noise {
    /// From logarithms of ratios; `None` of fewer than three.
    pub fn of_log_ratios(log_ratios: &[f64]) -> Option<Self> {
        let distances: Vec<f64> =
            log_ratios.iter().filter(|ratio| ratio.is_finite()).map(|ratio| ratio.abs()).collect();
        (distances.len() >= ENOUGH_PAIRS)
            .then(|| Self { of_ratio: NORMAL * median(&distances), pairs: distances.len() })
    }
}

/// The noise of each series, and of all together for those with too few pairs of their own.
#[derive(Clone, Debug, Default)]
pub struct NoiseModel {
    series: BTreeMap<SeriesKey, Noise>,
    all: Option<Noise>,
}

impl NoiseModel {
    /// From adjacent runs; see [`adjacent_pairs`].
    pub fn new(runs: &[Run], metric: Metric, economics: &Economics<'_>) -> Self {
        let pairs = adjacent_pairs(runs, metric, economics);
        let ratios = |pairs: &[Pair<'_>]| pairs.iter().map(Pair::log_ratio).collect::<Vec<f64>>();
        let all: Vec<f64> = pairs.values().flat_map(|pairs| ratios(pairs)).collect();
        let of_series =
            |(key, pairs): (SeriesKey, Vec<Pair<'_>>)| Some((key, Noise::of_log_ratios(&ratios(&pairs))?));
        Self { series: pairs.into_iter().filter_map(of_series).collect(), all: Noise::of_log_ratios(&all) }
    }

    /// The noise to judge two series by: the greater of their own, where each has one; else that of all series.
    pub fn between(&self, left: &SeriesKey, right: &SeriesKey) -> Option<Noise> {
        let of = |key| self.series.get(key).copied().or(self.all);
        let (left, right) = (of(left)?, of(right)?);
        Some(if left.of_ratio >= right.of_ratio { left } else { right })
    }
}

/// Two measurements of one configuration in consecutive runs that have it, with the same image.
#[derive(Clone, Copy, Debug)]
pub struct Pair<'a> {
    /// The earlier, and its value.
    pub before: (Entry<'a>, f64),
    /// The later, and its value.
    pub after: (Entry<'a>, f64),
}

impl Pair<'_> {
    /// ln(later / earlier).
    pub fn log_ratio(&self) -> f64 {
        (self.after.1 / self.before.1).ln()
    }
}

/// The adjacent pairs of each series. `runs` are in order of date. Where the image isn't known a pair says nothing.
pub fn adjacent_pairs<'a>(
    runs: &'a [Run],
    metric: Metric,
    economics: &Economics<'_>,
) -> BTreeMap<SeriesKey, Vec<Pair<'a>>> {
    let mut newest: BTreeMap<(SeriesKey, String), (Entry<'a>, f64)> = BTreeMap::new();
    let mut pairs: BTreeMap<SeriesKey, Vec<Pair<'a>>> = BTreeMap::new();
    for entry in standing_entries(runs) {
        let value = metric.value(entry.measurement, economics).filter(|value| *value > 0.0);
        let Some(value) = value else { continue };
        let series = SeriesKey::of(&entry);
        let after = (entry, value);
        let Some(before) = newest.insert((series.clone(), entry.measurement.identify("")), after) else {
            continue;
        };
        if same_image(before.0.measurement, entry.measurement) {
            pairs.entry(series).or_default().push(Pair { before, after });
        }
    }
    pairs
}

/// Whether two measurements ran the same image, by digest where both have one.
fn same_image(a: &Measurement, b: &Measurement) -> bool {
    match (&a.framework.image_digest, &b.framework.image_digest) {
        (Some(a), Some(b)) => a == b,
        _ => a.framework.image.is_some() && a.framework.image == b.framework.image,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::PriceTier;

    #[test]
    fn committed_runs_give_a_noise_for_every_pair_of_series() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let catalog = crate::catalog::load(root, false).expect("the committed content");
        let economics = Economics { edition: None, tier: PriceTier::Rental };
        let model = NoiseModel::new(&catalog.runs, Metric::ThroughputPerAccelerator, &economics);
        let all = model.all.expect("adjacent runs with the same image");
        eprintln!("{} series with noise of their own; all: {all:?}", model.series.len());
        assert!(all.of_ratio > 0.0 && all.of_ratio < 0.2);
        let mut keys: Vec<SeriesKey> =
            standing_entries(&catalog.runs).map(|entry| SeriesKey::of(&entry)).collect();
        keys.sort();
        keys.dedup();
        for pair in keys.windows(2) {
            assert_eq!(model.between(&pair[0], &pair[1]), model.between(&pair[1], &pair[0]));
        }
    }
}
