//! How much the same thing differs from run to run: the noise that single runs are judged by.

use super::{
    Economics, Entry, Histories, Metric, SeriesKey, metric_history,
    statistics::{median, normal_quantile, student_t_quantile},
};
use record::Measurement;
use std::collections::BTreeMap;

/// Pairs of adjacent runs from which on a spread is worth stating.
const ENOUGH_PAIRS: usize = 3;
/// For a normal distribution the standard deviation is this many medians of the absolute value: 1 / Φ⁻¹(3/4).
const NORMAL: f64 = 1.482_602_218_505_602;

/// How much of a sample's information the median of its absolute values keeps, for a normal distribution: its efficiency
/// (Rousseeuw and Croux 1993, "Alternatives to the median absolute deviation").
const EFFICIENCY: f64 = 0.37;
/// Confidence with which a difference exceeds noise.
const CONFIDENCE: f64 = 0.95;

/// The spread between two runs of the same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Noise {
    /// Robust standard deviation of ln(later / earlier).
    pub of_ratio: f64,
    /// From how many pairs.
    pub pairs: usize,
    /// Whose pairs.
    pub observed: Observed,
    /// What interpolation adds: the standard deviation of ln(interpolated / measured), of all interpolated sides together.
    /// Zero where both sides were measured.
    pub of_interpolation: f64,
}

/// Whose adjacent runs a noise was observed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Observed {
    /// Those of the series compared; where both have a noise of their own, the greater.
    OwnSeries,
    /// Those of all series together, since one compared has too few of its own.
    AllSeries,
}

impl Noise {
    /// From logarithms of ratios; `None` of fewer than three.
    pub fn of_log_ratios(log_ratios: &[f64], observed: Observed) -> Option<Self> {
        let (of_ratio, pairs) = robust_spread(log_ratios)?;
        Some(Self { of_ratio, pairs, observed, of_interpolation: 0.0 })
    }

    /// The same where `sides` of the two sides compared are interpolated, each with this error.
    pub fn with_interpolation(self, sides: usize, error: f64) -> Self {
        Self { of_interpolation: error * (sides as f64).sqrt(), ..self }
    }

    /// All of it: standard deviation of the logarithm of a ratio.
    pub fn total(&self) -> f64 {
        self.of_ratio.hypot(self.of_interpolation)
    }

    /// What of it is due to one of two equal sides: standard deviation of the logarithm of a value. A ratio of two that
    /// vary alike varies √2 times as much; the error of interpolation is already that of one side.
    pub fn of_value(&self) -> f64 {
        (self.of_ratio / std::f64::consts::SQRT_2).hypot(self.of_interpolation)
    }

    /// The logarithm of a ratio that a difference must exceed: what 95 % of pairs of the same keep to. A spread of few pairs may
    /// be chance itself, so Student's t takes the place of the normal distribution, with the degrees of freedom that the robust
    /// estimate leaves.
    pub fn threshold(&self) -> f64 {
        let degrees = (EFFICIENCY * self.pairs as f64).max(1.0);
        let of_ratio = student_t_quantile(CONFIDENCE, degrees) * self.of_ratio;
        of_ratio.hypot(interpolation_reach(self.of_interpolation))
    }

    /// Whether a ratio lies further from one than this noise explains: the one rule by which the site tells single runs apart,
    /// wherever two of them meet. `content/docs/method.md` states it for readers.
    pub fn tells_apart(&self, ratio: f64) -> bool {
        ratio.ln().abs() > self.threshold()
    }
}

/// What 95 % of interpolated values keep to, of an error with this deviation.
pub fn interpolation_reach(deviation: f64) -> f64 {
    normal_quantile(0.5 + CONFIDENCE / 2.0) * deviation
}

