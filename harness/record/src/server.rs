//! What the serving engine counted while it was measured.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The engine's own counters, as they grew over all repeats of a measurement, warm-up left out. They include what anybody
/// else asked of the same server meanwhile.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct ServerCounts {
    /// Requests that the engine counts a first token of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requests: Option<u64>,
    /// Mean time to first token in seconds by the engine's own clock, without the way to it and back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttft_mean_s: Option<f64>,
    /// Mean time in seconds that a request waited for its turn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue_time_mean_s: Option<f64>,
    /// Input tokens that the engine looked up in its prefix cache.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefix_cache_queried_tokens: Option<u64>,
    /// Of those, the ones that it found there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefix_cache_hit_tokens: Option<u64>,
    /// How often a request lost its place to others and began again later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preemptions: Option<u64>,
}

impl ServerCounts {
    /// Share of the tokens looked up that the prefix cache had, 0 to 1; none when nothing was looked up.
    pub fn prefix_cache_hit_share(&self) -> Option<f64> {
        let queried = self.prefix_cache_queried_tokens.filter(|queried| *queried > 0)?;
        Some(self.prefix_cache_hit_tokens? as f64 / queried as f64)
    }
}
