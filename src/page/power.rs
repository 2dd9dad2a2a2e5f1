//! Power and energy as they were measured, beside what the price book provisions; the two never in one series.

use super::{
    LazyPage, Page, Styles,
    charts::{Scatter, day_words, edition_note, scatter},
    measurement::configuration,
    table::{Cell, Column, Table},
    workload::grouped,
};
use crate::{
    analysis::{Analysis, Entry, Metric, SeriesKey, standing_entries},
    chart::Chart,
    format,
};
use record::{Power, PowerMethod};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// Points that a chart needs to show more than its table does.
const ENOUGH: usize = 3;

const VIEW: Scatter = Scatter {
    id: "energy",
    x: Metric::Interactivity,
    y: Metric::MeasuredEnergyPerToken,
    frontier_only: false,
};

pub(super) fn pages<'a>(analysis: &'a Analysis<'a>, styles: &'a Styles) -> Vec<LazyPage<'a>> {
    vec![Box::new(|| page(analysis, styles))]
}

fn page(analysis: &Analysis<'_>, styles: &Styles) -> Page {
    let standing: Vec<Entry<'_>> = standing_entries(&analysis.catalog.runs).collect();
    let mut measured: Vec<(Entry<'_>, &Power)> =
        standing.iter().filter_map(|entry| Some((*entry, entry.measurement.power.as_ref()?))).collect();
    measured.sort_by_key(|(entry, _)| (std::cmp::Reverse(entry.run.date), entry.href()));
    let usable = measured.iter().filter(|(entry, _)| {
        Metric::MeasuredEnergyPerToken.value(entry.measurement, &analysis.economics).is_some()
    });
    let charts = charts(analysis, styles);
    Page {
        path: "/power/".to_owned(),
        title: "Power".to_owned(),
        description: "Power and energy as measured on the boards, with method and validity, beside what was provisioned."
            .to_owned(),
        template: "power",
        content: json!({
            "all": format::plural(standing.len(), "measurement", "measurements"),
            "measured": format::count(measured.len()),
            "usable": format::count(usable.count()),
            "none": format::count(standing.len() - measured.len()),
            "drawn": charts.iter().map(|chart| chart.id.clone()).collect::<Vec<_>>(),
            "power": (!measured.is_empty()).then(|| measured_table(analysis, &measured).html()),
            "provisioned": (!measured.is_empty()).then(|| provisioned_table(analysis, &measured).html()),
            "missing": missing(analysis, &standing).html(),
            "edition": edition_note(analysis),
        }),
        charts,
        modified: measured.first().map(|(entry, _)| entry.run.date),
        ..Page::default()
    }
}

/// Measured energy against interactivity, for each model and workload with enough points.
fn charts(analysis: &Analysis<'_>, styles: &Styles) -> Vec<Chart> {
    let has_energy = |key: &&SeriesKey| {
        let entries = &analysis.series[*key];
        entries.iter().any(|it| VIEW.y.value(it.measurement, &analysis.economics).is_some())
    };
    let works: BTreeSet<_> =
        analysis.series.keys().filter(has_energy).map(|key| (&key.model, &key.workload)).collect();
    let points = |chart: &Chart| -> usize { chart.series().iter().map(|series| series.points.len()).sum() };
    works
        .into_iter()
        .map(|(model, workload)| {
            // Only series that have the figure, or the notes would count what nobody tried to measure.
            let series = analysis.series_of(model, workload).filter(|(key, _)| has_energy(key));
            let of = format!("{}, {}", analysis.catalog.model_name(model), workload.name());
            let mut chart = scatter(analysis, &of, &VIEW, &grouped(analysis, styles, series));
            chart.id = format!("energy-{}-{}", model.as_str().replace('.', "-"), workload.slug());
            chart.title = format!("{}: {of}", chart.title);
            chart
        })
        .filter(|chart| points(chart) >= ENOUGH)
        .collect()
}

fn row_name(analysis: &Analysis<'_>, entry: &Entry<'_>) -> String {
    let key = SeriesKey::of(entry);
    format!(
        "{} on {}, {}",
        analysis.catalog.model_name(&key.model),
        analysis.catalog.accelerator_name(&key.accelerator),
        key.workload.name()
    )
}

/// What the boards were measured to draw, and the energy that this comes to.
fn measured_table(analysis: &Analysis<'_>, measured: &[(Entry<'_>, &Power)]) -> Table {
    let rows = measured
        .iter()
        .map(|(entry, power)| {
            vec![
                Cell::link(row_name(analysis, entry), entry.href()),
                Cell::text(method(power.method)).remark(validity(power)),
                Cell::figure(power.average_per_accelerator_w),
                Cell::figure(power.peak_per_accelerator_w),
                Cell::figure(power.joules_per_input_token),
                Cell::figure(power.joules_per_output_token),
                Cell::figure(power.joules_per_total_token),
                Cell::default().remark(format!(
                    "{}; {}",
                    configuration(entry.measurement),
                    day_words(entry.run)
                )),
            ]
        })
        .collect();
    Table {
        caption: "Measured on the boards, newest first".to_owned(),
        columns: vec![
            Column::words("Measurement"),
            Column::words("Method, validity"),
            Column::figures("Mean power", "W/accelerator"),
            Column::figures("Highest power", "W/accelerator"),
            Column::figures("Energy", "J/input token"),
            Column::figures("Energy", "J/output token"),
            Column::figures("Energy", "J/input or output token"),
            Column::words("Configuration, run"),
        ],
        rows,
    }
}

