//! What both runs measured: what moved most, then every series with a table of its configurations.

use super::{
    super::{
        charts::point_label,
        measurement::configuration,
        table::{Cell, Column, Table},
        workload::full_series_name,
    },
    MOST_ROWS, THROUGHPUT,
};
use crate::{
    analysis::{Analysis, Claim, Compared, Metric, RunDifference, SeriesKey, Shared, claim_counts},
    format, verdict,
};
use serde_json::{Value, json};

/// So many of those that moved are named first.
const MOST_MOVES: usize = 8;

/// Where throughput moved most beyond the noise, the furthest first; nothing where all is in sight anyway.
pub(super) fn moves(analysis: &Analysis<'_>, found: &RunDifference<'_>) -> Option<Value> {
    if found.shared.len() <= MOST_ROWS {
        return None;
    }
    let moved = found.shared.iter().filter_map(|shared| {
        let compared = shared.verdict(THROUGHPUT)?;
        let told_apart = matches!(compared.judgement.claim, Claim::Faster | Claim::Slower);
        let ratio = compared.judgement.ratio.filter(|ratio| told_apart && *ratio > 0.0)?;
        Some((ratio.ln().abs(), shared, compared))
    });
    let mut moved: Vec<_> = moved.collect();
    // A stable order: what moved as far keeps that of series and load.
    moved.sort_by(|a, b| b.0.total_cmp(&a.0));
    let count = moved.len();
    let rows: Vec<Value> = (moved.into_iter().take(MOST_MOVES))
        .map(|(_, shared, compared)| {
            let cell = judged(compared, false);
            json!({
                "what": cell.text,
                "class": cell.class,
                "of": name(analysis, std::slice::from_ref(shared)),
                "load": point_label(shared.after.measurement),
                "href": shared.after.href(),
            })
        })
        .collect();
    (count > 0).then(|| json!({ "rows": rows, "more": count.saturating_sub(MOST_MOVES) }))
}

/// Every series with its table, folded where there are many rows in all.
pub(super) fn series(analysis: &Analysis<'_>, found: &RunDifference<'_>) -> Vec<Value> {
    let same = |a: &Shared<'_>, b: &Shared<'_>| SeriesKey::of(&a.after) == SeriesKey::of(&b.after);
    let folded = found.shared.len() > MOST_ROWS;
    let series = found.shared.chunk_by(same);
    series
        .map(|series| {
            json!({
                "name": name(analysis, series),
                "counts": verdict::counts_in_words(claim_counts(series)),
                "folded": folded,
                "table": table(analysis, series).html(),
            })
        })
        .collect()
}

fn name(analysis: &Analysis<'_>, series: &[Shared<'_>]) -> String {
    let key = SeriesKey::of(&series[0].after);
    let model = analysis.catalog.model_name(&key.model);
    format!("{model}, {}: {}", key.workload.name(), full_series_name(analysis, &key))
}

fn table(analysis: &Analysis<'_>, series: &[Shared<'_>]) -> Table {
    const BESIDE: [Metric; 4] = [
        Metric::Interactivity,
        Metric::TimeToFirstToken,
        Metric::EndToEndLatency,
        Metric::MeasuredEnergyPerToken,
    ];
    let known = |metric: &Metric| series.iter().any(|shared| shared.verdict(*metric).is_some());
    let beside: Vec<Metric> = BESIDE.into_iter().filter(known).collect();
    let mut columns = vec![
        Column::words("Load"),
        Column::figures("Throughput", "after over before"),
        Column::figures("Before", THROUGHPUT.unit()),
        Column::figures("After", THROUGHPUT.unit()),
    ];
    columns.extend(beside.iter().map(|metric| Column::figures(metric.name(), metric.unit())));
    let row = |shared: &Shared<'_>| {
        let throughput = shared.verdict(THROUGHPUT);
        let measurement = shared.after.measurement;
        let value = |value: Option<f64>, href: String| {
            value.map_or_else(Cell::default, |value| Cell::link(format::figure(value), href))
        };
        let mut row = vec![
            Cell::text(point_label(measurement)).remark(configuration(measurement)),
            throughput.map_or_else(Cell::default, |it| judged(it, false)),
            value(throughput.and_then(|it| it.right), shared.before.href()),
            value(throughput.and_then(|it| it.left), shared.after.href()),
        ];
        let others = beside.iter().map(|metric| shared.verdict(*metric));
        row.extend(others.map(|it| it.map_or_else(Cell::default, |it| judged(it, true))));
        row
    };
    Table { caption: name(analysis, series), columns, rows: series.iter().map(row).collect() }
}

/// `1.5× faster`, with the value before and after in small print.
fn judged(compared: &Compared, with_values: bool) -> Cell {
    let judgement = &compared.judgement;
    let word = verdict::claim(compared.metric, &judgement.claim);
    let text = judgement.ratio.map(|ratio| format!("{} {word}", verdict::ratio(ratio)));
    let values = compared.right.zip(compared.left).filter(|_| with_values);
    let values =
        values.map(|(before, after)| format!("{} to {}", format::figure(before), format::figure(after)));
    let remarks: Vec<String> = [values, verdict::interval(judgement), verdict::reasons_beside(judgement)]
        .into_iter()
        .flatten()
        .collect();
    Cell::claim(text.unwrap_or_default(), &judgement.claim).remark(remarks.join("; "))
}
