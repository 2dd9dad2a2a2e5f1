//! How many requests were good enough.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A set of service levels and how many requests met all of it. A request that failed or was dropped met none.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct ServiceLevel {
    /// Longest time to first token in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttft_s: Option<f64>,
    /// Longest time per output token in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tpot_s: Option<f64>,
    /// Longest time end to end in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub e2e_s: Option<f64>,
    /// Requests that met it.
    pub met: u64,
    /// Requests that were to meet it: sent or dropped.
    pub of: u64,
    /// Requests/s that met it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub goodput: Option<f64>,
}
