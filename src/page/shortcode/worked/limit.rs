//! A measurement against what memory bandwidth allows.

use super::{Step, Worked, named, number, percent, series, work};
use crate::{
    analysis::{Analysis, Entry, Limit, LimitKind, SeriesKey, limits},
    format,
};

/// The measurement of the leading workload that comes closest to the limit without speculation.
pub(super) fn memory_bandwidth(analysis: &Analysis<'_>) -> Option<Worked> {
    let all = series(analysis);
    let (first, _) = all.first()?;
    let here = |key: &SeriesKey| (&key.model, &key.workload) == (&first.model, &first.workload);
    let entries = all.iter().filter(|(key, _)| here(key)).flat_map(|(_, entries)| *entries);
    let (entry, limit) = entries
        .filter(|entry| entry.measurement.speculative_method() == "none")
        .filter_map(|entry| Some((entry, bandwidth_limit(analysis, entry)?)))
        .max_by(|a, b| a.1.share().total_cmp(&b.1.share()))?;
    steps(analysis, entry, &limit)
}

fn bandwidth_limit(analysis: &Analysis<'_>, entry: &Entry<'_>) -> Option<Limit> {
    let hardware = analysis.catalog.accelerators.get(&entry.measurement.deployment.accelerator)?;
    let model = analysis.catalog.models.get(&entry.measurement.model.key)?;
    limits(entry.measurement, &hardware.specification, model)
        .into_iter()
        .find(|limit| limit.kind == LimitKind::MemoryBandwidth)
}

fn steps(analysis: &Analysis<'_>, entry: &Entry<'_>, limit: &Limit) -> Option<Worked> {
    let measurement = entry.measurement;
    let hardware = analysis.catalog.accelerators.get(&measurement.deployment.accelerator)?;
    let facts = &analysis.catalog.models.get(&measurement.model.key)?.facts;
    let active = facts.active_parameters_billion.or(facts.total_parameters_billion)?;
    let bandwidth = hardware.specification.memory.bandwidth_tb_per_s?;
    let (accelerators, batch) = (measurement.deployment.accelerators?, measurement.arrival.concurrency?);
    // What the limit was worked out with, so that the example can't tell another story.
    let bytes = f64::from(accelerators) * bandwidth * 1e12 * f64::from(batch) / limit.limit;
    let key = SeriesKey::of(entry);
    Some(Worked {
        caption: format!("output tokens against memory bandwidth, {}", work(analysis, &key)),
        of: vec![named(analysis, entry)],
        steps: vec![
            Step::new(
                "Bytes that a step must read",
                format!("{active} billion active parameters in {}", measurement.precision.as_str().to_uppercase()),
                format!("{} GB", number(bytes / 1e9)),
            ),
            Step::new(
                "Steps each second",
                format!("{accelerators} accelerators · {bandwidth} TB/s / {} GB", number(bytes / 1e9)),
                number(limit.limit / f64::from(batch)),
            ),
            Step::new(
                "Output tokens at most",
                format!("{} · {}", number(limit.limit / f64::from(batch)), format::plural(batch as usize, "request in flight", "requests in flight")),
                format!("{} tok/s", number(limit.limit)),
            ),
            Step::new("Measured", "output tokens of the deployment", format!("{} tok/s", number(limit.measured))).from(entry),
            Step::new("Share of the limit", format!("{} / {}", number(limit.measured), number(limit.limit)), percent(limit.share())),
        ],
        conclusion: "The limit is generous: attention, caches and further experts must be read too. A share above 1 would be an error.".to_owned(),
    })
}
