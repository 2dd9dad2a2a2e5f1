//! One model and workload: the frontiers of every accelerator, answers at service levels, and a page a precision.

mod answers;
mod groups;
mod names;
mod precision;

pub(super) use answers::answers;
pub(super) use groups::{accelerator_group, by_accelerator, group_key, grouped};
pub(super) use names::{full_series_name, series_name, series_slug};

use super::{
    LazyPage, Link, Page, Styles, Subject,
    best::{best_href, choice_sentence},
    charts::{Group, Scatter, day_words, edition_note, lower_first, scatter},
};
use crate::{
    analysis::{Analysis, Metric, WorkloadKey},
    chart::Chart,
    format,
};
use record::ModelKey;
use serde_json::json;

/// The six views of a workload.
pub(super) const VIEWS: [Scatter; 6] = [
    Scatter {
        id: "interactivity",
        x: Metric::Interactivity,
        y: Metric::ThroughputPerAccelerator,
        frontier_only: true,
    },
    Scatter { id: "cost", x: Metric::Interactivity, y: Metric::CostPerMillionTokens, frontier_only: true },
    Scatter {
        id: "end-to-end",
        x: Metric::EndToEndLatency,
        y: Metric::ThroughputPerAccelerator,
        frontier_only: true,
    },
    Scatter {
        id: "ttft",
        x: Metric::TimeToFirstToken,
        y: Metric::ThroughputPerAccelerator,
        frontier_only: true,
    },
    Scatter {
        id: "ttft-p99",
        x: Metric::SlowTimeToFirstToken,
        y: Metric::ThroughputPerAccelerator,
        frontier_only: true,
    },
    Scatter { id: "power", x: Metric::Interactivity, y: Metric::ThroughputPerMegawatt, frontier_only: true },
];

/// Interactivities of the table of answers, tokens/s/user.
pub(super) const LEVELS: [f64; 4] = [20.0, 50.0, 100.0, 150.0];

/// The address of a workload's page.
pub(super) fn workload_href(model: &ModelKey, workload: &WorkloadKey) -> String {
    format!("/models/{model}/{}/", workload.slug())
}

/// The explorer at a workload; with a precision, at what the page of that precision shows.
fn explore_href(model: &ModelKey, workload: &WorkloadKey, family: Option<&str>) -> String {
    let precision = family.map_or("all".to_owned(), |family| format!("{family}&by=series&points=all"));
    format!("/compare/?model={model}&workload={}&precision={precision}", workload.slug())
}

pub(super) fn pages<'a>(analysis: &'a Analysis<'a>, styles: &'a Styles) -> Vec<LazyPage<'a>> {
    let mut pages: Vec<LazyPage<'a>> = Vec::new();
    for (model, workloads) in analysis.workloads() {
        for workload in workloads {
            let (model, workload) = (model.clone(), workload.clone());
            for family in families(analysis, &model, &workload) {
                let (model, workload) = (model.clone(), workload.clone());
                pages.push(Box::new(move || precision::page(analysis, styles, &model, &workload, &family)));
            }
            pages.push(Box::new(move || page(analysis, styles, &model, &workload)));
        }
    }
    pages
}

/// The precision families that a workload was measured in.
pub(super) fn families(analysis: &Analysis<'_>, model: &ModelKey, workload: &WorkloadKey) -> Vec<String> {
    let mut families: Vec<String> =
        analysis.series_of(model, workload).map(|(key, _)| key.precision.family().to_owned()).collect();
    families.sort();
    families.dedup();
    families
}

fn crumbs(analysis: &Analysis<'_>, model: &ModelKey) -> Vec<Link> {
    let own = analysis.catalog.model_href(model);
    let own = own.map(|href| Link::new(analysis.catalog.model_name(model), href));
    std::iter::once(Link::new("Models", "/models/")).chain(own).collect()
}

fn page(analysis: &Analysis<'_>, styles: &Styles, model: &ModelKey, workload: &WorkloadKey) -> Page {
    let name = analysis.catalog.model_name(model);
    let groups = by_accelerator(analysis, styles, model, workload);
    let of = format!("{name}, {}", workload.name());
    let entries: usize = groups.iter().map(|group| group.entries.len()).sum();
    let newest = groups.iter().flat_map(|group| &group.entries).map(|entry| entry.run.date).max();
    let oldest = groups.iter().flat_map(|group| &group.entries).map(|entry| entry.run.date).min();
    let href = workload_href(model, workload);
    let (charts, empty) = drawn_and_empty(analysis, &of, &VIEWS, &groups);
    let newest_entry = groups.iter().flat_map(|group| &group.entries).max_by_key(|entry| entry.run.date);
    let drawn = ids(&charts);
    let precisions: Vec<Link> = families(analysis, model, workload)
        .into_iter()
        .map(|family| Link::new(family.to_uppercase(), format!("{href}{family}/")))
        .collect();
    let others: Vec<Link> = analysis.workloads()[model]
        .iter()
        .filter(|other| **other != workload)
        .map(|other| Link::new(other.name(), workload_href(model, other)))
        .collect();
    Page {
        path: href,
        title: format!("{name}: {}", workload.name()),
        description: format!(
            "{} of {name} with {} on {}: throughput, latency, cost and power.",
            format::plural(entries, "measurement", "measurements"),
            workload.name(),
            format::plural(distinct_accelerators(&groups), "accelerator", "accelerators"),
        ),
        template: "workload",
        breadcrumbs: crumbs(analysis, model),
        content: json!({
            "model": { "text": name, "href": analysis.catalog.model_href(model) },
            "workload": workload.name(),
            "explore": explore_href(model, workload, None),
            "measurements": entries,
            "oldest": oldest.map(|day| day.to_string()),
            "newest": newest_entry.map(|entry| day_words(entry.run)),
            "best": answers::sentences(analysis, &groups),
            "service_levels": best_href(model, workload),
            "choice": choice_sentence(analysis, model, workload),
            "precisions": precisions,
            "others": others,
            "answers": drawn.iter().any(|id| id == "interactivity").then(|| [
                answers(analysis, &groups, Metric::ThroughputPerAccelerator, &LEVELS).html(),
                answers(analysis, &groups, Metric::CostPerMillionTokens, &LEVELS).html(),
            ]),
            "edition": edition_note(analysis),
            "drawn": drawn,
            "empty": empty,
        }),
        charts,
        modified: newest,
        subject: Subject::Dataset { files: Vec::new(), variables: Default::default() },
        ..Page::default()
    }
}

/// The views that have something to show, and the names of those that don't.
fn drawn_and_empty(
    analysis: &Analysis<'_>,
    of: &str,
    views: &[Scatter],
    groups: &[Group<'_>],
) -> (Vec<Chart>, Vec<String>) {
    let charts = views.iter().map(|view| scatter(analysis, of, view, groups));
    let (drawn, empty): (Vec<Chart>, Vec<Chart>) = charts.partition(|chart| !chart.is_empty());
    (drawn, empty.into_iter().map(|chart| lower_first(&chart.title)).collect())
}

fn ids(charts: &[Chart]) -> Vec<String> {
    charts.iter().map(|chart| chart.id.clone()).collect()
}

fn distinct_accelerators(groups: &[Group<'_>]) -> usize {
    let accelerators: std::collections::BTreeSet<_> = groups
        .iter()
        .flat_map(|group| &group.entries)
        .map(|entry| &entry.measurement.deployment.accelerator)
        .collect();
    accelerators.len()
}
