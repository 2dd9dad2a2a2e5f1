//! The verdict on two measurements of one metric: faster, slower, within noise, or not comparable, and why.
//!
//! With repeats on both sides the verdict rests on an interval of the ratio: BCa bootstrap with enough repeats, else
//! Welch's. With single runs no interval is claimed; the noise between adjacent runs of the same series is the yardstick, and
//! a difference must exceed what that allows ([`Noise::tells_apart`]). Swapping the sides turns faster into slower and the ratio into its reciprocal,
//! exactly.

use super::{
    Direction, Economics, Metric, Noise,
    statistics::{
        Centre, Interval, MannWhitney, Sampling, bootstrap_ratio, mann_whitney, mean, welch_ratio_interval,
    },
};
use record::Measurement;
use std::fmt;

/// Confidence of intervals.
const CONFIDENCE: f64 = 0.95;
/// Repeats on each side from which on the bootstrap is used.
pub const ENOUGH_TO_RESAMPLE: usize = 8;
/// Resampling behind an interval that is shown.
pub const SAMPLING: Sampling =
    Sampling { resamples: super::statistics::RESAMPLES, confidence: CONFIDENCE, seed: 0x1F_EE };

/// What a comparison may claim of its left side.
#[derive(Clone, Debug, PartialEq)]
pub enum Claim {
    /// Better than the right side.
    Faster,
    /// Worse than the right side.
    Slower,
    /// Not told apart.
    WithinNoise,
    /// The two can't be compared.
    NotComparable(Vec<Reason>),
}

impl Claim {
    /// The claim with the sides swapped.
    pub fn swapped(self) -> Self {
        match self {
            Self::Faster => Self::Slower,
            Self::Slower => Self::Faster,
            other => other,
        }
    }
}

/// Why two measurements can't be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Another model.
    Model,
    /// Another precision.
    Precision,
    /// Another workload.
    Workload,
    /// The chat template was applied on one side only.
    ChatTemplate,
    /// Prices of different editions or tiers.
    PriceEdition,
    /// Another metric.
    Metric,
    /// Measured against provisioned power.
    PowerKind,
    /// A side's measurement doesn't stand.
    Outcome,
    /// A side lacks the metric.
    Missing,
    /// One run a side, and no adjacent runs to take the noise from.
    NoNoiseEstimate,
    /// Figures so far apart, or so large, that a number can't hold their ratio.
    BeyondNumbers,
    /// A side was measured only at speeds around this one, and the metric isn't one that is interpolated.
    BetweenMeasurements,
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Model => "different models",
            Self::Precision => "different precisions",
            Self::Workload => "different workloads",
            Self::ChatTemplate => "the chat template was applied on one side only",
            Self::PriceEdition => "prices of different editions",
            Self::Metric => "different metrics",
            Self::PowerKind => "measured against provisioned power",
            Self::Outcome => "a measurement that doesn't stand",
            Self::Missing => "a side without this metric",
            Self::NoNoiseEstimate => "one run a side, and no adjacent runs that would show the noise",
            Self::BeyondNumbers => "figures whose ratio is beyond what a number can hold",
            Self::BetweenMeasurements => "not measured at this speed, and only throughput is interpolated",
        })
    }
}

/// What a claim rests on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Basis {
    /// Repeats on both sides: an interval of the ratio, and the Mann-Whitney test where there is one.
    Repeats(Interval, Option<MannWhitney>),
    /// The noise between adjacent runs.
    AdjacentRuns(Noise),
    /// Nothing.
    Nothing,
}

/// A verdict.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// Left over right, of the metric's values as they are; absent where a side lacks it.
    pub ratio: Option<f64>,
    /// What may be claimed of the left side.
    pub claim: Claim,
    /// What the claim rests on.
    pub basis: Basis,
}

impl Judgement {
    fn not_comparable(reasons: Vec<Reason>) -> Self {
        Self { ratio: None, claim: Claim::NotComparable(reasons), basis: Basis::Nothing }
    }
}

