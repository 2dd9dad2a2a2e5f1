//! Serving frameworks: one Markdown file each.

use super::front_matter::{SourceLink, web_address};
use record::FrameworkKey;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A serving framework and the text about it.
#[derive(Clone, Debug)]
pub struct Framework {
    /// The file's name.
    pub key: FrameworkKey,
    /// The front matter.
    pub facts: FrameworkFacts,
    /// The text, in Markdown.
    pub text: super::Text,
}

/// What is published about a framework. Absent means not known.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FrameworkFacts {
    /// Name.
    pub name: String,
    /// One sentence about it.
    pub description: String,
    /// Other spellings in results.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Whether it is only ever used with separate prefill and decode workers.
    #[serde(default)]
    pub disaggregated: bool,
    /// Home page.
    #[serde(default, deserialize_with = "web_address")]
    pub homepage: Option<String>,
    /// Source repository.
    #[serde(default, deserialize_with = "web_address")]
    pub repository: Option<String>,
    /// SPDX licence.
    pub licence: Option<String>,
    /// Where the facts come from.
    #[serde(default)]
    pub sources: Vec<SourceLink>,
    /// Not ready for readers: only built with `--drafts`.
    #[serde(default)]
    pub draft: bool,
}
