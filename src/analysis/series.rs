//! Series: measurements that differ only in load and in how the same hardware is split.

use super::WorkloadKey;
use record::{AcceleratorKey, FrameworkKey, Measurement, ModelKey, Outcome, Precision, Run, Topology};
use std::collections::BTreeMap;

/// A measurement and the run that it belongs to.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// The run.
    pub run: &'a Run,
    /// The measurement.
    pub measurement: &'a Measurement,
}

impl Entry<'_> {
    /// The measurement's address on the site.
    pub fn href(&self) -> String {
        format!("/runs/{}/#m-{}", self.run.id, self.measurement.id)
    }
}

/// What the measurements of a series have in common.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeriesKey {
    /// The model.
    pub model: ModelKey,
    /// The workload.
    pub workload: WorkloadKey,
    /// The precision as measured.
    pub precision: Precision,
    /// The accelerator.
    pub accelerator: AcceleratorKey,
    /// The framework.
    pub framework: FrameworkKey,
    /// The speculative decoding method, `none` for none.
    pub speculative: String,
    /// Whether prefill and decode have workers of their own.
    pub disaggregated: bool,
}

impl SeriesKey {
    /// The series of a measurement.
    pub fn of(measurement: &Measurement) -> Self {
        Self {
            model: measurement.model.key.clone(),
            workload: WorkloadKey::of(&measurement.workload),
            precision: measurement.precision.clone(),
            accelerator: measurement.deployment.accelerator.clone(),
            framework: measurement.framework.key.clone(),
            speculative: measurement.speculative_method().to_owned(),
            disaggregated: matches!(measurement.deployment.topology, Topology::Disaggregated { .. }),
        }
    }
}

/// The measurements that stand: not withdrawn, with outcome `ok`, and with a throughput.
pub fn standing_entries(runs: &[Run]) -> impl Iterator<Item = Entry<'_>> {
    runs.iter()
        .filter(|run| run.retracted.is_none())
        .flat_map(|run| run.measurements.iter().map(move |measurement| Entry { run, measurement }))
        .filter(|entry| {
            entry.measurement.retracted.is_none()
                && entry.measurement.outcome == Outcome::Ok
                && entry.measurement.throughput.as_ref().is_some_and(|throughput| throughput.total.is_some())
        })
}

/// Every series with its measurements of the newest run that has it. `runs` are in order of date.
pub fn newest_series(runs: &[Run]) -> BTreeMap<SeriesKey, Vec<Entry<'_>>> {
    let mut series: BTreeMap<SeriesKey, Vec<Entry<'_>>> = BTreeMap::new();
    for entry in standing_entries(runs) {
        let entries = series.entry(SeriesKey::of(entry.measurement)).or_default();
        if entries.last().is_some_and(|last| last.run.id != entry.run.id) {
            entries.clear();
        }
        entries.push(entry);
    }
    series
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::sample::{measurement, run};
    use serde_json::json;

    fn key(fields: &serde_json::Value) -> SeriesKey {
        SeriesKey::of(&measurement(fields))
    }

    #[test]
    fn load_parallelism_and_image_do_not_make_another_series() {
        let same = [
            json!({ "arrival": { "concurrency": 64 } }),
            json!({ "framework": { "key": "sglang", "image": "lmsysorg/sglang:v0.5.8" } }),
            json!({ "speculative_decoding": { "method": "none" } }),
            json!({ "deployment": { "accelerator": "b200", "accelerators": 4, "topology": { "aggregated": {} } } }),
        ];
        for fields in same {
            assert_eq!(key(&fields), key(&json!({})), "{fields}");
        }
    }

    #[test]
    fn what_people_compare_makes_another_series() {
        let side = json!({ "accelerators": 8 });
        let topology = json!({ "disaggregated": { "prefill": side, "decode": side } });
        let other = [
            json!({ "precision": "nvfp4" }),
            json!({ "framework": { "key": "trt" } }),
            json!({ "speculative_decoding": { "method": "mtp" } }),
            json!({ "workload": { "kind": "fixed_length", "input_tokens": 1024, "output_tokens": 1024 } }),
            json!({ "deployment": { "accelerator": "b200", "topology": topology } }),
        ];
        for fields in other {
            assert_ne!(key(&fields), key(&json!({})), "{fields}");
        }
    }

    #[test]
    fn only_the_newest_run_of_a_series_counts() {
        let one = || measurement(&json!({}));
        let other = || measurement(&json!({ "precision": "fp4" }));
        let runs = [
            run("a", "2026-01-01", vec![one(), other()]),
            run("b", "2026-01-02", vec![one(), one()]),
            run("c", "2026-01-03", vec![measurement(&json!({ "outcome": "timeout" }))]),
        ];
        let series = newest_series(&runs);
        let ids =
            |key: &SeriesKey| -> Vec<&str> { series[key].iter().map(|it| it.run.id.as_str()).collect() };
        assert_eq!(ids(&SeriesKey::of(&one())), ["b", "b"], "a failure doesn't push out what stands");
        assert_eq!(ids(&SeriesKey::of(&other())), ["a"]);
    }

    #[test]
    fn what_failed_was_withdrawn_or_has_no_throughput_does_not_stand() {
        let withdrawn = json!({ "when": "2026-02-01", "why": "clocks" });
        let fallen = [
            json!({ "outcome": { "failed": { "why": "x" } } }),
            json!({ "outcome": "out_of_memory" }),
            json!({ "outcome": { "invalid": { "why": "x" } } }),
            json!({ "retracted": withdrawn }),
            json!({ "throughput": { "output": 1000 } }),
            json!({ "throughput": null }),
        ];
        let mut runs = vec![run("a", "2026-01-01", fallen.iter().map(measurement).collect())];
        runs.push(run("b", "2026-01-01", vec![measurement(&json!({}))]));
        runs.push(run("c", "2026-01-01", vec![measurement(&json!({}))]));
        runs[2].retracted = Some(serde_json::from_value(withdrawn).expect("a retraction"));
        let standing: Vec<&str> = standing_entries(&runs).map(|entry| entry.run.id.as_str()).collect();
        assert_eq!(standing, ["b"]);
    }
}
