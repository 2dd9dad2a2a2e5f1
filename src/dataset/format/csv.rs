//! CSV as RFC 4180 has it, with LF; what isn't known is an empty cell.
//!
//! A spreadsheet runs a cell that starts with `=`, `+`, `-`, `@`, a tab or a return as a formula. Words that start so get an
//! apostrophe in front (OWASP, "CSV injection"); so do words that start with apostrophes before such a sign, so that
//! reading can take exactly one away and nothing is lost. Numbers are never touched.

use super::Format;
use crate::dataset::{Cell, DatasetError, Field, Kind, Table, Values, table::Column};
use rayon::prelude::*;
use std::{borrow::Cow, fmt::Write};

/// Rows that one thread writes at a time.
const CHUNK: usize = 512;

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
    let parts: Vec<String> = rows.par_chunks(CHUNK).map(|rows| lines(table, rows)).collect();
    parts.iter().for_each(|part| text.push_str(part));
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

/// A cell of words. An empty one is quoted: without quotes it would be one that isn't known.
fn words(text: &mut String, value: &str) {
    let value = harmless(value);
    if value.is_empty() || value.contains(['"', ',', '\n', '\r']) {
        let _ = write!(text, "\"{}\"", value.replace('"', "\"\""));
    } else {
        text.push_str(&value);
    }
}

/// Whether a spreadsheet could take the words for a formula, apostrophes before them aside.
fn is_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// Words that no spreadsheet runs.
pub(super) fn harmless(text: &str) -> Cow<'_, str> {
    if is_formula(text) { format!("'{text}").into() } else { text.into() }
}

/// The words that were made harmless.
fn original(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| is_formula(rest)).unwrap_or(text)
}

/// Reads the columns of `fields` from a file that [`write`] wrote; columns that have no field are left out, and fields
/// that have no column are absent.
pub(in crate::dataset) fn read(bytes: &[u8], fields: &[Field]) -> Result<Vec<Column<'static>>, DatasetError> {
    let unreadable =
        |place: String, what: String| DatasetError::Unreadable { format: Format::Csv, place, what };
    let mut reader = ::csv::Reader::from_reader(bytes);
    let header = reader.headers().map_err(|error| unreadable("line 1".into(), error.to_string()))?.clone();
    let names: Vec<&str> = header.iter().map(original).collect();
    for (index, name) in names.iter().enumerate() {
        if names[..index].contains(name) {
            return Err(unreadable(
                "line 1".into(),
                format!("column `{name}` stands twice. Rename one of them"),
            ));
        }
    }
    let rows = reader.records().collect::<Result<Vec<_>, _>>();
    let rows = rows.map_err(|error| unreadable("a row".into(), error.to_string()))?;
    let column = |field: &Field| -> Result<Column<'static>, DatasetError> {
        let place = names.iter().position(|name| *name == field.name);
        let cells =
            rows.iter().map(|row| place.and_then(|place| row.get(place)).filter(|cell| !cell.is_empty()));
        let values = parsed(cells, field.kind).map_err(|(row, cell)| {
            // The header is the first line, and people count from one.
            unreadable(
                format!("row {}, column `{}`", row + 2, field.name),
                format!("{cell:?} is no {}", field.kind.name()),
            )
        })?;
        Ok(Column { field: field.clone(), values })
    };
    fields.iter().map(column).collect()
}

/// Cells of one kind, or the first that isn't, with its row.
fn parsed<'t>(
    cells: impl Iterator<Item = Option<&'t str>>,
    kind: Kind,
) -> Result<Values<'static>, (usize, &'t str)> {
    fn each<'t, T>(
        cells: impl Iterator<Item = Option<&'t str>>,
        parse: impl Fn(&'t str) -> Option<T>,
    ) -> Result<Vec<Option<T>>, (usize, &'t str)> {
        let cells = cells.enumerate();
        cells.map(|(row, cell)| cell.map(|cell| parse(cell).ok_or((row, cell))).transpose()).collect()
    }
    Ok(match kind {
        Kind::Text => Values::Text(each(cells, |cell| Some(original(cell).to_owned().into()))?),
        Kind::Integer => Values::Integer(each(cells, |cell| cell.parse().ok())?),
        Kind::Number => {
            Values::Number(each(cells, |cell| cell.parse().ok().filter(|value: &f64| value.is_finite()))?)
        }
        Kind::Boolean => Values::Boolean(each(cells, |cell| cell.parse().ok())?),
        Kind::Date => Values::Date(each(cells, |cell| cell.parse().ok())?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spreadsheet_never_runs_a_cell_and_nothing_is_lost() {
        for formula in ["=cmd()", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "'=x", "''=x"] {
            let safe = harmless(formula);
            assert!(safe.starts_with('\''), "{formula:?}");
            assert_eq!(original(&safe), formula);
        }
        for plain in ["plain", "'quoted'", "a=b", "", "'"] {
            assert_eq!(harmless(plain), plain);
            assert_eq!(original(plain), plain);
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
