//! The client that measured: how it kept up, and what it saw beside the main figures.

use crate::{Distribution, Latency, Repeat};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the load generator says about itself and about the window that the measurement's figures are from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct Client {
    /// When a request's clock starts in the measurement's figures: `sent` (first byte handed to the kernel; a closed
    /// workload) or `scheduled` (when it was due; an open one).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<String>,
    /// Latency by the other clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latency_by_other_clock: Option<Latency>,
    /// The window of the measurement's figures: `whole`, from the first request to the last output.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<String>,
    /// The same figures while every slot was busy; in an open workload, from the first answer to the last arrival.
    /// Latency is that of requests that started in it, throughput counts the tokens that came in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub steady: Option<Repeat>,
    /// How long in seconds before its own end the steady window was closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cool_down_s: Option<f64>,
    /// How far each high percentile of the time to first token can be trusted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub percentile_bounds: Vec<PercentileBound>,
    /// Gaps between chunks in seconds, as they came; only where chunks had several tokens. `itl` is per token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chunk_gap: Option<Distribution>,
    /// Time in seconds to the first output that isn't reasoning; only where that isn't the first token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_answer: Option<Distribution>,
    /// The figures of each turn of conversations, the first turn first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub turns: Vec<Repeat>,
    /// Most requests in flight at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peak_in_flight: Option<u32>,
    /// Mean requests in flight over the window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean_in_flight: Option<f64>,
    /// TCP connections made, those ahead of the window included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connections: Option<u64>,
    /// The protocol below the interface: `HTTP/1.1` or `HTTP/2`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol: Option<String>,
    /// Requests sent a second time, because the server had closed the idle connection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retried: Option<u64>,
    /// Times that a request which had failed was sent again; absent when that was not asked for, which is the default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retries: Option<u64>,
    /// Arrivals of an open workload that were not sent, because too many requests were in flight.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dropped: Option<u64>,
    /// Arrivals of an open workload that were sent more than 1 ms after their time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub late: Option<u64>,
    /// Requests whose input or output tokens, by the server's count, differ by more than 2 % from what was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_mismatches: Option<u64>,
    /// From when a request was due to its first byte handed to the kernel, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scheduling_lag: Option<Distribution>,
    /// How long the kernel took to accept a request's bytes, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub write: Option<Distribution>,
    /// From the kernel's receipt of bytes to this program's reading them, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receive_delay: Option<Distribution>,
    /// Whether arrivals are the kernel's stamps, so that `receive_delay` takes no part in the figures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kernel_stamps: Option<bool>,
    /// The longest time in seconds that the event loop was late.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub longest_stall_s: Option<f64>,
    /// First tokens that were read together with later ones, whose stamp they then bear.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merged_first_tokens: Option<u64>,
    /// By how much the mean time to first token may be too late for that reason, at most, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merged_first_tokens_error_s: Option<f64>,
    /// How long in seconds the client's thread was ready to run and the system ran others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starved_s: Option<f64>,
    /// How often the system's clock was set while the client measured. Arrivals that were read at that moment have wrong
    /// stamps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock_steps: Option<u64>,
    /// Processor seconds of the client over the measured window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_s: Option<f64>,
    /// The same as a share of one processor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_share: Option<f64>,
    /// Largest resident memory of the client in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peak_memory_bytes: Option<u64>,
    /// The same client against a server of known latencies, just before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calibration: Option<Calibration>,
    /// The client's own error in the mean time to first token, in seconds, as far as it knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_s: Option<f64>,
    /// The error in seconds beyond which the measurement is invalid: 1 % of the median time to first token or 1 ms,
    /// whichever is larger.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_bound_s: Option<f64>,
}

/// Whether there were enough requests for a percentile of the time to first token, by MLPerf's early-stopping rule at 99 %
/// confidence.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct PercentileBound {
    /// The percentile, such as 99.
    pub percent: f64,
    /// Requests that it needs at least.
    pub needed: u64,
    /// Requests that there were.
    pub requests: u64,
    /// With 99 % confidence the percentile is at most this, in seconds; absent where there were too few requests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_most_s: Option<f64>,
}

/// The client's figures against what a server of known latencies says that it really sent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct Calibration {
    /// Requests in flight.
    pub concurrency: u32,
    /// Requests compared.
    pub requests: u64,
    /// Mean time to first token by the client, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttft_mean_s: Option<f64>,
    /// The client's mean time to first token less the server's, in seconds. Either sign.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttft_mean_error_s: Option<f64>,
    /// The client's 99th percentile of time to first token less the server's, in seconds. Either sign.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttft_p99_error_s: Option<f64>,
    /// The client's mean inter-token latency less the server's, in seconds. Either sign.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub itl_mean_error_s: Option<f64>,
}
