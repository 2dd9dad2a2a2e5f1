//! In what a run on record differs from what is to be measured now, so that no record holds two things as one.

use super::{Settings, identity, preflight::Server};
use record::{Environment, Measurement, Run, round_significant};
use serde::Serialize;
use serde_json::{Map, Value};

/// Main memory is counted less what the kernel has set aside, which differs from start to start.
const MEMORY_SHARE: f64 = 0.02;

/// What differs in model, framework, precision, deployment or machine, in words; each once.
pub(super) fn differences(
    run: &Run,
    settings: &Settings,
    server: &Server,
    environment: &Environment,
) -> Vec<String> {
    let mut found = Vec::new();
    for measurement in &run.measurements {
        compare("model", &measurement.model, &identity::model(settings), &mut found);
        compare("framework", &measurement.framework, &identity::framework(settings, server), &mut found);
        compare("precision", &measurement.precision, &identity::precision(settings), &mut found);
        let deployment = identity::deployment(settings, Some(environment));
        compare("deployment", &measurement.deployment, &deployment, &mut found);
    }
    if run.kind != settings.identity.kind {
        compare("kind", &run.kind, &settings.identity.kind, &mut found);
    }
    if let Some(before) = &run.environment {
        compare("machine", &lasting(before, environment), &lasting(environment, environment), &mut found);
    }
    found.dedup();
    found
}

/// What differs in how a measurement of the same work was made, in words.
pub(super) fn otherwise(measurement: &Measurement, settings: &Settings, server: &Server) -> Vec<String> {
    let mut found = Vec::new();
    let repeats = measurement.repeats.len().max(1);
    if settings.until.is_none() && settings.repeat_for.is_none() && repeats != settings.repeats as usize {
        found.push(format!("--repeats: {repeats} on record, {} now", settings.repeats));
    }
    let Some(client) = &measurement.client else { return found };
    let protocol = server.route.protocol.name();
    if client.protocol.as_deref().is_some_and(|before| before != protocol) {
        found.push(format!("--http: {} on record, {protocol} now", client.protocol.as_deref().unwrap_or("")));
    }
    if client.retries.is_some() != (settings.retries > 0) {
        let words = |allowed: bool| if allowed { "some" } else { "none" };
        found.push(format!(
            "--retries: {} on record, {} now",
            words(client.retries.is_some()),
            words(settings.retries > 0)
        ));
    }
    found
}

/// The machine without what changes by itself.
fn lasting(environment: &Environment, now: &Environment) -> Environment {
    let mut lasting = environment.clone();
    for accelerator in &mut lasting.accelerators {
        accelerator.clock_mhz = None;
    }
    let near = environment
        .memory_bytes
        .zip(now.memory_bytes)
        .is_some_and(|(before, now)| (before as f64 / now as f64 - 1.0).abs() < MEMORY_SHARE);
    if near {
        lasting.memory_bytes = now.memory_bytes;
    }
    lasting
}

/// Notes each field in which the two differ.
fn compare(name: &str, before: &impl Serialize, now: &impl Serialize, found: &mut Vec<String>) {
    if let (Ok(before), Ok(now)) = (serde_json::to_value(before), serde_json::to_value(now)) {
        fields(name, &before, &now, found);
    }
}

fn fields(name: &str, before: &Value, now: &Value, found: &mut Vec<String>) {
    if let (Value::Object(before), Value::Object(now)) = (before, now) {
        let names = |map: &Map<String, Value>| map.keys().cloned().collect::<Vec<_>>();
        let mut all = [names(before), names(now)].concat();
        all.sort();
        all.dedup();
        for field in all {
            let of = |map: &Map<String, Value>| map.get(&field).cloned().unwrap_or(Value::Null);
            fields(&format!("{name} {}", field.replace('_', " ")), &of(before), &of(now), found);
        }
    } else if !is_same(before, now) {
        let words = |value: &Value| match value {
            Value::Null => "not stated".to_owned(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let difference = format!("{name}: {} on record, {} now", words(before), words(now));
        if !found.contains(&difference) {
            found.push(difference);
        }
    }
}

/// Whether two values are one on record, where numbers are rounded.
fn is_same(before: &Value, now: &Value) -> bool {
    match (before, now) {
        (Value::Array(before), Value::Array(now)) => {
            before.len() == now.len() && before.iter().zip(now).all(|(before, now)| is_same(before, now))
        }
        (Value::Object(before), Value::Object(now)) => {
            before.len() == now.len()
                && before.iter().all(|(name, before)| now.get(name).is_some_and(|now| is_same(before, now)))
        }
        _ => match (before.as_f64(), now.as_f64()) {
            (Some(before), Some(now)) => round_significant(before) == round_significant(now),
            _ => before == now,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn machine(fields: &Value) -> Environment {
        serde_json::from_value(fields.clone()).unwrap()
    }

    fn between(before: &Value, now: &Value) -> Vec<String> {
        let (before, now) = (machine(before), machine(now));
        let mut found = Vec::new();
        compare("machine", &lasting(&before, &now), &lasting(&now, &now), &mut found);
        found
    }

    #[test]
    fn each_field_that_differs_is_named_with_both_its_values() {
        assert_eq!(
            between(
                &json!({ "cpu": "A", "cpu_count": 2, "kernel": "6" }),
                &json!({ "cpu": "B", "cpu_count": 2 })
            ),
            ["machine cpu: A on record, B now", "machine kernel: 6 on record, not stated now"]
        );
    }

    #[test]
    fn a_clock_and_a_little_memory_are_no_other_machine() {
        let machine = |clock: f64, memory: u64| json!({ "memory_bytes": memory, "accelerators": [{ "name": "X", "clock_mhz": clock }] });
        assert!(between(&machine(100.0, 1_000_000), &machine(900.0, 1_000_900)).is_empty());
        assert_eq!(between(&machine(100.0, 1_000_000), &machine(100.0, 2_000_000)).len(), 1);
    }
}
