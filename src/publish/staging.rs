//! The folder beside the site in which the next one is prepared.
//!
//! ```text
//! .public.next-x7Kq/       beside `public`, so that it is on the same file system
//!   .site-staging          says that it is ours, and goes last
//!   new                    the new site, folder or file; after the swap the old one
//!   old                    the old site, on file systems that can't exchange two folders
//! ```

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;
use tempfile::TempDir;

use super::paths::folders_of;
use super::{OutputFile, PublishError};

const OURS: &str = ".site-staging";
const NEW: &str = "new";
const OLD: &str = "old";
const FOLDER_MODE: u32 = 0o755;
const FILE_MODE: u32 = 0o644;

/// Lets one build at a time write below `parent`; others wait. Ends with the process, however it ends.
pub(super) fn lock(parent: &Path) -> Result<File, PublishError> {
    let folder = File::open(parent).map_err(|e| PublishError::io("open the folder", parent, e))?;
    // Network file systems may not lock folders. Then two builds at once are the user's to avoid.
    if let Err(error) = folder.lock() {
        tracing::debug!("{}: not locked: {error}", parent.display());
    }
    Ok(folder)
}

/// Removes what interrupted builds left beside `out`, and brings back a site that one of them had put aside. Call it
/// under the [`lock`]: what is there then belongs to nobody.
pub(super) fn remove_leftovers(out: &Path) -> Result<(), PublishError> {
    let parent = out.parent().unwrap_or(Path::new("/"));
    let prefix = prefix(out);
    let entries = fs::read_dir(parent).map_err(|e| PublishError::io("list the folder", parent, e))?;
    for entry in entries.flatten() {
        let path = entry.path();
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if !is_folder || !entry.file_name().as_encoded_bytes().starts_with(prefix.as_bytes()) {
            continue;
        }
        if path.join(OURS).symlink_metadata().is_err() {
            // Killed right after it was made or before it was gone; if it isn't empty, it isn't ours and stays.
            let _ = fs::remove_dir(&path);
            continue;
        }
        let aside = path.join(OLD);
        if out.symlink_metadata().is_err() && aside.is_dir() {
            fs::rename(&aside, out).map_err(|e| PublishError::io("bring back the old site", out, e))?;
        }
        remove(&path).map_err(|e| PublishError::io("remove what an interrupted build left", &path, e))?;
    }
    Ok(())
}

fn prefix(out: &Path) -> String {
    format!(".{}.next-", out.file_name().unwrap_or(OsStr::new("site")).to_string_lossy())
}

/// A folder to prepare in, removed with all that it holds when this is dropped.
pub(super) struct Staging(TempDir);

impl Staging {
    pub(super) fn create(out: &Path) -> Result<Self, PublishError> {
        let parent = out.parent().unwrap_or(Path::new("/"));
        let dir = tempfile::Builder::new()
            .prefix(&prefix(out))
            .tempdir_in(parent)
            .map_err(|e| PublishError::io("write to the folder", parent, e))?;
        let ours = dir.path().join(OURS);
        File::create_new(&ours).map_err(|e| PublishError::io("write the file", &ours, e))?;
        Ok(Self(dir))
    }

    /// Where an old site goes that can't be exchanged.
    pub(super) fn aside(&self) -> PathBuf {
        self.0.path().join(OLD)
    }

    /// Writes one file, and says where.
    pub(super) fn write_one(&self, file: &OutputFile) -> Result<PathBuf, PublishError> {
        let new = self.0.path().join(NEW);
        write(&new, &file.bytes(), true).map_err(|e| PublishError::io("write the file", &new, e))?;
        Ok(new)
    }

    /// Makes the new version of one `folder` of the site: links the files that are the `same` in the old site at `out`,
    /// writes the others. Says where it is and how many files were written.
    pub(super) fn fill(
        &self,
        files: &[OutputFile],
        same: &[bool],
        folder: &str,
        out: &Path,
    ) -> Result<(PathBuf, usize), PublishError> {
        let new = self.0.path().join(NEW);
        let inside: Vec<(&str, &OutputFile, bool)> = files
            .iter()
            .zip(same)
            .filter_map(|(file, same)| Some((path_inside(&file.path, folder)?, file, *same)))
            .collect();
        let set_modes = create_folders(&new, inside.iter().map(|(path, ..)| *path))?;
        let written = AtomicUsize::new(0);
        inside.par_iter().try_for_each(|(path, file, same)| {
            let place = new.join(path);
            if *same && fs::hard_link(out.join(&file.path), &place).is_ok() {
                return Ok(());
            }
            written.fetch_add(1, Ordering::Relaxed);
            write(&place, &file.bytes(), set_modes).map_err(|e| PublishError::io("write the file", &place, e))
        })?;
        Ok((new, written.into_inner()))
    }

