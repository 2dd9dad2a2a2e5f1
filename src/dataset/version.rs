//! What the data are called, and what differs from the version before.
//!
//! A version's name is the day of the newest of the data and the hash of all of them, so it changes when they do and never
//! otherwise. The tables' JSON files are what is hashed: they are written whatever this program was built with.

use super::{Table, sha256};
use crate::{
    analysis::Analysis,
    catalog::{DataVersion, Difference, Releases, RowPrints, TableVersion},
};
use jiff::civil::Date;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

/// Digits of the hash in a version's name, and in the print of a row.
const DIGITS: usize = 12;

/// The version of these tables, each with its JSON file, and the print of every row of it.
///
/// Data that are those of the newest release are that release.
pub fn describe(
    analysis: &Analysis<'_>,
    tables: &[(&Table<'_>, &[u8])],
    releases: &Releases,
) -> (DataVersion, RowPrints) {
    let date = newest_day(analysis);
    let mut hashed = String::new();
    for (table, json) in tables {
        let _ = writeln!(hashed, "{} {}", table.name, sha256(json));
        for column in table.columns() {
            let _ =
                writeln!(hashed, "{} {} {}", column.field.name, column.field.kind.name(), column.field.unit);
        }
    }
    let day = date.map(|day| format!("{day}-")).unwrap_or_default();
    let name = format!("{day}{}", &sha256(hashed.as_bytes())[..DIGITS]);
    let rows = RowPrints {
        version: name.clone(),
        tables: tables.iter().map(|(table, json)| (table.name.to_string(), prints(table, json))).collect(),
    };
    if let Some(newest) = releases.newest().filter(|newest| newest.version == name) {
        return (newest.clone(), rows);
    }
    let tables = tables.iter().map(|(table, json)| {
        let columns = table.columns().iter().map(|column| column.field.name.to_string()).collect();
        let mut version =
            TableVersion { rows: table.rows(), columns, sha256: sha256(json), difference: None };
        let before = releases.newest().and_then(|newest| newest.tables.get(table.name.as_ref()));
        if let (Some(before), Some(old)) = (before, releases.rows.tables.get(table.name.as_ref())) {
            version.difference =
                Some(difference((before, old), (&version, &rows.tables[table.name.as_ref()])));
        }
        (table.name.to_string(), version)
    });
    let previous = releases.newest().map(|newest| newest.version.clone());
    (DataVersion { version: name, date, previous, tables: tables.collect() }, rows)
}

/// The day of the newest run, withdrawal or count of jobs. Never that of the build.
fn newest_day(analysis: &Analysis<'_>) -> Option<Date> {
    let runs = &analysis.catalog.runs;
    let withdrawn = runs.iter().flat_map(|run| {
        let own = run.measurements.iter().filter_map(|measurement| measurement.retracted.as_ref());
        run.retracted.iter().chain(own).map(|retraction| retraction.when)
    });
    let jobs = analysis.catalog.reliability.iter().flat_map(|table| table.days.iter().map(|day| day.date));
    runs.iter().map(|run| run.date).chain(withdrawn).chain(jobs).max()
}

/// The print of every row, by its key. A JSON file has a row a line, in the order of the table.
fn prints(table: &Table<'_>, json: &[u8]) -> BTreeMap<String, String> {
    let lines = json.split(|byte| *byte == b'\n').skip(1);
    let lines = lines.map(|line| line.strip_suffix(b",").unwrap_or(line));
    (0..table.rows())
        .zip(lines)
        .map(|(row, line)| (table.key_of(row), blake3::hash(line).to_hex()[..DIGITS].to_owned()))
        .collect()
}

fn difference(
    (before, old): (&TableVersion, &BTreeMap<String, String>),
    (after, new): (&TableVersion, &BTreeMap<String, String>),
) -> Difference {
    let without = |these: &BTreeMap<String, String>, those: &BTreeMap<String, String>| -> Vec<String> {
        these.keys().filter(|key| !those.contains_key(*key)).cloned().collect()
    };
    let columns = |these: &TableVersion, those: &TableVersion| -> Vec<String> {
        let those: BTreeSet<&String> = those.columns.iter().collect();
        these.columns.iter().filter(|name| !those.contains(name)).cloned().collect()
    };
    let changed = new.iter().filter(|(key, print)| old.get(*key).is_some_and(|old| old != *print));
    Difference {
        added: without(new, old),
        removed: without(old, new),
        changed: changed.map(|(key, _)| key.clone()).collect(),
        columns_added: columns(after, before),
        columns_removed: columns(before, after),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        analysis::sample::{catalog, measurement, run},
        dataset::{Format, serialize, tables},
    };
    use record::Run;
    use serde_json::json;

    /// The version of these runs after `releases`.
    fn version(runs: Vec<Run>, releases: &Releases) -> (DataVersion, RowPrints) {
        let config = toml::from_str(include_str!("../../site.toml")).expect("settings");
        let catalog = catalog(runs);
        let analysis = Analysis::new(&config, &catalog);
        let tables = tables(&analysis).expect("tables");
        let json: Vec<Vec<u8>> = tables
            .iter()
            .map(|table| serialize(Format::Json, std::slice::from_ref(table)).expect("JSON"))
            .collect();
        let tables: Vec<(&Table<'_>, &[u8])> = tables.iter().zip(json.iter().map(Vec::as_slice)).collect();
        describe(&analysis, &tables, releases)
    }

    fn of(id: &str, total: f64) -> record::Measurement {
        measurement(&json!({ "id": id, "throughput": { "total": total } }))
    }

    #[test]
    fn a_version_names_what_was_added_removed_and_changed_since_the_one_before() {
        let first = vec![run("a", "2026-01-01", vec![of("kept", 1.0), of("changed", 1.0), of("gone", 1.0)])];
        let (first, rows) = version(first, &Releases::default());
        assert!(first.version.starts_with("2026-01-01-") && first.previous.is_none());
        assert_eq!(first.tables["measurements"].difference, None);

        let releases = Releases { versions: vec![first.clone()], rows };
        let second = vec![
            run("a", "2026-01-01", vec![of("kept", 1.0), of("changed", 2.0)]),
            run(
                "b",
                "2026-02-01",
                vec![measurement(&json!({ "id": "new", "arrival": { "concurrency": 99 } }))],
            ),
        ];
        let (second, _) = version(second, &releases);
        assert!(second.version.starts_with("2026-02-01-"));
        assert_eq!(second.previous.as_ref(), Some(&first.version));
        let difference = second.tables["measurements"].difference.as_ref().expect("a difference");
        assert_eq!(
            (difference.added.as_slice(), difference.removed.as_slice()),
            (&["new".to_owned()][..], &["gone".to_owned()][..])
        );
        assert_eq!(difference.changed, ["changed"]);
        assert_eq!(second.tables["runs"].difference.as_ref().expect("a difference").added, ["b"]);
    }

    #[test]
    fn the_same_data_are_the_same_version_and_no_release_follows_itself() {
        let runs = || vec![run("a", "2026-01-01", vec![of("x", 1.0)])];
        let (first, rows) = version(runs(), &Releases::default());
        let (again, _) = version(runs(), &Releases { versions: vec![first.clone()], rows });
        assert_eq!(first, again);
        assert_eq!(version(Vec::new(), &Releases::default()).0.date, None);
    }
}
