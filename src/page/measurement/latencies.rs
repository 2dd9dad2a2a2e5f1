//! The latencies of a measurement, each percentile flagged where it rests on too few requests.

use crate::{
    analysis::{Entry, NEEDED, Requests, requests_needed},
    format,
    html::Escaped,
};
use record::Distribution;
use std::fmt::Write;

const STATISTICS: [(&str, fn(&Distribution) -> Option<f64>); 8] = [
    ("mean", |d| d.mean),
    ("std", |d| d.std),
    ("p50", |d| d.p50),
    ("p75", |d| d.p75),
    ("p90", |d| d.p90),
    ("p95", |d| d.p95),
    ("p99", |d| d.p99),
    ("p99.9", |d| d.p99_9),
];

/// Appends the latencies of a measurement as a table, with what its high percentiles rest on.
pub(super) fn write(html: &mut String, entry: &Entry<'_>) {
    let Some(latency) = &entry.measurement.latency else { return };
    // Upstream measures the time between chunks, which hold as many tokens as the engine likes.
    let inter_token = if entry.run.source.project == "InferenceMAX" { "ITL, gap of chunks" } else { "ITL" };
    let rows = [
        ("TTFT", &latency.ttft),
        ("TPOT", &latency.tpot),
        (inter_token, &latency.itl),
        ("E2E", &latency.e2e),
        ("Interactivity (tok/s/user)", &latency.interactivity),
    ];
    let known: Vec<_> = rows.iter().filter_map(|(name, row)| Some((name, row.as_ref()?))).collect();
    if known.is_empty() {
        return;
    }
    let columns: Vec<_> =
        STATISTICS.iter().filter(|(_, pick)| known.iter().any(|(_, row)| pick(row).is_some())).collect();
    html.push_str("<div class=\"scroll\" role=\"group\" aria-label=\"Latencies\" tabindex=\"0\"><table><thead><tr><th scope=\"col\">Latency <small>s</small></th>");
    for (name, _) in &columns {
        let _ = write!(html, "<th scope=\"col\" class=\"n\">{name}</th>");
    }
    html.push_str("</tr></thead><tbody>");
    let requests = Requests::of(entry);
    for (name, row) in known {
        let _ = write!(html, "<tr><th scope=\"row\">{name}</th>");
        for (name, pick) in &columns {
            match pick(row) {
                Some(value) => {
                    let class = if is_thin(name, requests) { "n thin" } else { "n" };
                    let _ = write!(html, "<td class=\"{class}\">{}</td>", format::significant(value, 4));
                }
                None => html.push_str("<td class=\"n\"><span class=\"gap\">—</span></td>"),
            }
        }
        html.push_str("</tr>");
    }
    html.push_str("</tbody></table></div>");
    let shown: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    if let Some(flag) = thin_percentiles(entry, &shown) {
        let _ = write!(html, "<p class=\"note\">{}</p>", Escaped(&flag));
    }
}

/// Whether a percentile rests on too few requests, or on an unknown number.
fn is_thin(percentile: &str, requests: Option<Requests>) -> bool {
    let few = |needed| requests.is_none_or(|requests| requests.count() < needed);
    requests_needed(percentile).is_some_and(few)
}

/// Which of the percentiles that are shown rest on too few requests.
fn thin_percentiles(entry: &Entry<'_>, shown: &[&str]) -> Option<String> {
    let extreme: Vec<(&str, u64)> = NEEDED.into_iter().filter(|(name, _)| shown.contains(name)).collect();
    let Some(requests) = Requests::of(entry) else {
        let extreme: Vec<&str> = extreme.iter().map(|(name, _)| *name).collect();
        return (!extreme.is_empty()).then(|| {
            format!(
                "The source doesn’t say how many requests {} rest on; they may be chance.",
                extreme.join(", ")
            )
        });
    };
    let thin: Vec<String> = extreme
        .into_iter()
        .filter(|(_, needed)| requests.count() < *needed)
        .map(|(name, needed)| format!("{name} needs {needed}"))
        .collect();
    (!thin.is_empty()).then(|| {
        format!("May be chance: the high percentiles rest on {}; {}.", requests.words(), thin.join(", "))
    })
}
