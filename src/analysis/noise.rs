//! How much the same thing differs from run to run: the noise that single runs are judged by.

use super::{
    Economics, Entry, Expected, Histories, Metric, SeriesKey, Spread, metric_history, statistics::Random,
};
use record::Measurement;
use std::collections::BTreeMap;

/// The spread between two runs of the same, and what interpolation adds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Noise {
    /// What 95 % of pairs of the same keep to: |ln(later / earlier)|.
    pub reach: f64,
    /// How many pairs of the series itself show it; where two series are compared, of the one with the greater reach.
    pub own_pairs: usize,
    /// How many pairs of all series show it.
    pub all_pairs: usize,
    /// What 95 % of interpolated values keep to, of all interpolated sides together: |ln(interpolated / measured)|. Zero where both
    /// sides were measured.
    pub of_interpolation: f64,
}

impl Noise {
    fn of(expected: Expected<'_>) -> Option<Self> {
        let (own_pairs, all_pairs) = (expected.own_pairs(), expected.all.len());
        Some(Self { reach: expected.reach()?, own_pairs, all_pairs, of_interpolation: 0.0 })
    }

    /// The same where `sides` of the two sides compared are interpolated, each with an error of this reach.
    pub fn with_interpolation(self, sides: usize, reach: f64) -> Self {
        Self { of_interpolation: reach * (sides as f64).sqrt(), ..self }
    }

    /// The logarithm of a ratio that a difference must exceed: what 95 % of pairs of the same keep to, and what 95 % of interpolated
    /// values do, which have nothing to do with each other.
    pub fn threshold(&self) -> f64 {
        self.reach.hypot(self.of_interpolation)
    }

    /// Whether a ratio lies further from one than this noise explains: the one rule by which the site tells single runs apart,
    /// wherever two of them meet. `content/docs/method.md` states it for readers.
    pub fn tells_apart(&self, ratio: f64) -> bool {
        ratio.ln().abs() > self.threshold()
    }
}

/// How far adjacent runs lie apart: of each series that has some, and of all together.
#[derive(Clone, Debug, Default)]
pub struct NoiseModel {
    series: BTreeMap<SeriesKey, Spread>,
    all: Spread,
}

impl NoiseModel {
    /// From adjacent runs; see [`adjacent_pairs`].
    pub fn new(histories: &Histories<'_>, metric: Metric, economics: &Economics<'_>) -> Self {
        let ratios: BTreeMap<&SeriesKey, Vec<f64>> = adjacent_pairs(histories, metric, economics)
            .into_iter()
            .map(|(series, pairs)| (series, pairs.iter().map(Pair::log_ratio).collect()))
            .collect();
        Self {
            all: Spread::of_series(ratios.values().map(Vec::as_slice)),
            series: ratios.into_iter().map(|(series, ratios)| (series.clone(), Spread::of(ratios))).collect(),
        }
    }

    /// The same noise for every series: a normal one.
    #[cfg(test)]
    pub(crate) fn of_all(deviation: f64, pairs: usize) -> Self {
        Self { series: BTreeMap::new(), all: Spread::normal(deviation, pairs) }
    }

    /// What to expect of a series.
    pub fn expected(&self, series: &SeriesKey) -> Expected<'_> {
        Expected { own: self.series.get(series), all: &self.all }
    }

    /// The noise to judge two series by: of theirs the one that reaches further. `None` where too few pairs show it.
    pub fn between(&self, left: &SeriesKey, right: &SeriesKey) -> Option<Noise> {
        let (left, right) = (self.of(left)?, self.of(right)?);
        let order = left.reach.total_cmp(&right.reach).then(right.own_pairs.cmp(&left.own_pairs));
        Some(if order.is_ge() { left } else { right })
    }

    /// The noise of one series.
    pub fn of(&self, series: &SeriesKey) -> Option<Noise> {
        Noise::of(self.expected(series))
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
    /// How far interpolated values are off: ln(interpolated / measured). Absent where too little tells.
    pub interpolation: Option<&'n Spread>,
}

impl<'n> Yardstick<'n> {
    /// The noise that two sides are judged by, with what interpolation adds. `None` where nothing shows it.
    pub fn between(&self, left: Side<'_>, right: Side<'_>) -> Option<Noise> {
        let noise = self.noise.between(left.series, right.series)?;
        match usize::from(left.interpolated) + usize::from(right.interpolated) {
            0 => Some(noise),
            sides => Some(noise.with_interpolation(sides, self.interpolation?.reach()?)),
        }
    }

