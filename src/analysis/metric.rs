//! The quantities that charts and tables show, each computed from a measurement in one place.

use super::Economics;
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
    /// Dollars per million output tokens: all of the price over output tokens alone, as the input were free.
    CostPerMillionOutputTokens,
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
    /// Every metric, in the order in which readers choose from them.
    pub const ALL: [Self; 12] = [
        Self::Interactivity,
        Self::SlowInteractivity,
        Self::TimeToFirstToken,
        Self::SlowTimeToFirstToken,
        Self::EndToEndLatency,
        Self::ThroughputPerAccelerator,
        Self::OutputThroughputPerAccelerator,
        Self::InputThroughputPerAccelerator,
        Self::CostPerMillionTokens,
        Self::CostPerMillionOutputTokens,
        Self::ThroughputPerMegawatt,
        Self::MeasuredEnergyPerToken,
    ];

    /// Name for those who write: `throughput`.
    pub fn key(self) -> &'static str {
        match self {
            Self::ThroughputPerAccelerator => "throughput",
            Self::OutputThroughputPerAccelerator => "output-throughput",
            Self::InputThroughputPerAccelerator => "input-throughput",
            Self::Interactivity => "interactivity",
            Self::SlowInteractivity => "interactivity-p99",
            Self::EndToEndLatency => "end-to-end-latency",
            Self::TimeToFirstToken => "time-to-first-token",
            Self::SlowTimeToFirstToken => "time-to-first-token-p99",
            Self::CostPerMillionTokens => "cost",
            Self::CostPerMillionOutputTokens => "output-cost",
            Self::ThroughputPerMegawatt => "throughput-per-megawatt",
            Self::MeasuredEnergyPerToken => "measured-energy",
        }
    }

    /// Whether its value depends on an edition of the price book, which holds provisioned power too.
    pub fn needs_prices(self) -> bool {
        matches!(
            self,
            Self::CostPerMillionTokens | Self::CostPerMillionOutputTokens | Self::ThroughputPerMegawatt
        )
    }

    /// The figure that was measured, where this one derives from it by a price or a power, which have no noise.
    pub fn measured(self) -> Self {
        match self {
            Self::CostPerMillionTokens | Self::ThroughputPerMegawatt => Self::ThroughputPerAccelerator,
            Self::CostPerMillionOutputTokens => Self::OutputThroughputPerAccelerator,
            measured => measured,
        }
    }

    /// Name for readers.
    pub fn name(self) -> &'static str {
        match self {
            Self::ThroughputPerAccelerator => "Throughput (input + output) per accelerator",
            Self::OutputThroughputPerAccelerator => "Output throughput per accelerator",
            Self::InputThroughputPerAccelerator => "Input throughput per accelerator",
            Self::Interactivity => "Interactivity, median",
            Self::SlowInteractivity => "Interactivity, p99",
            Self::EndToEndLatency => "End-to-end latency, median",
            Self::TimeToFirstToken => "Time to first token, median",
            Self::SlowTimeToFirstToken => "Time to first token, p99",
            Self::CostPerMillionTokens => "Cost per million tokens (input + output)",
            Self::CostPerMillionOutputTokens => "Cost per million output tokens",
            Self::ThroughputPerMegawatt => "Throughput (input + output) per megawatt",
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
            Self::CostPerMillionOutputTokens => "$/million output tokens",
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
            | Self::CostPerMillionOutputTokens
            | Self::MeasuredEnergyPerToken => Direction::Lower,
        }
    }

    /// How many requests the metric needs, when it is an extreme percentile; see [`super::requests_needed`].
    pub fn requests_needed(self) -> Option<u64> {
        match self {
            Self::SlowInteractivity | Self::SlowTimeToFirstToken => super::requests_needed("p99"),
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
            Self::CostPerMillionOutputTokens => {
                economics.dollars_per_million_tokens(accelerator, per_accelerator(throughput?.output)?)
            }
            Self::ThroughputPerMegawatt => economics.tokens_per_second_per_megawatt(accelerator, total()?),
            Self::MeasuredEnergyPerToken => measured_joules_per_token(measurement),
        };
        value.filter(|value| value.is_finite())
    }
}

