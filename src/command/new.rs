//! `site new`: a valid skeleton of a content file.

use super::{Failure, print};
use crate::{catalog, cli::Common};
use clap::{Args, ValueEnum};
use record::is_slug;
use std::{fs::Permissions, io::Write, os::unix::fs::PermissionsExt, path::Path, process::ExitCode};
use tempfile::TempPath;

/// Write a valid skeleton for a new accelerator, model, framework, report, or for what is known of a change
#[derive(Clone, Debug, Args)]
pub struct NewArguments {
    /// What to add
    #[arg(value_enum)]
    pub kind: Kind,
    /// Its key, which is also the file's name and part of its address: lower-case letters, digits, `-`, `_` and `.`
    pub name: String,
}

/// What can be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// An accelerator: content/hardware/NAME.md
    Hardware,
    /// A model: content/models/NAME.md
    Model,
    /// A serving framework: content/frameworks/NAME.md
    Framework,
    /// A report: content/reports/NAME.md
    Report,
    /// What is known of a change over time, NAME being the id that its trends page shows: content/changes/NAME.md
    Change,
}

impl Kind {
    fn folder(self) -> &'static str {
        match self {
            Self::Hardware => "hardware",
            Self::Model => "models",
            Self::Framework => "frameworks",
            Self::Report => "reports",
            Self::Change => "changes",
        }
    }

    fn skeleton(self) -> &'static str {
        match self {
            Self::Hardware => include_str!("new/hardware.md"),
            Self::Model => include_str!("new/model.md"),
            Self::Framework => include_str!("new/framework.md"),
            Self::Report => include_str!("new/report.md"),
            Self::Change => include_str!("new/change.md"),
        }
    }
}

/// A file that is written but has no name yet: it appears whole, or not at all.
fn stage(folder: &Path, text: &str) -> std::io::Result<TempPath> {
    // As any program would make it; the umask takes its part.
    let permissions = Permissions::from_mode(0o666);
    let mut staged = tempfile::Builder::new().permissions(permissions).tempfile_in(folder)?;
    staged.write_all(text.as_bytes())?;
    Ok(staged.into_temp_path())
}

pub(crate) fn run(common: &Common, arguments: &NewArguments) -> Result<ExitCode, Failure> {
    let name = &arguments.name;
    if !is_slug(name) {
        return Err(Failure::Refused(format!(
            "`{name}` can't be a key. Use lower-case letters, digits, `-`, `_` and `.`, such as h100 or qwen3.5"
        )));
    }
    // Also tells when this isn't a site's folder, and when a model's or framework's spelling is taken.
    let names = catalog::load_names(&common.root)?;
    let taken = match arguments.kind {
        Kind::Model => names.model(name).map(ToString::to_string),
        Kind::Framework => names.framework(name).map(|known| known.key.to_string()),
        Kind::Hardware | Kind::Report | Kind::Change => None,
    };
    let folder = common.root.join("content").join(arguments.kind.folder());
    if let Some(key) = taken {
        let file = folder.join(format!("{key}.md"));
        return Err(Failure::Refused(format!(
            "{}: `{name}` is already a spelling of `{key}`. Edit that file",
            file.display()
        )));
    }
    let file = folder.join(format!("{name}.md"));
    let failed = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => {
            Failure::Refused(format!("{}: is already there. Edit it, or choose another name", file.display()))
        }
        _ => Failure::Internal(format!("{}: can't be written: {error}", file.display())),
    };
    std::fs::create_dir_all(&folder).map_err(failed)?;
    let staged = stage(&folder, &arguments.kind.skeleton().replace("NAME", name)).map_err(failed)?;
    staged.persist_noclobber(&file).map_err(|error| failed(error.error))?;
    if !common.quiet {
        print(&format!(
            "Wrote {}. Fill it in, remove `draft = true`, and look at it: site serve --drafts",
            file.display()
        ));
    }
    Ok(ExitCode::SUCCESS)
}
