//! Fixed-length rows of artifacts, of the API and of the site's CSV export.

use super::{
    anomaly::Anomaly,
    configuration::{Rejection, configuration, workload},
    figures, power,
    row::Row,
    topology::Shape,
};
use record::{Measurement, Outcome, Workload, WorkloadKind};

/// Keys that are known and have no field in the record.
pub(crate) const UNSTORED: [&str; 11] = [
    "avg_util_pct",
    "avg_mem_used_mb",
    "workers",
    "power_valid",
    "power_metric_schema_version",
    "prefill_joules_per_input_token",
    "decode_joules_per_output_token",
    "config_id",
    "id",
    "profile",
    "scenario_type",
];

/// Reads a row whose figures are in `values`: the row itself, or its `metrics`.
pub(crate) fn measurement(row: &Row<'_>, values: &Row<'_>) -> Result<Measurement, Rejection> {
    let workload = Workload {
        input_tokens: row.count("isl"),
        output_tokens: row.count("osl"),
        ..workload(WorkloadKind::FixedLength)
    };
    let mut measurement = configuration(row, workload)?;
    let deployment = &mut measurement.deployment;
    let mut shape = Shape { accelerators: deployment.accelerators, topology: deployment.topology.clone() };
    measurement.throughput = figures::throughput(values, &mut shape, &mut measurement.notes);
    if shape.accelerators.is_none() && values.number("tput_per_gpu").is_some() && !row.context.stand_in {
        return Err(Rejection("the number of accelerators is not stated".into()));
    }
    deployment.accelerators = shape.accelerators;
    deployment.topology = shape.topology;
    measurement.latency = figures::known(figures::latency(values, "", 1.0, None));
    measurement.power = power::power(
        values,
        measurement.deployment.accelerators,
        measurement.throughput.as_ref(),
        &mut measurement.notes,
    );
    if measurement.throughput.is_none() && measurement.latency.is_none() {
        row.context.anomaly(Anomaly::NoFigures);
        measurement.outcome = Outcome::Failed { why: "the source has the row, but no figures".into() };
    }
    Ok(measurement)
}
