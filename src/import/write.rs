//! Records onto the disk: merged with what is there, valid, and whole or not at all.

use super::{
    ImportError,
    anomaly::Anomaly,
    finding::{fingerprint, run_in_url},
    group::{Draft, Grouped},
    merge,
    notes::Notes,
};
use rayon::prelude::*;
use record::{Measurement, RECORD_VERSION, Run, RunKind, Severity, Source, Unmapped};
use std::{
    collections::BTreeMap,
    fs, io,
    io::Write,
    path::{Path, PathBuf},
};
use tempfile::{NamedTempFile, TempPath};

/// What writing came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) new: u64,
    pub(crate) changed: u64,
    pub(crate) unchanged: u64,
    /// Runs that could not become a record.
    pub(crate) refused: u64,
}

/// A file to write.
#[derive(Debug)]
struct Plan {
    path: PathBuf,
    text: String,
    /// Where the record of the same run stands now, if it does.
    before: Option<PathBuf>,
    unchanged: bool,
}

/// Merges `runs` with the records below `out` and writes what changed. Every file is first written beside its place and
/// then moved there, and none is moved before all are written: a full disk changes nothing. The rows of a run that can't
/// become a record are left out.
pub(crate) fn runs(
    grouped: &mut Grouped,
    out: &Path,
    dry_run: bool,
    notes: &mut Notes,
) -> Result<(Vec<Run>, Written), ImportError> {
    let existing = existing(out)?;
    let drafts = std::mem::take(&mut grouped.runs).into_par_iter();
    let planned: Vec<_> = drafts
        .map(|mut draft| {
            let (fates, rows) = (std::mem::take(&mut draft.fates), std::mem::take(&mut draft.rows));
            let mut notes = Notes::default();
            (plan(draft, &existing, out, &mut notes), notes, fates, rows)
        })
        .collect();
    let (mut written, mut plans, mut kept) = (Written::default(), Vec::new(), Vec::new());
    for (planned, run_notes, fates, rows) in planned {
        notes.absorb(run_notes);
        let (run, plan) = match planned {
            Ok(planned) => planned,
            Err(why) => {
                written.refused += 1;
                grouped.skip(rows, &why, notes);
                continue;
            }
        };
        grouped.count(&fates);
        kept.push(run);
        match (&plan.before, plan.unchanged) {
            (_, true) => written.unchanged += 1,
            (Some(_), false) => written.changed += 1,
            (None, false) => written.new += 1,
        }
        plans.push(plan);
    }
    if !dry_run {
        plans.retain(|plan| !plan.unchanged);
        write_all(&plans)?;
    }
    Ok((kept, written))
}

/// Where the record of a run stands.
struct Standing {
    path: PathBuf,
    /// Whether it or its folder is a symbolic link.
    linked: bool,
}

/// Records below `out` by their run: files are named `<date>-<run>.json`, in a folder a year. Links are listed, so that
/// what they point at is neither overwritten nor told twice.
fn existing(out: &Path) -> Result<BTreeMap<String, Standing>, ImportError> {
    let mut standing: BTreeMap<String, Standing> = BTreeMap::new();
    for folder in sorted(out)? {
        if !folder.is_dir() {
            continue;
        }
        let linked = folder.is_symlink();
        for path in sorted(&folder)? {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let Some(run) = name.strip_suffix(".json").and_then(|name| name.get(11..)) else { continue };
            let linked = linked || path.is_symlink() || standing.get(run).is_some_and(|it| it.linked);
            standing.insert(run.to_owned(), Standing { path, linked });
        }
    }
    Ok(standing)
}

/// What a folder holds, in order; nothing if it doesn't exist.
fn sorted(folder: &Path) -> Result<Vec<PathBuf>, ImportError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed(folder, error)),
    };
    let paths = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>();
    let mut paths = paths.map_err(|error| failed(folder, error))?;
    paths.sort();
    Ok(paths)
}

/// What must be written for a run, or why nothing can be.
fn plan(
    draft: Draft,
    existing: &BTreeMap<String, Standing>,
    out: &Path,
    notes: &mut Notes,
) -> Result<(Run, Plan), String> {
    let Draft { mut run, mapped, kind_given, .. } = draft;
    let before = existing.get(&run.id);
    if let Some(Standing { path, linked: true }) = before {
        return Err(is_link(path, notes));
    }
    let before = before.map(|before| before.path.clone());
    let mut bytes_before = None;
    if let Some(path) = &before {
        let read = fs::read(path).map_err(|error| error.to_string()).and_then(|bytes| {
            let read = record::read(&bytes).map_err(|error| error.to_string())?;
            Ok((bytes, read.run))
        });
        let (bytes, mut on_disk) = read.map_err(|error| {
            notes.anomaly(Anomaly::RecordNotReadable, format!("{}: {error}", path.display()));
            format!("the existing record {} can't be read: {error}. Repair or remove it", path.display())
        })?;
        bytes_before = Some(bytes);
        // What was unmapped and now is a measurement is not unmapped any more.
        on_disk.unmapped.retain(|unmapped| !mapped.contains(fingerprint(&unmapped.row).as_bytes()));
        let kind = if kind_given { run.kind } else { on_disk.kind };
        run = Run { kind, ..merge::runs(on_disk, run, attempt) };
    }
    let run = valid(run.canonicalise(), notes)?;
    let folder = out.join(run.date.strftime("%Y").to_string());
    let path = folder.join(format!("{}-{}.json", run.date, run.id));
    if let Some(link) = [&folder, &path].into_iter().find(|path| path.is_symlink()) {
        return Err(is_link(link, notes));
    }
    let text = run.to_canonical_json();
    let unchanged = before.as_ref() == Some(&path) && bytes_before.as_deref() == Some(text.as_bytes());
    Ok((run, Plan { path, text, before, unchanged }))
}

