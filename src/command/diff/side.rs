//! What `site diff` compares: a run of the site, a record file, or a folder of records.

use super::super::Failure;
use crate::{catalog::Catalog, import::printable, suggestion::close_matches};
use record::{Run, Severity};
use std::{
    fs,
    path::{Path, PathBuf},
};
use walkdir::WalkDir;

/// One side.
pub(super) struct Side {
    /// What readers call it: a run's id, or the path as given.
    pub(super) name: String,
    /// Its runs, in order of date.
    pub(super) runs: Vec<Run>,
}

impl Side {
    /// The runs that an argument names: a run's whole id, a path, or the beginning of one id.
    pub(super) fn find(catalog: &Catalog, wanted: &str) -> Result<Self, Failure> {
        let of_site = |run: &Run| Self { name: run.id.clone(), runs: vec![run.clone()] };
        if let Some(run) = catalog.runs.iter().find(|run| run.id == wanted) {
            return Ok(of_site(run));
        }
        let path = Path::new(wanted);
        if path.exists() {
            return Ok(Self { name: wanted.to_owned(), runs: read(path)? });
        }
        let beginning: Vec<&Run> = catalog.runs.iter().filter(|run| run.id.starts_with(wanted)).collect();
        match beginning.as_slice() {
            [run] if !wanted.is_empty() => Ok(of_site(run)),
            [_, _, ..] if !wanted.is_empty() => Err(ambiguous(wanted, &beginning)),
            _ => Err(unknown(catalog, wanted)),
        }
    }

    /// Their ids.
    pub(super) fn ids(&self) -> Vec<&str> {
        self.runs.iter().map(|run| run.id.as_str()).collect()
    }
}

fn ambiguous(wanted: &str, runs: &[&Run]) -> Failure {
    const SHOWN: usize = 5;
    let shown: Vec<String> =
        runs.iter().take(SHOWN).map(|run| format!("`{}` of {}", run.id, run.date)).collect();
    let more = runs.len().saturating_sub(SHOWN);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    Failure::Refused(format!(
        "`{wanted}` is the beginning of {} runs: {}{more}. Write more of it",
        runs.len(),
        shown.join(", ")
    ))
}

fn unknown(catalog: &Catalog, wanted: &str) -> Failure {
    let ids = catalog.runs.iter().map(|run| (run.id.as_str(), run.id.as_str()));
    let close: Vec<String> = close_matches(wanted, ids).iter().map(|id| format!("`{id}`")).collect();
    let remedy = if close.is_empty() {
        ". Expected a run's id or its beginning, a record file, or a folder of records".to_owned()
    } else {
        format!("; did you mean {}?", close.join(" or "))
    };
    Failure::Refused(format!("`{wanted}` is no run of this site and no file{remedy}"))
}

/// The runs of a record file, or of every `.json` below a folder.
fn read(path: &Path) -> Result<Vec<Run>, Failure> {
    let mut runs = Vec::new();
    for file in files(path)? {
        let refused = |what: String| Failure::Refused(format!("{}: {what}", file.display()));
        let bytes = fs::read(&file).map_err(|error| refused(format!("can't be read: {error}")))?;
        let read = record::read(&bytes).map_err(|error| {
            refused(format!("{error}. Expected a result record, as `site import` and the harness write"))
        })?;
        let problems = record::validate(&read.run, &read.unknown_fields, None);
        if let Some(wrong) = problems.iter().find(|problem| problem.severity == Severity::Error) {
            return Err(refused(format!(
                "{}: {}. `site check` says what a record must be",
                wrong.path,
                printable(&wrong.message)
            )));
        }
        runs.push(read.run);
    }
    runs.sort_by(|a, b| (a.date, &a.id).cmp(&(b.date, &b.id)));
    Ok(runs)
}

fn files(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in WalkDir::new(path).sort_by_file_name() {
        let entry = entry.map_err(|error| Failure::Refused(format!("{}: {error}", path.display())))?;
        if entry.file_type().is_file() && entry.path().extension().is_some_and(|ending| ending == "json") {
            files.push(entry.into_path());
        }
    }
    Ok(files)
}
