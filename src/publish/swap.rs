//! Putting a new folder in the place of an old one, in one step where the file system can.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

/// Puts the folder `new` at `place`. What was there ends up at `new` or at `aside`.
pub(super) fn swap(new: &Path, place: &Path, aside: &Path) -> io::Result<()> {
    match exchange(new, place) {
        Err(e) if e.kind() == ErrorKind::NotFound => fs::rename(new, place),
        Err(e) if matches!(e.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) => {
            replace_in_two_steps(new, place, aside)
        }
        exchanged => exchanged,
    }
}

#[cfg(any(target_os = "linux", target_os = "macos"))]
fn exchange(a: &Path, b: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE)?)
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(ErrorKind::Unsupported.into())
}

/// For file systems that can't exchange: for an instant nothing is at `place`.
fn replace_in_two_steps(new: &Path, place: &Path, aside: &Path) -> io::Result<()> {
    fs::rename(place, aside)?;
    fs::rename(new, place).inspect_err(|_| {
        // If even this fails, the next build finds the old site aside and brings it back.
        let _ = fs::rename(aside, place);
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder_with(dir: &Path, name: &str) -> std::path::PathBuf {
        let path = dir.join(name);
        fs::create_dir(&path).unwrap();
        fs::write(path.join("name"), name).unwrap();
        path
    }

    fn name_at(path: &Path) -> String {
        fs::read_to_string(path.join("name")).unwrap()
    }

    #[test]
    fn the_new_takes_the_place_of_the_old() {
        let dir = tempfile::tempdir().unwrap();
        let (new, old) = (folder_with(dir.path(), "new"), folder_with(dir.path(), "old"));
        swap(&new, &old, &dir.path().join("aside")).unwrap();
        assert_eq!(name_at(&old), "new");
        assert_eq!(name_at(&new), "old");
        swap(&new, &dir.path().join("nothing-here"), &dir.path().join("aside")).unwrap();
        assert_eq!(name_at(&dir.path().join("nothing-here")), "old");
    }

    #[test]
    fn two_steps_do_the_same_and_go_back_when_the_second_fails() {
        let dir = tempfile::tempdir().unwrap();
        let (new, old) = (folder_with(dir.path(), "new"), folder_with(dir.path(), "old"));
        let aside = dir.path().join("aside");
        replace_in_two_steps(&new, &old, &aside).unwrap();
        assert_eq!((name_at(&old), name_at(&aside)), ("new".to_owned(), "old".to_owned()));
        replace_in_two_steps(&dir.path().join("missing"), &old, &dir.path().join("aside2")).unwrap_err();
        assert_eq!(name_at(&old), "new");
    }
}
