//! The percentiles that a limit can be about.

use super::metric::interactivity;
use record::{Distribution, Measurement};

/// How many of the requests a limit must hold for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Percentile {
    /// Half of them.
    Median,
    /// Nine in ten.
    P90,
    /// Ninety-nine in a hundred.
    P99,
}

impl Percentile {
    /// Every percentile, the mildest first.
    pub const ALL: [Self; 3] = [Self::Median, Self::P90, Self::P99];

    /// The name in addresses and in records: `p50`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Median => "p50",
            Self::P90 => "p90",
            Self::P99 => "p99",
        }
    }

    /// For readers: `median`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Median => "median",
            other => other.key(),
        }
    }

    fn of(self, distribution: &Distribution) -> Option<f64> {
        match self {
            Self::Median => distribution.p50,
            Self::P90 => distribution.p90,
            Self::P99 => distribution.p99,
        }
    }

    /// Seconds to the first token; absent where the source states no such percentile.
    pub fn first_token_s(self, measurement: &Measurement) -> Option<f64> {
        self.of(measurement.latency.as_ref()?.ttft.as_ref()?).filter(|seconds| seconds.is_finite())
    }

    /// Tokens/s per user, on the slow side: the speed that this share of the requests reached or exceeded.
    pub fn interactivity(self, measurement: &Measurement) -> Option<f64> {
        interactivity(measurement.latency.as_ref()?, |distribution| self.of(distribution))
            .filter(|speed| speed.is_finite())
    }
}
