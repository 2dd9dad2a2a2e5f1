//! Files of the user's that are read as text: traces, prompts.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

/// A file larger than this is refused: it is read into memory.
const MAXIMUM: u64 = 1 << 30;

/// Why a file is of no use.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InputError {
    /// It can't be read.
    #[error("{path}: {source}")]
    Read {
        /// The file.
        path: String,
        /// The system's reason.
        source: io::Error,
    },
    /// A line is not what it should be.
    #[error("{path}:{line}: {what}")]
    Line {
        /// The file.
        path: String,
        /// The line, from one.
        line: usize,
        /// What is wrong.
        what: String,
    },
    /// Nothing is in it, or too much.
    #[error("{path}: {what}")]
    Size {
        /// The file.
        path: String,
        /// Which.
        what: &'static str,
    },
}

/// Reads the file at `path` by `parse`, whose errors have their line. `nothing` is what is said where nothing is in it.
pub(crate) fn read<T>(
    path: &Path,
    nothing: &'static str,
    parse: impl FnOnce(&str) -> Result<Vec<T>, (usize, String)>,
) -> Result<Vec<T>, InputError> {
    let name = || path.display().to_string();
    let fail = |source| InputError::Read { path: name(), source };
    let mut text = String::new();
    File::open(path).map_err(fail)?.take(MAXIMUM + 1).read_to_string(&mut text).map_err(fail)?;
    if text.len() as u64 > MAXIMUM {
        let what = "is larger than a gigabyte: take a part of it";
        return Err(InputError::Size { path: name(), what });
    }
    let items = parse(text.trim_start_matches('\u{feff}')).map_err(|(line, what)| InputError::Line {
        path: name(),
        line,
        what,
    })?;
    if items.is_empty() {
        return Err(InputError::Size { path: name(), what: nothing });
    }
    Ok(items)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_names_the_file_and_the_line() {
        let folder = tempfile::tempdir().unwrap();
        let message = |bytes: &[u8], parse: fn(&str) -> Result<Vec<()>, (usize, String)>| {
            let path = folder.path().join("trace.csv");
            std::fs::write(&path, bytes).unwrap();
            let error = read(&path, "no requests in it", parse).unwrap_err().to_string();
            error.replace(&folder.path().display().to_string(), "")
        };
        assert_eq!(message(b"", |_| Ok(vec![])), "/trace.csv: no requests in it");
        assert_eq!(message(b"a", |_| Err((3, "is odd".into()))), "/trace.csv:3: is odd");
        assert_eq!(message(b"\xff", |_| Ok(vec![()])), "/trace.csv: stream did not contain valid UTF-8");
        // A folder is no file; of one that is too large, no more is read than shows it.
        let error = read(folder.path(), "nothing", |_| Ok(vec![()])).unwrap_err();
        assert!(matches!(error, InputError::Read { .. }), "{error}");
        let huge = folder.path().join("huge");
        File::create(&huge).unwrap().set_len(MAXIMUM + 2).unwrap();
        let error = read(&huge, "nothing", |_| Ok(vec![()])).unwrap_err().to_string();
        assert!(error.ends_with("huge: is larger than a gigabyte: take a part of it"), "{error}");
    }
}
