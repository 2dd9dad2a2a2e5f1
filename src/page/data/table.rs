//! One table of the data: its columns with units and meanings, its files, a sample, and how to read it.

use super::{citation, files, question};
use crate::{
    analysis::Analysis,
    dataset::{Format, Publication, PublishedField, PublishedTable},
    format,
    page::{
        Link, Page, Subject, Variable, Variables,
        table::{Cell, Column, Table},
    },
};
use serde_json::{Value, json};

/// Characters of an example that fit beside a column.
const EXAMPLE: usize = 40;

pub(super) fn page(analysis: &Analysis<'_>, publication: &Publication, table: &PublishedTable) -> Page {
    let path = table.href();
    let known = table.fields.iter().map(|field| Variable {
        name: field.field.name.to_string(),
        unit: field.field.unit.to_string(),
        description: field.field.description.to_string(),
    });
    Page {
        title: format!("{}: the table", table.title),
        description: format!(
            "{} with {}, as CSV, JSON and Parquet: columns, units, meaning, licence and code to read it.",
            format::plural(table.rows, "row", "rows"),
            format::plural(table.fields.len(), "column", "columns")
        ),
        template: "dataset",
        breadcrumbs: vec![Link::new("Data", "/data/")],
        content: json!({
            "title": table.title,
            "description": table.description,
            "rows": format::plural(table.rows, "row", "rows"),
            "columns": columns(publication, table).html(),
            "files": files("Files", &table.files).html(),
            "parts": (!table.parts.is_empty()).then(|| files("The same by model", &table.parts).html()),
            "sample": table.sample,
            "query": question::of_table(&table.name),
            "code": code(&analysis.config.base_url, table),
            "citation": citation(analysis, publication, &path),
        }),
        modified: publication.version.date,
        keywords: table.fields.iter().map(|field| field.field.name.to_string()).collect(),
        subject: Subject::Dataset {
            files: table.files.iter().map(|file| file.href.clone()).collect(),
            variables: Variables {
                version: Some(publication.version.version.clone()),
                measured: known.collect(),
            },
        },
        path,
        ..Page::default()
    }
}

fn columns(publication: &Publication, table: &PublishedTable) -> Table {
    let row = |published: &PublishedField| {
        let field = &published.field;
        let mut notes = Vec::new();
        if field.key {
            notes.push("part of the key".to_owned());
        }
        let other = publication.tables.iter().find(|other| field.references == Some(other.name.as_str()));
        notes.extend(other.map(|other| format!("refers to {}", other.name)));
        vec![
            Cell::text(field.name.as_ref()).remark(notes.join(", ")),
            Cell::text(field.description.as_ref()),
            Cell::text(field.kind.name()),
            Cell::text(field.unit.as_ref()),
            Cell::text(format::count(published.known)),
            Cell::text(published.example.as_deref().map(shortened).unwrap_or_default()),
        ]
    };
    Table {
        caption: format!("Columns of {}", table.name),
        columns: vec![
            Column::words("Column"),
            Column::words("Meaning"),
            Column::words("Type"),
            Column::words("Unit"),
            Column::figures("Known", "rows"),
            Column::words("Example"),
        ],
        rows: table.fields.iter().map(row).collect(),
    }
}

fn shortened(example: &str) -> String {
    match example.char_indices().nth(EXAMPLE) {
        Some((end, _)) => format!("{}…", &example[..end]),
        None => example.to_owned(),
    }
}

/// How to read the table, for each tool that there is a file for.
fn code(base: &str, table: &PublishedTable) -> Vec<Value> {
    let url = |format: Format| table.file(format).map(|file| format!("{base}{}", file.href));
    let (csv, json) = (url(Format::Csv), url(Format::Json));
    let columns = url(Format::Parquet);
    let example = |tool: &str, code: Option<String>| code.map(|code| json!({ "tool": tool, "code": code }));
    let examples = [
        example("curl", csv.as_ref().map(|url| format!("curl -O {url}"))),
        example(
            "DuckDB",
            columns.as_ref().or(csv.as_ref()).map(|url| format!("SELECT * FROM '{url}' LIMIT 10;")),
        ),
        example(
            "pandas",
            columns
                .as_ref()
                .map(|url| format!("import pandas\nrows = pandas.read_parquet(\"{url}\")"))
                .or(csv.as_ref().map(|url| format!("import pandas\nrows = pandas.read_csv(\"{url}\")"))),
        ),
        example(
            "Polars",
            columns
                .as_ref()
                .map(|url| format!("import polars\nrows = polars.read_parquet(\"{url}\")"))
                .or(csv.as_ref().map(|url| format!("import polars\nrows = polars.read_csv(\"{url}\")"))),
        ),
        example("R", csv.as_ref().map(|url| format!("rows <- read.csv(\"{url}\", na.strings = \"\")"))),
        example(
            "Rust, with ureq and serde_json",
            json.as_ref().map(|url| {
                format!(
                    "let rows: Vec<serde_json::Value> = ureq::get(\"{url}\").call()?.body_mut().read_json()?;"
                )
            }),
        ),
    ];
    examples.into_iter().flatten().collect()
}
