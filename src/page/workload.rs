//! One model and workload: the frontiers of every accelerator, answers at service levels, and a page a precision.

use super::{
    LazyPage, Link, Page, Styles, Subject,
    best::{best_href, choice_sentence},
    charts::{Group, Scatter, day_words, edition_note, lower_first, scatter},
    label::{source_key, source_words},
    measurement::configuration,
    percentile,
    table::{Cell, Column, Table},
};
use crate::{
    analysis::{Analysis, Entry, Metric, SeriesKey, WorkloadKey, best_at},
    chart::Chart,
    format,
};
use record::{AcceleratorKey, ModelKey, RunKind};
use serde_json::json;
use std::collections::BTreeMap;

/// The six views of a workload.
pub(super) const VIEWS: [Scatter; 6] = [
    Scatter {
        id: "interactivity",
        x: Metric::Interactivity,
        y: Metric::ThroughputPerAccelerator,
        frontier_only: true,
    },
    Scatter { id: "cost", x: Metric::Interactivity, y: Metric::CostPerMillionTokens, frontier_only: true },
    Scatter {
        id: "end-to-end",
        x: Metric::EndToEndLatency,
        y: Metric::ThroughputPerAccelerator,
        frontier_only: true,
    },
    Scatter {
        id: "ttft",
        x: Metric::TimeToFirstToken,
        y: Metric::ThroughputPerAccelerator,
        frontier_only: true,
    },
    Scatter {
        id: "ttft-p99",
        x: Metric::SlowTimeToFirstToken,
        y: Metric::ThroughputPerAccelerator,
        frontier_only: true,
    },
    Scatter { id: "power", x: Metric::Interactivity, y: Metric::ThroughputPerMegawatt, frontier_only: true },
];

/// Interactivities of the table of answers, tokens/s/user.
pub(super) const LEVELS: [f64; 4] = [20.0, 50.0, 100.0, 150.0];

/// The address of a workload's page.
pub(super) fn workload_href(model: &ModelKey, workload: &WorkloadKey) -> String {
    format!("/models/{model}/{}/", workload.slug())
}

/// The explorer at a workload; with a precision, at what the page of that precision shows.
fn explore_href(model: &ModelKey, workload: &WorkloadKey, family: Option<&str>) -> String {
    let precision = family.map_or("all".to_owned(), |family| format!("{family}&by=series&points=all"));
    format!("/compare/?model={model}&workload={}&precision={precision}", workload.slug())
}

pub(super) fn pages<'a>(analysis: &'a Analysis<'a>, styles: &'a Styles) -> Vec<LazyPage<'a>> {
    let mut pages: Vec<LazyPage<'a>> = Vec::new();
    for (model, workloads) in analysis.workloads() {
        for workload in workloads {
            let (model, workload) = (model.clone(), workload.clone());
            for family in families(analysis, &model, &workload) {
                let (model, workload) = (model.clone(), workload.clone());
                pages.push(Box::new(move || precision_page(analysis, styles, &model, &workload, &family)));
            }
            pages.push(Box::new(move || page(analysis, styles, &model, &workload)));
        }
    }
    pages
}

/// The precision families that a workload was measured in.
pub(super) fn families(analysis: &Analysis<'_>, model: &ModelKey, workload: &WorkloadKey) -> Vec<String> {
    let mut families: Vec<String> =
        analysis.series_of(model, workload).map(|(key, _)| key.precision.family().to_owned()).collect();
    families.sort();
    families.dedup();
    families
}

/// All measurements of each accelerator and precision family, whatever the framework: what the hardware was shown to
/// do at its best.
pub(super) fn by_accelerator<'a>(
    analysis: &Analysis<'a>,
    styles: &Styles,
    model: &ModelKey,
    workload: &WorkloadKey,
) -> Vec<Group<'a>> {
    grouped(analysis, styles, analysis.series_of(model, workload))
}

/// The same for some series only.
pub(super) fn grouped<'a: 's, 's>(
    analysis: &Analysis<'a>,
    styles: &Styles,
    series: impl Iterator<Item = (&'s SeriesKey, &'s [Entry<'a>])>,
) -> Vec<Group<'a>> {
    let mut groups: BTreeMap<GroupKey, (&SeriesKey, Vec<Entry<'a>>)> = BTreeMap::new();
    for (key, entries) in series {
        let group = groups.entry(group_key(key)).or_insert_with(|| (key, Vec::new()));
        group.1.extend_from_slice(entries);
    }
    groups
        .into_values()
        .map(|(any, entries)| Group { entries, ..accelerator_group(analysis, styles, any) })
        .collect()
}

/// An accelerator, a precision family, and who measured.
pub(super) type GroupKey = (AcceleratorKey, String, RunKind, Option<String>);

/// The group that a series belongs to.
pub(super) fn group_key(series: &SeriesKey) -> GroupKey {
    let family = series.precision.family().to_owned();
    (series.accelerator.clone(), family, series.kind, series.organisation.clone())
}

/// The group of a series, still without measurements.
pub(super) fn accelerator_group(
    analysis: &Analysis<'_>,
    styles: &Styles,
    series: &SeriesKey,
) -> Group<'static> {
    let (accelerator, family) = (&series.accelerator, series.precision.family());
    let (mut key, mut name) = (
        format!("{accelerator}-{family}"),
        format!("{}, {}", analysis.catalog.accelerator_name(accelerator), family.to_uppercase()),
    );
    if let (Some(part), Some(words)) = (source_key(series), source_words(analysis, series)) {
        key.push_str(&format!("-{part}"));
        name.push_str(&format!(", {words}"));
    }
    Group { key, name, style: styles.group(series), entries: Vec::new() }
}

