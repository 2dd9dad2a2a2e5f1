//! When requests are sent, and the loop that sends them.

mod arrival;
mod connection;
mod deadline;
mod drive;
mod engine;
mod ramp;
mod random;
mod trace;

use crate::clock::Nanos;

pub(crate) use arrival::{Arrival, open_arrivals};
pub(crate) use connection::Security;
pub(crate) use deadline::Timeouts;
pub(crate) use drive::{Drive, Driven, Limits};
pub(crate) use engine::Engine;
pub(crate) use ramp::Ramp;
pub(crate) use random::standard_normal;
pub(crate) use trace::{TraceRequest, read_trace};

/// A request that is ready to be sent.
#[derive(Debug)]
pub(crate) struct Job {
    /// Its number in the run.
    pub(crate) index: u32,
    /// When it is to be sent.
    pub(crate) scheduled: Nanos,
    /// Input tokens asked for.
    pub(crate) input_tokens: u32,
    /// Output tokens asked for.
    pub(crate) output_tokens: u32,
    /// The bytes to send.
    pub(crate) request: Vec<u8>,
}
