//! What the site knows, as tables: one file a table. A new table is one file and one line here.

mod accuracy;
mod change_points;
mod frameworks;
mod hardware;
mod measurements;
mod models;
mod prices;
mod reliability;
mod runs;

use super::{DatasetError, Table};
use crate::{
    analysis::{Analysis, Entry, WorkloadKey},
    catalog::SourceLink,
};
use record::Retraction;

/// Every table, in the order in which readers see them.
///
/// # Errors
/// Only when a table is wrongly defined, or the analysis states one thing twice.
pub fn tables<'a>(analysis: &Analysis<'a>) -> Result<Vec<Table<'a>>, DatasetError> {
    let entries = entries(analysis);
    Ok(vec![
        measurements::table(analysis, &entries)?,
        runs::table(analysis)?,
        accuracy::table(analysis, &entries)?,
        change_points::table(analysis)?,
        reliability::table(analysis)?,
        hardware::table(analysis)?,
        models::table(analysis)?,
        frameworks::table(analysis)?,
        prices::table(analysis)?,
    ])
}

/// Every measurement of every run, withdrawn ones among them, in the order in which readers skip what they don't want: by
/// model, workload, accelerator, precision, framework, day and load. Parquet files tell their readers so.
fn entries<'a>(analysis: &Analysis<'a>) -> Vec<Entry<'a>> {
    let runs = analysis.catalog.runs.iter();
    let mut entries: Vec<Entry<'a>> = runs
        .flat_map(|run| run.measurements.iter().map(move |measurement| Entry { run, measurement }))
        .collect();
    entries.sort_by_cached_key(|Entry { run, measurement }| {
        (
            measurement.model.key.as_str(),
            WorkloadKey::of(&measurement.workload).slug(),
            measurement.deployment.accelerator.as_str(),
            measurement.precision.as_str(),
            measurement.framework.key.as_str(),
            run.date,
            measurement.arrival.concurrency,
            measurement.id.as_str(),
        )
    });
    entries
}

/// The withdrawal of a measurement, or of its whole run.
fn retraction<'a>(entry: &Entry<'a>) -> Option<&'a Retraction> {
    entry.measurement.retracted.as_ref().or(entry.run.retracted.as_ref())
}

/// The addresses of sources, or the titles of those that have none.
fn addresses(sources: &[SourceLink]) -> Option<String> {
    let addresses: Vec<&str> =
        sources.iter().map(|source| source.url.as_deref().unwrap_or(&source.title)).collect();
    (!addresses.is_empty()).then(|| addresses.join("; "))
}

/// An enumeration's word, as records and addresses have it.
fn word(value: impl serde::Serialize) -> Option<String> {
    serde_json::to_value(value).ok()?.as_str().map(str::to_owned)
}
