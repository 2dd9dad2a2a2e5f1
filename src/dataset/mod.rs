//! The datasets: what the site knows as tables, each defined once. Every format and every description is written from them.
//!
//! ```text
//! analysis ─► tables/ ─► Table ─┬─► format/    CSV, JSON, Parquet, SQLite, SQL, Excel
//!                               ├─► metadata/  Croissant, Frictionless, CITATION.cff
//!                               └─► version    what it is called, and what differs from the version before
//! ```

mod error;
mod filter;
mod format;
mod metadata;
mod publication;
mod table;
mod tables;
mod version;

pub use error::DatasetError;
pub use filter::Filter;
pub use format::{Format, VIEWS, part_as_parquet, serialize};
pub use metadata::{bibtex, citation_file, cite, croissant, data_package};
pub use publication::{DatasetFile, Publication, PublishedField, PublishedTable};
pub use table::{Cell, Column, Field, Kind, Table, Values};
pub use tables::tables;
pub use version::describe;

use sha2::{Digest, Sha256};
use std::fmt::Write;

/// SHA-256 of bytes, hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests;
