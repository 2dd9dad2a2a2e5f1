//! Accelerators: the list with its specification charts, and one accelerator's guide, specification and results.

use super::{
    LazyPage, Link, Page, Styles, Subject,
    charts::edition_note,
    document::prose,
    feed, pair,
    roofline::Distance,
    table::{Cell, Column, Table},
    trends,
    workload::workload_href,
};
use crate::{
    analysis::{Analysis, Entry, Label, Metric, WorkloadKey, best_at},
    catalog::{Accelerator, PriceTier, Specification},
    chart::{Axis, Bar, Better, Chart, Kind, Scale},
    format,
};
use record::{AcceleratorKey, ModelKey, RunKind};
use serde_json::json;
use std::collections::BTreeMap;

pub(super) fn pages<'a>(analysis: &'a Analysis<'a>, styles: &'a Styles) -> Vec<LazyPage<'a>> {
    let mut pages: Vec<LazyPage<'a>> = vec![Box::new(|| index(analysis, styles))];
    for accelerator in analysis.catalog.accelerators.values() {
        pages.push(Box::new(|| page(analysis, styles, accelerator)));
    }
    pages
}

/// A published figure of an accelerator.
struct SpecificationFigure {
    id: &'static str,
    label: &'static str,
    unit: &'static str,
    value: fn(&Specification) -> Option<f64>,
}

const FIGURES: [SpecificationFigure; 7] = [
    SpecificationFigure { id: "memory", label: "Memory", unit: "GB", value: |s| s.memory.capacity_gb },
    SpecificationFigure {
        id: "memory-bandwidth",
        label: "Memory bandwidth",
        unit: "TB/s",
        value: |s| s.memory.bandwidth_tb_per_s,
    },
    SpecificationFigure {
        id: "fp4",
        label: "Dense FP4 compute",
        unit: "TFLOP/s",
        value: |s| s.compute.fp4_tflops,
    },
    SpecificationFigure {
        id: "fp8",
        label: "Dense FP8 compute",
        unit: "TFLOP/s",
        value: |s| s.compute.fp8_tflops,
    },
    SpecificationFigure {
        id: "bf16",
        label: "Dense BF16 compute",
        unit: "TFLOP/s",
        value: |s| s.compute.bf16_tflops,
    },
    SpecificationFigure {
        id: "scale-up",
        label: "Scale-up bandwidth",
        unit: "GB/s",
        value: |s| s.scale_up.bandwidth_gb_per_s,
    },
    SpecificationFigure { id: "rated-power", label: "Rated power", unit: "W", value: |s| s.power.rated_w },
];

fn index(analysis: &Analysis<'_>, styles: &Styles) -> Page {
    let measured = analysis.measured_accelerators();
    let mut columns = vec![Column::words("Accelerator"), Column::words("Vendor")];
    columns.extend(FIGURES.iter().map(|figure| Column::figures(figure.label, figure.unit)));
    columns.push(Column::words("Measured here"));
    let rows = analysis
        .catalog
        .accelerators
        .values()
        .map(|accelerator| {
            let specification = &accelerator.specification;
            let mut row = vec![
                Cell::link(&specification.name, format!("/hardware/{}/", accelerator.key)),
                Cell::text(&specification.vendor),
            ];
            row.extend(FIGURES.iter().map(|figure| Cell::figure((figure.value)(specification))));
            row.push(Cell::text(if measured.contains(&accelerator.key) { "yes" } else { "not yet" }));
            row
        })
        .collect();
    let table = Table { caption: "Accelerators, figures for one each".to_owned(), columns, rows };
    let pairs: Vec<Link> = pair::measured_pairs(analysis)
        .into_iter()
        .map(|(a, b)| {
            let name = |key| analysis.catalog.accelerator_name(key);
            Link::new(format!("{} against {}", name(a), name(b)), pair::pair_href(a, b))
        })
        .collect();
    Page {
        path: "/hardware/".to_owned(),
        title: "Hardware".to_owned(),
        description: "Accelerators side by side: memory, bandwidth, compute, interconnect and power as published, and what was measured on each.".to_owned(),
        template: "hardware-index",
        content: json!({ "table": table.html(), "pairs": pairs }),
        charts: vec![
            specification_chart(analysis, styles, &FIGURES[1], None),
            specification_chart(analysis, styles, &FIGURES[3], None),
        ],
        ..Page::default()
    }
}

