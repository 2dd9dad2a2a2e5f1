//! What is missing, failed or withdrawn: shown as what it is, never as zero and never left out.

use super::{
    Page,
    charts::day_words,
    coverage::matrix,
    measurement::outcome_words,
    table::{Cell, Column, Table},
    tombstone, unusual,
    workload::workload_href,
};
use crate::{
    analysis::{Analysis, Entry, Metric, standing_entries},
    format,
    html::with_code,
};
use serde_json::json;
use std::collections::BTreeMap;

pub(super) fn page(analysis: &Analysis<'_>) -> Page {
    let catalog = analysis.catalog;
    let unmeasured: Vec<_> = {
        let measured = analysis.measured_accelerators();
        let missing = catalog.accelerators.values().filter(|known| !measured.contains(&known.key));
        missing
            .map(|known| json!({ "text": known.specification.name, "href": format!("/hardware/{}/", known.key) }))
            .collect()
    };
    let models: Vec<_> = {
        let measured = analysis.workloads();
        let missing = catalog.models.values().filter(|known| !measured.contains_key(&known.key));
        missing
            .map(|known| json!({ "text": known.facts.name, "href": format!("/models/{}/", known.key) }))
            .collect()
    };
    let mut unmapped: BTreeMap<&str, usize> = BTreeMap::new();
    for row in catalog.runs.iter().flat_map(|run| &run.unmapped) {
        *unmapped.entry(&row.reason).or_default() += 1;
    }
    let unmapped: Vec<_> = unmapped
        .into_iter()
        .map(|(reason, rows)| json!({ "reason": with_code(reason), "rows": format::count(rows) }))
        .collect();
    let inexact = catalog.runs.iter().filter(|run| run.date_until.is_some()).count();
    let unusual = unusual::table(analysis);
    Page {
        path: "/gaps/".to_owned(),
        title: "Gaps".to_owned(),
        description: "What was not measured, what failed, what was withdrawn, and what could not be placed."
            .to_owned(),
        template: "gaps",
        content: json!({
            "matrix": matrix(analysis).html(),
            "coverage": coverage(analysis).html(),
            "unusual": (!unusual.rows.is_empty()).then(|| unusual.html()),
            "fallen": fallen(analysis),
            "missing_figures": missing_figures(analysis).html(),
            "unmeasured_hardware": unmeasured,
            "unmeasured_models": models,
            "unmapped": unmapped,
            "inexact": (inexact > 0).then(|| format::plural(inexact, "run", "runs")),
        }),
        modified: analysis.newest_day(),
        ..Page::default()
    }
}

/// How many measurements each accelerator has in its newest runs, by model, workload and precision family.
fn coverage(analysis: &Analysis<'_>) -> Table {
    let accelerators = analysis.measured_accelerators();
    let mut counts: BTreeMap<_, BTreeMap<_, usize>> = BTreeMap::new();
    for (key, entries) in &analysis.series {
        let row = (&key.model, &key.workload, key.precision.family());
        *counts.entry(row).or_default().entry(&key.accelerator).or_default() += entries.len();
    }
    let mut columns = vec![Column::words("Model, workload, precision")];
    columns
        .extend(accelerators.iter().map(|key| Column::figures(analysis.catalog.accelerator_name(key), "")));
    let rows = counts
        .into_iter()
        .map(|((model, workload, family), counts)| {
            let name = analysis.catalog.model_name(model);
            let text = format!("{name}, {}, {}", workload.name(), family.to_uppercase());
            let mut row = vec![Cell::link(text, workload_href(model, workload))];
            row.extend(accelerators.iter().map(|key| {
                Cell::text(counts.get(*key).map(std::string::ToString::to_string).unwrap_or_default())
            }));
            row
        })
        .collect();
    Table {
        caption: "Measurements that stand, the newest of each configuration; a dash was not measured"
            .to_owned(),
        columns,
        rows,
    }
}

/// Measurements that failed, are invalid, or were withdrawn, newest first.
fn fallen(analysis: &Analysis<'_>) -> Vec<serde_json::Value> {
    let entries = analysis
        .catalog
        .runs
        .iter()
        .rev()
        .flat_map(|run| run.measurements.iter().map(move |measurement| Entry { run, measurement }));
    entries
        .filter_map(|entry| {
            let withdrawn = entry.run.retracted.as_ref().map(|why| format!("Run: {}", tombstone::words(why)));
            let why = withdrawn.or_else(|| outcome_words(entry.measurement))?;
            Some(json!({
                "date": day_words(entry.run),
                "href": entry.href(),
                "what": format!(
                    "{} on {}",
                    analysis.catalog.model_name(&entry.measurement.model.key),
                    analysis.catalog.accelerator_name(&entry.measurement.deployment.accelerator),
                ),
                "why": why,
            }))
        })
        .collect()
}

/// How many measurements lack each figure.
fn missing_figures(analysis: &Analysis<'_>) -> Table {
    const METRICS: [Metric; 7] = [
        Metric::InputThroughputPerAccelerator,
        Metric::OutputThroughputPerAccelerator,
        Metric::Interactivity,
        Metric::EndToEndLatency,
        Metric::TimeToFirstToken,
        Metric::SlowTimeToFirstToken,
        Metric::MeasuredEnergyPerToken,
    ];
    let entries: Vec<Entry<'_>> = standing_entries(&analysis.catalog.runs).collect();
    let count = |lacks: &dyn Fn(&Entry<'_>) -> bool| entries.iter().filter(|entry| lacks(entry)).count();
    let mut rows: Vec<Vec<Cell>> = METRICS
        .iter()
        .map(|metric| {
            let missing = count(&|entry| metric.value(entry.measurement, &analysis.economics).is_none());
            vec![Cell::text(metric.name()), Cell::text(format::count(missing))]
        })
        .collect();
    let others: [(&str, &dyn Fn(&Entry<'_>) -> bool); 3] = [
        ("Request count", &|entry| {
            entry.measurement.requests.as_ref().and_then(|requests| requests.completed).is_none()
        }),
        ("Repeats", &|entry| entry.measurement.repeats.len() < 2),
        ("Container image", &|entry| entry.measurement.framework.image.is_none()),
    ];
    rows.extend(
        others.iter().map(|(name, lacks)| vec![Cell::text(*name), Cell::text(format::count(count(lacks)))]),
    );
    Table {
        caption: format!(
            "Figures that are missing, of {} measurements that stand",
            format::count(entries.len())
        ),
        columns: vec![Column::words("Figure"), Column::figures("Measurements without it", "")],
        rows,
    }
}
