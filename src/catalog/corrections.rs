//! Corrections: which runs and measurements took the place of others, and which ones stand twice although they are one.
//!
//! A record that was withdrawn names what takes its place; the way back is found here, so that it is written down once.

use super::StoredRecord;
use crate::finding::Finding;
use record::{AcceleratorKey, Measurement, ModelKey, Reference, Retraction, Run};
use std::collections::{BTreeMap, BTreeSet};

/// What took the place of what.
#[derive(Clone, Debug, Default)]
pub struct Corrections(BTreeMap<Reference, Vec<Reference>>);

impl Corrections {
    /// What a run or a measurement took the place of.
    pub fn replaced_by(&self, successor: &Reference) -> &[Reference] {
        self.0.get(successor).map_or(&[], Vec::as_slice)
    }

    /// Everything that was replaced, by what took its place.
    pub fn iter(&self) -> impl Iterator<Item = (&Reference, &[Reference])> {
        self.0.iter().map(|(successor, replaced)| (successor, replaced.as_slice()))
    }

    /// Finds the corrections of `runs`, whose files are `records`. What leads nowhere, or back to itself, is an error; one
    /// measurement that stands in two runs is a warning, and so is a successor of something else.
    pub(super) fn of(runs: &[Run], records: &[StoredRecord], findings: &mut Vec<Finding>) -> Self {
        let known: BTreeMap<&str, &Run> = runs.iter().map(|run| (run.id.as_str(), run)).collect();
        let mut next: BTreeMap<Reference, Reference> = BTreeMap::new();
        for (run, record) in runs.iter().zip(records) {
            for (index, from, retraction) in retractions(run) {
                let Some(to) = &retraction.superseded_by else { continue };
                let place = index.and_then(|index| record.line_of(index));
                if !exists(&known, to) {
                    let message = format!(
                        "`{from}` is superseded by `{to}`, which is not there. Correct the id, or leave it out"
                    );
                    findings.push(Finding::error(&record.file, place, message));
                } else if leads_back(&next, to, &from) {
                    let message = format!(
                        "`{from}` is superseded by `{to}`, which is itself superseded by `{from}` in the end. Leave one out"
                    );
                    findings.push(Finding::error(&record.file, place, message));
                } else {
                    if !is_about_the_same(&known, &from, to) {
                        let message = format!(
                            "`{from}` is superseded by `{to}`, which measured none of its models on any of its accelerators. Is the id right?"
                        );
                        findings.push(Finding::warning(&record.file, place, message));
                    }
                    next.insert(from, to.clone());
                }
            }
        }
        findings.extend(twins(runs, records));
        let mut corrections = Self::default();
        for (from, to) in next {
            corrections.0.entry(to).or_default().push(from);
        }
        corrections
    }
}

/// The retractions of a run and of its measurements, each with the index of the measurement.
fn retractions(run: &Run) -> impl Iterator<Item = (Option<usize>, Reference, &Retraction)> {
    let whole = run.retracted.as_ref().map(|it| (None, Reference::to_run(&run.id), it));
    let each = run.measurements.iter().enumerate().filter_map(|(index, measurement)| {
        let retraction = measurement.retracted.as_ref()?;
        Some((Some(index), Reference::to_measurement(&run.id, &measurement.id), retraction))
    });
    whole.into_iter().chain(each)
}

fn exists(known: &BTreeMap<&str, &Run>, reference: &Reference) -> bool {
    known.get(reference.run.as_str()).is_some_and(|run| {
        reference.measurement.as_ref().is_none_or(|id| run.measurements.iter().any(|it| it.id == *id))
    })
}

/// Whether two runs or measurements have a model and its accelerator in common.
fn is_about_the_same(known: &BTreeMap<&str, &Run>, one: &Reference, other: &Reference) -> bool {
    let subjects = |reference: &Reference| -> BTreeSet<(ModelKey, AcceleratorKey)> {
        let run = known.get(reference.run.as_str()).into_iter();
        let measurements = run.flat_map(|run| &run.measurements);
        let meant = measurements.filter(|it| reference.measurement.as_ref().is_none_or(|id| it.id == *id));
        meant.map(|it| (it.model.key.clone(), it.deployment.accelerator.clone())).collect()
    };
    !subjects(one).is_disjoint(&subjects(other))
}

/// Whether what follows `start` ends at `goal`.
fn leads_back(next: &BTreeMap<Reference, Reference>, start: &Reference, goal: &Reference) -> bool {
    std::iter::successors(Some(start), |reference| next.get(*reference)).any(|reference| reference == goal)
}

