//! Models: one Markdown file each.

use super::front_matter::{SourceLink, optional_date};
use jiff::civil::Date;
use record::ModelKey;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A model and the text about it.
#[derive(Clone, Debug)]
pub struct Model {
    /// The file's name.
    pub key: ModelKey,
    /// The front matter.
    pub facts: ModelFacts,
    /// The text, in Markdown.
    pub text: super::Text,
}

/// What is published about a model. Absent means not known.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ModelFacts {
    /// Name.
    pub name: String,
    /// Who made it.
    pub developer: Option<String>,
    /// Day of release.
    #[serde(default, deserialize_with = "optional_date")]
    #[schemars(with = "Option<String>")]
    pub released: Option<Date>,
    /// One sentence about it.
    pub description: String,
    /// All parameters, in billions.
    pub total_parameters_billion: Option<f64>,
    /// Parameters used for one token, in billions.
    pub active_parameters_billion: Option<f64>,
    /// Architecture in a few words.
    pub architecture: Option<String>,
    /// Other spellings in results.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Where the facts come from.
    #[serde(default)]
    pub sources: Vec<SourceLink>,
    /// Not ready for readers: only built with `--drafts`.
    #[serde(default)]
    pub draft: bool,
}
