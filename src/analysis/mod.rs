//! Pure functions over measurements: metrics, economics, frontiers, series, comparisons. Nothing here knows of HTML or
//! of files.

mod comparison;
mod economics;
mod frontier;
mod metric;
mod overview;
#[cfg(test)]
pub(crate) mod sample;
mod sample_size;
mod series;
mod service_level;
mod workload;

pub use comparison::{Level, compare_at_levels, compare_like_with_like};
pub use economics::Economics;
pub use frontier::frontier;
pub use metric::{Direction, Metric};
pub use overview::Analysis;
pub use sample_size::{NEEDED, Requests, requests_needed};
pub use series::{Entry, SeriesKey, ServingMethod, is_disaggregated, standing_entries, standing_series};
pub use service_level::best_at;
pub use workload::WorkloadKey;