fn crumbs(analysis: &Analysis<'_>, model: &ModelKey) -> Vec<Link> {
    let own = analysis.catalog.model_href(model);
    let own = own.map(|href| Link::new(analysis.catalog.model_name(model), href));
    std::iter::once(Link::new("Models", "/models/")).chain(own).collect()
}

fn page(analysis: &Analysis<'_>, styles: &Styles, model: &ModelKey, workload: &WorkloadKey) -> Page {
    let name = analysis.catalog.model_name(model);
    let groups = by_accelerator(analysis, styles, model, workload);
    let of = format!("{name}, {}", workload.name());
    let entries: usize = groups.iter().map(|group| group.entries.len()).sum();
    let newest = groups.iter().flat_map(|group| &group.entries).map(|entry| entry.run.date).max();
    let oldest = groups.iter().flat_map(|group| &group.entries).map(|entry| entry.run.date).min();
    let href = workload_href(model, workload);
    let (charts, empty) = drawn_and_empty(analysis, &of, &VIEWS, &groups);
    let newest_entry = groups.iter().flat_map(|group| &group.entries).max_by_key(|entry| entry.run.date);
    let drawn = ids(&charts);
    let precisions: Vec<Link> = families(analysis, model, workload)
        .into_iter()
        .map(|family| Link::new(family.to_uppercase(), format!("{href}{family}/")))
        .collect();
    let others: Vec<Link> = analysis.workloads()[model]
        .iter()
        .filter(|other| **other != workload)
        .map(|other| Link::new(other.name(), workload_href(model, other)))
        .collect();
    Page {
        path: href,
        title: format!("{name}: {}", workload.name()),
        description: format!(
            "{} of {name} with {} on {}: throughput, latency, cost and power.",
            format::plural(entries, "measurement", "measurements"),
            workload.name(),
            format::plural(distinct_accelerators(&groups), "accelerator", "accelerators"),
        ),
        template: "workload",
        breadcrumbs: crumbs(analysis, model),
        content: json!({
            "model": { "text": name, "href": analysis.catalog.model_href(model) },
            "workload": workload.name(),
            "explore": explore_href(model, workload, None),
            "measurements": entries,
            "oldest": oldest.map(|day| day.to_string()),
            "newest": newest_entry.map(|entry| day_words(entry.run)),
            "best": best_sentences(analysis, &groups),
            "service_levels": best_href(model, workload),
            "choice": choice_sentence(analysis, model, workload),
            "precisions": precisions,
            "others": others,
            "answers": drawn.iter().any(|id| id == "interactivity").then(|| [
                answers(analysis, &groups, Metric::ThroughputPerAccelerator, &LEVELS).html(),
                answers(analysis, &groups, Metric::CostPerMillionTokens, &LEVELS).html(),
            ]),
            "edition": edition_note(analysis),
            "drawn": drawn,
            "empty": empty,
        }),
        charts,
        modified: newest,
        subject: Subject::Dataset { files: Vec::new(), variables: Default::default() },
        ..Page::default()
    }
}

