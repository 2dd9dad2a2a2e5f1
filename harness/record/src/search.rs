//! The answer of a search over loads.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a run looked for by measuring one load after another, and what it found. Each load that it tried is a measurement of
/// the run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Search {
    /// What was looked for.
    pub goal: SearchGoal,
    /// What was changed.
    pub over: SearchOver,
    /// Lowest and highest load that was allowed.
    pub range: [f64; 2],
    /// The search ends when the ends of the bracket are within this share of each other.
    pub resolution: f64,
    /// The rule, in a sentence, with its source.
    pub method: String,
    /// The load that was found; absent where no load of the range is one, or the search was not finished.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<f64>,
    /// The measured loads on both sides of the answer: it is not below the first, nor above the second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bracket: Option<[f64; 2]>,
    /// What came out, in a sentence.
    pub conclusion: String,
}

/// What a search looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SearchGoal {
    /// The lowest load from which throughput no longer grows.
    Saturation,
    /// The load with the most throughput for its latency.
    Knee,
    /// The highest load that meets the service levels.
    ServiceLevels,
}

/// What a search changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SearchOver {
    /// Requests in flight.
    Concurrency,
    /// Requests/s.
    RatePerS,
}