/// The robust standard deviation about zero of logarithms of ratios, and how many there were; `None` of fewer than three.
pub(super) fn robust_spread(log_ratios: &[f64]) -> Option<(f64, usize)> {
    let distances: Vec<f64> =
        log_ratios.iter().filter(|ratio| ratio.is_finite()).map(|ratio| ratio.abs()).collect();
    (distances.len() >= ENOUGH_PAIRS).then(|| (NORMAL * median(&distances), distances.len()))
}

/// The noise of each series, and of all together for those with too few pairs of their own.
#[derive(Clone, Debug, Default)]
pub struct NoiseModel {
    series: BTreeMap<SeriesKey, Noise>,
    all: Option<Noise>,
}

impl NoiseModel {
    /// From adjacent runs; see [`adjacent_pairs`].
    pub fn new(histories: &Histories<'_>, metric: Metric, economics: &Economics<'_>) -> Self {
        let pairs = adjacent_pairs(histories, metric, economics);
        let ratios = |pairs: &[Pair<'_>]| pairs.iter().map(Pair::log_ratio).collect::<Vec<f64>>();
        let all: Vec<f64> = pairs.values().flat_map(|pairs| ratios(pairs)).collect();
        let own = |(series, pairs): (&SeriesKey, Vec<Pair<'_>>)| {
            Some((series.clone(), Noise::of_log_ratios(&ratios(&pairs), Observed::OwnSeries)?))
        };
        Self {
            series: pairs.into_iter().filter_map(own).collect(),
            all: Noise::of_log_ratios(&all, Observed::AllSeries),
        }
    }

    /// The same noise for every series.
    #[cfg(test)]
    pub(crate) fn of_all(of_ratio: f64, pairs: usize) -> Self {
        let all = Noise { of_ratio, pairs, observed: Observed::AllSeries, of_interpolation: 0.0 };
        Self { series: BTreeMap::new(), all: Some(all) }
    }

    /// The noise to judge two series by: the greater of their own, where each has one; else that of all series.
    pub fn between(&self, left: &SeriesKey, right: &SeriesKey) -> Option<Noise> {
        let of = |key| self.series.get(key).copied().or(self.all);
        let (left, right) = (of(left)?, of(right)?);
        Some(if left.of_ratio >= right.of_ratio { left } else { right })
    }

    /// The noise of one series, or of all where it has too few pairs of its own.
    pub fn of(&self, series: &SeriesKey) -> Option<Noise> {
        self.between(series, series)
    }
}

/// One side of a comparison, as far as its noise goes.
#[derive(Clone, Copy, Debug)]
pub struct Side<'s> {
    /// Its series.
    pub series: &'s SeriesKey,
    /// Whether its value lies between two measurements.
    pub interpolated: bool,
}

/// What differences in a metric are held against.
#[derive(Clone, Copy, Debug)]
pub struct Yardstick<'n> {
    /// The noise between adjacent runs.
    pub noise: &'n NoiseModel,
    /// How far an interpolated value is off: standard deviation of ln(interpolated / measured). Absent where too little tells.
    pub interpolation: Option<f64>,
}

