//! Where to take the data: tables, formats, versions, checksums, licence, citation.

mod query;
mod question;
mod reproduction;
mod table;
mod versions;

pub(super) use reproduction::{Compared, reproduction};

use super::{
    LazyPage, Page, Subject, Variables,
    table::{Cell, Column, Table},
};
use crate::{
    analysis::Analysis,
    dataset::{DatasetFile, Format, Publication, PublishedTable, VIEWS, bibtex, cite},
    format,
};
use serde_json::{Value, json};

/// The overview, a page for each table, and the versions.
pub(super) fn pages<'a>(analysis: &'a Analysis<'a>, publication: &'a Publication) -> Vec<LazyPage<'a>> {
    let mut pages: Vec<LazyPage<'a>> = vec![
        Box::new(|| page(analysis, publication)),
        Box::new(|| versions::page(publication, analysis)),
        Box::new(|| query::page(analysis, publication)),
    ];
    for table in &publication.tables {
        pages.push(Box::new(move || table::page(analysis, publication, table)));
    }
    pages
}

fn page(analysis: &Analysis<'_>, publication: &Publication) -> Page {
    let newest = analysis.newest_day();
    Page {
        path: "/data/".to_owned(),
        title: "Data".to_owned(),
        description: "Everything on this site as tables: CSV, JSON, Parquet and SQLite, with units, checksums, versions, licence and citation."
            .to_owned(),
        template: "data",
        content: json!({
            "tables": tables(&publication.tables).html(),
            "others": files("Files that hold or describe all tables", others(publication)).html(),
            "views": publication.whole.first().map(|file| json!({ "file": file.name(), "list": views() })),
            "newest": newest.map(|day| day.to_string()),
            "measurements": format::count(analysis.measurement_count()),
            "evaluations": format::count(analysis.evaluation_count()),
            "runs": format::count(analysis.catalog.runs.len()),
            "reproduction": reproduction::headline(analysis),
            "citation": citation(analysis, publication, "/data/"),
        }),
        modified: newest,
        subject: Subject::Dataset {
            files: publication.data_files().map(|file| file.href.clone()).collect(),
            variables: Variables { version: Some(publication.version.version.clone()), ..Variables::default() },
        },
        keywords: publication.tables.iter().map(|table| table.title.clone()).collect(),
        ..Page::default()
    }
}

/// The tables with their files.
fn tables(tables: &[PublishedTable]) -> Table {
    let formats =
        Format::ALL.into_iter().filter(|format| tables.iter().any(|table| table.file(*format).is_some()));
    let formats: Vec<Format> = formats.collect();
    let row = |table: &PublishedTable| {
        let mut row = vec![
            Cell::link(&table.title, table.href()).remark(&table.description),
            Cell::text(format::count(table.rows)),
        ];
        row.extend(formats.iter().map(|format| {
            table
                .file(*format)
                .map_or_else(Cell::default, |file| Cell::link(file.name(), &file.href).remark(size(file)))
        }));
        row
    };
    let mut columns = vec![Column::words("Table"), Column::figures("Rows", "")];
    columns.extend(formats.iter().map(|format| Column::words(format.name())));
    Table { caption: "Tables".to_owned(), columns, rows: tables.iter().map(row).collect() }
}

/// Files with their sizes and checksums.
fn files<'a>(caption: &str, files: impl IntoIterator<Item = &'a DatasetFile>) -> Table {
    let row = |file: &DatasetFile| {
        vec![
            Cell::link(file.name(), &file.href),
            Cell::text(&file.description).remark(format!("SHA-256 {}", file.sha256)),
            Cell::text(size(file)),
        ]
    };
    Table {
        caption: caption.to_owned(),
        columns: vec![Column::words("File"), Column::words("Content"), Column::figures("Size", "")],
        rows: files.into_iter().map(row).collect(),
    }
}

/// A file's size, which no line breaks.
fn size(file: &DatasetFile) -> String {
    format::bytes(file.size).replace(' ', "\u{a0}")
}

fn others(publication: &Publication) -> impl Iterator<Item = &DatasetFile> {
    publication.whole.iter().chain(&publication.descriptions)
}

fn views() -> Vec<Value> {
    VIEWS.iter().map(|view| json!({ "name": view.name, "question": view.question })).collect()
}

/// How what stands at `path` is cited.
fn citation(analysis: &Analysis<'_>, publication: &Publication, path: &str) -> Value {
    let (config, version) = (analysis.config, &publication.version);
    json!({
        "version": version.version,
        "words": cite(config, version, path),
        "bibtex": bibtex(config, version, path),
    })
}
