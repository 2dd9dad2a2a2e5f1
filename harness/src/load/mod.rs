//! When requests are sent, and the loop that sends them.

mod arrival;
mod ask;
mod connection;
mod deadline;
mod drive;
mod engine;
mod follow;
mod http2;
mod ramp;
mod random;
mod route;
mod trace;

use crate::{clock::Nanos, workload::Prepared};

pub(crate) use arrival::{Arrival, open_arrivals};
pub(crate) use deadline::Timeouts;
pub(crate) use drive::{Drive, Driven, Limits};
pub(crate) use engine::Engine;
pub(crate) use ramp::Ramp;
pub(crate) use random::standard_normal;
pub(crate) use route::{Protocol, Route, Security};
pub(crate) use trace::{TraceRequest, read_trace};

/// A request and its time.
#[derive(Debug)]
pub(crate) struct Job {
    /// When it is to be sent.
    pub(crate) scheduled: Nanos,
    /// What is to be sent.
    pub(crate) prepared: Prepared,
}
