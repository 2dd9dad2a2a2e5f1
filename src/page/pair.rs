//! Two accelerators head to head: every workload that they share.

use super::{
    LazyPage, Link, Page, Styles,
    charts::{Group, Scatter, edition_note, scatter},
    data,
    hardware::facts,
    head_to_head::{HeadToHead, overview, summary},
    table::{Cell, Column, Table},
    workload::workload_href,
};
use crate::{
    analysis::{Analysis, Entry, Metric, WorkloadKey},
    chart::Chart,
};
use record::{AcceleratorKey, ModelKey, RunKind};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// What two accelerators can be compared on.
pub(super) type Shared<'a> = (&'a ModelKey, &'a WorkloadKey, String);

/// The address of a head-to-head page.
pub(super) fn pair_href(a: &AcceleratorKey, b: &AcceleratorKey) -> String {
    format!("/hardware/{a}-vs-{b}/")
}

/// Pairs of accelerators that share a model, a workload and a precision family in official runs, in alphabetical order.
pub(super) fn measured_pairs<'s>(
    analysis: &'s Analysis<'_>,
) -> Vec<(&'s AcceleratorKey, &'s AcceleratorKey)> {
    let mut by_work: BTreeMap<Shared<'_>, BTreeSet<&AcceleratorKey>> = BTreeMap::new();
    for key in analysis.series.keys().filter(|key| key.kind == RunKind::Official) {
        let work = (&key.model, &key.workload, key.precision.family().to_owned());
        by_work.entry(work).or_default().insert(&key.accelerator);
    }
    let mut pairs = BTreeSet::new();
    for accelerators in by_work.values() {
        let accelerators: Vec<_> = accelerators.iter().copied().collect();
        for (index, a) in accelerators.iter().enumerate() {
            pairs.extend(accelerators[index + 1..].iter().map(|b| (*a, *b)));
        }
    }
    pairs
        .into_iter()
        .filter(|(a, b)| [a, b].iter().all(|key| analysis.catalog.accelerators.contains_key(**key)))
        .collect()
}

pub(super) fn pages<'a>(analysis: &'a Analysis<'a>, styles: &'a Styles) -> Vec<LazyPage<'a>> {
    measured_pairs(analysis)
        .into_iter()
        .map(|(a, b)| -> LazyPage<'a> { Box::new(move || page(analysis, styles, a, b)) })
        .collect()
}

fn page(analysis: &Analysis<'_>, styles: &Styles, a: &AcceleratorKey, b: &AcceleratorKey) -> Page {
    let names = [a, b].map(|key| analysis.catalog.accelerator_name(key));
    let mut charts = Vec::new();
    let mut comparisons = Vec::new();
    let mut newest = None;
    let mut reproduction = None;
    for (index, (model, workload, family)) in shared(analysis, a, b).into_iter().enumerate() {
        let sides = [a, b].map(|accelerator| side(analysis, accelerator, (model, workload, &family)));
        let compared = data::Compared { accelerators: [a, b], model, workload, family: &family };
        reproduction = reproduction.or_else(|| data::reproduction(analysis, compared, &sides));
        newest = newest.max(sides.iter().flatten().map(|entry| entry.run.date).max());
        let of =
            format!("{}, {}, {}", analysis.catalog.model_name(model), workload.name(), family.to_uppercase());
        let chart = chart(analysis, styles, &of, &[(a, names[0]), (b, names[1])], &sides, &family, index);
        let href = workload_href(model, workload);
        comparisons.push((HeadToHead::of(analysis, names, of, &sides), href, chart.id.clone()));
        charts.push(chart);
    }
    let all: Vec<&HeadToHead> = comparisons.iter().map(|(comparison, ..)| comparison).collect();
    let summary = summary(names, &all);
    let sections: Vec<_> = comparisons
        .iter()
        .map(|(comparison, href, chart)| {
            json!({
                "name": comparison.of,
                "href": href,
                "chart": chart,
                "findings": comparison.findings,
                "tables": comparison.tables,
                "basis": comparison.basis,
            })
        })
        .collect();
    let overview = overview(comparisons.iter().map(|(comparison, _, chart)| (comparison, chart.as_str())));
    let title = format!("{} against {}", names[0], names[1]);
    Page {
        path: pair_href(a, b),
        description: summary[0].clone(),
        template: "pair",
        breadcrumbs: vec![Link::new("Hardware", "/hardware/")],
        content: json!({
            "a": Link::new(names[0], format!("/hardware/{a}/")),
            "b": Link::new(names[1], format!("/hardware/{b}/")),
            "summary": summary,
            "overview": overview.html(),
            "specification": specification(analysis, a, b).html(),
            "comparisons": sections,
            "edition": edition_note(analysis),
            "reproduction": reproduction,
        }),
        title,
        charts,
        modified: newest,
        ..Page::default()
    }
}

