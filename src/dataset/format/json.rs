//! JSON: an array with one row a line, which leaves out what isn't known.

use crate::dataset::{Cell, Table};
use rayon::prelude::*;
use serde_json::Value;
use std::fmt::Write;

/// Rows that one thread writes at a time.
const CHUNK: usize = 512;
/// Rows that are written by all threads before they are put together.
const BATCH: usize = 16 * CHUNK;

pub(super) fn write(table: &Table<'_>) -> Vec<u8> {
    // Each name once, as JSON: a table has many rows.
    let names: Vec<String> =
        table.columns().iter().map(|column| Value::from(column.field.name.as_ref()).to_string()).collect();
    let rows: Vec<usize> = (0..table.rows()).collect();
    let mut text = String::from("[\n");
    // A batch at a time, so that no second copy of a large table is ever whole.
    for batch in rows.chunks(BATCH) {
        let parts: Vec<String> = batch.par_chunks(CHUNK).map(|rows| lines(table, &names, rows)).collect();
        parts.iter().for_each(|part| text.push_str(part));
    }
    // The last row has no comma behind it.
    if text.ends_with(",\n") {
        text.truncate(text.len() - 2);
    }
    text.push_str("\n]\n");
    text.into_bytes()
}

fn lines(table: &Table<'_>, names: &[String], rows: &[usize]) -> String {
    let mut text = String::new();
    for row in rows {
        let mut separator = '{';
        for (name, cell) in names.iter().zip(table.row(*row)) {
            let value = match cell {
                Cell::Absent => continue,
                cell => value(cell),
            };
            let _ = write!(text, "{separator}{name}:{value}");
            separator = ',';
        }
        text.push_str(if separator == '{' { "{},\n" } else { "},\n" });
    }
    text
}

/// A cell as JSON.
pub(super) fn value(cell: Cell<'_>) -> Value {
    match cell {
        Cell::Absent => Value::Null,
        Cell::Text(value) => value.into(),
        Cell::Integer(value) => value.into(),
        Cell::Number(value) => value.into(),
        Cell::Boolean(value) => value.into(),
        Cell::Date(value) => value.to_string().into(),
    }
}
