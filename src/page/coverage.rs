//! What was measured of what: a model and workload a row, an accelerator a column, in words and not in colours.

use super::{
    table::{Cell, Column, Table},
    workload::workload_href,
};
use crate::analysis::{Analysis, Entry, WorkloadKey};
use jiff::civil::Date;
use record::{AcceleratorKey, ModelKey, Outcome, WorkloadKind};
use std::collections::{BTreeMap, BTreeSet};

/// What is on record of one model, workload and accelerator.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Covered {
    standing: usize,
    newest: Option<Date>,
    failed: usize,
    withdrawn: usize,
}

impl Covered {
    /// In words: what stands comes first, then what fell.
    fn cell(&self) -> Cell {
        let fallen = [(self.failed, "failed"), (self.withdrawn, "withdrawn")];
        let fallen = fallen.into_iter().filter(|(count, _)| *count > 0);
        let fallen: Vec<String> = fallen.map(|(count, word)| format!("{count} {word}")).collect();
        let newest = self.newest.map(|day| day.to_string());
        let remark: Vec<String> = newest.into_iter().chain(fallen).collect();
        let text = if self.standing > 0 { format!("● {}", self.standing) } else { "✕ none".to_owned() };
        Cell::text(text).remark(remark.join(", "))
    }
}

type Work = (ModelKey, WorkloadKey);

/// The matrix over all precisions.
pub(super) fn matrix(analysis: &Analysis<'_>) -> Table {
    let (works, accelerators) = covered(analysis);
    let mut columns = vec![Column::words("Model, workload")];
    columns.extend(accelerators.iter().map(|key| Column::words(analysis.catalog.accelerator_name(key))));
    let measured = analysis.workloads();
    let rows = works
        .into_iter()
        .map(|((model, workload), by_accelerator)| {
            let name = format!("{}, {}", analysis.catalog.model_name(&model), workload.name());
            let has_page = measured.get(&model).is_some_and(|workloads| workloads.contains(&workload));
            let mut row = vec![match has_page {
                true => Cell::link(name, workload_href(&model, &workload)),
                false => Cell::text(name),
            }];
            row.extend(accelerators.iter().map(|key| match by_accelerator.get(key) {
                Some(covered) => covered.cell(),
                None => Cell::default(),
            }));
            row
        })
        .collect();
    Table {
        caption: "● and a number: so many measurements stand, with the day of the newest. ✕ none: of those on record none stands. A dash: never measured"
            .to_owned(),
        columns,
        rows,
    }
}

/// Everything on record but evaluations. Measurements that stand are counted once a configuration, as the newest.
fn covered(
    analysis: &Analysis<'_>,
) -> (BTreeMap<Work, BTreeMap<AcceleratorKey, Covered>>, BTreeSet<AcceleratorKey>) {
    let mut works: BTreeMap<Work, BTreeMap<AcceleratorKey, Covered>> = BTreeMap::new();
    let mut accelerators = BTreeSet::new();
    for (key, entries) in &analysis.series {
        let work = works.entry((key.model.clone(), key.workload.clone())).or_default();
        let covered = work.entry(key.accelerator.clone()).or_default();
        covered.standing += entries.len();
        covered.newest = covered.newest.max(entries.iter().map(|entry| entry.run.date).max());
        accelerators.insert(key.accelerator.clone());
    }
    let all = analysis.catalog.runs.iter();
    let all = all.flat_map(|run| run.measurements.iter().map(move |measurement| Entry { run, measurement }));
    for entry in all.filter(|entry| entry.measurement.workload.kind != WorkloadKind::Evaluation) {
        let measurement = entry.measurement;
        let withdrawn = entry.run.retracted.is_some() || measurement.retracted.is_some();
        if !withdrawn && measurement.outcome == Outcome::Ok {
            continue;
        }
        let accelerator = &measurement.deployment.accelerator;
        let work = (measurement.model.key.clone(), WorkloadKey::of(&measurement.workload));
        let covered = works.entry(work).or_default().entry(accelerator.clone()).or_default();
        *if withdrawn { &mut covered.withdrawn } else { &mut covered.failed } += 1;
        accelerators.insert(accelerator.clone());
    }
    (works, accelerators)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        analysis::sample::{catalog, measurement, run},
        config::Config,
    };
    use serde_json::json;

    #[test]
    fn what_fell_is_told_beside_what_stands_and_alone() {
        let config: Config = toml::from_str(include_str!("../../site.toml")).expect("settings");
        let failed = measurement(&json!({ "outcome": "timeout", "arrival": { "concurrency": 64 } }));
        let withdrawn = measurement(&json!({
            "retracted": { "when": "2026-02-01", "why": "clocks" },
            "deployment": { "accelerator": "h100", "topology": { "aggregated": {} } },
        }));
        let catalog = catalog(vec![run("a", "2026-01-01", vec![measurement(&json!({})), failed, withdrawn])]);
        let analysis = Analysis::new(&config, &catalog);
        let table = matrix(&analysis);
        let cells: Vec<_> =
            table.rows[0][1..].iter().map(|it| (it.text.as_str(), it.remark.as_str())).collect();
        assert_eq!(cells, [("● 1", "2026-01-01, 1 failed"), ("✕ none", "1 withdrawn")]);
    }
}
