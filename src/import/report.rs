//! What an import tells: to machines as JSON, to people as text.

use super::{
    anomaly::Anomaly,
    group::Grouped,
    notes::{Notes, Places},
    printable::printable,
    write::Written,
};
use record::{Outcome, Reliability, Run, WorkloadKind};
use serde::Serialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

/// Everything that an import did and found.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ImportReport {
    /// Whether nothing was written on purpose.
    pub dry_run: bool,
    /// Files that were read.
    pub files: u64,
    /// Rows by form, and what became of them.
    pub rows: BTreeMap<String, RowCount>,
    /// Distinct measurements of this import (with what the records held before), by kind of workload.
    pub measurements: BTreeMap<String, KindCount>,
    /// Measurements told more than once with the same figures: that many rows joined another.
    pub repeated_rows: u64,
    /// Measurements that came in more than one form, such as an artifact and the API.
    pub in_several_forms: u64,
    /// What happened to the runs' records.
    pub runs: RunCount,
    /// The reliability table, when there were rows for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reliability: Option<ReliabilityCount>,
    /// What was not clean, by kind.
    pub anomalies: Vec<AnomalyCount>,
    /// Labels that nothing is known about, and how often.
    pub unknown_labels: Vec<LabelCount>,
    /// Keys never seen before, and how often.
    pub new_keys: Vec<KeyCount>,
    /// Keys that are known but have no field in the record, and how often.
    pub unstored_keys: Vec<KeyCount>,
    /// Files and rows that were recognised and are no results.
    pub not_results: Vec<NotResult>,
    /// Files that were not recognised, with their top-level keys or first words.
    pub not_recognised: Vec<Place>,
    /// Every row and file that was left out, and why.
    pub skipped: Vec<Place>,
}

/// What became of the rows of one form. `read` is the sum of the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RowCount {
    /// Rows read.
    pub read: u64,
    /// Rows that made a measurement, or added to one.
    pub imported: u64,
    /// Rows kept in a record as unmapped.
    pub unmapped: u64,
    /// Rows left out; each has a line in `skipped`.
    pub skipped: u64,
}

/// Measurements of one kind of workload.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct KindCount {
    /// Distinct measurements.
    pub measurements: u64,
    /// Of them, those that failed or are invalid.
    pub not_ok: u64,
    /// Runs that have any.
    pub runs: u64,
}

/// What happened to the records of runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RunCount {
    /// Runs of this import.
    pub total: u64,
    /// Records written for the first time.
    pub new: u64,
    /// Records that changed.
    pub changed: u64,
    /// Records that stayed as they were.
    pub unchanged: u64,
    /// Runs that could not become a record.
    pub refused: u64,
    /// Rows kept as unmapped in these records.
    pub unmapped_rows: u64,
}

/// The reliability table after the import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ReliabilityCount {
    /// Pairs of a day and an accelerator.
    pub days: u64,
    /// Rows behind them.
    pub rows: u64,
    /// Rows of which nothing ran.
    pub rows_without_jobs: u64,
}

/// How often one kind of anomaly was met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AnomalyCount {
    /// Its short name.
    pub kind: &'static str,
    /// What it means and what was done.
    pub meaning: &'static str,
    /// How often.
    pub count: u64,
    /// Where, for the first of them.
    pub examples: Vec<String>,
}

/// How often an unknown label was met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LabelCount {
    /// What it names.
    pub what: &'static str,
    /// The label.
    pub label: String,
    /// How often.
    pub count: u64,
}

/// How often a key was met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeyCount {
    /// The form of row.
    pub form: &'static str,
    /// The key, with its path inside the row.
    pub key: String,
    /// How often.
    pub count: u64,
}

/// Something recognised that is no result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NotResult {
    /// What it is.
    pub what: &'static str,
    /// How many files or rows.
    pub count: u64,
    /// Where, for the first of them.
    pub examples: Vec<String>,
}

