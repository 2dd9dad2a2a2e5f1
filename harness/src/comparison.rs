//! Two records side by side, with a verdict that the repeats can bear.
//!
//! The interval on a ratio is Welch's (Biometrika 34, 1947, 28) on the logarithms of the repeats' figures, so that A/B and
//! B/A say the same.

use crate::{duration, measure::student_quantile, report};
use record::{Distribution, Latency, Measurement, Outcome, Run, Throughput, Workload};
use std::fmt::Write;

/// A figure that is compared: its name, whether more is better, and where it stands.
type Figure = (&'static str, bool, fn(Option<&Throughput>, Option<&Latency>) -> Option<f64>);

/// What is said once where a figure has no interval.
const NO_INTERVAL: &str =
    "No interval is claimed without two repeats or more on both sides: bench --repeats 3.\n";

const FIGURES: [Figure; 6] = [
    ("output tok/s", true, |throughput, _| throughput?.output),
    ("requests/s", true, |throughput, _| throughput?.requests),
    ("mean TTFT", false, |_, latency| mean(latency?.ttft.as_ref())),
    ("p99 TTFT", false, |_, latency| latency?.ttft.as_ref()?.p99),
    ("mean TPOT", false, |_, latency| mean(latency?.tpot.as_ref())),
    ("mean end to end", false, |_, latency| mean(latency?.e2e.as_ref())),
];

fn mean(distribution: Option<&Distribution>) -> Option<f64> {
    distribution?.mean
}

/// What a comparison of one figure comes to.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Verdict {
    Faster,
    Slower,
    WithinNoise,
    /// One side has fewer than two repeats.
    NoInterval,
}

impl Verdict {
    fn words(self) -> &'static str {
        match self {
            Self::Faster => "faster",
            Self::Slower => "slower",
            Self::WithinNoise => "within noise",
            Self::NoInterval => "no interval",
        }
    }
}

/// The two records as text, and how many loads could be compared.
pub(crate) fn table(a: &Run, b: &Run) -> (String, usize) {
    let mut text = format!("A  {}\nB  {}\n\n", a.id, b.id);
    let mut compared = 0;
    let mut matched = vec![false; b.measurements.len()];
    for left in &a.measurements {
        let found = b.measurements.iter().position(|right| answers(left, right));
        let Some(index) = found else {
            let why = unmatched(left, &b.measurements, "B");
            let _ = writeln!(text, "{}: not comparable, {why}\n", report::load(left));
            continue;
        };
        matched[index] = true;
        compared += usize::from(pair(left, &b.measurements[index], &mut text));
    }
    for (right, _) in b.measurements.iter().zip(matched).filter(|(_, matched)| !matched) {
        let why = unmatched(right, &a.measurements, "A");
        let _ = writeln!(text, "{}: not comparable, {why}\n", report::load(right));
    }
    if text.contains(Verdict::NoInterval.words()) {
        text.push_str(NO_INTERVAL);
    }
    (text, compared)
}

/// Why none of `others`, the measurements of `name`, answers `measurement`: it has no such load, or it asked for other work.
fn unmatched(measurement: &Measurement, others: &[Measurement], name: &str) -> String {
    let Some(other) = others.iter().find(|other| other.arrival == measurement.arrival) else {
        return format!("{name} has no such load");
    };
    let tokens =
        |count: Option<u32>| count.map_or("an unknown number of".to_owned(), |count| count.to_string());
    let kind = |workload: &Workload| {
        let name = serde_json::to_value(workload.kind).unwrap_or_default();
        name.as_str().unwrap_or("other work").replace('_', " ")
    };
    let (ours, theirs) = (&measurement.workload, &other.workload);
    let mut differences = Vec::new();
    if measurement.model.key != other.model.key {
        differences.push(format!(
            "is of {}, not {}",
            other.model.key.as_str(),
            measurement.model.key.as_str()
        ));
    }
    if ours.kind != theirs.kind {
        differences.push(format!("asked for {}, not {}", kind(theirs), kind(ours)));
    }
    for (what, theirs, ours) in [
        ("input", theirs.input_tokens, ours.input_tokens),
        ("output", theirs.output_tokens, ours.output_tokens),
    ] {
        if theirs != ours {
            differences.push(format!("has {} {what} tokens a request, not {}", tokens(theirs), tokens(ours)));
        }
    }
    if ours.length_range != theirs.length_range {
        differences.push("drew lengths from another range".to_owned());
    }
    format!("{name} {}", differences.join(", and "))
}

/// Whether `b` was asked for the same as `a`. The servers may differ: that is what is compared.
fn answers(a: &Measurement, b: &Measurement) -> bool {
    let asked = |workload: &Workload| {
        (
            workload.kind,
            workload.input_tokens,
            workload.output_tokens,
            workload.length_range.map(f64::to_bits),
        )
    };
    a.arrival == b.arrival && asked(&a.workload) == asked(&b.workload) && a.model.key == b.model.key
}

