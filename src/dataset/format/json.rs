//! JSON: an array with one row a line, which leaves out what isn't known.

use super::Format;
use crate::dataset::{Cell, DatasetError, Field, Kind, Table, Values, table::Column};
use rayon::prelude::*;
use serde_json::{Map, Value};
use std::fmt::Write;

/// Rows that one thread writes at a time.
const CHUNK: usize = 512;

pub(super) fn write(table: &Table<'_>) -> Vec<u8> {
    // Each name once, as JSON: a table has many rows.
    let names: Vec<String> =
        table.columns().iter().map(|column| Value::from(column.field.name.as_ref()).to_string()).collect();
    let rows: Vec<usize> = (0..table.rows()).collect();
    let parts: Vec<String> = rows.par_chunks(CHUNK).map(|rows| lines(table, &names, rows)).collect();
    let mut text = String::from("[\n");
    parts.iter().for_each(|part| text.push_str(part));
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

/// Reads the columns of `fields` from a file that [`write`] wrote; what has no field is left out.
pub(in crate::dataset) fn read(bytes: &[u8], fields: &[Field]) -> Result<Vec<Column<'static>>, DatasetError> {
    let unreadable =
        |place: String, what: String| DatasetError::Unreadable { format: Format::Json, place, what };
    let rows: Vec<Map<String, Value>> = serde_json::from_slice(bytes)
        .map_err(|error| unreadable(format!("line {}", error.line()), error.to_string()))?;
    let column = |field: &Field| -> Result<Column<'static>, DatasetError> {
        let cells = rows.iter().map(|row| row.get(field.name.as_ref()).filter(|value| !value.is_null()));
        let values = parsed(cells, field.kind).map_err(|(row, cell)| {
            unreadable(
                format!("row {}, `{}`", row + 1, field.name),
                format!("{cell} is no {}", field.kind.name()),
            )
        })?;
        Ok(Column { field: field.clone(), values })
    };
    fields.iter().map(column).collect()
}

/// Values of one kind, or the first that isn't, with its row.
fn parsed<'t>(
    cells: impl Iterator<Item = Option<&'t Value>>,
    kind: Kind,
) -> Result<Values<'static>, (usize, &'t Value)> {
    fn each<'t, T>(
        cells: impl Iterator<Item = Option<&'t Value>>,
        parse: impl Fn(&'t Value) -> Option<T>,
    ) -> Result<Vec<Option<T>>, (usize, &'t Value)> {
        let cells = cells.enumerate();
        cells.map(|(row, cell)| cell.map(|cell| parse(cell).ok_or((row, cell))).transpose()).collect()
    }
    Ok(match kind {
        Kind::Text => Values::Text(each(cells, |cell| Some(cell.as_str()?.to_owned().into()))?),
        Kind::Integer => Values::Integer(each(cells, Value::as_i64)?),
        Kind::Number => Values::Number(each(cells, Value::as_f64)?),
        Kind::Boolean => Values::Boolean(each(cells, Value::as_bool)?),
        Kind::Date => Values::Date(each(cells, |cell| cell.as_str()?.parse().ok())?),
    })
}
