//! Statistics that verdicts and change points rest on: each file one idea, each with its source.
//!
//! All functions take plain slices of finite numbers, never panic, and answer `None` where the data can't carry the
//! statistic (too few values, no variance where one is needed).

mod bootstrap;
mod distribution;
mod early_stopping;
mod false_discovery;
mod fence;
mod mann_whitney;
mod quantile;
mod random;
#[cfg(test)]
mod reference_tests;
mod summary;
mod t_test;

pub use bootstrap::{Bca, Centre, RESAMPLES, Sampling, bca_ratio, bootstrap_ratio};
pub use distribution::{normal_cdf, normal_quantile, student_t_quantile, student_t_two_sided};
pub use early_stopping::{percentile_is_supported, requests_for_percentile, underlatency_needed};
pub use false_discovery::{adjusted_p_values, benjamini_hochberg};
pub use fence::{Fence, change_fence};
pub use mann_whitney::{MannWhitney, exact_two_sided, mann_whitney, mann_whitney_normal};
pub(crate) use quantile::median_in_place;
pub use quantile::{QuantileInterval, median, quantile, quantile_interval};
pub use random::Random;
pub use summary::{Summary, mean, median_absolute_deviation, robust_deviation};
pub use t_test::{
    TTest, WelchRatio, mean_interval, student_t, student_t_from_summaries, welch_ratio, welch_ratio_interval,
    welch_t,
};

/// A closed interval, `low <= high`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Interval {
    /// Whether it contains the value.
    pub fn contains(self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }
}
