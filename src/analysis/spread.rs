//! How far apart the same was seen to lie: an empirical distribution of logarithms of ratios, without their sign.
//!
//! Nothing is assumed of its form. The differences between runs of the same have a heavy tail, and come from series of which some
//! are quiet and some are not; a deviation estimated from their middle says little of what one pair in twenty does.

use super::statistics::Random;

/// Confidence with which a difference exceeds chance.
const CONFIDENCE: f64 = 0.95;
/// Observations from which on one may say what 95 % keep to: a twentieth exceeds the greatest of nineteen in one case of twenty.
pub(super) const ENOUGH: usize = 19;
/// As how many observations of its own those of all series count for one series. Without any a series that was twice measured alike
/// would have no noise; with many its own hardly matter. The method page prints what this gives on pairs that were left out.
pub const BORROWED: f64 = 5.0;
/// Sums of weights are compared up to their rounding.
const ROUNDING: f64 = 1e-9;

/// Sizes of logarithms of ratios, each with a weight.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spread {
    /// Ascending.
    sizes: Vec<f64>,
    /// The share of the weight that has at most the size of the same index.
    shares: Vec<f64>,
}

impl Spread {
    /// From logarithms of ratios and their weights. What isn't finite is left out.
    fn new(weighted: impl IntoIterator<Item = (f64, f64)>) -> Self {
        let sizes = weighted.into_iter().map(|(ratio, weight)| (ratio.abs(), weight));
        let mut sizes: Vec<(f64, f64)> = sizes.filter(|(size, _)| size.is_finite()).collect();
        sizes.sort_by(|a, b| a.0.total_cmp(&b.0));
        let total: f64 = sizes.iter().map(|(_, weight)| weight).sum();
        let mut upto = 0.0;
        let shares = sizes.iter().map(|(_, weight)| {
            upto += weight;
            upto / total
        });
        Self { shares: shares.collect(), sizes: sizes.into_iter().map(|(size, _)| size).collect() }
    }

    /// From logarithms of ratios that count alike.
    pub fn of(log_ratios: impl IntoIterator<Item = f64>) -> Self {
        Self::new(log_ratios.into_iter().map(|ratio| (ratio, 1.0)))
    }

    /// From the logarithms of ratios of several series, each series counting alike however many it has.
    pub fn of_series<'r>(series: impl IntoIterator<Item = &'r [f64]>) -> Self {
        let weighted = |ratios: &'r [f64]| ratios.iter().map(|ratio| (*ratio, 1.0 / ratios.len() as f64));
        Self::new(series.into_iter().flat_map(weighted))
    }

    /// A normal distribution of this deviation, by its quantiles.
    #[cfg(test)]
    pub(crate) fn normal(deviation: f64, points: usize) -> Self {
        let half = |at: usize| 0.5 + (at as f64 + 0.5) / points as f64 / 2.0;
        Self::of((0..points).map(|at| deviation * super::statistics::normal_quantile(half(at))))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.sizes.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.sizes.is_empty()
    }

    /// What 95 % keep to: the smallest size that was seen and has 95 % of the weight up to it. `None` of fewer than nineteen.
    pub fn reach(&self) -> Option<f64> {
        (self.len() >= ENOUGH).then(|| self.first(|size| self.share_within(size)))?
    }

    /// The share of the weight that has at most this size.
    pub fn share_within(&self, size: f64) -> f64 {
        let upto = self.sizes.partition_point(|known| *known <= size);
        upto.checked_sub(1).map_or(0.0, |last| self.shares[last])
    }

    /// The smallest size for which a share that grows with it reaches 95 %.
    fn first(&self, share: impl Fn(f64) -> f64) -> Option<f64> {
        let below = self.sizes.partition_point(|size| share(*size) < CONFIDENCE - ROUNDING);
        self.sizes.get(below).copied()
    }

    /// One of the sizes by chance, with either sign; zero of none.
    pub(super) fn draw(&self, random: &mut Random) -> f64 {
        let chosen = random.uniform();
        let at = self.shares.partition_point(|share| *share < chosen).min(self.len().saturating_sub(1));
        let size = self.sizes.get(at).copied().unwrap_or_default();
        if random.below(2) == 0 { size } else { -size }
    }
}

/// What to expect of one series: each of its own observations once, and those of all series as if they were five more.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'n> {
    /// Its own; none where nothing was seen of it.
    pub own: Option<&'n Spread>,
    /// Of all series together.
    pub all: &'n Spread,
}

