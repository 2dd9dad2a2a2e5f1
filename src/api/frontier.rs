//! Frontiers of a workload: the trade of throughput for interactivity that each series offers.

use super::{
    Api, Document, figure, knowledge,
    list::Selection,
    resource::{address, series_segment},
    series::selection,
};
use crate::analysis::{Entry, Metric, SeriesKey, frontier};
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;

/// The frontiers of one model and workload.
#[derive(Serialize, JsonSchema)]
pub(super) struct Frontiers {
    /// Addresses from the root of the server.
    links: FrontierLinks,
    /// What the frontiers have in common.
    of: Selection,
    /// The frontier of each series, in order of their keys.
    series: Vec<FrontierOf>,
}

/// Where more about the workload is.
#[derive(Serialize, JsonSchema)]
struct FrontierLinks {
    /// This document.
    #[serde(rename = "self")]
    this: String,
    /// The page for people.
    html: String,
    /// The answers at service levels.
    best: String,
}

/// The frontier of one series.
#[derive(Serialize, JsonSchema)]
struct FrontierOf {
    /// Key of the series within its model and workload.
    key: String,
    /// What its measurements have in common.
    of: Selection,
    /// Its history, from the root of the server.
    history: String,
    /// Its measurements that state both figures.
    measured: usize,
    /// Those that no other beats in both, lowest interactivity first.
    points: Vec<FrontierPoint>,
}

/// A measurement on a frontier.
#[derive(Serialize, JsonSchema)]
struct FrontierPoint {
    /// Id of the measurement.
    measurement: String,
    /// Its run.
    run: String,
    /// Tokens/s per user: 1 / median time per output token.
    interactivity: f64,
    /// Input and output tokens/s over all accelerators.
    throughput_per_accelerator: f64,
    /// Dollars per million tokens, input and output, by the newest edition of the price book.
    #[serde(skip_serializing_if = "Option::is_none")]
    cost_per_million_tokens: Option<f64>,
    /// Accelerators of the whole deployment.
    #[serde(skip_serializing_if = "Option::is_none")]
    accelerators: Option<u32>,
    /// Requests kept in flight.
    #[serde(skip_serializing_if = "Option::is_none")]
    concurrency: Option<u32>,
    /// The page for people, from the root of the server.
    html: String,
}

pub(super) fn documents(api: &Api<'_>) -> Vec<Document> {
    api.measured()
        .into_par_iter()
        .map(|(model, workload)| {
            let slug = workload.slug();
            let of = Selection {
                model: Some(model.to_string()),
                workload: Some(slug.clone()),
                ..Selection::default()
            };
            let series =
                api.analysis.series_of(model, workload).map(|(key, entries)| of_series(api, key, entries));
            let links = FrontierLinks {
                this: api.href(&address("frontiers", &[model.as_str(), &slug])),
                html: api.href(&knowledge::workload_href(model.as_str(), &slug)),
                best: api.href(&address("best", &[model.as_str(), &slug])),
            };
            let document = Frontiers { links, of, series: series.collect() };
            Document::new(vec![model.to_string(), slug], &document)
        })
        .collect()
}

fn of_series(api: &Api<'_>, key: &SeriesKey, entries: &[Entry<'_>]) -> FrontierOf {
    const AXES: [Metric; 2] = [Metric::Interactivity, Metric::ThroughputPerAccelerator];
    let economics = &api.analysis.economics;
    let points: Vec<(&Entry<'_>, (f64, f64))> = entries
        .iter()
        .filter_map(|entry| {
            let [x, y] = AXES.map(|metric| figure(metric.value(entry.measurement, economics)));
            Some((entry, (x?, y?)))
        })
        .collect();
    let values: Vec<(f64, f64)> = points.iter().map(|(_, point)| *point).collect();
    let kept = frontier(&values, AXES[0].better(), AXES[1].better());
    let point = |at: usize| {
        let (entry, (interactivity, throughput)) = points[at];
        FrontierPoint {
            measurement: entry.measurement.id.clone(),
            run: entry.run.id.clone(),
            interactivity,
            throughput_per_accelerator: throughput,
            cost_per_million_tokens: figure(Metric::CostPerMillionTokens.value(entry.measurement, economics)),
            accelerators: entry.measurement.deployment.accelerators,
            concurrency: entry.measurement.arrival.concurrency,
            html: api.href(&entry.href()),
        }
    };
    let segment = series_segment(key);
    let slug = key.workload.slug();
    FrontierOf {
        history: api.href(&address("series", &[key.model.as_str(), &slug, &segment, "1"])),
        key: segment,
        of: selection(key),
        measured: points.len(),
        points: kept.into_iter().map(point).collect(),
    }
}
