//! Everything that the API has, and how addresses follow from keys.

use super::{
    Api, Document, best::Best, change::Changes, change_point::SeriesChanges, frontier::Frontiers,
    index::Index, knowledge, list::List, measurement, run::RunSummary, series,
};
use crate::analysis::SeriesKey;
use schemars::{JsonSchema, Schema, SchemaGenerator};

/// A kind of document that the API has.
pub struct Resource {
    /// Its name in clients that are generated from the description.
    pub id: &'static str,
    /// The template of its addresses, from the site's root: `/api/v1/measurements/models/{model}/{page}.json`.
    pub path: &'static str,
    /// What it is, in a few words.
    pub summary: &'static str,
    /// What it holds and in which order.
    pub description: &'static str,
    /// The parameters of the template, in their order.
    pub parameters: &'static [Parameter],
    /// Since when it is to go, and what takes its place; see `content/docs/api.md`.
    pub deprecated: Option<&'static str>,
    /// The schema of its documents.
    pub(super) schema: fn(&mut SchemaGenerator) -> Schema,
    /// Makes its documents; absent for what is published by others.
    pub(super) documents: Option<for<'a, 'b> fn(&'b Api<'a>) -> Vec<Document>>,
}

/// A part of an address that follows from a key.
#[derive(Debug)]
pub struct Parameter {
    /// Its name in the template.
    pub name: &'static str,
    /// What it is.
    pub description: &'static str,
}

const MODEL: Parameter =
    Parameter { name: "model", description: "Key of a model; `/api/v1/models.json` lists them." };
const WORKLOAD: Parameter = Parameter {
    name: "workload",
    description: "Key of a workload, such as `8192-1024` for 8,192 input and 1,024 output tokens; `/api/v1/workloads.json` lists them.",
};
const ACCELERATOR: Parameter = Parameter {
    name: "accelerator",
    description: "Key of an accelerator; `/api/v1/hardware.json` lists them.",
};
const FRAMEWORK: Parameter = Parameter {
    name: "framework",
    description: "Key of a serving framework; `/api/v1/frameworks.json` lists them.",
};
const MONTH: Parameter = Parameter { name: "month", description: "A month of runs (UTC), year first." };
const SERIES: Parameter = Parameter {
    name: "series",
    description: "Key of a series within its model and workload; `/api/v1/series/1.json` links to all of them.",
};
const RUN: Parameter =
    Parameter { name: "run", description: "Id of a run; `/api/v1/runs/1.json` lists them." };
const PAGE: Parameter = Parameter {
    name: "page",
    description: "Number of the page, from 1; pages are in order of date, and a full one keeps its items.",
};

fn schema<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

