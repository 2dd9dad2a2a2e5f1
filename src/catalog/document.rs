//! Documentation pages and reports: Markdown with a title.

use super::{
    PriceTier,
    front_matter::{date, optional_date, page_address},
};
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
    /// The page's address where it isn't that of its folder; a note with the sections stands at the other.
    #[serde(default, deserialize_with = "page_address")]
    pub address: Option<String>,
    /// What a report is about, and how its figures are held to what was known then.
    #[serde(default)]
    pub period: Option<Period>,
    /// What `site report` wrote, in short, so that it can tell whether somebody edited it since.
    #[serde(default)]
    pub written: Option<String>,
    /// Not ready for readers: only built with `--drafts`.
    #[serde(default)]
    pub draft: bool,
}

/// The days that a report is about. Its figures are those of the runs up to its last day, at the prices of that day, whatever
/// came later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// The first day.
    #[serde(deserialize_with = "date")]
    pub from: Date,
    /// The last day.
    #[serde(deserialize_with = "date")]
    pub until: Date,
    /// The price tier of its costs.
    pub tier: PriceTier,
    /// What the figures rest on: [`super::Catalog::basis`] of the last day, when the report was written. Another one now means
    /// that runs were added to those days, changed, or withdrawn.
    pub basis: String,
}

impl Document {
    /// The page's address, where its folder is `section`: `/docs/`.
    pub fn href(&self, section: &str) -> String {
        self.facts.address.clone().unwrap_or_else(|| self.filed_under(section))
    }

    /// The address by its file's name.
    pub fn filed_under(&self, section: &str) -> String {
        format!("{section}{}/", self.slug)
    }
}
