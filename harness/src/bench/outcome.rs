//! Whether a measurement stands.

use super::measurement::Measured;
use crate::{duration::show, measure::Exchange, protocol::RequestShape};
use record::{Client, Measurement, Outcome, OwnError, Run, Severity, validate};
use std::fmt::Write;

/// How the measurement of what was `measured` ended.
pub(super) fn of(shape: &RequestShape, measured: &Measured, client: &Client) -> Outcome {
    let exchanges = || measured.exchanges();
    if !exchanges().any(Exchange::is_complete) {
        let why = exchanges()
            .find_map(|exchange| exchange.failure.as_ref())
            .map_or_else(|| "nothing was sent".to_owned(), |failure| shape.without_key(&failure.explain()));
        return Outcome::Failed { why: format!("no request completed; {why}") };
    }
    disturbed(client).map_or(Outcome::Ok, |why| Outcome::Invalid { why })
}

/// So many of the figures that the client may have spoilt are named.
const NAMED: usize = 2;

/// Which figures the client itself may have spoilt the most, and by what, where it is more than it may be.
fn disturbed(client: &Client) -> Option<String> {
    let share = |own: &OwnError| own.error_s / own.bound_s;
    let mut beyond: Vec<&OwnError> =
        client.own_errors.iter().filter(|own| own.error_s > own.bound_s).collect();
    beyond.sort_by(|a, b| share(b).total_cmp(&share(a)));
    let figure = |own: &&OwnError| {
        format!("{} by up to {} ({} allowed)", own.name(), show(own.error_s), show(own.bound_s))
    };
    let named: Vec<String> = beyond.iter().take(NAMED).map(figure).collect();
    if named.is_empty() {
        return None;
    }
    let mut why = format!("the client itself may have falsified {}", named.join(" and "));
    match beyond.len() - named.len() {
        0 => {}
        1 => why.push_str(" and one other figure"),
        more => {
            let _ = write!(why, " and {more} other figures");
        }
    }
    let together = client.merged_first_tokens.unwrap_or(0) + client.merged_chunks.unwrap_or(0);
    if together > 0 {
        let _ = write!(why, "; it read {together} chunks together with later ones");
    }
    if let Some(stall) = client.longest_stall_s {
        let _ = write!(why, "; it was away from its sockets for up to {}", show(stall));
    }
    Some(why)
}

/// A measurement that the record can hold. One whose figures break the record's rules is invalid and loses them, so that it
/// doesn't keep the others from being written; its requests are in their log.
pub(super) fn settle(run: &Run, mut measurement: Measurement) -> Measurement {
    let Some(problem) = broken(run, &measurement) else { return measurement };
    measurement.outcome = Outcome::Invalid {
        why: format!("its figures break the record's rules and were left out: {problem}"),
    };
    (measurement.throughput, measurement.latency, measurement.duration_s) = (None, None, None);
    (measurement.client, measurement.server, measurement.tokens) = (None, None, None);
    measurement.repeats.clear();
    measurement.service_levels.clear();
    if broken(run, &measurement).is_some() {
        measurement.requests = None;
    }
    measurement
}

/// The first of the record's rules that `measurement` breaks.
fn broken(run: &Run, measurement: &Measurement) -> Option<String> {
    let alone = Run { measurements: vec![measurement.clone()], ..run.clone() }.canonicalise();
    validate(&alone, &[], None)
        .into_iter()
        .find(|problem| problem.severity == Severity::Error && problem.path.starts_with("$.measurements"))
        .map(|problem| {
            format!("{}: {}", problem.path.trim_start_matches("$.measurements[0]."), problem.message)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn run() -> Run {
        serde_json::from_value(json!({
            "record_version": 1, "id": "run", "date": "2026-11-24", "kind": "unofficial",
            "source": { "project": "p" }, "measurements": [],
        }))
        .unwrap()
    }

    fn measurement(requests_s: f64) -> Measurement {
        serde_json::from_value(json!({
            "id": "", "deployment": { "accelerator": "cpu", "topology": { "aggregated": { "parallelism": {} } } },
            "model": { "key": "m" }, "framework": { "key": "f" }, "precision": "fp8",
            "workload": { "kind": "fixed_length" }, "arrival": { "concurrency": 4 }, "outcome": "ok",
            "throughput": { "requests": requests_s }, "requests": { "sent": 4, "completed": 4 },
        }))
        .unwrap()
    }

    #[test]
    fn a_measurement_that_no_record_can_hold_is_invalid_and_the_rest_is_written() {
        let sound = settle(&run(), measurement(3.0));
        assert_eq!(sound, measurement(3.0));
        let settled = settle(&run(), measurement(-3.0));
        let Outcome::Invalid { why } = &settled.outcome else { panic!("{:?}", settled.outcome) };
        assert!(why.contains("throughput.requests") && why.contains("negative"), "{why}");
        assert!(settled.throughput.is_none() && settled.requests.is_some());
        let folder = tempfile::tempdir().unwrap();
        let mut other = measurement(3.0);
        other.arrival.concurrency = Some(8);
        let whole = Run { measurements: vec![settled, other], ..run() };
        crate::record_writer::write(&whole, folder.path()).unwrap();
    }
}
