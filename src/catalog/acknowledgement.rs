//! What people say of changes over time: one Markdown file for each cause, which may explain many changes.

use super::{
    Text,
    front_matter::{SourceLink, line_at, optional_date},
};
use crate::finding::Finding;
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// What somebody says of one or more changes, and the text about it.
#[derive(Clone, Debug)]
pub struct Acknowledgement {
    /// The file's name, a slug.
    pub slug: String,
    /// The front matter.
    pub facts: AcknowledgementFacts,
    /// For each of its changes the line of the file that names it.
    pub lines: Vec<usize>,
    /// The text, in Markdown.
    pub text: Text,
}

/// Front matter of a file in `content/changes/`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcknowledgementFacts {
    /// The ids of the changes, as the trends pages show them.
    pub changes: Vec<Spanned<String>>,
    /// How far its author has come with them.
    pub status: Status,
    /// The cause in one sentence.
    #[serde(default)]
    pub cause: Option<String>,
    /// What shows that this is the cause.
    #[serde(default)]
    pub sources: Vec<SourceLink>,
    /// Who says so.
    #[serde(default)]
    pub by: Option<String>,
    /// The day on which it was said.
    #[serde(default, deserialize_with = "optional_date")]
    pub date: Option<Date>,
    /// Not ready for readers: only built with `--drafts`.
    #[serde(default)]
    pub draft: bool,
}

/// What is known of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Somebody has seen it and looks for the cause.
    Acknowledged,
    /// The cause is known.
    Explained,
    /// What changed is how it was measured, not what was measured.
    Artefact,
}

impl Status {
    /// As it is written in a file.
    pub fn key(self) -> &'static str {
        match self {
            Self::Acknowledged => "acknowledged",
            Self::Explained => "explained",
            Self::Artefact => "artefact",
        }
    }

    /// In a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Acknowledged => "Acknowledged",
            Self::Explained => "Explained",
            Self::Artefact => "Artefact of the measurement",
        }
    }
}

impl Acknowledgement {
    /// From a file's parts.
    pub(super) fn new(slug: String, facts: AcknowledgementFacts, front: &str, text: Text) -> Self {
        let lines = facts.changes.iter().map(|change| line_at(front, change.span().start)).collect();
        Self { slug, facts, lines, text }
    }

    /// The ids of its changes, each with the line that names it.
    pub fn changes(&self) -> impl Iterator<Item = (&str, usize)> {
        self.facts.changes.iter().map(|change| change.as_ref().as_str()).zip(self.lines.iter().copied())
    }

    /// What is missing for its status.
    fn check(&self, findings: &mut Vec<Finding>) {
        let mut missing = |what: &str, remedy: &str| {
            findings.push(Finding::error(&self.text.file, Some(1), format!("{what}. {remedy}")));
        };
        if self.facts.changes.is_empty() {
            missing("changes names none", "Copy the id of a change from its trends page: changes = [\"…\"]");
        }
        if self.facts.status == Status::Acknowledged {
            return;
        }
        if self.facts.cause.as_deref().is_none_or(|cause| cause.trim().is_empty()) {
            missing("no cause", "Add cause = \"…\", one sentence, or set status = \"acknowledged\"");
        }
        if self.facts.sources.iter().all(|source| source.url.is_none()) {
            missing(
                "no source with an address",
                "Add [[sources]] with title and url, or set status = \"acknowledged\": without a source a cause is a guess",
            );
        }
    }
}

/// Checks each, and that no change is spoken of twice.
pub(super) fn check(acknowledgements: &[Acknowledgement], findings: &mut Vec<Finding>) {
    let mut seen: BTreeMap<&str, (&Acknowledgement, usize)> = BTreeMap::new();
    for acknowledgement in acknowledgements {
        acknowledgement.check(findings);
        for (change, line) in acknowledgement.changes() {
            let Some((first, line_of_first)) = seen.insert(change, (acknowledgement, line)) else { continue };
            let message = if first.slug == acknowledgement.slug {
                format!(
                    "`changes` names `{change}` twice, first in line {line_of_first}. Remove one of the two"
                )
            } else {
                let file = first.text.file.display();
                format!("change `{change}` also stands in {file}. Keep it in one place")
            };
            findings.push(Finding::error(&acknowledgement.text.file, Some(line), message));
        }
    }
}