/// Appends the comparison of two measurements; whether they could be compared.
fn pair(a: &Measurement, b: &Measurement, text: &mut String) -> bool {
    for (name, measurement) in [("A", a), ("B", b)] {
        if measurement.outcome != Outcome::Ok {
            let outcome = report::outcome(&measurement.outcome);
            let _ = writeln!(text, "{}\n  not comparable: {name} is {outcome}\n", report::load(a));
            return false;
        }
    }
    let _ = writeln!(
        text,
        "{:<18}{:>11}{:>11}{:>9} {:>17} verdict on B",
        report::load(a),
        "A",
        "B",
        "B / A",
        "95 % interval"
    );
    for (name, more_is_better, figure) in FIGURES {
        let of = |measurement: &Measurement| {
            let value = figure(measurement.throughput.as_ref(), measurement.latency.as_ref());
            let repeats: Vec<f64> = measurement
                .repeats
                .iter()
                .filter_map(|repeat| figure(repeat.throughput.as_ref(), repeat.latency.as_ref()))
                .collect();
            (value, repeats)
        };
        let ((Some(left), lefts), (Some(right), rights)) = (of(a), of(b)) else { continue };
        let interval = ratio_interval(&lefts, &rights);
        let span = interval.map_or(String::new(), |(low, high)| format!("[{low:.4}, {high:.4}]"));
        let verdict = verdict(interval, more_is_better).words();
        // What is better when there is less of it is a latency.
        let show = |value| if more_is_better { format!("{value:.3}") } else { duration::show(value) };
        let ratio = right / left;
        let _ = writeln!(
            text,
            "  {name:<16}{:>11}{:>11}{ratio:>9.4} {span:>17} {verdict}",
            show(left),
            show(right)
        );
    }
    text.push('\n');
    true
}

/// The 95 % interval of B's mean over A's; none when one side has fewer than two repeats.
fn ratio_interval(a: &[f64], b: &[f64]) -> Option<(f64, f64)> {
    let moments = |values: &[f64]| {
        let logs: Vec<f64> = values.iter().filter(|value| **value > 0.0).map(|value| value.ln()).collect();
        let count = logs.len() as f64;
        let mean = logs.iter().sum::<f64>() / count;
        let variance = logs.iter().map(|log| (log - mean).powi(2)).sum::<f64>() / (count - 1.0);
        (logs.len() > 1).then_some((mean, variance / count, count))
    };
    let ((a_mean, a_error, a_count), (b_mean, b_error, b_count)) = (moments(a)?, moments(b)?);
    let error = a_error + b_error;
    let freedom = error.powi(2) / (a_error.powi(2) / (a_count - 1.0) + b_error.powi(2) / (b_count - 1.0));
    let (middle, half) = (b_mean - a_mean, student_quantile(freedom) * error.sqrt());
    Some(((middle - half).exp(), (middle + half).exp()))
}

fn verdict(interval: Option<(f64, f64)>, more_is_better: bool) -> Verdict {
    match interval {
        None => Verdict::NoInterval,
        Some((low, _)) if low > 1.0 => {
            if more_is_better {
                Verdict::Faster
            } else {
                Verdict::Slower
            }
        }
        Some((_, high)) if high < 1.0 => {
            if more_is_better {
                Verdict::Slower
            } else {
                Verdict::Faster
            }
        }
        Some(_) => Verdict::WithinNoise,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_welchs() {
        // By hand: 3.99 degrees of freedom, of which 3 are taken; the quantile is 3.182.
        let (low, high) = ratio_interval(&[100.0, 102.0, 101.0], &[110.0, 112.0, 111.5]).unwrap();
        assert!((low - 1.073_425).abs() < 1e-6 && (high - 1.128_594).abs() < 1e-6, "{low} {high}");
        let (again_low, again_high) = ratio_interval(&[110.0, 112.0, 111.5], &[100.0, 102.0, 101.0]).unwrap();
        assert!((low * again_high - 1.0).abs() < 1e-12 && (high * again_low - 1.0).abs() < 1e-12);
        assert_eq!(ratio_interval(&[1.0], &[1.0, 2.0]), None);
        assert_eq!(ratio_interval(&[2.0, 2.0], &[4.0, 4.0]), Some((2.0, 2.0)));
    }

    #[test]
    fn a_verdict_needs_an_interval_that_leaves_one_out() {
        for (interval, more_is_better, expected) in [
            (None, true, Verdict::NoInterval),
            (Some((0.9, 1.1)), true, Verdict::WithinNoise),
            (Some((1.01, 1.1)), true, Verdict::Faster),
            (Some((1.01, 1.1)), false, Verdict::Slower),
            (Some((0.8, 0.9)), false, Verdict::Faster),
            (Some((0.8, 0.9)), true, Verdict::Slower),
        ] {
            assert_eq!(verdict(interval, more_is_better), expected, "{interval:?}");
        }
    }
}
