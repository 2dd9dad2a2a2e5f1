//! What can be wrong with the files in `static/`.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// Why the assets can't be made.
#[derive(Debug, Error)]
pub enum AssetError {
    /// A file or folder that can't be read.
    #[error("{}: can't be read: {source}. Expected a readable file or folder", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A name that a web address can't be made of.
    #[error("{}: the name isn't UTF-8. Rename the file", path.display())]
    Name {
        /// The file.
        path: PathBuf,
    },
    /// A style sheet or script that isn't text.
    #[error("{path}: isn't UTF-8 text. Expected a style sheet or a script; save it as UTF-8")]
    NotText {
        /// The file.
        path: String,
    },
    /// A file of a kind that a browser may run, and that no page's policy would hold.
    #[error(
        "{path}: is of a kind that isn't published as it is. Expected a picture, a font, a text or a file without an ending; \
         scripts stand in js/, style sheets in css/, and pages are made from content/"
    )]
    Kind {
        /// The file.
        path: String,
    },
    /// A symbolic link that leads out of the folder, whose target may be anything on this machine.
    #[error(
        "{}: is a symbolic link to {}, outside the static folder. Expected files of the site only. \
         Copy the file to where the link is", path.display(), target.display()
    )]
    LinkLeaves {
        /// The link.
        path: PathBuf,
        /// Where it leads.
        target: PathBuf,
    },
    /// A fault in a style sheet or a script.
    #[error("{path}:{line}: {what}")]
    Fault {
        /// The file, from the folder that holds `static`.
        path: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong, what was expected, what to do.
        what: String,
    },
    /// Scripts that need each other, so that none can be named by what it holds.
    #[error("{}: import each other in a circle. Move what they share to a module of its own", names.join(" → "))]
    Circle {
        /// The scripts of the circle, the first again as the last.
        names: Vec<String>,
    },
}
