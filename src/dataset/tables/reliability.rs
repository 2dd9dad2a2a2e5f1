//! Jobs tried and succeeded, by day and accelerator.

use crate::{
    analysis::Analysis,
    dataset::{
        DatasetError, Table,
        table::{date, integer, read, text},
    },
};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// A day, an accelerator, jobs that succeeded and jobs that were tried; and how many rows of the source say so.
type Row<'a> = ((Date, &'a str, u64, u64), u64);

pub(super) fn table<'a>(analysis: &Analysis<'a>) -> Result<Table<'a>, DatasetError> {
    let days = analysis.catalog.reliability.iter().flat_map(|table| &table.days);
    let mut rows: BTreeMap<(Date, &'a str, u64, u64), u64> = BTreeMap::new();
    for day in days {
        for set in &day.jobs {
            *rows.entry((day.date, day.accelerator.as_str(), set.succeeded, set.total)).or_default() +=
                set.count;
        }
    }
    let rows: Vec<Row<'a>> = rows.into_iter().collect();
    let columns = vec![
        date("date", "The day", |((day, ..), _): &Row<'a>| Some(*day)).key(),
        text("accelerator", "Key of the accelerator", |((_, accelerator, ..), _): &Row<'a>| {
            Some(*accelerator)
        })
        .key()
        .references("hardware"),
        integer("succeeded", "jobs", "Jobs that succeeded", |((.., succeeded, _), _): &Row<'a>| {
            Some(*succeeded)
        })
        .key(),
        integer(
            "jobs",
            "jobs",
            "Jobs that were tried; zero means that nothing ran",
            |((.., tried), _): &Row<'a>| Some(*tried),
        )
        .key(),
        integer("rows", "rows", "How many of the source's rows of the day say so", |(_, rows): &Row<'a>| {
            Some(*rows)
        })
        .required(),
    ];
    Table::new(
        "reliability",
        "Reliability",
        "One row a day, accelerator and count of jobs, with how many rows of the source say so: jobs times rows, summed, are all jobs of a day",
        read(&rows, columns),
    )
}
