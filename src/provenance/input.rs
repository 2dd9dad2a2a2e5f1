//! Every file that a site is made from.

use super::HashedFile;
use crate::{asset, chart, share};
use rayon::prelude::*;
use std::{
    fs, io,
    path::{Path, PathBuf},
};
use walkdir::WalkDir;

/// The folders and files of a site that are read where they are there, whatever is in them.
const READ: [&str; 5] = ["site.toml", "content", "community", "templates", "static"];

/// The inputs of the site in `root`, by path. Hidden files are none.
///
/// # Errors
/// When a file can't be read.
pub fn inputs(root: &Path) -> io::Result<Vec<HashedFile>> {
    let mut files: Vec<PathBuf> = Vec::new();
    for start in READ.into_iter().filter(|start| root.join(start).exists()) {
        let visible = |entry: &walkdir::DirEntry| !entry.file_name().as_encoded_bytes().starts_with(b".");
        for entry in WalkDir::new(root.join(start)).into_iter().filter_entry(visible) {
            let entry = entry?;
            if entry.file_type().is_file() {
                files.push(entry.path().strip_prefix(root).unwrap_or(entry.path()).to_owned());
            }
        }
    }
    // From npm, where it has brought them.
    let packaged = chart::SCRIPTS.into_iter().chain(asset::SQLITE).chain(share::FONTS).map(PathBuf::from);
    files.extend(packaged.filter(|file| root.join(file).is_file()));
    let mut hashed: Vec<HashedFile> = files
        .par_iter()
        .map(|file| {
            let path = file.to_string_lossy().replace('\\', "/");
            Ok(HashedFile::of(path, &fs::read(root.join(file))?))
        })
        .collect::<io::Result<_>>()?;
    hashed.sort();
    Ok(hashed)
}
