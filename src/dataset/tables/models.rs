//! Models as their makers describe them.

use super::addresses;
use crate::{
    analysis::Analysis,
    catalog::Model,
    dataset::{
        DatasetError, Table,
        table::{date, number, read, text},
    },
};
use std::collections::BTreeMap;

/// A model; one that only records name has nothing but its key.
type Row<'a> = (&'a str, Option<&'a Model>);

pub(super) fn table<'a>(analysis: &Analysis<'a>) -> Result<Table<'a>, DatasetError> {
    let catalog = analysis.catalog;
    let measured = catalog.runs.iter().flat_map(|run| &run.measurements);
    let mut rows: BTreeMap<&'a str, Option<&'a Model>> =
        measured.map(|measurement| (measurement.model.key.as_str(), None)).collect();
    rows.extend(catalog.models.values().map(|known| (known.key.as_str(), Some(known))));
    let rows: Vec<Row<'a>> = rows.into_iter().collect();
    let columns = vec![
        text("key", "The model's key; its page is /models/<key>/", |(key, _): &Row<'a>| Some(*key)).key(),
        text("name", "Name", |(_, known): &Row<'a>| known.map(|known| known.facts.name.as_str())),
        text("developer", "Who made it", |(_, known): &Row<'a>| {
            known.and_then(|known| known.facts.developer.as_deref())
        }),
        date("released", "Day of release", |(_, known): &Row<'a>| {
            known.and_then(|known| known.facts.released)
        }),
        text("description", "One sentence about it", |(_, known): &Row<'a>| {
            known.map(|known| known.facts.description.as_str())
        }),
        number("total_parameters_billion", "10⁹ parameters", "All parameters", |(_, known): &Row<'a>| {
            known.and_then(|known| known.facts.total_parameters_billion)
        }),
        number(
            "active_parameters_billion",
            "10⁹ parameters",
            "Parameters used for one token",
            |(_, known): &Row<'a>| known.and_then(|known| known.facts.active_parameters_billion),
        ),
        text("architecture", "Architecture in a few words", |(_, known): &Row<'a>| {
            known.and_then(|known| known.facts.architecture.as_deref())
        }),
        text(
            "sources",
            "Addresses of the sources, or their titles, `; ` between them",
            |(_, known): &Row<'a>| known.and_then(|known| addresses(&known.facts.sources)),
        ),
    ];
    Table::new(
        "models",
        "Models",
        "One row a model. One that only results name has nothing but its key",
        read(&rows, columns),
    )
}
