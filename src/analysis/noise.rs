//! How much the same thing differs from run to run: the noise that single runs are judged by.

use super::{Economics, Metric, SeriesKey, standing_entries, statistics::median};
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
    /// From adjacent runs: pairs of measurements of one configuration in consecutive runs that have it, with the same
    /// image. `runs` are in order of date. Where the image isn't known a pair says nothing.
    pub fn new(runs: &[Run], metric: Metric, economics: &Economics<'_>) -> Self {
        let mut newest: BTreeMap<(SeriesKey, String), (&Measurement, f64)> = BTreeMap::new();
        let mut ratios: BTreeMap<SeriesKey, Vec<f64>> = BTreeMap::new();
        for entry in standing_entries(runs) {
            let measurement = entry.measurement;
            let value = metric.value(measurement, economics).filter(|value| *value > 0.0);
            let Some(value) = value else { continue };
            let earlier =
                newest.insert((SeriesKey::of(&entry), measurement.identify("")), (measurement, value));
            let Some((earlier, before)) = earlier else { continue };
            if same_image(earlier, measurement) {
                ratios.entry(SeriesKey::of(&entry)).or_default().push((value / before).ln());
            }
        }
        let all: Vec<f64> = ratios.values().flatten().copied().collect();
        let of_series = |(key, ratios): (SeriesKey, Vec<f64>)| Some((key, Noise::of_log_ratios(&ratios)?));
        Self { series: ratios.into_iter().filter_map(of_series).collect(), all: Noise::of_log_ratios(&all) }
    }

    /// The noise to judge two series by: the greater of their own, where each has one; else that of all series.
    pub fn between(&self, left: &SeriesKey, right: &SeriesKey) -> Option<Noise> {
        let of = |key| self.series.get(key).copied().or(self.all);
        let (left, right) = (of(left)?, of(right)?);
        Some(if left.of_ratio >= right.of_ratio { left } else { right })
    }
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
