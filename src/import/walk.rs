//! Every file below the given paths, in a fixed order, without leaving them.

use super::{anomaly::Anomaly, notes::Notes};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

/// A file to read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Found {
    pub(crate) path: PathBuf,
    /// The run that the nearest folder named `run_<number>` stands for.
    pub(crate) run: Option<String>,
}

/// Lists the files below `roots`. Links that leave a root are reported; links inside it are known by their target.
///
/// # Errors
/// The first root that doesn't exist or can't be read, with the reason.
pub(crate) fn files(roots: &[PathBuf], notes: &mut Notes) -> Result<Vec<Found>, (PathBuf, std::io::Error)> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for root in roots {
        let real = root.canonicalize().map_err(|error| (root.clone(), error))?;
        for entry in walkdir::WalkDir::new(&real).sort_by_file_name() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    notes.anomaly(Anomaly::NotReadable, error.to_string());
                    notes.skip(
                        error.path().map(|path| path.display().to_string()).unwrap_or_default(),
                        "not readable",
                    );
                    continue;
                }
            };
            let shown = shown(root, &real, entry.path());
            if entry.path_is_symlink() {
                link(&real, entry.path(), &shown, notes);
            } else if entry.file_type().is_file() {
                let run = run_of(entry.path());
                if seen.insert(entry.into_path()) {
                    found.push(Found { path: shown, run });
                }
            } else if !entry.file_type().is_dir() {
                notes.not_a_result("device, pipe or socket", shown.display().to_string());
            }
        }
    }
    Ok(found)
}

/// A path as the user would write it.
fn shown(root: &Path, real: &Path, path: &Path) -> PathBuf {
    match path.strip_prefix(real) {
        Ok(rest) if !rest.as_os_str().is_empty() => root.join(rest),
        _ => root.to_owned(),
    }
}

fn link(root: &Path, path: &Path, shown: &Path, notes: &mut Notes) {
    let inside = path.canonicalize().is_ok_and(|target| target.starts_with(root));
    if inside {
        notes.not_a_result("link to a file that is read in its own place", shown.display().to_string());
    } else {
        notes.anomaly(Anomaly::LinkLeaves, shown.display().to_string());
        notes.skip(shown.display().to_string(), "symbolic link that leaves the given path");
    }
}

fn run_of(path: &Path) -> Option<String> {
    path.ancestors().skip(1).find_map(|folder| {
        let number = folder.file_name()?.to_str()?.strip_prefix("run_")?;
        super::finding::is_number(number).then(|| number.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_that_leave_are_reported_and_not_followed() {
        let outside = tempfile::tempdir().expect("a folder");
        std::fs::write(outside.path().join("secret.json"), "[]").expect("written");
        let inside = tempfile::tempdir().expect("a folder");
        let run = inside.path().join("run_42/results_bmk");
        std::fs::create_dir_all(&run).expect("created");
        std::fs::write(run.join("agg_bmk.json"), "[]").expect("written");
        std::os::unix::fs::symlink(outside.path(), inside.path().join("away")).expect("linked");
        std::os::unix::fs::symlink(&run, inside.path().join("near")).expect("linked");
        let mut notes = Notes::default();
        let found = files(&[inside.path().to_owned(), run.clone()], &mut notes).expect("readable");
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].run.as_deref(), Some("42"));
        assert_eq!(notes.anomalies[&Anomaly::LinkLeaves].count, 1);
        assert!(files(&["/does/not/exist".into()], &mut notes).is_err());
    }
}
