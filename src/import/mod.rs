//! Foreign result formats into records, with a report of everything that was not clean.
//!
//! ```text
//! paths ─ walk ─► files ─ classify ─► rows ─ convert ─► findings ─ group, merge ─► runs ─ validate ─► records
//! ```
//! Files are read in parallel and every step is deterministic: the same input gives the same records, in whatever
//! order files and rows come. A row is told by its keys, never by its name or folder; only the number of a run may come
//! from a folder called `run_<number>`.

mod accuracy;
mod agentic;
mod anomaly;
mod classify;
mod configuration;
mod csv_export;
mod dates;
mod figures;
mod file;
mod finding;
mod fixed_length;
mod group;
mod json;
mod label;
mod merge;
mod notes;
mod power;
mod printable;
mod raw;
mod reliability;
mod report;
mod row;
mod topology;
mod walk;
mod write;

pub(crate) use write::file as write_file;

pub use report::{
    AnomalyCount, ImportReport, KeyCount, KindCount, LabelCount, NotResult, Place, ReliabilityCount,
    RowCount, RunCount,
};

use crate::catalog::Names;
use anomaly::Anomaly;
use file::FileResult;
use finding::{Body, Finding};
use jiff::civil::Date;
use notes::Notes;
pub(crate) use printable::printable;
use rayon::prelude::*;
use record::RunKind;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

/// What to import, and where to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportOptions {
    /// Files and folders to read; folders with everything below them.
    pub paths: Vec<PathBuf>,
    /// A CSV file with the days of runs: `run_id,date,…,method,…`.
    pub dates: Option<PathBuf>,
    /// The day of rows whose day is known in no other way.
    pub date: Option<Date>,
    /// The last day of the span that starts with `date`, when the day isn't known better.
    pub date_until: Option<Date>,
    /// The folder of records, `content/results`. The reliability table goes beside it.
    pub out: PathBuf,
    /// Who stands behind the runs; by default official where the run's number is known, else unofficial.
    pub kind: Option<RunKind>,
    /// Read, check and report, but write nothing.
    pub dry_run: bool,
}

/// Why an import failed. What was written before stays whole.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A path can't be read.
    #[error("{}: {source}. Give the folder or the file of a download", shown(path))]
    Input {
        /// The path.
        path: PathBuf,
        /// The reason.
        source: std::io::Error,
    },
    /// The list of dates can't be read.
    #[error("{}: {}. Expected CSV with the columns run_id and date", shown(path), printable(message))]
    Dates {
        /// The list.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// The reliability table that is there can't be read.
    #[error("{}: {}. Repair or remove the file", shown(path), printable(message))]
    ExistingTable {
        /// The table.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// A record can't be written.
    #[error(
        "{}: {source}. Nothing half-written is left; make room or choose another folder with --out",
        shown(path)
    )]
    Write {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: std::io::Error,
    },
    /// The report could not be written.
    #[error(
        "{}: {source}. Nothing was imported; name a file with --report in a folder that can be written",
        shown(path)
    )]
    Report {
        /// The report's file.
        path: PathBuf,
        /// The reason.
        source: std::io::Error,
    },
}

/// A path for a terminal.
fn shown(path: &Path) -> String {
    printable(&path.display().to_string())
}

impl ImportError {
    /// The command's exit code: 2 for input that can't be used, 1 for the rest.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Input { .. } | Self::Dates { .. } => 2,
            Self::ExistingTable { .. } | Self::Write { .. } | Self::Report { .. } => 1,
        }
    }
}

/// Imports foreign results into records.
///
/// # Errors
/// When a path can't be read at all, or a record can't be written. Everything else is in the report.
pub fn import(options: &ImportOptions, names: &Names) -> Result<ImportReport, ImportError> {
    let mut notes = Notes::default();
    let mut dates = match &options.dates {
        Some(path) => {
            dates::read(path).map_err(|message| ImportError::Dates { path: path.clone(), message })?
        }
        None => dates::Dates::new(),
    };
    let found = walk::files(&options.paths, &mut notes)
        .map_err(|(path, source)| ImportError::Input { path, source })?;
    let mut files: Vec<FileResult> = found.par_iter().map(|found| file::read(found, names)).collect();
    drop_copies(&mut files, &mut notes);

    let mut report =
        ImportReport { dry_run: options.dry_run, files: files.len() as u64, ..ImportReport::default() };
    let mut rows = BTreeMap::new();
    let (mut findings, mut reliability, mut records) = (Vec::new(), BTreeMap::new(), Vec::new());
    for file in files {
        notes.absorb(file.notes);
        dates::learn(&mut dates, file.run_days);
        for (form, count) in file.rows {
            *rows.entry(form).or_default() += count;
        }
        let of_jobs: Vec<_> = file.findings.iter().filter_map(reliability_row).cloned().collect();
        reliability::add(&mut reliability, &of_jobs);
        findings.extend(file.findings);
        records.extend(file.record.map(|run| (file.path, run)));
    }
    let jobs = take_reliability(&mut findings);
    let mut grouped = group::runs(findings, options, &dates, &mut notes);
    group::add_records(&mut grouped, records);
    grouped.fates.entry(classify::Form::Reliability.name()).or_default().imported = jobs;
    let table = reliability::path(&options.out);
    let merged = (!reliability.is_empty()).then(|| reliability::merged(reliability, &table)).transpose()?;
    let (runs, written) = write::runs(&mut grouped, &options.out, options.dry_run, &mut notes)?;
    if let Some(merged) = merged {
        if !options.dry_run {
            merged.store(&table)?;
        }
        report.reliability(&merged.table);
    }
    report.rows(&rows, &grouped);
    report.runs(&runs, written);
    report.notes(notes);
    Ok(report)
}

/// Checks that a report can be written to `path`, before anything is imported for it.
///
/// # Errors
/// When it could not be.
pub fn check_report(path: &Path) -> Result<(), ImportError> {
    write::can_write(path).map_err(|source| ImportError::Report { path: path.to_owned(), source })
}

/// Writes the report as JSON, whole or not at all.
///
/// # Errors
/// When the file can't be written.
pub fn write_report(report: &ImportReport, path: &Path) -> Result<(), ImportError> {
    let text = serde_json::to_string_pretty(report).unwrap_or_default();
    write::file(path, &format!("{text}\n"))
}

fn reliability_row(finding: &Finding) -> Option<&finding::ReliabilityRow> {
    match &finding.body {
        Body::Reliability(row) => Some(row),
        _ => None,
    }
}

/// Takes the rows of the reliability table, which belong to no run, out of the findings.
fn take_reliability(findings: &mut Vec<Finding>) -> u64 {
    let before = findings.len();
    findings.retain(|finding| reliability_row(finding).is_none());
    (before - findings.len()) as u64
}

/// Whole folders are copied under other names. Two equal files of results are one, and the one whose folder names its
/// run counts; copies in the folders of different runs are left to the merge.
fn drop_copies(files: &mut Vec<FileResult>, notes: &mut Notes) {
    let mut first: BTreeMap<[u8; 32], String> = BTreeMap::new();
    for in_run_folder in [true, false] {
        files.retain(|file| {
            let Some(hash) = file.hash.filter(|_| file.in_run_folder == in_run_folder) else { return true };
            match first.get(hash.as_bytes()) {
                Some(other) if !in_run_folder => {
                    notes.anomaly(Anomaly::ExactCopy, format!("{} copies {other}", file.path));
                    notes.skip(file.path.clone(), format!("exact copy of {other}"));
                    false
                }
                _ => {
                    first.insert(*hash.as_bytes(), file.path.clone());
                    true
                }
            }
        });
    }
}
