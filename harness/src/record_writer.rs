//! Writes a record so that there is either the whole of it or none.

use record::{Problem, Run, Severity};
use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

/// Why a record was not written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WriteError {
    /// It would not be a valid one.
    #[error("the record would be invalid, and was not written: {0}")]
    Invalid(Problem),
    /// The folder or the file can't be written.
    #[error("can't write {}: {source}", path.display())]
    Io {
        /// Where to.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
}

/// Writes `run` in its canonical form to `folder` under its own name, and returns the file's path.
pub(crate) fn write(run: &Run, folder: &Path) -> Result<PathBuf, WriteError> {
    let run = run.clone().canonicalise();
    let problems = record::validate(&run, &[], None);
    if let Some(problem) = problems.into_iter().find(|problem| problem.severity == Severity::Error) {
        return Err(WriteError::Invalid(problem));
    }
    let path = folder.join(format!("{}.json", run.id));
    let fail = |source| WriteError::Io { path: path.clone(), source };
    let mut file = tempfile::Builder::new().prefix(".record-").tempfile_in(folder).map_err(fail)?;
    file.write_all(run.to_canonical_json().as_bytes()).map_err(fail)?;
    file.as_file().sync_all().map_err(fail)?;
    set_readable(file.as_file()).map_err(fail)?;
    file.persist(&path).map_err(|error| fail(error.error))?;
    Ok(path)
}

/// Temporary files are private; a record is not.
fn set_readable(file: &std::fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}