/// One published figure of every accelerator as bars, largest first.
fn specification_chart(
    analysis: &Analysis<'_>,
    styles: &Styles,
    figure: &SpecificationFigure,
    emphasised: Option<&AcceleratorKey>,
) -> Chart {
    let mut bars: Vec<Bar> = analysis
        .catalog
        .accelerators
        .values()
        .map(|accelerator| Bar {
            name: accelerator.specification.name.clone(),
            value: (figure.value)(&accelerator.specification),
            href: format!("/hardware/{}/", accelerator.key),
            emphasised: emphasised == Some(&accelerator.key),
            style: styles.accelerator(&accelerator.key, "fp8"),
        })
        .collect();
    bars.sort_by(|a, b| {
        b.value.unwrap_or(-1.0).total_cmp(&a.value.unwrap_or(-1.0)).then_with(|| a.name.cmp(&b.name))
    });
    let known = bars.iter().filter(|bar| bar.value.is_some()).count();
    let axis = |label: &str, unit: &str| Axis {
        label: label.to_owned(),
        unit: unit.to_owned(),
        better: if figure.id == "rated-power" { Better::Lower } else { Better::Higher },
        scale: Scale::Linear,
    };
    Chart {
        id: figure.id.to_owned(),
        title: format!("{} of one accelerator", figure.label),
        summary: format!(
            "{} ({}) as published, for one accelerator; known for {known} of {}.",
            figure.label,
            figure.unit,
            bars.len()
        ),
        notes: Vec::new(),
        x: axis(figure.label, figure.unit),
        y: axis("Accelerator", ""),
        kind: Kind::Bars(bars),
    }
}

fn page(analysis: &Analysis<'_>, styles: &Styles, accelerator: &Accelerator) -> Page {
    let specification = &accelerator.specification;
    let key = &accelerator.key;
    let results = results(analysis, key);
    let pairs: Vec<Link> = pair::measured_pairs(analysis)
        .into_iter()
        .filter(|(a, b)| *a == key || *b == key)
        .map(|(a, b)| {
            let other = if a == key { b } else { a };
            Link::new(format!("against {}", analysis.catalog.accelerator_name(other)), pair::pair_href(a, b))
        })
        .collect();
    let prices = prices(analysis, key);
    let prose = prose(analysis, &accelerator.guide);
    let mut charts = vec![specification_chart(analysis, styles, &FIGURES[1], Some(key))];
    let distance = Distance::of(analysis, key);
    charts.extend(prose.charts);
    Page {
        path: format!("/hardware/{key}/"),
        title: specification.name.clone(),
        description: specification.description.clone(),
        keywords: vec![accelerator.key.to_string(), accelerator.specification.vendor.clone()],
        template: "hardware",
        breadcrumbs: vec![Link::new("Hardware", "/hardware/")],
        content: json!({
            "prose": prose.content,
            "facts": facts(specification),
            "note": specification.note,
            "sources": specification.sources,
            "results": (!results.rows.is_empty()).then(|| results.html()),
            "edition": edition_note(analysis),
            "limits": (!distance.table.rows.is_empty())
                .then(|| json!({ "table": distance.table.html(), "known": distance.known })),
            "pairs": pairs,
            "prices": (!prices.rows.is_empty()).then(|| prices.html()),
        }),
        charts,
        modified: analysis
            .entries(|series| series.accelerator == *key)
            .iter()
            .map(|entry| entry.run.date)
            .max()
            .max(accelerator.guide.changed),
        subject: Subject::Article { published: None },
        feed: feed::of_accelerator(analysis, key),
        changes: trends::of_accelerator(analysis, key),
        source: Some(accelerator.guide.file.clone()),
        moved_to: None,
    }
}

/// The specification as (name, value) rows; what isn't known has no value.
pub(super) fn facts(specification: &Specification) -> Vec<(&'static str, Option<String>)> {
    let figure =
        |value: Option<f64>, unit: &str| value.map(|value| format!("{} {unit}", format::figure(value)));
    let joined = |parts: [Option<String>; 2]| {
        let known: Vec<String> = parts.into_iter().flatten().collect();
        (!known.is_empty()).then(|| known.join(", "))
    };
    let (memory, compute) = (&specification.memory, &specification.compute);
    let (up, out) = (&specification.scale_up, &specification.scale_out);
    vec![
        ("Vendor", Some(specification.vendor.clone())),
        ("Architecture", specification.architecture.clone()),
        ("Memory", joined([figure(memory.capacity_gb, "GB"), memory.technology.clone()])),
        ("Memory bandwidth", figure(memory.bandwidth_tb_per_s, "TB/s")),
        ("FP4, dense", figure(compute.fp4_tflops, "TFLOP/s")),
        ("FP8, dense", figure(compute.fp8_tflops, "TFLOP/s")),
        ("BF16, dense", figure(compute.bf16_tflops, "TFLOP/s")),
        ("Rated power", figure(specification.power.rated_w, "W")),
        ("Scale-up network", joined([up.technology.clone(), figure(up.bandwidth_gb_per_s, "GB/s one way")])),
        ("Scale-up domain", up.world.map(|world| format!("{world} accelerators"))),
        ("Scale-up topology", joined([up.topology.clone(), up.switch.clone()])),
        ("Scale-out network", joined([out.technology.clone(), figure(out.bandwidth_gbit_per_s, "Gbit/s")])),
        ("Network adapter", out.nic.clone()),
        ("Scale-out topology", joined([out.topology.clone(), out.switch.clone()])),
    ]
}

