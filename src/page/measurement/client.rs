//! What the client that measured says of itself: its own error, what might have disturbed it, and what it was calibrated
//! against.

use crate::{format, html::Escaped};
use record::{Calibration, Client, Distribution, Measurement, Outcome, OwnError, Repeat};
use std::fmt::Write;

/// Appends what the client says of itself; nothing where the record doesn't.
pub(super) fn write(html: &mut String, measurement: &Measurement) {
    let Some(client) = &measurement.client else { return };
    html.push_str("<h4>The client’s own error</h4>");
    let _ = write!(html, "<p>{}</p>", Escaped(&verdict(client, &measurement.outcome)));
    facts(html, disturbances(client, measurement.duration_s));
    html.push_str("<details><summary>How the client measured</summary>");
    facts(html, conditions(client));
    let said = [client.calibration.as_ref().map(calibrated), client.steady.as_ref().and_then(steady)];
    for sentence in said.into_iter().flatten().chain(bounds(client)) {
        let _ = write!(html, "<p class=\"note\">{}</p>", Escaped(&sentence));
    }
    html.push_str("</details>");
}

pub(super) fn facts(html: &mut String, facts: Vec<(&str, String)>) {
    if facts.is_empty() {
        return;
    }
    html.push_str("<dl class=\"facts\">");
    for (name, value) in facts {
        let _ = write!(html, "<div><dt>{name}</dt><dd>{}</dd></div>", Escaped(&value));
    }
    html.push_str("</dl>");
}

/// Its error against what it may be, and whether the measurement stands.
fn verdict(client: &Client, outcome: &Outcome) -> String {
    let stands = match outcome {
        Outcome::Ok => "The measurement stands".to_owned(),
        Outcome::Invalid { why } => format!("The measurement is invalid: {why}"),
        _ => "The measurement did not end well".to_owned(),
    };
    let calibrated = if client.calibration.is_some() {
        "It was calibrated just before."
    } else {
        "No calibration is recorded with it."
    };
    let error = match (client.error_s, client.error_bound_s) {
        (Some(error), Some(bound)) => format!(
            "As far as the client knows, its mean time to first token is off by {}; {} is allowed.",
            duration(error),
            duration(bound)
        ),
        (Some(error), None) => {
            format!("As far as the client knows, its mean time to first token is off by {}.", duration(error))
        }
        _ => "The client doesn’t say how far it is off.".to_owned(),
    };
    let error = worst(client).unwrap_or(error);
    format!("{stands}. {error} {calibrated}")
}

/// The figure that it may have put off the most, for what is allowed.
fn worst(client: &Client) -> Option<String> {
    let share = |own: &OwnError| own.error_s / own.bound_s;
    let worst = client.own_errors.iter().max_by(|a, b| share(a).total_cmp(&share(b)))?;
    let [error, bound] = [worst.error_s, worst.bound_s].map(duration);
    Some(if worst.error_s > 0.0 {
        format!(
            "Of the mean and the p99 of each latency, the {} may be off the most: by {error}; {bound} is allowed.",
            worst.name()
        )
    } else {
        "As far as the client knows, mean and p99 of each latency are off by nothing.".to_owned()
    })
}

/// What kept the client from noting a moment as it was.
fn disturbances(client: &Client, window_s: Option<f64>) -> Vec<(&'static str, String)> {
    let starved = client.starved_s.map(|seconds| {
        let share = window_s.filter(|window| *window > 0.0).map(|window| seconds / window);
        let share = share.map(|share| format!(" ({} of the window)", percent(share)));
        format!("{}{}", duration(seconds), share.unwrap_or_default())
    });
    let read_late = client.receive_delay.as_ref().and_then(spread).map(|delay| {
        let taken =
            if client.kernel_stamps == Some(true) { "; the kernel’s stamps leave it out" } else { "" };
        format!("{delay}{taken}")
    });
    let merged = client.merged_first_tokens.map(|count| {
        let error = client.merged_first_tokens_error_s.filter(|_| count > 0).map(duration);
        format!(
            "{}{}",
            format::count(count as usize),
            error.map(|it| format!(", up to {it} late")).unwrap_or_default()
        )
    });
    known([
        ("Ready to run, but the system ran others", starved),
        ("Longest stall of its event loop", client.longest_stall_s.map(duration)),
        ("Requests sent after they were due", client.scheduling_lag.as_ref().and_then(spread)),
        ("Arrivals read late", read_late),
        ("Of one processor", client.cpu_share.map(percent)),
        ("System clock set meanwhile", client.clock_steps.map(times)),
        ("First tokens read with later ones", merged),
        ("Other chunks read with later ones", client.merged_chunks.map(|it| format::count(it as usize))),
        (
            "Requests with other token counts than asked",
            client.token_mismatches.map(|it| format::count(it as usize)),
        ),
    ])
}

