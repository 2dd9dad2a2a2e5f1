//! One SQLite database with all tables, made in memory: the same tables in the same order are the same pages.

use super::{Format, sql};
use crate::dataset::{Cell, DatasetError, Table};
use rusqlite::{
    Connection, params_from_iter,
    serialize::Data,
    types::{ToSqlOutput, Value, ValueRef},
};

/// Bytes of a page.
const PAGE: u32 = 4096;

pub(super) fn write(tables: &[Table<'_>]) -> Result<Vec<u8>, DatasetError> {
    filled(tables).map_err(|error| DatasetError::refused(Format::Sqlite)(&error))
}

fn filled(tables: &[Table<'_>]) -> rusqlite::Result<Vec<u8>> {
    let mut database = Connection::open_in_memory()?;
    database.pragma_update(None, "page_size", PAGE)?;
    database.pragma_update(None, "journal_mode", "OFF")?;
    // Tables refer to each other in circles of no order; what they refer to is checked when all of them are in.
    database.pragma_update(None, "foreign_keys", "OFF")?;
    let transaction = database.transaction()?;
    for table in tables {
        transaction.execute_batch(&sql::create(table, tables))?;
        insert(&transaction, table)?;
    }
    describe(&transaction, tables)?;
    for statement in sql::after(tables) {
        transaction.execute_batch(&statement)?;
    }
    transaction.commit()?;
    // Without gaps, and with the planner's statistics.
    database.execute_batch("ANALYZE; VACUUM;")?;
    match database.serialize("main")? {
        // Two copies of a large database are enough.
        Data::Owned(bytes) => {
            drop(database);
            Ok(bytes.to_vec())
        }
        Data::Shared(bytes) => Ok(bytes.to_vec()),
    }
}

fn insert(database: &Connection, table: &Table<'_>) -> rusqlite::Result<()> {
    let places = vec!["?"; table.columns().len()].join(",");
    let mut statement =
        database.prepare(&format!("INSERT INTO {} VALUES ({places})", sql::quoted(&table.name)))?;
    for row in 0..table.rows() {
        statement.execute(params_from_iter(table.row(row).map(value)))?;
    }
    Ok(())
}

/// Days are text, yes and no are 1 and 0: SQLite has no such kinds.
fn value(cell: Cell<'_>) -> ToSqlOutput<'_> {
    match cell {
        Cell::Absent => ToSqlOutput::Borrowed(ValueRef::Null),
        Cell::Text(value) => ToSqlOutput::Borrowed(ValueRef::Text(value.as_bytes())),
        Cell::Integer(value) => ToSqlOutput::Borrowed(ValueRef::Integer(value)),
        Cell::Number(value) => ToSqlOutput::Borrowed(ValueRef::Real(value)),
        Cell::Boolean(value) => ToSqlOutput::Borrowed(ValueRef::Integer(value.into())),
        Cell::Date(value) => ToSqlOutput::Owned(Value::Text(value.to_string())),
    }
}

/// The meaning of every column, in the database itself.
fn describe(database: &Connection, tables: &[Table<'_>]) -> rusqlite::Result<()> {
    database.execute_batch(
        "CREATE TABLE column_descriptions (table_name TEXT NOT NULL, column_name TEXT NOT NULL, kind TEXT NOT NULL, \
         unit TEXT, description TEXT NOT NULL, PRIMARY KEY (table_name, column_name))",
    )?;
    let mut statement =
        database.prepare("INSERT INTO column_descriptions VALUES (?, ?, ?, NULLIF(?, ''), ?)")?;
    for table in tables {
        for column in table.columns() {
            let field = &column.field;
            statement.execute((
                &table.name,
                &field.name,
                field.kind.name(),
                &field.unit,
                &field.description,
            ))?;
        }
    }
    Ok(())
}
