//! Reading the records of all runs: this site's own, and what others offer.

use super::{StoredRecord, Submission, load::files_in, submissions};
use crate::{bounded, finding::Finding, publish::Contents};
use rayon::prelude::*;
use record::{ReadError, Run, RunKind, Severity, Vocabulary};
use std::{
    collections::BTreeMap,
    io::ErrorKind,
    path::{Path, PathBuf},
};

/// No honest record comes near this size; a file that does is a mistake or an attack.
const LARGEST_RECORD: u64 = 256 << 20;
/// The same for a record that somebody offers: thousands of measurements.
const LARGEST_SUBMISSION: u64 = 16 << 20;
/// Fields by which a record would say itself what it is.
const LABELS: [&str; 9] =
    ["badge", "community", "label", "labels", "official", "reproduced", "status", "unofficial", "vendor"];

/// A run, and its record as it stands in its file.
pub(super) type StoredRun = (Run, StoredRecord);

/// Reads and validates `content/results/**/*.json` and the submissions, oldest run first. The submission in the folder
/// `without`, if any, is passed over.
pub(super) fn read_runs(
    root: &Path,
    vocabulary: &Vocabulary,
    without: Option<&Path>,
    findings: &mut Vec<Finding>,
) -> Vec<StoredRun> {
    let own = files_in(root, "results", "json", findings).into_iter().map(|file| (file, None));
    let offered = submissions::find(root, without, findings).into_iter();
    let offered = offered.map(|submission| (submission.record(), Some(submission)));
    let files: Vec<(PathBuf, Option<Submission>)> = own.chain(offered).collect();
    let read: Vec<(PathBuf, Result<StoredRun, Finding>, Vec<Finding>)> = files
        .into_par_iter()
        .map(|(file, submission)| {
            let mut found = Vec::new();
            let run = match submission {
                None => read_run(root, &file, LARGEST_RECORD, vocabulary, &mut found),
                Some(submission) => read_submission(root, &submission, vocabulary, &mut found),
            };
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
                if let Some(first) = &files_by_id.insert(run.id.clone(), file.clone()) {
                    let message = stands_twice(&run.id, first);
                    findings.push(Finding::error(&file, None, message));
                }
                runs.push((run, record));
            }
        }
    }
    runs.sort_by(|(a, _), (b, _)| (a.date, &a.id).cmp(&(b.date, &b.id)));
    runs
}

/// What is said of a run whose id another has.
pub(super) fn stands_twice(id: &str, other: &Path) -> String {
    format!("run `{id}` also stands in {}. Keep one", other.display())
}

/// Reads what somebody offers. Who stands behind it follows from where it stands, whatever it says.
pub(super) fn read_submission(
    root: &Path,
    submission: &Submission,
    vocabulary: &Vocabulary,
    found: &mut Vec<Finding>,
) -> Result<StoredRun, Finding> {
    let file = submission.record();
    let (mut run, record) = read_run(root, &file, LARGEST_SUBMISSION, vocabulary, found)?;
    let mut refuse = |message: String| found.push(Finding::error(&file, None, message));
    if run.kind == RunKind::Official {
        refuse("$.kind: `official` is not for a record to say. Labels are derived: measure without `--kind official`, or write `community`".into());
    }
    if run.date != submission.date || run.date_until.is_some() {
        refuse(format!(
            "$.date: the run is of {}, and its folder of {}. Give the folder the day of the run",
            run.date_until.map_or_else(|| run.date.to_string(), |until| format!("{} to {until}", run.date)),
            submission.date
        ));
    }
    let stated = run.source.organisation.as_ref().filter(|stated| **stated != submission.organisation);
    if let Some(stated) = stated {
        refuse(format!("$.source.organisation: {stated:?} is not whose folder this is. Leave it out"));
    }
    run.kind = RunKind::Community;
    run.source.organisation = Some(submission.organisation.clone());
    Ok((run, record))
}

fn read_run(
    root: &Path,
    file: &Path,
    largest: u64,
    vocabulary: &Vocabulary,
    found: &mut Vec<Finding>,
) -> Result<StoredRun, Finding> {
    let bytes = bounded::read(&root.join(file), largest).map_err(|error| {
        let message = match error.kind() {
            ErrorKind::FileTooLarge => format!("is {error}. Split it into several runs"),
            _ => format!("can't be read: {error}"),
        };
        Finding::error(file, None, message)
    })?;
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
    let (labels, unknown): (Vec<String>, Vec<String>) =
        read.unknown_fields.into_iter().partition(|path| types_a_label(path));
    found.extend(labels.iter().map(|path| {
        let message = format!("{path}: a record doesn't say what it is; labels are derived, see content/docs/community-results.md. Remove it");
        Finding::error(file, None, message)
    }));
    for problem in record::validate(&read.run, &unknown, Some(vocabulary)) {
        let line = measurement_in(&problem.path).and_then(|index| line_of(&bytes, index));
        found.push(match problem.severity {
            Severity::Error => Finding::error(file, line, problem.to_string()),
            Severity::Warning => Finding::warning(file, line, problem.to_string()),
        });
    }
    Ok((read.run, StoredRecord { file: file.to_owned(), contents: Contents::packed(bytes) }))
}

/// Whether a field that the schema doesn't have would say what the record or a measurement of it is.
fn types_a_label(path: &str) -> bool {
    path.rsplit('.').next().is_some_and(|name| LABELS.contains(&name))
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
