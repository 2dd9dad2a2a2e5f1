//! The same measurement, or the same run, told twice.

use super::figures::agree;
use record::{Measurement, Outcome, Run};
use serde_json::{Map, Value};

/// The parts of a measurement that one execution determines.
const FIGURES: [&str; 8] =
    ["throughput", "latency", "requests", "tokens", "duration_s", "repeats", "power", "accuracy"];

/// Records keep six significant digits; what was read may have more.
const ROUNDED: f64 = 2e-5;

/// How two tellings of a measurement relate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Agreement {
    /// Every figure that both have is the same.
    Same,
    /// Some differ: these are two executions.
    Differ,
}

/// Two tellings as one. What only one of them knows is kept. Where figures differ they come from two executions, and
/// those of `older` are left out altogether, so that no measurement mixes the two.
pub(crate) fn measurements(older: &Measurement, newer: &Measurement) -> (Measurement, Agreement) {
    let (Ok(Value::Object(mut old)), Ok(Value::Object(new))) =
        (serde_json::to_value(older), serde_json::to_value(newer))
    else {
        return (newer.clone(), Agreement::Same);
    };
    let differ = FIGURES.iter().any(|part| match (old.get(*part), new.get(*part)) {
        (Some(old), Some(new)) => conflict(old, new),
        _ => false,
    });
    if differ {
        for part in FIGURES.iter().chain(&["notes", "outcome"]) {
            old.remove(*part);
        }
    }
    let merged = overlay(old, new);
    let mut merged: Measurement =
        serde_json::from_value(Value::Object(merged)).unwrap_or_else(|_| newer.clone());
    if !differ && merged.outcome == Outcome::Ok && matches!(older.outcome, Outcome::Invalid { .. }) {
        // Somebody judged these very figures; their source telling them again is no new evidence.
        merged.outcome.clone_from(&older.outcome);
    }
    (merged, if differ { Agreement::Differ } else { Agreement::Same })
}

fn conflict(old: &Value, new: &Value) -> bool {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            old.iter().any(|(key, old)| new.get(key).is_some_and(|new| conflict(old, new)))
        }
        (Value::Number(old), Value::Number(new)) => match (old.as_f64(), new.as_f64()) {
            (Some(old), Some(new)) => !agree(old, new, ROUNDED),
            _ => old != new,
        },
        _ => false,
    }
}

/// `new` over `old`: objects field by field, lists of remarks together, everything else replaced.
fn overlay(mut old: Map<String, Value>, new: Map<String, Value>) -> Map<String, Value> {
    for (key, new) in new {
        let merged = match (old.remove(&key), new) {
            // An outcome is one of several shapes, never two at once.
            (Some(Value::Object(old)), Value::Object(new)) if key != "outcome" => {
                Value::Object(overlay(old, new))
            }
            (Some(Value::Array(mut old)), Value::Array(new)) if key == "notes" || key == "reasons" => {
                old.extend(new);
                Value::Array(distinct(old))
            }
            (_, new) => new,
        };
        old.insert(key, merged);
    }
    old
}

fn distinct(items: Vec<Value>) -> Vec<Value> {
    let mut kept: Vec<Value> = Vec::new();
    for item in items {
        if !kept.contains(&item) {
            kept.push(item);
        }
    }
    kept
}

/// The run on disk with what this import knows of it; `attempt` tells the attempt of a run's address.
pub(crate) fn runs(existing: Run, new: Run, attempt: impl Fn(&Run) -> u64) -> Run {
    let newer_on_disk = attempt(&existing) > attempt(&new);
    let (older, mut newest) = if newer_on_disk { (new, existing) } else { (existing, new) };
    let mut measurements: std::collections::BTreeMap<String, Measurement> =
        older.measurements.iter().map(|measurement| (measurement.id.clone(), measurement.clone())).collect();
    for measurement in std::mem::take(&mut newest.measurements) {
        let merged = match measurements.remove(&measurement.id) {
            Some(older) => self::measurements(&older, &measurement).0,
            None => measurement,
        };
        measurements.insert(merged.id.clone(), merged);
    }
    newest.measurements = measurements.into_values().collect();
    date(&older, &mut newest);
    for attempts in older.attempts {
        if !newest.attempts.iter().any(|known| known.label == attempts.label) {
            newest.attempts.push(attempts);
        }
    }
    newest.changes.extend(older.changes);
    newest.unmapped.extend(older.unmapped);
    let mut notes = older.notes;
    notes.extend(
        std::mem::take(&mut newest.notes)
            .into_iter()
            .filter(|note| !notes.contains(note))
            .collect::<Vec<_>>(),
    );
    newest.notes = notes;
    newest.started_at = newest.started_at.or(older.started_at);
    newest.environment = newest.environment.or(older.environment);
    newest.retracted = newest.retracted.or(older.retracted);
    newest.source.url = newest.source.url.or(older.source.url);
    newest.source.revision = newest.source.revision.or(older.source.revision);
    newest.source.harness = newest.source.harness.or(older.source.harness);
    newest
}

/// A run's own day beats one that was given or bracketed; of two own days the later, since a run's day follows its last
/// attempt.
fn date(older: &Run, newest: &mut Run) {
    let own = |run: &Run| run.source.date_method.is_none() && run.date_until.is_none();
    let keep_older = match (own(older), own(newest)) {
        (true, false) => true,
        (true, true) => older.date > newest.date,
        _ => false,
    };
    if keep_older {
        newest.date = older.date;
        newest.date_until = older.date_until;
        newest.source.date_method.clone_from(&older.source.date_method);
    }
}
