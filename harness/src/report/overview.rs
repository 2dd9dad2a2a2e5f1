//! One line a measurement.

use super::measurement::{enough, load, outcome};
use crate::duration::show;
use record::{Distribution, Measurement, Outcome};
use std::fmt::Write;

/// Appends a table of all measurements, the lowest load first. A star marks figures that must not be used.
pub(super) fn write(measurements: &[Measurement], text: &mut String) {
    let width =
        measurements.iter().map(|measurement| load(measurement).chars().count()).max().unwrap_or(0).max(4);
    let has_levels = measurements.iter().any(|measurement| !measurement.service_levels.is_empty());
    let good = if has_levels { format!("{:>8}", "good") } else { String::new() };
    let _ = writeln!(
        text,
        "{:<width$}  {:>11}{:>11}{:>11}{:>11}{good}",
        "load", "out tok/s", "TTFT", "p99 TTFT", "TPOT"
    );
    let mut starred = false;
    let mut sorted: Vec<&Measurement> = measurements.iter().collect();
    sorted.sort_by(|a, b| {
        let size =
            |of: &Measurement| of.arrival.rate_per_s.or(of.arrival.concurrency.map(f64::from)).unwrap_or(0.0);
        size(a).total_cmp(&size(b))
    });
    for measurement in sorted {
        let output = measurement.throughput.as_ref().and_then(|throughput| throughput.output);
        let output = output.map_or("-".to_owned(), |output| format!("{output:.1}"));
        let latency = measurement.latency.as_ref();
        let [ttft, tpot] = [
            latency.and_then(|latency| latency.ttft.as_ref()),
            latency.and_then(|latency| latency.tpot.as_ref()),
        ];
        let _ = write!(
            text,
            "{:<width$}  {output:>11}{:>11}{:>11}{:>11}",
            load(measurement),
            cell(ttft, |ttft| ttft.mean),
            cell(ttft, |ttft| enough(ttft, 99.0).and(ttft.p99)),
            cell(tpot, |tpot| tpot.mean),
        );
        if has_levels {
            let share =
                measurement.service_levels.first().map(|levels| levels.met as f64 / levels.of.max(1) as f64);
            let share = share.map_or("-".to_owned(), |share| format!("{:.1} %", share * 100.0));
            let _ = write!(text, "{share:>8}");
        }
        if measurement.outcome != Outcome::Ok {
            starred = true;
            text.push_str(" *");
        }
        text.push('\n');
    }
    if starred {
        text.push_str("* failed or invalid; see above\n");
    }
}

fn cell(distribution: Option<&Distribution>, figure: fn(&Distribution) -> Option<f64>) -> String {
    distribution.and_then(figure).map_or("-".to_owned(), show)
}

/// A measurement in one line, for while others follow.
pub(crate) fn line(measurement: &Measurement) -> String {
    let mut parts = Vec::new();
    if let Some(throughput) = &measurement.throughput {
        parts.extend(throughput.output.map(|output| format!("{output:.1} tok/s")));
    }
    if let Some(ttft) = measurement.latency.as_ref().and_then(|latency| latency.ttft.as_ref()) {
        parts.extend(ttft.mean.map(|mean| format!("TTFT {}", show(mean))));
    }
    if let Some(requests) = &measurement.requests
        && let (Some(completed), Some(sent)) = (requests.completed, requests.sent)
    {
        parts.push(format!("{completed} of {sent} completed"));
    }
    if measurement.outcome != Outcome::Ok {
        parts.push(outcome(&measurement.outcome));
    }
    format!("{}: {}", load(measurement), parts.join(", "))
}
