//! An Excel workbook: a sheet a table, and a sheet that says what the columns are.
//!
//! Words are written as words and never as formulas: Excel shows `=cmd()` and runs nothing, not even when the cell is edited,
//! since such cells have the mark of what was typed after an apostrophe.

use super::{Format, csv};
use crate::dataset::{Cell, DatasetError, Field, Table};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format as Look, Workbook, Worksheet, XlsxError};

/// Excel's limits: rows of a sheet, characters of a cell, characters of a sheet's name, and the largest number, above which it
/// calls a file damaged.
const MOST_ROWS: usize = 1_048_576;
const LONGEST_CELL: usize = 32_767;
const LONGEST_NAME: usize = 31;
const LARGEST: f64 = 9.999_999_999_999_99e307;

pub(super) fn write(tables: &[Table<'_>]) -> Result<Vec<u8>, DatasetError> {
    if let Some(table) = tables.iter().find(|table| table.rows() >= MOST_ROWS) {
        let message = format!(
            "a sheet holds {MOST_ROWS} rows, and `{}` has {}. Filter, or choose another format",
            table.name,
            table.rows() + 1
        );
        return Err(DatasetError::Refused { format: Format::Xlsx, message });
    }
    filled(tables).map_err(|error| DatasetError::refused(Format::Xlsx)(&error))
}

fn filled(tables: &[Table<'_>]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // The file tells the time of its making; a build knows none.
    let never = ExcelDateTime::from_ymd(2000, 1, 1)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&never));
    for table in tables {
        let sheet = book.add_worksheet();
        sheet.set_name(sheet_name(&table.name))?;
        sheet.set_freeze_panes(1, 0)?;
        for (column, place) in table.columns().iter().zip(0..) {
            words(sheet, 0, place, &column.field.name)?;
        }
        if let Some(last) = table.columns().len().checked_sub(1) {
            sheet.autofilter(0, 0, table.rows() as u32, last as u16)?;
        }
        for (column, place) in table.columns().iter().zip(0..) {
            sheet.set_column_width(place, width(&column.field))?;
        }
        for row in 0..table.rows() {
            for (cell, place) in table.row(row).zip(0..) {
                put(sheet, row as u32 + 1, place, cell)?;
            }
        }
    }
    columns(book.add_worksheet(), tables)?;
    book.save_to_buffer()
}

/// What the columns of all sheets are.
fn columns(sheet: &mut Worksheet, tables: &[Table<'_>]) -> Result<(), XlsxError> {
    sheet.set_name("columns")?;
    let head = ["table", "column", "kind", "unit", "description"];
    let described = tables.iter().flat_map(|table| {
        table.columns().iter().map(|column| {
            let field = &column.field;
            [table.name.as_ref(), &field.name, field.kind.name(), &field.unit, &field.description]
        })
    });
    for (row, cells) in (0..).zip([head].into_iter().chain(described)) {
        for (place, cell) in (0..).zip(cells) {
            words(sheet, row, place, cell)?;
        }
    }
    Ok(())
}

fn put(sheet: &mut Worksheet, row: u32, place: u16, cell: Cell<'_>) -> Result<(), XlsxError> {
    match cell {
        Cell::Absent => {}
        Cell::Text(value) => words(sheet, row, place, value)?,
        // Above 2^53 Excel would round: such a number is better read than computed with.
        Cell::Integer(value) if value.unsigned_abs() > 1 << 53 => {
            words(sheet, row, place, &cell.to_string())?;
        }
        Cell::Integer(value) => {
            sheet.write_number(row, place, value as f64)?;
        }
        Cell::Number(value) if value.abs() > LARGEST => words(sheet, row, place, &cell.to_string())?,
        Cell::Number(value) => {
            sheet.write_number(row, place, value)?;
        }
        Cell::Boolean(value) => {
            sheet.write_boolean(row, place, value)?;
        }
        // Excel's days begin with 1900.
        Cell::Date(day) if day.year() >= 1900 => {
            let day = ExcelDateTime::from_ymd(day.year() as u16, day.month() as u8, day.day() as u8)?;
            sheet.write_datetime_with_format(row, place, day, &Look::new().set_num_format("yyyy-mm-dd"))?;
        }
        Cell::Date(_) => words(sheet, row, place, &cell.to_string())?,
    }
    Ok(())
}

/// Characters that a column is wide, so that its name can be read.
fn width(field: &Field) -> f64 {
    (field.name.chars().count() as f64 + 3.0).clamp(10.0, 30.0)
}

/// Words, cut where Excel's cell ends.
fn words(sheet: &mut Worksheet, row: u32, place: u16, text: &str) -> Result<(), XlsxError> {
    let cut: String = text.chars().take(LONGEST_CELL).collect();
    if csv::is_formula(&cut) {
        sheet.write_string_with_format(row, place, cut, &Look::new().set_quote_prefix())?;
    } else {
        sheet.write_string(row, place, cut)?;
    }
    Ok(())
}

/// A name that Excel takes for a sheet.
fn sheet_name(name: &str) -> String {
    let plain = name.chars().map(|c| if "[]:*?/\\'".contains(c) { '_' } else { c });
    plain.take(LONGEST_NAME).collect()
}
