//! Models: the list, and everything about one.

use super::{
    LazyPage, Link, Page, Subject,
    charts::day_words,
    document::prose,
    feed,
    places::{Candidate, Places, stability_sentence},
    table::{Cell, Column, Table},
    trends,
    workload::{families, workload_href},
};
use crate::{
    analysis::{Analysis, Entry, Metric, WorkloadKey, best_at},
    catalog::Model,
    format,
};
use record::{AcceleratorKey, ModelKey};
use serde_json::json;
use std::collections::BTreeSet;

pub(super) fn pages<'a>(analysis: &'a Analysis<'a>) -> Vec<LazyPage<'a>> {
    let mut pages: Vec<LazyPage<'a>> = vec![Box::new(|| index(analysis))];
    for model in analysis.catalog.models.values() {
        pages.push(Box::new(|| page(analysis, model)));
    }
    pages
}

fn index(analysis: &Analysis<'_>) -> Page {
    let workloads = analysis.workloads();
    let none = BTreeSet::new();
    let row = |model: &Model| {
        let measured: &BTreeSet<&WorkloadKey> = workloads.get(&model.key).unwrap_or(&none);
        let entries = analysis.entries(|key| key.model == model.key);
        let accelerators: BTreeSet<_> =
            entries.iter().map(|entry| &entry.measurement.deployment.accelerator).collect();
        vec![
            Cell::link(&model.facts.name, format!("/models/{}/", model.key)),
            Cell::text(model.facts.developer.clone().unwrap_or_default()),
            Cell::text(model.facts.released.map(|day| day.to_string()).unwrap_or_default()),
            Cell::figure(model.facts.total_parameters_billion),
            Cell::figure(model.facts.active_parameters_billion),
            Cell::text(measured.iter().map(|workload| workload.name()).collect::<Vec<_>>().join("; ")),
            Cell::text(if accelerators.is_empty() { String::new() } else { accelerators.len().to_string() }),
        ]
    };
    // What was measured comes first, then the newest.
    let mut models: Vec<&Model> = analysis.catalog.models.values().collect();
    models.sort_by_key(|model| {
        (!workloads.contains_key(&model.key), std::cmp::Reverse(model.facts.released), model.key.clone())
    });
    let table = Table {
        caption: "Models".to_owned(),
        columns: vec![
            Column::words("Model"),
            Column::words("Developer"),
            Column::words("Released"),
            Column::figures("Parameters", "billion"),
            Column::figures("Active", "billion"),
            Column::words("Measured workloads"),
            Column::figures("Accelerators", ""),
        ],
        rows: models.into_iter().map(row).collect(),
    };
    Page {
        path: "/models/".to_owned(),
        title: "Models".to_owned(),
        description: "Every model on this site, what it is, and which workloads of it were measured."
            .to_owned(),
        template: "index",
        content: json!({ "table": table.html(), "intro": "What a model costs to serve depends on how many of its parameters each token uses, how large its key-value cache grows, and in which precision it runs. Choose a model to see its frontiers." }),
        ..Page::default()
    }
}

fn page(analysis: &Analysis<'_>, model: &Model) -> Page {
    let none = BTreeSet::new();
    let all = analysis.workloads();
    let workloads: Vec<_> = all
        .get(&model.key)
        .unwrap_or(&none)
        .iter()
        .map(|workload| {
            let href = workload_href(&model.key, workload);
            let entries = analysis.entries(|key| key.model == model.key && key.workload == **workload);
            let (best, ranking) = best_by_accelerator(analysis, &workload.name(), &entries);
            let precisions: Vec<Link> = families(analysis, &model.key, workload)
                .into_iter()
                .map(|family| Link::new(family.to_uppercase(), format!("{href}{family}/")))
                .collect();
            json!({
                "name": workload.name(),
                "href": href,
                "measurements": format::plural(entries.len(), "measurement", "measurements"),
                "precisions": precisions,
                "best": best.html(),
                "ranking": ranking,
            })
        })
        .collect();
    let facts = &model.facts;
    let newest = analysis.entries(|key| key.model == model.key).iter().map(|entry| entry.run.date).max();
    let evaluations = evaluations(analysis, &model.key);
    let prose = prose(analysis, &model.text);
    Page {
        path: format!("/models/{}/", model.key),
        title: facts.name.clone(),
        description: facts.description.clone(),
        keywords: model.facts.aliases.clone(),
        template: "model",
        breadcrumbs: vec![Link::new("Models", "/models/")],
        content: json!({
            "facts": [
                ["Developer", facts.developer],
                ["Released", facts.released.map(|day| day.to_string())],
                ["Parameters", facts.total_parameters_billion.map(|n| format!("{} billion", format::figure(n)))],
                ["Active for each token", facts.active_parameters_billion.map(|n| format!("{} billion", format::figure(n)))],
                ["Architecture", facts.architecture],
            ],
            "sources": facts.sources,
            "prose": prose.content,
            "workloads": workloads,
            "evaluations": (!evaluations.rows.is_empty()).then(|| evaluations.html()),
        }),
        charts: prose.charts,
        modified: newest,
        subject: Subject::Page,
        feed: feed::of_model(analysis, &model.key),
        changes: trends::of_model(analysis, &model.key),
        source: Some(model.text.file.clone()),
        moved_to: None,
    }
}

