//! What two accelerators' measurements of one workload say about each other: like with like first, then whatever each
//! does best, and never more than measured points and single runs can carry.

use super::{
    charts::day_words,
    measurement::configuration,
    table::{Cell, Column, Table},
};
use crate::{
    analysis::{Analysis, Entry, Level, Metric, ServingMethod, compare_at_levels, compare_like_with_like},
    format,
};
use std::collections::BTreeSet;

/// The findings, a sentence each, and the tables behind them as HTML.
pub(super) fn compare(
    analysis: &Analysis<'_>,
    names: [&str; 2],
    of: &str,
    sides: &[Vec<Entry<'_>>; 2],
) -> (Vec<String>, Vec<String>) {
    let like = compare_like_with_like(&sides[0], &sides[1], &analysis.economics);
    let best = compare_at_levels(&sides[0], &sides[1], &analysis.economics);
    if best.is_empty() {
        let sentence = "Not comparable: they have no interactivity in common at which both were measured.";
        return (vec![sentence.to_owned()], Vec::new());
    }
    let mut findings = Vec::new();
    let mut tables = Vec::new();
    for (method, levels) in &like {
        let words = method.words();
        findings.push(format!("Like with like, {words}: {}.", range(names, levels)));
        tables.push(table(analysis, names, &format!("{of}, {words}"), levels).html());
    }
    if like.is_empty() {
        let methods = |side: &[Entry<'_>]| -> String {
            let methods: BTreeSet<String> =
                side.iter().map(|entry| ServingMethod::of(entry.measurement).words()).collect();
            methods.into_iter().collect::<Vec<_>>().join("; ")
        };
        findings.push(format!(
            "Not comparable like with like: {} was measured {}, {} {}.",
            names[0],
            methods(&sides[0]),
            names[1],
            methods(&sides[1])
        ));
    }
    if !best.iter().all(Level::is_like_with_like) {
        findings.push(format!("Best of each, whatever the method: {}.", range(names, &best)));
        tables
            .push(table(analysis, names, &format!("{of}, best of each, whatever the method"), &best).html());
    }
    findings.push(
        "Each side is single runs at a few loads: no interval is claimed, and a ratio can hinge on where the points lie."
            .to_owned(),
    );
    (findings, tables)
}

/// `B200 SXM gave 1.2× to 1.5× the throughput per accelerator of MI355X, from 10 to 50 tok/s/user`.
fn range(names: [&str; 2], levels: &[Level<'_>]) -> String {
    let ratios = levels.iter().map(Level::ratio);
    let least = ratios.clone().fold(f64::INFINITY, f64::min);
    let most = ratios.fold(f64::NEG_INFINITY, f64::max);
    let (least, most) = (format::significant(least, 2), format::significant(most, 2));
    let ratio = if least == most { format!("{least}×") } else { format!("{least}× to {most}×") };
    let at = match levels {
        [one] => format!("at {} tok/s/user or more", one.interactivity),
        [first, .., last] => format!("from {} to {} tok/s/user", first.interactivity, last.interactivity),
        [] => String::new(),
    };
    format!("{} gave {ratio} the throughput per accelerator of {}, {at}", names[0], names[1])
}

fn table(analysis: &Analysis<'_>, names: [&str; 2], of: &str, levels: &[Level<'_>]) -> Table {
    let value = |(entry, value): (Entry<'_>, f64)| Cell::link(format::figure(value), entry.href());
    let cost = |(entry, _): (Entry<'_>, f64)| {
        Cell::figure(Metric::CostPerMillionTokens.value(entry.measurement, &analysis.economics))
    };
    let rows = levels.iter().map(|level| {
        vec![
            Cell::text(format!("≥ {}", level.interactivity)),
            value(level.left),
            value(level.right),
            Cell::text(format!("{}×", format::significant(level.ratio(), 2))),
            cost(level.left),
            cost(level.right),
            Cell::default().remark(how(analysis, level.left.0)),
            Cell::default().remark(how(analysis, level.right.0)),
        ]
    });
    Table {
        caption: format!("{of}: best measured throughput at each interactivity or above"),
        rows: rows.collect(),
        columns: vec![
            Column::words("tok/s/user"),
            Column::figures(names[0], "tok/s/accelerator"),
            Column::figures(names[1], "tok/s/accelerator"),
            Column::figures("Ratio", ""),
            Column::figures(format!("{}: cost", names[0]), "$/million tokens"),
            Column::figures(format!("{}: cost", names[1]), "$/million tokens"),
            Column::words(format!("{}: how", names[0])),
            Column::words(format!("{}: how", names[1])),
        ],
    }
}

/// How a measurement was made and what else it reached, so that a ratio never stands without its conditions.
fn how(analysis: &Analysis<'_>, entry: Entry<'_>) -> String {
    let measurement = entry.measurement;
    let reached = |metric: Metric, unit: &str| {
        let value = metric.value(measurement, &analysis.economics);
        value.map_or_else(String::new, |value| format!("{} {unit}, ", format::figure(value)))
    };
    let ttft = Metric::TimeToFirstToken.value(measurement, &analysis.economics);
    let ttft = ttft.map_or_else(String::new, |value| format!("TTFT {} s, ", format::figure(value)));
    format!(
        "{}, {}; {}{ttft}{}",
        analysis.catalog.framework_name(&measurement.framework.key),
        configuration(measurement),
        reached(Metric::Interactivity, "tok/s/user"),
        day_words(entry.run),
    )
}
