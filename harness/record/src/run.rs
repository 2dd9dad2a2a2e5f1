//! A run: one file, one act of measuring, many measurements.

use crate::{Environment, Measurement, Reference, Search};
use jiff::{Timestamp, civil::Date};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One run of a benchmark: where it came from and everything that it measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Run {
    /// Version of this format; see [`crate::RECORD_VERSION`].
    pub record_version: u32,
    /// The run's name on the site: a slug, unique among all runs.
    pub id: String,
    /// The day of the run (UTC). Where only a span is known, its first day; then `date_until` is the last.
    #[schemars(with = "String", extend("format" = "date"))]
    pub date: Date,
    /// The last day that the run can have happened on, when the exact day is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub date_until: Option<Date>,
    /// The moment at which the run started (UTC), when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub started_at: Option<Timestamp>,
    /// Who stands behind the run.
    pub kind: RunKind,
    /// Where the run's figures came from.
    pub source: Source,
    /// What the run was measured with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<Environment>,
    /// Remarks for readers, one sentence each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Set when the run was withdrawn; its address stays, as a tombstone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retracted: Option<Retraction>,
    /// What changed in configuration or software with this run, as its authors said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
    /// How many jobs were tried and how many succeeded, by label.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attempts: Vec<Attempts>,
    /// What the run looked for, where it chose its loads itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<Search>,
    /// The measurements.
    #[serde(default)]
    pub measurements: Vec<Measurement>,
    /// Rows that name something unknown: kept, but not shown as results.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unmapped: Vec<Unmapped>,
}

/// Who stands behind a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RunKind {
    /// Measured by the project whose name the source bears, in its own pipeline.
    Official,
    /// Offered by somebody else and checked by this project's rules.
    Community,
    /// Published elsewhere and imported as it stood.
    Unofficial,
}

/// Where a run's figures came from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct Source {
    /// The measuring project.
    pub project: String,
    /// The organisation that offers the run, as its folder is called; only of what others offer. Reading takes it from there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// The project's own number of the run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run_number: Option<String>,
    /// The address of the run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Revision of the measuring code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// SPDX licence of the data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// The credit line that the licence asks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attribution: Option<String>,
    /// Version of our own harness, when it measured the run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub harness: Option<HarnessVersion>,
    /// How the date is known, when it is not the run's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_method: Option<String>,
}

/// A version of the harness.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct HarnessVersion {
    /// Semantic version.
    pub version: String,
    /// Git commit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
}

/// Why and when something was withdrawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Retraction {
    /// The day of the withdrawal.
    #[schemars(with = "String", extend("format" = "date"))]
    pub when: Date,
    /// The reason, in a sentence.
    pub why: String,
    /// What takes its place, where it was corrected: another run or measurement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub superseded_by: Option<Reference>,
}

/// One entry of a changelog.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct Change {
    /// The configurations concerned, in the source's own words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub configurations: Vec<String>,
    /// What changed, a sentence each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub description: Vec<String>,
    /// Where the change was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// How many jobs with one label were tried.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Attempts {
    /// The source's label, usually an accelerator.
    pub label: String,
    /// Jobs that succeeded.
    pub succeeded: u64,
    /// Jobs that were tried. Zero means that nothing ran, which is not a success rate of zero.
    pub total: u64,
}

/// A row that could not be placed, kept so that nothing is lost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Unmapped {
    /// Why the row is not a measurement, naming the label that is not known.
    pub reason: String,
    /// The row's own figures, without its per-request arrays.
    #[schemars(with = "serde_json::Map<String, serde_json::Value>")]
    pub row: serde_json::Value,
}
