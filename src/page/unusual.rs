//! Measurements that somebody should look at: beyond a physical limit, far off their own frontier, or far from their own past.
//! They are listed, and never removed.

use super::{
    charts::day_words,
    measurement::configuration,
    table::{Cell, Column, Table},
};
use crate::{
    analysis::{
        Analysis, Entry, LimitKind, Metric, SeriesKey, departures, histories, limits, metric_history,
        outliers,
    },
    format,
};
use std::collections::BTreeMap;

/// The list, newest first.
pub(super) fn table(analysis: &Analysis<'_>) -> Table {
    let mut found = beyond_limits(analysis);
    found.extend(off_the_frontier(analysis));
    found.extend(off_their_past(analysis));
    found.sort_by_key(|(entry, why)| (std::cmp::Reverse(entry.run.date), entry.href(), why.clone()));
    let rows = found
        .into_iter()
        .map(|(entry, why)| {
            let key = SeriesKey::of(&entry);
            let what = format!(
                "{} on {}, {}",
                analysis.catalog.model_name(&key.model),
                analysis.catalog.accelerator_name(&key.accelerator),
                key.workload.name()
            );
            let how =
                format!("{}, {}; {}", key.precision, configuration(entry.measurement), day_words(entry.run));
            vec![Cell::link(what, entry.href()), Cell::text(why), Cell::default().remark(how)]
        })
        .collect();
    Table {
        caption: "Measurements that are unusual".to_owned(),
        columns: vec![
            Column::words("Measurement"),
            Column::words("What is unusual"),
            Column::words("Configuration, run"),
        ],
        rows,
    }
}

/// Beyond what the hardware can do: an error of `site check` too.
fn beyond_limits<'a>(analysis: &Analysis<'a>) -> Vec<(Entry<'a>, String)> {
    let catalog = analysis.catalog;
    let of = |entry: Entry<'a>| {
        let hardware = catalog.accelerators.get(&entry.measurement.deployment.accelerator)?;
        let model = catalog.models.get(&entry.measurement.model.key)?;
        let limits = limits(entry.measurement, &hardware.specification, model);
        let limit = limits.into_iter().find(crate::analysis::Limit::is_exceeded)?;
        let what = match limit.kind {
            LimitKind::MemoryBandwidth => "memory bandwidth",
            LimitKind::Compute => "peak compute",
            LimitKind::RatedPower => "rated power",
        };
        Some((entry, format!("{} times what the {what} allows", format::figure(limit.share()))))
    };
    analysis.entries(|_| true).into_iter().filter_map(of).collect()
}

/// Far off the frontier of the rest of their own series in the same run.
fn off_the_frontier<'a>(analysis: &Analysis<'a>) -> Vec<(Entry<'a>, String)> {
    let mut groups: BTreeMap<(SeriesKey, &str), Vec<(Entry<'a>, (f64, f64))>> = BTreeMap::new();
    for entry in analysis.entries(|_| true) {
        let value = |metric: Metric| metric.value(entry.measurement, &analysis.economics);
        let point = value(Metric::Interactivity).zip(value(Metric::ThroughputPerAccelerator));
        let group = (SeriesKey::of(&entry), entry.run.id.as_str());
        groups.entry(group).or_default().extend(point.map(|point| (entry, point)));
    }
    let in_group = |group: Vec<(Entry<'a>, (f64, f64))>| {
        let points: Vec<(f64, f64)> = group.iter().map(|(_, point)| *point).collect();
        let words = |ratio: f64| {
            format!("{} of the throughput of its own run’s frontier at that interactivity", times(ratio))
        };
        let found = outliers(&points).into_iter();
        found.map(|outlier| (group[outlier.index].0, words(outlier.ratio))).collect::<Vec<_>>()
    };
    groups.into_values().flat_map(in_group).collect()
}

/// Far from the runs of the same configuration before them.
fn off_their_past<'a>(analysis: &Analysis<'a>) -> Vec<(Entry<'a>, String)> {
    let of_history = |history: Vec<Entry<'a>>| {
        let metric = Metric::ThroughputPerAccelerator;
        let (entries, values) = metric_history(&history, metric, &analysis.economics);
        let words = |ratio: f64, runs: usize| {
            format!("{} of the median throughput of the {runs} runs before it", times(ratio))
        };
        let found = departures(&values).into_iter();
        found.map(|it| (entries[it.index], words(it.ratio, it.history))).collect::<Vec<_>>()
    };
    histories(&analysis.catalog.runs).into_values().flat_map(of_history).collect()
}

fn times(ratio: f64) -> String {
    format!("{} times", format::significant(ratio, 2))
}
