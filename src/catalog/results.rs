//! Reading the records of all runs.

use super::{StoredRecord, load::files_in};
use crate::finding::Finding;
use rayon::prelude::*;
use record::{ReadError, Run, Severity, Vocabulary};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

/// No honest record comes near this size; a file that does is a mistake or an attack.
const LARGEST_RECORD: u64 = 256 * 1024 * 1024;

/// A run, and its record as it stands in its file.
pub(super) type StoredRun = (Run, StoredRecord);

/// Reads and validates `content/results/**/*.json`, oldest run first.
pub(super) fn read_runs(root: &Path, vocabulary: &Vocabulary, findings: &mut Vec<Finding>) -> Vec<StoredRun> {
    let files = files_in(root, "results", "json", findings);
    let read: Vec<(PathBuf, Result<StoredRun, Finding>, Vec<Finding>)> = files
        .into_par_iter()
        .map(|file| {
            let mut found = Vec::new();
            let run = read_run(root, &file, vocabulary, &mut found);
            (file, run, found)
        })
        .collect();
    let mut runs = Vec::new();
    let mut files_by_id: BTreeMap<String, PathBuf> = BTreeMap::new();
    for (file, run, found) in read {
        findings.extend(found);
        match run {
            Err(finding) => findings.push(finding),
            Ok((run, record)) => {
                if let Some(first) = files_by_id.insert(run.id.clone(), file.clone()) {
                    let message = format!("run `{}` also stands in {}. Keep one", run.id, first.display());
                    findings.push(Finding::error(&file, None, message));
                }
                runs.push((run, record));
            }
        }
    }
    runs.sort_by(|(a, _), (b, _)| (a.date, &a.id).cmp(&(b.date, &b.id)));
    runs
}

fn read_run(
    root: &Path,
    file: &Path,
    vocabulary: &Vocabulary,
    found: &mut Vec<Finding>,
) -> Result<StoredRun, Finding> {
    let path = root.join(file);
    let unreadable = |error: std::io::Error| Finding::error(file, None, format!("can't be read: {error}"));
    if std::fs::metadata(&path).map_err(unreadable)?.len() > LARGEST_RECORD {
        return Err(Finding::error(file, None, "is larger than 256 MiB. Split it into several runs"));
    }
    let bytes = std::fs::read(&path).map_err(unreadable)?;
    let mut read = record::read(&bytes).map_err(|error| {
        let line = match &error {
            ReadError::Json { line, .. } | ReadError::Field { line, .. } => {
                Some(*line).filter(|line| *line > 0)
            }
            ReadError::Version { .. } => None,
        };
        let remedy = match &error {
            ReadError::Json { .. } => ". Write records with `site import` or the harness",
            _ => "",
        };
        Finding::error(file, line, format!("{error}{remedy}"))
    })?;
    // Lists grow by doubling, and a measurement is large.
    read.run.measurements.shrink_to_fit();
    for problem in record::validate(&read.run, &read.unknown_fields, Some(vocabulary)) {
        let line = measurement_in(&problem.path).and_then(|index| line_of(&bytes, index));
        found.push(match problem.severity {
            Severity::Error => Finding::error(file, line, problem.to_string()),
            Severity::Warning => Finding::warning(file, line, problem.to_string()),
        });
    }
    Ok((read.run, StoredRecord { file: file.to_owned(), bytes }))
}

/// The index of the measurement that a JSON path names.
fn measurement_in(path: &str) -> Option<usize> {
    path.strip_prefix("$.measurements[")?.split(']').next()?.parse().ok()
}

/// The line of a measurement, counted from one, where the record holds one a line.
pub(super) fn line_of(bytes: &[u8], index: usize) -> Option<usize> {
    let text = std::str::from_utf8(bytes).ok()?;
    let first = text.lines().position(|line| line.trim_end() == "  \"measurements\": [")?;
    let line = first + 1 + index;
    text.lines().nth(line).filter(|line| line.starts_with("    {")).map(|_| line + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_placed_on_the_line_of_its_measurement() {
        let text = b"{\n  \"id\": \"x\",\n  \"measurements\": [\n    {\"a\":1},\n    {\"a\":2}\n  ]\n}\n";
        assert_eq!(measurement_in("$.measurements[1].id"), Some(1));
        assert_eq!(measurement_in("$.id"), None);
        assert_eq!(line_of(text, 1), Some(5));
        assert_eq!(line_of(text, 2), None);
    }
}
