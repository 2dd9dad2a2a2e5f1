//! Two accelerators head to head: every workload that they share.

use super::{
    LazyPage, Link, Page, Styles,
    charts::{Group, Scatter, edition_note, scatter},
    hardware::facts,
    table::{Cell, Column, Table},
    workload::workload_href,
};
use crate::{
    analysis::{Analysis, Entry, Level, Metric, Verdict, WorkloadKey, compare_at_levels},
    chart::Chart,
    format,
};
use record::{AcceleratorKey, ModelKey};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// What two accelerators can be compared on.
type Shared<'a> = (&'a ModelKey, &'a WorkloadKey, String);

/// The address of a head-to-head page.
pub(super) fn pair_href(a: &AcceleratorKey, b: &AcceleratorKey) -> String {
    format!("/hardware/{a}-vs-{b}/")
}

/// Pairs of accelerators that share a model, a workload and a precision family, in alphabetical order.
pub(super) fn measured_pairs<'s>(
    analysis: &'s Analysis<'_>,
) -> Vec<(&'s AcceleratorKey, &'s AcceleratorKey)> {
    let mut by_work: BTreeMap<Shared<'_>, BTreeSet<&AcceleratorKey>> = BTreeMap::new();
    for key in analysis.series.keys() {
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
    let (name_a, name_b) = (analysis.catalog.accelerator_name(a), analysis.catalog.accelerator_name(b));
    let mut charts = Vec::new();
    let mut comparisons = Vec::new();
    let mut newest = None;
    for (index, (model, workload, family)) in shared(analysis, a, b).into_iter().enumerate() {
        let entries = |accelerator: &AcceleratorKey| {
            analysis.entries(|key| {
                key.accelerator == *accelerator
                    && key.model == *model
                    && key.workload == *workload
                    && key.precision.family() == family
            })
        };
        let sides = [entries(a), entries(b)];
        newest = newest.max(sides.iter().flatten().map(|entry| entry.run.date).max());
        let of =
            format!("{}, {}, {}", analysis.catalog.model_name(model), workload.name(), family.to_uppercase());
        let levels = compare_at_levels(&sides[0], &sides[1], &analysis.economics);
        let chart = chart(analysis, styles, &of, &[(a, name_a), (b, name_b)], &sides, &family, index);
        comparisons.push(json!({
            "name": of,
            "href": workload_href(model, workload),
            "chart": chart.id,
            "sentence": sentence(name_a, name_b, &levels),
            "table": (!levels.is_empty()).then(|| table(analysis, name_a, name_b, &of, &levels).html()),
        }));
        charts.push(chart);
    }
    let title = format!("{name_a} against {name_b}");
    Page {
        path: pair_href(a, b),
        description: format!(
            "{title}: {} in common, with the ratio of measured throughput at equal interactivity.",
            format::plural(comparisons.len(), "workload", "workloads")
        ),
        template: "pair",
        breadcrumbs: vec![Link::new("Hardware", "/hardware/")],
        content: json!({
            "a": Link::new(name_a, format!("/hardware/{a}/")),
            "b": Link::new(name_b, format!("/hardware/{b}/")),
            "specification": specification(analysis, a, b).html(),
            "comparisons": comparisons,
            "edition": edition_note(analysis),
        }),
        title,
        charts,
        modified: newest,
        ..Page::default()
    }
}

fn shared<'s>(analysis: &'s Analysis<'_>, a: &AcceleratorKey, b: &AcceleratorKey) -> BTreeSet<Shared<'s>> {
    let of = |accelerator: &AcceleratorKey| -> BTreeSet<Shared<'s>> {
        let keys = analysis.series.keys().filter(|key| key.accelerator == *accelerator);
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
    chart
}

/// What the levels say together, in one sentence that claims no more than single runs can.
fn sentence(a: &str, b: &str, levels: &[Level<'_>]) -> String {
    let ratios: Vec<f64> = levels.iter().map(Level::ratio).collect();
    let (Some(least), Some(most)) =
        (ratios.iter().copied().reduce(f64::min), ratios.iter().copied().reduce(f64::max))
    else {
        return "Not comparable: they have no interactivity in common at which both were measured."
            .to_owned();
    };
    let times = |ratio: f64| format!("{}×", format::significant(ratio, 3));
    let range = if times(least) == times(most) {
        times(least)
    } else {
        format!("{} to {}", times(least), times(most))
    };
    let levels_text = match levels {
        [one] => format!("at {} tok/s/user or more", one.interactivity),
        [first, .., last] => format!("from {} to {} tok/s/user", first.interactivity, last.interactivity),
        [] => String::new(),
    };
    let single = levels.iter().all(|level| level.verdict() == Verdict::SingleRuns);
    let caution = if single {
        " Each side is a single run at a few loads: no interval is claimed, and a ratio can hinge on where the points lie."
    } else {
        ""
    };
    format!("Measured throughput per accelerator of {a} is {range} that of {b}, {levels_text}.{caution}")
}

fn table(analysis: &Analysis<'_>, a: &str, b: &str, of: &str, levels: &[Level<'_>]) -> Table {
    let side = |(entry, value): (Entry<'_>, f64)| {
        let framework = analysis.catalog.framework_name(&entry.measurement.framework.key);
        Cell::link(format::figure(value), entry.href()).remark(format!("{framework}, {}", entry.run.date))
    };
    let cost = |entry: Entry<'_>| {
        Cell::figure(Metric::CostPerMillionTokens.value(entry.measurement, &analysis.economics))
    };
    let rows = levels
        .iter()
        .map(|level| {
            vec![
                Cell::text(format!("≥ {}", level.interactivity)),
                side(level.left),
                side(level.right),
                Cell::text(format!("{}×", format::significant(level.ratio(), 3))),
                cost(level.left.0),
                cost(level.right.0),
            ]
        })
        .collect();
    Table {
        caption: format!("{of}: best measured throughput at each interactivity or above"),
        columns: vec![
            Column::words("Interactivity, tok/s/user"),
            Column::figures(a, "tok/s/accelerator"),
            Column::figures(b, "tok/s/accelerator"),
            Column::figures("Ratio", ""),
            Column::figures(format!("{a}: cost"), "$/million tokens"),
            Column::figures(format!("{b}: cost"), "$/million tokens"),
        ],
        rows,
    }
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
