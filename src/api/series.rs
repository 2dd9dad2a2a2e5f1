//! Series: what they are, and their histories.

use super::{
    Api, Document,
    change_point::series_address,
    knowledge,
    list::{About, Selection, pages},
    resource::{address, series_segment},
};
use crate::analysis::SeriesKey;
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// A series in short.
#[derive(Serialize, JsonSchema)]
pub(super) struct SeriesSummary {
    /// Its key within its model and workload.
    key: String,
    /// What its measurements have in common.
    of: Selection,
    /// Measurements that stand: the newest of each configuration.
    standing: usize,
    /// Measurements that stand or once stood.
    measurements: usize,
    /// Day of its oldest measurement (UTC).
    #[schemars(extend("format" = "date"))]
    first: String,
    /// Day of its newest measurement (UTC).
    #[schemars(extend("format" = "date"))]
    last: String,
    /// Addresses from the root of the server.
    links: SeriesLinks,
}

/// Where more about a series is.
#[derive(Serialize, JsonSchema)]
struct SeriesLinks {
    /// Its history.
    #[serde(rename = "self")]
    this: String,
    /// The page for people.
    html: String,
    /// The frontiers of its workload, its own among them.
    frontiers: String,
    /// The answers at service levels of its workload, its own among them.
    best: String,
    /// Its changes over time, where it has runs enough to be watched.
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<String>,
}

/// The same as a selection of measurements.
pub(super) fn selection(key: &SeriesKey) -> Selection {
    Selection {
        model: Some(key.model.to_string()),
        workload: Some(key.workload.slug()),
        accelerator: Some(key.accelerator.to_string()),
        framework: Some(key.framework.to_string()),
        precision: Some(key.precision.to_string()),
        speculative_decoding: key.method.speculative.clone(),
        disaggregated: Some(key.method.disaggregated),
        kind: Some(key.kind),
        organisation: key.organisation.clone(),
        month: None,
    }
}

/// The measurements of each series that stand or once stood, oldest first, by their places among the rows.
fn members(api: &Api<'_>) -> BTreeMap<SeriesKey, Vec<usize>> {
    let mut series: BTreeMap<SeriesKey, Vec<usize>> = BTreeMap::new();
    for (place, row) in api.rows.iter().enumerate().filter(|(_, row)| row.entry.stands()) {
        series.entry(SeriesKey::of(&row.entry)).or_default().push(place);
    }
    series
}

pub(super) fn list(api: &Api<'_>) -> Vec<Document> {
    let trends = api.analysis.trends();
    let day = |place: &usize| api.rows[*place].entry.run.date.to_string();
    let summary = |(key, places): (SeriesKey, Vec<usize>)| {
        let (model, workload, segment) = (key.model.as_str(), key.workload.slug(), series_segment(&key));
        SeriesSummary {
            of: selection(&key),
            standing: api.analysis.series.get(&key).map_or(0, Vec::len),
            measurements: places.len(),
            first: places.first().map(day).unwrap_or_default(),
            last: places.last().map(day).unwrap_or_default(),
            links: SeriesLinks {
                this: api.href(&address("series", &[model, &workload, &segment, "1"])),
                html: api.href(&knowledge::workload_href(model, &workload)),
                frontiers: api.href(&address("frontiers", &[model, &workload])),
                best: api.href(&address("best", &[model, &workload])),
                changes: trends.series.contains_key(&key).then(|| api.href(&series_address(&key))),
            },
            key: segment,
        }
    };
    let all: Vec<SeriesSummary> = members(api).into_iter().map(summary).collect();
    let about = About { id: "seriesList", values: Vec::new(), of: Selection::default(), html: None };
    pages(api, &about, all)
}

pub(super) fn histories(api: &Api<'_>) -> Vec<Document> {
    let members: Vec<(SeriesKey, Vec<usize>)> = members(api).into_iter().collect();
    let made = members.into_par_iter().flat_map_iter(|(key, places)| {
        let (workload, segment) = (key.workload.slug(), series_segment(&key));
        let rows: Vec<&RawValue> = places.iter().map(|place| &*api.rows[*place].json).collect();
        let about = About {
            id: "series",
            values: vec![key.model.as_str(), &workload, &segment],
            of: selection(&key),
            html: Some(knowledge::workload_href(key.model.as_str(), &workload)),
        };
        pages(api, &about, rows)
    });
    made.collect()
}
