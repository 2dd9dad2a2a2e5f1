//! Two sets of measurements at the same speeds for each user, and what may be said of them.

use super::{
    Analysis, Answer, Basis, Claim, Entry, FURTHEST, Judgement, Metric, Noise, Reason, SeriesKey,
    ServiceLevel, ServingMethod, judge, metric_values, reasons_against,
};
use std::collections::BTreeSet;

/// Interactivities that people ask for, tokens/s/user.
const LEVELS: [f64; 7] = [10.0, 20.0, 30.0, 50.0, 75.0, 100.0, 150.0];

/// What is compared at each level. Provisioned power is left out: it follows from throughput and a book, and next to the
/// measured energy it would be taken for the same.
const COMPARED: [Metric; 4] = [
    Metric::ThroughputPerAccelerator,
    Metric::CostPerMillionTokens,
    Metric::TimeToFirstToken,
    Metric::MeasuredEnergyPerToken,
];

/// The comparison at one level of interactivity.
#[derive(Clone, Debug)]
pub struct Level<'a> {
    /// Interactivity that both must reach, tokens/s/user.
    pub interactivity: f64,
    /// The first side's best at it.
    pub left: Answer<'a>,
    /// The second side's.
    pub right: Answer<'a>,
    /// The verdicts on throughput, cost, time to first token and measured energy, in this order.
    pub verdicts: Vec<Compared>,
}

/// One metric of the two sides.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// The metric.
    pub metric: Metric,
    /// The first side's value; absent where it isn't known.
    pub left: Option<f64>,
    /// The second side's.
    pub right: Option<f64>,
    /// The verdict on the first side.
    pub judgement: Judgement,
}

/// What several comparisons of the same two come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// The first is better wherever the two can be told apart.
    Better,
    /// It is worse wherever they can.
    Worse,
    /// It is better at one level and worse at another.
    Depends,
    /// They can't be told apart.
    WithinNoise,
    /// There is nothing to compare.
    NotComparable,
}

impl Level<'_> {
    /// The verdict on a metric.
    pub fn verdict(&self, metric: Metric) -> Option<&Compared> {
        self.verdicts.iter().find(|verdict| verdict.metric == metric)
    }

    /// Whether the two serve in the same way.
    pub fn is_like_with_like(&self) -> bool {
        let method = |answer: &Answer<'_>| ServingMethod::of(answer.keeps.entry.measurement);
        method(&self.left) == method(&self.right)
    }

    /// Whether it rests on the same two measurements as another. What is interpolated is another value at each level.
    fn repeats(&self, other: &Self) -> bool {
        let same = |a: &Answer<'_>, b: &Answer<'_>| {
            a.misses.is_none() && b.misses.is_none() && a.keeps.entry.href() == b.keeps.entry.href()
        };
        same(&self.left, &other.left) && same(&self.right, &other.right)
    }
}

/// Compares the best of each side at each level: measured there or above, or interpolated as
/// [`ServiceLevel::answer`] allows. A level that one side has not reached is left out, and so is one that a side was not measured
/// near: a throughput at 300 tokens/s/user says little of what the side gives at 20. Where several levels rest on the same
/// two measurements, only the highest is kept: they are one finding.
pub fn compare_at_levels<'a>(
    analysis: &Analysis<'_>,
    left: &[Entry<'a>],
    right: &[Entry<'a>],
) -> Vec<Level<'a>> {
    let mut levels: Vec<Level<'a>> = Vec::new();
    for interactivity in LEVELS {
        let asked = ServiceLevel::of_speed(interactivity);
        let (Ok(left), Ok(right)) = (asked.answer(left), asked.answer(right)) else { continue };
        if [&left, &right].into_iter().any(|side| side.interactivity(&asked) > FURTHEST * interactivity) {
            continue;
        }
        let verdicts = COMPARED.into_iter().map(|metric| compared(analysis, metric, &left, &right)).collect();
        let found = Level { interactivity, left, right, verdicts };
        match levels.last_mut() {
            Some(last) if last.repeats(&found) => *last = found,
            _ => levels.push(found),
        }
    }
    levels
}