/// The views that have something to show, and the names of those that don't.
fn drawn_and_empty(
    analysis: &Analysis<'_>,
    of: &str,
    views: &[Scatter],
    groups: &[Group<'_>],
) -> (Vec<Chart>, Vec<String>) {
    let charts = views.iter().map(|view| scatter(analysis, of, view, groups));
    let (drawn, empty): (Vec<Chart>, Vec<Chart>) = charts.partition(|chart| !chart.is_empty());
    (drawn, empty.into_iter().map(|chart| lower_first(&chart.title)).collect())
}

fn ids(charts: &[Chart]) -> Vec<String> {
    charts.iter().map(|chart| chart.id.clone()).collect()
}

fn distinct_accelerators(groups: &[Group<'_>]) -> usize {
    let accelerators: std::collections::BTreeSet<_> = groups
        .iter()
        .flat_map(|group| &group.entries)
        .map(|entry| &entry.measurement.deployment.accelerator)
        .collect();
    accelerators.len()
}

/// The answers that most readers come for, as sentences: cheapest and most productive at a common speed.
fn best_sentences(analysis: &Analysis<'_>, groups: &[Group<'_>]) -> Vec<String> {
    const LEVEL: f64 = 50.0;
    let ranked = |metric: Metric| -> Vec<(String, f64)> {
        let mut ranked: Vec<(String, f64)> = groups
            .iter()
            .filter(|group| group.entries.iter().all(|entry| entry.run.kind == RunKind::Official))
            .filter_map(|group| {
                let (_, value) = best_at(&group.entries, Some(LEVEL), metric, &analysis.economics)?;
                Some((group.name.clone(), value))
            })
            .collect();
        ranked.sort_by(|a, b| metric.better().signed(b.1).total_cmp(&metric.better().signed(a.1)));
        ranked.truncate(3);
        ranked
    };
    let sentence = |start: &str, unit: &str, ranked: Vec<(String, f64)>| -> Option<String> {
        let list: Vec<String> = ranked
            .into_iter()
            .map(|(name, value)| {
                format!("{name} ({}{})", if unit == "$" { "$" } else { "" }, format::figure(value))
            })
            .collect();
        (!list.is_empty())
            .then(|| format!("{start} at {LEVEL} tok/s/user or more: {}.", list.join("; then ")))
    };
    [
        sentence("Cheapest per million tokens, input and output,", "$", ranked(Metric::CostPerMillionTokens)),
        sentence("Most tokens/s per accelerator", "", ranked(Metric::ThroughputPerAccelerator)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// For each accelerator and precision, the best measured value among the measurements that reach each interactivity.
pub(super) fn answers(
    analysis: &Analysis<'_>,
    groups: &[Group<'_>],
    metric: Metric,
    levels: &[f64],
) -> Table {
    let economics = &analysis.economics;
    let mut columns = vec![Column::words("Accelerator, precision")];
    columns.extend(levels.iter().map(|level| Column::figures(format!("≥ {level}"), "tok/s/user")));
    let found: Vec<Vec<_>> = groups
        .iter()
        .map(|group| {
            levels.iter().map(|level| best_at(&group.entries, Some(*level), metric, economics)).collect()
        })
        .collect();
    let tops: Vec<Option<f64>> = (0..levels.len())
        .map(|level| {
            let values =
                found.iter().filter_map(|row| row[level].map(|(_, value)| metric.better().signed(value)));
            values.max_by(f64::total_cmp)
        })
        .collect();
    // Best first at a speed that many ask for; what never reached it comes last.
    let mut order: Vec<usize> = (0..groups.len()).collect();
    let common = levels.len().min(2) - 1;
    let value_at = |index: usize| found[index][common].map(|(_, value)| metric.better().signed(value));
    order.sort_by(|&a, &b| {
        value_at(b).unwrap_or(f64::NEG_INFINITY).total_cmp(&value_at(a).unwrap_or(f64::NEG_INFINITY))
    });
    let rows = order
        .into_iter()
        .map(|index| (&groups[index], &found[index]))
        .map(|(group, found)| {
            let mut row = vec![Cell::text(&group.name)];
            row.extend(found.iter().zip(&tops).map(|(found, top)| match found {
                None => Cell::default(),
                Some((entry, value)) => {
                    let framework = &entry.measurement.framework.key;
                    let cell = Cell::link(format::figure(*value), entry.href())
                        .remark(analysis.catalog.framework_name(framework));
                    Cell {
                        best: *top == Some(metric.better().signed(*value)),
                        ..percentile::flagged(cell, metric, entry)
                    }
                }
            }));
            row
        })
        .collect();
    let caption =
        format!("{} ({}): the best measurement at each interactivity or above", metric.name(), metric.unit());
    Table { caption, columns, rows }
}

fn precision_page(
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

/// A series in the legend: what tells it apart from the others on its page.
pub(super) fn series_name(analysis: &Analysis<'_>, key: &SeriesKey) -> String {
    let mut name = format!(
        "{}, {}",
        analysis.catalog.accelerator_name(&key.accelerator),
        analysis.catalog.framework_name(&key.framework)
    );
    if key.precision.as_str() != key.precision.family() {
        name.push_str(&format!(", {}", key.precision));
    }
    for words in key.method.special().into_iter().chain(source_words(analysis, key)) {
        name.push_str(&format!(", {words}"));
    }
    name
}

/// A series in words that tell it apart from every other of its workload, whatever the precision.
pub(super) fn full_series_name(analysis: &Analysis<'_>, key: &SeriesKey) -> String {
    let catalog = analysis.catalog;
    let mut parts = vec![
        catalog.accelerator_name(&key.accelerator).to_owned(),
        catalog.framework_name(&key.framework).to_owned(),
        key.precision.as_str().to_uppercase(),
    ];
    parts.extend(key.method.special());
    parts.extend(source_words(analysis, key));
    parts.join(", ")
}

/// Its key on charts.
pub(super) fn series_slug(key: &SeriesKey) -> String {
    let method: Vec<String> = key.method.special().into_iter().chain(source_key(key)).collect();
    let parts = format!("{}-{}-{}-{}", key.accelerator, key.framework, key.precision, method.join("-"));
    parts.trim_end_matches('-').replace(' ', "-").to_lowercase()
}
