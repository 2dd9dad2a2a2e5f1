//! The static API below `/api/v1/`: everything that the site knows, as small JSON files that link to each other.
//!
//! One list, [`RESOURCES`], says what there is: a template of the address, words, the type of the document, and the function that
//! makes the documents. The files, the OpenAPI description ([`OPENAPI`]) and the page at `/api/` all follow from it. A resource's
//! address never changes within `v1`, and its documents only ever gain fields.
//!
//! | file here | what it holds |
//! |---|---|
//! | `resource.rs` | the list, and how addresses follow from keys |
//! | `list.rs` | lists in pages of a fixed number of items |
//! | `measurement.rs`, `run.rs`, `series.rs`, `frontier.rs`, `best.rs`, `change.rs`, `change_point.rs` with `cause.rs`, `knowledge.rs`, `index.rs` | a document each |
//! | `openapi.rs` | the description |

mod best;
mod cause;
mod change;
mod change_point;
mod frontier;
mod index;
mod knowledge;
mod list;
mod measurement;
mod openapi;
mod resource;
mod run;
mod series;

pub use resource::{Parameter, RESOURCES, Resource};

use crate::{
    analysis::{Analysis, WorkloadKey},
    catalog::DataVersion,
    publish::{Contents, OutputFile},
};
use measurement::Row;
use rayon::prelude::*;
use record::ModelKey;
use serde::Serialize;
use serde_json::Value;

/// The address below which everything lies.
pub const ROOT: &str = "/api/v1";

/// Where the description is.
pub const OPENAPI: &str = "/api/v1/openapi.json";

/// What the documents are made from.
struct Api<'a> {
    analysis: &'a Analysis<'a>,
    /// The version of the data.
    version: &'a DataVersion,
    /// Every measurement, oldest first, written once for all the lists that hold it.
    rows: Vec<Row<'a>>,
}

/// One document: the values of its address's parameters, and its bytes.
struct Document {
    values: Vec<String>,
    json: Contents,
}

impl Document {
    fn new(values: Vec<String>, document: &impl Serialize) -> Self {
        // Nothing here has keys that aren't text, so that writing can't fail.
        let mut json = serde_json::to_vec(document).unwrap_or_default();
        json.push(b'\n');
        Self { values, json: Contents::packed(json) }
    }
}

impl<'a> Api<'a> {
    fn new(analysis: &'a Analysis<'a>, version: &'a DataVersion) -> Self {
        // Asked for here, before documents are made in parallel: several would otherwise work it out at once.
        analysis.trends();
        let mut api = Self { analysis, version, rows: Vec::new() };
        api.rows = measurement::rows(&api);
        api
    }

    /// Every model with each workload that it was measured with.
    fn measured(&self) -> Vec<(&ModelKey, &WorkloadKey)> {
        let all = self.analysis.workloads().into_iter();
        all.flat_map(|(model, workloads)| workloads.into_iter().map(move |workload| (model, workload)))
            .collect()
    }

    /// An address of the site as documents name it: from the root of the server.
    fn href(&self, path: &str) -> String {
        format!("{}{path}", self.analysis.config.base_path())
    }
}

/// What the API has, for its page.
#[derive(Clone, Debug)]
pub struct Reference {
    /// The OpenAPI description.
    pub openapi: Value,
    /// An address of each resource, in the order of [`RESOURCES`], from the site's root; none where it has no documents.
    pub examples: Vec<Option<String>>,
}

/// Every file of the API, its description among them, and what its page shows. `version` is that of the data.
pub fn files<'a>(analysis: &'a Analysis<'a>, version: &'a DataVersion) -> (Vec<OutputFile>, Reference) {
    let api = Api::new(analysis, version);
    let made: Vec<Vec<Document>> = RESOURCES
        .par_iter()
        .map(|resource| resource.documents.map_or_else(Vec::new, |make| make(&api)))
        .collect();
    let examples: Vec<Option<Vec<String>>> = RESOURCES
        .iter()
        .zip(&made)
        .map(|(resource, documents)| match resource.documents {
            Some(_) => documents.first().map(|document| document.values.clone()),
            // The records of runs, which others publish.
            None => analysis.catalog.runs.first().map(|run| vec![run.id.clone()]),
        })
        .collect();
    let openapi = openapi::openapi(analysis.config, &examples);
    let mut files = vec![OutputFile::new(&OPENAPI[1..], format!("{openapi:#}\n"))];
    for (resource, documents) in RESOURCES.iter().zip(made) {
        let file = |document: Document| OutputFile {
            path: resource.address(&document.values)[1..].to_owned(),
            contents: document.json,
        };
        files.extend(documents.into_iter().map(file));
    }
    let examples = RESOURCES
        .iter()
        .zip(examples)
        .map(|(resource, values)| values.map(|values| resource.address(&values)))
        .collect();
    (files, Reference { openapi, examples })
}

/// Six significant digits, like the record; nothing for what isn't a number.
fn figure(value: Option<f64>) -> Option<f64> {
    value.filter(|value| value.is_finite()).map(record::round_significant)
}