impl Expected<'_> {
    /// How many observations are its own.
    pub fn own_pairs(&self) -> usize {
        self.own.map_or(0, Spread::len)
    }

    /// What 95 % keep to, as [`Spread::reach`]. `None` where all series together have fewer than nineteen.
    pub fn reach(&self) -> Option<f64> {
        self.all.reach()?;
        let share = |size: f64| self.share_within(size);
        let candidates = [Some(self.all), self.own].into_iter().flatten();
        candidates.filter_map(|spread| spread.first(share)).reduce(f64::min)
    }

    /// The share of the weight that has at most this size.
    pub fn share_within(&self, size: f64) -> f64 {
        let own = self.own_pairs() as f64;
        let of_own = self.own.map_or(0.0, |spread| own * spread.share_within(size));
        (of_own + BORROWED * self.all.share_within(size)) / (own + BORROWED)
    }

    /// The logarithm of a ratio by chance.
    pub(super) fn draw(&self, random: &mut Random) -> f64 {
        let own = self.own_pairs() as f64;
        match self.own {
            Some(spread) if random.uniform() * (own + BORROWED) < own => spread.draw(random),
            _ => self.all.draw(random),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nineteen_of_twenty_keep_to_the_reach_and_fewer_than_nineteen_have_none() {
        let hundredths = |last: u32| Spread::of((1..=last).map(|at| -f64::from(at) / 100.0));
        assert_eq!(hundredths(18).reach(), None);
        assert_eq!([19, 20, 40].map(|last| hundredths(last).reach()), [0.19, 0.19, 0.38].map(Some));
        let odd = Spread::of((0..30).map(|at| if at == 0 { f64::NAN } else { 0.01 }));
        assert_eq!((odd.len(), odd.reach()), (29, Some(0.01)));
    }

    #[test]
    fn a_series_of_many_pairs_weighs_no_more_than_one_of_few() {
        let (quiet, wild) = (vec![0.01; 1000], vec![0.5; 2]);
        let both = Spread::of_series([quiet.as_slice(), &wild]);
        assert!((both.share_within(0.4) - 0.5).abs() < 1e-12);
        assert_eq!(both.reach(), Some(0.5));
        assert_eq!(Spread::of(quiet.iter().chain(&wild).copied()).reach(), Some(0.01));
    }

    #[test]
    fn the_more_pairs_a_series_has_the_less_it_borrows() {
        // Of all, one in five lies at 30 %.
        let all = Spread::of((0..100).map(|at| if at % 5 == 0 { 0.3 } else { 0.02 }));
        let reach = |own: &[f64]| Expected { own: Some(&Spread::of(own.to_vec())), all: &all }.reach();
        assert_eq!(Expected { own: None, all: &all }.reach(), Some(0.3));
        // 1/5 of the five borrowed weighs 1: a twentieth of 20.
        assert_eq!([&[0.01; 3][..], &[0.01; 14]].map(reach), [Some(0.3); 2]);
        assert_eq!(reach(&[0.01; 15]), Some(0.02));
        assert_eq!(reach(&[0.6, 0.6, 0.6]), Some(0.6), "a wild series isn't calmed by the others");
        let few = Spread::of([0.01; 18]);
        assert_eq!(Expected { own: Some(&few), all: &few }.reach(), None);
    }

    #[test]
    fn what_is_drawn_is_what_was_seen_as_often_as_it_weighs() {
        let all = Spread::of_series([[0.1].as_slice(), &[0.2, 0.2, 0.2]]);
        let own = Spread::of([0.3; 5]);
        let expected = Expected { own: Some(&own), all: &all };
        let mut random = Random::new(1);
        let drawn: Vec<f64> = (0..10_000).map(|_| expected.draw(&mut random)).collect();
        let share = |size: f64| drawn.iter().filter(|drawn| drawn.abs() == size).count() as f64 / 10_000.0;
        for (size, expected) in [(0.1, 0.25), (0.2, 0.25), (0.3, 0.5)] {
            assert!((share(size) - expected).abs() < 0.02, "{size}: {}", share(size));
        }
        assert!(drawn.iter().sum::<f64>().abs() / 10_000.0 < 0.01, "either sign alike");
        assert_eq!(Spread::default().draw(&mut random), 0.0);
    }

    proptest! {
        #[test]
        fn ninety_five_per_cent_keep_to_the_reach_and_to_nothing_smaller(
            own in prop::collection::vec(-1.0_f64..1.0, 0..40),
            all in prop::collection::vec(-1.0_f64..1.0, 19..60),
        ) {
            let (own, all) = (Spread::of(own), Spread::of(all));
            let expected = Expected { own: Some(&own), all: &all };
            let reach = expected.reach().expect("enough");
            prop_assert!(expected.share_within(reach) >= 0.95 - 1e-9);
            prop_assert!(expected.share_within(reach.next_down()) < 0.95);
        }
    }
}
