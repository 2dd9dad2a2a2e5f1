//! Runs that follow each other: what both measured, before and after, and what else differs between them.

mod shared;

use super::{
    LazyPage, Link, Page,
    charts::day_words,
    measurement::{configuration, heading, outcome_words},
    table::{Cell, Column, Table},
    trends,
};
use crate::{
    analysis::{Analysis, Cause, Metric, RunDifference, Unshared, run_difference, surroundings},
    format,
    markdown::is_safe,
    verdict,
};
use record::Run;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// A table of more rows is folded away.
const MOST_ROWS: usize = 12;

const THROUGHPUT: Metric = Metric::ThroughputPerAccelerator;

/// The address of what differs between two runs, by their ids; nothing for runs that don't follow each other.
pub fn difference_href(analysis: &Analysis<'_>, before: &str, after: &str) -> Option<String> {
    analysis.neighbours().contains(before, after).then(|| href(before, after))
}

fn href(before: &str, after: &str) -> String {
    format!("/runs/{before}..{after}/")
}

pub(super) fn pages<'a>(analysis: &'a Analysis<'a>) -> Vec<LazyPage<'a>> {
    let of_run = |(at, run): (usize, &'a Run)| {
        analysis
            .neighbours()
            .following(&run.id)
            .map(move |(after, _)| -> LazyPage<'a> { Box::new(move || page(analysis, at, after)) })
    };
    analysis.catalog.runs.iter().enumerate().flat_map(of_run).collect()
}

/// The ways from a run's page to what differs from the runs before and after it: a heading and links each.
pub(super) fn neighbours(analysis: &Analysis<'_>, run: &Run) -> Vec<(&'static str, Vec<Link>)> {
    let link = |other: &Run, shared: usize, href: String| {
        let shared = format::plural(shared, "configuration", "configurations");
        Link::new(format!("{} ({shared})", day_words(other)), href)
    };
    let before = analysis.neighbours().preceding(&run.id);
    let before = before.map(|(before, shared)| link(before, shared, href(&before.id, &run.id))).collect();
    let after = analysis.neighbours().following(&run.id);
    let after = after.map(|(after, shared)| link(after, shared, href(&run.id, &after.id))).collect();
    let both: [(&str, Vec<Link>); 2] =
        [("What changed since the run of", before), ("What changed up to the run of", after)];
    both.into_iter().filter(|(_, links)| !links.is_empty()).collect()
}

/// The page on what differs between the run at a place among all and one that follows it.
fn page(analysis: &Analysis<'_>, at: usize, after: &Run) -> Page {
    let runs = &analysis.catalog.runs[at..];
    let before = &runs[0];
    let found = run_difference(analysis, &[before], &[after], runs);
    let summary = verdict::counts(&found);
    let link = |run: &Run| Link::new(day_words(run), format!("/runs/{}/", run.id));
    Page {
        path: href(&before.id, &after.id),
        title: format!("Run {} after run {}", after.id, before.id),
        description: format!("What changed from {} to {}: {summary}.", day_words(before), day_words(after)),
        template: "run-difference",
        breadcrumbs: vec![Link::new("Runs", "/runs/")],
        content: json!({
            "before": link(before),
            "after": link(after),
            "subjects": subjects(analysis, &found),
            "summary": summary,
            "differences": differences(before, after, &found),
            "changelog": changelog(&found),
            "confirmed": trends::between(analysis, &before.id, &after.id),
            "moves": shared::moves(analysis, &found),
            "shared": shared::series(analysis, &found),
            "basis": basis(&found),
            "command": format!("site diff {} {}", before.id, after.id),
            "alone": [
                alone(analysis, "Only in the run before", &found.only_before),
                alone(analysis, "Only in the run after", &found.only_after),
            ],
        }),
        modified: Some(after.date),
        ..Page::default()
    }
}

/// The models and accelerators of what both measured.
fn subjects(analysis: &Analysis<'_>, found: &RunDifference<'_>) -> String {
    let catalog = analysis.catalog;
    let mut subjects: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for shared in &found.shared {
        let measurement = shared.after.measurement;
        let accelerator = catalog.accelerator_name(&measurement.deployment.accelerator);
        subjects.entry(catalog.model_name(&measurement.model.key)).or_default().insert(accelerator);
    }
    let on = |(model, accelerators): (&str, BTreeSet<&str>)| {
        let accelerators: Vec<String> = accelerators.into_iter().map(str::to_owned).collect();
        format!("{model} on {}", verdict::listed(&accelerators))
    };
    subjects.into_iter().map(on).collect::<Vec<_>>().join("; ")
}

/// What both runs state and state differently, a sentence each, but for the changelog.
fn differences(before: &Run, after: &Run, found: &RunDifference<'_>) -> Vec<String> {
    let causes = found.causes.iter().filter(|(cause, _)| !matches!(cause, Cause::Changelog(_)));
    let causes = causes.map(|(cause, count)| {
        let concerned = format::plural(*count, "shared configuration", "shared configurations");
        format!("{} ({concerned})", verdict::capitalised(&cause.to_string()))
    });
    let around = surroundings(before, after);
    causes.chain(around.into_iter().map(|(name, old, new)| format!("{name} from {old} to {new}"))).collect()
}

/// The changelog's entries from after the run before up to the run after.
fn changelog(found: &RunDifference<'_>) -> Vec<Value> {
    let entry = |cause: &Cause<'_>| match cause {
        Cause::Changelog(change) => Some(json!({
            "configurations": change.configurations,
            "description": change.description,
            "url": change.url.as_ref().filter(|url| is_safe(url)),
        })),
        _ => None,
    };
    found.causes.keys().filter_map(entry).collect()
}

