//! Which configurations an entry of a source's changelog concerns.

use super::Entry;
use record::{Change, Run};
use std::collections::BTreeSet;

/// Whether an entry in the changelog of `run` may concern what was measured in `entry`.
///
/// The source names configurations in its own words, such as `dsr1-fp8-mi355x-sglang`. Where such a name holds the key of an
/// accelerator, a framework, a model or a precision that the run measured, it speaks of those and of no others. What it
/// doesn't name it may mean, and an entry that names nothing concerns everything.
pub(super) fn concerns(change: &Change, run: &Run, entry: Entry<'_>) -> bool {
    let own = keys(entry.measurement);
    let known =
        run.measurements.iter().map(keys).fold(<[BTreeSet<&str>; 4]>::default(), |mut known, keys| {
            known.iter_mut().zip(keys).for_each(|(known, key)| {
                known.insert(key);
            });
            known
        });
    let speaks_of_it = |name: &String| {
        let name = format!("-{}-", name.to_lowercase());
        let holds = |key: &str| name.contains(&format!("-{}-", key.to_lowercase()));
        own.iter().zip(&known).all(|(own, known)| holds(own) || !known.iter().any(|key| holds(key)))
    };
    change.configurations.is_empty() || change.configurations.iter().any(speaks_of_it)
}

/// What a configuration may be named by.
fn keys(measurement: &record::Measurement) -> [&str; 4] {
    [
        measurement.deployment.accelerator.as_str(),
        measurement.framework.key.as_str(),
        measurement.model.key.as_str(),
        measurement.precision.family(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::sample::{measurement, run};
    use serde_json::json;

    #[test]
    fn an_entry_concerns_what_it_names_and_what_it_leaves_open() {
        let on = |accelerator: &str, framework: &str| {
            measurement(&json!({
                "deployment": {
                    "accelerator": accelerator,
                    "accelerators": 8,
                    "topology": { "aggregated": { "parallelism": { "tensor": 8, "expert": 1 } } },
                },
                "framework": { "key": framework },
            }))
        };
        let run =
            run("r", "2026-01-01", vec![on("b200", "sglang"), on("gb200", "sglang"), on("b200", "vllm")]);
        let concerned = |names: &[&str]| -> Vec<bool> {
            let configurations = names.iter().map(|name| (*name).to_owned()).collect();
            let change = Change { configurations, ..Change::default() };
            let entries = run.measurements.iter().map(|measurement| Entry { run: &run, measurement });
            entries.map(|entry| concerns(&change, &run, entry)).collect()
        };
        assert_eq!(concerned(&["dsr1-fp8-b200-sglang"]), [true, false, false]);
        assert_eq!(concerned(&["dsr1-fp8-gb200-sglang-mtp"]), [false, true, false]);
        assert_eq!(concerned(&["*-b200-*"]), [true, false, true], "what it doesn't name it may mean");
        assert_eq!(concerned(&["x-gb200-sglang", "x-b200-vllm"]), [false, true, true], "any of its names");
        assert_eq!(concerned(&[]), [true; 3]);
        assert_eq!(concerned(&["everything"]), [true; 3]);
    }
}
