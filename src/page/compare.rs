//! The explorer: one model, one workload, one precision at first; everything else is the reader's choice. The page shows
//! the default view as every page shows a chart; `static/js/explorer.js` draws the others from the data of [`super::view`].

use super::{
    LazyPage, Link, Page, Styles,
    charts::{Scatter, kind_words, scatter},
    home::headline_workload,
    workload::{by_accelerator, families, workload_href},
};
use crate::{
    analysis::{Analysis, Direction, Metric, SeriesKey, WorkloadKey},
    catalog::PriceTier,
    chart, format, html,
};
use record::ModelKey;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// What the page shows at first.
const VIEW: Scatter = Scatter {
    id: "view",
    x: Metric::Interactivity,
    y: Metric::ThroughputPerAccelerator,
    frontier_only: true,
};

/// The page, when there is anything to compare.
pub(super) fn pages<'a>(analysis: &'a Analysis<'a>, styles: &'a Styles) -> Option<LazyPage<'a>> {
    let (model, workload) = headline_workload(analysis)?;
    let (model, workload) = (model.clone(), workload.clone());
    Some(Box::new(move || page(analysis, styles, &model, &workload)))
}

fn page(analysis: &Analysis<'_>, styles: &Styles, model: &ModelKey, workload: &WorkloadKey) -> Page {
    let workloads = analysis.workloads();
    let lead = lead_family(analysis, model, workload);
    let name = analysis.catalog.model_name(model);
    let of = format!("{name}, {}, {}", workload.name(), lead.to_uppercase());
    let mut groups = by_accelerator(analysis, styles, model, workload);
    groups.retain(|group| group.entries.iter().all(|entry| entry.measurement.precision.family() == lead));
    let prepared: Vec<Value> = workloads
        .iter()
        .map(|(model, workloads)| {
            let links: Vec<Value> =
                workloads.iter().map(|workload| prepared(analysis, model, workload)).collect();
            json!({ "name": analysis.catalog.model_name(model), "workloads": links })
        })
        .collect();
    Page {
        path: "/compare/".to_owned(),
        title: "Compare".to_owned(),
        description: format!(
            "Compare accelerators and serving frameworks on {}: any two metrics, any day, any prices.",
            format::plural(workloads.len(), "model", "models")
        ),
        template: "compare",
        content: json!({
            "model": model,
            "workload": workload.slug(),
            "lead": lead,
            "models": workloads.keys().map(|model| (model, analysis.catalog.model_name(model))).collect::<Vec<_>>(),
            "workloads": workloads[model].iter().map(|workload| (workload.slug(), workload.name())).collect::<Vec<_>>(),
            "precisions": families(analysis, model, workload).iter().map(|family| (family, family.to_uppercase())).collect::<Vec<_>>(),
            "metrics": Metric::ALL.map(|metric| (metric.key(), metric.name())),
            "x": VIEW.x.key(),
            "y": VIEW.y.key(),
            "prepared": prepared,
            "index": html::script_json(&index(analysis, model, workload)),
        }),
        charts: vec![scatter(analysis, &of, &VIEW, &groups)],
        modified: analysis.newest_day(),
        ..Page::default()
    }
}

/// Where a workload's prepared views are.
fn prepared(analysis: &Analysis<'_>, model: &ModelKey, workload: &WorkloadKey) -> Value {
    let href = workload_href(model, workload);
    let precisions: Vec<Link> = families(analysis, model, workload)
        .iter()
        .map(|family| Link::new(family.to_uppercase(), format!("{href}{family}/")))
        .collect();
    json!({ "name": workload.name(), "href": href, "precisions": precisions })
}

/// The precision family with the most standing measurements; of equals the first by name.
fn lead_family(analysis: &Analysis<'_>, model: &ModelKey, workload: &WorkloadKey) -> String {
    let measured = |family: &str| -> usize {
        let series = analysis.series_of(model, workload);
        series.filter(|(key, _)| key.precision.family() == family).map(|(_, entries)| entries.len()).sum()
    };
    let families = families(analysis, model, workload);
    families.into_iter().rev().max_by_key(|family| measured(family)).unwrap_or_default()
}

