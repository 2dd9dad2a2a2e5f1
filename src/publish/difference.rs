//! What the new site changes in the old one, and the smallest part of it that holds all the changes.

use std::collections::{HashMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::fs::{self, DirEntry, File};
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use rayon::prelude::*;

use super::paths::{folders_of, parent};
use super::{OutputFile, PublishError};

/// What lies in the old site's folder, by path from its root. Links are not followed.
pub(super) struct Tree(HashMap<OsString, Kind>);

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    File,
    Folder,
    /// A link, a pipe and the like: never ours.
    Other,
}

impl Tree {
    /// Lists the folder `root`; a folder that isn't there has nothing in it.
    pub(super) fn read(root: &Path) -> Result<Self, PublishError> {
        let entries = match list(root, OsStr::new("")) {
            Err(e) if e.kind() == ErrorKind::NotFound => Vec::new(),
            listed => listed.map_err(|e| PublishError::io("list the folder", root, e))?,
        };
        Ok(Self(entries.into_iter().collect()))
    }

    fn kind(&self, path: &str) -> Option<Kind> {
        // The root is a folder whether it is there or not.
        if path.is_empty() { Some(Kind::Folder) } else { self.0.get(OsStr::new(path)).copied() }
    }
}

fn list(folder: &Path, prefix: &OsStr) -> io::Result<Vec<(OsString, Kind)>> {
    let entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    let parts = entries.par_iter().map(|entry| list_entry(entry, prefix)).collect::<io::Result<Vec<_>>>()?;
    Ok(parts.into_iter().flatten().collect())
}

fn list_entry(entry: &DirEntry, prefix: &OsStr) -> io::Result<Vec<(OsString, Kind)>> {
    let mut path = prefix.to_owned();
    if !path.is_empty() {
        path.push("/");
    }
    path.push(entry.file_name());
    let kind = entry.file_type()?;
    if kind.is_dir() {
        let mut found = list(&entry.path(), &path)?;
        found.push((path, Kind::Folder));
        Ok(found)
    } else {
        Ok(vec![(path, if kind.is_file() { Kind::File } else { Kind::Other })])
    }
}

/// How the new site differs from the old.
pub(super) struct Difference {
    /// For each new file, whether the old site has it with the same bytes.
    pub(super) same: Vec<bool>,
    /// How many files of the old site the new one doesn't have.
    pub(super) removed: usize,
    /// The folders that have lost an entry, or keep one that the new site doesn't have.
    losing: HashSet<String>,
}

/// What must be replaced, in one step.
#[derive(Debug, PartialEq)]
pub(super) enum Scope {
    /// The sites are equal.
    Nothing,
    /// One new file, by its index, in a folder that exists.
    File(usize),
    /// A folder of both sites, by its path from the root; the root itself is empty.
    Folder(String),
}

impl Difference {
    /// Compares the old site, which lies at `root`, with the new one.
    pub(super) fn between(old: &Tree, files: &[OutputFile], root: &Path) -> Self {
        let same = files
            .par_iter()
            .map(|file| {
                old.kind(&file.path) == Some(Kind::File) && holds(&root.join(&file.path), &file.bytes())
            })
            .collect();
        let names: HashSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
        let folders: HashSet<&str> = files.iter().flat_map(|file| folders_of(&file.path)).collect();
        let mut losing = HashSet::new();
        let mut removed = 0;
        for (path, kind) in &old.0 {
            let text = path.to_str();
            let stays = text.is_some_and(|path| match kind {
                Kind::Folder => folders.contains(path),
                Kind::File => names.contains(path),
                Kind::Other => false,
            });
            if !stays {
                // A name that isn't text counts for the whole site: too rare to be clever about.
                losing.insert(text.and_then(parent).unwrap_or_default().to_owned());
                removed +=
                    usize::from(*kind != Kind::Folder && text.is_none_or(|path| !names.contains(path)));
            }
        }
        Self { same, removed, losing }
    }

    /// The smallest part of the site that holds all the differences: replacing it replaces the site.
    pub(super) fn scope(&self, old: &Tree, files: &[OutputFile]) -> Scope {
        let changed: Vec<usize> = (0..files.len()).filter(|&index| !self.same[index]).collect();
        match (changed.as_slice(), self.losing.is_empty()) {
            ([], true) => return Scope::Nothing,
            ([only], true) if can_be_put_in_place(old, &files[*only].path) => return Scope::File(*only),
            _ => {}
        }
        let folders = changed.iter().map(|&index| parent(&files[index].path).unwrap_or_default());
        let mut common =
            folders.chain(self.losing.iter().map(String::as_str)).reduce(common_folder).unwrap_or_default();
        let in_new: HashSet<&str> = files.iter().flat_map(|file| folders_of(&file.path)).collect();
        let is_in_both = |folder| old.kind(folder) == Some(Kind::Folder) && in_new.contains(folder);
        while !common.is_empty() && !is_in_both(common) {
            common = parent(common).unwrap_or_default();
        }
        Scope::Folder(common.to_owned())
    }
}

