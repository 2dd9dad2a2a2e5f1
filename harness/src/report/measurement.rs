//! One measurement in full.

use super::paragraph;
use crate::{
    duration::show,
    measure::{needed, relative_half_width},
};
use record::{
    Distribution, Latency, Measurement, Outcome, PercentileBound, RampShape, Repeat, Requests, ServiceLevel,
    Throughput,
};
use std::fmt::Write;

/// Appends everything about `measurement`.
pub(super) fn write(measurement: &Measurement, text: &mut String) {
    let model = measurement.model.exact.as_deref().unwrap_or(measurement.model.key.as_str());
    let _ = writeln!(text, "{model}, {}: {}", load(measurement), outcome(&measurement.outcome));
    if let Some(counts) = &measurement.requests {
        requests(counts, measurement.duration_s, text);
    }
    if let Some(figures) = &measurement.throughput {
        throughput(figures, text);
    }
    for levels in &measurement.service_levels {
        paragraph("  goodput", &good(levels), text);
    }
    if let Some(figures) = &measurement.latency {
        latency(figures, text);
    }
    turns(measurement, text);
    bounds(measurement, text);
    repeats(&measurement.repeats, text);
    client(measurement, text);
    server(measurement, text);
    for note in &measurement.notes {
        paragraph("  note", note, text);
    }
}

/// A measurement's load in words.
pub(crate) fn load(measurement: &Measurement) -> String {
    let arrival = &measurement.arrival;
    let mut text = match (arrival.rate_per_s, arrival.concurrency) {
        (Some(rate), _) => format!("{rate} requests/s"),
        (None, Some(slots)) => format!("concurrency {slots}"),
        (None, None) => "load not stated".to_owned(),
    };
    match arrival.burstiness {
        _ if arrival.constant == Some(true) => text.push_str(" at equal gaps"),
        Some(shape) if arrival.rate_per_s.is_some() && shape != 1.0 => {
            let _ = write!(text, " of burstiness {shape}");
        }
        _ => {}
    }
    if let Some(ramp) = &arrival.ramp {
        let by = match ramp.shape {
            RampShape::Linear => "",
            RampShape::Exponential => " by equal factors",
        };
        let _ = write!(text, " from {}{by} in {}", ramp.from, show(ramp.duration_s));
    }
    text
}

/// An outcome in words.
pub(crate) fn outcome(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Ok => "ok".to_owned(),
        Outcome::Failed { why } => format!("FAILED: {why}"),
        Outcome::Invalid { why } => format!("INVALID: {why}"),
        Outcome::OutOfMemory => "FAILED: out of memory".to_owned(),
        Outcome::Timeout => "FAILED: it did not end in time".to_owned(),
    }
}

/// How many requests there were.
pub(crate) fn requests(requests: &Requests, duration_s: Option<f64>, text: &mut String) {
    let count = |count: Option<u64>| count.map_or("?".to_owned(), |count| count.to_string());
    let mut words = format!("{} of {} completed", count(requests.completed), count(requests.sent));
    for (kind, count) in &requests.errors {
        let _ = write!(words, ", {count} {kind}");
    }
    if let Some(duration) = duration_s {
        let _ = write!(words, ", in {}", show(duration));
    }
    paragraph("  requests", &words, text);
    if let Some(conforming) = requests.conforming {
        paragraph("  answers", &format!("{conforming} conform to the schema"), text);
    }
    if let (Some(calling), Some(calls)) = (requests.calling, requests.tool_calls) {
        paragraph("  answers", &format!("{calling} call functions, {calls} calls"), text);
    }
}

/// Tokens and requests a second.
pub(crate) fn throughput(throughput: &Throughput, text: &mut String) {
    let mut parts = Vec::new();
    for (name, value) in
        [("input", throughput.input), ("output", throughput.output), ("total", throughput.total)]
    {
        parts.extend(value.map(|value| format!("{name} {value:.1} tok/s")));
    }
    parts.extend(throughput.requests.map(|value| format!("{value:.3} requests/s")));
    paragraph("  throughput", &parts.join(", "), text);
}

