//! What makes a measurement the one that it is.

use crate::{Measurement, Parallelism, Side, Topology, canonical::rounded};
use serde_json::{Value, json};

impl Measurement {
    /// The measurement's id in run `run`: 16 hexadecimal digits of BLAKE3 over the run's id and the identity.
    ///
    /// The identity is what every source of the same measurement states: accelerators and topology, model key,
    /// framework key, precision, speculative method, workload and arrival. What only some sources know (image,
    /// version, the model's exact name, figures) is left out, so that the same measurement reached by two ways has
    /// one id, and learning more about it doesn't change its address.
    pub fn identify(&self, run: &str) -> String {
        let identity = rounded(json!([run, self.identity()])).to_string();
        blake3::hash(identity.as_bytes()).to_hex()[..16].to_owned()
    }

    /// The identity as a canonical JSON value; see [`Measurement::identify`].
    pub fn identity(&self) -> Value {
        let deployment = &self.deployment;
        let topology = match &deployment.topology {
            Topology::Aggregated(side) => json!({ "aggregated": side_identity(side) }),
            Topology::Disaggregated { prefill, decode } => {
                json!({ "prefill": side_identity(prefill), "decode": side_identity(decode) })
            }
        };
        json!({
            "accelerator": deployment.accelerator,
            "topology": topology,
            "kv_cache_offload": deployment.kv_cache_offload.as_ref().map(|offload| (&offload.tier, &offload.backend)),
            "model": self.model.key,
            "framework": self.framework.key,
            "recipe": self.framework.recipe,
            "precision": self.precision,
            "speculative_decoding": self.speculative_method(),
            "workload": {
                "kind": self.workload.kind,
                "input_tokens": self.workload.input_tokens,
                "output_tokens": self.workload.output_tokens,
                "dataset": self.workload.dataset.as_ref().map(|dataset| &dataset.name),
            },
            "arrival": {
                "concurrency": self.arrival.concurrency,
                "rate_per_s": self.arrival.rate_per_s.map(crate::round_significant),
            },
        })
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

/// A degree that isn't stated is one, so that a source that leaves out `pipeline` and one that says 1 agree.
fn side_identity(side: &Side) -> Value {
    let Parallelism { tensor, pipeline, expert, prefill_context, decode_context, data_parallel_attention } =
        &side.parallelism;
    let degree = |stated: &Option<u32>| stated.unwrap_or(1);
    json!({
        "accelerator": side.accelerator,
        "accelerators": side.accelerators,
        "workers": degree(&side.workers),
        "tensor": degree(tensor),
        "pipeline": degree(pipeline),
        "expert": degree(expert),
        "prefill_context": degree(prefill_context),
        "decode_context": degree(decode_context),
        "data_parallel_attention": data_parallel_attention.unwrap_or(false),
    })
}
