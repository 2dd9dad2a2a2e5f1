//! Records onto the disk: merged with what is there, valid, and whole or not at all.

use super::{
    ImportError,
    anomaly::Anomaly,
    finding::{fingerprint, run_in_url},
    group::Draft,
    merge,
    notes::Notes,
};
use rayon::prelude::*;
use record::{Run, Severity, Unmapped};
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
/// then moved there, and none is moved before all are written: a full disk changes nothing.
pub(crate) fn runs(
    drafts: Vec<Draft>,
    out: &Path,
    dry_run: bool,
    notes: &mut Notes,
) -> Result<(Vec<Run>, Written), ImportError> {
    let existing = existing(out);
    let planned: Vec<_> = drafts.into_par_iter().map(|draft| plan(draft, &existing, out)).collect();
    let (mut written, mut plans, mut kept) = (Written::default(), Vec::new(), Vec::new());
    for (planned, run_notes) in planned {
        notes.absorb(run_notes);
        let Some((run, plan)) = planned else {
            written.refused += 1;
            continue;
        };
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

/// Records below `out` by their run: files are named `<date>-<run>.json`.
fn existing(out: &Path) -> BTreeMap<String, PathBuf> {
    let files = walkdir::WalkDir::new(out).min_depth(2).max_depth(2).sort_by_file_name();
    let named = files.into_iter().filter_map(|entry| {
        let path = entry.ok()?.into_path();
        let run = path.file_name()?.to_str()?.strip_suffix(".json")?.get(11..)?.to_owned();
        Some((run, path))
    });
    named.collect()
}

fn plan(draft: Draft, existing: &BTreeMap<String, PathBuf>, out: &Path) -> (Option<(Run, Plan)>, Notes) {
    let mut notes = Notes::default();
    let Draft { mut run, mapped, kind_given } = draft;
    let before = existing.get(&run.id).cloned();
    let mut bytes_before = None;
    if let Some(path) = &before {
        match fs::read(path).map_err(|error| error.to_string()).and_then(|bytes| {
            let read = record::read(&bytes).map_err(|error| error.to_string())?;
            Ok((bytes, read.run))
        }) {
            Ok((bytes, on_disk)) => {
                bytes_before = Some(bytes);
                let mut on_disk = on_disk;
                // What was unmapped and now is a measurement is not unmapped any more.
                on_disk.unmapped.retain(|unmapped| !mapped.contains(fingerprint(&unmapped.row).as_bytes()));
                let kind = if kind_given { run.kind } else { on_disk.kind };
                run = Run { kind, ..merge::runs(on_disk, run, attempt) };
            }
            Err(error) => {
                notes.anomaly(Anomaly::RecordNotReadable, format!("{}: {error}", path.display()));
                notes.skip(path.display().to_string(), format!("existing record can't be read: {error}"));
                return (None, notes);
            }
        }
    }
    let Some(run) = valid(run.canonicalise(), &mut notes) else { return (None, notes) };
    let path = out.join(run.date.strftime("%Y").to_string()).join(format!("{}-{}.json", run.date, run.id));
    let text = run.to_canonical_json();
    let unchanged = before.as_ref() == Some(&path) && bytes_before.as_deref() == Some(text.as_bytes());
    (Some((run, Plan { path, text, before, unchanged })), notes)
}

fn attempt(run: &Run) -> u64 {
    run.source.url.as_deref().and_then(run_in_url).map_or(0, |(_, attempt)| attempt)
}

/// Moves measurements that validation refuses to `unmapped`. `None` when the run itself is refused.
fn valid(mut run: Run, notes: &mut Notes) -> Option<Run> {
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
            notes.skip(format!("run {}", run.id), problem.to_string());
            return None;
        };
        refused.entry(index).or_insert_with(|| problem.to_string());
    }
    for (index, why) in refused.into_iter().rev() {
        let measurement = run.measurements.remove(index);
        notes.anomaly(Anomaly::Refused, format!("run {}: {why}", run.id));
        let row = serde_json::to_value(&measurement).unwrap_or_default();
        let field = why.split_once("].").map_or(why.as_str(), |(_, rest)| rest);
        run.unmapped.push(Unmapped { reason: format!("refused: {field}"), row });
    }
    Some(run.canonicalise())
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
