//! A distribution of per-request values, by its summary.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The summary of a distribution. The unit is that of the field that holds it (seconds for latencies).
///
/// Percentiles interpolate linearly between order statistics (type 7 of Hyndman and Fan 1996, numpy's default).
/// The standard deviation is that of a sample (n − 1). What was not published is absent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct Distribution {
    /// How many values were summarised.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// Arithmetic mean.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean: Option<f64>,
    /// Sample standard deviation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub std: Option<f64>,
    /// Smallest value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// Largest value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// 1st percentile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p1: Option<f64>,
    /// 5th percentile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p5: Option<f64>,
    /// 10th percentile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p10: Option<f64>,
    /// 25th percentile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p25: Option<f64>,
    /// Median.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p50: Option<f64>,
    /// 75th percentile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p75: Option<f64>,
    /// 90th percentile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p90: Option<f64>,
    /// 95th percentile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p95: Option<f64>,
    /// 99th percentile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p99: Option<f64>,
    /// 99.9th percentile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p99_9: Option<f64>,
}

impl Distribution {
    /// The percentiles that are known, lowest first, as (field name, percent, value).
    pub fn percentiles(&self) -> impl Iterator<Item = (&'static str, f64, f64)> {
        [
            ("p1", 1.0, self.p1),
            ("p5", 5.0, self.p5),
            ("p10", 10.0, self.p10),
            ("p25", 25.0, self.p25),
            ("p50", 50.0, self.p50),
            ("p75", 75.0, self.p75),
            ("p90", 90.0, self.p90),
            ("p95", 95.0, self.p95),
            ("p99", 99.0, self.p99),
            ("p99_9", 99.9, self.p99_9),
        ]
        .into_iter()
        .filter_map(|(name, percent, value)| Some((name, percent, value?)))
    }

    /// Every number that is known, as (field name, value).
    pub fn values(&self) -> impl Iterator<Item = (&'static str, f64)> {
        [("mean", self.mean), ("std", self.std), ("min", self.min), ("max", self.max)]
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
            .chain(self.percentiles().map(|(name, _, value)| (name, value)))
    }

    /// Whether nothing at all is known.
    pub fn is_empty(&self) -> bool {
        self.count.is_none() && self.values().next().is_none()
    }
}
