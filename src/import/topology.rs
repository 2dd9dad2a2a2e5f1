//! How a row's model is spread over how many accelerators.

use super::{anomaly::Anomaly, label, row::Row};
use record::{AcceleratorKey, Parallelism, Side, Topology};

/// The hardware of a row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Shape {
    /// All accelerators.
    pub(crate) accelerators: Option<u32>,
    pub(crate) topology: Topology,
}

/// What a side's stated count counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counts {
    /// Accelerators.
    Accelerators,
    /// Tensor × expert × workers, as in all accuracy rows of the API: 1,024 for a worker of 32 accelerators.
    Products,
}

/// Reads the topology of an artifact, API or accuracy row; `accelerator` is the deployment's.
pub(crate) fn shape(
    row: &Row<'_>,
    accelerator: &AcceleratorKey,
    disaggregated: bool,
    counts: Counts,
) -> Shape {
    if disaggregated { two_sides(row, accelerator, counts) } else { one_side(row) }
}

/// `num_prefill_gpu` of an aggregated API row is tensor × expert, which counts nothing: the degrees decide. Only a row
/// of several nodes that says that no accelerator decodes on its own means what it says.
fn one_side(row: &Row<'_>) -> Shape {
    let prefix =
        ["", "prefill_", "decode_"].into_iter().find(|prefix| row.count(&format!("{prefix}tp")).is_some());
    let prefix = prefix.unwrap_or("");
    // An aggregated row may state its one side twice.
    row.touch(&["decode_tp", "decode_pp", "decode_ep", "decode_pcp_size", "decode_dcp_size"]);
    row.touch(&["decode_dp_attention", "decode_num_workers"]);
    let parallelism = parallelism(row, prefix);
    let workers = row.count(&format!("{prefix}num_workers"));
    let by_degrees = product(&parallelism, workers);
    // Asked for even where unused, since they are known keys.
    let (stated, decode) = (row.count("num_prefill_gpu"), row.whole("num_decode_gpu"));
    let accelerators = match stated {
        Some(stated) if decode == Some(0) && row.flag("is_multinode") == Some(true) => {
            if by_degrees.is_some_and(|count| count != stated) {
                row.context.anomaly(Anomaly::AcceleratorsDisagree);
            }
            Some(stated)
        }
        _ => by_degrees,
    };
    let side = Side { accelerator: None, accelerators, workers, parallelism };
    Shape { accelerators, topology: Topology::Aggregated(side) }
}

fn two_sides(row: &Row<'_>, accelerator: &AcceleratorKey, counts: Counts) -> Shape {
    let disagree = std::cell::Cell::new(false);
    let side = |role: &str| {
        let parallelism = parallelism(row, &format!("{role}_"));
        let workers = row.count(&format!("{role}_num_workers"));
        let stated = row.count(&format!("num_{role}_gpu"));
        let by_degrees = product(&parallelism, workers);
        let many = |degree: Option<u32>| degree.unwrap_or(1) > 1;
        let is_product = counts == Counts::Products && many(parallelism.tensor) && many(parallelism.expert);
        disagree.set(disagree.get() || (is_product && stated != by_degrees));
        let accelerators = if is_product { by_degrees } else { stated.or(by_degrees) };
        let own = row.text(&format!("{role}_hw")).and_then(|hw| label::accelerator(row.context.names, hw));
        let own = own.filter(|own| *own != accelerator).cloned();
        Side { accelerator: own, accelerators, workers, parallelism }
    };
    let (prefill, decode) = (side("prefill"), side("decode"));
    if disagree.get() {
        row.context.anomaly(Anomaly::AcceleratorsDisagree);
    }
    let accelerators = match (prefill.accelerators, decode.accelerators) {
        (Some(prefill), Some(decode)) => prefill.checked_add(decode),
        _ => None,
    };
    Shape { accelerators, topology: Topology::Disaggregated { prefill, decode } }
}

fn parallelism(row: &Row<'_>, prefix: &str) -> Parallelism {
    let degree = |name: &str| row.count(&format!("{prefix}{name}"));
    Parallelism {
        tensor: degree("tp"),
        pipeline: degree("pp"),
        expert: degree("ep"),
        prefill_context: degree("pcp_size"),
        decode_context: degree("dcp_size"),
        data_parallel_attention: row.flag(&format!("{prefix}dp_attention")),
    }
}

/// Tensor × pipeline × prefill-context, times workers; expert and data-parallel-attention degrees add none.
fn product(parallelism: &Parallelism, workers: Option<u32>) -> Option<u32> {
    let factors = [parallelism.pipeline, parallelism.prefill_context, workers];
    let mut accelerators = parallelism.tensor?;
    for factor in factors.into_iter().flatten() {
        accelerators = accelerators.checked_mul(factor)?;
    }
    Some(accelerators)
}
