//! Which paths a site may have.

use std::collections::{HashMap, HashSet};

use super::{MARKER, OutputFile, PublishError};

/// The longest name that the common file systems take, in bytes.
const LONGEST_NAME: usize = 255;

/// Checks every path by itself, then all of them against each other.
pub(super) fn check(files: &[OutputFile]) -> Result<(), PublishError> {
    for file in files {
        if let Some(why) = fault(&file.path) {
            return Err(PublishError::BadPath { path: file.path.clone(), why });
        }
    }
    check_collisions(files)
}

/// What is wrong with a path, if anything.
pub(crate) fn fault(path: &str) -> Option<&'static str> {
    if path.is_empty() {
        Some("it is empty")
    } else if path.starts_with('/') {
        Some("it is absolute")
    } else if path.contains('\\') {
        Some("it has a backslash")
    } else if path.contains(char::is_control) {
        Some("it has a control character")
    } else if path == MARKER {
        Some("that file is the site builder's own")
    } else {
        path.split('/').find_map(fault_of_name)
    }
}

fn fault_of_name(name: &str) -> Option<&'static str> {
    match name {
        "" => Some("it has an empty part"),
        "." | ".." => Some("it has a part that means another folder"),
        _ if name.len() > LONGEST_NAME => Some("a part of it is longer than 255 bytes"),
        _ => None,
    }
}

fn check_collisions(files: &[OutputFile]) -> Result<(), PublishError> {
    let mut by_lowercase = HashMap::with_capacity(files.len());
    for file in files {
        if let Some(first) = by_lowercase.insert(file.path.to_lowercase(), file.path.as_str()) {
            return Err(collision(first, &file.path));
        }
    }
    let mut checked = HashSet::new();
    for (lowercase, path) in &by_lowercase {
        // A folder that was seen has had its own folders checked too.
        for folder in folders_of(lowercase).take_while(|folder| checked.insert(*folder)) {
            if let Some(file) = by_lowercase.get(folder) {
                let (file, inside) = ((*file).to_owned(), (*path).to_owned());
                return Err(PublishError::FileAndFolder { file, inside });
            }
        }
    }
    Ok(())
}

fn collision(first: &str, second: &str) -> PublishError {
    if first == second {
        PublishError::Duplicate { path: first.to_owned() }
    } else {
        PublishError::SameButForCase { first: first.to_owned(), second: second.to_owned() }
    }
}

/// The folders that a path lies in, the deepest first, without the root.
pub(super) fn folders_of(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(parent(path), |folder| parent(folder))
}

/// The folder that a path lies in; none at the root.
pub(super) fn parent(path: &str) -> Option<&str> {
    path.rsplit_once('/').map(|(folder, _)| folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(paths: &[&str]) -> Result<(), PublishError> {
        check(&paths.iter().map(|path| OutputFile::new(*path, "")).collect::<Vec<_>>())
    }

    #[test]
    fn a_path_that_leaves_the_folder_is_refused() {
        for bad in ["", "/etc/x", "../x", "a/../x", "a/./x", "a//x", "a/", "a\\b", "a\0b", "a\nb", MARKER] {
            let error = checked(&[bad]).unwrap_err();
            assert!(matches!(error, PublishError::BadPath { .. }), "{bad:?} gave {error}");
        }
        let long = "x".repeat(256);
        assert!(checked(&[&long]).is_err());
    }

    #[test]
    fn ordinary_paths_are_fine() {
        checked(&["index.html", "a/index.html", "a/b.c/ü.json", ".well-known/x", "..a/b..", "a b"]).unwrap();
    }

    #[test]
    fn two_files_with_one_path_are_refused_by_name() {
        let error = checked(&["b", "a/x", "a/x"]).unwrap_err();
        assert!(error.to_string().contains("\"a/x\""), "{error}");
    }

    #[test]
    fn two_files_that_differ_in_case_are_refused_by_both_names() {
        let error = checked(&["Docs/Ü.html", "docs/ü.html"]).unwrap_err().to_string();
        assert!(error.contains("Docs/Ü.html") && error.contains("docs/ü.html"), "{error}");
    }

    #[test]
    fn a_file_that_is_also_a_folder_is_refused_by_both_names() {
        let error = checked(&["a/b/c", "x", "A/b"]).unwrap_err().to_string();
        assert!(error.contains("a/b/c") && error.contains("\"A/b\""), "{error}");
    }
}