/// Service levels, and how many requests met them.
fn good(levels: &ServiceLevel) -> String {
    let bounds = [("TTFT", levels.ttft_s), ("TPOT", levels.tpot_s), ("end to end", levels.e2e_s)];
    let mut parts: Vec<String> =
        bounds.into_iter().filter_map(|(name, bound)| Some(format!("{name} <= {}", show(bound?)))).collect();
    let share = levels.met as f64 / levels.of.max(1) as f64 * 100.0;
    parts.push(format!("{} of {} ({share:.1} %)", levels.met, levels.of));
    parts.extend(levels.goodput.map(|goodput| format!("{goodput:.3} requests/s")));
    parts.join(", ")
}

/// The latencies as a table.
pub(crate) fn latency(latency: &Latency, text: &mut String) {
    let _ = writeln!(text, "  {:<12}{:>11}{:>11}{:>11}{:>11}{:>11}", "", "mean", "std", "p50", "p90", "p99");
    row("TTFT", latency.ttft.as_ref(), text);
    row("TPOT", latency.tpot.as_ref(), text);
    row("ITL", latency.itl.as_ref(), text);
    row("end to end", latency.e2e.as_ref(), text);
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
        cell(enough(distribution, 90.0).and(distribution.p90)),
        cell(enough(distribution, 99.0).and(distribution.p99)),
    );
}

/// Whether a percentile rests on enough values, by the rule of MLPerf, or on nobody knows how many.
pub(super) fn enough(distribution: &Distribution, percent: f64) -> Option<()> {
    distribution.count.is_none_or(|count| count >= needed(percent / 100.0)).then_some(())
}

/// Each turn's time to first token, where there are conversations.
fn turns(measurement: &Measurement, text: &mut String) {
    let turns = measurement.client.iter().flat_map(|client| &client.turns);
    for (number, turn) in turns.enumerate() {
        let ttft = turn.latency.as_ref().and_then(|latency| latency.ttft.as_ref());
        row(&format!("TTFT turn {}", number + 1), ttft, text);
    }
}

/// Which of the percentiles in the table rest on too few requests, where the client of the measurement didn't look.
fn thin(measurement: &Measurement, text: &mut String) {
    let completed = measurement.requests.as_ref().and_then(|requests| requests.completed);
    let thin: Vec<String> = [90.0, 99.0]
        .into_iter()
        .map(|percent| (percent, needed(percent / 100.0)))
        .filter(|(_, needed)| completed.is_none_or(|completed| completed < *needed))
        .map(|(percent, needed)| format!("p{percent} needs {needed} requests"))
        .collect();
    if !thin.is_empty() && measurement.latency.is_some() {
        let rest = completed.map_or("an unknown number".to_owned(), |completed| completed.to_string());
        paragraph("  may be chance", &format!("{}, and rests on {rest}", thin.join(", ")), text);
    }
}

/// What the percentiles of the time to first token are worth.
fn bounds(measurement: &Measurement, text: &mut String) {
    let looked_at = |client: &&record::Client| !client.percentile_bounds.is_empty();
    let Some(client) = measurement.client.as_deref().filter(looked_at) else {
        thin(measurement, text);
        return;
    };
    let shown = |percent: f64| percent == 90.0 || percent == 99.0;
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for bound in client.percentile_bounds.iter().filter(|bound| shown(bound.percent)) {
        let PercentileBound { percent, needed, requests, .. } = bound;
        match bound.at_most_s {
            Some(most) => known.push(format!("p{percent} <= {}", show(most))),
            None => unknown.push(format!("p{percent} needs {needed} requests, not {requests}")),
        }
    }
    let known = (!known.is_empty()).then(|| format!("{} at 99 % confidence", known.join(", ")));
    let words: Vec<String> = known.into_iter().chain(unknown).collect();
    if !words.is_empty() {
        paragraph("  TTFT bounds", &words.join("; "), text);
    }
}

/// How well the repeats agree.
fn repeats(repeats: &[Repeat], text: &mut String) {
    if repeats.len() < 2 {
        return;
    }
    let figures: [(&str, fn(&Repeat) -> Option<f64>); 3] = [
        ("output", |repeat| repeat.throughput.as_ref()?.output),
        ("TTFT", |repeat| repeat.latency.as_ref()?.ttft.as_ref()?.mean),
        ("TPOT", |repeat| repeat.latency.as_ref()?.tpot.as_ref()?.mean),
    ];
    let parts: Vec<String> = figures
        .into_iter()
        .filter_map(|(name, figure)| {
            let values: Vec<f64> = repeats.iter().filter_map(figure).collect();
            let half = relative_half_width(&values)?;
            Some(format!("{name} ±{:.2} %", half * 100.0))
        })
        .collect();
    let words = format!("{}, 95 % intervals of the means: {}", repeats.len(), parts.join(", "));
    paragraph("  repeats", &words, text);
}

