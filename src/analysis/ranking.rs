//! Order among several that are each known only within an interval.

use super::{
    Direction, Noise,
    statistics::{Interval, Random, mean},
};

/// Draws behind a stability that is shown.
const DRAWS: usize = 1_000;
/// Equal input gives equal pages.
const SEED: u64 = 0x0D_E5;

/// One of several single runs that are put in order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ranked {
    /// Its value, positive.
    pub value: f64,
    /// The noise of its series.
    pub noise: Noise,
}

impl Ranked {
    /// The interval that overlaps another's where the verdict on the two would be *within noise*: half the threshold to each
    /// side. It is no confidence interval.
    fn reach(&self) -> Interval {
        let half = (0.5 * self.noise.threshold()).exp();
        Interval { low: self.value / half, high: self.value * half }
    }
}

/// An order of single runs: what may be said of its places.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranking {
    /// Indices that share a place, best first; see [`tie_groups`].
    pub groups: Vec<Vec<usize>>,
    /// The share of draws in which every place is held.
    pub order_holds: f64,
    /// The share in which the first stays first.
    pub first_holds: f64,
}

/// Puts single runs in order. `None` of fewer than two, or where one isn't a positive number.
pub fn rank(ranked: &[Ranked], better: Direction) -> Option<Ranking> {
    let estimates: Vec<(f64, Interval)> = ranked.iter().map(|one| (one.value, one.reach())).collect();
    let (order_holds, first_holds) = order_under_noise(ranked, better)?;
    Some(Ranking { groups: tie_groups(&estimates, better), order_holds, first_holds })
}

/// How often the order, and the first place, hold when the logarithm of each value is drawn again from a normal distribution
/// with the noise of a single run: that of a ratio of two over √2.
fn order_under_noise(ranked: &[Ranked], better: Direction) -> Option<(f64, f64)> {
    let sound = ranked.iter().all(|one| one.value.is_finite() && one.value > 0.0);
    if ranked.len() < 2 || !sound {
        return None;
    }
    // Mirrored so that more is better, and best first: the order holds while it descends.
    let mut stated: Vec<(f64, f64)> = ranked
        .iter()
        .map(|one| (better.signed(one.value.ln()), one.noise.total() / std::f64::consts::SQRT_2))
        .collect();
    stated.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut random = Random::new(SEED);
    let (mut all, mut first) = (0, 0);
    for _ in 0..DRAWS {
        let (mut descends, mut leads) = (true, true);
        let mut drawn = stated.iter().map(|(log, deviation)| log + deviation * random.normal());
        let leader = drawn.next().unwrap_or_default();
        let mut last = leader;
        for value in drawn {
            descends &= value <= last;
            leads &= value <= leader;
            last = value;
        }
        all += usize::from(descends);
        first += usize::from(leads);
    }
    Some((all as f64 / DRAWS as f64, first as f64 / DRAWS as f64))
}

/// Groups that can't be told apart, best first; each holds indices, best estimate first.
///
/// A group begins with the best that is left, and takes in everything whose interval overlaps that one's: within a group
/// no place is claimed.
pub fn tie_groups(estimates: &[(f64, Interval)], better: Direction) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..estimates.len()).filter(|&at| estimates[at].0.is_finite()).collect();
    let signed = |at: usize| better.signed(estimates[at].0);
    order.sort_by(|&a, &b| signed(b).total_cmp(&signed(a)).then(a.cmp(&b)));
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for at in order {
        let overlaps = |leader: usize| {
            let (a, b) = (estimates[leader].1, estimates[at].1);
            a.low <= b.high && b.low <= a.high
        };
        match groups.last_mut() {
            Some(group) if overlaps(group[0]) => group.push(at),
            _ => groups.push(vec![at]),
        }
    }
    groups
}