fn is_link(path: &Path, notes: &mut Notes) -> String {
    notes.anomaly(Anomaly::RecordIsLink, path.display().to_string());
    let path = path.display();
    format!("the existing record {path} is reached through a symbolic link. Put the file itself in its place")
}

/// Why a measurement can't stand in any record, if so: the first error of the record's own validation.
pub(crate) fn refusal(measurement: &Measurement) -> Option<String> {
    let id = "check".to_owned();
    let mut measurement = measurement.clone();
    measurement.id = measurement.identify(&id);
    let run = Run {
        record_version: RECORD_VERSION,
        id,
        date: jiff::civil::date(2026, 1, 1),
        date_until: None,
        started_at: None,
        kind: RunKind::Unofficial,
        source: Source { project: "check".into(), ..Source::default() },
        environment: None,
        notes: Vec::new(),
        retracted: None,
        changes: Vec::new(),
        attempts: Vec::new(),
        search: None,
        measurements: vec![measurement],
        unmapped: Vec::new(),
    };
    let problems = record::validate(&run.canonicalise(), &[], None);
    let error = problems.into_iter().find(|problem| problem.severity == Severity::Error)?;
    Some(field(&error.to_string()).to_owned())
}

/// A problem of a measurement without the path of the measurement.
fn field(problem: &str) -> &str {
    problem.split_once("].").map_or(problem, |(_, rest)| rest)
}

fn attempt(run: &Run) -> u64 {
    run.source.url.as_deref().and_then(run_in_url).map_or(0, |(_, attempt)| attempt)
}

/// Moves measurements that validation refuses to `unmapped`; an error tells why the run itself is refused.
fn valid(mut run: Run, notes: &mut Notes) -> Result<Run, String> {
    let mut refused: BTreeMap<usize, String> = BTreeMap::new();
    for problem in record::validate(&run, &[], None) {
        if problem.severity != Severity::Error {
            continue;
        }
        let index = problem
            .path
            .strip_prefix("$.measurements[")
            .and_then(|rest| rest.split(']').next()?.parse().ok());
        let Some(index) = index else {
            notes.anomaly(Anomaly::Refused, format!("run {}: {problem}", run.id));
            return Err(format!("run {} is refused: {problem}", run.id));
        };
        refused.entry(index).or_insert_with(|| problem.to_string());
    }
    for (index, why) in refused.into_iter().rev() {
        let measurement = run.measurements.remove(index);
        notes.anomaly(Anomaly::Refused, format!("run {}: {why}", run.id));
        let row = serde_json::to_value(&measurement).unwrap_or_default();
        run.unmapped.push(Unmapped { reason: format!("refused: {}", field(&why)), row });
    }
    Ok(run.canonicalise())
}

fn write_all(plans: &[Plan]) -> Result<(), ImportError> {
    let staged: Vec<TempPath> = plans
        .par_iter()
        .map(|plan| {
            stage(&plan.path, |file| file.write_all(plan.text.as_bytes()))
                .map_err(|error| failed(&plan.path, error))
        })
        .collect::<Result<_, _>>()?;
    for (plan, staged) in plans.iter().zip(staged) {
        staged.persist(&plan.path).map_err(|error| failed(&plan.path, error.error))?;
        if let Some(before) = plan.before.as_ref().filter(|before| **before != plan.path) {
            fs::remove_file(before).map_err(|error| failed(before, error))?;
        }
    }
    Ok(())
}

/// Writes one file whole or not at all.
pub(crate) fn file(path: &Path, text: &str) -> Result<(), ImportError> {
    let staged = stage(path, |file| file.write_all(text.as_bytes())).map_err(|error| failed(path, error))?;
    staged.persist(path).map_err(|error| failed(path, error.error))
}

/// Tells whether a file could be written, by writing an empty one beside its place and removing it.
pub(crate) fn can_write(path: &Path) -> io::Result<()> {
    let folder = path.as_os_str().as_encoded_bytes().ends_with(b"/");
    if folder || fs::symlink_metadata(path).is_ok_and(|there| !there.is_file()) {
        return Err(io::Error::other("is not a plain file"));
    }
    stage(path, |_| Ok(())).map(drop)
}

/// Writes a file beside its place; what fails leaves nothing behind.
fn stage(path: &Path, fill: impl FnOnce(&mut NamedTempFile) -> io::Result<()>) -> io::Result<TempPath> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file =
        tempfile::Builder::new().prefix(".import-").permissions(permissions()).tempfile_in(folder)?;
    fill(&mut file)?;
    file.as_file().sync_all()?;
    Ok(file.into_temp_path())
}

/// What a file made without a temporary one would have, before the umask.
fn permissions() -> fs::Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(0o666)
}

fn failed(path: &Path, source: io::Error) -> ImportError {
    ImportError::Write { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_leaves_nothing_behind() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("2026/2026-01-01-1.json");
        let error = stage(&path, |file| {
            file.write_all(b"half a rec")?;
            Err(io::Error::from(io::ErrorKind::StorageFull))
        });
        assert_eq!(error.expect_err("full").kind(), io::ErrorKind::StorageFull);
        let left = fs::read_dir(folder.path().join("2026")).expect("the folder").count();
        assert_eq!(left, 0);
    }

    #[test]
    fn a_file_appears_whole_under_its_name() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a/b.json");
        file(&path, "{}\n").expect("written");
        assert_eq!(fs::read_to_string(&path).expect("there"), "{}\n");
    }
}
