//! The quantities that charts and tables show, each computed from a measurement in one place.

use super::{Economics, statistics::requests_for_percentile};
use record::{Distribution, Latency, Measurement};

/// A quantity of a measurement. Definitions: content/docs/method.md.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Metric {
    /// Input and output tokens/s over all accelerators of the deployment.
    ThroughputPerAccelerator,
    /// Output tokens/s over all accelerators of the deployment.
    OutputThroughputPerAccelerator,
    /// Input tokens/s over all accelerators of the deployment.
    InputThroughputPerAccelerator,
    /// 1 / median time per output token.
    Interactivity,
    /// 1 / 99th percentile of time per output token: the slow side.
    SlowInteractivity,
    /// Median end-to-end latency.
    EndToEndLatency,
    /// Median time to first token.
    TimeToFirstToken,
    /// 99th percentile of time to first token.
    SlowTimeToFirstToken,
    /// Dollars per million tokens, input and output.
    CostPerMillionTokens,
    /// Tokens/s per megawatt of provisioned power.
    ThroughputPerMegawatt,
    /// Measured board energy over input and output tokens.
    MeasuredEnergyPerToken,
}

/// Which way is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// More is better.
    Higher,
    /// Less is better.
    Lower,
}

impl Direction {
    /// The value mirrored so that more is better.
    pub fn signed(self, value: f64) -> f64 {
        match self {
            Self::Higher => value,
            Self::Lower => -value,
        }
    }
}

impl Metric {
    /// Name for readers.
    pub fn name(self) -> &'static str {
        match self {
            Self::ThroughputPerAccelerator => "Throughput per accelerator",
            Self::OutputThroughputPerAccelerator => "Output throughput per accelerator",
            Self::InputThroughputPerAccelerator => "Input throughput per accelerator",
            Self::Interactivity => "Interactivity, median",
            Self::SlowInteractivity => "Interactivity, p99",
            Self::EndToEndLatency => "End-to-end latency, median",
            Self::TimeToFirstToken => "Time to first token, median",
            Self::SlowTimeToFirstToken => "Time to first token, p99",
            Self::CostPerMillionTokens => "Cost per million tokens",
            Self::ThroughputPerMegawatt => "Throughput per megawatt",
            Self::MeasuredEnergyPerToken => "Measured board energy per token",
        }
    }

    /// Unit.
    pub fn unit(self) -> &'static str {
        match self {
            Self::ThroughputPerAccelerator
            | Self::OutputThroughputPerAccelerator
            | Self::InputThroughputPerAccelerator => "tok/s/accelerator",
            Self::Interactivity | Self::SlowInteractivity => "tok/s/user",
            Self::EndToEndLatency | Self::TimeToFirstToken | Self::SlowTimeToFirstToken => "s",
            Self::CostPerMillionTokens => "$/million tokens",
            Self::ThroughputPerMegawatt => "tok/s/MW",
            Self::MeasuredEnergyPerToken => "J/token",
        }
    }

    /// Which way is better.
    pub fn better(self) -> Direction {
        match self {
            Self::ThroughputPerAccelerator
            | Self::OutputThroughputPerAccelerator
            | Self::InputThroughputPerAccelerator
            | Self::Interactivity
            | Self::SlowInteractivity
            | Self::ThroughputPerMegawatt => Direction::Higher,
            Self::EndToEndLatency
            | Self::TimeToFirstToken
            | Self::SlowTimeToFirstToken
            | Self::CostPerMillionTokens
            | Self::MeasuredEnergyPerToken => Direction::Lower,
        }
    }

    /// How many requests a percentile needs before its tail is more than luck: the smallest number at which MLPerf's
    /// early-stopping rule (99 % confidence) accepts it. Absent for metrics that are no extreme percentile.
    pub fn requests_needed(self) -> Option<u64> {
        match self {
            Self::SlowInteractivity | Self::SlowTimeToFirstToken => requests_for_percentile(0.99),
            _ => None,
        }
    }

    /// The metric of one measurement; absent where the record, or the price book, lacks what it needs.
    pub fn value(self, measurement: &Measurement, economics: &Economics<'_>) -> Option<f64> {
        let throughput = measurement.throughput.as_ref();
        let per_accelerator =
            |whole: Option<f64>| Some(whole? / f64::from(measurement.deployment.accelerators?));
        let total = || per_accelerator(throughput?.total);
        let latency = measurement.latency.as_ref();
        let accelerator = &measurement.deployment.accelerator;
        let value = match self {
            Self::ThroughputPerAccelerator => total(),
            Self::OutputThroughputPerAccelerator => per_accelerator(throughput?.output),
            Self::InputThroughputPerAccelerator => per_accelerator(throughput?.input),
            Self::Interactivity => interactivity(latency?, |distribution| distribution.p50),
            Self::SlowInteractivity => interactivity(latency?, |distribution| distribution.p99),
            Self::EndToEndLatency => latency?.e2e.as_ref()?.p50,
            Self::TimeToFirstToken => latency?.ttft.as_ref()?.p50,
            Self::SlowTimeToFirstToken => latency?.ttft.as_ref()?.p99,
            Self::CostPerMillionTokens => economics.dollars_per_million_tokens(accelerator, total()?),
            Self::ThroughputPerMegawatt => economics.tokens_per_second_per_megawatt(accelerator, total()?),
            Self::MeasuredEnergyPerToken => {
                // Energy of boards that did other work, or none, is not this deployment's.
                let power = measurement.power.as_ref()?;
                power.joules_per_total_token.filter(|_| power.valid != Some(false) && power.boards.is_none())
            }
        };
        value.filter(|value| value.is_finite())
    }
}

/// A percentile of interactivity on the slow side is the reciprocal of the same percentile of tpot.
fn interactivity(latency: &Latency, percentile: impl Fn(&Distribution) -> Option<f64>) -> Option<f64> {
    let derived = latency.tpot.as_ref().and_then(&percentile).filter(|tpot| *tpot > 0.0).map(f64::recip);
    derived.or_else(|| latency.interactivity.as_ref().and_then(&percentile))
}
