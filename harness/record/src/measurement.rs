//! A measurement: one deployment, one workload, one load, and what came of it.

use crate::{
    AcceleratorKey, Arrival, Client, Distribution, FrameworkKey, ModelKey, Precision, Retraction,
    ServerCounts, ServiceLevel, Workload,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One deployment serving one workload at one load.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Measurement {
    /// Derived from the run's id and the measurement's identity; see [`Measurement::identify`].
    #[serde(default)]
    pub id: String,
    /// The hardware and how the model is spread over it.
    pub deployment: Deployment,
    /// The model served.
    pub model: Model,
    /// The software that served it.
    pub framework: Framework,
    /// The weights' numeric format as measured.
    pub precision: Precision,
    /// Speculative decoding; absent when the source doesn't say, `none` when it says that there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speculative_decoding: Option<SpeculativeDecoding>,
    /// What was asked of the model.
    pub workload: Workload,
    /// How the requests arrived.
    pub arrival: Arrival,
    /// Whether the measurement stands.
    pub outcome: Outcome,
    /// Throughput of the whole deployment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub throughput: Option<Throughput>,
    /// Latency distributions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency: Option<Latency>,
    /// Request counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requests: Option<Requests>,
    // Boxed: it is large, and few sources know it.
    /// Token counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens: Option<Box<Tokens>>,
    /// Length of the measured window in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_s: Option<f64>,
    /// The same figures for each repetition, when there were several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub repeats: Vec<Repeat>,
    /// How many requests met each set of service levels, in the order in which the sets were asked for. The first one's
    /// goodput is that of `throughput`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub service_levels: Vec<ServiceLevel>,
    // Boxed: it is larger than all the rest together, and few sources know it.
    /// How the client that measured kept up, and what it saw beside the main figures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<Box<Client>>,
    /// What the serving engine counted meanwhile, where it says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<ServerCounts>,
    /// Power and energy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub power: Option<Power>,
    /// Accuracy on an evaluation task.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accuracy: Option<Accuracy>,
    /// The command that repeats the measurement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// Remarks for readers, one sentence each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Set when this one measurement was withdrawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retracted: Option<Retraction>,
}

/// The hardware of a measurement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Deployment {
    /// The accelerator's key. Where prefill and decode use different ones, the decode side's; see [`Side`].
    pub accelerator: AcceleratorKey,
    /// All accelerators of the deployment: tensor × pipeline × prefill-context parallel, per worker, times workers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accelerators: Option<u32>,
    /// Whether it spans several nodes; absent when the source doesn't say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub multi_node: Option<bool>,
    /// Number of nodes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nodes: Option<u32>,
    /// How the model is spread.
    pub topology: Topology,
    /// Key-value cache moved out of accelerator memory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kv_cache_offload: Option<KvCacheOffload>,
    /// Request router in front of the workers, with its version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub router: Option<String>,
    /// Transport of the key-value cache between prefill and decode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kv_transfer: Option<String>,
}

/// One group of workers for everything, or separate groups for prefill and decode.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Topology {
    /// The same workers do prefill and decode.
    Aggregated(Side),
    /// Prefill and decode run on workers of their own.
    Disaggregated {
        /// The prefill workers.
        prefill: Side,
        /// The decode workers.
        decode: Side,
    },
}

/// A group of equal workers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct Side {
    /// The accelerator, when it differs from the deployment's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accelerator: Option<AcceleratorKey>,
    /// Accelerators of the whole group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accelerators: Option<u32>,
    /// Workers in the group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workers: Option<u32>,
    /// Parallelism of each worker.
    pub parallelism: Parallelism,
}

/// Degrees of parallelism of one worker. Expert and data-parallel-attention degrees do not add accelerators.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct Parallelism {
    /// Tensor parallel degree.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tensor: Option<u32>,
    /// Pipeline parallel degree.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pipeline: Option<u32>,
    /// Expert parallel degree.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expert: Option<u32>,
    /// Prefill-context parallel degree.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefill_context: Option<u32>,
    /// Decode-context parallel degree.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decode_context: Option<u32>,
    /// Whether attention is data parallel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_parallel_attention: Option<bool>,
}

/// Where the key-value cache goes when it leaves accelerator memory.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct KvCacheOffload {
    /// `none` or `dram`.
    pub tier: String,
    /// The software that moves it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backend: Option<String>,
    /// Host memory set aside, in gigabytes (10⁹ bytes).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity_gb: Option<f64>,
}

/// The model served.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Model {
    /// The model's key.
    pub key: ModelKey,
    /// The exact identifier or path that was served.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exact: Option<String>,
}

/// The software that served the model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Framework {
    /// The framework's key.
    pub key: FrameworkKey,
    /// Version as the software or the image's tag states it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Container image.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// The image's digest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_digest: Option<String>,
    /// Fingerprint of the launch recipe.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipe: Option<String>,
}

/// Speculative decoding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct SpeculativeDecoding {
    /// `none`, `mtp` (which upstream also uses for EAGLE-style heads), `draft_model`, …
    pub method: String,
    /// Mean tokens accepted per step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted_length: Option<f64>,
}

