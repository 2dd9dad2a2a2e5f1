//! `site export`: tables and records as files, whole or in part.

use super::{Failure, print};
use crate::{
    analysis::{Analysis, WorkloadKey},
    archive::{Packing, pack},
    cli::{Common, Format as Output},
    dataset::{self, Filter, Format, Table, serialize, tables},
    publish::{self, OutputFile},
    site::{BuildOptions, Input},
    suggestion::close_matches,
};
use clap::{Args, ValueEnum};
use jiff::civil::Date;
use record::Run;
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
};

/// Write tables or records as CSV, JSON, Parquet, SQLite, SQL, Excel or an archive, whole or filtered
#[derive(Clone, Debug, Args)]
#[command(
    after_help = "Records are what `site import` reads back without loss: `site export --as records --out results.tar.zst`.\nExit codes: 0 done, 1 internal error, 2 the input can't be used or nothing is left of it."
)]
pub struct ExportArguments {
    /// The tables: measurements, runs, accuracy, … [default: measurements; all for formats that hold several]
    #[arg(value_name = "TABLE")]
    pub tables: Vec<String>,
    /// The form
    #[arg(long = "as", value_enum, default_value_t = Form::Csv, value_name = "FORM")]
    pub form: Form,
    /// Where to: a file, or a folder for several; a .zip or .tar.zst packs them [default: standard output]
    #[arg(long, value_name = "PATH")]
    pub out: Option<PathBuf>,
    /// Only these models, by key
    #[arg(long, value_name = "KEY")]
    pub model: Vec<String>,
    /// Only these workloads, as in addresses: 8192-1024
    #[arg(long, value_name = "KEY")]
    pub workload: Vec<String>,
    /// Only these accelerators, by key
    #[arg(long, value_name = "KEY")]
    pub accelerator: Vec<String>,
    /// Only these frameworks, by key
    #[arg(long, value_name = "KEY")]
    pub framework: Vec<String>,
    /// Only these precisions, as measured: fp8, nvfp4
    #[arg(long, value_name = "NAME")]
    pub precision: Vec<String>,
    /// Only runs of this day or later
    #[arg(long, value_name = "DAY")]
    pub from: Option<Date>,
    /// Only runs of this day or earlier
    #[arg(long, value_name = "DAY")]
    pub to: Option<Date>,
}

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// Comma-separated values
    Csv,
    /// JSON rows
    Json,
    /// Apache Parquet
    Parquet,
    /// A SQLite database
    Sqlite,
    /// SQL text
    Sql,
    /// An Excel workbook
    Xlsx,
    /// The runs' records, as in content/results: everything that is known
    Records,
}

impl Form {
    fn format(self) -> Option<Format> {
        Some(match self {
            Self::Csv => Format::Csv,
            Self::Json => Format::Json,
            Self::Parquet => Format::Parquet,
            Self::Sqlite => Format::Sqlite,
            Self::Sql => Format::Sql,
            Self::Xlsx => Format::Xlsx,
            Self::Records => return None,
        })
    }
}

pub(crate) fn run(common: &Common, arguments: &ExportArguments) -> Result<ExitCode, Failure> {
    let options = BuildOptions { root: common.root.clone(), ..BuildOptions::default() };
    let mut input = Input::read(&options)?;
    // The bytes of the records are for pages; many runs have many.
    input.catalog.records = Vec::new();
    let filter = filter(arguments);
    let files = match arguments.form.format() {
        Some(format) => {
            let analysis = Analysis::new(&input.config, &input.catalog);
            let tables = tables(&analysis).map_err(|error| Failure::Internal(error.to_string()))?;
            let tables = filter.apply(tables);
            // An empty table is no answer to a question that nothing fits.
            match tables.iter().any(|table| table.name == "measurements" && table.rows() == 0) {
                true if filter != Filter::default() => Vec::new(),
                _ => exported(chosen(tables, &arguments.tables, format)?, format)?,
            }
        }
        None => records(&input.catalog.runs, &filter),
    };
    if files.is_empty() {
        return Err(Failure::Refused(
            "nothing fits all filters. Ask for less, or look the keys up on the pages".to_owned(),
        ));
    }
    let count = files.len();
    let Some(out) = &arguments.out else {
        return to_standard_output(&files).map(|()| ExitCode::SUCCESS);
    };
    write(files, out)?;
    if !common.quiet {
        match common.format {
            Output::Json => print(&serde_json::json!({ "ok": true, "files": count, "out": out }).to_string()),
            Output::Text | Output::Markdown => print(&format!(
                "Wrote {} to {}.",
                crate::format::plural(count, "file", "files"),
                out.display()
            )),
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn filter(arguments: &ExportArguments) -> Filter {
    Filter {
        models: arguments.model.clone(),
        workloads: arguments.workload.clone(),
        accelerators: arguments.accelerator.clone(),
        frameworks: arguments.framework.clone(),
        precisions: arguments.precision.clone(),
        from: arguments.from,
        to: arguments.to,
    }
}

/// The tables that were asked for.
fn chosen<'a>(
    mut tables: Vec<Table<'a>>,
    names: &[String],
    format: Format,
) -> Result<Vec<Table<'a>>, Failure> {
    if names.iter().any(|name| name == "all") || (names.is_empty() && format.holds_many()) {
        return Ok(tables);
    }
    for name in names {
        if !tables.iter().any(|table| table.name == *name) {
            let known = tables.iter().map(|table| (table.name.as_ref(), table.name.as_ref()));
            let close = close_matches(name, known);
            let hint = close.first().map(|close| format!(" Did you mean `{close}`?")).unwrap_or_default();
            let all: Vec<&str> = tables.iter().map(|table| table.name.as_ref()).collect();
            return Err(Failure::Refused(format!(
                "there is no table `{name}`.{hint} Tables: {}, all",
                all.join(", ")
            )));
        }
    }
    let wanted = |table: &Table<'_>| match names {
        [] => table.name == "measurements",
        names => names.iter().any(|name| table.name == *name),
    };
    tables.retain(wanted);
    Ok(tables)
}

