//! The files of the datasets: every table in every format, what describes them, their versions and checksums.

use super::{Contents, OutputFile};
use crate::{
    analysis::Analysis,
    catalog::DataVersion,
    dataset::{
        DatasetError, DatasetFile, Format, Publication, PublishedTable, Table, citation_file, croissant,
        data_package, describe, part_as_parquet, serialize, sha256, tables,
    },
};
use flate2::{Compression, write::GzEncoder};
use rayon::prelude::*;
use serde_json::{Value, json};
use std::{borrow::Cow, fmt::Write as _, io::Write as _};

/// The formats that each table has a file in, those among them that this program can write.
const EACH: [Format; 3] = [Format::Csv, Format::Json, Format::Parquet];

/// A table of more rows is published in parts by model too.
const LARGE: usize = 50_000;

/// The database that the page for questions loads, below `data/`: hosts zip no files of that kind on their way.
const DATABASE_TO_ASK: &str = "query/results.sqlite.gz";

/// All files of the datasets, and what pages say about them.
///
/// # Errors
/// When a table is wrongly defined, or the library of a format refuses.
pub fn datasets(analysis: &Analysis<'_>) -> Result<(Vec<OutputFile>, Publication), DatasetError> {
    let tables = tables(analysis)?;
    // One after the other: both at once take the room of both.
    let (whole, each) = (whole(&tables)?, each(&tables)?);
    let releases = &analysis.catalog.releases;
    let (version, mut published) = described(analysis, &tables, &each);
    let mut files = Files::default();
    for (table, written) in published.iter_mut().zip(each) {
        for file in written {
            let description = format!("{} as {}", table.title, file.format);
            let described =
                files.add(&file.path, &description, Some(file.rows), Some(file.format), file.contents);
            if file.is_part { table.parts.push(described) } else { table.files.push(described) }
        }
    }
    let rows = tables.iter().map(Table::rows).sum();
    let zipped = whole.as_ref().map(|bytes| {
        let description = "The same database, zipped, as the page for questions loads it";
        files.add(DATABASE_TO_ASK, description, Some(rows), None, Contents::plain(zipped(&bytes.bytes())))
    });
    let whole: Vec<DatasetFile> = whole
        .into_iter()
        .map(|bytes| {
            let description = "All tables in one SQLite database, with keys, indexes and views";
            files.add(
                &format!("results.{}", Format::Sqlite.ending()),
                description,
                Some(rows),
                Some(Format::Sqlite),
                bytes,
            )
        })
        .collect();
    let mut publication = Publication {
        version,
        released: releases.versions.clone(),
        tables: published,
        whole,
        zipped,
        descriptions: Vec::new(),
    };
    publication.descriptions = descriptions(analysis, &publication, &mut files);
    versions(&publication, &mut files);
    files.files.push(OutputFile::new("data/SHA256SUMS", files.sums));
    Ok((files.files, publication))
}

