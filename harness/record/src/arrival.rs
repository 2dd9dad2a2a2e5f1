//! How requests arrive.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How the requests arrived.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct Arrival {
    /// Requests kept in flight (a closed workload), or the ceiling on them in an open one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<u32>,
    /// Mean arrivals in requests/s (an open workload).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_per_s: Option<f64>,
    /// Shape of the gamma-distributed gaps; 1 is Poisson. Absent where it isn't known, and where all gaps are the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub burstiness: Option<f64>,
    /// Whether all gaps are the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub constant: Option<bool>,
    /// How the load came up to that, where it didn't start with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ramp: Option<Ramp>,
}

/// How a load comes up to its concurrency or rate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Ramp {
    /// Its course.
    pub shape: RampShape,
    /// Where it begins: requests in flight, or requests/s.
    pub from: f64,
    /// How long it takes, in seconds.
    pub duration_s: f64,
}

/// The course of a ramp.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RampShape {
    /// It grows by the same amount in equal times.
    Linear,
    /// It grows by the same factor in equal times.
    Exponential,
}
