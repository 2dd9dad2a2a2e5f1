//! What was measured in some days, by model and workload.

use super::{Days, measured};
use crate::{
    analysis::{Analysis, WorkloadKey, standing_entries},
    format,
    page::{
        table::{Cell, Column, Table},
        workload::workload_href,
    },
};
use record::ModelKey;
use std::collections::{BTreeMap, BTreeSet};

/// What a model's workload has of these days.
#[derive(Default)]
struct Row<'a> {
    measurements: usize,
    runs: BTreeSet<&'a str>,
    accelerators: BTreeSet<&'a str>,
    frameworks: BTreeSet<&'a str>,
}

pub(super) fn html(analysis: &Analysis<'_>, days: Days) -> String {
    let catalog = analysis.catalog;
    let mut rows: BTreeMap<(&ModelKey, WorkloadKey), Row<'_>> = BTreeMap::new();
    for entry in measured(analysis, days) {
        let measurement = entry.measurement;
        let row = rows.entry((&measurement.model.key, WorkloadKey::of(&measurement.workload))).or_default();
        row.measurements += 1;
        row.runs.insert(&entry.run.id);
        row.accelerators.insert(catalog.accelerator_name(&measurement.deployment.accelerator));
        row.frameworks.insert(catalog.framework_name(&measurement.framework.key));
    }
    if rows.is_empty() {
        return "<p class=\"notice\">Nothing was measured in these days.</p>".to_owned();
    }
    let known: BTreeSet<(&ModelKey, WorkloadKey)> = standing_entries(&catalog.runs)
        .filter(|entry| days.follow(entry.run))
        .map(|entry| (&entry.measurement.model.key, WorkloadKey::of(&entry.measurement.workload)))
        .collect();
    let standing = analysis.workloads();
    let rows = rows
        .into_iter()
        .map(|((model, workload), row)| {
            let has_page = standing.get(model).is_some_and(|workloads| workloads.contains(&workload));
            let first = if known.contains(&(model, workload.clone())) { "" } else { "for the first time" };
            let name = format!("{}, {}", catalog.model_name(model), workload.name());
            let href = has_page.then(|| workload_href(model, &workload));
            let list = |names: BTreeSet<&str>| names.into_iter().collect::<Vec<_>>().join(", ");
            vec![
                Cell::maybe_link(name, href).remark(first),
                Cell::text(format::count(row.measurements)),
                Cell::text(format::count(row.runs.len())),
                Cell::text(list(row.accelerators)),
                Cell::text(list(row.frameworks)),
            ]
        })
        .collect();
    let columns = vec![
        Column::words("Model, workload"),
        Column::figures("Measurements", ""),
        Column::figures("Runs", ""),
        Column::words("Accelerators"),
        Column::words("Frameworks"),
    ];
    Table {
        caption: format!("Measured from {} to {}, without what failed", days.from, days.until),
        columns,
        rows,
    }
    .html()
}