/// A place and what there is to say of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The file, and the row after a `#`.
    pub place: String,
    /// What there is to say.
    pub what: String,
}

impl ImportReport {
    /// Whether anything at all could be used. If not, the command's exit code is 2.
    pub fn is_usable(&self) -> bool {
        self.runs.total > self.runs.refused || self.reliability.is_some()
    }

    /// The command's exit code: 0, or 2 when nothing could be used.
    pub fn exit_code(&self) -> u8 {
        if self.is_usable() { 0 } else { 2 }
    }

    pub(crate) fn rows(&mut self, read: &BTreeMap<&'static str, u64>, grouped: &Grouped) {
        for (form, read) in read {
            let fates = grouped.fates.get(form).copied().unwrap_or_default();
            let count = RowCount {
                read: *read,
                imported: fates.imported,
                unmapped: fates.unmapped,
                skipped: read.saturating_sub(fates.imported + fates.unmapped),
            };
            self.rows.insert((*form).to_owned(), count);
        }
        self.repeated_rows = grouped.repeated;
        self.in_several_forms = grouped.several_forms;
    }

    pub(crate) fn runs(&mut self, runs: &[Run], written: Written) {
        let mut with: BTreeMap<WorkloadKind, BTreeSet<&str>> = BTreeMap::new();
        for run in runs {
            self.runs.unmapped_rows += run.unmapped.len() as u64;
            for measurement in &run.measurements {
                let count = self.measurements.entry(kind_name(measurement.workload.kind)).or_default();
                count.measurements += 1;
                count.not_ok += u64::from(measurement.outcome != Outcome::Ok);
                with.entry(measurement.workload.kind).or_default().insert(&run.id);
            }
        }
        for (kind, runs) in with {
            self.measurements.entry(kind_name(kind)).or_default().runs = runs.len() as u64;
        }
        self.runs.total = runs.len() as u64 + written.refused;
        self.runs.new = written.new;
        self.runs.changed = written.changed;
        self.runs.unchanged = written.unchanged;
        self.runs.refused = written.refused;
    }

    pub(crate) fn reliability(&mut self, table: &Reliability) {
        let jobs = || table.days.iter().flat_map(|day| &day.jobs);
        self.reliability = Some(ReliabilityCount {
            days: table.days.len() as u64,
            rows: jobs().map(|jobs| jobs.count).sum(),
            rows_without_jobs: jobs().filter(|jobs| jobs.total == 0).map(|jobs| jobs.count).sum(),
        });
    }

    pub(crate) fn notes(&mut self, notes: Notes) {
        let anomaly = |(kind, Places { count, examples }): (Anomaly, Places)| AnomalyCount {
            kind: kind.name(),
            meaning: kind.meaning(),
            count,
            examples,
        };
        self.anomalies = notes.anomalies.into_iter().map(anomaly).collect();
        let labels = notes.unknown_labels.into_iter();
        self.unknown_labels =
            labels.map(|((what, label), count)| LabelCount { what, label, count }).collect();
        self.new_keys = keys(notes.new_keys);
        self.unstored_keys = keys(notes.unstored_keys);
        let not_results = notes.not_results.into_iter();
        self.not_results = not_results
            .map(|(what, Places { count, examples })| NotResult { what, count, examples })
            .collect();
        let place = |(place, what): (String, String)| Place { place, what };
        self.not_recognised = notes.not_recognised.into_iter().map(place).collect();
        self.skipped = notes.skipped.into_iter().map(place).collect();
    }
}

fn kind_name(kind: WorkloadKind) -> String {
    serde_json::to_value(kind).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}

