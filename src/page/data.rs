//! Where to take the data: files, sizes, checksums, licence, citation.

use super::{
    Page, Subject,
    table::{Cell, Column, Table},
};
use crate::{analysis::Analysis, format};
use serde_json::json;

/// A published dataset file.
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
}

pub(super) fn page(analysis: &Analysis<'_>, datasets: &[DatasetFile]) -> Page {
    let rows = datasets
        .iter()
        .map(|file| {
            vec![
                Cell::link(file.href.rsplit('/').next().unwrap_or_default(), &file.href),
                Cell::text(&file.description).remark(format!("SHA-256 {}", file.sha256)),
                Cell::text(file.rows.map(format::count).unwrap_or_default()),
                Cell::text(format::bytes(file.size)),
            ]
        })
        .collect();
    let table = Table {
        caption: "Files".to_owned(),
        columns: vec![
            Column::words("File"),
            Column::words("Content"),
            Column::figures("Rows", ""),
            Column::figures("Size", ""),
        ],
        rows,
    };
    let newest = analysis.newest_day();
    Page {
        path: "/data/".to_owned(),
        title: "Data".to_owned(),
        description: "Everything on this site as files: CSV and JSON, with checksums, licence and citation."
            .to_owned(),
        template: "data",
        content: json!({
            "table": table.html(),
            "newest": newest.map(|day| day.to_string()),
            "year": newest.map(jiff::civil::Date::year),
            "measurements": format::count(analysis.measurement_count()),
            "evaluations": format::count(analysis.evaluation_count()),
            "runs": format::count(analysis.catalog.runs.len()),
        }),
        modified: newest,
        subject: Subject::Dataset { files: datasets.iter().map(|file| file.href.clone()).collect() },
        ..Page::default()
    }
}
