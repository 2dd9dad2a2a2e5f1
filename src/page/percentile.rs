//! Percentiles beside the number of requests that they rest on: an extreme one from too few is flagged wherever it is shown.

use super::table::Cell;
use crate::{
    analysis::{Economics, Entry, Metric, Requests},
    format,
};

/// A flag for an extreme percentile that rests on too few requests, or on an unknown number: `≈40 of 459 requests`.
pub(super) fn flag(metric: Metric, entry: &Entry<'_>) -> Option<String> {
    let needed = metric.requests_needed()?;
    match Requests::of(entry) {
        None => Some("requests unknown".to_owned()),
        Some(requests) if requests.count() < needed => Some(match requests {
            Requests::Stated(count) => format!("{count} of {needed} requests"),
            Requests::Inferred(count) => format!("≈{count} of {needed} requests"),
        }),
        Some(_) => None,
    }
}

/// A figure of a measurement, or a gap, with its flag.
pub(super) fn figure(metric: Metric, entry: &Entry<'_>, economics: &Economics<'_>) -> Cell {
    let value = metric.value(entry.measurement, economics);
    flagged(Cell::figure(value), metric, entry)
}

/// The same cell with the flag that its figure needs, if any.
pub(super) fn flagged(cell: Cell, metric: Metric, entry: &Entry<'_>) -> Cell {
    match flag(metric, entry) {
        Some(flag) if !cell.text.is_empty() => {
            let remark = if cell.remark.is_empty() { flag } else { format!("{}, {flag}", cell.remark) };
            Cell { class: "thin", ..cell.remark(remark) }
        }
        _ => cell,
    }
}

/// The requests behind a point of a chart whose axes need so many, as a line of its details.
pub(super) fn detail(needed: u64, entry: &Entry<'_>) -> (String, String) {
    let requests = Requests::of(entry).map(Requests::count);
    let enough = requests.is_some_and(|count| count >= needed);
    let stated = requests.map_or_else(|| "not stated".to_owned(), |count| format::count(count as usize));
    let flag = if enough { String::new() } else { format!("; a p99 needs {needed}") };
    ("Requests".to_owned(), format!("{stated}{flag}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::sample::{UNPRICED, measurement, run};
    use serde_json::json;

    fn shown(requests: &serde_json::Value) -> (Cell, String) {
        let fields = json!({ "requests": requests, "latency": { "ttft": { "p99": 1.5 } } });
        let run = run("a", "2026-01-01", vec![measurement(&fields)]);
        let entry = Entry { run: &run, measurement: &run.measurements[0] };
        (figure(Metric::SlowTimeToFirstToken, &entry, &UNPRICED), detail(459, &entry).1)
    }

    #[test]
    fn a_p99_of_enough_requests_stands_alone_and_any_other_is_flagged() {
        let (cell, detail) = shown(&json!({ "completed": 459 }));
        assert_eq!((cell.text.as_str(), cell.class, detail.as_str()), ("1.5", "", "459"));
        let (cell, detail) = shown(&json!({ "completed": 458 }));
        assert_eq!((cell.remark.as_str(), cell.class), ("458 of 459 requests", "thin"));
        assert_eq!(detail, "458; a p99 needs 459");
        let (cell, detail) = shown(&json!(null));
        assert_eq!((cell.remark.as_str(), cell.class), ("requests unknown", "thin"));
        assert_eq!(detail, "not stated; a p99 needs 459");
    }

    #[test]
    fn a_gap_and_a_median_have_no_flag() {
        let run =
            run("a", "2026-01-01", vec![measurement(&json!({ "latency": { "ttft": { "p50": 1.0 } } }))]);
        let entry = Entry { run: &run, measurement: &run.measurements[0] };
        assert_eq!(figure(Metric::SlowTimeToFirstToken, &entry, &UNPRICED), Cell::default());
        assert_eq!(figure(Metric::TimeToFirstToken, &entry, &UNPRICED), Cell::figure(Some(1.0)));
    }
}
