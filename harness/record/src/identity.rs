//! What makes a measurement the one that it is.

use crate::{AcceleratorKey, Measurement, RampShape, Side, Topology, WorkloadKind};
use serde::Serialize;

/// The identity of a measurement. It is hashed as JSON, so the order of these fields (alphabetical, as everywhere in the
/// canonical form) and their names are part of every address on the site: never change them.
#[derive(Serialize)]
struct Identity<'a> {
    accelerator: &'a AcceleratorKey,
    arrival: ArrivalIdentity,
    framework: &'a str,
    kv_cache_offload: Option<(&'a str, Option<&'a str>)>,
    model: &'a str,
    precision: &'a str,
    recipe: Option<&'a str>,
    speculative_decoding: &'a str,
    topology: TopologyIdentity<'a>,
    workload: WorkloadIdentity<'a>,
}

#[derive(Serialize)]
struct ArrivalIdentity {
    /// This and the next two are left out where they aren't, or are as usual: addresses are older than they.
    #[serde(skip_serializing_if = "Option::is_none")]
    burstiness: Option<f64>,
    concurrency: Option<u32>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    constant: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    ramp: Option<(RampShape, f64, f64)>,
    rate_per_s: Option<f64>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum TopologyIdentity<'a> {
    Aggregated { aggregated: SideIdentity<'a> },
    Disaggregated { decode: SideIdentity<'a>, prefill: SideIdentity<'a> },
}

#[derive(Serialize)]
struct SideIdentity<'a> {
    accelerator: Option<&'a AcceleratorKey>,
    accelerators: Option<u32>,
    data_parallel_attention: bool,
    decode_context: u32,
    expert: u32,
    pipeline: u32,
    prefill_context: u32,
    tensor: u32,
    workers: u32,
}

#[derive(Serialize)]
struct WorkloadIdentity<'a> {
    dataset: Option<&'a str>,
    input_tokens: Option<u32>,
    kind: WorkloadKind,
    output_tokens: Option<u32>,
}

impl<'a> SideIdentity<'a> {
    /// A degree that isn't stated is one, so that a source that leaves out `pipeline` and one that says 1 agree.
    fn of(side: &'a Side) -> Self {
        let degrees = &side.parallelism;
        Self {
            accelerator: side.accelerator.as_ref(),
            accelerators: side.accelerators,
            data_parallel_attention: degrees.data_parallel_attention.unwrap_or(false),
            decode_context: degrees.decode_context.unwrap_or(1),
            expert: degrees.expert.unwrap_or(1),
            pipeline: degrees.pipeline.unwrap_or(1),
            prefill_context: degrees.prefill_context.unwrap_or(1),
            tensor: degrees.tensor.unwrap_or(1),
            workers: side.workers.unwrap_or(1),
        }
    }
}

impl Measurement {
    /// The measurement's id in run `run`: 16 hexadecimal digits of BLAKE3 over the run's id and the identity.
    ///
    /// The identity is what every source of the same measurement states: accelerators and topology, model key,
    /// framework key, precision, speculative method, workload and arrival. What only some sources know (image,
    /// version, the model's exact name, figures) is left out, so that the same measurement reached by two ways has
    /// one id, and learning more about it doesn't change its address.
    pub fn identify(&self, run: &str) -> String {
        // Strings, numbers and booleans always have a JSON form.
        let identity = serde_json::to_vec(&(run, self.identity())).unwrap_or_default();
        blake3::hash(&identity).to_hex()[..16].to_owned()
    }

    fn identity(&self) -> Identity<'_> {
        let (deployment, workload) = (&self.deployment, &self.workload);
        Identity {
            accelerator: &deployment.accelerator,
            arrival: ArrivalIdentity {
                burstiness: (self.arrival.rate_per_s.and(self.arrival.burstiness))
                    .map(crate::round_significant)
                    .filter(|burstiness| *burstiness != 1.0),
                concurrency: self.arrival.concurrency,
                constant: self.arrival.constant.unwrap_or(false),
                ramp: (self.arrival.ramp.as_ref()).map(|ramp| {
                    let round = crate::round_significant;
                    (ramp.shape, round(ramp.from), round(ramp.duration_s))
                }),
                rate_per_s: self.arrival.rate_per_s.map(crate::round_significant),
            },
            framework: self.framework.key.as_str(),
            kv_cache_offload: (deployment.kv_cache_offload.as_ref())
                .map(|offload| (offload.tier.as_str(), offload.backend.as_deref())),
            model: self.model.key.as_str(),
            precision: self.precision.as_str(),
            recipe: self.framework.recipe.as_deref(),
            speculative_decoding: self.speculative_method(),
            topology: match &deployment.topology {
                Topology::Aggregated(side) => {
                    TopologyIdentity::Aggregated { aggregated: SideIdentity::of(side) }
                }
                Topology::Disaggregated { prefill, decode } => TopologyIdentity::Disaggregated {
                    decode: SideIdentity::of(decode),
                    prefill: SideIdentity::of(prefill),
                },
            },
            workload: WorkloadIdentity {
                dataset: workload.dataset.as_ref().map(|dataset| dataset.name.as_str()),
                input_tokens: workload.input_tokens,
                kind: workload.kind,
                output_tokens: workload.output_tokens,
            },
        }
    }

    /// The speculative decoding method; a source that doesn't say counts as `none`.
    pub fn speculative_method(&self) -> &str {
        self.speculative_decoding.as_ref().map_or("none", |speculative| &speculative.method)
    }

    /// A key that sorts measurements the way people look for them.
    pub(crate) fn order(&self) -> impl Ord + use<> {
        (
            self.model.key.clone(),
            self.workload.kind,
            (self.workload.input_tokens, self.workload.output_tokens),
            self.deployment.accelerator.clone(),
            self.framework.key.clone(),
            self.precision.clone(),
            self.speculative_method().to_owned(),
            (self.deployment.accelerators, self.arrival.concurrency),
        )
    }
}