/// The index as a file of its own, for views in frames on other pages.
pub(super) fn index_file(analysis: &Analysis<'_>) -> Option<Value> {
    headline_workload(analysis).map(|(model, workload)| index(analysis, model, workload))
}

/// Everything that the scripts must know before they load any measurement: what there is to choose from, and the names of
/// all of it.
fn index(analysis: &Analysis<'_>, model: &ModelKey, workload: &WorkloadKey) -> Value {
    let workloads = analysis.workloads();
    let models: Vec<Value> = workloads
        .iter()
        .map(|(model, workloads)| {
            let choices: Vec<Value> =
                workloads.iter().map(|workload| choices(analysis, model, workload)).collect();
            json!({ "key": model, "name": analysis.catalog.model_name(model), "workloads": choices })
        })
        .collect();
    let metrics = Metric::ALL.map(|metric| {
        json!({
            "key": metric.key(),
            "name": metric.name(),
            "unit": metric.unit(),
            "better": if metric.better() == Direction::Higher { "higher" } else { "lower" },
            "requests": metric.requests_needed(),
        })
    });
    json!({
        "default": { "model": model, "workload": workload.slug(), "x": VIEW.x.key(), "y": VIEW.y.key() },
        "models": models,
        "names": names(analysis),
        "metrics": metrics,
        "prices": prices(analysis),
        "colors": chart::figure_colors(),
    })
}

/// The price book, and the tier that the site uses.
fn prices(analysis: &Analysis<'_>) -> Value {
    let tiers = PriceTier::ALL.map(|tier| json!({ "key": tier, "name": tier.describe() }));
    json!({ "tier": analysis.economics.tier, "tiers": tiers, "editions": analysis.catalog.prices.editions })
}

/// What the series of a workload can be chosen by.
fn choices(analysis: &Analysis<'_>, model: &ModelKey, workload: &WorkloadKey) -> Value {
    let of = |pick: fn(&SeriesKey) -> String| -> BTreeSet<String> {
        analysis.series_of(model, workload).map(|(key, _)| pick(key)).collect()
    };
    let days =
        || analysis.series_of(model, workload).flat_map(|(_, entries)| entries).map(|entry| entry.run.date);
    json!({
        "key": workload.slug(),
        "name": workload.name(),
        "lead": lead_family(analysis, model, workload),
        "precision": families(analysis, model, workload),
        "accelerator": of(|key| key.accelerator.to_string()),
        "framework": of(|key| key.framework.to_string()),
        "speculation": of(|key| speculation(key).to_owned()),
        "serving": of(|key| serving(key).to_owned()),
        "source": of(|key| source(key).to_owned()),
        "last": days().max(),
    })
}

/// The speculative decoding of a series as the scripts know it.
pub(super) fn speculation(key: &SeriesKey) -> &str {
    key.method.speculative.as_deref().unwrap_or("not-stated")
}

/// Whether prefill and decode of a series have workers of their own, as the scripts know it.
pub(super) fn serving(key: &SeriesKey) -> &'static str {
    if key.method.disaggregated { "disaggregated" } else { "aggregated" }
}

/// Who stands behind a series, as the scripts know it.
pub(super) fn source(key: &SeriesKey) -> &'static str {
    kind_words(key.kind).unwrap_or("official")
}

/// What readers call each choice.
fn names(analysis: &Analysis<'_>) -> Value {
    let mut names = json!({
        "speculation": { "none": "none", "not-stated": "not stated" },
        "precision": {}, "accelerator": {}, "framework": {},
    });
    let mut name = |list: &str, key: &str, name: String| {
        if let Some(list) = names.get_mut(list).and_then(Value::as_object_mut) {
            Map::entry(list, key).or_insert(name.into());
        }
    };
    for key in analysis.series.keys() {
        name(
            "accelerator",
            key.accelerator.as_str(),
            analysis.catalog.accelerator_name(&key.accelerator).to_owned(),
        );
        name("framework", key.framework.as_str(), analysis.catalog.framework_name(&key.framework).to_owned());
        name("precision", key.precision.family(), key.precision.family().to_uppercase());
        name("speculation", speculation(key), speculation(key).to_uppercase());
    }
    names
}
