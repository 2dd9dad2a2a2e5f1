//! `calibration`: how often the rule for single runs tells pairs of the same apart, of pairs that it was not taken from.

use super::arguments::Arguments;
use crate::{
    analysis::{Analysis, Calibration, WATCHED, adjacent_pairs, calibration},
    format,
    page::table::{Cell, Column, Table},
};

/// The table as HTML.
///
/// # Errors
/// An argument: there are none.
pub(super) fn block(analysis: &Analysis<'_>, arguments: &Arguments<'_>) -> Result<String, String> {
    arguments.only(&[])?;
    let of = |metric| calibration(&adjacent_pairs(analysis.histories(), metric, &analysis.economics));
    let found = WATCHED.into_iter().filter_map(|metric| Some((metric, of(metric)?)));
    let rows: Vec<Vec<Cell>> = found.map(|(metric, found)| row(metric.name(), &found)).collect();
    if rows.is_empty() {
        return Ok("<p class=\"notice\">Too few pairs of adjacent runs to leave some out.</p>".to_owned());
    }
    let table = Table {
        caption: "Pairs of runs of the same that the rule tells apart, judged by the others".to_owned(),
        columns: vec![
            Column::words("Metric"),
            Column::figures("Pairs", ""),
            Column::figures("Series", ""),
            Column::figures("Told apart, their series unseen", "%"),
            Column::figures("Told apart, their two runs unseen", "%"),
        ],
        rows,
    };
    Ok(table.html())
}

fn row(metric: &str, found: &Calibration) -> Vec<Cell> {
    let percent = |share: f64| Cell::text(format!("{:.1}", 100.0 * share));
    vec![
        Cell::text(metric),
        Cell::text(format::count(found.pairs)),
        Cell::text(format::count(found.series)),
        percent(found.of_unseen_series),
        percent(found.of_known_series),
    ]
}