impl Yardstick<'_> {
    /// The noise that two sides are judged by, with what interpolation adds. `None` where nothing shows it.
    pub fn between(&self, left: Side<'_>, right: Side<'_>) -> Option<Noise> {
        let noise = self.noise.between(left.series, right.series)?;
        match usize::from(left.interpolated) + usize::from(right.interpolated) {
            0 => Some(noise),
            sides => Some(noise.with_interpolation(sides, self.interpolation?)),
        }
    }

    /// The noise of one side alone.
    pub fn of(&self, side: Side<'_>) -> Option<Noise> {
        let noise = self.noise.of(side.series)?;
        if side.interpolated { Some(noise.with_interpolation(1, self.interpolation?)) } else { Some(noise) }
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

/// The adjacent pairs of each series. Where the image isn't known a pair says nothing.
pub fn adjacent_pairs<'h, 'a>(
    histories: &'h Histories<'a>,
    metric: Metric,
    economics: &Economics<'_>,
) -> BTreeMap<&'h SeriesKey, Vec<Pair<'a>>> {
    let mut pairs: BTreeMap<&SeriesKey, Vec<Pair<'a>>> = BTreeMap::new();
    for ((series, _), history) in histories {
        let (entries, values) = metric_history(history, metric, economics);
        for (entries, values) in entries.windows(2).zip(values.windows(2)) {
            if same_image(entries[0].measurement, entries[1].measurement) {
                let [before, after] = [0, 1].map(|side| (entries[side], values[side]));
                pairs.entry(series).or_default().push(Pair { before, after });
            }
        }
    }
    pairs
}

/// Whether two measurements ran the same image, by digest where both have one.
pub(super) fn same_image(a: &Measurement, b: &Measurement) -> bool {
    match (&a.framework.image_digest, &b.framework.image_digest) {
        (Some(a), Some(b)) => a == b,
        _ => a.framework.image.is_some() && a.framework.image == b.framework.image,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        analysis::{histories, standing_entries},
        catalog::PriceTier,
    };

    #[test]
    fn committed_runs_give_a_noise_for_every_pair_of_series() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let catalog = crate::catalog::load(root, false).expect("the committed content");
        let economics = Economics { edition: None, tier: PriceTier::Rental };
        let model = NoiseModel::new(&histories(&catalog.runs), Metric::ThroughputPerAccelerator, &economics);
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

    #[test]
    fn two_are_told_apart_by_the_formula_that_the_method_page_states() {
        let noise = Noise { of_ratio: 0.01, pairs: 27, observed: Observed::OwnSeries, of_interpolation: 0.0 };
        // 0.37 · 27 = 9.99 degrees of freedom: t = 2.228; e = 0.03 on both sides.
        let both = noise.with_interpolation(2, 0.03);
        for (noise, by_hand) in
            [(noise, 0.02228), (both, (0.02228_f64.powi(2) + (1.96_f64 * 0.03).powi(2) * 2.0).sqrt())]
        {
            assert!((noise.threshold() - by_hand).abs() < 2e-5, "{} and not {by_hand}", noise.threshold());
            for (size, apart) in [(by_hand * 0.999, false), (by_hand * 1.001, true)] {
                assert_eq!((noise.tells_apart(size.exp()), noise.tells_apart((-size).exp())), (apart, apart));
            }
        }
        let page = include_str!("../../content/docs/method.md");
        for stated in [
            "`|ln ratio| > sqrt((t s)² + (1.96 e)²)`",
            "`0.37 n` degrees of freedom",
            "`e` once for each interpolated side",
        ] {
            assert!(page.contains(stated), "the method page no longer states {stated}");
        }
    }

    #[test]
    fn the_noise_of_a_ratio_is_that_of_its_two_sides() {
        let own = Noise { of_ratio: 0.02, pairs: 9, observed: Observed::OwnSeries, of_interpolation: 0.0 };
        let (measured, between) = (own.of_value(), own.with_interpolation(1, 0.05).of_value());
        assert!((measured.hypot(between) - own.with_interpolation(1, 0.05).total()).abs() < 1e-15);
        assert!((between.hypot(between) - own.with_interpolation(2, 0.05).total()).abs() < 1e-15);
    }

    #[test]
    fn the_fewer_pairs_show_a_noise_the_more_a_difference_must_exceed() {
        let of =
            |pairs| Noise { of_ratio: 0.01, pairs, observed: Observed::OwnSeries, of_interpolation: 0.0 };
        let thresholds = [3, 10, 100, 10_000].map(|pairs| of(pairs).threshold());
        assert!(thresholds.is_sorted_by(|few, many| few > many), "{thresholds:?}");
        assert!((thresholds[3] - 0.0196).abs() < 1e-4, "the normal distribution's in the end");
        assert!(of(100).with_interpolation(2, 0.05).threshold() > 1.96 * 0.07);
        assert_eq!(Noise { of_ratio: 0.0, ..of(3) }.threshold(), 0.0);
    }
}
