//! Order among several, where some can't be told apart, and how stable it is.
//!
//! Whether two are tied is the verdict on the two, [`judge`], and nothing else: a ranking claims no place that a comparison of
//! the same two would not.

use super::{
    Claim, Direction, Side, Wavering, Yardstick, judge,
    statistics::{Random, mean},
};

/// Draws behind a stability that is shown.
const DRAWS: usize = 1_000;
/// Equal input gives equal pages.
const SEED: u64 = 0x0D_E5;

/// One of several that are put in order.
#[derive(Clone, Debug)]
pub struct Ranked<'s> {
    /// Its values, positive: one, or one a repeat.
    pub values: Vec<f64>,
    /// What its noise is taken from.
    pub side: Side<'s>,
}

/// How stable an order is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stability {
    /// The share of draws in which the order holds, of the first so many as were asked for.
    pub order_holds: f64,
    /// The share in which the first stays first of all.
    pub first_holds: f64,
}

/// Puts several in order: indices by group of those that share a place, best first, and within a group the best value first.
///
/// A group begins with the best that is left, and takes in those after it that can't be told apart from that one. `None` of
/// fewer than two, where a value isn't a positive number, or where nothing shows the noise of one.
pub fn rank(ranked: &[Ranked<'_>], better: Direction, yardstick: Yardstick<'_>) -> Option<Vec<Vec<usize>>> {
    let order = order(ranked, better, yardstick)?;
    let tied = |leader: usize, at: usize| {
        let (leader, other) = (&ranked[leader], &ranked[at]);
        let noise = yardstick.between(leader.side, other.side);
        let claim = judge(&leader.values, &other.values, better, noise).claim;
        !matches!(claim, Claim::Faster | Claim::Slower)
    };
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for at in order {
        match groups.last_mut() {
            Some(group) if tied(group[0], at) => group.push(at),
            _ => groups.push(vec![at]),
        }
    }
    Some(groups)
}

/// How often the order of the `first` so many, and the first place among all, hold when every value is drawn again. `None`
/// as for [`rank`].
pub fn stability(
    ranked: &[Ranked<'_>],
    better: Direction,
    yardstick: Yardstick<'_>,
    first: usize,
) -> Option<Stability> {
    let order = order(ranked, better, yardstick)?;
    let wavering: Vec<Wavering<'_>> =
        ranked.iter().map(|one| yardstick.wavering(one.side)).collect::<Option<_>>()?;
    let first = first.min(order.len());
    let mut random = Random::new(SEED);
    let (mut ordered, mut led) = (0, 0);
    for _ in 0..DRAWS {
        let drawn = order.iter().map(|&at| better.signed(draw(&ranked[at], wavering[at], &mut random)));
        let drawn: Vec<f64> = drawn.collect();
        ordered += usize::from(drawn[..first].is_sorted_by(|a, b| a >= b));
        led += usize::from(drawn.iter().all(|value| *value <= drawn[0]));
    }
    let share = |held: usize| held as f64 / DRAWS as f64;
    Some(Stability { order_holds: share(ordered), first_holds: share(led) })
}

/// The indices, best first.
fn order(ranked: &[Ranked<'_>], better: Direction, yardstick: Yardstick<'_>) -> Option<Vec<usize>> {
    let sound = |one: &Ranked<'_>| {
        let positive = one.values.iter().all(|value| value.is_finite() && *value > 0.0);
        !one.values.is_empty() && positive && yardstick.of(one.side).is_some()
    };
    if ranked.len() < 2 || !ranked.iter().all(sound) {
        return None;
    }
    let signed: Vec<f64> = ranked.iter().map(|one| better.signed(mean(&one.values))).collect();
    let mut order: Vec<usize> = (0..ranked.len()).collect();
    order.sort_by(|&a, &b| signed[b].total_cmp(&signed[a]).then(a.cmp(&b)));
    Some(order)
}

/// The logarithm of one, drawn again: of repeats as many as there are, with replacement; of a single run by what runs of the same
/// were seen to differ by.
fn draw(one: &Ranked<'_>, wavering: Wavering<'_>, random: &mut Random) -> f64 {
    match one.values.as_slice() {
        [value] => value.ln() + wavering.draw(random),
        repeats => {
            let drawn: Vec<f64> = repeats.iter().map(|_| repeats[random.below(repeats.len())]).collect();
            mean(&drawn).ln()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{
        Entry, NoiseModel, SeriesKey, Spread,
        sample::{measurement, run},
    };
    use proptest::prelude::*;
    use serde_json::json;

    fn key() -> SeriesKey {
        let run = run("a", "2026-01-01", vec![measurement(&json!({}))]);
        SeriesKey::of(&Entry { run: &run, measurement: &run.measurements[0] })
    }

    /// A noise of 1 % from so many pairs that 2 % more can't be chance.
    fn noise() -> NoiseModel {
        NoiseModel::of_all(0.01, 1000)
    }

    /// What is said of these, more being better; with an interpolated one where its index is given.
    fn said(
        values: &[&[f64]],
        better: Direction,
        interpolated: Option<usize>,
    ) -> Option<(Vec<Vec<usize>>, Stability)> {
        let (key, noise) = (key(), noise());
        let one = |(at, values): (usize, &&[f64])| {
            let side = Side { series: &key, interpolated: interpolated == Some(at) };
            Ranked { values: values.to_vec(), side }
        };
        let ranked: Vec<Ranked<'_>> = values.iter().enumerate().map(one).collect();
        let off = Spread::normal(0.03, 1000);
        let yardstick = Yardstick { noise: &noise, interpolation: Some(&off) };
        Some((rank(&ranked, better, yardstick)?, stability(&ranked, better, yardstick, values.len())?))
    }

    #[test]
    fn two_share_a_place_exactly_where_the_verdict_on_them_is_within_noise() {
        let single = Side { series: &key(), interpolated: false };
        let noise = noise();
        let yardstick = Yardstick { noise: &noise, interpolation: None };
        for (other, tied) in [(101.0, true), (101.9, true), (102.1, false), (120.0, false)] {
            let (groups, _) = said(&[&[100.0], &[other]], Direction::Higher, None).expect("two");
            assert_eq!(groups.len() == 1, tied, "{other}");
            let verdict = judge(&[other], &[100.0], Direction::Higher, yardstick.between(single, single));
            assert_eq!(verdict.claim == Claim::WithinNoise, tied, "{other}");
        }
    }

    #[test]
    fn an_interpolated_value_leads_by_more_before_it_leads() {
        let lead = |interpolated| {
            let (groups, stability) =
                said(&[&[100.0], &[104.0]], Direction::Higher, interpolated).expect("two");
            (groups.len(), stability.first_holds)
        };
        assert_eq!((lead(None).0, lead(Some(1)).0), (2, 1), "4 % is more than 1.96 %, and less than 6.2 %");
        assert!(lead(Some(1)).1 < lead(None).1);
    }

    #[test]
    fn repeats_are_told_apart_by_their_interval_and_drawn_from_themselves() {
        let (low, high): (&[f64], &[f64]) = (&[100.0, 100.1, 99.9, 100.0], &[101.0, 101.1, 100.9, 101.0]);
        let (groups, stability) = said(&[low, high], Direction::Higher, None).expect("two");
        assert_eq!((groups, stability.order_holds), (vec![vec![1], vec![0]], 1.0));
        let (mixed, _) = said(&[low, &[101.0]], Direction::Higher, None).expect("two");
        assert_eq!(mixed, [vec![1, 0]], "against a single run their noise counts");
    }

    #[test]
    fn what_is_not_told_apart_from_the_leader_shares_its_place() {
        let values: [&[f64]; 4] = [&[50.0], &[100.0], &[99.0], &[97.5]];
        let groups = |better| said(&values, better, None).expect("four").0;
        assert_eq!(groups(Direction::Higher), [vec![1, 2], vec![3], vec![0]]);
        assert_eq!(groups(Direction::Lower), [vec![0], vec![3, 2], vec![1]]);
    }

    #[test]
    fn a_clear_order_holds_and_a_tie_is_a_coin() {
        let (_, far) = said(&[&[100.0], &[200.0], &[150.0]], Direction::Higher, None).expect("three");
        assert_eq!((far.order_holds, far.first_holds), (1.0, 1.0));
        let (_, even) = said(&[&[100.0], &[100.0]], Direction::Lower, None).expect("two");
        assert!((even.order_holds - 0.5).abs() < 0.05, "{even:?}");
        assert_eq!(said(&[&[1.0]], Direction::Higher, None), None);
        for wrong in [f64::NAN, 0.0, -1.0, f64::INFINITY] {
            assert_eq!(said(&[&[1.0], &[wrong]], Direction::Higher, None), None);
        }
        assert_eq!(said(&[&[1.0], &[]], Direction::Higher, None), None);
    }

    proptest! {
        #[test]
        fn relabelling_changes_nothing(values in prop::collection::btree_set(900_u16..1100, 2..12), turn in 0_usize..12) {
            let values: Vec<[f64; 1]> = values.into_iter().map(|value| [f64::from(value)]).collect();
            let mut turned = values.clone();
            turned.rotate_left(turn % values.len());
            turned.reverse();
            let groups = |values: &[[f64; 1]]| -> Vec<Vec<u64>> {
                let slices: Vec<&[f64]> = values.iter().map(<[f64; 1]>::as_slice).collect();
                let groups = said(&slices, Direction::Higher, None).expect("two or more").0;
                groups.iter().map(|group| group.iter().map(|at| values[*at][0].to_bits()).collect()).collect()
            };
            prop_assert_eq!(groups(&values), groups(&turned));
        }
    }
}
