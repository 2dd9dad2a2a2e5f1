//! The benchmark record: the one contract between the harness that measures and the site that shows.
//!
//! A [`Run`] is one JSON file: who measured, when, with what, and a list of [`Measurement`]s. This crate holds the
//! types, their JSON Schema ([`json_schema`]), reading with upgrades from older versions ([`read`]), validation that
//! reports every problem at once ([`validate`]), the canonical form ([`Run::to_canonical_json`]) and the identifiers
//! that are derived from content ([`Measurement::identify`]).
//!
//! Two rules hold everywhere. **Unknown is absent**: no field is ever filled with zero because nobody measured it.
//! **Units are fixed**: seconds, tokens per second, watts, joules; each field's documentation names its own.

mod arrival;
mod canonical;
mod client;
mod distribution;
mod environment;
mod identity;
mod key;
mod measurement;
mod read;
mod reference;
mod reliability;
mod run;
mod schema;
mod search;
mod server;
mod service_level;
mod upgrade;
mod validate;
mod workload;

pub use arrival::{Arrival, Ramp, RampShape};
pub use canonical::{SIGNIFICANT_DIGITS, round_significant};
pub use client::{Calibration, Client, OwnError, PercentileBound};
pub use distribution::Distribution;
pub use environment::{AcceleratorInventory, Environment};
pub use key::{AcceleratorKey, FrameworkKey, ModelKey, Precision, is_slug};
pub use measurement::{
    Accuracy, Deployment, Framework, KvCacheOffload, Latency, Measurement, Model, Outcome, Parallelism,
    Power, PowerMethod, Repeat, Requests, RolePower, Side, SpeculativeDecoding, Throughput, Tokens, Topology,
};
pub use read::{Read, ReadError, read};
pub use reference::Reference;
pub use reliability::{JobSet, RELIABILITY_VERSION, Reliability, ReliabilityDay};
pub use run::{Attempts, Change, HarnessVersion, Retraction, Run, RunKind, Source, Unmapped};
pub use schema::json_schema;
pub use search::{Search, SearchGoal, SearchOver};
pub use server::ServerCounts;
pub use service_level::ServiceLevel;
pub use upgrade::RECORD_VERSION;
pub use validate::{Problem, Severity, Vocabulary, validate};
pub use workload::{Conversation, Dataset, Images, SharedPrefix, Tokenizer, Workload, WorkloadKind};
