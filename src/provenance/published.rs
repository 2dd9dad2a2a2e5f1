//! A published site, read back: a folder, or an archive of one.

use crate::{
    archive::{self, Packing},
    publish::{MARKER, OutputFile, path_fault},
};
use rayon::prelude::*;
use std::{collections::BTreeMap, fs, io, path::Path};
use walkdir::WalkDir;

/// Every file of a published site, by its path from the site's root. An archive may hold the site in one folder.
///
/// # Errors
/// When it can't be read, or names files outside of itself.
pub fn read_published(site: &Path) -> io::Result<BTreeMap<String, Vec<u8>>> {
    if site.is_dir() { read_folder(site) } else { read_archive(site) }
}

fn read_folder(site: &Path) -> io::Result<BTreeMap<String, Vec<u8>>> {
    let mut paths = Vec::new();
    for entry in WalkDir::new(site) {
        let entry = entry?;
        if !entry.file_type().is_dir() {
            paths.push(entry.into_path());
        }
    }
    let read = |path: std::path::PathBuf| {
        let name = path.strip_prefix(site).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        Ok((name, fs::read(&path)?))
    };
    let mut files: BTreeMap<String, Vec<u8>> = paths.into_par_iter().map(read).collect::<io::Result<_>>()?;
    files.remove(MARKER);
    Ok(files)
}

fn read_archive(site: &Path) -> io::Result<BTreeMap<String, Vec<u8>>> {
    let bytes = fs::read(site)?;
    let packing =
        Packing::of_bytes(&bytes).ok_or_else(|| io::Error::other("it is no archive that is known"))?;
    let mut files = BTreeMap::new();
    for OutputFile { path, contents } in archive::entries(&bytes, packing).map_err(io::Error::other)? {
        // `tar -C public .` names files so.
        let path = path.trim_start_matches("./").to_owned();
        if let Some(why) = path_fault(&path).filter(|_| !path.ends_with(MARKER)) {
            return Err(io::Error::other(format!(
                "it holds a file with a path that no site has, {path:?}: {why}"
            )));
        }
        files.insert(path, contents.into_bytes());
    }
    let mut files = without_folder(files);
    files.remove(MARKER);
    Ok(files)
}

/// Files that all lie in one folder, seen from there.
fn without_folder(files: BTreeMap<String, Vec<u8>>) -> BTreeMap<String, Vec<u8>> {
    let folder = match files.keys().next().and_then(|first| first.split_once('/')) {
        Some((folder, _)) if !files.contains_key(super::PATH) => format!("{folder}/"),
        _ => return files,
    };
    if !files.keys().all(|path| path.starts_with(&folder)) {
        return files;
    }
    files.into_iter().map(|(path, bytes)| (path[folder.len()..].to_owned(), bytes)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_of_a_folder_is_read_as_that_folder() {
        let files = |paths: &[&str]| -> BTreeMap<String, Vec<u8>> {
            paths.iter().map(|path| ((*path).to_owned(), Vec::new())).collect()
        };
        let names = |paths: &[&str]| -> Vec<String> { without_folder(files(paths)).into_keys().collect() };
        assert_eq!(names(&["public/a/x", "public/provenance.json"]), ["a/x", "provenance.json"]);
        assert_eq!(names(&["a/x", "provenance.json"]), ["a/x", "provenance.json"]);
        assert_eq!(names(&["a/x", "b/x"]), ["a/x", "b/x"]);
        assert_eq!(names(&[]), [""; 0]);
    }
}