/// What the verdicts on throughput rest on.
fn basis(found: &RunDifference<'_>) -> Vec<String> {
    let judgements = found.shared.iter().filter_map(|shared| shared.verdict(THROUGHPUT));
    verdict::basis(judgements.map(|verdict| &verdict.judgement))
}

/// What only one of the runs measured.
fn alone(analysis: &Analysis<'_>, title: &str, list: &[Unshared<'_>]) -> Value {
    let row = |one: &Unshared<'_>| {
        let measurement = one.entry.measurement;
        vec![
            Cell::link(heading(analysis.catalog, measurement), one.entry.href())
                .remark(configuration(measurement)),
            Cell::figure(THROUGHPUT.value(measurement, &analysis.economics)),
            Cell::text(one.fallen.and_then(outcome_words).unwrap_or_default()),
        ]
    };
    let fallen = list.iter().any(|one| one.fallen.is_some());
    let mut table = Table {
        caption: format!("{title}: {}", format::plural(list.len(), "configuration", "configurations")),
        columns: vec![
            Column::words("Configuration"),
            Column::figures("Throughput", THROUGHPUT.unit()),
            Column::words("In the other run"),
        ],
        rows: list.iter().map(row).collect(),
    };
    if !fallen {
        table.columns.truncate(2);
    }
    json!({
        "title": title,
        "folded": (list.len() > MOST_ROWS).then(|| table.caption.clone()),
        "table": (!list.is_empty()).then(|| table.html()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        analysis::sample::{catalog, measurement, run},
        config::Config,
    };

    #[test]
    fn only_runs_that_follow_each_other_have_an_address_and_each_has_its_page() {
        let config: Config = toml::from_str(include_str!("../../../site.toml")).expect("settings");
        let of_day = |day: &str| run(day, &format!("2026-01-0{day}"), vec![measurement(&json!({}))]);
        let catalog = catalog(vec![of_day("1"), of_day("2"), of_day("3")]);
        let analysis = Analysis::new(&config, &catalog);
        assert_eq!(difference_href(&analysis, "1", "2").as_deref(), Some("/runs/1..2/"));
        for (before, after) in [("1", "3"), ("2", "1"), ("1", "1"), ("1", "nowhere")] {
            assert_eq!(difference_href(&analysis, before, after), None, "{before}..{after}");
        }
        let paths: Vec<String> = pages(&analysis).iter().map(|page| page().path).collect();
        assert_eq!(paths, ["/runs/1..2/", "/runs/2..3/"]);
        let links = neighbours(&analysis, &catalog.runs[1]);
        assert_eq!(links.len(), 2);
        assert_eq!(links[0].1, [Link::new("2026-01-01 (1 configuration)", "/runs/1..2/")]);
    }
}
