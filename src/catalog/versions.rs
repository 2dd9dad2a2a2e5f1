//! The versions of the data that were released: `content/versions/<version>.json`, written by `site release` and never edited.
//!
//! A build can't know what the data were; what differs between two versions is therefore found when the later one is
//! released, and kept. `content/versions/rows.json` holds a print of every row of the newest, for the next release to compare
//! with.

use super::load::files_in;
use crate::bounded;
use crate::finding::Finding;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, path::Path};

/// The folder of the released versions, below `content`.
pub const VERSIONS: &str = "versions";
/// A print of every row of every measurement ever made fits.
const LARGEST_VERSION: u64 = 256 << 20;
/// The file with the rows' prints in it.
pub const ROWS: &str = "rows.json";

/// A version of the data.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataVersion {
    /// Its name: the day of the newest of the data, and the hash of all of them.
    pub version: String,
    /// The day of the newest of the data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// The version before it; absent for the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<String>,
    /// Its tables by name.
    pub tables: BTreeMap<String, TableVersion>,
}

/// A table in a version.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableVersion {
    /// How many rows it has.
    pub rows: usize,
    /// Its columns, in order.
    pub columns: Vec<String>,
    /// SHA-256 of its JSON file, hexadecimal.
    pub sha256: String,
    /// What differs from the version before; absent where that has no such table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub difference: Option<Difference>,
}

/// What differs between two versions of a table. Rows are named by their keys.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Difference {
    /// Rows that are new.
    pub added: Vec<String>,
    /// Rows that are gone.
    pub removed: Vec<String>,
    /// Rows that have another cell, or a cell more or less.
    pub changed: Vec<String>,
    /// Columns that are new.
    pub columns_added: Vec<String>,
    /// Columns that are gone.
    pub columns_removed: Vec<String>,
}

/// A print of every row of a version, by table and key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowPrints {
    /// The version.
    pub version: String,
    /// The prints.
    pub tables: BTreeMap<String, BTreeMap<String, String>>,
}

/// Everything that was released.
#[derive(Clone, Debug, Default)]
pub struct Releases {
    /// The versions, oldest first.
    pub versions: Vec<DataVersion>,
    /// The rows of the newest.
    pub rows: RowPrints,
}

impl Releases {
    /// The newest version.
    pub fn newest(&self) -> Option<&DataVersion> {
        self.versions.last()
    }

    /// Reads `root/content/versions`.
    pub(super) fn read(root: &Path, findings: &mut Vec<Finding>) -> Self {
        let mut by_previous = BTreeMap::new();
        let mut rows = RowPrints::default();
        for file in files_in(root, VERSIONS, "json", findings) {
            let mut fault = |message: String| findings.push(Finding::error(&file, None, message));
            let bytes = match bounded::read(&root.join(&file), LARGEST_VERSION) {
                Ok(bytes) => bytes,
                Err(error) => {
                    fault(format!("can't be read: {error}"));
                    continue;
                }
            };
            let written = "Restore it from version control; `site release` writes these files";
            if file.file_name().is_some_and(|name| name == ROWS) {
                match serde_json::from_slice(&bytes) {
                    Ok(read) => rows = read,
                    Err(error) => fault(format!("{error}. {written}")),
                }
                continue;
            }
            match serde_json::from_slice::<DataVersion>(&bytes) {
                Err(error) => fault(format!("{error}. {written}")),
                Ok(version) if !file.ends_with(format!("{}.json", version.version)) => {
                    fault(format!("holds the version {}. Name the file after it", version.version));
                }
                Ok(version) => {
                    if let Some(other) = by_previous.insert(version.previous.clone(), version) {
                        fault(format!(
                            "follows the same version as {}. Release again after merging",
                            other.version
                        ));
                    }
                }
            }
        }
        let mut versions: Vec<DataVersion> = Vec::new();
        while let Some(next) =
            by_previous.remove(&versions.last().map(|last: &DataVersion| last.version.clone()))
        {
            versions.push(next);
        }
        let file = Path::new("content").join(VERSIONS);
        for lost in by_previous.values() {
            let message = format!("{}: the version before it is not here. Restore it", lost.version);
            findings.push(Finding::error(&file, None, message));
        }
        let newest = versions.last().map_or("", |newest| &newest.version);
        if rows.version != newest {
            let message = format!(
                "holds the rows of `{}`, not of the newest version `{newest}`. Restore it",
                rows.version
            );
            findings.push(Finding::error(file.join(ROWS), None, message));
        }
        Self { versions, rows }
    }
}
