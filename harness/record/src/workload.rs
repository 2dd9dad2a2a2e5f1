//! What was asked of the model.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What was asked of the model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Workload {
    /// What kind of work it is.
    pub kind: WorkloadKind,
    /// Nominal input tokens of a request; of a conversation, of each of the user's turns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_tokens: Option<u32>,
    /// Nominal output tokens of a request. Where answers may end earlier (JSON schema, tools), the most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_tokens: Option<u32>,
    /// Lengths are uniform between `length_range` × nominal and nominal; 1 means exact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length_range: Option<f64>,
    /// The data set or evaluation task.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dataset: Option<Dataset>,
    /// Seed of everything random.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// Whether the model's chat template was applied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chat_template: Option<bool>,
    /// The path that requests went to, such as `/v1/completions`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// Whether each prompt begins in its own way, so that no cache of prefixes can have seen it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unique_prefixes: Option<bool>,
    /// The prefixes that requests have in common on purpose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared_prefix: Option<SharedPrefix>,
    /// The shape of conversations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation: Option<Conversation>,
    /// The images of each request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub images: Option<Images>,
    /// Tools offered in each request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tools: Option<u32>,
    /// By what prompts were cut to their length.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokenizer: Option<Tokenizer>,
}

/// Kinds of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WorkloadKind {
    /// Random tokens of fixed nominal lengths.
    FixedLength,
    /// Multi-turn coding agents replayed from traces.
    Agentic,
    /// An accuracy evaluation.
    Evaluation,
    /// Conversations.
    Chat,
    /// Long documents to short summaries.
    Summarization,
    /// Code completion.
    Code,
    /// Retrieval-augmented generation.
    RetrievalAugmented,
    /// Output constrained by a JSON schema.
    StructuredOutput,
    /// Tool calls.
    FunctionCalling,
    /// Many requests with a common prefix.
    SharedPrefix,
    /// Conversations of several turns with think time.
    MultiTurn,
    /// Images and text.
    Vision,
    /// Arrivals and lengths replayed from a recorded trace.
    Trace,
}

/// A data set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Dataset {
    /// Its name.
    pub name: String,
    /// Its version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Hash of the prompts as sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompts_hash: Option<String>,
}

/// Prefixes that requests have in common.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct SharedPrefix {
    /// Tokens of a prefix; they are part of the input tokens.
    pub tokens: u32,
    /// How many prefixes there are.
    pub prefixes: u32,
    /// Share of the requests that begin with one of them, 0 to 1; the others have a prefix of their own.
    pub share: f64,
}

/// The shape of conversations.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Conversation {
    /// Requests of a conversation; each carries all that was said before.
    pub turns: u32,
    /// Mean seconds between an answer's end and the next request.
    pub think_time_s: f64,
}

/// The images of a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Images {
    /// How many.
    pub count: u32,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

/// By what prompts were cut to their length. The counts of the figures are the server's own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Tokenizer {
    /// Where it is from: `file`, `hub_cache`, `server` (its `/tokenize`), `probes` (a line through the server's counts
    /// of two prompts) or `words` (one token a word, because nothing told better).
    pub source: String,
    /// Its name: of a file, of a model on the hub, or the path that was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// BLAKE3 of the file, 32 hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash: Option<String>,
}
