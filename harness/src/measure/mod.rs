//! What was measured: one exchange at a time, and their statistics.

mod exchange;
mod own;
mod service_level;
mod statistics;
mod summary;
mod until;

pub(crate) use exchange::{Exchange, Failure};
pub(crate) use own::{LoopWatch, Starvation, Usage, process_usage};
pub(crate) use service_level::ServiceLevels;
pub(crate) use statistics::{distribution, student_quantile};
pub(crate) use summary::{Clocking, Figures, summarise};
pub(crate) use until::Until;