/// Everything that there is.
pub static RESOURCES: &[Resource] = &[
    Resource {
        id: "index",
        path: "/api/v1/index.json",
        summary: "What there is",
        description: "Where to start: a link to every list, how much there is, licence and credit.",
        parameters: &[],
        deprecated: None,
        schema: schema::<Index<'_>>,
        documents: Some(super::index::documents),
    },
    Resource {
        id: "measurementsByModel",
        path: "/api/v1/measurements/models/{model}/{page}.json",
        summary: "Measurements of a model",
        description: "Every measurement of a model, oldest first, withdrawn and failed ones included: look at `outcome` and `retracted`.",
        parameters: &[MODEL, PAGE],
        deprecated: None,
        schema: schema::<List<measurement::MeasurementSummary>>,
        documents: Some(measurement::by_model),
    },
    Resource {
        id: "measurementsByWorkload",
        path: "/api/v1/measurements/workloads/{workload}/{page}.json",
        summary: "Measurements of a workload",
        description: "Every measurement under a workload, whatever the model, oldest first.",
        parameters: &[WORKLOAD, PAGE],
        deprecated: None,
        schema: schema::<List<measurement::MeasurementSummary>>,
        documents: Some(measurement::by_workload),
    },
    Resource {
        id: "measurementsByAccelerator",
        path: "/api/v1/measurements/accelerators/{accelerator}/{page}.json",
        summary: "Measurements on an accelerator",
        description: "Every measurement on an accelerator, oldest first.",
        parameters: &[ACCELERATOR, PAGE],
        deprecated: None,
        schema: schema::<List<measurement::MeasurementSummary>>,
        documents: Some(measurement::by_accelerator),
    },
    Resource {
        id: "measurementsByFramework",
        path: "/api/v1/measurements/frameworks/{framework}/{page}.json",
        summary: "Measurements of a serving framework",
        description: "Every measurement of a serving framework, oldest first.",
        parameters: &[FRAMEWORK, PAGE],
        deprecated: None,
        schema: schema::<List<measurement::MeasurementSummary>>,
        documents: Some(measurement::by_framework),
    },
    Resource {
        id: "measurementsByMonth",
        path: "/api/v1/measurements/months/{month}/{page}.json",
        summary: "Measurements of a month",
        description: "Every measurement of the runs of a month, oldest first. A run whose day is only known as a span is in the month of its first day.",
        parameters: &[MONTH, PAGE],
        deprecated: None,
        schema: schema::<List<measurement::MeasurementSummary>>,
        documents: Some(measurement::by_month),
    },
    Resource {
        id: "runs",
        path: "/api/v1/runs/{page}.json",
        summary: "Runs",
        description: "Every run, oldest first, each with a link to its record.",
        parameters: &[PAGE],
        deprecated: None,
        schema: schema::<List<RunSummary>>,
        documents: Some(super::run::documents),
    },
    Resource {
        id: "runRecord",
        path: "/runs/{run}/record.json",
        summary: "The record of a run",
        description: "All of a run, to the byte as its file in the repository: source, environment, and each measurement with all its figures. It conforms to /schema/record-1.json.",
        parameters: &[RUN],
        deprecated: None,
        schema: schema::<record::Run>,
        documents: None,
    },
    Resource {
        id: "seriesList",
        path: "/api/v1/series/{page}.json",
        summary: "Series",
        description: "Every series: measurements of one model, workload, accelerator, framework, precision and way of serving, which differ only in load and parallelism. In order of their keys.",
        parameters: &[PAGE],
        deprecated: None,
        schema: schema::<List<series::SeriesSummary>>,
        documents: Some(series::list),
    },
    Resource {
        id: "series",
        path: "/api/v1/series/{model}/{workload}/{series}/{page}.json",
        summary: "A series with its history",
        description: "Every measurement of a series that stands or once stood, oldest first. Those with one `configuration` repeat each other; the last of each is what charts show.",
        parameters: &[MODEL, WORKLOAD, SERIES, PAGE],
        deprecated: None,
        schema: schema::<List<measurement::MeasurementSummary>>,
        documents: Some(series::histories),
    },
    Resource {
        id: "frontiers",
        path: "/api/v1/frontiers/{model}/{workload}.json",
        summary: "Frontiers of a workload",
        description: "For each series, the measurements that no other of it beats in both throughput per accelerator and interactivity, slowest for the user first.",
        parameters: &[MODEL, WORKLOAD],
        deprecated: None,
        schema: schema::<Frontiers>,
        documents: Some(super::frontier::documents),
    },
    Resource {
        id: "best",
        path: "/api/v1/best/{model}/{workload}.json",
        summary: "Best answers at service levels",
        description: "What each series offers at each prepared service level, cheapest first, and why the others don't answer.",
        parameters: &[MODEL, WORKLOAD],
        deprecated: None,
        schema: schema::<Best>,
        documents: Some(super::best::documents),
    },
    Resource {
        id: "hardware",
        path: "/api/v1/hardware.json",
        summary: "Accelerators",
        description: "Specifications as published, by key.",
        parameters: &[],
        deprecated: None,
        schema: schema::<knowledge::Hardware<'_>>,
        documents: Some(knowledge::hardware),
    },
    Resource {
        id: "models",
        path: "/api/v1/models.json",
        summary: "Models",
        description: "What is published about each model, by key, and the workloads that it was measured under.",
        parameters: &[],
        deprecated: None,
        schema: schema::<knowledge::Models<'_>>,
        documents: Some(knowledge::models),
    },
    Resource {
        id: "frameworks",
        path: "/api/v1/frameworks.json",
        summary: "Serving frameworks",
        description: "What is published about each serving framework, by key.",
        parameters: &[],
        deprecated: None,
        schema: schema::<knowledge::Frameworks<'_>>,
        documents: Some(knowledge::frameworks),
    },
    Resource {
        id: "workloads",
        path: "/api/v1/workloads.json",
        summary: "Workloads",
        description: "Every workload that was measured, by key.",
        parameters: &[],
        deprecated: None,
        schema: schema::<knowledge::Workloads>,
        documents: Some(knowledge::workloads),
    },
    Resource {
        id: "prices",
        path: "/api/v1/prices.json",
        summary: "Prices and powers",
        description: "The price and power book: dated editions, oldest first. Editions are only added, so that an old figure can be made again.",
        parameters: &[],
        deprecated: None,
        schema: schema::<knowledge::Prices<'_>>,
        documents: Some(knowledge::prices),
    },
    Resource {
        id: "changes",
        path: "/api/v1/changes.json",
        summary: "What changed",
        description: "The newest changes: where throughput, interactivity or time to first token changed from one run to the next and what may have caused it, what the runs' authors said that they changed, and what was withdrawn. Newest first.",
        parameters: &[],
        deprecated: None,
        schema: schema::<Changes>,
        documents: Some(super::change::documents),
    },
    Resource {
        id: "seriesChanges",
        path: "/api/v1/changes/{model}/{workload}/{series}.json",
        summary: "Changes of a series",
        description: "Every change of a series that has runs enough to be watched: how sure it is, the candidates for its cause and who states them, newest first.",
        parameters: &[MODEL, WORKLOAD, SERIES],
        deprecated: None,
        schema: schema::<SeriesChanges>,
        documents: Some(super::change_point::documents),
    },
];

