//! What differs between two sets of files.

use super::HashedFile;
use std::{collections::BTreeMap, fmt};

/// A file that isn't what it should be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// It should be there, and isn't.
    Missing(String),
    /// It shouldn't be there.
    Extra(String),
    /// Its bytes are others.
    Changed {
        /// Its path.
        path: String,
        /// Where its bytes first differ, where both are known.
        at: Option<Place>,
    },
}

/// A place in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Bytes before it.
    pub offset: usize,
    /// Its line, counted from one.
    pub line: usize,
}

impl Difference {
    /// The file.
    pub fn path(&self) -> &str {
        match self {
            Self::Missing(path) | Self::Extra(path) | Self::Changed { path, .. } => path,
        }
    }

    /// `missing`, `extra` or `changed`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Missing(_) => "missing",
            Self::Extra(_) => "extra",
            Self::Changed { .. } => "changed",
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.kind(), self.path())?;
        match self {
            Self::Changed { at: Some(at), .. } => {
                write!(formatter, ", from byte {} on (line {})", at.offset, at.line)
            }
            _ => Ok(()),
        }
    }
}

/// What `found` has otherwise than `stated`, in order of paths.
pub fn compare(stated: &[HashedFile], found: &[HashedFile]) -> Vec<Difference> {
    let by_path = |files: &[HashedFile]| -> BTreeMap<String, HashedFile> {
        files.iter().map(|file| (file.path.clone(), file.clone())).collect()
    };
    let (stated, mut found) = (by_path(stated), by_path(found));
    let mut differences = Vec::new();
    for (path, file) in stated {
        match found.remove(&path) {
            None => differences.push(Difference::Missing(path)),
            Some(other) if other != file => differences.push(Difference::Changed { path, at: None }),
            Some(_) => {}
        }
    }
    differences.extend(found.into_keys().map(Difference::Extra));
    differences.sort_by(|a, b| a.path().cmp(b.path()));
    differences
}

/// Where two files first differ; nothing where they are the same.
pub fn differing_place(one: &[u8], other: &[u8]) -> Option<Place> {
    let same = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    (same < one.len().max(other.len())).then(|| {
        let line = one[..same].iter().filter(|byte| **byte == b'\n').count() + 1;
        Place { offset: same, line }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_extra_and_changed_is_told_in_order() {
        let files = |files: &[(&str, &str)]| -> Vec<HashedFile> {
            files.iter().map(|(path, text)| HashedFile::of(*path, text.as_bytes())).collect()
        };
        let stated = files(&[("a", "1"), ("c", "1"), ("d", "1")]);
        let found = files(&[("b", "1"), ("c", "2"), ("d", "1")]);
        let told: Vec<String> = compare(&stated, &found).iter().map(ToString::to_string).collect();
        assert_eq!(told, ["missing: a", "extra: b", "changed: c"]);
        assert_eq!(compare(&stated, &stated), []);
    }

    #[test]
    fn the_first_byte_that_differs_is_found_with_its_line() {
        assert_eq!(differing_place(b"a\nb\nc", b"a\nb\nc"), None);
        assert_eq!(differing_place(b"a\nb\nc", b"a\nB\nc"), Some(Place { offset: 2, line: 2 }));
        assert_eq!(differing_place(b"a\n", b"a\nb"), Some(Place { offset: 2, line: 2 }));
        assert_eq!(differing_place(b"", b"x"), Some(Place { offset: 0, line: 1 }));
    }
}
