//! The formats: one file each, all written from the same [`Table`].

mod csv;
mod json;
#[cfg(feature = "datasets")]
mod parquet;
mod sql;
#[cfg(feature = "datasets")]
mod sqlite;
#[cfg(feature = "datasets")]
mod xlsx;

pub use sql::VIEWS;

use super::{DatasetError, Table};
use std::fmt;

/// A format that tables can be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values, RFC 4180, for spreadsheets and everything else.
    Csv,
    /// A JSON array, one row a line, without what isn't known.
    Json,
    /// Apache Parquet, typed and compressed, for DuckDB, pandas, Polars, R.
    Parquet,
    /// One SQLite database with keys, indexes and views.
    Sqlite,
    /// The same as SQL text, for other databases.
    Sql,
    /// An Excel workbook, a sheet a table.
    Xlsx,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 6] = [Self::Csv, Self::Json, Self::Parquet, Self::Sqlite, Self::Sql, Self::Xlsx];

    /// Its name in a file's ending.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Parquet => "parquet",
            Self::Sqlite => "sqlite",
            Self::Sql => "sql",
            Self::Xlsx => "xlsx",
        }
    }

    /// Its name for readers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "CSV",
            Self::Json => "JSON",
            Self::Parquet => "Parquet",
            Self::Sqlite => "SQLite",
            Self::Sql => "SQL",
            Self::Xlsx => "Excel",
        }
    }

    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv",
            Self::Json => "application/json",
            Self::Parquet => "application/vnd.apache.parquet",
            Self::Sqlite => "application/vnd.sqlite3",
            Self::Sql => "application/sql",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }

    /// Whether one file holds several tables.
    pub fn holds_many(self) -> bool {
        matches!(self, Self::Sqlite | Self::Sql | Self::Xlsx)
    }

    /// Whether this program can write it.
    pub fn is_built_in(self) -> bool {
        cfg!(feature = "datasets") || matches!(self, Self::Csv | Self::Json | Self::Sql)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// Writes some rows of a table, by their numbers, as Parquet.
///
/// # Errors
/// When this program was built without that format, or when its library refuses.
pub fn part_as_parquet(table: &Table<'_>, rows: &[usize]) -> Result<Vec<u8>, DatasetError> {
    #[cfg(feature = "datasets")]
    return parquet::write(table, rows);
    #[cfg(not(feature = "datasets"))]
    {
        let _ = (table, rows);
        Err(DatasetError::NotBuiltIn { format: Format::Parquet })
    }
}

/// Writes tables as one file. The same tables are always the same bytes.
///
/// # Errors
/// When the format holds one table and there are others, when this program was built without it, or when its library
/// refuses.
pub fn serialize(format: Format, tables: &[Table<'_>]) -> Result<Vec<u8>, DatasetError> {
    let one = || match tables {
        [table] => Ok(table),
        _ => Err(DatasetError::OneTable { format, tables: tables.len() }),
    };
    match format {
        Format::Csv => Ok(csv::write(one()?)),
        Format::Json => Ok(json::write(one()?)),
        Format::Sql => Ok(sql::write(tables)),
        #[cfg(feature = "datasets")]
        Format::Parquet => parquet::write(one()?, &(0..one()?.rows()).collect::<Vec<_>>()),
        #[cfg(feature = "datasets")]
        Format::Sqlite => sqlite::write(tables),
        #[cfg(feature = "datasets")]
        Format::Xlsx => xlsx::write(tables),
        #[cfg(not(feature = "datasets"))]
        Format::Parquet | Format::Sqlite | Format::Xlsx => Err(DatasetError::NotBuiltIn { format }),
    }
}
