//! The price and power book: one edition and accelerator a row.

use crate::{
    analysis::Analysis,
    catalog::{Edition, Price},
    dataset::{
        DatasetError, Table,
        table::{boolean, date, number, read, text},
    },
};

/// An edition, and an accelerator's prices in it.
type Row<'a> = (&'a Edition, &'a str, &'a Price);

pub(super) fn table<'a>(analysis: &Analysis<'a>) -> Result<Table<'a>, DatasetError> {
    let editions = analysis.catalog.prices.editions.iter();
    let rows: Vec<Row<'a>> = editions
        .flat_map(|edition| {
            edition.accelerator.iter().map(move |(key, price)| (edition, key.as_str(), price))
        })
        .collect();
    const HOURLY: &str = "$/accelerator-hour";
    let columns = vec![
        date("effective", "First day on which the edition is in force", |(edition, ..): &Row<'a>| {
            Some(edition.effective)
        })
        .key(),
        text("accelerator", "Key of the accelerator", |(_, key, _): &Row<'a>| Some(*key))
            .key()
            .references("hardware"),
        number(
            "power_kw",
            "kW/accelerator",
            "All-in power: board and its share of host, network and cooling",
            |(.., price): &Row<'a>| price.power_kw,
        ),
        number("hyperscaler", HOURLY, "Cost of ownership at a hyperscaler", |(.., price): &Row<'a>| {
            price.hyperscaler
        }),
        number("neocloud", HOURLY, "Cost of ownership at a neocloud", |(.., price): &Row<'a>| price.neocloud),
        number("rental", HOURLY, "Three-year rental", |(.., price): &Row<'a>| price.rental),
        boolean("estimate", "Whether the source estimated the figures", |(.., price): &Row<'a>| {
            Some(price.estimate)
        })
        .required(),
        text("source", "Who published the figures", |(edition, ..): &Row<'a>| Some(edition.source.as_str()))
            .required(),
        text("url", "Where", |(edition, ..): &Row<'a>| edition.url.as_deref()),
    ];
    Table::new(
        "prices",
        "Prices and power",
        "One row an accelerator in an edition of the price book. Editions are added to and never changed",
        read(&rows, columns),
    )
}
