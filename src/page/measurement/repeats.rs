//! The repeats of a measurement, one by one, with their spread and the interval of their mean.

use super::super::{
    charts::point_label,
    table::{Cell, Column, Table},
};
use crate::{
    analysis::{
        Economics, Metric,
        statistics::{Interval, Summary, mean_interval},
        values_of_repeats,
    },
    format,
};
use record::{Measurement, Repeat};

/// What is shown of each repeat: medians, which a repeat has requests enough for.
const METRICS: [Metric; 4] = [
    Metric::ThroughputPerAccelerator,
    Metric::TimeToFirstToken,
    Metric::Interactivity,
    Metric::EndToEndLatency,
];

/// Confidence of the interval of the mean.
const CONFIDENCE: f64 = 0.95;

/// Appends the repeats as a table; nothing where there are no two.
pub(super) fn write(html: &mut String, economics: &Economics<'_>, measurement: &Measurement) {
    if measurement.repeats.len() < 2 {
        return;
    }
    html.push_str(&table(economics, measurement).html());
    html.push_str(
        "<p class=\"note\">The measurement’s own figures are of all repeats together. The interval is Student’s t of the repeats of one sitting: \
         <a href=\"/method/#comparing-two-results\">another day may differ by more</a>.</p>",
    );
}

fn table(economics: &Economics<'_>, measurement: &Measurement) -> Table {
    let known = METRICS.into_iter().map(|metric| (metric, values_of_repeats(metric, measurement, economics)));
    let known: Vec<(Metric, Vec<Option<f64>>)> =
        known.filter(|(_, values)| values.iter().any(Option::is_some)).collect();
    let mut columns = vec![Column::words("Repeat")];
    columns.extend(known.iter().map(|(metric, _)| Column::figures(metric.name(), metric.unit())));
    columns.extend([Column::figures("Requests completed", ""), Column::figures("Window", "s")]);
    let figure = |value: Option<f64>| Cell::text(value.map(digits).unwrap_or_default());
    let one = |(at, repeat): (usize, &Repeat)| {
        let mut row = vec![Cell::text((at + 1).to_string())];
        row.extend(known.iter().map(|(_, values)| figure(values[at])));
        let completed = repeat.requests.as_ref().and_then(|requests| requests.completed);
        row.push(Cell::text(completed.map(|count| format::count(count as usize)).unwrap_or_default()));
        row.push(figure(repeat.duration_s));
        row
    };
    let mut rows: Vec<Vec<Cell>> = measurement.repeats.iter().enumerate().map(one).collect();
    let over_all: [(&str, Of); 3] =
        [("Mean", mean), ("Spread (standard deviation)", spread), ("95 % interval of the mean", interval)];
    rows.extend(over_all.map(|(name, of)| {
        let mut row = vec![Cell::text(name)];
        row.extend(known.iter().map(|(_, values)| {
            let values: Vec<f64> = values.iter().copied().flatten().collect();
            of(&values).unwrap_or_default()
        }));
        row.extend([Cell::text("–"), Cell::text("–")]);
        row
    }));
    let (repeats, load) = (measurement.repeats.len(), point_label(measurement));
    // A region of a page has a name of its own, and a run may repeat several loads.
    let of = if load.is_empty() { load } else { format!(" ({load})") };
    let caption = format!("{repeats} repeats, one after the other{of}; latencies are medians");
    Table { caption, columns, rows }
}

/// What is said of the values of all repeats; nothing of fewer than two.
type Of = fn(&[f64]) -> Option<Cell>;

fn mean(values: &[f64]) -> Option<Cell> {
    Some(Cell::text(digits(Summary::of(values)?.mean)))
}

fn spread(values: &[f64]) -> Option<Cell> {
    let summary = Summary::of(values).filter(|summary| summary.count > 1)?;
    let deviation = summary.variance().sqrt();
    let share = format::significant(100.0 * deviation / summary.mean, 2);
    Some(Cell::text(format!("{} ({share} %)", format::significant(deviation, 2))))
}

fn interval(values: &[f64]) -> Option<Cell> {
    let Interval { low, high } = mean_interval(values, CONFIDENCE)?;
    Some(Cell::text(format!("{} to {}", digits(low), digits(high))))
}

/// One digit more than elsewhere, since repeats differ in the last ones.
fn digits(value: f64) -> String {
    format::significant(value, 4)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::sample::{UNPRICED, measurement};
    use serde_json::json;

    fn shown(totals: &[f64]) -> String {
        let repeat = |total: &f64| {
            json!({
                "throughput": { "total": total },
                "latency": { "ttft": { "p50": 0.5 } },
                "requests": { "completed": 8, "sent": 8 },
                "duration_s": 7.25,
            })
        };
        let repeats: Vec<_> = totals.iter().map(repeat).collect();
        let mut html = String::new();
        write(&mut html, &UNPRICED, &measurement(&json!({ "repeats": repeats })));
        html
    }

    #[test]
    fn each_repeat_has_a_row_and_their_spread_and_interval_follow() {
        // On eight accelerators: 10, 12, 11 and 13 tok/s each, whose mean is known within 9.446 to 13.55.
        let html = shown(&[80.0, 96.0, 88.0, 104.0]);
        for part in [
            "<caption>4 repeats, one after the other (concurrency 16); latencies are medians</caption>",
            "<tr><th scope=\"row\">2</th><td class=\"n\">12</td><td class=\"n\">0.5</td>",
            "<th scope=\"row\">Mean</th><td class=\"n\">11.5</td>",
            "<td class=\"n\">1.3 (11 %)</td>",
            "<td class=\"n\">9.446 to 13.55</td>",
            "<td class=\"n\">7.25</td>",
        ] {
            assert!(html.contains(part), "no {part} in {html}");
        }
        assert!(!html.contains("Interactivity") && !html.contains("End-to-end"), "absent is no column");
    }

    #[test]
    fn a_single_run_has_no_repeats() {
        assert_eq!(shown(&[80.0]), "");
        assert_eq!(shown(&[]), "");
    }
}