/// What the engine counted of itself.
fn server(measurement: &Measurement, text: &mut String) {
    let Some(counts) = &measurement.server else { return };
    let mut parts = Vec::new();
    parts.extend(counts.ttft_mean_s.map(|ttft| format!("TTFT {} by its own clock", show(ttft))));
    parts.extend(counts.queue_time_mean_s.map(|queue| format!("queue {}", show(queue))));
    parts.extend(
        counts
            .prefix_cache_hit_share()
            .map(|share| format!("{:.1} % of input tokens from its prefix cache", share * 100.0)),
    );
    parts.extend(counts.preemptions.filter(|count| *count > 0).map(|count| format!("{count} preemptions")));
    paragraph("  server", &parts.join(", "), text);
}

fn client(measurement: &Measurement, text: &mut String) {
    let Some(client) = &measurement.client else { return };
    let mut parts = Vec::new();
    parts.extend(client.protocol.clone());
    parts.extend(client.retries.map(|retries| format!("{retries} retries")));
    parts.extend(client.peak_in_flight.map(|peak| format!("{peak} in flight at most")));
    for (name, count) in [("dropped", client.dropped), ("late", client.late)] {
        parts.extend(count.filter(|count| *count > 0).map(|count| format!("{count} {name}")));
    }
    parts.extend(client.cpu_share.map(|share| format!("{:.0} % of a core", share * 100.0)));
    if let Some(delay) = client.receive_delay.as_ref().and_then(|delay| delay.p99) {
        let taken = if client.kernel_stamps == Some(true) { " (taken out)" } else { "" };
        parts.push(format!("p99 receive delay {}{taken}", show(delay)));
    }
    let mean = client.error_s.zip(client.error_bound_s);
    let each = client.own_errors.iter().map(|own| (own.error_s, own.bound_s));
    let worst = each.chain(mean).max_by(|a, b| (a.0 / a.1).total_cmp(&(b.0 / b.1)));
    parts.extend(
        worst.map(|(error, bound)| format!("own error at most {} of {} allowed", show(error), show(bound))),
    );
    paragraph("  client", &parts.join(", "), text);
    if let Some(calibration) = &client.calibration
        && let (Some(mean), Some(error)) = (calibration.ttft_mean_s, calibration.ttft_mean_error_s)
    {
        let percent = error / (mean - error) * 100.0;
        let words = format!("TTFT off by {} ({percent:+.2} %) against the built-in mock", show(error));
        paragraph("  calibrated", &words, text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn shown(fields: &[(&str, serde_json::Value)]) -> String {
        let mut record = json!({
            "id": "0123456789abcdef",
            "deployment": {
                "accelerator": "cpu", "accelerators": 1, "topology": { "aggregated": { "parallelism": {} } },
            },
            "model": { "key": "m" },
            "framework": { "key": "f" },
            "precision": "fp8",
            "workload": { "kind": "fixed_length" },
            "arrival": { "concurrency": 4 },
            "outcome": "ok",
            "latency": { "ttft": { "p50": 0.5, "p90": 0.6, "p99": 0.7 } },
        });
        for (name, value) in fields {
            record[*name] = value.clone();
        }
        let mut text = String::new();
        write(&serde_json::from_value(record).unwrap(), &mut text);
        // A paragraph may be broken anywhere.
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_percentile_of_too_few_requests_says_so_whoever_measured_it() {
        let completed = |count: u64| ("requests", json!({ "completed": count }));
        let few = "may be chance p90 needs 44 requests, p99 needs 459 requests, and rests on 40";
        assert!(shown(&[completed(40)]).contains(few), "{}", shown(&[completed(40)]));
        assert!(shown(&[completed(458)]).contains("may be chance p99 needs 459 requests, and rests on 458"));
        assert!(!shown(&[completed(459)]).contains("may be chance"));
        assert!(shown(&[]).contains("and rests on an unknown number"));
        // Our own client has looked.
        let bound = json!({ "percent": 99.0, "needed": 459, "requests": 40 });
        let looked = shown(&[completed(40), ("client", json!({ "percentile_bounds": [bound] }))]);
        assert!(
            looked.contains("p99 needs 459 requests, not 40") && !looked.contains("may be chance"),
            "{looked}"
        );
    }
}
