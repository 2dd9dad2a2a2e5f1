//! What was painted by an earlier build, by the hash of everything that the picture depends on.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

/// A folder of pictures. It can be removed at any time; what it can't hold is painted again.
#[derive(Debug)]
pub(super) struct Cache {
    folder: PathBuf,
}

impl Cache {
    /// The pictures kept in the folder of a site.
    pub(super) fn of(root: &Path) -> Self {
        Self { folder: root.join(".cache/images") }
    }

    /// What a picture is kept under.
    pub(super) fn key(parts: &[&[u8]]) -> String {
        let mut hasher = blake3::Hasher::new();
        for part in parts {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        hasher.finalize().to_hex()[..32].to_owned()
    }

    /// A picture that was kept.
    pub(super) fn get(&self, key: &str) -> Option<Vec<u8>> {
        fs::read(self.path(key)).ok()
    }

    /// Keeps a picture: the whole of it under its name, or nothing, whatever interrupts.
    pub(super) fn keep(&self, key: &str, bytes: &[u8]) {
        let kept = || -> io::Result<()> {
            fs::create_dir_all(&self.folder)?;
            let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
            io::Write::write_all(&mut file, bytes)?;
            file.persist(self.path(key))?;
            Ok(())
        };
        if let Err(error) = kept() {
            tracing::debug!("{}: a picture isn't kept: {error}", self.folder.display());
        }
    }

    /// Removes every picture but these.
    pub(super) fn keep_only(&self, keys: &BTreeSet<String>) {
        let Ok(entries) = fs::read_dir(&self.folder) else { return };
        for path in entries.flatten().map(|entry| entry.path()) {
            let is_picture = path.extension().is_some_and(|ending| ending == "png");
            let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
            if is_picture && !keys.contains(name) {
                // Another build may have been faster.
                let _ = fs::remove_file(path);
            }
        }
    }

    fn path(&self, key: &str) -> PathBuf {
        self.folder.join(format!("{key}.png"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_is_found_until_nobody_needs_it() {
        let root = tempfile::tempdir().expect("a folder");
        let cache = Cache::of(root.path());
        assert_eq!(cache.get("a"), None);
        cache.keep("a", b"one");
        cache.keep("b", b"two");
        assert_eq!(
            (cache.get("a").as_deref(), cache.get("b").as_deref()),
            (Some(&b"one"[..]), Some(&b"two"[..]))
        );
        cache.keep_only(&BTreeSet::from(["b".to_owned()]));
        assert_eq!((cache.get("a"), cache.get("b").as_deref()), (None, Some(&b"two"[..])));
        assert_eq!(fs::read_dir(&cache.folder).expect("entries").count(), 1);
    }

    #[test]
    fn keys_tell_where_one_part_ends_and_the_next_begins() {
        assert_ne!(Cache::key(&[b"ab", b"c"]), Cache::key(&[b"a", b"bc"]));
    }
}
