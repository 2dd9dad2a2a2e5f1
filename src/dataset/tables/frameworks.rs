//! Serving frameworks.

use super::addresses;
use crate::{
    analysis::Analysis,
    catalog::Framework,
    dataset::{
        DatasetError, Table,
        table::{boolean, read, text},
    },
};
use std::collections::BTreeMap;

/// A framework; one that only records name has nothing but its key.
type Row<'a> = (&'a str, Option<&'a Framework>);

pub(super) fn table<'a>(analysis: &Analysis<'a>) -> Result<Table<'a>, DatasetError> {
    let catalog = analysis.catalog;
    let measured = catalog.runs.iter().flat_map(|run| &run.measurements);
    let mut rows: BTreeMap<&'a str, Option<&'a Framework>> =
        measured.map(|measurement| (measurement.framework.key.as_str(), None)).collect();
    rows.extend(catalog.frameworks.values().map(|known| (known.key.as_str(), Some(known))));
    let rows: Vec<Row<'a>> = rows.into_iter().collect();
    let columns = vec![
        text("key", "The framework's key; its page is /frameworks/<key>/", |(key, _): &Row<'a>| Some(*key))
            .key(),
        text("name", "Name", |(_, known): &Row<'a>| known.map(|known| known.facts.name.as_str())),
        text("description", "One sentence about it", |(_, known): &Row<'a>| {
            known.map(|known| known.facts.description.as_str())
        }),
        boolean(
            "disaggregated",
            "Whether it is only used with separate prefill and decode workers",
            |(_, known): &Row<'a>| known.map(|known| known.facts.disaggregated),
        ),
        text("homepage", "Home page", |(_, known): &Row<'a>| {
            known.and_then(|known| known.facts.homepage.as_deref())
        }),
        text("repository", "Source repository", |(_, known): &Row<'a>| {
            known.and_then(|known| known.facts.repository.as_deref())
        }),
        text("licence", "SPDX licence", |(_, known): &Row<'a>| {
            known.and_then(|known| known.facts.licence.as_deref())
        }),
        text(
            "sources",
            "Addresses of the sources, or their titles, `; ` between them",
            |(_, known): &Row<'a>| known.and_then(|known| addresses(&known.facts.sources)),
        ),
    ];
    Table::new(
        "frameworks",
        "Frameworks",
        "One row a serving framework. One that only results name has nothing but its key",
        read(&rows, columns),
    )
}