/// How often the order by means stays the same when each sample is resampled: the share of `resamples` in which every
/// place is held. `None` where a sample is empty, or there are no two.
pub fn order_stability(samples: &[Vec<f64>], resamples: usize, seed: u64) -> Option<f64> {
    if samples.len() < 2 || resamples == 0 || samples.iter().any(Vec::is_empty) {
        return None;
    }
    let order = |means: &[f64]| {
        let mut order: Vec<usize> = (0..means.len()).collect();
        order.sort_by(|&a, &b| means[b].total_cmp(&means[a]).then(a.cmp(&b)));
        order
    };
    let stated = order(&samples.iter().map(|sample| mean(sample)).collect::<Vec<_>>());
    let mut random = Random::new(seed);
    let mut resampled = |sample: &Vec<f64>| {
        let drawn: Vec<f64> = sample.iter().map(|_| sample[random.below(sample.len())]).collect();
        mean(&drawn)
    };
    let held = (0..resamples)
        .filter(|_| order(&samples.iter().map(&mut resampled).collect::<Vec<_>>()) == stated)
        .count();
    Some(held as f64 / resamples as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn around(value: f64, reach: f64) -> (f64, Interval) {
        (value, Interval { low: value - reach, high: value + reach })
    }

    #[test]
    fn what_overlaps_the_leader_is_tied_with_it() {
        let estimates = [around(50.0, 1.0), around(100.0, 2.0), around(97.0, 2.0), around(94.0, 0.5)];
        assert_eq!(tie_groups(&estimates, Direction::Higher), [vec![1, 2], vec![3], vec![0]]);
        assert_eq!(tie_groups(&estimates, Direction::Lower), [vec![0], vec![3], vec![2, 1]]);
        assert!(tie_groups(&[], Direction::Higher).is_empty());
    }

    fn single(value: f64) -> Ranked {
        let observed = crate::analysis::Observed::AllSeries;
        Ranked { value, noise: Noise { of_ratio: 0.01, pairs: 1000, observed, of_interpolation: 0.0 } }
    }

    #[test]
    fn single_runs_share_a_place_exactly_where_a_verdict_says_within_noise() {
        for (other, tied) in [(101.0, true), (101.9, true), (102.1, false), (120.0, false)] {
            let ranking = rank(&[single(100.0), single(other)], Direction::Higher).expect("two");
            assert_eq!(ranking.groups.len() == 1, tied, "{other}");
            let noise = Some(single(1.0).noise);
            let claim = crate::analysis::judge(&[other], &[100.0], Direction::Higher, noise).claim;
            assert_eq!(claim == crate::analysis::Claim::WithinNoise, tied, "{other}");
        }
    }

    #[test]
    fn a_clear_order_of_single_runs_holds_and_a_tie_is_a_coin() {
        let far = rank(&[single(100.0), single(200.0), single(150.0)], Direction::Higher).expect("three");
        assert_eq!((far.order_holds, far.first_holds), (1.0, 1.0));
        assert_eq!(far.groups, [vec![1], vec![2], vec![0]]);
        let even = rank(&[single(100.0), single(100.0)], Direction::Lower).expect("two");
        assert!((even.order_holds - 0.5).abs() < 0.05, "{even:?}");
        assert_eq!(rank(&[single(1.0)], Direction::Higher), None);
        for wrong in [f64::NAN, 0.0, -1.0, f64::INFINITY] {
            assert_eq!(rank(&[single(1.0), single(wrong)], Direction::Higher), None);
        }
    }

    #[test]
    fn clear_orders_are_stable_and_equal_ones_are_not() {
        let clear = [vec![10.0, 10.1, 9.9], vec![20.0, 20.1, 19.9]];
        assert_eq!(order_stability(&clear, 1000, 1), Some(1.0));
        let close = [vec![10.0, 11.0, 9.0], vec![10.1, 9.1, 11.1]];
        assert!(order_stability(&close, 1000, 1).is_some_and(|share| share < 0.8));
        assert_eq!(order_stability(&[vec![1.0]], 10, 1), None);
        assert_eq!(order_stability(&[vec![1.0], Vec::new()], 10, 1), None);
    }

    proptest! {
        #[test]
        fn relabelling_changes_nothing(values in prop::collection::vec((0_u16..1000, 0_u8..50), 1..12), turn in 0_usize..12) {
            let estimates: Vec<_> = values.iter().map(|(v, r)| around(f64::from(*v), f64::from(*r))).collect();
            let turn = turn % estimates.len();
            let mut turned = estimates.clone();
            turned.rotate_left(turn);
            let named = |groups: Vec<Vec<usize>>, by: usize| -> Vec<Vec<u64>> {
                let name = |at: usize| estimates[(at + by) % estimates.len()].0.to_bits();
                groups.into_iter().map(|group| {
                    let mut names: Vec<u64> = group.into_iter().map(name).collect();
                    names.sort_unstable();
                    names
                }).collect()
            };
            // Equal estimates may lead with either interval, so only distinct ones are compared.
            let mut distinct: Vec<u16> = values.iter().map(|(v, _)| *v).collect();
            distinct.sort_unstable();
            distinct.dedup();
            prop_assume!(distinct.len() == values.len());
            prop_assert_eq!(
                named(tie_groups(&estimates, Direction::Higher), 0),
                named(tie_groups(&turned, Direction::Higher), turn)
            );
        }
    }
}