/// What speaks against comparing two measurements of any metric, in a fixed order. Empty: nothing.
pub fn reasons_against(left: &Measurement, right: &Measurement) -> Vec<Reason> {
    use super::WorkloadKey;
    let template = (left.workload.chat_template, right.workload.chat_template);
    let stands = |side: &Measurement| side.outcome == record::Outcome::Ok && side.retracted.is_none();
    [
        (Reason::Model, left.model.key != right.model.key),
        (Reason::Precision, left.precision != right.precision),
        (Reason::Workload, WorkloadKey::of(&left.workload) != WorkloadKey::of(&right.workload)),
        (Reason::ChatTemplate, matches!(template, (Some(left), Some(right)) if left != right)),
        (Reason::Outcome, !stands(left) || !stands(right)),
    ]
    .into_iter()
    .filter_map(|(reason, applies)| applies.then_some(reason))
    .collect()
}

/// The values of a metric: one a repeat where there are repeats, else the one value; none where it is missing.
pub fn metric_values(metric: Metric, measurement: &Measurement, economics: &Economics<'_>) -> Vec<f64> {
    if measurement.repeats.len() < 2 {
        return metric.value(measurement, economics).into_iter().collect();
    }
    values_of_repeats(metric, measurement, economics).into_iter().flatten().collect()
}

/// The value of a metric in each repeat, in their order; absent where a repeat lacks it.
pub fn values_of_repeats(
    metric: Metric,
    measurement: &Measurement,
    economics: &Economics<'_>,
) -> Vec<Option<f64>> {
    let of_repeat = |repeat: &record::Repeat| {
        let mut alone = measurement.clone();
        (alone.throughput, alone.latency) = (repeat.throughput.clone(), repeat.latency.clone());
        metric.value(&alone, economics)
    };
    measurement.repeats.iter().map(of_repeat).collect()
}

