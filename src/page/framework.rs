//! Serving frameworks: the list, and one framework across accelerators.

use super::{
    LazyPage, Link, Page, Subject,
    document::prose,
    feed,
    label::source_words,
    table::{Cell, Column, Table},
    workload::workload_href,
};
use crate::{
    analysis::{Analysis, Metric, best_at, standing_entries},
    catalog::Framework,
    format,
};
use record::FrameworkKey;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn pages<'a>(analysis: &'a Analysis<'a>) -> Vec<LazyPage<'a>> {
    let mut pages: Vec<LazyPage<'a>> = vec![Box::new(|| index(analysis))];
    for framework in analysis.catalog.frameworks.values() {
        pages.push(Box::new(|| page(analysis, framework)));
    }
    pages
}

fn index(analysis: &Analysis<'_>) -> Page {
    let catalog = analysis.catalog;
    let rows = catalog
        .frameworks
        .values()
        .map(|framework| {
            let entries = analysis.entries(|key| key.framework == framework.key);
            let accelerators: BTreeSet<&str> = entries
                .iter()
                .map(|entry| catalog.accelerator_name(&entry.measurement.deployment.accelerator))
                .collect();
            vec![
                Cell::link(&framework.facts.name, format!("/frameworks/{}/", framework.key)),
                Cell::text(&framework.facts.description),
                Cell::text(accelerators.into_iter().collect::<Vec<_>>().join(", ")),
                Cell::text(
                    entries.iter().map(|e| e.run.date).max().map(|day| day.to_string()).unwrap_or_default(),
                ),
            ]
        })
        .collect();
    let table = Table {
        caption: "Serving frameworks".to_owned(),
        columns: vec![
            Column::words("Framework"),
            Column::words("What it is"),
            Column::words("Measured on"),
            Column::words("Newest"),
        ],
        rows,
    };
    Page {
        path: "/frameworks/".to_owned(),
        title: "Frameworks".to_owned(),
        description: "The serving frameworks that were measured, and on which accelerators.".to_owned(),
        template: "index",
        content: json!({ "table": table.html(), "intro": "The software that serves a model changes faster than the hardware under it. Choose a framework to see its versions and its results." }),
        ..Page::default()
    }
}

fn page(analysis: &Analysis<'_>, framework: &Framework) -> Page {
    let facts = &framework.facts;
    let results = results(analysis, &framework.key);
    let images = images(analysis, &framework.key);
    let prose = prose(analysis, &framework.text);
    Page {
        path: format!("/frameworks/{}/", framework.key),
        title: facts.name.clone(),
        description: facts.description.clone(),
        keywords: facts.aliases.clone(),
        template: "framework",
        breadcrumbs: vec![Link::new("Frameworks", "/frameworks/")],
        content: json!({
            "homepage": facts.homepage,
            "repository": facts.repository,
            "licence": facts.licence,
            "sources": facts.sources,
            "prose": prose.content,
            "results": (!results.rows.is_empty()).then(|| results.html()),
            "images": (!images.rows.is_empty()).then(|| images.html()),
        }),
        modified: analysis
            .entries(|key| key.framework == framework.key)
            .iter()
            .map(|entry| entry.run.date)
            .max(),
        charts: prose.charts,
        subject: Subject::Page,
        feed: feed::of_framework(analysis, &framework.key),
        changes: None,
        source: Some(framework.text.file.clone()),
        moved_to: None,
    }
}

/// The newest series of a framework, each with its best throughput.
fn results(analysis: &Analysis<'_>, framework: &FrameworkKey) -> Table {
    let catalog = analysis.catalog;
    let rows = analysis
        .select(|key| key.framework == *framework)
        .map(|(key, entries)| {
            let best = best_at(entries, None, Metric::ThroughputPerAccelerator, &analysis.economics)
                .map_or_else(Cell::default, |(entry, value)| Cell::link(format::figure(value), entry.href()));
            let run = entries
                .iter()
                .max_by_key(|entry| (entry.run.date, &entry.run.id))
                .map_or_else(Cell::default, |entry| {
                    Cell::link(entry.run.date.to_string(), format!("/runs/{}/", entry.run.id))
                });
            let mut method = key.method.words();
            if let Some(words) = source_words(analysis, key) {
                method.push_str(&format!(", {words}"));
            }
            vec![
                Cell::link(
                    format!("{}, {}", catalog.model_name(&key.model), key.workload.name()),
                    workload_href(&key.model, &key.workload),
                ),
                Cell::maybe_link(
                    catalog.accelerator_name(&key.accelerator),
                    catalog.accelerator_href(&key.accelerator),
                ),
                Cell::text(key.precision.to_string()),
                Cell::text(method),
                Cell::text(format::count(entries.len())),
                best,
                run,
            ]
        })
        .collect();
    Table {
        caption: "Every series, the newest measurement of each configuration".to_owned(),
        columns: vec![
            Column::words("Model, workload"),
            Column::words("Accelerator"),
            Column::words("Precision"),
            Column::words("Serving method"),
            Column::figures("Measurements", ""),
            Column::figures("Highest throughput", "tok/s/accelerator"),
            Column::words("Newest run"),
        ],
        rows,
    }
}

/// The container images that a framework was measured in, newest first.
fn images(analysis: &Analysis<'_>, framework: &FrameworkKey) -> Table {
    let mut seen: BTreeMap<&str, (jiff::civil::Date, jiff::civil::Date, BTreeSet<&str>, usize)> =
        BTreeMap::new();
    for entry in
        standing_entries(&analysis.catalog.runs).filter(|e| e.measurement.framework.key == *framework)
    {
        let Some(image) = &entry.measurement.framework.image else { continue };
        let day = entry.run.date;
        let known = seen.entry(image).or_insert_with(|| (day, day, BTreeSet::new(), 0));
        known.0 = known.0.min(day);
        known.1 = known.1.max(day);
        known.2.insert(analysis.catalog.accelerator_name(&entry.measurement.deployment.accelerator));
        known.3 += 1;
    }
    let mut rows: Vec<_> = seen.into_iter().collect();
    rows.sort_by(|a, b| (b.1.1, a.0).cmp(&(a.1.1, b.0)));
    Table {
        caption: "Container images, newest first".to_owned(),
        columns: vec![
            Column::words("Image"),
            Column::words("First seen"),
            Column::words("Last seen"),
            Column::words("Accelerators"),
            Column::figures("Measurements", ""),
        ],
        rows: rows
            .into_iter()
            .map(|(image, (first, last, accelerators, count))| {
                vec![
                    Cell::text(image),
                    Cell::text(first.to_string()),
                    Cell::text(last.to_string()),
                    Cell::text(accelerators.into_iter().collect::<Vec<_>>().join(", ")),
                    Cell::text(format::count(count)),
                ]
            })
            .collect(),
    }
}
