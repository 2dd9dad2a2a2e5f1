//! CSV as RFC 4180 has it, with LF; what isn't known is an empty cell.
//!
//! A spreadsheet runs a cell that starts with `=`, `+`, `-`, `@`, a tab or a return as a formula. Words that start so get an
//! apostrophe in front (OWASP, "CSV injection"); so do words that start with apostrophes before such a sign, so that
//! reading can take exactly one away and nothing is lost. Numbers are never touched.

use crate::dataset::{Cell, Table};
use rayon::prelude::*;
use std::{borrow::Cow, fmt::Write};

/// Rows that one thread writes at a time.
const CHUNK: usize = 512;
/// Rows that are written by all threads before they are put together.
const BATCH: usize = 16 * CHUNK;

pub(super) fn write(table: &Table<'_>) -> Vec<u8> {
    let mut text = String::new();
    for (index, column) in table.columns().iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        words(&mut text, &column.field.name);
    }
    text.push('\n');
    let rows: Vec<usize> = (0..table.rows()).collect();
    // A batch at a time, so that no second copy of a large table is ever whole.
    for batch in rows.chunks(BATCH) {
        let parts: Vec<String> = batch.par_chunks(CHUNK).map(|rows| lines(table, rows)).collect();
        parts.iter().for_each(|part| text.push_str(part));
    }
    text.into_bytes()
}

fn lines(table: &Table<'_>, rows: &[usize]) -> String {
    let mut text = String::new();
    for row in rows {
        for (index, cell) in table.row(*row).enumerate() {
            if index > 0 {
                text.push(',');
            }
            match cell {
                Cell::Absent => {}
                Cell::Text(value) => words(&mut text, value),
                figure => {
                    let _ = write!(text, "{figure}");
                }
            }
        }
        text.push('\n');
    }
    text
}

/// A cell of words. An empty one is quoted: without quotes it would be one that isn't known. So is one with a semicolon, at which
/// spreadsheets of many countries would cut it.
fn words(text: &mut String, value: &str) {
    let value = harmless(value);
    if value.is_empty() || value.contains(['"', ',', ';', '\t', '\n', '\r']) {
        let _ = write!(text, "\"{}\"", value.replace('"', "\"\""));
    } else {
        text.push_str(&value);
    }
}

/// Whether a spreadsheet could take the words for a formula, apostrophes before them aside.
pub(super) fn is_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// Words that no spreadsheet runs.
pub(super) fn harmless(text: &str) -> Cow<'_, str> {
    if is_formula(text) { format!("'{text}").into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spreadsheet_never_runs_a_cell_and_nothing_is_lost() {
        for formula in ["=cmd()", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "'=x", "''=x"] {
            let safe = harmless(formula);
            assert_eq!(safe.strip_prefix('\''), Some(formula), "one apostrophe more, and nothing else");
        }
        for plain in ["plain", "'quoted'", "a=b", "", "'"] {
            assert_eq!(harmless(plain), plain);
        }
    }

    #[test]
    fn words_with_commas_quotes_and_line_ends_stay_one_cell() {
        let written = |value: &str| {
            let mut text = String::new();
            words(&mut text, value);
            text
        };
        assert_eq!(written("a,\"b\"\n"), "\"a,\"\"b\"\"\n\"");
        assert_eq!(written("plain 🚀"), "plain 🚀");
        assert_eq!(written(""), "\"\"");
    }
}
