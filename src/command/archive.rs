//! `site archive`: the whole site as one file that works without a server.

use super::{Failure, print};
use crate::{
    archive::{Packing, pack},
    cli::{Common, Format},
    config::Config,
    format,
    offline::offline,
    provenance::Provenance,
    publish,
    site::{self, BuildOptions},
};
use clap::Args;
use std::{fs, path::PathBuf, process::ExitCode};

/// Pack the whole site as one file, to be unpacked and opened in a browser without a server
///
/// Every page, chart, table and dataset works from the folder. What needs scripts doesn't: the explorer, live charts, the search, questions in SQL.
#[derive(Clone, Debug, Args)]
pub struct ArchiveArguments {
    /// The file: a .zip or a .tar.zst; any other name is a folder, which holds what would be packed
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

pub(crate) fn run(common: &Common, arguments: &ArchiveArguments) -> Result<ExitCode, Failure> {
    let config = Config::load(&common.root)?;
    let options = BuildOptions { root: common.root.clone(), images: true, ..BuildOptions::default() };
    let mut built = site::build(&options, &|_, _| {})?;
    built.files = offline(built.files, config.base_path());
    let mut provenance = Provenance::of(&options, &built)
        .map_err(|error| Failure::Internal(format!("an input can't be read again: {error}")))?;
    provenance.options.offline = true;
    let mut files = built.files;
    files.push(provenance.file());
    let count = files.len();
    let out = &arguments.out;
    let name = out.file_name().unwrap_or_default().to_string_lossy();
    match Packing::of_name(&name) {
        Some(packing) => {
            let bytes = pack(files, packing).map_err(|error| Failure::Refused(error.to_string()))?;
            fs::write(out, bytes).map_err(|error| {
                Failure::Internal(format!("{}: can't be written: {error}", out.display()))
            })?;
        }
        None => {
            publish::publish(files, out).map_err(|error| match error.is_input() {
                true => Failure::Refused(error.to_string()),
                false => Failure::Internal(error.to_string()),
            })?;
        }
    }
    match common.format {
        Format::Json => print(&serde_json::json!({ "ok": true, "files": count, "out": out }).to_string()),
        _ if common.quiet => {}
        Format::Text | Format::Markdown => {
            print(&format!("{} in {}.", format::plural(count, "file", "files"), out.display()));
        }
    }
    Ok(ExitCode::SUCCESS)
}