/// Measurements of two runs that are one measurement, told twice: set up alike, and alike in every figure. A deployment that is
/// measured again never repeats six digits of all its latencies.
fn twins(runs: &[Run], records: &[StoredRecord]) -> Vec<Finding> {
    let mut first: BTreeMap<[u64; 3], Vec<(&Run, &Measurement)>> = BTreeMap::new();
    let mut told = BTreeSet::new();
    let mut findings = Vec::new();
    for (run, record) in runs.iter().zip(records).filter(|(run, _)| run.retracted.is_none()) {
        for (index, measurement) in run.measurements.iter().enumerate() {
            let Some(figures) = fingerprint(measurement).filter(|_| measurement.retracted.is_none()) else {
                continue;
            };
            let same = first.entry(figures).or_default();
            let twin = same.iter().find(|(other, twin)| other.id != run.id && is_twin(twin, measurement));
            if let Some((other, twin)) = twin
                && told.insert((&other.id, &run.id))
            {
                let (from, to) = (
                    Reference::to_measurement(&other.id, &twin.id),
                    Reference::to_measurement(&run.id, &measurement.id),
                );
                let message = format!(
                    "`{to}` is the same measurement as `{from}`: alike in set-up and every figure. If so: site retract '{from}' --superseded-by '{to}' --why '…'"
                );
                findings.push(Finding::warning(&record.file, record.line_of(index), message));
            }
            same.push((run, measurement));
        }
    }
    findings
}

/// Figures that two executions never share; nothing where too little is stated to tell.
fn fingerprint(measurement: &Measurement) -> Option<[u64; 3]> {
    let latency = measurement.latency.as_ref()?;
    let total = measurement.throughput.as_ref()?.total?;
    let first = latency.ttft.as_ref().and_then(|ttft| ttft.mean.or(ttft.p50))?;
    let last = latency.e2e.as_ref().or(latency.tpot.as_ref()).and_then(|it| it.mean.or(it.p50))?;
    Some([total, first, last].map(f64::to_bits))
}

/// Whether two measurements are one, told twice: alike in set-up and in every figure.
pub(crate) fn is_twin(one: &Measurement, other: &Measurement) -> bool {
    one.throughput == other.throughput
        && one.latency == other.latency
        && one.identify("") == other.identify("")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::sample::{measurement, run};
    use serde_json::json;

    fn withdrawn(by: &str) -> Retraction {
        serde_json::from_value(json!({ "when": "2026-02-01", "why": "clocks", "superseded_by": by }))
            .expect("a retraction")
    }

    fn corrections(runs: &[Run]) -> (Corrections, Vec<String>) {
        let records: Vec<StoredRecord> = runs
            .iter()
            .map(|run| StoredRecord { file: run.id.clone().into(), ..StoredRecord::default() })
            .collect();
        let mut findings = Vec::new();
        let corrections = Corrections::of(runs, &records, &mut findings);
        (corrections, findings.iter().map(ToString::to_string).collect())
    }

    fn runs(ids: &[&str]) -> Vec<Run> {
        // Each at a load of its own, so that none is another's twin.
        let at = |load: usize| measurement(&json!({ "arrival": { "concurrency": load + 1 } }));
        ids.iter().enumerate().map(|(load, id)| run(id, "2026-01-01", vec![at(load)])).collect()
    }

    #[test]
    fn what_was_replaced_is_found_from_what_took_its_place() {
        let mut runs = runs(&["a", "b", "c"]);
        runs[0].retracted = Some(withdrawn("c"));
        runs[1].retracted = Some(withdrawn("c"));
        let (corrections, findings) = corrections(&runs);
        assert_eq!(findings, [""; 0]);
        assert_eq!(
            corrections.replaced_by(&Reference::to_run("c")),
            [Reference::to_run("a"), Reference::to_run("b")]
        );
        assert_eq!(corrections.replaced_by(&Reference::to_run("a")), []);
    }

    #[test]
    fn a_successor_that_is_not_there_and_a_circle_are_errors() {
        let mut runs = runs(&["a", "b"]);
        runs[0].retracted = Some(withdrawn("nowhere"));
        assert!(corrections(&runs).1[0].contains("`nowhere`, which is not there"));
        runs[0].retracted = Some(withdrawn("b#0123456789abcdef"));
        assert!(corrections(&runs).1[0].contains("which is not there"));
        runs[0].retracted = Some(withdrawn("b"));
        runs[1].retracted = Some(withdrawn("a"));
        assert!(corrections(&runs).1[0].contains("in the end"));
        runs[0].retracted = Some(withdrawn("a"));
        assert!(corrections(&runs).1[0].contains("in the end"));
    }

    #[test]
    fn one_measurement_in_two_runs_is_told_until_one_is_withdrawn() {
        let latency = json!({ "latency": { "ttft": { "mean": 0.123456 }, "e2e": { "mean": 7.65432 } } });
        let once = |id: &str| run(id, "2026-01-01", vec![measurement(&latency)]);
        let mut runs = vec![once("a"), once("b")];
        let told = corrections(&runs).1;
        assert!(
            told.len() == 1
                && told[0].contains("the same measurement")
                && told[0].contains("site retract 'a#"),
            "{told:?}"
        );
        runs[0].measurements[0].retracted = Some(withdrawn("b"));
        assert_eq!(corrections(&runs).1, [""; 0]);
    }

    #[test]
    fn a_configuration_that_was_measured_again_is_no_twin() {
        let at = |mean: f64| {
            measurement(&json!({ "latency": { "ttft": { "mean": mean }, "e2e": { "mean": 7.0 } } }))
        };
        let runs = [run("a", "2026-01-01", vec![at(0.123456)]), run("b", "2026-01-02", vec![at(0.123457)])];
        assert_eq!(corrections(&runs).1, [""; 0]);
    }
}
