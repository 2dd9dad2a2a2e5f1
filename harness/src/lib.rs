//! The benchmark harness: a load generator for OpenAI-compatible endpoints, and a server of known latencies to check it
//! against.
//!
//! What is public is what tests and the benchmark of the harness itself need: [`run`] is the whole command, [`mock`]
//! the server.

mod bench;
mod cli;
mod clock;
mod comparison;
mod duration;
mod environment;
mod input_file;
mod load;
mod measure;
pub mod mock;
mod pipe;
mod protocol;
mod record_writer;
mod report;
mod request_log;
mod search;
mod socket;
mod workload;

pub use cli::run;
