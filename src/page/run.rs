//! Runs: the list, by month when it is long, and every measurement of one run.

use super::{
    LazyPage, Link, Page,
    charts::{day_words, edition_note},
    home::run_line,
    label, measurement, percentile,
    run_difference::neighbours,
    table::{Cell, Column, Table},
    tombstone,
};
use crate::{
    analysis::{Analysis, Entry, Metric},
    format,
    markdown::is_safe,
};
use record::{Reference, Run};
use serde_json::json;
use std::collections::BTreeMap;

/// The list of all runs shows this many; older ones are on pages by month.
const NEWEST: usize = 100;

/// With more measurements a run's page leaves their raw records to `record.json`: a phone is slow with half a megabyte.
const MOST_RAW: usize = 40;

pub(super) fn pages<'a>(analysis: &'a Analysis<'a>) -> Vec<LazyPage<'a>> {
    let mut pages: Vec<LazyPage<'a>> = vec![Box::new(|| index(analysis))];
    for (month, runs) in by_month(analysis) {
        pages.push(Box::new(move || month_page(analysis, &month, &runs)));
    }
    for run in &analysis.catalog.runs {
        pages.push(Box::new(move || page(analysis, run)));
    }
    pages
}

/// Runs by month, newest first; nothing when the list of all runs holds them.
fn by_month<'a>(analysis: &Analysis<'a>) -> BTreeMap<String, Vec<&'a Run>> {
    let runs = &analysis.catalog.runs;
    let mut months: BTreeMap<String, Vec<&Run>> = BTreeMap::new();
    if runs.len() > NEWEST {
        for run in runs.iter().rev() {
            months.entry(run.date.strftime("%Y-%m").to_string()).or_default().push(run);
        }
    }
    months
}

fn month_href(month: &str) -> String {
    format!("/runs/in-{month}/")
}

fn index(analysis: &Analysis<'_>) -> Page {
    let runs = &analysis.catalog.runs;
    let newest: Vec<_> = runs.iter().rev().take(NEWEST).map(|run| run_line(analysis, run)).collect();
    let months: Vec<_> = by_month(analysis)
        .into_iter()
        .rev()
        .map(|(month, runs)| json!({ "text": month, "href": month_href(&month), "runs": runs.len() }))
        .collect();
    Page {
        path: "/runs/".to_owned(),
        title: "Runs".to_owned(),
        description: "Every run that the results come from, newest first.".to_owned(),
        template: "runs",
        content: json!({ "runs": newest, "all": format::count(runs.len()), "months": months }),
        modified: runs.last().map(|run| run.date),
        ..Page::default()
    }
}

fn month_page(analysis: &Analysis<'_>, month: &str, runs: &[&Run]) -> Page {
    let lines: Vec<_> = runs.iter().map(|run| run_line(analysis, run)).collect();
    Page {
        path: month_href(month),
        title: format!("Runs in {month}"),
        description: format!("The {} of {month}.", format::plural(runs.len(), "run", "runs")),
        template: "runs",
        breadcrumbs: vec![Link::new("Runs", "/runs/")],
        content: json!({ "runs": lines, "all": format::count(runs.len()), "months": [] }),
        modified: runs.first().map(|run| run.date),
        ..Page::default()
    }
}

