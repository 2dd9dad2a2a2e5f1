//! Series: measurements that differ only in load and in how the same hardware is split.

use super::WorkloadKey;
use record::{
    AcceleratorKey, FrameworkKey, Measurement, ModelKey, Outcome, Precision, Run, RunKind, Topology,
};
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
    /// How it serves.
    pub method: ServingMethod,
    /// Who stands behind the measurements.
    pub kind: RunKind,
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
