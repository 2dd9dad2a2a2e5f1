//! Watches the files that the site is made from.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};

use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use super::ServeError;

/// Watches until it is dropped.
pub(super) struct Watch {
    watcher: RecommendedWatcher,
    roots: Vec<PathBuf>,
    changes: Receiver<PathBuf>,
}

impl Watch {
    /// Starts watching files and folders, whether they exist or not; the folder that each lies in must exist.
    pub(super) fn start(paths: &[PathBuf]) -> Result<Self, ServeError> {
        let roots = paths.iter().map(|path| absolute(path)).collect::<Result<Vec<_>, _>>()?;
        let (sender, changes) = channel();
        let watched = roots.clone();
        let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            for path in changed(event, &watched) {
                // Nobody listens at the end.
                let _ = sender.send(path);
            }
        })
        .map_err(|source| ServeError::Watch { path: PathBuf::from("files"), source })?;
        let mut watch = Self { watcher, roots, changes };
        watch.watch_all()?;
        Ok(watch)
    }

    /// What changes, as it does.
    pub(super) fn changes(&self) -> &Receiver<PathBuf> {
        &self.changes
    }

    /// Watches what has come back under a watched name: a watch holds the folder, not its name.
    pub(super) fn refresh(&mut self, changed: &[PathBuf]) {
        for root in self.roots.iter().filter(|root| changed.contains(root) && root.is_dir()) {
            let _ = self.watcher.unwatch(root);
            if let Err(error) = self.watcher.watch(root, RecursiveMode::Recursive) {
                tracing::warn!("{}: no longer watched: {error}", root.display());
            }
        }
    }

    /// Watches the folder around each root for the root itself, then what is in it. In this order, so that a folder that is
    /// both stays watched as a whole.
    fn watch_all(&mut self) -> Result<(), ServeError> {
        let around = self
            .roots
            .iter()
            .filter_map(|root| root.parent())
            .map(|path| (path, RecursiveMode::NonRecursive));
        let inside = self
            .roots
            .iter()
            .filter(|root| root.is_dir())
            .map(|root| (root.as_path(), RecursiveMode::Recursive));
        for (path, mode) in around.chain(inside) {
            self.watcher
                .watch(path, mode)
                .map_err(|source| ServeError::Watch { path: path.to_owned(), source })?;
        }
        Ok(())
    }
}

/// An absolute path, its folder free of links, so that it compares with those in events.
fn absolute(path: &Path) -> Result<PathBuf, ServeError> {
    let found = std::path::absolute(path).and_then(|path| match (path.parent(), path.file_name()) {
        (Some(parent), Some(name)) => Ok(fs::canonicalize(parent)?.join(name)),
        _ => fs::canonicalize(path),
    });
    found.map_err(|error| ServeError::Watch { path: path.to_owned(), source: notify::Error::io(error) })
}

/// The paths of an event that a build depends on.
fn changed(event: notify::Result<Event>, roots: &[PathBuf]) -> Vec<PathBuf> {
    let event = match event {
        Ok(event) if event.need_rescan() => return roots.to_vec(),
        Ok(event) => event,
        Err(error) => {
            tracing::warn!("watching files: {error}");
            return roots.to_vec();
        }
    };
    // Reading is not changing; the build itself reads.
    if matches!(event.kind, EventKind::Access(_)) {
        return Vec::new();
    }
    let concerns = |path: &PathBuf| {
        roots.iter().any(|root| path.strip_prefix(root).is_ok_and(|inside| !inside.iter().any(is_temporary)))
    };
    event.paths.into_iter().filter(concerns).collect()
}

/// Whether a name is one that editors and systems use for themselves.
fn is_temporary(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    let hidden = name.starts_with('.') && name != ".well-known";
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    hidden
        || name.ends_with('~')
        || name.starts_with('#') && name.ends_with('#')
        || name == "4913" // Vim asks with it whether it may write.
        || name.contains("___jb_") // JetBrains' safe write.
        || matches!(ending, "swp" | "swo" | "swx" | "tmp" | "part" | "crdownload")
}

#[cfg(test)]
mod tests {
    use super::*;
    use notify::event::{AccessKind, CreateKind, Flag};

    fn event(kind: EventKind, path: &str) -> notify::Result<Event> {
        Ok(Event::new(kind).add_path(path.into()))
    }

    const CREATE: EventKind = EventKind::Create(CreateKind::File);

    #[test]
    fn only_changes_to_what_is_watched_count() {
        let roots = ["/s/content", "/s/site.toml"].map(PathBuf::from);
        for (path, counts) in [
            ("/s/content", true),
            ("/s/content/docs/a.md", true),
            ("/s/site.toml", true),
            ("/s/content/.well-known/x", true),
            ("/s/site.toml.bak", false),
            ("/s/public/index.html", false),
            ("/s/contents/a.md", false),
            ("/s/content/.git/index", false),
            ("/s/content/.a.md.swp", false),
            ("/s/content/a.md~", false),
            ("/s/content/#a.md#", false),
            ("/s/content/4913", false),
            ("/s/content/a.md___jb_tmp___", false),
            ("/s/content/a.tmp", false),
        ] {
            assert_eq!(!changed(event(CREATE, path), &roots).is_empty(), counts, "{path}");
        }
        let read = event(EventKind::Access(AccessKind::Read), "/s/content/a.md");
        assert_eq!(changed(read, &roots), [] as [PathBuf; 0]);
        let lost = Ok(Event::new(EventKind::Other).set_flag(Flag::Rescan));
        assert_eq!(changed(lost, &roots), roots, "lost events may have been anything");
    }

    #[test]
    fn a_folder_that_cannot_hold_what_is_watched_is_an_error_that_names_it() {
        let error = Watch::start(&["/nowhere/content".into()]).err().unwrap().to_string();
        assert!(error.contains("/nowhere/content"), "{error}");
    }
}