/// Whether a measurement stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It stands.
    Ok,
    /// The deployment or the run failed.
    Failed {
        /// The reason.
        why: String,
    },
    /// The deployment ran out of memory.
    OutOfMemory,
    /// The run did not end in time.
    Timeout,
    /// It ran, but its figures must not be used.
    Invalid {
        /// The reason.
        why: String,
    },
}

/// Throughput of the whole deployment, over all its accelerators.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct Throughput {
    /// Input tokens/s.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input: Option<f64>,
    /// Output tokens/s.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<f64>,
    /// Input and output tokens/s.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<f64>,
    /// Completed requests/s.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requests: Option<f64>,
    /// Requests/s that met every service level.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub goodput: Option<f64>,
    /// Disaggregated only: input tokens/s per prefill accelerator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_per_prefill_accelerator: Option<f64>,
    /// Disaggregated only: output tokens/s per decode accelerator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_per_decode_accelerator: Option<f64>,
}

/// Latency distributions, in seconds unless a field says otherwise.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct Latency {
    /// Time to first token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttft: Option<Distribution>,
    /// Time per output token after the first, one value a request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tpot: Option<Distribution>,
    /// Inter-token latency, one value a gap.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub itl: Option<Distribution>,
    /// End to end: from the request to the last token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub e2e: Option<Distribution>,
    /// Interactivity in tokens/s/user, slow side: `p99` = 1 / (p99 of tpot). Only where the source's statement
    /// disagrees with, or cannot be derived from, `tpot`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interactivity: Option<Distribution>,
}

/// Request counts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct Requests {
    /// Requests sent, warm-up excluded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent: Option<u64>,
    /// Requests completed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completed: Option<u64>,
    /// Requests that the warm-up used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warmup: Option<u64>,
    /// Errors by kind.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub errors: BTreeMap<String, u64>,
    /// Completed requests whose answer conforms to the JSON schema that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conforming: Option<u64>,
    /// Completed requests whose answer calls at least one of the tools that were offered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calling: Option<u64>,
    /// Tool calls in all completed requests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool_calls: Option<u64>,
}

/// Token counts over the measured window.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct Tokens {
    /// Input tokens of completed requests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input: Option<u64>,
    /// Output tokens of completed requests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<u64>,
    /// Input tokens per request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_per_request: Option<Distribution>,
    /// Output tokens per request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_per_request: Option<Distribution>,
    /// Share of input tokens served from a cache, 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_hit_share: Option<f64>,
}

/// One repetition of a measurement.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct Repeat {
    /// Throughput of this repetition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub throughput: Option<Throughput>,
    /// Latency of this repetition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latency: Option<Latency>,
    /// Request counts of this repetition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requests: Option<Requests>,
    /// Token counts of this repetition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens: Option<Tokens>,
    /// Length of this repetition's window in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_s: Option<f64>,
}

/// Power and energy of the accelerator boards over the measured window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Power {
    /// How it was measured.
    pub method: PowerMethod,
    /// Whether the source's own checks accepted it; absent when it didn't say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid: Option<bool>,
    /// Why the checks refused it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
    /// Boards that the figures cover, where that isn't the deployment's accelerators.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boards: Option<u32>,
    /// Mean power of one accelerator board in watts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub average_per_accelerator_w: Option<f64>,
    /// Highest mean power of one accelerator board in watts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peak_per_accelerator_w: Option<f64>,
    /// Mean power of all accelerator boards in watts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub average_total_w: Option<f64>,
    /// Energy of all accelerator boards in joules.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub energy_j: Option<f64>,
    /// All energy over input tokens, J/token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joules_per_input_token: Option<f64>,
    /// All energy over output tokens, J/token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joules_per_output_token: Option<f64>,
    /// All energy over input and output tokens, J/token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joules_per_total_token: Option<f64>,
    /// All energy over completed requests, J/request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joules_per_request: Option<f64>,
    /// The prefill workers' part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefill: Option<RolePower>,
    /// The decode workers' part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decode: Option<RolePower>,
}

/// How power was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PowerMethod {
    /// Board power by the vendor's telemetry, sampled over the window.
    BoardTelemetry,
    /// Board energy counters read at the window's ends.
    BoardEnergyCounter,
    /// A meter outside the boards.
    ExternalMeter,
}

/// Power of one role of a disaggregated deployment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct RolePower {
    /// Mean power of one accelerator board in watts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub average_per_accelerator_w: Option<f64>,
    /// Energy of the role's boards in joules.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub energy_j: Option<f64>,
}

/// A score on an evaluation task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Accuracy {
    /// The task, such as `gsm8k`.
    pub task: String,
    /// What the score counts, such as `exact_match_strict`.
    pub metric: String,
    /// The score, 0 to 1. Zero is a result; a missing score has no accuracy at all.
    pub score: f64,
    /// Standard error of the score.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standard_error: Option<f64>,
    /// Items scored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub items: Option<u64>,
    /// Other scores of the same run, by metric name, 0 to 1.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub other_scores: BTreeMap<String, f64>,
}
