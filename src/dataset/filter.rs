//! A part of the data: what was measured with this model, on this accelerator, in these days.

use super::{Cell, Table};
use jiff::civil::Date;
use std::collections::HashSet;

/// What is wanted; of a list, any; of an empty one, everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Model keys.
    pub models: Vec<String>,
    /// Workloads, as in addresses.
    pub workloads: Vec<String>,
    /// Accelerator keys.
    pub accelerators: Vec<String>,
    /// Framework keys.
    pub frameworks: Vec<String>,
    /// Precisions as measured.
    pub precisions: Vec<String>,
    /// The first day.
    pub from: Option<Date>,
    /// The last day.
    pub to: Option<Date>,
}

impl Filter {
    /// The rows of all tables that belong to what is wanted: rows that name something else go, then runs without a
    /// measurement, then rows that refer to a measurement that went. What is about no measurement (hardware, prices) stays.
    pub fn apply<'a>(&self, tables: Vec<Table<'a>>) -> Vec<Table<'a>> {
        if *self == Self::default() {
            return tables;
        }
        let mut tables: Vec<Table<'a>> = tables.into_iter().map(|table| self.rows_of(table)).collect();
        let column = |tables: &[Table<'a>], name: &str| -> HashSet<String> {
            let measurements = tables.iter().find(|table| table.name == "measurements");
            measurements.map(|table| words(table, name)).unwrap_or_default()
        };
        let (measurements, runs) = (column(&tables, "id"), column(&tables, "run"));
        for table in &mut tables {
            if table.name == "runs" {
                *table = keep(table, "id", &runs);
            }
            let referring: Vec<String> =
                (table.columns().iter().filter(|it| it.field.references == Some("measurements")))
                    .map(|column| column.field.name.to_string())
                    .collect();
            for name in referring {
                *table = keep(table, &name, &measurements);
            }
        }
        tables
    }

    fn rows_of<'a>(&self, table: Table<'a>) -> Table<'a> {
        // A reliability row tells of jobs, not of measurements, and an edition of prices of no day of measuring.
        let about_measurements = table.column("model").is_some();
        if !about_measurements {
            return table;
        }
        let lists = [
            ("model", &self.models),
            ("workload_key", &self.workloads),
            ("accelerator", &self.accelerators),
            ("framework", &self.frameworks),
            ("precision", &self.precisions),
        ];
        let wanted = |row: &usize| {
            let listed = lists.iter().all(|(name, list)| {
                let cell = table.column(name).map(|column| column.values.cell(*row));
                list.is_empty()
                    || cell.is_none_or(
                        |cell| matches!(cell, Cell::Text(word) if list.iter().any(|it| it == word)),
                    )
            });
            let day = table.column("date").map_or(Cell::Absent, |column| column.values.cell(*row));
            let in_time = match day {
                Cell::Date(day) => {
                    self.from.is_none_or(|from| day >= from) && self.to.is_none_or(|to| day <= to)
                }
                _ => true,
            };
            listed && in_time
        };
        let rows: Vec<usize> = (0..table.rows()).filter(wanted).collect();
        table.select(&rows)
    }
}

/// The words of a column.
fn words(table: &Table<'_>, name: &str) -> HashSet<String> {
    let cells = table
        .column(name)
        .into_iter()
        .flat_map(|column| (0..table.rows()).map(|row| column.values.cell(row)));
    cells.filter_map(|cell| if let Cell::Text(word) = cell { Some(word.to_owned()) } else { None }).collect()
}

/// The rows whose word in a column is among these.
fn keep<'a>(table: &Table<'a>, name: &str, these: &HashSet<String>) -> Table<'a> {
    let Some(column) = table.column(name) else { return table.clone() };
    let is_kept = |row: &usize| matches!(column.values.cell(*row), Cell::Text(word) if these.contains(word));
    let rows: Vec<usize> = (0..table.rows()).filter(is_kept).collect();
    table.select(&rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        analysis::{
            Analysis,
            sample::{catalog, measurement, run},
        },
        dataset::tables,
    };
    use serde_json::json;

    #[test]
    fn what_belongs_to_no_measurement_that_is_wanted_goes_and_nothing_refers_to_what_went() {
        let config = toml::from_str(include_str!("../../site.toml")).expect("settings");
        let of = |id: &str, accelerator: &str| {
            let topology = json!({ "aggregated": {} });
            measurement(&json!({
                "id": id,
                "deployment": { "accelerator": accelerator, "accelerators": 8, "topology": topology },
                "accuracy": { "task": "t", "metric": "m", "score": 0.5 },
            }))
        };
        let catalog = catalog(vec![
            run("early", "2026-01-01", vec![of("a", "b200"), of("b", "h100")]),
            run("late", "2026-02-01", vec![of("c", "b200")]),
            run("other", "2026-02-01", vec![of("d", "h100")]),
        ]);
        let analysis = Analysis::new(&config, &catalog);
        let rows = |filter: Filter| -> Vec<(String, usize)> {
            let tables = filter.apply(tables(&analysis).expect("tables"));
            let wanted = ["measurements", "runs", "accuracy", "hardware"];
            let tables = tables.iter().filter(|table| wanted.contains(&table.name.as_ref()));
            tables.map(|table| (table.name.to_string(), table.rows())).collect()
        };
        let expected = |counts: [usize; 4]| -> Vec<(String, usize)> {
            ["measurements", "runs", "accuracy", "hardware"]
                .map(str::to_owned)
                .into_iter()
                .zip(counts)
                .collect()
        };
        let b200 = Filter { accelerators: vec!["b200".into()], ..Filter::default() };
        assert_eq!(rows(Filter::default()), expected([4, 3, 4, 2]));
        assert_eq!(rows(b200.clone()), expected([2, 2, 2, 2]));
        let late = Filter { from: "2026-01-02".parse().ok(), ..b200 };
        assert_eq!(rows(late), expected([1, 1, 1, 2]));
        assert_eq!(rows(Filter { models: vec!["none".into()], ..Filter::default() }), expected([0, 0, 0, 2]));
    }
}
