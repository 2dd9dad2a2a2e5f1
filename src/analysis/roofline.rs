//! What hardware can do at most, and how close a measurement comes.
//!
//! Williams, Waterman and Patterson (2009), "Roofline: an insightful visual performance model". Each limit is generous on
//! purpose: what it leaves out (attention, caches, experts beyond those of one token, scales of quantised weights) would only
//! lower it. A measurement above a limit is wrong, or its record is.

use crate::catalog::{Model, Specification};
use record::{Measurement, Precision, WorkloadKind};

/// Power regulators overshoot for moments; a mean this far over the rating is still no finding.
const POWER_TOLERANCE: f64 = 1.05;

/// Which limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LimitKind {
    /// Output tokens/s of the deployment, against memory bandwidth over the bytes that a token must read.
    MemoryBandwidth,
    /// Computed tokens/s of the deployment, against peak dense compute over the operations of a token.
    Compute,
    /// Mean watts of one board, against its rating.
    RatedPower,
}

impl LimitKind {
    /// Every limit.
    pub const ALL: [Self; 3] = [Self::MemoryBandwidth, Self::Compute, Self::RatedPower];

    /// Name for readers.
    pub fn name(self) -> &'static str {
        match self {
            Self::MemoryBandwidth => "Memory bandwidth",
            Self::Compute => "Peak compute",
            Self::RatedPower => "Rated power",
        }
    }

    /// Unit of the figures.
    pub fn unit(self) -> &'static str {
        match self {
            Self::MemoryBandwidth => "output tok/s",
            Self::Compute => "tok/s",
            Self::RatedPower => "W",
        }
    }
}

/// A measured figure beside what it can't exceed, in the unit of its kind.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limit {
    /// Which limit.
    pub kind: LimitKind,
    /// What was measured.
    pub measured: f64,
    /// The limit.
    pub limit: f64,
}

impl Limit {
    /// The share of the limit that was reached.
    pub fn share(&self) -> f64 {
        self.measured / self.limit
    }

    /// Whether the figure is impossible.
    pub fn is_exceeded(&self) -> bool {
        let tolerance = if self.kind == LimitKind::RatedPower { POWER_TOLERANCE } else { 1.0 };
        self.share() > tolerance
    }
}

/// The limits that are known for a measurement on this hardware, of this model.
pub fn limits(measurement: &Measurement, hardware: &Specification, model: &Model) -> Vec<Limit> {
    let active = model.facts.active_parameters_billion.or(model.facts.total_parameters_billion);
    let active = active.map(|billions| billions * 1e9);
    let found = [
        active.and_then(|active| memory_bandwidth(measurement, hardware, active)),
        active.and_then(|active| compute(measurement, hardware, active)),
        rated_power(measurement, hardware),
    ];
    let sound = |limit: &Limit| limit.measured.is_finite() && limit.limit.is_finite() && limit.limit > 0.0;
    found.into_iter().flatten().filter(sound).collect()
}

/// Output tokens/s against accelerators × bandwidth ÷ (active parameters × bytes per weight ÷ batch), the batch being all
/// requests in flight, times the tokens that a step of speculative decoding yields. Unknown where the batch or that
/// yield isn't known, or where prefill and decode use different accelerators.
fn memory_bandwidth(measurement: &Measurement, hardware: &Specification, active: f64) -> Option<Limit> {
    let bandwidth = hardware.memory.bandwidth_tb_per_s? * 1e12;
    let accelerators = f64::from(measurement.deployment.accelerators?);
    let batch = f64::from(measurement.arrival.concurrency?);
    let per_step = match measurement.speculative_method() {
        "none" => 1.0,
        _ => measurement.speculative_decoding.as_ref()?.accepted_length?.max(1.0),
    };
    let bytes = active * bytes_per_weight(&measurement.precision)?;
    Some(Limit {
        kind: LimitKind::MemoryBandwidth,
        measured: measurement.throughput.as_ref()?.output?,
        limit: accelerators * bandwidth / bytes * batch * per_step,
    })
}

