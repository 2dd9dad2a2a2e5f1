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
