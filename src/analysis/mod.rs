//! Pure functions over measurements: metrics, economics, frontiers, series, comparisons. Nothing here knows of HTML or
//! of files.

mod anomaly;
mod answer;
mod best;
pub mod change_point;
mod comparison;
mod days;
mod economics;
mod fleet;
mod frontier;
#[cfg(test)]
mod golden;
mod history;
mod hold_out;
mod interpolation;
mod judgement;
mod metric;
mod new_best;
mod noise;
mod overview;
mod ownership;
mod percentile;
mod preset;
mod ranking;
mod recommendation;
mod roofline;
#[cfg(test)]
pub(crate) mod sample;
mod sample_size;
mod series;
mod service_level;
#[cfg(test)]
mod speed_tests;
pub mod statistics;
mod watched;
mod workload;

pub use anomaly::{Departure, Outlier, departures, outliers};
pub use answer::{Answer, Point, ServiceLevel, Unanswered};
pub use best::{Best, RANKINGS, SeriesAnswer, best};
pub use comparison::{Level, compare_at_levels, compare_like_with_like};
pub use days::Days;
pub use economics::Economics;
pub use fleet::{Fleet, HOURS_A_MONTH, fleet};
pub use frontier::frontier;
pub use history::{Cause, causes, histories, metric_history};
pub use hold_out::{Errors, HoldOut, Join, LeftOut, Quantity, WAYS, Way, leave_one_out, points_of_runs};
pub use interpolation::{BetweenMeasurements, Interpolated, Steffen, between_measurements, throughput_curve};
pub use judgement::{
    Basis, Claim, Judgement, Reason, judge, judge_measurements, metric_values, reason_against_metrics,
    reasons_against,
};
pub use metric::{Direction, Metric, measured_joules_per_token};
pub use new_best::{BestOf, NewBest, new_bests};
pub use noise::{Noise, NoiseModel, Pair, adjacent_pairs};
pub use overview::Analysis;
pub use ownership::{Assumptions, Ownership, ownership};
pub use percentile::Percentile;
pub use preset::{DEFAULT, GENERAL, MLPERF, Preset, RECOMMENDED, presets_for};
pub use ranking::{order_stability, tie_groups};
pub use recommendation::{Flip, Lever, Next, Recommendation, Yardsticks, recommendation};
pub use roofline::{Limit, LimitKind, limits};
pub use sample_size::{NEEDED, Requests, requests_needed};
pub use series::{Entry, SeriesKey, ServingMethod, is_disaggregated, standing_entries, standing_series};
pub use service_level::best_at;
pub use watched::{NewChange, News, Watched, newly_confirmed, watched};
pub use workload::WorkloadKey;