/// The key figures of a long run's measurements in one table, each linked to all of its own.
fn overview(analysis: &Analysis<'_>, run: &Run) -> Option<Table> {
    /// Fewer measurements are seen at a glance.
    const FROM: usize = 4;
    const METRICS: [Metric; 6] = [
        Metric::ThroughputPerAccelerator,
        Metric::Interactivity,
        Metric::TimeToFirstToken,
        Metric::SlowTimeToFirstToken,
        Metric::EndToEndLatency,
        Metric::CostPerMillionTokens,
    ];
    let measured: Vec<_> = run.measurements.iter().filter(|it| it.accuracy.is_none()).collect();
    let mut columns = vec![Column::words("Measurement"), Column::words("Configuration")];
    columns.extend(METRICS.map(|metric| Column::figures(metric.name(), metric.unit())));
    let rows = measured
        .iter()
        .map(|measurement| {
            let heading = measurement::heading(analysis.catalog, measurement);
            let mut row = vec![
                Cell::link(heading, format!("#m-{}", measurement.id)),
                Cell::text(measurement::configuration(measurement)),
            ];
            let entry = Entry { run, measurement };
            let label = analysis.label(&entry);
            if label != analysis.run_label(run) {
                row[0].label = Some(label);
            }
            row.extend(METRICS.map(|metric| percentile::figure(metric, &entry, &analysis.economics)));
            row
        })
        .collect();
    let caption = "Every measurement of the run; all figures of each are below".to_owned();
    (measured.len() >= FROM).then_some(Table { caption, columns, rows })
}

fn page(analysis: &Analysis<'_>, run: &Run) -> Page {
    let line = run_line(analysis, run);
    let mut sections = String::with_capacity(run.measurements.len() * 4096);
    for measured in &run.measurements {
        measurement::section(
            &mut sections,
            analysis,
            &Entry { run, measurement: measured },
            run.measurements.len() <= MOST_RAW,
        );
    }
    let mut unmapped: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &run.unmapped {
        *unmapped.entry(&row.reason).or_default() += 1;
    }
    let counts = line["counts"].as_str().unwrap_or_default();
    let day = day_words(run);
    Page {
        path: format!("/runs/{}/", run.id),
        title: format!("Run {}", run.id),
        description: format!("{} run of {day}: {counts}.", run.source.project),
        template: "run",
        breadcrumbs: vec![Link::new("Runs", "/runs/")],
        content: json!({
            "overview": overview(analysis, run).map(|table| table.html()),
            "run": {
                "day": day,
                "exact": run.date_until.is_none(),
                "date_method": run.source.date_method,
                "label": label::of_run(analysis, run),
                "source": run.source,
                "url": run.source.url.as_ref().filter(|url| is_safe(url)),
                "notes": run.notes,
                "retracted": run.retracted.as_ref().map(tombstone::html),
                "replaces": tombstone::replaced(&analysis.catalog.corrections, &Reference::to_run(&run.id)),
                "changes": run.changes,
                "attempts": run.attempts,
            },
            "counts": counts,
            "models": line["models"],
            "accelerators": line["accelerators"],
            "sections": sections,
            "edition": edition_note(analysis),
            "environment": environment(run),
            "neighbours": neighbours(analysis, run),
            // Lists, not maps: a template goes through a map in no order that a second build would repeat.
            "unmapped": unmapped.into_iter().collect::<Vec<_>>(),
        }),
        keywords: ["models", "accelerators"]
            .iter()
            .filter_map(|name| line[*name].as_str().map(str::to_owned))
            .collect(),
        modified: Some(run.date),
        ..Page::default()
    }
}

/// What the run was measured with, as (name, value) rows in words.
fn environment(run: &Run) -> Vec<(String, String)> {
    let Some(environment) = &run.environment else { return Vec::new() };
    let mut rows: Vec<(String, String)> = [
        ("Host", environment.host.clone()),
        ("Operating system", environment.operating_system.clone()),
        ("Kernel", environment.kernel.clone()),
        ("Processor", environment.cpu.clone()),
        ("Logical processors", environment.cpu_count.map(|count| count.to_string())),
        ("Memory", environment.memory_bytes.map(|bytes| format::bytes(bytes as usize))),
        ("Driver", environment.driver.clone()),
        ("Container", environment.container.clone()),
        ("Engine arguments", Some(environment.engine_arguments.join(" ")).filter(|text| !text.is_empty())),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name.to_owned(), value?)))
    .collect();
    rows.extend(environment.accelerators.iter().map(|found| ("Accelerator".to_owned(), found.name.clone())));
    rows.extend(environment.variables.iter().map(|(name, value)| (name.clone(), value.clone())));
    rows
}
