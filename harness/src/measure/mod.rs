//! What was measured: one exchange at a time, and their statistics.

mod early_stopping;
mod exchange;
mod own;
mod own_error;
mod series;
mod service_level;
mod statistics;
mod summary;
mod tally;
mod until;

pub(crate) use early_stopping::{needed, percentile_bounds, shows};
pub(crate) use exchange::{Exchange, Failure, Merged};
pub(crate) use own::{LoopWatch, Starvation, process_usage};
pub(crate) use own_error::{Known, own_errors};
pub(crate) use series::{Second, by_second};
pub(crate) use service_level::ServiceLevels;
pub(crate) use statistics::{distribution, percentile, relative_half_width, student_quantile};
pub(crate) use summary::{Clocking, Figures, chunks, summarise};
pub(crate) use tally::{Snapshot, Tally};
pub(crate) use until::Until;
