//! Where to start.

use super::{Api, Document, OPENAPI, RESOURCES, resource::address};
use crate::dataset::{bibtex, cite};
use schemars::JsonSchema;
use serde::Serialize;

/// Where the same data are as whole tables.
const DATA: &str = "/data/";

/// What there is.
#[derive(Serialize, JsonSchema)]
pub(super) struct Index<'a> {
    /// Version of the API: within it addresses don't change, and documents only gain fields.
    version: u32,
    /// Name of the site.
    title: &'a str,
    /// SPDX licence of the data.
    licence: &'a str,
    /// The credit to give.
    attribution: &'a str,
    /// Day of the newest run with a measurement (UTC); absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date"))]
    newest: Option<String>,
    /// Version of the data that all documents are of: to cite, and to tell whether anything has changed.
    data_version: String,
    /// How the data are cited.
    citation: Citation,
    /// How much there is.
    counts: Counts,
    /// Addresses from the root of the server.
    links: IndexLinks,
    /// Everything that there is, with the templates of its addresses.
    resources: Vec<ResourceOf>,
}

/// How the data are cited, in this version.
#[derive(Serialize, JsonSchema)]
struct Citation {
    /// In words.
    text: String,
    /// As an entry for BibTeX.
    bibtex: String,
}

/// How much there is.
#[derive(Serialize, JsonSchema)]
struct Counts {
    /// Runs.
    runs: usize,
    /// Measurements, evaluations left out.
    measurements: usize,
    /// Accuracy evaluations.
    evaluations: usize,
    /// Series with a measurement that stands.
    series: usize,
}

/// Where everything is.
#[derive(Serialize, JsonSchema)]
struct IndexLinks {
    /// This document.
    #[serde(rename = "self")]
    this: String,
    /// The page for people.
    html: String,
    /// The OpenAPI description.
    openapi: String,
    /// Runs, oldest first.
    runs: String,
    /// Series.
    series: String,
    /// Accelerators.
    hardware: String,
    /// Models.
    models: String,
    /// Serving frameworks.
    frameworks: String,
    /// Workloads.
    workloads: String,
    /// The price and power book.
    prices: String,
    /// What changed.
    changes: String,
    /// The same data as whole tables.
    data: String,
    /// What the version of the data consists of, and what differs from the one before.
    data_version: String,
    /// The JSON Schema of a run's record.
    record_schema: String,
}

/// Something that there is.
#[derive(Serialize, JsonSchema)]
struct ResourceOf {
    /// Its name.
    id: &'static str,
    /// The template of its addresses, from the root of the server; a parameter is a key or a number.
    template: String,
    /// What it is.
    summary: &'static str,
    /// Since when it is to go, and what takes its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    deprecated: Option<&'static str>,
}

pub(super) fn documents(api: &Api<'_>) -> Vec<Document> {
    let (analysis, config) = (api.analysis, api.analysis.config);
    let to = |id: &str| api.href(&address(id, &[]));
    let first = |id: &str| api.href(&address(id, &["1"]));
    let document = Index {
        version: 1,
        title: &config.title,
        licence: &config.data_licence,
        attribution: &config.data_attribution,
        newest: analysis.newest_day().map(|day| day.to_string()),
        data_version: api.version.version.clone(),
        citation: Citation {
            text: cite(config, api.version, DATA),
            bibtex: bibtex(config, api.version, DATA),
        },
        counts: Counts {
            runs: analysis.catalog.runs.len(),
            measurements: analysis.measurement_count(),
            evaluations: analysis.evaluation_count(),
            series: analysis.series.len(),
        },
        links: IndexLinks {
            this: to("index"),
            html: api.href("/api/"),
            openapi: api.href(OPENAPI),
            runs: first("runs"),
            series: first("seriesList"),
            hardware: to("hardware"),
            models: to("models"),
            frameworks: to("frameworks"),
            workloads: to("workloads"),
            prices: to("prices"),
            changes: to("changes"),
            data: api.href(DATA),
            data_version: api.href(&format!("/data/versions/{}.json", api.version.version)),
            record_schema: api.href("/schema/record-1.json"),
        },
        resources: RESOURCES
            .iter()
            .map(|resource| ResourceOf {
                id: resource.id,
                template: api.href(resource.path),
                summary: resource.summary,
                deprecated: resource.deprecated,
            })
            .collect(),
    };
    vec![Document::new(Vec::new(), &document)]
}
