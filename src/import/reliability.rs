//! The reliability table: rows that name no run, in a document of their own.

use super::{ImportError, finding::ReliabilityRow, group::upstream, write};
use record::{AcceleratorKey, JobSet, RELIABILITY_VERSION, Reliability, ReliabilityDay};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

/// (day, accelerator) → (succeeded, total) → how many rows say so.
type Counts = BTreeMap<(jiff::civil::Date, String), BTreeMap<(u64, u64), u64>>;

/// Adds the rows of one file. Files are snapshots of one table, so of each distinct row the largest number counts.
pub(crate) fn add(counts: &mut Counts, rows: &[ReliabilityRow]) {
    let mut file = Counts::new();
    for row in rows {
        let day = file.entry((row.date, row.accelerator.clone())).or_default();
        *day.entry((row.succeeded, row.total)).or_default() += 1;
    }
    larger(counts, file);
}

fn larger(counts: &mut Counts, other: Counts) {
    for (day, sets) in other {
        let known = counts.entry(day).or_default();
        for (set, count) in sets {
            let known = known.entry(set).or_default();
            *known = count.max(*known);
        }
    }
}

/// The table's place: beside the folder of results.
pub(crate) fn path(out: &Path) -> PathBuf {
    let parent = out.parent().filter(|_| out.file_name().is_some());
    parent.map_or_else(|| out.join(".."), Path::to_owned).join("reliability.json")
}

/// A table, and whether it must be written.
pub(crate) struct Merged {
    pub(crate) table: Reliability,
    text: String,
    changed: bool,
}

impl Merged {
    /// Writes the table if that changes it.
    pub(crate) fn store(&self, path: &Path) -> Result<(), ImportError> {
        if self.changed { write::file(path, &self.text) } else { Ok(()) }
    }
}

/// Merges the counts with the table at `path`; one that can't be trusted is an error.
pub(crate) fn merged(mut counts: Counts, path: &Path) -> Result<Merged, ImportError> {
    let refused = |message: String| ImportError::ExistingTable { path: path.to_owned(), message };
    if path.is_symlink() {
        return Err(refused("is a symbolic link, which is not followed".into()));
    }
    let before = match std::fs::read(path) {
        Ok(bytes) => Some(bytes),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(refused(error.to_string())),
    };
    if let Some(bytes) = &before {
        let table = Reliability::read(bytes).map_err(refused)?;
        if let Some(problem) = table.problems().into_iter().next() {
            return Err(refused(problem));
        }
        larger(&mut counts, from_table(table));
    }
    let table = Reliability {
        reliability_version: RELIABILITY_VERSION,
        source: upstream(),
        days: counts.into_iter().map(day).collect(),
    };
    let text = table.to_canonical_json();
    let changed = before.as_deref() != Some(text.as_bytes());
    Ok(Merged { table, text, changed })
}

fn day(
    ((date, accelerator), sets): ((jiff::civil::Date, String), BTreeMap<(u64, u64), u64>),
) -> ReliabilityDay {
    let jobs =
        sets.into_iter().map(|((succeeded, total), count)| JobSet { succeeded, total, count }).collect();
    ReliabilityDay { date, accelerator: AcceleratorKey::new(accelerator), jobs }
}

fn from_table(table: Reliability) -> Counts {
    let days = table.days.into_iter().map(|day| {
        let sets = day.jobs.into_iter().map(|jobs| ((jobs.succeeded, jobs.total), jobs.count)).collect();
        ((day.date, day.accelerator.to_string()), sets)
    });
    days.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_snapshots_of_one_table_are_not_added_up() {
        let row = |succeeded, total| ReliabilityRow {
            date: "2026-05-05".parse().expect("a date"),
            accelerator: "h100".into(),
            succeeded,
            total,
        };
        let mut counts = Counts::new();
        add(&mut counts, &[row(0, 0), row(0, 0), row(3, 4)]);
        add(&mut counts, &[row(0, 0), row(3, 4), row(3, 4), row(5, 5)]);
        let day: Vec<_> = counts.into_values().next().expect("a day").into_iter().collect();
        assert_eq!(day, [((0, 0), 2), ((3, 4), 2), ((5, 5), 1)]);
        assert_eq!(path(Path::new("content/results")), Path::new("content/reliability.json"));
    }
}
