//! The versions of the data, and what each changed.

use crate::{
    analysis::Analysis,
    catalog::{DataVersion, TableVersion},
    dataset::Publication,
    format,
    page::{
        Link, Page,
        table::{Cell, Column, Table},
    },
};
use serde_json::json;

pub(super) fn page(publication: &Publication, analysis: &Analysis<'_>) -> Page {
    let current = (!publication.is_released()).then_some(&publication.version);
    let versions = current.into_iter().chain(publication.released.iter().rev());
    let versions: Vec<_> = versions
        .map(|version| {
            json!({
                "name": version.version,
                "href": format!("/data/versions/{}.json", version.version),
                "is_current": *version == publication.version,
                "is_released": current != Some(version),
                "previous": version.previous,
                "table": table(version).html(),
            })
        })
        .collect();
    Page {
        path: "/data/versions/".to_owned(),
        title: "Versions of the data".to_owned(),
        description: "Every released version of the data, with its checksums and what it changed: rows added, removed and corrected."
            .to_owned(),
        template: "data-versions",
        breadcrumbs: vec![Link::new("Data", "/data/")],
        content: json!({ "versions": versions }),
        modified: publication.version.date.or(analysis.newest_day()),
        ..Page::default()
    }
}

fn table(version: &DataVersion) -> Table {
    let row = |(name, table): (&String, &TableVersion)| {
        let count = |of: fn(&crate::catalog::Difference) -> usize| {
            Cell::text(
                table.difference.as_ref().map(|difference| format::count(of(difference))).unwrap_or_default(),
            )
        };
        vec![
            Cell::text(name).remark(format!("SHA-256 {}", table.sha256)),
            Cell::text(format::count(table.rows)),
            count(|difference| difference.added.len()),
            count(|difference| difference.removed.len()),
            count(|difference| difference.changed.len()),
        ]
    };
    Table {
        caption: format!("Tables of {}, against the version before", version.version),
        columns: vec![
            Column::words("Table"),
            Column::figures("Rows", ""),
            Column::figures("Added", ""),
            Column::figures("Removed", ""),
            Column::figures("Changed", ""),
        ],
        rows: version.tables.iter().map(row).collect(),
    }
}
