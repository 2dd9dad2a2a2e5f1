//! The summary on the terminal.

use crate::duration::show;
use record::{Distribution, Measurement, Outcome, Run};
use std::fmt::Write;

/// A run's measurements as text.
pub(crate) fn table(run: &Run) -> String {
    let mut text = String::new();
    for measurement in &run.measurements {
        one(measurement, &mut text);
        text.push('\n');
    }
    for note in &run.notes {
        let _ = writeln!(text, "note: {note}");
    }
    text
}

fn one(measurement: &Measurement, text: &mut String) {
    let load = load(measurement);
    let outcome = match &measurement.outcome {
        Outcome::Ok => "ok".to_owned(),
        Outcome::Failed { why } => format!("FAILED: {why}"),
        Outcome::Invalid { why } => format!("INVALID: {why}"),
        other => format!("{other:?}"),
    };
    let model = measurement.model.exact.as_deref().unwrap_or(measurement.model.key.as_str());
    let _ = writeln!(text, "{model}, {load}: {outcome}");
    requests(measurement, text);
    throughput(measurement, text);
    if let Some(latency) = &measurement.latency {
        let _ =
            writeln!(text, "  {:<12}{:>11}{:>11}{:>11}{:>11}{:>11}", "", "mean", "std", "p50", "p90", "p99");
        row("TTFT", latency.ttft.as_ref(), text);
        row("TPOT", latency.tpot.as_ref(), text);
        row("ITL", latency.itl.as_ref(), text);
        row("end to end", latency.e2e.as_ref(), text);
    }
    turns(measurement, text);
    client(measurement, text);
    for note in &measurement.notes {
        let _ = writeln!(text, "  note: {note}");
    }
}

/// A measurement's load in words.
pub(crate) fn load(measurement: &Measurement) -> String {
    let arrival = &measurement.arrival;
    match (arrival.rate_per_s, arrival.concurrency) {
        (Some(rate), _) => format!("{rate:.4} requests/s"),
        (None, Some(slots)) => format!("concurrency {slots}"),
        (None, None) => "load not stated".to_owned(),
    }
}

fn requests(measurement: &Measurement, text: &mut String) {
    let Some(requests) = &measurement.requests else { return };
    let count = |count: Option<u64>| count.map_or("?".to_owned(), |count| count.to_string());
    let _ = write!(text, "  requests    {} of {} completed", count(requests.completed), count(requests.sent));
    for (kind, count) in &requests.errors {
        let _ = write!(text, ", {count} {kind}");
    }
    if let Some(duration) = measurement.duration_s {
        let _ = write!(text, ", in {}", show(duration));
    }
    text.push('\n');
    if let Some(conforming) = requests.conforming {
        let _ = writeln!(text, "  answers     {conforming} conform to the schema");
    }
    if let (Some(calling), Some(calls)) = (requests.calling, requests.tool_calls) {
        let _ = writeln!(text, "  answers     {calling} call functions, {calls} calls");
    }
}

fn throughput(measurement: &Measurement, text: &mut String) {
    let Some(throughput) = &measurement.throughput else { return };
    let mut parts = Vec::new();
    for (name, value) in
        [("input", throughput.input), ("output", throughput.output), ("total", throughput.total)]
    {
        parts.extend(value.map(|value| format!("{name} {value:.1} tok/s")));
    }
    parts.extend(throughput.requests.map(|value| format!("{value:.3} requests/s")));
    parts.extend(throughput.goodput.map(|value| format!("goodput {value:.3} requests/s")));
    let _ = writeln!(text, "  throughput  {}", parts.join(", "));
}

fn row(name: &str, distribution: Option<&Distribution>, text: &mut String) {
    let Some(distribution) = distribution else { return };
    let cell = |value: Option<f64>| value.map_or("-".to_owned(), show);
    let _ = writeln!(
        text,
        "  {name:<12}{:>11}{:>11}{:>11}{:>11}{:>11}",
        cell(distribution.mean),
        cell(distribution.std),
        cell(distribution.p50),
        cell(distribution.p90),
        cell(distribution.p99),
    );
}

/// Each turn's time to first token, where there are conversations.
fn turns(measurement: &Measurement, text: &mut String) {
    let turns = measurement.client.iter().flat_map(|client| &client.turns);
    for (number, turn) in turns.enumerate() {
        let ttft = turn.latency.as_ref().and_then(|latency| latency.ttft.as_ref());
        row(&format!("TTFT turn {}", number + 1), ttft, text);
    }
}

fn client(measurement: &Measurement, text: &mut String) {
    let Some(client) = &measurement.client else { return };
    let mut parts = Vec::new();
    parts.extend(client.protocol.clone());
    parts.extend(client.retries.map(|retries| format!("{retries} retries")));
    parts.extend(client.peak_in_flight.map(|peak| format!("{peak} in flight at most")));
    parts.extend(client.cpu_share.map(|share| format!("{:.0} % of a core", share * 100.0)));
    if let Some(delay) = client.receive_delay.as_ref().and_then(|delay| delay.p99) {
        let taken = if client.kernel_stamps == Some(true) { " (taken out)" } else { "" };
        parts.push(format!("p99 receive delay {}{taken}", show(delay)));
    }
    parts.extend(
        client
            .error_s
            .zip(client.error_bound_s)
            .map(|(error, bound)| format!("own error {} of {} allowed", show(error), show(bound))),
    );
    let _ = writeln!(text, "  client      {}", parts.join(", "));
    if let Some(calibration) = &client.calibration
        && let (Some(mean), Some(error)) = (calibration.ttft_mean_s, calibration.ttft_mean_error_s)
    {
        let percent = error / (mean - error) * 100.0;
        let _ = writeln!(
            text,
            "  calibration TTFT off by {} ({percent:+.2} %) against the built-in mock",
            show(error)
        );
    }
}
