//! What was measured: one exchange at a time, and their statistics.

mod early_stopping;
mod exchange;
mod own;
mod series;
mod service_level;
mod statistics;
mod summary;
mod tally;
mod until;

pub(crate) use early_stopping::{needed, percentile_bounds};
pub(crate) use exchange::{Exchange, Failure};
pub(crate) use own::{LoopWatch, Starvation, Usage, process_usage};
pub(crate) use series::{Second, by_second};
pub(crate) use service_level::ServiceLevels;
pub(crate) use statistics::{distribution, relative_half_width, student_quantile};
pub(crate) use summary::{Clocking, Figures, chunks, summarise};
pub(crate) use tally::{Snapshot, Tally};
pub(crate) use until::Until;
