//! Series: measurements that differ only in load and in how the same hardware is split.

use super::WorkloadKey;
use record::{
    AcceleratorKey, FrameworkKey, Measurement, ModelKey, Outcome, Precision, Run, RunKind, Topology,
};
use std::collections::BTreeMap;

/// A measurement and the run that it belongs to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Entry<'a> {
    /// The run.
    pub run: &'a Run,
    /// The measurement.
    pub measurement: &'a Measurement,
}

impl Entry<'_> {
    /// Whether the measurement stands: not withdrawn, with outcome `ok`, and with a throughput.
    pub fn stands(&self) -> bool {
        self.run.retracted.is_none()
            && self.measurement.retracted.is_none()
            && self.measurement.outcome == Outcome::Ok
            && self.measurement.throughput.as_ref().is_some_and(|throughput| throughput.total.is_some())
    }

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
    /// How it serves.
    pub method: ServingMethod,
    /// Who stands behind the measurements.
    pub kind: RunKind,
    /// Which organisation, where others offer them: one's results never take the place of another's.
    pub organisation: Option<String>,
}

impl SeriesKey {
    /// The series of a measurement.
    pub fn of(entry: &Entry<'_>) -> Self {
        let measurement = entry.measurement;
        Self {
            model: measurement.model.key.clone(),
            workload: WorkloadKey::of(&measurement.workload),
            precision: measurement.precision.clone(),
            accelerator: measurement.deployment.accelerator.clone(),
            framework: measurement.framework.key.clone(),
            method: ServingMethod::of(measurement),
            kind: entry.run.kind,
            organisation: entry.run.source.organisation.clone(),
        }
    }
}

/// The measurements that stand; see [`Entry::stands`].
pub fn standing_entries(runs: &[Run]) -> impl Iterator<Item = Entry<'_>> {
    runs.iter()
        .flat_map(|run| run.measurements.iter().map(move |measurement| Entry { run, measurement }))
        .filter(Entry::stands)
}

/// How a deployment serves, beside its hardware and software: what makes a comparison one of like with like.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServingMethod {
    /// The speculative decoding method, `none` for none; absent when the source doesn't say.
    pub speculative: Option<String>,
    /// Whether prefill and decode have workers of their own.
    pub disaggregated: bool,
}

impl ServingMethod {
    /// The serving method of a measurement.
    pub fn of(measurement: &Measurement) -> Self {
        Self {
            speculative: measurement
                .speculative_decoding
                .as_ref()
                .map(|speculative| speculative.method.clone()),
            disaggregated: is_disaggregated(measurement),
        }
    }

    /// What is special about it, in words, for a legend; nothing for plain serving.
    pub fn special(&self) -> Vec<String> {
        let speculative = match self.speculative.as_deref() {
            Some("none") => None,
            Some(method) => Some(method.to_uppercase()),
            None => Some("speculation not stated".to_owned()),
        };
        speculative.into_iter().chain(self.disaggregated.then(|| "disaggregated".to_owned())).collect()
    }

    /// The whole method in words: `no speculation, aggregated`.
    pub fn words(&self) -> String {
        let speculation = match self.speculative.as_deref() {
            Some("none") => "no speculation".to_owned(),
            Some(method) => format!("with {}", method.to_uppercase()),
            None => "speculation not stated".to_owned(),
        };
        format!("{speculation}, {}", if self.disaggregated { "disaggregated" } else { "aggregated" })
    }
}

/// Whether prefill and decode have workers of their own.
pub fn is_disaggregated(measurement: &Measurement) -> bool {
    matches!(measurement.deployment.topology, Topology::Disaggregated { .. })
}

/// Every series with the newest measurement of each of its configurations. `runs` are in order of date.
///
/// A measurement stands until the same configuration (topology, load and all that makes the identity) is measured again.
/// Taking the newest run alone would let a small re-run of one configuration erase a whole curve: in the committed data
/// it did so in 67 of 175 series.
pub fn standing_series(runs: &[Run]) -> BTreeMap<SeriesKey, Vec<Entry<'_>>> {
    let mut newest: BTreeMap<(SeriesKey, String), Entry<'_>> = BTreeMap::new();
    for entry in standing_entries(runs) {
        // The identity without the run tells the configuration.
        newest.insert((SeriesKey::of(&entry), entry.measurement.identify("")), entry);
    }
    let mut series: BTreeMap<SeriesKey, Vec<Entry<'_>>> = BTreeMap::new();
    for ((key, _), entry) in newest {
        series.entry(key).or_default().push(entry);
    }
    for entries in series.values_mut() {
        entries.sort_by_cached_key(|entry| {
            let measurement = entry.measurement;
            (measurement.deployment.accelerators, measurement.arrival.concurrency, measurement.id.clone())
        });
    }
    series
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::sample::{measurement, run};
    use serde_json::json;

    fn key(fields: &serde_json::Value) -> SeriesKey {
        let run = run("a", "2026-01-01", vec![measurement(fields)]);
        SeriesKey::of(&Entry { run: &run, measurement: &run.measurements[0] })
    }

    #[test]
    fn load_parallelism_and_image_do_not_make_another_series() {
        let same = [
            json!({ "arrival": { "concurrency": 64 } }),
            json!({ "framework": { "key": "sglang", "image": "lmsysorg/sglang:v0.5.8" } }),
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
            // What a source doesn't state is not taken for what it denies.
            json!({ "speculative_decoding": { "method": "none" } }),
            json!({ "workload": { "kind": "fixed_length", "input_tokens": 1024, "output_tokens": 1024 } }),
            json!({ "deployment": { "accelerator": "b200", "topology": topology } }),
        ];
        for fields in other {
            assert_ne!(key(&fields), key(&json!({})), "{fields}");
        }
    }

    #[test]
    fn a_measurement_stands_until_its_own_configuration_is_measured_again() {
        let at = |concurrency: u32| measurement(&json!({ "arrival": { "concurrency": concurrency } }));
        let failed = measurement(&json!({ "outcome": "timeout", "arrival": { "concurrency": 4 } }));
        let mut unofficial = run("d", "2026-01-04", vec![at(4)]);
        unofficial.kind = RunKind::Unofficial;
        let runs = [
            run("a", "2026-01-01", vec![at(4), at(16), at(64)]),
            run("b", "2026-01-02", vec![at(16)]),
            run("c", "2026-01-03", vec![failed]),
            unofficial,
        ];
        let series = standing_series(&runs);
        let stands: Vec<Vec<(&str, Option<u32>)>> = series
            .values()
            .map(|entries| {
                entries.iter().map(|it| (it.run.id.as_str(), it.measurement.arrival.concurrency)).collect()
            })
            .collect();
        let official = vec![("a", Some(4)), ("b", Some(16)), ("a", Some(64))];
        assert_eq!(
            stands,
            [official, vec![("d", Some(4))]],
            "nor does a failure or an unofficial run push it out"
        );
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
