//! Whether the hardware can have done what the records say.

use crate::{
    analysis::{Entry, Limit, LimitKind, limits},
    catalog::Catalog,
    finding::Finding,
    format,
};

/// Measurements beyond what their hardware can do: a wrong count, a wrong unit, or a wrong specification.
pub(crate) fn findings(catalog: &Catalog) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (run, record) in catalog.runs.iter().zip(&catalog.records) {
        for (index, measurement) in run.measurements.iter().enumerate() {
            let entry = Entry { run, measurement };
            if !entry.stands() {
                continue;
            }
            let hardware = catalog.accelerators.get(&measurement.deployment.accelerator);
            let model = catalog.models.get(&measurement.model.key);
            let (Some(hardware), Some(model)) = (hardware, model) else { continue };
            for limit in limits(measurement, &hardware.specification, model) {
                if limit.is_exceeded() {
                    findings.push(Finding::error(
                        &record.file,
                        record.line_of(index),
                        message(index, &limit),
                    ));
                }
            }
        }
    }
    findings
}

fn message(index: usize, limit: &Limit) -> String {
    let (what, unit) = match limit.kind {
        LimitKind::MemoryBandwidth => ("output throughput is beyond the memory bandwidth", "tok/s"),
        LimitKind::Compute => ("throughput is beyond the peak compute", "tok/s"),
        LimitKind::RatedPower => ("mean power is beyond the rating", "W"),
    };
    format!(
        "$.measurements[{index}]: {what}: {} {unit}, where at most {} is possible. Check the number of accelerators, \
         the unit and the specification; or set the outcome to `invalid` and say why",
        format::figure(limit.measured),
        format::figure(limit.limit),
    )
}