fn method(method: PowerMethod) -> &'static str {
    match method {
        PowerMethod::BoardTelemetry => "board telemetry",
        PowerMethod::BoardEnergyCounter => "board energy counter",
        PowerMethod::ExternalMeter => "external meter",
    }
}

/// What the source says of the reading, and whether it is the deployment's own.
fn validity(power: &Power) -> String {
    let stated = match power.valid {
        Some(true) => "valid, as its source states".to_owned(),
        Some(false) if power.reasons.is_empty() => "refused by its source".to_owned(),
        Some(false) => format!("refused by its source: {}", power.reasons.join(", ")),
        None => "validity not stated".to_owned(),
    };
    match power.boards {
        Some(boards) => {
            format!("{stated}; covers {boards} boards, not the deployment’s own: not used elsewhere")
        }
        None => stated,
    }
}

/// What the price book provisions for the accelerators that were measured, in a table of its own.
fn provisioned_table(analysis: &Analysis<'_>, measured: &[(Entry<'_>, &Power)]) -> Table {
    let accelerators: BTreeSet<_> =
        measured.iter().map(|(entry, _)| &entry.measurement.deployment.accelerator).collect();
    let prices = analysis.economics.edition.map(|edition| &edition.accelerator);
    let rows = accelerators
        .into_iter()
        .map(|key| {
            let all_in = prices.and_then(|prices| prices.get(key)?.power_kw);
            let rated =
                analysis.catalog.accelerators.get(key).and_then(|known| known.specification.power.rated_w);
            vec![
                Cell::maybe_link(
                    analysis.catalog.accelerator_name(key),
                    analysis.catalog.accelerator_href(key),
                ),
                Cell::figure(rated),
                Cell::figure(all_in.map(|kilowatts| 1000.0 * kilowatts)),
            ]
        })
        .collect();
    Table {
        caption: "Provisioned, for one accelerator: not measured".to_owned(),
        columns: vec![
            Column::words("Accelerator"),
            Column::figures("Rated board power", "W"),
            Column::figures("All-in power: host, network and cooling too", "W"),
        ],
        rows,
    }
}

/// How many measurements of each accelerator have no measured power.
fn missing(analysis: &Analysis<'_>, standing: &[Entry<'_>]) -> Table {
    let mut counts: BTreeMap<_, (usize, usize)> = BTreeMap::new();
    for entry in standing {
        let count = counts.entry(&entry.measurement.deployment.accelerator).or_default();
        count.0 += 1;
        count.1 += usize::from(entry.measurement.power.is_none());
    }
    let rows = counts
        .into_iter()
        .map(|(key, (all, without))| {
            vec![
                Cell::text(analysis.catalog.accelerator_name(key)),
                Cell::text(format::count(all)),
                Cell::text(format::count(all - without)),
                Cell::text(format::count(without)),
            ]
        })
        .collect();
    Table {
        caption: "Standing measurements with and without measured power".to_owned(),
        columns: vec![
            Column::words("Accelerator"),
            Column::figures("Measurements", ""),
            Column::figures("With power", ""),
            Column::figures("Without", ""),
        ],
        rows,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn validity_is_what_the_source_says_and_foreign_boards_are_named() {
        let words = |fields: Value| {
            let mut power = json!({ "method": "board_telemetry" });
            for (name, value) in fields.as_object().expect("fields") {
                power[name] = value.clone();
            }
            validity(&serde_json::from_value(power).expect("power"))
        };
        assert_eq!(words(json!({})), "validity not stated");
        assert_eq!(words(json!({ "valid": true })), "valid, as its source states");
        assert_eq!(words(json!({ "valid": false, "reasons": ["gap"] })), "refused by its source: gap");
        assert!(words(json!({ "boards": 16 })).contains("covers 16 boards"));
    }
}
