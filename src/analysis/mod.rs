//! Pure functions over measurements: metrics, economics, frontiers, series, comparisons. Nothing here knows of HTML or
//! of files.

pub mod change_point;
mod comparison;
mod economics;
mod frontier;
#[cfg(test)]
mod golden;
mod metric;
mod overview;
mod series;
pub mod statistics;
mod workload;

pub use comparison::{Level, Verdict, compare_at_levels};
pub use economics::Economics;
pub use frontier::frontier;
pub use metric::{Direction, Metric};
pub use overview::Analysis;
pub use series::{Entry, SeriesKey, newest_series, standing_entries};
pub use workload::WorkloadKey;
