//! What is served right now.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::SystemTime;

use axum::body::Bytes;

use crate::publish::OutputFile;

/// The last good site, and what has gone wrong since. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Live {
    session: u128,
    generation: u64,
    site: Option<Arc<HashMap<String, Bytes>>>,
    error: Option<Arc<str>>,
}

impl Live {
    /// Before the first build.
    pub(super) fn new() -> Self {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Self { session: now.as_nanos(), generation: 0, site: None, error: None }
    }

    /// Takes what a build gave. Says whether a reader sees anything else than before.
    pub(super) fn update(&mut self, built: Result<Vec<OutputFile>, String>) -> bool {
        let changed = match built {
            Ok(files) => {
                let site: HashMap<_, _> = files
                    .into_iter()
                    .map(|file| (file.path, Bytes::from(file.contents.into_bytes())))
                    .collect();
                let had_error = self.error.take().is_some();
                let differs = self.site.as_deref() != Some(&site);
                if differs {
                    self.site = Some(Arc::new(site));
                }
                had_error || differs
            }
            Err(error) => {
                let differs = self.error.as_deref() != Some(&error);
                self.error = Some(error.into());
                differs
            }
        };
        self.generation += u64::from(changed);
        changed
    }

    /// Whether a build has ended, well or not.
    pub(super) fn is_ready(&self) -> bool {
        self.generation > 0
    }

    /// Names what a reader sees now; differs after a restart too.
    pub(super) fn version(&self) -> String {
        format!("{:x}-{}", self.session, self.generation)
    }

    /// A file of the last good site; none when there has been no good one.
    pub(super) fn file(&self, path: &str) -> Option<&Bytes> {
        self.site.as_ref()?.get(path)
    }

    /// Whether there has been a good build.
    pub(super) fn has_site(&self) -> bool {
        self.site.is_some()
    }

    /// What is wrong with the last build, if anything.
    pub(super) fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_changes_when_a_reader_sees_something_else() {
        let site = |text: &str| Ok(vec![OutputFile::new("index.html", text)]);
        let mut live = Live::new();
        let mut seen = vec![live.version()];
        for (built, changes) in [
            (site("1"), true),
            (site("1"), false),
            (site("2"), true),
            (Err("oh".to_owned()), true),
            (Err("oh".to_owned()), false),
            (Err("no".to_owned()), true),
            (site("2"), true),
        ] {
            assert_eq!(live.update(built), changes);
            assert_eq!(!seen.contains(&live.version()), changes);
            seen.push(live.version());
        }
        assert_eq!(live.error(), None);
        assert_eq!(live.file("index.html").unwrap(), "2");
    }
}