/// What the data are called, and what is said about each table, both from the tables' JSON files.
fn described(
    analysis: &Analysis<'_>,
    tables: &[Table<'_>],
    each: &[Vec<Written>],
) -> (DataVersion, Vec<PublishedTable>) {
    let json = each.iter().map(|written| written.iter().find(|file| file.format == Format::Json));
    let jsons: Vec<Cow<'_, [u8]>> =
        json.map(|file| file.map_or(Cow::Borrowed(&[][..]), |file| file.contents.bytes())).collect();
    let described: Vec<(&Table<'_>, &[u8])> = tables.iter().zip(jsons.iter().map(AsRef::as_ref)).collect();
    let (version, _) = describe(analysis, &described, &analysis.catalog.releases);
    (version, described.iter().map(|(table, json)| PublishedTable::of(table, json)).collect())
}

/// Files and the list of their checksums.
#[derive(Default)]
struct Files {
    files: Vec<OutputFile>,
    sums: String,
}

impl Files {
    /// Adds a file at `path` below `data/`.
    fn add(
        &mut self,
        path: &str,
        description: &str,
        rows: Option<usize>,
        format: Option<Format>,
        contents: Contents,
    ) -> DatasetFile {
        let sha256 = sha256(&contents.bytes());
        let _ = writeln!(self.sums, "{sha256}  {path}");
        let file = DatasetFile {
            href: format!("/data/{path}"),
            description: description.to_owned(),
            rows,
            size: contents.size(),
            sha256,
            format,
        };
        self.files.push(OutputFile { path: format!("data/{path}"), contents });
        file
    }
}

/// A table, or a part of one, in a format.
struct Written {
    path: String,
    format: Format,
    rows: usize,
    is_part: bool,
    contents: Contents,
}

/// Every table in every format of its own, in the order of the tables.
fn each(tables: &[Table<'_>]) -> Result<Vec<Vec<Written>>, DatasetError> {
    let of = |table: &Table<'_>| -> Result<Vec<Written>, DatasetError> {
        let formats = EACH.into_par_iter().filter(|format| format.is_built_in());
        let mut written = formats
            .map(|format| {
                let contents = Contents::packed(serialize(format, std::slice::from_ref(table))?);
                let path = format!("{}.{}", table.name, format.ending());
                Ok(Written { path, format, rows: table.rows(), is_part: false, contents })
            })
            .collect::<Result<Vec<_>, DatasetError>>()?;
        if table.rows() > LARGE && Format::Parquet.is_built_in() {
            written.extend(parts(table)?);
        }
        Ok(written)
    };
    tables.par_iter().map(of).collect()
}

/// A large table by model, in folders that tools know as a partition (`model=dsr1`); nothing for one without models.
fn parts(table: &Table<'_>) -> Result<Vec<Written>, DatasetError> {
    let format = Format::Parquet;
    let parts = table.groups("model").into_par_iter().map(|(model, rows)| {
        let contents = Contents::packed(part_as_parquet(table, &rows)?);
        let path = format!("{}/parquet/model={model}/{}.{}", table.name, table.name, format.ending());
        Ok(Written { path, format, rows: rows.len(), is_part: true, contents })
    });
    parts.collect()
}

/// All tables in one file, where this program can write it.
fn whole(tables: &[Table<'_>]) -> Result<Option<Contents>, DatasetError> {
    let written = Format::Sqlite.is_built_in().then(|| serialize(Format::Sqlite, tables)).transpose()?;
    Ok(written.map(Contents::packed))
}

/// Bytes as gzip has them, without a name or a time.
fn zipped(bytes: &[u8]) -> Vec<u8> {
    let mut zipped = GzEncoder::new(Vec::new(), Compression::default());
    // Memory takes whatever is written to it.
    let _ = zipped.write_all(bytes);
    zipped.finish().unwrap_or_default()
}

/// What describes the tables to machines.
fn descriptions(analysis: &Analysis<'_>, publication: &Publication, files: &mut Files) -> Vec<DatasetFile> {
    let config = analysis.config;
    let parts = [
        (
            "columns.json",
            "The columns of the measurements, each with its unit and meaning",
            columns(publication),
        ),
        (
            "croissant.json",
            "All tables as Croissant 1.1, for machine-learning tools",
            croissant(config, publication),
        ),
        (
            "datapackage.json",
            "All tables as a Data Package 2 with Table Schemas",
            data_package(config, publication),
        ),
        ("CITATION.cff", "How to cite the data", citation_file(config, &publication.version)),
    ];
    let add = |(name, description, text): (&str, &str, String)| {
        files.add(name, description, None, None, Contents::plain(text.into_bytes()))
    };
    parts.into_iter().map(add).collect()
}

/// The columns of the measurements, one a line.
fn columns(publication: &Publication) -> String {
    let measurements = publication.tables.iter().filter(|table| table.name == "measurements");
    let rows: Vec<String> = measurements
        .flat_map(|table| &table.fields)
        .map(|published| {
            let field = &published.field;
            json!({
                "name": field.name, "unit": field.unit, "type": field.kind.name(), "description": field.description,
            })
            .to_string()
        })
        .collect();
    format!("[\n{}\n]\n", rows.join(",\n"))
}

/// A file for each version, and the list of them, newest first.
fn versions(publication: &Publication, files: &mut Files) {
    let current = (!publication.is_released()).then_some(&publication.version);
    let all: Vec<&DataVersion> = current.into_iter().chain(publication.released.iter().rev()).collect();
    let list: Vec<Value> = all
        .iter()
        .map(|version| {
            let rows: serde_json::Map<String, Value> =
                version.tables.iter().map(|(name, table)| (name.clone(), table.rows.into())).collect();
            json!({
                "version": version.version,
                "date": version.date,
                "previous": version.previous,
                "released": current != Some(version),
                "file": format!("{}.json", version.version),
                "rows": rows,
            })
        })
        .collect();
    files.files.push(OutputFile::new("data/versions/index.json", format!("{:#}\n", Value::from(list))));
    for version in all {
        // A version always has a JSON form.
        let text = serde_json::to_string_pretty(version).unwrap_or_default();
        files.files.push(OutputFile::new(format!("data/versions/{}.json", version.version), text + "\n"));
    }
}
