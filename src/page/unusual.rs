//! Measurements that somebody should look at: beyond a physical limit, far off their own frontier, or far from their own past.
//! They are listed, and never removed.

use super::{
    charts::{day_words, point_label},
    measurement::configuration,
    table::{Cell, Column, Table},
};
use crate::{
    analysis::{Analysis, Entry, LimitKind, Metric, SeriesKey, limits, outliers, standing_entries},
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
            let how = [
                key.precision.to_string(),
                configuration(entry.measurement),
                point_label(entry.measurement),
                format!("run of {}", day_words(entry.run)),
            ];
            let how = how.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
            vec![Cell::link(what, entry.href()), Cell::text(why), Cell::default().remark(how)]
        })
        .collect();
    Table {
        caption: "Measurements that are unusual".to_owned(),
        columns: vec![
            Column::words("Measurement"),
            Column::words("What is unusual"),
            Column::words("Configuration, load, run"),
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
    standing_entries(&catalog.runs).filter_map(of).collect()
}

/// Far off the frontier of the rest of their own series in the same run.
fn off_the_frontier<'a>(analysis: &Analysis<'a>) -> Vec<(Entry<'a>, String)> {
    let mut groups: BTreeMap<(SeriesKey, &str), Vec<(Entry<'a>, (f64, f64))>> = BTreeMap::new();
    for entry in standing_entries(&analysis.catalog.runs) {
        let value = |metric: Metric| metric.value(entry.measurement, &analysis.economics);
        let point = value(Metric::Interactivity).zip(value(Metric::ThroughputPerAccelerator));
        let group = (SeriesKey::of(&entry), entry.run.id.as_str());
        groups.entry(group).or_default().extend(point.map(|point| (entry, point)));
    }
    let in_group = |group: Vec<(Entry<'a>, (f64, f64))>| {
        let points: Vec<(f64, f64)> = group.iter().map(|(_, point)| *point).collect();
        let words = |ratio: f64| {
            format!("{} the throughput of its own run’s frontier at that interactivity", times(ratio))
        };
        let found = outliers(&points).into_iter();
        found.map(|outlier| (group[outlier.index].0, words(outlier.ratio))).collect::<Vec<_>>()
    };
    groups.into_values().flat_map(in_group).collect()
}

/// Far from the runs of the same configuration before them, since its last confirmed change.
fn off_their_past<'a>(analysis: &Analysis<'a>) -> Vec<(Entry<'a>, String)> {
    let words = |ratio: f64, runs: usize| {
        format!("{} the median throughput of the {runs} runs before it", times(ratio))
    };
    let of_throughput = analysis
        .trends()
        .histories()
        .filter_map(|(_, history)| (history.metric == Metric::ThroughputPerAccelerator).then_some(history));
    of_throughput
        .flat_map(|history| {
            let found = history.departures().into_iter();
            found.map(|it| (history.entries[it.index], words(it.ratio, it.history)))
        })
        .collect()
}

fn times(ratio: f64) -> String {
    format!("{} times", format::significant(ratio, 2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        analysis::sample::{catalog, measurement, run},
        config::Config,
    };
    use serde_json::json;

    #[test]
    fn a_run_far_from_its_past_and_a_point_far_off_its_frontier_are_listed_with_the_factor() {
        let config: Config = toml::from_str(include_str!("../../site.toml")).expect("settings");
        let at = |concurrency: u32, tpot: f64, total: f64| {
            measurement(&json!({
                "id": format!("{concurrency:016}"),
                "arrival": { "concurrency": concurrency },
                "latency": { "tpot": { "p50": tpot } },
                "throughput": { "total": total },
            }))
        };
        let mut runs: Vec<_> = (1..9)
            .map(|day| run(&format!("r{day}"), &format!("2026-01-0{day}"), vec![at(4, 0.01, 8000.0)]))
            .collect();
        runs[7].measurements = vec![at(4, 0.01, 2000.0)];
        let curve = (1..12_u32).map(|x| {
            let total = 80_000.0 / f64::from(1 + x);
            at(100 + x, 0.1 / f64::from(x), if x == 6 { total / 4.0 } else { total })
        });
        runs.push(run("s", "2026-02-01", curve.collect()));
        let catalog = catalog(runs);
        let table = table(&Analysis::new(&config, &catalog));
        let rows: Vec<(&str, &str)> = (table.rows.iter())
            .map(|row| (row[0].href.as_deref().unwrap_or_default(), row[1].text.as_str()))
            .collect();
        assert_eq!(
            rows,
            [
                (
                    "/runs/s/#m-0000000000000106",
                    "0.25 times the throughput of its own run’s frontier at that interactivity"
                ),
                ("/runs/r8/#m-0000000000000004", "0.25 times the median throughput of the 7 runs before it"),
            ]
        );
    }
}