/// Computed tokens/s against accelerators × peak ÷ (2 × active parameters): a multiplication and an addition each. Input
/// tokens served from a cache aren't computed; where their share isn't known and caches may be on, only output counts.
fn compute(measurement: &Measurement, hardware: &Specification, active: f64) -> Option<Limit> {
    let throughput = measurement.throughput.as_ref()?;
    let cached = measurement.tokens.as_ref().and_then(|tokens| tokens.cache_hit_share);
    let computed_share = match (measurement.workload.kind, cached) {
        (_, Some(share)) => (1.0 - share).clamp(0.0, 1.0),
        (WorkloadKind::FixedLength, None) => 1.0,
        (_, None) => 0.0,
    };
    let input = if computed_share > 0.0 { throughput.input? * computed_share } else { 0.0 };
    let peak = peak_flops(hardware, &measurement.precision)?;
    Some(Limit {
        kind: LimitKind::Compute,
        measured: input + throughput.output?,
        limit: f64::from(measurement.deployment.accelerators?) * peak / (2.0 * active),
    })
}

/// Mean board power against the rating. Figures that cover other boards than the deployment's say nothing of it.
fn rated_power(measurement: &Measurement, hardware: &Specification) -> Option<Limit> {
    let power = measurement.power.as_ref().filter(|power| power.boards.is_none())?;
    Some(Limit {
        kind: LimitKind::RatedPower,
        measured: power.average_per_accelerator_w?,
        limit: hardware.power.rated_w?,
    })
}

/// Bytes of one weight, scales left out; `None` for a format that isn't known.
fn bytes_per_weight(precision: &Precision) -> Option<f64> {
    match precision.family() {
        "fp4" | "int4" => Some(0.5),
        "fp8" | "int8" => Some(1.0),
        "bf16" | "fp16" => Some(2.0),
        "fp32" => Some(4.0),
        _ => None,
    }
}

/// The greatest dense peak, in operations/s, at which weights of this precision could be multiplied.
fn peak_flops(hardware: &Specification, precision: &Precision) -> Option<f64> {
    let peaks = &hardware.compute;
    let usable = match precision.family() {
        "bf16" | "fp16" | "fp32" => [peaks.bf16_tflops, None, None],
        "fp8" | "int8" => [peaks.bf16_tflops, peaks.fp8_tflops, None],
        _ => [peaks.bf16_tflops, peaks.fp8_tflops, peaks.fp4_tflops],
    };
    usable.into_iter().flatten().reduce(f64::max).map(|tera| tera * 1e12)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn committed() -> crate::catalog::Catalog {
        crate::catalog::load(std::path::Path::new(env!("CARGO_MANIFEST_DIR")), false)
            .expect("the committed content")
    }

    #[test]
    fn committed_measurements_keep_their_limits() {
        let catalog = committed();
        let (mut known, mut exceeded) = (0, 0);
        for entry in crate::analysis::standing_entries(&catalog.runs) {
            let measurement = entry.measurement;
            let hardware = catalog.accelerators.get(&measurement.deployment.accelerator);
            let Some((hardware, model)) = hardware.zip(catalog.models.get(&measurement.model.key)) else {
                continue;
            };
            for limit in limits(measurement, &hardware.specification, model) {
                known += 1;
                if limit.is_exceeded() {
                    exceeded += 1;
                    eprintln!("{} {limit:?}", entry.href());
                }
            }
        }
        eprintln!("{exceeded} of {known} limits exceeded");
        assert!(known > 1000);
        assert_eq!(exceeded, 0);
    }

    #[test]
    fn an_impossible_figure_is_found() {
        let catalog = committed();
        let entry = crate::analysis::standing_entries(&catalog.runs)
            .find(|entry| {
                let measurement = entry.measurement;
                measurement.deployment.accelerators.is_some()
                    && measurement.arrival.concurrency.is_some()
                    && measurement.speculative_method() == "none"
                    && measurement.throughput.as_ref().is_some_and(|figures| figures.output.is_some())
            })
            .expect("a measurement with a concurrency");
        let mut measurement = entry.measurement.clone();
        let hardware = &catalog.accelerators[&measurement.deployment.accelerator].specification;
        let model = &catalog.models[&measurement.model.key];
        let exceeded =
            |measurement: &Measurement| limits(measurement, hardware, model).iter().any(Limit::is_exceeded);
        assert!(!exceeded(&measurement));
        if let Some(output) = measurement.throughput.as_mut().and_then(|figures| figures.output.as_mut()) {
            *output *= 1e6;
        }
        assert!(exceeded(&measurement));
    }
}