/// What was measured on an accelerator: for each model, workload and precision the best at two interactivities.
fn results(analysis: &Analysis<'_>, accelerator: &AcceleratorKey) -> Table {
    let economics = &analysis.economics;
    let mut groups: BTreeMap<(&ModelKey, &WorkloadKey, String), Vec<Entry<'_>>> = BTreeMap::new();
    for (key, entries) in
        analysis.select(|key| key.accelerator == *accelerator && key.kind == RunKind::Official)
    {
        let group = (&key.model, &key.workload, key.precision.family().to_owned());
        groups.entry(group).or_default().extend_from_slice(entries);
    }
    let best = |entries: &[Entry<'_>], level: f64, metric: Metric| {
        best_at(entries, Some(level), metric, economics)
            .map_or_else(Cell::default, |(entry, value)| Cell::link(format::figure(value), entry.href()))
    };
    let rows = groups
        .into_iter()
        .map(|((model, workload, family), entries)| {
            let frameworks: std::collections::BTreeSet<&str> = entries
                .iter()
                .map(|entry| analysis.catalog.framework_name(&entry.measurement.framework.key))
                .collect();
            vec![
                Cell::link(
                    format!("{}, {}", analysis.catalog.model_name(model), workload.name()),
                    workload_href(model, workload),
                ),
                Cell::link(family.to_uppercase(), format!("{}{family}/", workload_href(model, workload))),
                Cell::text(frameworks.into_iter().collect::<Vec<_>>().join(", ")),
                Cell::text(format::count(entries.len())),
                best(&entries, 20.0, Metric::ThroughputPerAccelerator),
                best(&entries, 50.0, Metric::ThroughputPerAccelerator),
                best(&entries, 50.0, Metric::CostPerMillionTokens),
                Cell::text(
                    entries
                        .iter()
                        .map(|entry| entry.run.date)
                        .max()
                        .map(|d| d.to_string())
                        .unwrap_or_default(),
                ),
            ]
        })
        .collect();
    Table {
        caption: "Official results on this accelerator, best measurement at each interactivity".to_owned(),
        columns: vec![
            Column::words("Model, workload"),
            Column::words("Precision"),
            Column::words("Frameworks"),
            Column::figures("Measurements", ""),
            Column::figures("At ≥ 20 tok/s/user", "tok/s/accelerator"),
            Column::figures("At ≥ 50 tok/s/user", "tok/s/accelerator"),
            Column::figures("Cost at ≥ 50", "$/million tokens"),
            Column::words("Newest"),
        ],
        rows,
    }
}

/// The price tiers, the one that costs are derived with first.
fn tiers(analysis: &Analysis<'_>) -> [PriceTier; 3] {
    let mut tiers = PriceTier::ALL;
    tiers.sort_by_key(|tier| *tier != analysis.economics.tier);
    tiers
}

/// The price and power history of an accelerator.
fn prices(analysis: &Analysis<'_>, accelerator: &AcceleratorKey) -> Table {
    let mut columns = vec![Column::words("In force from")];
    columns.extend(tiers(analysis).map(|tier| Column::figures(tier.describe(), "$/h")));
    columns.push(Column::figures("All-in power", "kW"));
    columns.push(Column::words("Source"));
    let editions = analysis.catalog.prices.editions.iter().rev();
    let rows = editions
        .filter_map(|edition| {
            let price = edition.accelerator.get(accelerator)?;
            let mut row = vec![Cell::text(edition.effective.to_string())];
            row.extend(tiers(analysis).map(|tier| {
                Cell::text(
                    price.dollars_per_hour(tier).map(|dollars| format!("{dollars:.2}")).unwrap_or_default(),
                )
            }));
            row.push(Cell::figure(price.power_kw));
            let source = match &edition.url {
                Some(url) => Cell::link(&edition.source, url),
                None => Cell::text(&edition.source),
            };
            row.push(if price.estimate { source.label(Label::Estimate) } else { source });
            Some(row)
        })
        .collect();
    Table { caption: "Prices and power for one accelerator, by edition".to_owned(), columns, rows }
}