impl Resource {
    /// The address that the template gives for values of its parameters, in their order.
    pub fn address(&self, values: &[String]) -> String {
        self.parameters.iter().zip(values).fold(self.path.to_owned(), |path, (parameter, value)| {
            path.replace(&format!("{{{}}}", parameter.name), value)
        })
    }
}

/// The address of a resource by its id.
pub(super) fn address(id: &str, values: &[&str]) -> String {
    let values: Vec<String> = values.iter().map(ToString::to_string).collect();
    let resource = RESOURCES.iter().find(|resource| resource.id == id);
    resource.map_or_else(String::new, |resource| resource.address(&values))
}

/// A series' key as part of an address: its parts joined by `~`, which no key holds; `-` for a method that isn't stated.
pub(super) fn series_segment(key: &SeriesKey) -> String {
    let speculation = key.method.speculative.as_deref().map_or_else(|| "-".to_owned(), segment);
    let serving = if key.method.disaggregated { "disaggregated" } else { "aggregated" };
    let kind = super::run::kind(key.kind);
    let whose = key.organisation.as_ref().map_or_else(String::new, |name| format!("-{name}"));
    format!("{}~{}~{}~{speculation}~{serving}~{kind}{whose}", key.accelerator, key.framework, key.precision)
}

/// Free text as part of an address: as it stands where it is a key, else what is left of it and a hash, so that no two texts share
/// an address.
pub(super) fn segment(text: &str) -> String {
    if record::is_slug(text) {
        return text.to_owned();
    }
    let plain: String = text.to_lowercase().chars().filter(char::is_ascii_alphanumeric).take(40).collect();
    format!("{plain}.{}", &blake3::hash(text.as_bytes()).to_hex()[..8])
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_resource_has_a_name_of_its_own_and_a_parameter_for_every_part_of_its_template() {
        let ids: BTreeSet<&str> = RESOURCES.iter().map(|resource| resource.id).collect();
        let paths: BTreeSet<&str> = RESOURCES.iter().map(|resource| resource.path).collect();
        assert_eq!((ids.len(), paths.len()), (RESOURCES.len(), RESOURCES.len()));
        for resource in RESOURCES {
            let named: Vec<String> =
                resource.parameters.iter().map(|it| format!("{{{}}}", it.name)).collect();
            assert_eq!(resource.path.matches('{').count(), named.len(), "{}", resource.path);
            assert!(named.iter().all(|name| resource.path.contains(name)), "{}", resource.path);
        }
    }

    #[test]
    fn free_text_in_an_address_is_safe_and_stays_apart_from_other_text() {
        let texts =
            ["a/b", "a\\b", "ab", "AB", "🦙", "💨", "\"quoted\"", "..", "", "draft model", "x~y", "none"];
        let segments: BTreeSet<String> = texts.iter().map(|text| segment(text)).collect();
        assert_eq!(segments.len(), texts.len());
        for segment in &segments {
            assert!(!segment.is_empty() && segment != "..", "{segment}");
            assert!(
                segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)),
                "{segment}"
            );
        }
        assert_eq!(segment("mtp"), "mtp");
    }
}
