//! Reads the static folder, and sorts its files by what becomes of them.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::AssetError;
use crate::bounded;
use crate::publish::OutputFile;

/// No style, script or picture of a site comes near this size.
const LARGEST: u64 = 32 << 20;

/// Endings of what is published as it is.
const INERT: [&str; 11] = ["avif", "gif", "ico", "jpeg", "jpg", "png", "svg", "txt", "webp", "woff", "woff2"];

/// A style sheet or script as written.
pub(super) struct Text {
    /// Its path as messages name it: `static/css/site.css`.
    pub(super) path: String,
    /// Its path in `css` or `js`.
    pub(super) name: String,
    /// What it says.
    pub(super) text: String,
}

/// What lies in the static folder.
#[derive(Default)]
pub(super) struct Source {
    /// Style sheets in the order of the cascade.
    pub(super) styles: Vec<Text>,
    /// Scripts by their path in `js`.
    pub(super) scripts: BTreeMap<String, Text>,
    /// Files that are published as they are.
    pub(super) others: Vec<OutputFile>,
}

/// Reads everything in `root`.
pub(super) fn read(root: &Path) -> Result<Source, AssetError> {
    let real_root = fs::canonicalize(root).map_err(|source| read_error(root, source))?;
    let folder = real_root.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut source = Source::default();
    let entries = WalkDir::new(root).follow_links(true).sort_by_file_name().into_iter();
    for entry in entries.filter_entry(is_wanted) {
        let entry = entry.map_err(|error| walk_error(root, error))?;
        check_link(&entry, &real_root)?;
        if entry.file_type().is_file() {
            let bytes =
                bounded::read(entry.path(), LARGEST).map_err(|source| read_error(entry.path(), source))?;
            source.add(&path_in(root, entry.path())?, &folder, bytes)?;
        }
    }
    // The rest follows by name, as it was read.
    source.styles.sort_by_key(|style| style.name != super::STYLE_SHEET);
    Ok(source)
}

impl Source {
    fn add(&mut self, path: &str, folder: &str, bytes: Vec<u8>) -> Result<(), AssetError> {
        let text = |name: &str, bytes| {
            let path = format!("{folder}/{path}");
            match String::from_utf8(bytes) {
                Ok(text) => Ok(Text { path, name: name.to_owned(), text }),
                Err(_) => Err(AssetError::NotText { path }),
            }
        };
        match path.split_once('/') {
            Some(("css", name)) if name.ends_with(".css") => self.styles.push(text(name, bytes)?),
            Some(("js", name)) if name.ends_with(".js") => {
                self.scripts.insert(name.to_owned(), text(name, bytes)?);
            }
            _ if is_inert(path) => self.others.push(OutputFile::new(path, bytes)),
            _ => return Err(AssetError::Kind { path: format!("{folder}/{path}") }),
        }
        Ok(())
    }
}

/// Whether a file is of a kind that no browser runs when somebody opens its address. A drawing may; `site check` reads those.
fn is_inert(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    match name.rsplit_once('.') {
        // `CNAME`, and hosts' files such as `.nojekyll`.
        None | Some(("", _)) => true,
        Some((_, ending)) => INERT.contains(&ending.to_ascii_lowercase().as_str()),
    }
}

fn is_wanted(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    let hidden = name.starts_with('.') && name != ".well-known";
    entry.depth() == 0 || !(hidden || name.ends_with(".d.ts"))
}

fn check_link(entry: &DirEntry, real_root: &Path) -> Result<(), AssetError> {
    if !entry.path_is_symlink() || entry.depth() == 0 {
        return Ok(());
    }
    let target = fs::canonicalize(entry.path()).map_err(|source| read_error(entry.path(), source))?;
    if target.starts_with(real_root) {
        Ok(())
    } else {
        Err(AssetError::LinkLeaves { path: entry.path().to_owned(), target })
    }
}

fn path_in(root: &Path, path: &Path) -> Result<String, AssetError> {
    let inside = path.strip_prefix(root).unwrap_or(path);
    let parts: Option<Vec<&str>> = inside.iter().map(|part| part.to_str()).collect();
    parts.map(|parts| parts.join("/")).ok_or_else(|| AssetError::Name { path: path.to_owned() })
}

fn read_error(path: &Path, source: io::Error) -> AssetError {
    AssetError::Read { path: path.to_owned(), source }
}

fn walk_error(root: &Path, error: walkdir::Error) -> AssetError {
    let path = error.path().map_or_else(|| root.to_owned(), PathBuf::from);
    AssetError::Read { path, source: error.into() }
}