    /// The noise of one side alone.
    pub fn of(&self, side: Side<'_>) -> Option<Noise> {
        let noise = self.noise.of(side.series)?;
        let sides = usize::from(side.interpolated);
        if sides == 0 {
            Some(noise)
        } else {
            Some(noise.with_interpolation(sides, self.interpolation?.reach()?))
        }
    }

    /// What values of one side may be drawn from. `None` as for its noise.
    pub fn wavering(&self, side: Side<'_>) -> Option<Wavering<'n>> {
        self.of(side)?;
        let interpolation = if side.interpolated { self.interpolation } else { None };
        Some(Wavering { runs: self.noise.expected(side.series), interpolation })
    }
}

/// How a single value wavers.
#[derive(Clone, Copy, Debug)]
pub struct Wavering<'n> {
    runs: Expected<'n>,
    interpolation: Option<&'n Spread>,
}

impl Wavering<'_> {
    /// By how much the logarithm of the value is off this time: what a pair of runs was seen to differ by, over √2, since two that vary
    /// alike differ √2 times as much as each varies; and what an interpolated value was seen to be off by.
    pub(super) fn draw(&self, random: &mut Random) -> f64 {
        let of_run = self.runs.draw(random) / std::f64::consts::SQRT_2;
        of_run + self.interpolation.map_or(0.0, |spread| spread.draw(random))
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
        analysis::{
            histories,
            sample::{measurement, run},
            standing_entries,
        },
        catalog::PriceTier,
    };
    use serde_json::json;

    #[test]
    fn committed_runs_give_a_noise_for_every_pair_of_series() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let catalog = crate::catalog::load(root, false).expect("the committed content");
        let economics = Economics { edition: None, tier: PriceTier::Rental };
        let model = NoiseModel::new(&histories(&catalog.runs), Metric::ThroughputPerAccelerator, &economics);
        assert!(model.all.reach().is_some_and(|reach| reach > 0.0), "adjacent runs with the same image");
        let mut keys: Vec<SeriesKey> =
            standing_entries(&catalog.runs).map(|entry| SeriesKey::of(&entry)).collect();
        keys.sort();
        keys.dedup();
        for pair in keys.windows(2) {
            assert_eq!(model.between(&pair[0], &pair[1]), model.between(&pair[1], &pair[0]));
        }
    }

    const NOISE: Noise = Noise { reach: 0.03, own_pairs: 9, all_pairs: 27, of_interpolation: 0.0 };

    #[test]
    fn two_are_told_apart_by_the_formula_that_the_method_page_states() {
        for (noise, by_hand) in [(NOISE, 0.03), (NOISE.with_interpolation(2, 0.02), 0.0017_f64.sqrt())] {
            assert!((noise.threshold() - by_hand).abs() < 1e-12, "{} and not {by_hand}", noise.threshold());
            for (size, apart) in [(by_hand * 0.999, false), (by_hand * 1.001, true)] {
                assert_eq!((noise.tells_apart(size.exp()), noise.tells_apart((-size).exp())), (apart, apart));
            }
        }
        let page = include_str!("../../content/docs/method.md");
        for stated in [
            "`|ln ratio| > sqrt(r² + e²)`",
            "as if they were five more",
            "fewer than nineteen pairs",
            "`e` 1.41 times as much where both sides are",
        ] {
            assert!(page.contains(stated), "the method page no longer states {stated}");
        }
    }

    fn key(framework: &str) -> SeriesKey {
        let row = measurement(&json!({ "framework": { "key": framework } }));
        let run = run("a", "2026-01-01", vec![row]);
        SeriesKey::of(&Entry { run: &run, measurement: &run.measurements[0] })
    }

    #[test]
    fn of_two_series_the_one_that_reaches_further_counts_whichever_is_named_first() {
        let (quiet, wild, unseen) = (key("sglang"), key("vllm"), key("trt"));
        let series = [(quiet.clone(), Spread::of([0.001; 200])), (wild.clone(), Spread::of([0.4; 3]))];
        let model = NoiseModel { series: BTreeMap::from(series), all: Spread::of([0.02; 30]) };
        let reach = |left, right| {
            let (forth, back) = (model.between(left, right), model.between(right, left));
            assert_eq!(forth, back);
            forth.map(|noise| (noise.reach, noise.own_pairs))
        };
        assert_eq!(reach(&quiet, &quiet), Some((0.001, 200)));
        assert_eq!(reach(&quiet, &unseen), Some((0.02, 0)));
        assert_eq!(reach(&wild, &unseen), Some((0.4, 3)), "three pairs far apart are no reason to be bold");
        assert_eq!(NoiseModel { all: Spread::of([0.02; 18]), ..model }.of(&quiet), None, "too few to say");
    }
}
