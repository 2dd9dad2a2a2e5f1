//! Writes everything atomically.
//!
//! The new site is prepared beside the old one and takes its place in one step of the file system, so that a reader
//! (a web server, an upload, `cp -r`) sees the whole old site or the whole new one. Whatever interrupts a build leaves
//! the old site as it was.
//!
//! ```text
//! files ─► check paths ─► check folder ─► compare with the old site ─► stage the difference ─► swap ─► drop the old
//! ```
//!
//! What has not changed is told by content: reading the old bytes back costs no more than hashing the new ones, and
//! trusts no clock, no list and nobody's hands. Unchanged files are hard-linked into the new site and not written again.
//!
//! Safe against a killed process, a full disk and a second build at the same time. Not promised: that the new site is on
//! the disk's platters when the power fails; the next build repairs it.

mod contents;
mod dataset;
mod difference;
mod error;
mod feed;
mod llms;
mod manifest;
mod paths;
mod search;
mod sitemap;
mod staging;
mod swap;
mod target;

use std::borrow::Cow;
use std::fs;
use std::path::Path;

pub use contents::Contents;
pub use dataset::datasets;
pub use error::PublishError;
pub use feed::feeds;
pub use llms::llms_txt;
pub use manifest::manifest;
pub(crate) use paths::fault as path_fault;
pub use search::search_index;
pub use sitemap::{Address, sitemap};
pub use target::check_target;

use difference::{Difference, Scope, Tree};
use staging::Staging;

/// One file of the site, in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputFile {
    /// Where it goes: relative to the site's root, `/` between the parts, such as `models/llama/index.html`.
    pub path: String,
    /// What it holds.
    pub contents: Contents,
}

impl OutputFile {
    /// A file at `path` that holds `bytes`.
    pub fn new(path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { path: path.into(), contents: Contents::plain(bytes.into()) }
    }

    /// A file at `path` that holds `bytes`, which are many and wait packed until they are written.
    pub fn packed(path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { path: path.into(), contents: Contents::packed(bytes.into()) }
    }

    /// What it holds.
    pub fn bytes(&self) -> Cow<'_, [u8]> {
        self.contents.bytes()
    }

    /// What it holds, when the file isn't needed any more.
    pub fn into_bytes(self) -> Vec<u8> {
        self.contents.into_bytes()
    }
}

/// What [`publish`] did, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// Files of the site.
    pub files: usize,
    /// Bytes of the site.
    pub bytes: u64,
    /// Files that were written, because they are new or differ from the old site's.
    pub written: usize,
    /// Files that were left as they are.
    pub unchanged: usize,
    /// Files of the old site that are gone.
    pub removed: usize,
}

/// The name of the file that marks a folder as written by this program.
pub(crate) const MARKER: &str = ".site-output";
const MARKER_TEXT: &str = "This folder is written by `site build`, which replaces everything in it.\n";

/// Checks that every file may have its path and that no two get in each other's way.
///
/// # Errors
/// The first path that is bad or taken twice.
pub fn check_paths(files: &[OutputFile]) -> Result<(), PublishError> {
    paths::check(files)
}

/// Makes `out` hold exactly `files`, and a marker that says whose folder it is.
///
/// # Errors
/// When a path is bad or taken twice, when `out` must not be replaced (see [`check_target`]), or when the disk refuses.
/// The old site is then as it was, and nothing new is left behind.
pub fn publish(mut files: Vec<OutputFile>, out: &Path) -> Result<Published, PublishError> {
    paths::check(&files)?;
    let mut published = Published {
        files: files.len(),
        bytes: files.iter().map(|file| file.contents.size() as u64).sum(),
        ..Published::default()
    };
    files.push(OutputFile::new(MARKER, MARKER_TEXT));

    let out = target::resolve(out, &[])?;
    let parent = out.parent().unwrap_or(Path::new("/"));
    fs::create_dir_all(parent).map_err(|e| PublishError::io("create the folder", parent, e))?;
    let _lock = staging::lock(parent)?;
    staging::remove_leftovers(&out)?;

    let old = Tree::read(&out)?;
    let difference = Difference::between(&old, &files, &out);
    published.removed = difference.removed;
    published.written = match difference.scope(&old, &files) {
        Scope::Nothing => 0,
        Scope::File(index) => replace_file(&files[index], &out)?,
        Scope::Folder(folder) => replace_folder(&files, &difference, &folder, &out)?,
    };
    // The marker is nobody's page.
    published.written = published.written.min(published.files);
    published.unchanged = published.files - published.written;
    Ok(published)
}

/// One file is all that differs: putting it in place is the swap.
fn replace_file(file: &OutputFile, out: &Path) -> Result<usize, PublishError> {
    let staging = Staging::create(out)?;
    let new = staging.write_one(file)?;
    let place = out.join(&file.path);
    fs::rename(&new, &place).map_err(|e| PublishError::io("replace the file", &place, e))?;
    staging.finish();
    Ok(1)
}

/// Everything that differs lies in one folder, most often the whole site.
fn replace_folder(
    files: &[OutputFile],
    difference: &Difference,
    folder: &str,
    out: &Path,
) -> Result<usize, PublishError> {
    let staging = Staging::create(out)?;
    let (new, written) = staging.fill(files, &difference.same, folder, out)?;
    // Joining an empty path would add a slash.
    let place = if folder.is_empty() { out.to_owned() } else { out.join(folder) };
    swap::swap(&new, &place, &staging.aside())
        .map_err(|e| PublishError::io("put the new site in the place of", &place, e))?;
    staging.finish();
    Ok(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_published_is_what_was_given() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("public");
        let site = vec![OutputFile::new("index.html", "home"), OutputFile::new("a/b/index.html", "page")];
        let published = publish(site, &out).unwrap();
        assert_eq!(published, Published { files: 2, bytes: 8, written: 2, unchanged: 0, removed: 0 });
        assert_eq!(fs::read_to_string(out.join("a/b/index.html")).unwrap(), "page");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "nothing is left beside the site");
    }
}
