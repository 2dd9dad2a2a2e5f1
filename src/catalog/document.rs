//! Documentation pages and reports: Markdown with a title.

use super::front_matter::optional_date;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A page of prose.
#[derive(Clone, Debug)]
pub struct Document {
    /// The file's name, a slug.
    pub slug: String,
    /// The front matter.
    pub facts: DocumentFacts,
    /// The text, in Markdown.
    pub text: super::Text,
}

/// Front matter of a page of prose.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentFacts {
    /// Title.
    pub title: String,
    /// One sentence about it.
    pub description: String,
    /// Place in lists; smaller comes first.
    #[serde(default)]
    pub order: i32,
    /// Day of publication, for reports.
    #[serde(default, deserialize_with = "optional_date")]
    pub date: Option<Date>,
    /// Not ready for readers: only built with `--drafts`.
    #[serde(default)]
    pub draft: bool,
}
