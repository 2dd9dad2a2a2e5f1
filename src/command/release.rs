//! `site release`: records the version of the data, so that the next one can say what it changed.

use super::{Failure, print};
use crate::{
    analysis::Analysis,
    catalog::{ROWS, VERSIONS},
    cli::{Common, Format as Output},
    dataset::{DatasetError, Format, Table, describe, serialize, tables},
    site::{BuildOptions, Input},
};
use clap::Args;
use std::{fs, path::Path, process::ExitCode};

/// Record the version of the data in content/versions, with what differs from the version before
///
/// The site lists every version that was released. Run it when results were added, and commit what it writes with them.
#[derive(Clone, Debug, Args)]
pub struct ReleaseArguments {
    /// Say what would be recorded, and write nothing
    #[arg(long)]
    pub dry_run: bool,
}

pub(crate) fn run(common: &Common, arguments: &ReleaseArguments) -> Result<ExitCode, Failure> {
    let options = BuildOptions { root: common.root.clone(), ..BuildOptions::default() };
    let input = Input::read(&options)?;
    let analysis = Analysis::new(&input.config, &input.catalog);
    let releases = &input.catalog.releases;
    let internal = |error: DatasetError| Failure::Internal(error.to_string());
    let tables = tables(&analysis).map_err(internal)?;
    let json = tables.iter().map(|table| serialize(Format::Json, std::slice::from_ref(table)));
    let json: Vec<Vec<u8>> = json.collect::<Result<_, _>>().map_err(internal)?;
    let described: Vec<(&Table<'_>, &[u8])> = tables.iter().zip(json.iter().map(Vec::as_slice)).collect();
    let (version, rows) = describe(&analysis, &described, releases);
    let is_new = releases.newest() != Some(&version);
    if is_new && !arguments.dry_run {
        let folder = common.root.join("content").join(VERSIONS);
        let write = |name: &str, text: String| write(&folder, name, &text);
        // The rows come last: without them the next reading says what is missing.
        write(
            &format!("{}.json", version.version),
            serde_json::to_string_pretty(&version).unwrap_or_default(),
        )?;
        write(ROWS, serde_json::to_string_pretty(&rows).unwrap_or_default())?;
    }
    match common.format {
        Output::Json => {
            print(&serde_json::json!({ "ok": true, "version": version.version, "new": is_new }).to_string());
        }
        _ if common.quiet => {}
        _ if !is_new => print(&format!("The data are still version {}.", version.version)),
        _ if arguments.dry_run => {
            print(&format!("The data would be version {}.", version.version));
        }
        Output::Text | Output::Markdown => print(&format!(
            "The data are version {}. Commit content/{VERSIONS} together with them.",
            version.version
        )),
    }
    Ok(ExitCode::SUCCESS)
}

fn write(folder: &Path, name: &str, text: &str) -> Result<(), Failure> {
    let file = folder.join(name);
    let failed =
        |error: std::io::Error| Failure::Internal(format!("{}: can't be written: {error}", file.display()));
    fs::create_dir_all(folder).map_err(failed)?;
    fs::write(&file, format!("{text}\n")).map_err(failed)
}
