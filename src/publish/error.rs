//! What can go wrong while publishing, said so that the reader knows what to do next.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// Why a site was not published.
#[derive(Debug, Error)]
pub enum PublishError {
    /// A path that can't be, or must not be, a file of a site.
    #[error(
        "{path:?} can't be a file of the site: {why}. Expected a relative path such as \"docs/index.html\""
    )]
    BadPath {
        /// The path as given.
        path: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The same path twice.
    #[error(
        "two files would be written to \"{path}\". Expected one. Rename one of the two pages that make it"
    )]
    Duplicate {
        /// The path.
        path: String,
    },
    /// Two paths that are one file where the case of letters doesn't count.
    #[error(
        "\"{first}\" and \"{second}\" differ in nothing but the case of letters, and are one file on macOS and \
         Windows. Rename one of them"
    )]
    SameButForCase {
        /// One of them.
        first: String,
        /// The other.
        second: String,
    },
    /// A path that is a file and a folder at once.
    #[error("\"{file}\" would be a file, and a folder for \"{inside}\". Rename one of them")]
    FileAndFolder {
        /// The file.
        file: String,
        /// The file inside the folder of the same name.
        inside: String,
    },
    /// A folder that must not be replaced.
    #[error("{}: not written, because {why}. {remedy}", out.display())]
    Refused {
        /// The output folder.
        out: PathBuf,
        /// Why not.
        why: String,
        /// What to do.
        remedy: &'static str,
    },
    /// The file system refused.
    #[error("{}: can't {doing}: {source}. {}", path.display(), remedy(source))]
    Io {
        /// What was tried.
        doing: &'static str,
        /// With which file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl PublishError {
    /// Whether the site's content is at fault, or the choice of folder, and not the machine.
    pub fn is_input(&self) -> bool {
        !matches!(self, Self::Io { .. })
    }

    pub(super) fn io(doing: &'static str, path: &Path, source: io::Error) -> Self {
        Self::Io { doing, path: path.to_owned(), source }
    }

    pub(super) fn refused(out: &Path, why: impl Into<String>, remedy: &'static str) -> Self {
        Self::Refused { out: out.to_owned(), why: why.into(), remedy }
    }
}

/// What helps against an error of the file system.
fn remedy(error: &io::Error) -> &'static str {
    use io::ErrorKind as Kind;
    match error.kind() {
        Kind::StorageFull | Kind::QuotaExceeded => {
            "The old site is untouched. Free some space, or choose another disk with --out"
        }
        Kind::PermissionDenied | Kind::ReadOnlyFilesystem => {
            "Expected a folder that you may write to, in a folder that you may write to. Choose one with --out"
        }
        Kind::NotADirectory | Kind::AlreadyExists => {
            "Expected a folder. Move what is there, or choose another place with --out"
        }
        Kind::ResourceBusy | Kind::CrossesDevices => {
            "A folder that is itself a mount can't be replaced as a whole. Choose a folder inside it with --out"
        }
        Kind::InvalidFilename => "The name is too long for this file system. Rename the page",
        _ => "The old site is untouched. Choose another place with --out if this one stays out of order",
    }
}
