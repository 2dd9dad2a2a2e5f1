//! One precision of a workload: every series and every measurement of it.

use super::{
    super::{
        Link, Page, Styles,
        charts::{Group, Scatter, day_words},
        measurement::configuration,
        percentile,
        table::{Cell, Column, Table},
    },
    VIEWS, crumbs, drawn_and_empty, explore_href, ids, series_name, series_slug, workload_href,
};
use crate::{
    analysis::{Analysis, Entry, Metric, SeriesKey, WorkloadKey},
    format,
};
use record::ModelKey;
use serde_json::json;

/// The page of one family of precisions.
pub(super) fn page(
    analysis: &Analysis<'_>,
    styles: &Styles,
    model: &ModelKey,
    workload: &WorkloadKey,
    family: &str,
) -> Page {
    let name = analysis.catalog.model_name(model);
    let title = format!("{name}: {}, {}", workload.name(), family.to_uppercase());
    let series: Vec<(&SeriesKey, &[Entry<'_>])> =
        analysis.series_of(model, workload).filter(|(key, _)| key.precision.family() == family).collect();
    let groups: Vec<Group<'_>> = series
        .iter()
        .map(|(key, entries)| Group {
            key: series_slug(key),
            name: series_name(analysis, key),
            style: styles.series(key),
            entries: entries.to_vec(),
        })
        .collect();
    let views = [
        Scatter { id: "interactivity", frontier_only: false, ..VIEWS[0] },
        Scatter { id: "cost", frontier_only: false, ..VIEWS[1] },
    ];
    let (charts, _) = drawn_and_empty(analysis, &title, &views, &groups);
    let newest = groups.iter().flat_map(|group| &group.entries).map(|entry| entry.run.date).max();
    let entries: usize = groups.iter().map(|group| group.entries.len()).sum();
    let mut breadcrumbs = crumbs(analysis, model);
    breadcrumbs.push(Link::new(workload.name(), workload_href(model, workload)));
    Page {
        path: format!("{}{family}/", workload_href(model, workload)),
        description: format!(
            "Every series of {title}: {} in {}, each with its framework, configuration and run.",
            format::plural(entries, "measurement", "measurements"),
            format::plural(groups.len(), "series", "series"),
        ),
        template: "precision",
        breadcrumbs,
        content: json!({
            "table": measurements(analysis, &title, &groups).html(),
            "series": groups.len(),
            "measurements": entries,
            "overview": workload_href(model, workload),
            "explore": explore_href(model, workload, Some(family)),
            "drawn": ids(&charts),
        }),
        charts,
        title,
        modified: newest,
        ..Page::default()
    }
}

/// Every measurement with the figures that the charts show.
fn measurements(analysis: &Analysis<'_>, title: &str, groups: &[Group<'_>]) -> Table {
    const METRICS: [Metric; 8] = [
        Metric::ThroughputPerAccelerator,
        Metric::OutputThroughputPerAccelerator,
        Metric::Interactivity,
        Metric::EndToEndLatency,
        Metric::TimeToFirstToken,
        Metric::SlowTimeToFirstToken,
        Metric::CostPerMillionTokens,
        Metric::CostPerMillionOutputTokens,
    ];
    let mut columns = vec![
        Column::words("Series"),
        Column::figures("Concurrency", ""),
        Column::words("Configuration"),
        Column::words("Run"),
    ];
    columns.extend(METRICS.map(|metric| Column::figures(metric.name(), metric.unit())));
    let rows = groups
        .iter()
        .flat_map(|group| group.entries.iter().map(move |entry| (group, entry)))
        .map(|(group, entry)| {
            let measurement = entry.measurement;
            let concurrency = measurement.arrival.concurrency.map(|c| format::count(c as usize));
            let mut row = vec![
                Cell::text(&group.name),
                Cell::link(concurrency.unwrap_or_else(|| "open".to_owned()), entry.href()),
                Cell::text(configuration(measurement)),
                Cell::link(day_words(entry.run), format!("/runs/{}/", entry.run.id))
                    .label(analysis.label(entry)),
            ];
            row.extend(METRICS.map(|metric| percentile::figure(metric, entry, &analysis.economics)));
            row
        })
        .collect();
    Table { caption: format!("Every measurement of {title}"), columns, rows }
}
