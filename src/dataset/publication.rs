//! What is said about the datasets once they are written: everything but the rows.

use super::{Field, Format, Table};
use crate::catalog::DataVersion;

/// A published file.
#[derive(Clone, Debug)]
pub struct DatasetFile {
    /// Address, from the site's root.
    pub href: String,
    /// What is in it.
    pub description: String,
    /// How many rows it has, where it has rows.
    pub rows: Option<usize>,
    /// Its size in bytes.
    pub size: usize,
    /// SHA-256 of its bytes, hexadecimal.
    pub sha256: String,
    /// Its format, where it is one of the datasets'.
    pub format: Option<Format>,
}

impl DatasetFile {
    /// Its name, without the folders.
    pub fn name(&self) -> &str {
        self.href.rsplit('/').next().unwrap_or_default()
    }
}

/// A column and how much of it is known.
#[derive(Clone, Debug)]
pub struct PublishedField {
    /// The column.
    pub field: Field,
    /// How many rows have a cell in it.
    pub known: usize,
    /// The first cell that is known, in words.
    pub example: Option<String>,
}

/// A table, without its rows.
#[derive(Clone, Debug)]
pub struct PublishedTable {
    /// Its name in files and addresses.
    pub name: String,
    /// Its name for readers.
    pub title: String,
    /// What a row is.
    pub description: String,
    /// How many rows it has.
    pub rows: usize,
    /// Its columns.
    pub fields: Vec<PublishedField>,
    /// Its files, a format each.
    pub files: Vec<DatasetFile>,
    /// Parts of it by model, where it is large.
    pub parts: Vec<DatasetFile>,
    /// Its first rows as JSON lines.
    pub sample: Vec<String>,
}

impl PublishedTable {
    /// The address of its page.
    pub fn href(&self) -> String {
        format!("/data/{}/", self.name)
    }

    /// Its file in a format.
    pub fn file(&self, format: Format) -> Option<&DatasetFile> {
        self.files.iter().find(|file| file.format == Some(format))
    }
}

/// Everything that is published.
#[derive(Clone, Debug, Default)]
pub struct Publication {
    /// The version of the data.
    pub version: DataVersion,
    /// The versions that were released, oldest first; the last may be this one.
    pub released: Vec<DataVersion>,
    /// The tables.
    pub tables: Vec<PublishedTable>,
    /// Files that hold all tables.
    pub whole: Vec<DatasetFile>,
    /// The database as the page for questions loads it, zipped, where there is one.
    pub zipped: Option<DatasetFile>,
    /// Files that describe them.
    pub descriptions: Vec<DatasetFile>,
}

impl Publication {
    /// Every file with rows in it, the tables' own first.
    pub fn data_files(&self) -> impl Iterator<Item = &DatasetFile> {
        self.tables.iter().flat_map(|table| &table.files).chain(&self.whole)
    }

    /// Whether the version is one that was released.
    pub fn is_released(&self) -> bool {
        self.released.iter().any(|released| released.version == self.version.version)
    }
}

/// How many rows a sample has.
const SAMPLE: usize = 3;

impl PublishedTable {
    /// What is said about a table whose JSON file is `json`.
    pub fn of(table: &Table<'_>, json: &[u8]) -> Self {
        let fields = table.columns().iter().map(|column| {
            let known = |row: &usize| column.values.cell(*row) != super::Cell::Absent;
            let example = (0..table.rows()).find(known).map(|row| column.values.cell(row).to_string());
            PublishedField { field: column.field.clone(), known: column.known(), example }
        });
        // A JSON file has a row a line.
        let lines = json.split(|byte| *byte == b'\n').skip(1).take(SAMPLE.min(table.rows()));
        let line =
            |line: &[u8]| String::from_utf8_lossy(line.strip_suffix(b",").unwrap_or(line)).into_owned();
        Self {
            name: table.name.to_string(),
            title: table.title.to_string(),
            description: table.description.to_string(),
            rows: table.rows(),
            fields: fields.collect(),
            files: Vec::new(),
            parts: Vec::new(),
            sample: lines.map(line).collect(),
        }
    }
}
