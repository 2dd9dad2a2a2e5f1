//! Pure functions over measurements: metrics, economics, frontiers, series, comparisons. Nothing here knows of HTML or
//! of files.

mod anomaly;
pub mod change_point;
mod comparison;
mod economics;
mod frontier;
#[cfg(test)]
mod golden;
mod history;
mod hold_out;
mod interpolation;
mod judgement;
mod metric;
mod noise;
mod overview;
mod ranking;
mod roofline;
mod series;
#[cfg(test)]
mod speed_tests;
pub mod statistics;
mod workload;

pub use anomaly::{Departure, Outlier, departures, outliers};
pub use comparison::{Level, Verdict, compare_at_levels};
pub use economics::Economics;
pub use frontier::frontier;
pub use history::{Cause, causes, histories, metric_history};
pub use hold_out::{HoldOut, leave_one_out, points_of_runs};
pub use interpolation::{BetweenMeasurements, Interpolated, Steffen, between_measurements, throughput_curve};
pub use judgement::{
    Basis, Claim, Judgement, Reason, judge, judge_measurements, metric_values, reason_against_metrics,
    reasons_against,
};
pub use metric::{Direction, Metric};
pub use noise::{Noise, NoiseModel};
pub use overview::Analysis;
pub use ranking::{order_stability, tie_groups};
pub use roofline::{Limit, LimitKind, limits};
pub use series::{Entry, SeriesKey, newest_series, standing_entries};
pub use workload::WorkloadKey;
