//! Which folders may be written to.

use std::fs::{self, Metadata};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::{MARKER, MARKER_TEXT, PublishError};

const ELSEWHERE: &str = "Choose a new or an empty folder with --out";

/// Checks that `out` may become the site's folder: that it is new, empty, or written by us before, that nobody works in
/// it, and that it lies apart from `inputs`, the files and folders that the site is made from. Changes nothing, so that
/// it can be asked before the work starts; [`super::publish`] asks again, without the inputs.
///
/// # Errors
/// When the folder must not be written to, with the reason and what to do.
pub fn check_target(out: &Path, inputs: &[&Path]) -> Result<(), PublishError> {
    resolve(out, inputs).map(drop)
}

/// The same check; gives the folder's absolute path, free of links.
pub(super) fn resolve(out: &Path, inputs: &[&Path]) -> Result<PathBuf, PublishError> {
    let full = without_links(out)?;
    let here = std::env::current_dir().and_then(fs::canonicalize);
    if here.is_ok_and(|here| here.starts_with(&full)) {
        return Err(PublishError::refused(out, "it is, or contains, the folder that you are in", ELSEWHERE));
    }
    for input in inputs {
        check_apart(out, &full, input)?;
    }
    match fs::symlink_metadata(&full) {
        Ok(there) => check_ours(out, &full, &there)?,
        Err(e) if e.kind() == ErrorKind::NotFound => {}
        Err(e) => return Err(PublishError::io("look at the output folder", out, e)),
    }
    Ok(full)
}

/// The absolute path of `out`, of which only the last parts need not exist yet. Its own last part may be a link.
fn without_links(out: &Path) -> Result<PathBuf, PublishError> {
    let absolute = std::path::absolute(out).map_err(|e| PublishError::io("make sense of", out, e))?;
    let (Some(parent), Some(name)) = (absolute.parent(), absolute.file_name()) else {
        return Err(PublishError::refused(out, "it doesn't name a folder of its own", ELSEWHERE));
    };
    let mut new = vec![name];
    let mut existing = parent;
    loop {
        match fs::canonicalize(existing) {
            Ok(found) => return Ok(new.iter().rev().fold(found, |path, name| path.join(name))),
            Err(e) if e.kind() == ErrorKind::NotFound => {}
            Err(e) => return Err(PublishError::io("open the folder above the output folder", out, e)),
        }
        let (Some(above), Some(name)) = (existing.parent(), existing.file_name()) else {
            return Err(PublishError::refused(out, "it leads through a folder that isn't there", ELSEWHERE));
        };
        new.push(name);
        existing = above;
    }
}

/// Neither may contain the other: one would overwrite what it reads, the other read what it wrote.
fn check_apart(out: &Path, full: &Path, input: &Path) -> Result<(), PublishError> {
    let Ok(source) = fs::canonicalize(input) else { return Ok(()) };
    let relation = if source == full {
        "is"
    } else if source.starts_with(full) {
        "contains"
    } else if full.starts_with(&source) {
        "lies in"
    } else {
        return Ok(());
    };
    let why = format!("it {relation} {}, which the site is made from", input.display());
    Err(PublishError::refused(out, why, ELSEWHERE))
}

fn check_ours(out: &Path, full: &Path, there: &Metadata) -> Result<(), PublishError> {
    if there.is_symlink() {
        return Err(PublishError::refused(
            out,
            "it is a symbolic link",
            "Name the folder that it points to, or remove the link",
        ));
    }
    if !there.is_dir() {
        return Err(PublishError::refused(out, "it is a file", ELSEWHERE));
    }
    if full.join(".git").symlink_metadata().is_ok() {
        return Err(PublishError::refused(
            out,
            "it is a Git repository, which would be lost",
            "Choose another folder with --out, and copy the site from there",
        ));
    }
    let mut entries = fs::read_dir(full).map_err(|e| PublishError::io("list the folder", out, e))?;
    if entries.next().is_none() || has_marker(full) {
        return Ok(());
    }
    Err(PublishError::refused(
        out,
        "it holds files that `site build` didn't write",
        "If nothing in it is needed, delete it; or choose a new or an empty folder with --out",
    ))
}

fn has_marker(full: &Path) -> bool {
    let marker = full.join(MARKER);
    marker.symlink_metadata().is_ok_and(|there| there.is_file())
        && fs::read(marker).is_ok_and(|text| text == MARKER_TEXT.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(out: &Path, inputs: &[&Path]) -> String {
        check_target(out, inputs).unwrap_err().to_string()
    }

    #[test]
    fn a_new_folder_and_an_empty_one_are_fine_and_stay_untouched() {
        let dir = tempfile::tempdir().unwrap();
        check_target(&dir.path().join("new/deep"), &[]).unwrap();
        check_target(dir.path(), &[]).unwrap();
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_folder_with_other_peoples_files_is_refused_with_a_remedy() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("thesis.tex"), "years of work").unwrap();
        let error = refusal(dir.path(), &[]);
        assert!(error.contains("didn't write") && error.contains("--out"), "{error}");
        fs::write(dir.path().join(MARKER), "something else").unwrap();
        refusal(dir.path(), &[]);
    }

    #[test]
    fn a_file_a_link_and_the_root_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        fs::write(&file, "").unwrap();
        assert!(refusal(&file, &[]).contains("is a file"));
        assert!(check_target(&file.join("below"), &[]).is_err());
        let link = dir.path().join("link");
        std::os::unix::fs::symlink(dir.path(), &link).unwrap();
        assert!(refusal(&link, &[]).contains("symbolic link"));
        refusal(Path::new("/"), &[]);
        refusal(Path::new(""), &[]);
    }

    #[test]
    fn the_folder_one_works_in_and_those_above_it_are_refused() {
        for out in [".", "..", "./", "../../"] {
            refusal(Path::new(out), &[]);
        }
    }

    #[test]
    fn a_folder_that_the_site_is_made_from_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let content = dir.path().join("content");
        fs::create_dir_all(content.join("docs")).unwrap();
        assert!(refusal(&content, &[&content]).contains("it is "));
        assert!(refusal(&content.join("public"), &[&content]).contains("lies in"));
        assert!(refusal(dir.path(), &[&content]).contains("contains"));
        check_target(&dir.path().join("public"), &[&content, Path::new("missing")]).unwrap();
    }

    #[test]
    fn a_repository_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(MARKER), MARKER_TEXT).unwrap();
        check_target(dir.path(), &[]).unwrap();
        fs::write(dir.path().join(".git"), "gitdir: elsewhere").unwrap();
        assert!(refusal(dir.path(), &[]).contains("Git"));
    }
}
