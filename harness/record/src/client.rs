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
    /// Latency by the other clock, over all repeats.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latency_by_other_clock: Option<Latency>,
    /// The window of the measurement's figures: `whole`, from the first request to the last output.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<String>,
    /// The same figures while every slot was busy; in an open workload, from the first answer to the last arrival.
    /// Latency is that of requests that started in it, throughput counts the tokens that came in it. Of several repeats it is
    /// the last one's.
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
    /// From the kernel's receipt of bytes to this program's reading them, in seconds, over all repeats.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receive_delay: Option<Distribution>,
    /// Whether arrivals are the kernel's stamps, so that `receive_delay` takes no part in the figures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kernel_stamps: Option<bool>,
    /// The longest time in seconds that the event loop was away from its poll: reading, parsing, starved or stopped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub longest_stall_s: Option<f64>,
    /// First tokens that were read together with later ones, whose stamp they then bear.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merged_first_tokens: Option<u64>,
    /// By how much the mean time to first token may be too late for that reason, at most, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merged_first_tokens_error_s: Option<f64>,
    /// Later chunks with output that were read together with one that came after them, whose stamp they then bear.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merged_chunks: Option<u64>,
    /// How long in seconds the client's thread was ready to run and the system ran others, over all repeats.
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
    /// Largest resident memory of the client's process in bytes until the figures were made, earlier loads of the run and the
    /// calibration's own server included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peak_memory_bytes: Option<u64>,
    /// The same client against a server of known latencies, just before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calibration: Option<Calibration>,
    /// How far each figure may be off by the client's own doing: mean and 99th percentile of each latency. Any of them
    /// beyond its bound makes the measurement invalid. What is behind the last token of an answer (usage, `[DONE]`) and
    /// read with it is taken to have come with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub own_errors: Vec<OwnError>,
    /// The client's own error in the mean time to first token, in seconds, as far as it knows: `ttft.mean` of `own_errors`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_s: Option<f64>,
    /// The error in seconds beyond which that figure is invalid: 1 % of the median time to first token or 1 ms,
    /// whichever is larger.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_bound_s: Option<f64>,
}

/// How far a figure may be off because the client sent late, read several chunks together, or had no stamps of the kernel.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct OwnError {
    /// The figure, as its place below `latency`: `ttft.mean`, `itl.p99`.
    pub figure: String,
    /// The most that it may be off, in seconds.
    pub error_s: f64,
    /// What it may be off, in seconds: 1 % of the median of the same latency or 1 ms, whichever is larger.
    pub bound_s: f64,
}

impl OwnError {
    /// The figure in words, such as `p99 inter-token latency`.
    pub fn name(&self) -> String {
        let (latency, of) = self.figure.split_once('.').unwrap_or((&self.figure, ""));
        let latency = match latency {
            "ttft" => "time to first token",
            "tpot" => "time per output token",
            "itl" => "inter-token latency",
            "e2e" => "end-to-end latency",
            other => other,
        };
        format!("{of} {latency}").trim_start().to_owned()
    }
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