/// A file for each table, or one for all.
fn exported(tables: Vec<Table<'_>>, format: Format) -> Result<Vec<OutputFile>, Failure> {
    let failed = |error: dataset::DatasetError| Failure::Refused(error.to_string());
    if format.holds_many() {
        let bytes = serialize(format, &tables).map_err(failed)?;
        return Ok(vec![OutputFile::new(format!("results.{}", format.ending()), bytes)]);
    }
    let file = |table: Table<'_>| {
        let path = format!("{}.{}", table.name, format.ending());
        serialize(format, &[table]).map(|bytes| OutputFile::new(path, bytes)).map_err(failed)
    };
    tables.into_iter().map(file).collect()
}

/// The records of the runs, each with the measurements that are wanted; runs without one are left out, unless all are wanted.
fn records(runs: &[Run], filter: &Filter) -> Vec<OutputFile> {
    let everything = *filter == Filter::default();
    let listed = |list: &[String], word: &str| list.is_empty() || list.iter().any(|it| it == word);
    let file = |run: &Run| {
        let in_time =
            filter.from.is_none_or(|from| run.date >= from) && filter.to.is_none_or(|to| run.date <= to);
        let mut run = run.clone();
        run.measurements.retain(|m| {
            listed(&filter.models, m.model.key.as_str())
                && listed(&filter.workloads, &WorkloadKey::of(&m.workload).slug())
                && listed(&filter.accelerators, m.deployment.accelerator.as_str())
                && listed(&filter.frameworks, m.framework.key.as_str())
                && listed(&filter.precisions, m.precision.as_str())
        });
        let path = format!("{}/{}-{}.json", run.date.year(), run.date, run.id);
        (in_time && (everything || !run.measurements.is_empty()))
            .then(|| OutputFile::new(path, run.to_canonical_json()))
    };
    runs.iter().filter_map(file).collect()
}

fn to_standard_output(files: &[OutputFile]) -> Result<(), Failure> {
    let [file] = files else {
        return Err(Failure::Refused(format!(
            "{} files don't fit standard output. Name a folder or an archive with --out",
            files.len()
        )));
    };
    // A reader that closes the pipe early is no error.
    let _ = std::io::stdout().lock().write_all(&file.bytes());
    Ok(())
}

/// Writes into an archive, one file, or a folder, as the name and the number of files ask.
fn write(files: Vec<OutputFile>, out: &Path) -> Result<(), Failure> {
    let failed =
        |error: std::io::Error| Failure::Internal(format!("{}: can't be written: {error}", out.display()));
    let name = out.file_name().unwrap_or_default().to_string_lossy();
    if let Some(packing) = Packing::of_name(&name) {
        let bytes = pack(files, packing).map_err(|error| Failure::Internal(error.to_string()))?;
        return fs::write(out, bytes).map_err(failed);
    }
    match files.as_slice() {
        [file] if !out.is_dir() && out.extension().is_some() => fs::write(out, file.bytes()).map_err(failed),
        _ => {
            publish::check_paths(&files).map_err(|error| Failure::Internal(error.to_string()))?;
            for file in files {
                let path = out.join(&file.path);
                fs::create_dir_all(path.parent().unwrap_or(out)).map_err(failed)?;
                fs::write(path, file.contents.into_bytes()).map_err(failed)?;
            }
            Ok(())
        }
    }
}
