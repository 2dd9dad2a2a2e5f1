//! What changed: changelog entries of runs, new software, and the newest runs.

use super::{Page, charts::day_words, home::run_line};
use crate::{
    analysis::{Analysis, standing_entries},
    markdown::is_safe,
};
use serde_json::json;
use std::collections::BTreeMap;

/// How many of each list the page shows.
const NEWEST: usize = 40;

pub(super) fn page(analysis: &Analysis<'_>) -> Page {
    let catalog = analysis.catalog;
    let entries: Vec<_> = catalog
        .runs
        .iter()
        .rev()
        .flat_map(|run| run.changes.iter().map(move |change| (run, change)))
        .take(NEWEST)
        .map(|(run, change)| {
            json!({
                "date": day_words(run),
                "run": format!("/runs/{}/", run.id),
                "configurations": change.configurations,
                "description": change.description,
                "url": change.url.as_ref().filter(|url| is_safe(url)),
            })
        })
        .collect();
    let runs: Vec<_> = catalog.runs.iter().rev().take(NEWEST).map(|run| run_line(analysis, run)).collect();
    Page {
        path: "/changes/".to_owned(),
        title: "Changes".to_owned(),
        description: "What changed lately: configurations, software versions and runs, newest first."
            .to_owned(),
        template: "changes",
        content: json!({ "entries": entries, "images": new_images(analysis), "runs": runs }),
        modified: analysis.newest_day(),
        ..Page::default()
    }
}

/// Container images by the day on which each first appeared, newest first.
fn new_images(analysis: &Analysis<'_>) -> Vec<serde_json::Value> {
    let catalog = analysis.catalog;
    let mut first: BTreeMap<(&record::FrameworkKey, &str), crate::analysis::Entry<'_>> = BTreeMap::new();
    for entry in standing_entries(&catalog.runs) {
        let framework = &entry.measurement.framework;
        if let Some(image) = &framework.image {
            first.entry((&framework.key, image)).or_insert(entry);
        }
    }
    let mut images: Vec<_> = first.into_iter().collect();
    images.sort_by(|a, b| (b.1.run.date, a.0).cmp(&(a.1.run.date, b.0)));
    images
        .into_iter()
        .take(NEWEST)
        .map(|((framework, image), entry)| {
            json!({
                "date": day_words(entry.run),
                "framework": catalog.framework_name(framework),
                "image": image,
                "accelerator": catalog.accelerator_name(&entry.measurement.deployment.accelerator),
                "href": entry.href(),
            })
        })
        .collect()
}