    /// Removes it. The new site is in place by now, so that what can't be removed is no reason to fail.
    pub(super) fn finish(self) {
        let path = self.0.keep();
        if let Err(error) = remove(&path) {
            tracing::warn!("{}: the old site can't be removed: {error}", path.display());
        }
    }
}

/// A path seen from a folder that it lies in.
fn path_inside<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    if folder.is_empty() { Some(path) } else { path.strip_prefix(folder)?.strip_prefix('/') }
}

/// Creates `root` and the folders of all `paths` in it. Says whether modes must be set by hand, because the user's umask
/// takes bits away that a web server needs.
fn create_folders<'a>(root: &Path, paths: impl Iterator<Item = &'a str>) -> Result<bool, PublishError> {
    let create = |path: &Path, set_mode: bool| {
        let created = DirBuilder::new().mode(FOLDER_MODE).create(path);
        let finished = created.and_then(|()| {
            if set_mode { fs::set_permissions(path, Permissions::from_mode(FOLDER_MODE)) } else { Ok(()) }
        });
        finished.map_err(|e| PublishError::io("create the folder", path, e))
    };
    create(root, false)?;
    let there = fs::metadata(root).map_err(|e| PublishError::io("look at the folder", root, e))?;
    let set_modes = there.permissions().mode() & 0o777 != FOLDER_MODE;
    if set_modes {
        fs::set_permissions(root, Permissions::from_mode(FOLDER_MODE))
            .map_err(|e| PublishError::io("set the mode of the folder", root, e))?;
    }
    let mut levels: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    for folder in paths.flat_map(folders_of) {
        levels.entry(folder.matches('/').count()).or_default().push(folder);
    }
    for folders in levels.values_mut() {
        folders.sort_unstable();
        folders.dedup();
        folders.par_iter().try_for_each(|folder| create(&root.join(folder), set_modes))?;
    }
    Ok(set_modes)
}

fn write(path: &Path, bytes: &[u8], set_mode: bool) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(FILE_MODE).open(path)?;
    if set_mode {
        file.set_permissions(Permissions::from_mode(FILE_MODE))?;
    }
    file.write_all(bytes)
}

/// Removes a staging folder: what it holds, then the sign that it is ours, then itself.
fn remove(path: &Path) -> io::Result<()> {
    for name in [NEW, OLD] {
        remove_tree(&path.join(name), 0)?;
    }
    gone(fs::remove_file(path.join(OURS)))?;
    gone(fs::remove_dir(path))
}

/// Removes a file or a folder, its first two levels side by side. Follows no links.
fn remove_tree(path: &Path, depth: usize) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Err(e) => return gone(Err(e)),
        Ok(there) if !there.is_dir() => return fs::remove_file(path),
        Ok(_) if depth == 2 => return fs::remove_dir_all(path),
        Ok(_) => {}
    }
    let entries = fs::read_dir(path)?.collect::<io::Result<Vec<_>>>()?;
    entries.par_iter().try_for_each(|entry| remove_tree(&entry.path(), depth + 1))?;
    fs::remove_dir(path)
}

/// What isn't there is removed.
fn gone(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_interrupted_build_left_is_removed_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("public");
        let make = |name: &str, marker: bool| {
            fs::create_dir_all(dir.path().join(name).join("new/a")).unwrap();
            if marker {
                fs::write(dir.path().join(name).join(OURS), "").unwrap();
            }
        };
        make(".public.next-1", true);
        make(".public.next-not-ours", false);
        make(".other.next-1", true);
        fs::create_dir(dir.path().join(".public.next-empty")).unwrap();
        fs::write(dir.path().join(".public.next-file"), "").unwrap();
        remove_leftovers(&out).unwrap();
        let mut left: Vec<_> = fs::read_dir(dir.path())
            .unwrap()
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .collect();
        left.sort();
        assert_eq!(left, [".other.next-1", ".public.next-file", ".public.next-not-ours"]);
    }

    #[test]
    fn a_site_that_was_put_aside_comes_back() {
        let dir = tempfile::tempdir().unwrap();
        let left = dir.path().join(".public.next-1");
        fs::create_dir_all(left.join(OLD)).unwrap();
        fs::write(left.join(OURS), "").unwrap();
        fs::write(left.join(OLD).join("index.html"), "old").unwrap();
        let out = dir.path().join("public");
        remove_leftovers(&out).unwrap();
        assert_eq!(fs::read_to_string(out.join("index.html")).unwrap(), "old");
        assert!(!left.exists());
    }

    #[test]
    fn a_staging_folder_that_is_dropped_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let staging = Staging::create(&dir.path().join("public")).unwrap();
        staging.write_one(&OutputFile::new("a", "b")).unwrap();
        drop(staging);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }
}