/// For each accelerator the best measured throughput at 50 tokens/s/user or above, and without that condition; and what may be
/// said of the order.
fn best_by_accelerator(
    analysis: &Analysis<'_>,
    workload: &str,
    entries: &[Entry<'_>],
) -> (Table, Option<String>) {
    const LEVEL: f64 = 50.0;
    let economics = &analysis.economics;
    let accelerators: BTreeSet<_> =
        entries.iter().map(|entry| &entry.measurement.deployment.accelerator).collect();
    let best = |accelerator: &AcceleratorKey, level: Option<f64>| {
        let on_it = |entry: &&Entry<'_>| entry.measurement.deployment.accelerator == *accelerator;
        let entries: Vec<Entry<'_>> = entries.iter().filter(on_it).copied().collect();
        best_at(&entries, level, Metric::ThroughputPerAccelerator, economics)
    };
    let cell = |found: Option<(Entry<'_>, f64)>| match found {
        None => Cell::default(),
        Some((entry, value)) => {
            let framework = analysis.catalog.framework_name(&entry.measurement.framework.key);
            Cell::link(format::figure(value), entry.href())
                .remark(format!("{framework}, {}", entry.measurement.precision))
        }
    };
    let mut found: Vec<_> = accelerators
        .into_iter()
        .map(|accelerator| (accelerator, best(accelerator, Some(LEVEL)), best(accelerator, None)))
        .collect();
    // Those that reach the level by what they give there, then the others.
    let order = |found: &Option<(Entry<'_>, f64)>| found.map_or(f64::NEG_INFINITY, |found| found.1);
    found.sort_by(|a, b| order(&b.1).total_cmp(&order(&a.1)).then(order(&b.2).total_cmp(&order(&a.2))));
    let candidate = |(entry, value)| Candidate { entry, value, interpolated: false };
    let served: Vec<Candidate<'_>> =
        found.iter().filter_map(|(_, served, _)| served.map(candidate)).collect();
    let places = Places::of(analysis, Metric::ThroughputPerAccelerator, &served);
    let stability = stability_sentence(analysis, Metric::ThroughputPerAccelerator, &served, served.len());
    let rows = found.into_iter().enumerate().map(|(at, (accelerator, served, most))| {
        let name = analysis.catalog.accelerator_name(accelerator);
        let mut row = vec![Cell::maybe_link(name, analysis.catalog.accelerator_href(accelerator))];
        row.extend(places.as_ref().map(|places| Cell::text(places.at(at))));
        row.extend([cell(served), cell(most)]);
        row
    });
    let rows = rows.collect();
    let mut columns = vec![Column::words("Accelerator")];
    columns.extend(places.as_ref().map(|_| Column::figures("Place", "at ≥ 50")));
    columns.extend([Column::figures("At ≥ 50", "tok/s/user"), Column::figures("At any interactivity", "")]);
    let caption = format!("{workload}: throughput per accelerator (tok/s/accelerator), best measurement");
    (
        Table { caption, columns, rows },
        stability.map(|stability| format!("Places are shared where two are within noise. {stability}")),
    )
}

/// Accuracy beside speed: the newest evaluation of every configuration of a model.
fn evaluations(analysis: &Analysis<'_>, model: &ModelKey) -> Table {
    let catalog = analysis.catalog;
    let rows = analysis.evaluations.iter().filter(|entry| entry.measurement.model.key == *model).filter_map(
        |entry| {
            let measurement = entry.measurement;
            let accuracy = measurement.accuracy.as_ref()?;
            Some(vec![
                Cell::text(catalog.accelerator_name(&measurement.deployment.accelerator)),
                Cell::text(catalog.framework_name(&measurement.framework.key)),
                Cell::text(measurement.precision.to_string()),
                Cell::text(measurement.speculative_method().to_owned()),
                Cell::text(&accuracy.task),
                Cell::link(format::significant(100.0 * accuracy.score, 4), entry.href()),
                Cell::text(
                    accuracy
                        .standard_error
                        .map(|error| format::significant(100.0 * error, 2))
                        .unwrap_or_default(),
                ),
                Cell::text(accuracy.items.map(|items| format::count(items as usize)).unwrap_or_default()),
                Cell::text(day_words(entry.run)),
            ])
        },
    );
    Table {
        caption: "Accuracy of the deployments that were measured, newest evaluation of each".to_owned(),
        rows: rows.collect(),
        columns: vec![
            Column::words("Accelerator"),
            Column::words("Framework"),
            Column::words("Precision"),
            Column::words("Speculative decoding"),
            Column::words("Task"),
            Column::figures("Score", "%"),
            Column::figures("Standard error", "%"),
            Column::figures("Items", ""),
            Column::words("Date"),
        ],
    }
}
