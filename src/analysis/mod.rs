//! Pure functions over measurements: metrics, economics, frontiers, series, comparisons. Nothing here knows of HTML or
//! of files.

mod anomaly;
mod answer;
mod best;
mod calibration;
mod candidate;
pub mod change_point;
mod changelog;
mod comparison;
mod days;
mod economics;
mod fleet;
mod formerly;
mod frontier;
#[cfg(test)]
mod golden;
mod history;
mod hold_out;
mod interpolation;
mod judgement;
mod label;
mod maker;
mod metric;
mod new_best;
mod news;
mod noise;
mod overview;
mod ownership;
mod percentile;
mod preset;
mod ranking;
mod recommendation;
mod roofline;
mod run_difference;
#[cfg(test)]
pub(crate) mod sample;
mod sample_size;
mod series;
mod service_level;
mod spread;
pub mod statistics;
mod trends;
#[cfg(test)]
mod trends_tests;
mod workload;

pub use anomaly::{Departure, LEAST_FACTOR, Outlier, departures, outliers};
use answer::FURTHEST;
pub use answer::{Answer, Nearest, Point, ServiceLevel, Unanswered};
pub use best::{Best, RANKINGS, SeriesAnswer, best};
pub use calibration::{Calibration, calibration};
pub use candidate::{Candidate, StatedImage};
pub use comparison::{Compared, Level, Outcome, compare_at_levels, compare_like_with_like, outcome};
pub use days::Days;
pub use economics::Economics;
pub use fleet::{Fleet, HOURS_A_MONTH, fleet};
pub use formerly::{Fate, Formerly};
pub use frontier::frontier;
pub use history::{Cause, Histories, causes, histories, metric_history};
pub use hold_out::{Errors, HoldOut, Join, LeftOut, Quantity, WAYS, Way, leave_one_out, points_of_runs};
pub use interpolation::{BetweenMeasurements, Interpolated, Steffen, between_measurements, throughput_curve};
pub use judgement::{
    Basis, Claim, ENOUGH_TO_RESAMPLE, Judgement, Reason, SAMPLING, judge, judge_measurements, metric_values,
    reason_against_metrics, reasons_against, values_of_repeats,
};
pub use label::{Label, Labels};
pub use metric::{Direction, Metric, measured_joules_per_token};
pub use new_best::{BestOf, NewBest, new_bests};
pub use news::{NewChange, News, newly_confirmed};
pub use noise::{Noise, NoiseModel, Pair, Side, Wavering, Yardstick, adjacent_pairs};
pub use overview::Analysis;
pub use ownership::{Assumptions, Ownership, ownership};
pub use percentile::Percentile;
pub use preset::{DEFAULT, GENERAL, MLPERF, Preset, RECOMMENDED, presets_for};
pub use ranking::{Ranked, Stability, rank, stability};
pub use recommendation::{Flip, Lever, Next, Recommendation, recommendation};
pub use roofline::{Limit, LimitKind, limits};
pub use run_difference::{
    Neighbours, RunDifference, Shared, Unshared, claim_counts, run_difference, surroundings,
};
pub use sample_size::{NEEDED, Requests, highest_percentile, requests_needed};
pub use series::{Entry, SeriesKey, ServingMethod, is_disaggregated, standing_entries, standing_series};
pub use service_level::best_at;
pub use spread::{BORROWED, Expected, Spread};
pub use trends::{Change, Configuration, FEWEST_RUNS, History, Trends, Turn, WATCHED};
pub use workload::WorkloadKey;
