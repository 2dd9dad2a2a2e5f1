//! What can be wrong with a table.

use super::Format;
use thiserror::Error;

/// Why a table, or a file of tables, was not made.
#[derive(Debug, Error)]
pub enum DatasetError {
    /// A column that can't be part of its table.
    #[error("{table}: column `{column}` {what}")]
    Column {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// What is wrong with it.
        what: String,
    },
    /// A format that holds one table was asked to hold another number of them.
    #[error(
        "{format} holds one table, and {tables} were given. Choose one, or a format for several: sqlite, sql, xlsx"
    )]
    OneTable {
        /// The format.
        format: Format,
        /// How many tables there were.
        tables: usize,
    },
    /// A format that this program was built without.
    #[error("this program was built without {format}. Build it with the cargo feature `datasets`")]
    NotBuiltIn {
        /// The format.
        format: Format,
    },
    /// The library that writes the format refused.
    #[error("{format}: {message}")]
    Refused {
        /// The format.
        format: Format,
        /// What it said.
        message: String,
    },
}

impl DatasetError {
    /// What a format's library said.
    #[cfg(feature = "datasets")]
    pub(super) fn refused(format: Format) -> impl Fn(&dyn std::fmt::Display) -> Self {
        move |error| Self::Refused { format, message: error.to_string() }
    }
}