/// The same for each serving method that both sides were measured with, and that leaves a level to compare at.
pub fn compare_like_with_like<'a>(
    analysis: &Analysis<'_>,
    left: &[Entry<'a>],
    right: &[Entry<'a>],
) -> Vec<(ServingMethod, Vec<Level<'a>>)> {
    let with = |entries: &[Entry<'a>], method: &ServingMethod| -> Vec<Entry<'a>> {
        entries.iter().filter(|entry| ServingMethod::of(entry.measurement) == *method).copied().collect()
    };
    let methods: BTreeSet<ServingMethod> =
        left.iter().map(|entry| ServingMethod::of(entry.measurement)).collect();
    methods
        .into_iter()
        .map(|method| {
            let levels = compare_at_levels(analysis, &with(left, &method), &with(right, &method));
            (method, levels)
        })
        .filter(|(_, levels)| !levels.is_empty())
        .collect()
}

/// What the verdicts on one metric come to. A level at which the two aren't comparable decides nothing.
pub fn outcome<'l, 'a: 'l>(levels: impl IntoIterator<Item = &'l Level<'a>>, metric: Metric) -> Outcome {
    let (mut better, mut worse, mut same) = (false, false, false);
    for verdict in levels.into_iter().filter_map(|level| level.verdict(metric)) {
        match verdict.judgement.claim {
            Claim::Faster => better = true,
            Claim::Slower => worse = true,
            Claim::WithinNoise => same = true,
            Claim::NotComparable(_) => {}
        }
    }
    match (better, worse) {
        (true, true) => Outcome::Depends,
        (true, false) => Outcome::Better,
        (false, true) => Outcome::Worse,
        (false, false) if same => Outcome::WithinNoise,
        (false, false) => Outcome::NotComparable,
    }
}

/// The verdict on one metric of two answers.
fn compared(analysis: &Analysis<'_>, metric: Metric, left: &Answer<'_>, right: &Answer<'_>) -> Compared {
    let values = [left, right].map(|answer| answered(analysis, metric, answer));
    let [stated_left, stated_right] = [0, 1].map(|side| {
        let values: &Vec<f64> = &values[side];
        (!values.is_empty()).then(|| super::statistics::mean(values))
    });
    let judgement = match reasons(metric, left, right) {
        reasons if reasons.is_empty() => {
            judge(&values[0], &values[1], metric.better(), noise(analysis, metric, left, right))
        }
        reasons => Judgement { ratio: None, claim: Claim::NotComparable(reasons), basis: Basis::Nothing },
    };
    Compared { metric, left: stated_left, right: stated_right, judgement }
}

/// The values of a metric at an answer: one a repeat where it was measured with repeats. Between two measurements there is
/// throughput, and the cost that follows from it; nothing else is known there.
fn answered(analysis: &Analysis<'_>, metric: Metric, answer: &Answer<'_>) -> Vec<f64> {
    let measurement = answer.keeps.entry.measurement;
    if answer.misses.is_none() {
        return metric_values(metric, measurement, &analysis.economics);
    }
    let accelerator = &measurement.deployment.accelerator;
    let value = match metric {
        Metric::ThroughputPerAccelerator => Some(answer.throughput),
        Metric::CostPerMillionTokens => {
            analysis.economics.dollars_per_million_tokens(accelerator, answer.throughput)
        }
        _ => None,
    };
    value.into_iter().collect()
}

fn reasons(metric: Metric, left: &Answer<'_>, right: &Answer<'_>) -> Vec<Reason> {
    let interpolated = left.misses.is_some() || right.misses.is_some();
    let between = interpolated && metric.measured() != Metric::ThroughputPerAccelerator;
    let against = reasons_against(left.keeps.entry.measurement, right.keeps.entry.measurement);
    against.into_iter().chain(between.then_some(Reason::BetweenMeasurements)).collect()
}

/// The noise between the series of two answers, with what interpolation adds.
fn noise(analysis: &Analysis<'_>, metric: Metric, left: &Answer<'_>, right: &Answer<'_>) -> Option<Noise> {
    let [left_key, right_key] = [left, right].map(|answer| SeriesKey::of(&answer.keeps.entry));
    analysis.yardstick(metric).between(left.side(&left_key), right.side(&right_key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        analysis::sample::{catalog, measurement, run},
        config::Config,
    };
    use proptest::prelude::*;
    use record::Run;
    use serde_json::json;

    /// A run of measurements, each with its id, its interactivity and its throughput per accelerator.
    fn side(points: &[(&str, f64, f64)]) -> Run {
        let row = |&(id, interactivity, throughput): &(&str, f64, f64)| {
            measurement(&json!({
                "id": id,
                "throughput": { "total": throughput * 8.0 },
                "latency": { "tpot": { "p50": 1.0 / interactivity } },
            }))
        };
        run("a", "2026-01-01", points.iter().map(row).collect())
    }

    fn entries(run: &Run) -> Vec<Entry<'_>> {
        run.measurements.iter().map(|measurement| Entry { run, measurement }).collect()
    }

    /// Runs of one configuration on following days whose throughput wavers by 1 %: a noise for everything.
    fn history() -> Vec<Run> {
        let framework = json!({ "key": "sglang", "image": "sglang:1" });
        let at = |day: usize| {
            let total = 1000.0 + 10.0 * (day % 2) as f64;
            let row = measurement(&json!({ "framework": framework, "throughput": { "total": total } }));
            run(&format!("h{day}"), &format!("2026-01-{:02}", day + 1), vec![row])
        };
        (0..20).map(at).collect()
    }

    fn with_analysis<T>(runs: Vec<Run>, then: impl FnOnce(&Analysis<'_>) -> T) -> T {
        let config: Config = toml::from_str(include_str!("../../site.toml")).expect("settings");
        let catalog = catalog(runs);
        then(&Analysis::new(&config, &catalog))
    }

    fn found(analysis: &Analysis<'_>, left: &Run, right: &Run) -> Vec<(f64, Option<f64>, Claim)> {
        let levels = compare_at_levels(analysis, &entries(left), &entries(right));
        let one = |level: &Level<'_>| {
            let verdict = level.verdict(Metric::ThroughputPerAccelerator).expect("always compared");
            (level.interactivity, verdict.judgement.ratio, verdict.judgement.claim.clone())
        };
        levels.iter().map(one).collect()
    }

    #[test]
    fn each_level_takes_the_best_that_reaches_it_and_leaves_out_what_one_side_does_not() {
        // A gap of four in throughput: nothing between the left side's points is interpolated.
        let (left, right) = (side(&[("l1", 25.0, 400.0), ("l2", 60.0, 100.0)]), side(&[("r", 35.0, 200.0)]));
        with_analysis(history(), |analysis| {
            // 10 and 20 rest on the same two points; 30 is reached by the second on the left alone, 50 by nobody on the right.
            let expected = [(20.0, Some(2.0), Claim::Faster), (30.0, Some(0.5), Claim::Slower)];
            assert_eq!(found(analysis, &left, &right), expected);
        });
    }

    #[test]
    fn without_runs_to_tell_the_noise_nothing_is_claimed_of_single_runs() {
        let (left, right) = (side(&[("l", 25.0, 400.0)]), side(&[("r", 25.0, 200.0)]));
        with_analysis(Vec::new(), |analysis| {
            let unknown = Claim::NotComparable(vec![Reason::NoNoiseEstimate]);
            assert_eq!(found(analysis, &left, &right), [(20.0, Some(2.0), unknown)]);
        });
    }

    #[test]
    fn between_near_neighbours_throughput_is_interpolated_and_the_first_token_is_not() {
        let (left, right) = (side(&[("l1", 20.0, 400.0), ("l2", 40.0, 300.0)]), side(&[("r", 30.0, 200.0)]));
        with_analysis(history(), |analysis| {
            let levels = compare_at_levels(analysis, &entries(&left), &entries(&right));
            let at_30 = levels.last().expect("a level");
            assert!(at_30.left.misses.is_some() && at_30.left.throughput > 300.0);
            let first_token = at_30.verdict(Metric::TimeToFirstToken).expect("compared");
            let between = Claim::NotComparable(vec![Reason::BetweenMeasurements]);
            assert_eq!((first_token.left, &first_token.judgement.claim), (None, &between));
            let throughput = at_30.verdict(Metric::ThroughputPerAccelerator).expect("compared");
            let unknown = Claim::NotComparable(vec![Reason::NoNoiseEstimate]);
            assert_eq!(throughput.judgement.claim, unknown, "no held-out point tells the error");
        });
    }

    #[test]
    fn beyond_what_was_measured_there_is_no_comparison() {
        let (left, right) = (side(&[("l", 9.9, 900.0)]), side(&[("r", 200.0, 10.0)]));
        with_analysis(history(), |analysis| {
            assert!(found(analysis, &left, &right).is_empty());
            assert!(compare_at_levels(analysis, &[], &entries(&right)).is_empty());
        });
    }

    #[test]
    fn of_equals_the_first_id_wins_whatever_the_order() {
        let run = side(&[("b", 20.0, 100.0), ("a", 20.0, 100.0), ("c", 20.0, 100.0)]);
        let mut all = entries(&run);
        with_analysis(history(), |analysis| {
            for _ in 0..all.len() {
                all.rotate_left(1);
                let levels = compare_at_levels(analysis, &all, &all);
                assert_eq!(levels[0].left.keeps.entry.measurement.id, "a");
                assert_eq!(outcome(&levels, Metric::ThroughputPerAccelerator), Outcome::WithinNoise);
            }
        });
    }

    #[test]
    fn like_is_compared_with_like() {
        let (mut left, right) =
            (side(&[("l1", 25.0, 400.0), ("l2", 25.0, 100.0)]), side(&[("r", 25.0, 200.0)]));
        left.measurements[0].speculative_decoding =
            Some(record::SpeculativeDecoding { method: "mtp".into(), accepted_length: None });
        with_analysis(history(), |analysis| {
            let ratio = |level: &Level<'_>| level.verdicts[0].judgement.ratio;
            let like = compare_like_with_like(analysis, &entries(&left), &entries(&right));
            let [(method, levels)] = like.as_slice() else { panic!("one method in common: {like:?}") };
            assert_eq!(method.words(), "speculation not stated, aggregated");
            assert_eq!(ratio(&levels[0]), Some(0.5));
            let best = compare_at_levels(analysis, &entries(&left), &entries(&right));
            assert!(ratio(&best[0]) == Some(2.0) && !best[0].is_like_with_like());
        });
    }

    #[test]
    fn what_makes_two_incomparable_is_said_and_decides_nothing() {
        let (left, mut right) = (side(&[("l", 25.0, 400.0)]), side(&[("r", 25.0, 200.0)]));
        right.measurements[0].precision = "nvfp4".into();
        with_analysis(history(), |analysis| {
            let levels = compare_at_levels(analysis, &entries(&left), &entries(&right));
            let claim = &levels[0].verdicts[0].judgement.claim;
            assert_eq!(*claim, Claim::NotComparable(vec![Reason::Precision]));
            assert_eq!(outcome(&levels, Metric::ThroughputPerAccelerator), Outcome::NotComparable);
        });
    }

    fn points() -> impl Strategy<Value = Vec<(f64, f64)>> {
        let point = (5_u8..120, 1_u8..60).prop_map(|(speed, most)| (f64::from(speed), f64::from(most)));
        prop::collection::vec(point, 1..8)
    }

    fn named(points: &[(f64, f64)], first: char) -> Run {
        let names: Vec<String> = (0..points.len()).map(|at| format!("{first}{at:03}")).collect();
        let rows: Vec<(&str, f64, f64)> =
            names.iter().zip(points).map(|(name, (x, y))| (name.as_str(), *x, *y)).collect();
        side(&rows)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn a_swap_of_the_sides_swaps_every_verdict(left in points(), right in points()) {
            let (left, right) = (named(&left, 'l'), named(&right, 'r'));
            with_analysis(history(), |analysis| {
                let (forth, back) = (found(analysis, &left, &right), found(analysis, &right, &left));
                prop_assert_eq!(forth.len(), back.len());
                for (forth, back) in forth.iter().zip(&back) {
                    prop_assert_eq!(forth.0, back.0);
                    prop_assert_eq!(&forth.2, &back.2.clone().swapped());
                    if let (Some(forth), Some(back)) = (forth.1, back.1) {
                        prop_assert!((forth * back - 1.0).abs() < 1e-12);
                    }
                }
                Ok(())
            })?;
        }

        #[test]
        fn names_and_order_change_nothing(left in points(), right in points(), turn in 0_usize..8) {
            let mut turned = left.clone();
            turned.rotate_left(turn % left.len());
            let (one, other, right) = (named(&left, 'l'), named(&turned, 'z'), named(&right, 'r'));
            with_analysis(history(), |analysis| {
                prop_assert_eq!(found(analysis, &one, &right), found(analysis, &other, &right));
                Ok(())
            })?;
        }

        #[test]
        fn a_dominated_measurement_changes_no_verdict(left in points(), right in points(), pick in any::<prop::sample::Index>()) {
            let mut more = left.clone();
            let over = *pick.get(&left);
            more.push((over.0 - 0.5, over.1 - 0.5));
            let (one, other, right) = (named(&left, 'l'), named(&more, 'l'), named(&right, 'r'));
            with_analysis(history(), |analysis| {
                prop_assert_eq!(found(analysis, &one, &right), found(analysis, &other, &right));
                Ok(())
            })?;
        }
    }
}
