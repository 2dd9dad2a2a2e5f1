//! What the content knows beside measurements: accelerators, models, frameworks, workloads, prices.

use super::{Api, Document, resource::address};
use crate::{
    analysis::WorkloadKey,
    catalog::{Edition, FrameworkFacts, ModelFacts, Specification},
};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Accelerators by key.
#[derive(Serialize, JsonSchema)]
pub(super) struct Hardware<'a> {
    /// Addresses from the root of the server.
    links: KnowledgeLinks,
    /// The accelerators, by key.
    items: Vec<Known<'a, Specification>>,
}

/// Models by key.
#[derive(Serialize, JsonSchema)]
pub(super) struct Models<'a> {
    /// Addresses from the root of the server.
    links: KnowledgeLinks,
    /// The models, by key.
    items: Vec<Known<'a, ModelFacts>>,
}

/// Serving frameworks by key.
#[derive(Serialize, JsonSchema)]
pub(super) struct Frameworks<'a> {
    /// Addresses from the root of the server.
    links: KnowledgeLinks,
    /// The frameworks, by key.
    items: Vec<Known<'a, FrameworkFacts>>,
}

/// Workloads by key.
#[derive(Serialize, JsonSchema)]
pub(super) struct Workloads {
    /// Addresses from the root of the server.
    links: KnowledgeLinks,
    /// The workloads, by key.
    items: Vec<WorkloadOf>,
}

/// The price and power book.
#[derive(Serialize, JsonSchema)]
pub(super) struct Prices<'a> {
    /// Addresses from the root of the server.
    links: KnowledgeLinks,
    /// The tier that this site's costs are by.
    price_tier: &'static str,
    /// The editions, oldest first.
    items: &'a [Edition],
}

/// Where a document of knowledge is.
#[derive(Serialize, JsonSchema)]
struct KnowledgeLinks {
    /// This document.
    #[serde(rename = "self")]
    this: String,
    /// The page for people, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    html: Option<String>,
}

/// Something with a key, and what is published about it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "KnownOf{Facts}")]
struct Known<'a, Facts> {
    /// Its key.
    key: String,
    /// What is published about it; what isn't known is absent or null.
    facts: &'a Facts,
    /// Addresses from the root of the server.
    links: KnownLinks,
}

/// Where more about something with a key is.
#[derive(Serialize, JsonSchema)]
struct KnownLinks {
    /// The page for people.
    html: String,
    /// Its measurements; absent where there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    measurements: Option<String>,
    /// The frontiers of each workload that a model was measured under.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    frontiers: Vec<String>,
    /// The answers at service levels of each workload that a model was measured under.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    best: Vec<String>,
}

/// A workload.
#[derive(Serialize, JsonSchema)]
struct WorkloadOf {
    /// Its key.
    key: String,
    /// Its name for people.
    name: String,
    /// What it is and what its lengths are.
    facts: WorkloadKey,
    /// Its measurements, from the root of the server.
    measurements: String,
    /// Models that were measured under it, and have measurements that stand.
    models: Vec<String>,
}

/// The page of a workload of a model.
pub(super) fn workload_href(model: &str, workload: &str) -> String {
    format!("/models/{model}/{workload}/")
}

fn links(api: &Api<'_>, id: &str, html: Option<&str>) -> KnowledgeLinks {
    KnowledgeLinks { this: api.href(&address(id, &[])), html: html.map(|html| api.href(html)) }
}

fn known<'a, Facts>(
    api: &Api<'_>,
    key: &str,
    facts: &'a Facts,
    (html, list, measured): (String, &str, bool),
) -> Known<'a, Facts> {
    let measurements = measured.then(|| api.href(&address(list, &[key, "1"])));
    let links = KnownLinks { html: api.href(&html), measurements, frontiers: Vec::new(), best: Vec::new() };
    Known { key: key.to_owned(), facts, links }
}

/// The values of a key among all measurements.
fn measured<'a>(api: &'a Api<'_>, key: impl Fn(&'a record::Measurement) -> &'a str) -> BTreeSet<&'a str> {
    api.rows.iter().map(|row| key(row.entry.measurement)).collect()
}

pub(super) fn hardware(api: &Api<'_>) -> Vec<Document> {
    let measured = measured(api, |it| it.deployment.accelerator.as_str());
    let items = api.analysis.catalog.accelerators.values().map(|accelerator| {
        let key = accelerator.key.as_str();
        let about = (format!("/hardware/{key}/"), "measurementsByAccelerator", measured.contains(key));
        known(api, key, &accelerator.specification, about)
    });
    let document = Hardware { links: links(api, "hardware", Some("/hardware/")), items: items.collect() };
    vec![Document::new(Vec::new(), &document)]
}

pub(super) fn models(api: &Api<'_>) -> Vec<Document> {
    let measured = measured(api, |it| it.model.key.as_str());
    let workloads = api.analysis.workloads();
    let items = api.analysis.catalog.models.values().map(|model| {
        let key = model.key.as_str();
        let about = (format!("/models/{key}/"), "measurementsByModel", measured.contains(key));
        let mut item = known(api, key, &model.facts, about);
        for workload in workloads.get(&model.key).into_iter().flatten() {
            let at = [key, &workload.slug()];
            item.links.frontiers.push(api.href(&address("frontiers", &at)));
            item.links.best.push(api.href(&address("best", &at)));
        }
        item
    });
    let document = Models { links: links(api, "models", Some("/models/")), items: items.collect() };
    vec![Document::new(Vec::new(), &document)]
}

pub(super) fn frameworks(api: &Api<'_>) -> Vec<Document> {
    let measured = measured(api, |it| it.framework.key.as_str());
    let items = api.analysis.catalog.frameworks.values().map(|framework| {
        let key = framework.key.as_str();
        let about = (format!("/frameworks/{key}/"), "measurementsByFramework", measured.contains(key));
        known(api, key, &framework.facts, about)
    });
    let document =
        Frameworks { links: links(api, "frameworks", Some("/frameworks/")), items: items.collect() };
    vec![Document::new(Vec::new(), &document)]
}

pub(super) fn workloads(api: &Api<'_>) -> Vec<Document> {
    let mut models: BTreeMap<&WorkloadKey, Vec<String>> = BTreeMap::new();
    for (model, workloads) in api.analysis.workloads() {
        for workload in workloads {
            models.entry(workload).or_default().push(model.to_string());
        }
    }
    let mut all: BTreeMap<&str, WorkloadKey> = BTreeMap::new();
    for row in &api.rows {
        all.entry(&row.workload).or_insert_with(|| WorkloadKey::of(&row.entry.measurement.workload));
    }
    let items = all.into_iter().map(|(key, workload)| WorkloadOf {
        key: key.to_owned(),
        name: workload.name(),
        measurements: api.href(&address("measurementsByWorkload", &[key, "1"])),
        models: models.remove(&workload).unwrap_or_default(),
        facts: workload,
    });
    let document = Workloads { links: links(api, "workloads", None), items: items.collect() };
    vec![Document::new(Vec::new(), &document)]
}

pub(super) fn prices(api: &Api<'_>) -> Vec<Document> {
    let document = Prices {
        links: links(api, "prices", Some("/power/")),
        price_tier: api.analysis.economics.tier.key(),
        items: &api.analysis.catalog.prices.editions,
    };
    vec![Document::new(Vec::new(), &document)]
}