/// The verdict on two measurements, each with the economics that its cost is derived with.
pub fn judge_measurements(
    metric: Metric,
    left: (&Measurement, &Economics<'_>),
    right: (&Measurement, &Economics<'_>),
    noise: Option<Noise>,
) -> Judgement {
    let mut reasons = reasons_against(left.0, right.0);
    let edition = |side: &Economics<'_>| side.edition.map(|edition| edition.effective);
    if metric == Metric::CostPerMillionTokens
        && (edition(left.1) != edition(right.1) || left.1.tier != right.1.tier)
    {
        reasons.push(Reason::PriceEdition);
    }
    if !reasons.is_empty() {
        return Judgement::not_comparable(reasons);
    }
    let values = |side: (&Measurement, &Economics<'_>)| metric_values(metric, side.0, side.1);
    judge(&values(left), &values(right), metric.better(), noise)
}

/// Why two metrics can't be compared with each other: power measured on boards against power provisioned, or simply
/// different quantities. `None` for the same metric.
pub fn reason_against_metrics(left: Metric, right: Metric) -> Option<Reason> {
    let measured = |metric| metric == Metric::MeasuredEnergyPerToken;
    let provisioned = |metric| metric == Metric::ThroughputPerMegawatt;
    let power = (measured(left) && provisioned(right)) || (provisioned(left) && measured(right));
    (left != right).then_some(if power { Reason::PowerKind } else { Reason::Metric })
}

/// The verdict on two sets of positive values, one a run or repeat.
pub fn judge(left: &[f64], right: &[f64], better: Direction, noise: Option<Noise>) -> Judgement {
    let usable =
        |values: &[f64]| !values.is_empty() && values.iter().all(|value| value.is_finite() && *value > 0.0);
    if !usable(left) || !usable(right) {
        return Judgement::not_comparable(vec![Reason::Missing]);
    }
    // One order for both ways round, so that a swap can change nothing but the sign.
    let swap = order(left, right).is_lt();
    let (greater, smaller) = if swap { (right, left) } else { (left, right) };
    let ratio = mean(greater) / mean(smaller);
    if !ratio.is_normal() {
        return Judgement::not_comparable(vec![Reason::BeyondNumbers]);
    }
    let (basis, apart) = if greater.len() > 1 && smaller.len() > 1 {
        by_repeats(greater, smaller)
    } else {
        by_noise(ratio, noise)
    };
    let more = if better == Direction::Higher { Claim::Faster } else { Claim::Slower };
    let claim = match apart {
        None => Claim::NotComparable(vec![Reason::NoNoiseEstimate]),
        Some(false) => Claim::WithinNoise,
        Some(true) => more,
    };
    let judgement = Judgement { ratio: Some(ratio), claim, basis };
    if swap { swapped(judgement, left, right) } else { judgement }
}

/// By means, then by the values themselves.
fn order(left: &[f64], right: &[f64]) -> std::cmp::Ordering {
    mean(left)
        .total_cmp(&mean(right))
        .then_with(|| left.iter().map(|v| v.to_bits()).cmp(right.iter().map(|v| v.to_bits())))
}

fn by_repeats(greater: &[f64], smaller: &[f64]) -> (Basis, Option<bool>) {
    let interval = if greater.len().min(smaller.len()) >= ENOUGH_TO_RESAMPLE {
        bootstrap_ratio(greater, smaller, Centre::Mean, SAMPLING)
    } else {
        welch_ratio_interval(greater, smaller, CONFIDENCE)
    };
    match interval {
        Some(interval) => {
            (Basis::Repeats(interval, mann_whitney(greater, smaller)), Some(!interval.contains(1.0)))
        }
        None => (Basis::Nothing, None),
    }
}

fn by_noise(ratio: f64, noise: Option<Noise>) -> (Basis, Option<bool>) {
    match noise {
        Some(noise) => (Basis::AdjacentRuns(noise), Some(noise.tells_apart(ratio))),
        None => (Basis::Nothing, None),
    }
}

/// The judgement seen from the other side.
fn swapped(judgement: Judgement, left: &[f64], right: &[f64]) -> Judgement {
    let basis = match judgement.basis {
        Basis::Repeats(Interval { low, high }, test) => {
            let pairs = (left.len() * right.len()) as f64;
            let test = test.map(|test| MannWhitney { u: pairs - test.u, ..test });
            Basis::Repeats(Interval { low: high.recip(), high: low.recip() }, test)
        }
        other => other,
    };
    Judgement { ratio: judgement.ratio.map(f64::recip), claim: judgement.claim.swapped(), basis }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOISE: Noise = Noise { reach: 0.04, own_pairs: 20, all_pairs: 120, of_interpolation: 0.0 };

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn a_swap_swaps_the_verdict_and_nothing_else(
            left in prop::collection::vec(50.0_f64..60.0, 1..12),
            right in prop::collection::vec(50.0_f64..60.0, 1..12),
            lower in any::<bool>(),
            known in any::<bool>(),
        ) {
            let better = if lower { Direction::Lower } else { Direction::Higher };
            let noise = known.then_some(NOISE);
            let (forth, back) = (judge(&left, &right, better, noise), judge(&right, &left, better, noise));
            prop_assert_eq!(&forth.claim, &back.claim.clone().swapped());
            let product = forth.ratio.expect("values") * back.ratio.expect("values");
            prop_assert!((product - 1.0).abs() < 1e-12);
            if let (Basis::Repeats(forth, _), Basis::Repeats(back, _)) = (forth.basis, back.basis) {
                prop_assert!((forth.low * back.high - 1.0).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn no_ratio_is_infinite() {
        let beyond = Claim::NotComparable(vec![Reason::BeyondNumbers]);
        for (left, right) in [([1e308], [1e-308]), ([1e-308], [1e308])] {
            let judged = judge(&left, &right, Direction::Higher, Some(NOISE));
            assert_eq!((judged.ratio, judged.claim), (None, beyond.clone()));
        }
        let sums = judge(&[1.7e308, 1.7e308], &[1.0, 1.1], Direction::Higher, None);
        assert_eq!((sums.ratio, sums.claim), (None, beyond));
    }

    #[test]
    fn single_runs_are_judged_by_the_noise_and_claim_no_interval() {
        let judged = |left: f64, noise| judge(&[left], &[100.0], Direction::Higher, noise);
        assert_eq!(judged(105.0, Some(NOISE)).claim, Claim::Faster);
        assert_eq!(judged(103.0, Some(NOISE)).claim, Claim::WithinNoise);
        assert_eq!(judged(90.0, Some(NOISE)).claim, Claim::Slower);
        assert_eq!(judged(90.0, Some(NOISE)).basis, Basis::AdjacentRuns(NOISE));
        assert_eq!(judged(90.0, None).claim, Claim::NotComparable(vec![Reason::NoNoiseEstimate]));
        assert_eq!(judge(&[90.0], &[100.0], Direction::Lower, Some(NOISE)).claim, Claim::Faster);
    }

    #[test]
    fn repeats_carry_an_interval() {
        let (left, right) = ([110.0, 111.0, 109.5, 110.4], [100.0, 101.0, 99.5, 100.2]);
        let judgement = judge(&left, &right, Direction::Higher, None);
        assert_eq!(judgement.claim, Claim::Faster);
        let Basis::Repeats(interval, Some(test)) = judgement.basis else { panic!("{judgement:?}") };
        assert!(interval.low > 1.0 && interval.contains(judgement.ratio.expect("values")));
        assert!(test.p < 0.05);
        let same = judge(&right, &[100.1, 99.9, 100.5], Direction::Higher, None);
        assert_eq!(same.claim, Claim::WithinNoise);
        assert_eq!(
            judge(&[], &right, Direction::Higher, None).claim,
            Claim::NotComparable(vec![Reason::Missing])
        );
    }

    #[test]
    fn what_is_no_positive_number_has_no_ratio_on_either_side() {
        let good = [100.0, 101.0];
        let bad: [&[f64]; 6] =
            [&[], &[f64::NAN], &[0.0], &[-5.0], &[f64::INFINITY], &[100.0, f64::NAN, 101.0]];
        let missing = Judgement::not_comparable(vec![Reason::Missing]);
        for bad in bad {
            for better in [Direction::Higher, Direction::Lower] {
                assert_eq!(judge(bad, &good, better, Some(NOISE)), missing, "{bad:?}");
                assert_eq!(judge(&good, bad, better, Some(NOISE)), missing, "{bad:?}");
                assert_eq!(judge(bad, bad, better, Some(NOISE)), missing, "{bad:?}");
            }
        }
    }

    #[test]
    fn repeats_on_one_side_alone_are_judged_by_the_noise_and_claim_no_interval() {
        let repeats = [100.0, 104.0, 102.0];
        for (other, claim) in [(102.0, Claim::WithinNoise), (120.0, Claim::Slower), (80.0, Claim::Faster)] {
            let judgement = judge(&repeats, &[other], Direction::Higher, Some(NOISE));
            assert_eq!((&judgement.claim, judgement.basis), (&claim, Basis::AdjacentRuns(NOISE)));
            assert_eq!(judge(&[other], &repeats, Direction::Higher, Some(NOISE)).claim, claim.swapped());
        }
        let unknown = Claim::NotComparable(vec![Reason::NoNoiseEstimate]);
        assert_eq!(judge(&repeats, &[120.0], Direction::Higher, None).claim, unknown);
    }

    #[test]
    fn equal_values_are_within_noise_even_where_there_is_none() {
        let silent = Noise { reach: 0.0, ..NOISE };
        assert_eq!(judge(&[5.0], &[5.0], Direction::Higher, Some(silent)).claim, Claim::WithinNoise);
        assert_eq!(judge(&[5.0, 5.0], &[5.0, 5.0], Direction::Lower, None).ratio, Some(1.0));
    }
}