/// The official measurements of an accelerator that stand, for one model, workload and family of precisions.
pub(super) fn side<'a>(
    analysis: &Analysis<'a>,
    accelerator: &AcceleratorKey,
    (model, workload, family): (&ModelKey, &WorkloadKey, &str),
) -> Vec<Entry<'a>> {
    analysis.entries(|key| {
        key.accelerator == *accelerator
            && key.model == *model
            && key.workload == *workload
            && key.precision.family() == family
            && key.kind == RunKind::Official
    })
}

/// What two accelerators were both measured on.
pub(super) fn shared<'s>(
    analysis: &'s Analysis<'_>,
    a: &AcceleratorKey,
    b: &AcceleratorKey,
) -> BTreeSet<Shared<'s>> {
    let of = |accelerator: &AcceleratorKey| -> BTreeSet<Shared<'s>> {
        let keys = analysis.series.keys();
        let keys = keys.filter(|key| key.accelerator == *accelerator && key.kind == RunKind::Official);
        keys.map(|key| (&key.model, &key.workload, key.precision.family().to_owned())).collect()
    };
    of(a).intersection(&of(b)).cloned().collect()
}

fn chart<'a>(
    analysis: &Analysis<'a>,
    styles: &Styles,
    of: &str,
    names: &[(&AcceleratorKey, &str); 2],
    sides: &[Vec<Entry<'a>>; 2],
    family: &str,
    index: usize,
) -> Chart {
    let groups: Vec<Group<'_>> = names
        .iter()
        .zip(sides)
        .map(|((key, name), entries)| Group {
            key: key.to_string(),
            name: (*name).to_owned(),
            style: styles.accelerator(key, family),
            entries: entries.clone(),
        })
        .collect();
    let what = Scatter {
        id: "pair",
        x: Metric::Interactivity,
        y: Metric::ThroughputPerAccelerator,
        frontier_only: false,
    };
    let mut chart = scatter(analysis, of, &what, &groups);
    chart.id = format!("pair-{}", index + 1);
    // A name of its own among the charts of the page.
    chart.title = format!("Throughput against interactivity: {of}");
    chart
}

fn specification(analysis: &Analysis<'_>, a: &AcceleratorKey, b: &AcceleratorKey) -> Table {
    let known = |key: &AcceleratorKey| {
        analysis.catalog.accelerators.get(key).map(|known| facts(&known.specification)).unwrap_or_default()
    };
    let rows = known(a)
        .into_iter()
        .zip(known(b))
        .filter(|((_, left), (_, right))| left.is_some() || right.is_some())
        .map(|((name, left), (_, right))| {
            vec![
                Cell::text(name),
                Cell::text(left.unwrap_or_default()),
                Cell::text(right.unwrap_or_default()),
            ]
        })
        .collect();
    Table {
        caption: "Specification of one accelerator, as published".to_owned(),
        columns: vec![
            Column::words("Figure"),
            Column::words(analysis.catalog.accelerator_name(a)),
            Column::words(analysis.catalog.accelerator_name(b)),
        ],
        rows,
    }
}