/// Measured board energy over input and output tokens, in joules. Energy of boards that did other work, or none, is not
/// this deployment's.
pub fn measured_joules_per_token(measurement: &Measurement) -> Option<f64> {
    let power = measurement.power.as_ref()?;
    power.joules_per_total_token.filter(|_| power.valid != Some(false) && power.boards.is_none())
}

/// A percentile of interactivity on the slow side is the reciprocal of the same percentile of tpot.
pub(super) fn interactivity(
    latency: &Latency,
    percentile: impl Fn(&Distribution) -> Option<f64>,
) -> Option<f64> {
    let derived = latency.tpot.as_ref().and_then(&percentile).filter(|tpot| *tpot > 0.0).map(f64::recip);
    derived.or_else(|| latency.interactivity.as_ref().and_then(&percentile))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::sample::{UNPRICED, measurement};
    use serde_json::{Value, json};

    fn value(metric: Metric, fields: &Value) -> Option<f64> {
        metric.value(&measurement(fields), &UNPRICED)
    }

    #[test]
    fn throughput_is_over_all_accelerators_of_the_deployment() {
        assert_eq!(value(Metric::ThroughputPerAccelerator, &json!({})), Some(1000.0));
        assert_eq!(value(Metric::OutputThroughputPerAccelerator, &json!({})), Some(125.0));
        assert_eq!(value(Metric::InputThroughputPerAccelerator, &json!({})), Some(875.0));
    }

    #[test]
    fn interactivity_is_the_reciprocal_of_the_same_percentile() {
        assert_eq!(value(Metric::Interactivity, &json!({})), Some(50.0));
        assert_eq!(value(Metric::SlowInteractivity, &json!({})), Some(20.0));
        let stated = json!({ "latency": { "interactivity": { "p50": 33.0 } } });
        assert_eq!(value(Metric::Interactivity, &stated), Some(33.0), "as stated, where it can't be derived");
        let both = json!({ "latency": { "tpot": { "p50": 0.1 }, "interactivity": { "p50": 33.0 } } });
        assert_eq!(value(Metric::Interactivity, &both), Some(10.0));
    }

    #[test]
    fn what_is_not_known_is_absent_and_never_zero_or_infinite() {
        let nothing = json!({ "throughput": null, "latency": null });
        for metric in Metric::ALL {
            assert_eq!(value(metric, &nothing), None, "{metric:?}");
        }
        let uncounted = json!({ "deployment": { "accelerator": "b200", "topology": { "aggregated": {} } } });
        assert_eq!(value(Metric::ThroughputPerAccelerator, &uncounted), None);
        let instant = json!({ "latency": { "tpot": { "p50": 0.0 } } });
        assert_eq!(value(Metric::Interactivity, &instant), None);
        let none = json!({ "deployment": { "accelerator": "b200", "accelerators": 0, "topology": { "aggregated": {} } } });
        assert_eq!(value(Metric::ThroughputPerAccelerator, &none), None);
        assert_eq!(value(Metric::CostPerMillionTokens, &json!({})), None, "without prices there is no cost");
    }

    #[test]
    fn energy_of_other_boards_or_of_a_refused_reading_is_not_shown() {
        let power = |more: Value| {
            let mut power = json!({ "method": "board_telemetry", "joules_per_total_token": 3.5 });
            for (name, value) in more.as_object().expect("fields") {
                power[name] = value.clone();
            }
            value(Metric::MeasuredEnergyPerToken, &json!({ "power": power }))
        };
        assert_eq!(power(json!({})), Some(3.5));
        assert_eq!(power(json!({ "valid": true })), Some(3.5));
        assert_eq!(power(json!({ "valid": false })), None);
        assert_eq!(power(json!({ "boards": 16 })), None);
    }

    #[test]
    fn every_metric_has_a_name_and_a_unit_of_its_own_kind() {
        for name in [Metric::name, Metric::key] {
            let names: std::collections::BTreeSet<&str> = Metric::ALL.into_iter().map(name).collect();
            assert_eq!(names.len(), Metric::ALL.len());
        }
        for metric in Metric::ALL {
            let slow_is_bad = metric.unit().starts_with('$') || matches!(metric.unit(), "s" | "J/token");
            assert_eq!(metric.better() == Direction::Lower, slow_is_bad, "{metric:?}");
        }
    }
}
