//! What was measured: one exchange at a time, and their statistics.

mod exchange;
mod own;
mod service_level;
mod statistics;
mod summary;

pub(crate) use exchange::{Exchange, Failure};
pub(crate) use own::{LoopWatch, Usage, process_usage};
pub(crate) use service_level::ServiceLevels;
pub(crate) use statistics::distribution;
pub(crate) use summary::{Clocking, Figures, summarise};
