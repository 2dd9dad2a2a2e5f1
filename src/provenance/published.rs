//! A published site, read back: a folder, or a zip archive of one.

use crate::publish::{MARKER, path_fault};
use rayon::prelude::*;
use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Read},
    path::Path,
};
use walkdir::WalkDir;

/// No file of a site comes near this size; an archive that holds one is a mistake or an attack.
const LARGEST: u64 = 1 << 30;

/// Every file of a published site, by its path from the site's root. An archive may hold the site in one folder.
///
/// # Errors
/// When it can't be read, or names files outside of itself.
pub fn read_published(site: &Path) -> io::Result<BTreeMap<String, Vec<u8>>> {
    if site.is_dir() { read_folder(site) } else { read_zip(site) }
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

fn read_zip(site: &Path) -> io::Result<BTreeMap<String, Vec<u8>>> {
    let mut archive = zip::ZipArchive::new(File::open(site)?)?;
    let mut files = BTreeMap::new();
    for index in 0..archive.len() {
        let file = archive.by_index(index)?;
        let name = file.name()?.into_owned();
        if file.is_dir() {
            continue;
        }
        if let Some(why) = path_fault(&name).filter(|_| !name.ends_with(MARKER)) {
            return Err(io::Error::other(format!(
                "it holds a file with a path that no site has, {name:?}: {why}"
            )));
        }
        let mut bytes = Vec::new();
        file.take(LARGEST).read_to_end(&mut bytes)?;
        files.insert(name, bytes);
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