fn keys(counts: BTreeMap<(&'static str, String), u64>) -> Vec<KeyCount> {
    counts.into_iter().map(|((form, key), count)| KeyCount { form, key, count }).collect()
}

/// How many lines of one list the terminal shows; the JSON report has all of them.
const SHOWN: usize = 12;

impl fmt::Display for ImportReport {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{} files read", self.files)?;
        heading(out, "Rows", &["read", "imported", "unmapped", "skipped"])?;
        for (form, count) in &self.rows {
            line(out, form, &[count.read, count.imported, count.unmapped, count.skipped])?;
        }
        heading(out, "Measurements", &["distinct", "not ok", "in runs"])?;
        for (kind, count) in &self.measurements {
            line(out, kind, &[count.measurements, count.not_ok, count.runs])?;
        }
        writeln!(out, "  {} rows repeat another's figures", self.repeated_rows)?;
        writeln!(out, "  {} measurements came in more than one form", self.in_several_forms)?;
        self.show_runs(out)?;
        self.show_findings(out)
    }
}

impl ImportReport {
    fn show_runs(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let RunCount { total, new, changed, unchanged, refused, unmapped_rows } = self.runs;
        let mode = if self.dry_run { " (dry run: nothing written)" } else { "" };
        writeln!(out, "\nRuns{mode}")?;
        writeln!(out, "  {total}: {new} new, {changed} changed, {unchanged} unchanged, {refused} refused")?;
        writeln!(out, "  {unmapped_rows} rows kept as unmapped")?;
        if let Some(ReliabilityCount { days, rows, rows_without_jobs }) = self.reliability {
            writeln!(out, "\nReliability")?;
            writeln!(
                out,
                "  {rows} rows on {days} days and accelerators; nothing ran in {rows_without_jobs}"
            )?;
        }
        Ok(())
    }

    fn show_findings(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let anomalies = self.anomalies.iter().map(|anomaly| {
            let example = anomaly.examples.first();
            let example =
                example.map(|place| format!("\n         e.g. {}", printable(place))).unwrap_or_default();
            format!("{:>7}  {}: {}{example}", anomaly.count, anomaly.kind, anomaly.meaning)
        });
        list(out, "Anomalies", anomalies, usize::MAX)?;
        let labels = self.unknown_labels.iter();
        let labels =
            labels.map(|label| format!("{:>7}  {} `{}`", label.count, label.what, printable(&label.label)));
        list(out, "Unknown labels", labels, SHOWN)?;
        let key = |key: &KeyCount| format!("{:>7}  {}: {}", key.count, key.form, printable(&key.key));
        list(out, "Keys never seen", self.new_keys.iter().map(key), SHOWN)?;
        list(out, "Keys without a field in the record", self.unstored_keys.iter().map(key), SHOWN)?;
        let not_results = self.not_results.iter().map(|it| format!("{:>7}  {}", it.count, it.what));
        list(out, "Recognised, not a result", not_results, SHOWN)?;
        let place = |it: &Place| format!("  {}: {}", printable(&it.place), printable(&it.what));
        list(out, "Not recognised", self.not_recognised.iter().map(place), SHOWN)?;
        list(out, "Left out", self.skipped.iter().map(place), SHOWN)
    }
}

fn heading(out: &mut fmt::Formatter<'_>, name: &str, columns: &[&str]) -> fmt::Result {
    write!(out, "\n{name:<18}")?;
    for column in columns {
        write!(out, "{column:>10}")?;
    }
    writeln!(out)
}

fn line(out: &mut fmt::Formatter<'_>, name: &str, counts: &[u64]) -> fmt::Result {
    write!(out, "  {name:<16}")?;
    for count in counts {
        write!(out, "{count:>10}")?;
    }
    writeln!(out)
}

fn list(
    out: &mut fmt::Formatter<'_>,
    name: &str,
    lines: impl ExactSizeIterator<Item = String>,
    most: usize,
) -> fmt::Result {
    let all = lines.len();
    if all == 0 {
        return Ok(());
    }
    writeln!(out, "\n{name}")?;
    for line in lines.take(most) {
        writeln!(out, "{line}")?;
    }
    if all > most {
        writeln!(out, "         … and {} more in the JSON report", all - most)?;
    }
    Ok(())
}