/// How it measured.
fn conditions(client: &Client) -> Vec<(&'static str, String)> {
    let count = |count: Option<u64>| count.map(|count| format::count(count as usize));
    let clock = client.clock.as_deref().map(|clock| match clock {
        "sent" => "when a request is sent".to_owned(),
        "scheduled" => "when a request is due".to_owned(),
        other => other.to_owned(),
    });
    let in_flight = client.mean_in_flight.map(format::figure);
    known([
        ("Clock starts", clock),
        ("Window of the figures", client.window.clone()),
        ("Requests in flight, mean", in_flight),
        ("Requests in flight, most", client.peak_in_flight.map(|peak| peak.to_string())),
        ("Protocol", client.protocol.clone()),
        ("Connections", count(client.connections)),
        ("Sent again, the idle connection having closed", count(client.retried)),
        ("Failed requests sent again", count(client.retries)),
        ("Arrivals not sent, too many being in flight", count(client.dropped)),
        ("Arrivals sent late", count(client.late)),
        ("Processor time", client.cpu_s.map(duration)),
        ("Largest memory", client.peak_memory_bytes.map(|bytes| format::bytes(bytes as usize))),
    ])
}

pub(super) fn known<const N: usize>(
    facts: [(&'static str, Option<String>); N],
) -> Vec<(&'static str, String)> {
    facts.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// Its figures against those of a server that knows what it sent.
fn calibrated(calibration: &Calibration) -> String {
    let errors = [
        ("mean time to first token", calibration.ttft_mean_error_s),
        ("mean inter-token latency", calibration.itl_mean_error_s),
    ];
    let errors: Vec<String> = errors
        .into_iter()
        .filter_map(|(name, error)| Some(format!("{name} off by {}", duration(error?))))
        .collect();
    let of = calibration.ttft_mean_s.map_or_else(String::new, |mean| format!(", of {}", duration(mean)));
    format!(
        "Calibrated against a server of known latencies, {} with {} in flight: {}{of}.",
        format::plural(calibration.requests as usize, "request", "requests"),
        calibration.concurrency,
        if errors.is_empty() { "no error stated".to_owned() } else { errors.join(", ") },
    )
}

/// The figures while every slot was busy.
fn steady(steady: &Repeat) -> Option<String> {
    let output = steady.throughput.as_ref()?.output?;
    let window = steady.duration_s.map_or_else(String::new, |seconds| format!(" ({})", duration(seconds)));
    let first = steady.latency.as_ref().and_then(|latency| latency.ttft.as_ref()?.p50);
    let first =
        first.map_or_else(String::new, |ttft| format!(", median time to first token {}", duration(ttft)));
    Some(format!(
        "In the steady window{window}, while every slot was busy: {} output tok/s of the whole deployment{first}.",
        format::significant(output, 4)
    ))
}

/// How far its high percentiles can be trusted, where there were requests enough.
fn bounds(client: &Client) -> Option<String> {
    let known = client.percentile_bounds.iter().filter_map(|bound| {
        Some(format!("the p{} is at most {}", bound.percent, duration(bound.at_most_s?)))
    });
    let known: Vec<String> = known.collect();
    (!known.is_empty())
        .then(|| format!("With 99 % confidence, of the time to first token: {}.", known.join(", ")))
}

/// The middle and the end of a distribution.
fn spread(distribution: &Distribution) -> Option<String> {
    let (middle, most) = (distribution.p50.map(duration), distribution.max.map(duration));
    match (middle, most) {
        (Some(middle), Some(most)) => Some(format!("median {middle}, at most {most}")),
        (Some(one), None) => Some(format!("median {one}")),
        (None, most) => most.map(|most| format!("at most {most}")),
    }
}

fn times(count: u64) -> String {
    if count == 0 { "never".to_owned() } else { format::plural(count as usize, "time", "times") }
}

pub(super) fn percent(share: f64) -> String {
    format!("{} %", format::significant(100.0 * share, 2))
}

/// Seconds in the unit that fits.
pub(super) fn duration(seconds: f64) -> String {
    let (scaled, unit) = match seconds.abs() {
        0.0 => return "0 s".to_owned(),
        size if size >= 1.0 => (seconds, "s"),
        size if size >= 1e-3 => (1e3 * seconds, "ms"),
        _ => (1e6 * seconds, "µs"),
    };
    format!("{} {unit}", format::figure(scaled))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::sample::measurement;
    use serde_json::{Value, json};

    fn shown(fields: &Value) -> String {
        let mut html = String::new();
        write(&mut html, &measurement(fields));
        html
    }

    #[test]
    fn the_error_stands_beside_what_is_allowed_and_what_might_have_caused_it() {
        let html = shown(&json!({
            "duration_s": 40.0,
            "client": {
                "error_s": 0.0, "error_bound_s": 0.0035, "starved_s": 0.002, "kernel_stamps": true, "clock_steps": 0,
                "receive_delay": { "p50": 0.00016, "max": 0.0013 },
                "calibration": { "concurrency": 4, "requests": 200, "ttft_mean_s": 0.05, "ttft_mean_error_s": -0.00002 },
                "steady": { "duration_s": 7.26, "throughput": { "output": 70.5184 } },
            },
        }));
        for part in [
            "<p>The measurement stands. As far as the client knows, its mean time to first token is off by 0 s; 3.5 ms is allowed. It was calibrated just before.</p>",
            "<dt>Ready to run, but the system ran others</dt><dd>2 ms (0.005 % of the window)</dd>",
            "<dd>median 160 µs, at most 1.3 ms; the kernel’s stamps leave it out</dd>",
            "<dt>System clock set meanwhile</dt><dd>never</dd>",
            "200 requests with 4 in flight: mean time to first token off by -20 µs, of 50 ms.",
            "In the steady window (7.26 s), while every slot was busy: 70.52 output tok/s",
        ] {
            assert!(html.contains(part), "no {part} in {html}");
        }
    }

    #[test]
    fn of_many_figures_the_one_nearest_to_its_bound_is_named() {
        let own = |figure: &str, error: f64, bound: f64| json!({ "figure": figure, "error_s": error, "bound_s": bound });
        let said = |itl: f64| {
            shown(
                &json!({ "client": { "error_s": 0.0, "error_bound_s": 0.01, "merged_chunks": 12, "own_errors": [
                own("ttft.mean", itl * 2.0, 0.01), own("itl.p99", itl, 0.001),
            ] } }),
            )
        };
        let html = said(0.0004);
        assert!(
            html.contains("the p99 inter-token latency may be off the most: by 400 µs; 1 ms is allowed"),
            "{html}"
        );
        assert!(html.contains("<dt>Other chunks read with later ones</dt><dd>12</dd>"), "{html}");
        assert!(said(0.0).contains("mean and p99 of each latency are off by nothing"));
    }

    #[test]
    fn what_the_client_does_not_say_has_no_row_and_no_zero() {
        let html =
            shown(&json!({ "client": {}, "outcome": { "invalid": { "why": "the client was too slow" } } }));
        assert!(html.contains("The measurement is invalid: the client was too slow. The client doesn’t say how far it is off. No calibration"));
        assert!(!html.contains("<dt>"), "{html}");
        assert_eq!(shown(&json!({})), "");
    }
}