/// Whether renaming a file to `path` gives the new site. In an old site that is empty even its root may be missing.
fn can_be_put_in_place(old: &Tree, path: &str) -> bool {
    !old.0.is_empty()
        && old.kind(parent(path).unwrap_or_default()) == Some(Kind::Folder)
        && old.kind(path) != Some(Kind::Folder)
}

/// The deepest folder that holds both.
fn common_folder<'a>(a: &'a str, b: &'a str) -> &'a str {
    let is_in = |folder: &str| {
        folder.is_empty() || b == folder || b.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    };
    std::iter::once(a).chain(folders_of(a)).find(|folder| is_in(folder)).unwrap_or_default()
}

/// Whether the file holds exactly these bytes and may be read by a web server. One that can't be read is written anew.
fn holds(path: &Path, bytes: &[u8]) -> bool {
    let compare = || -> io::Result<bool> {
        let mut file = File::open(path)?;
        let there = file.metadata()?;
        let public = there.permissions().mode() & 0o444 == 0o444;
        if !public || there.len() != bytes.len() as u64 {
            return Ok(false);
        }
        let mut buffer = [0; 32 * 1024];
        let mut rest = bytes;
        loop {
            let count = file.read(&mut buffer)?;
            if count == 0 {
                return Ok(rest.is_empty());
            }
            match rest.strip_prefix(&buffer[..count]) {
                Some(after) => rest = after,
                None => return Ok(false),
            }
        }
    };
    compare().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(old: &[(&str, &str)], new: &[(&str, &str)]) -> Scope {
        let dir = tempfile::tempdir().unwrap();
        for (path, text) in old {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let files: Vec<_> = new.iter().map(|(path, text)| OutputFile::new(*path, *text)).collect();
        let tree = Tree::read(dir.path()).unwrap();
        Difference::between(&tree, &files, dir.path()).scope(&tree, &files)
    }

    fn folder(path: &str) -> Scope {
        Scope::Folder(path.to_owned())
    }

    const OLD: [(&str, &str); 4] = [("i", "1"), ("a/i", "1"), ("a/b/i", "1"), ("a/c/i", "1")];

    #[test]
    fn equal_sites_need_nothing() {
        assert_eq!(scope(&OLD, &OLD), Scope::Nothing);
    }

    #[test]
    fn one_changed_or_new_file_is_put_in_place() {
        assert_eq!(scope(&OLD, &[OLD[0], OLD[1], ("a/b/i", "2"), OLD[3]]), Scope::File(2));
        assert_eq!(scope(&OLD, &[OLD[0], OLD[1], OLD[2], OLD[3], ("a/x", "2")]), Scope::File(4));
    }

    #[test]
    fn the_scope_is_the_deepest_folder_with_all_changes() {
        assert_eq!(scope(&OLD, &[OLD[0], OLD[1], ("a/b/i", "2"), ("a/c/i", "2")]), folder("a"));
        assert_eq!(scope(&OLD, &[("i", "2"), OLD[1], ("a/b/i", "2"), OLD[3]]), folder(""));
        assert_eq!(scope(&OLD, &[OLD[0], OLD[1], OLD[2]]), folder("a"), "the folder a/c is gone");
        assert_eq!(
            scope(&OLD, &[OLD[0], OLD[1], OLD[2], OLD[3], ("a/b/n/i", "2")]),
            folder("a/b"),
            "a new folder"
        );
        assert_eq!(scope(&OLD, &[OLD[0]]), folder(""));
        assert_eq!(scope(&[], &[("i", "1")]), folder(""));
    }

    #[test]
    fn a_file_that_becomes_a_folder_changes_the_folder_around_it() {
        assert_eq!(scope(&[("i", "1"), ("a/b", "1")], &[("i", "1"), ("a/b/i", "1")]), folder("a"));
        assert_eq!(scope(&[("i", "1"), ("a/b/i", "1")], &[("i", "1"), ("a/b", "1")]), folder("a"));
    }

    #[test]
    fn names_that_begin_alike_are_different_folders() {
        assert_eq!(common_folder("a/bc", "a/b"), "a");
        assert_eq!(common_folder("a/b", "a/bc/d"), "a");
        assert_eq!(common_folder("a/b", "a/b/c"), "a/b");
        assert_eq!(common_folder("a", "b"), "");
    }

    #[test]
    fn a_link_in_the_old_site_is_a_difference_even_when_its_target_is_equal() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("real"), "1").unwrap();
        std::os::unix::fs::symlink("real", dir.path().join("link")).unwrap();
        let files = [OutputFile::new("link", "1"), OutputFile::new("real", "1")];
        let tree = Tree::read(dir.path()).unwrap();
        let difference = Difference::between(&tree, &files, dir.path());
        assert_eq!(difference.same, [false, true]);
        assert_eq!(difference.removed, 0);
    }

    #[test]
    fn a_file_that_nobody_else_can_read_is_a_difference() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("i");
        fs::write(&path, "1").unwrap();
        assert!(holds(&path, b"1"));
        assert!(!holds(&path, b"2") && !holds(&path, b"12") && !holds(&path, b""));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        assert!(!holds(&path, b"1"));
    }
}
