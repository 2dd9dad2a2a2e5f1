//! `site import`: foreign results into records.

use super::{Failure, print};
use crate::{
    archive::{Packing, unpack},
    catalog,
    cli::{Common, Format},
    import::{ImportOptions, check_report, import, write_report},
};
use clap::{Args, ValueEnum};
use jiff::civil::Date;
use record::RunKind;
use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

/// Turn benchmark artifacts, API rows and raw results into records, and report everything that was not clean
///
/// A path is a file, a folder, read with everything below it, or an archive (.zip, .tar.zst) of such a folder. What a file is is told by its content, never by its name.
/// Importing the same again changes nothing; importing more of a run merges.
#[derive(Clone, Debug, Args)]
#[command(
    after_help = "Tables that `site export` wrote (CSV, JSON, Parquet, SQLite, Excel) are no records: they leave out the run's source, licence and environment,\nthe repeats and the commands. `site export --as records` writes what is read back without loss.\nExit codes: 0 done, anomalies included; 1 internal error; 2 nothing usable in the input."
)]
pub struct ImportArguments {
    /// What to import
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// A CSV file with the days of runs: columns run_id and date (a day, or FIRST..LAST), optionally method
    #[arg(long, value_name = "FILE")]
    pub dates: Option<PathBuf>,
    /// The day of rows whose day is known in no other way: 2026-05-05, or a span 2026-05-05..2026-05-07
    #[arg(long, value_name = "DAY", value_parser = span)]
    pub date: Option<(Date, Option<Date>)>,
    /// Where the records go [default: content/results, in the site's folder]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Who stands behind the runs [default: official where the run has a number, else unofficial]
    #[arg(long, value_enum)]
    pub kind: Option<Kind>,
    /// Read, check and report, but write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Write the report as JSON to this file too
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
}

/// Who stands behind a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// Measured by the project that published it, in its own pipeline
    Official,
    /// Offered to this site by somebody else
    Community,
    /// Found elsewhere
    Unofficial,
}

impl From<Kind> for RunKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Official => Self::Official,
            Kind::Community => Self::Community,
            Kind::Unofficial => Self::Unofficial,
        }
    }
}

/// A day, or the first and the last day of a span.
fn span(text: &str) -> Result<(Date, Option<Date>), String> {
    let day = |text: &str| {
        text.parse::<Date>().map_err(|_| {
            format!("`{text}` is not a day. Expected 2026-05-05, or a span 2026-05-05..2026-05-07")
        })
    };
    match text.split_once("..") {
        None => Ok((day(text)?, None)),
        Some((first, last)) => {
            let (first, last) = (day(first)?, day(last)?);
            if last < first {
                return Err(format!("{last} lies before {first}. Swap the two"));
            }
            Ok((first, Some(last).filter(|last| *last != first)))
        }
    }
}

/// A path to import: as it was given, or the folder that an archive was unpacked to, which goes with it.
enum Unpacked {
    Given(PathBuf),
    Archive(tempfile::TempDir),
}

impl AsRef<Path> for Unpacked {
    fn as_ref(&self) -> &Path {
        match self {
            Self::Given(path) => path,
            Self::Archive(folder) => folder.path(),
        }
    }
}

/// Unpacks the archives among the paths, beside nothing of the user's.
fn unpack_archives(paths: &[PathBuf]) -> Result<Vec<Unpacked>, Failure> {
    paths
        .iter()
        .map(|path| Ok(unpack_archive(path)?.map_or(Unpacked::Given(path.clone()), Unpacked::Archive)))
        .collect()
}

/// The folder with an archive's files; nothing for a path that is no archive.
fn unpack_archive(path: &Path) -> Result<Option<tempfile::TempDir>, Failure> {
    let named = path.file_name().and_then(|name| Packing::of_name(&name.to_string_lossy()));
    if named.is_none() || !path.is_file() {
        return Ok(None);
    }
    let internal = |error: std::io::Error| Failure::Internal(format!("{}: {error}", path.display()));
    let bytes = fs::read(path).map_err(internal)?;
    let refused = |what: &dyn std::fmt::Display| Failure::Refused(format!("{}: {what}", path.display()));
    let packing = Packing::of_bytes(&bytes)
        .ok_or_else(|| refused(&"is no archive, whatever its name says. Expected a .zip or a .tar.zst"))?;
    let files = unpack(&bytes, packing).map_err(|error| refused(&error))?;
    let folder = tempfile::tempdir().map_err(internal)?;
    for file in files {
        let place = folder.path().join(&file.path);
        fs::create_dir_all(place.parent().unwrap_or(folder.path())).map_err(internal)?;
        fs::write(place, file.into_bytes()).map_err(internal)?;
    }
    Ok(Some(folder))
}

pub(crate) fn run(common: &Common, arguments: &ImportArguments) -> Result<ExitCode, Failure> {
    let names = catalog::load_names(&common.root)?;
    let unpacked = unpack_archives(&arguments.paths)?;
    let (date, date_until) = arguments.date.unzip();
    let options = ImportOptions {
        paths: unpacked.iter().map(|path| path.as_ref().to_owned()).collect(),
        dates: arguments.dates.clone(),
        date,
        date_until: date_until.flatten(),
        out: arguments.out.clone().unwrap_or_else(|| common.root.join("content/results")),
        kind: arguments.kind.map(RunKind::from),
        dry_run: arguments.dry_run,
    };
    let failed = |error: crate::import::ImportError| match error.exit_code() {
        2 => Failure::Refused(error.to_string()),
        _ => Failure::Internal(error.to_string()),
    };
    if let Some(file) = &arguments.report {
        check_report(file).map_err(failed)?;
    }
    let report = import(&options, &names).map_err(failed)?;
    if let Some(file) = &arguments.report {
        write_report(&report, file).map_err(failed)?;
    }
    match common.format {
        Format::Json => print(&serde_json::to_string(&report).unwrap_or_default()),
        _ if common.quiet => {}
        Format::Text | Format::Markdown => print(report.to_string().trim_end()),
    }
    Ok(ExitCode::from(report.exit_code()))
}
