//! `site schema`: the JSON Schema of the record.

use super::{Failure, print};
use clap::Args;
use std::{path::PathBuf, process::ExitCode};

/// Print the JSON Schema of the record, or write it to a file
#[derive(Clone, Debug, Args)]
pub struct SchemaArguments {
    /// Write to this file
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

pub(crate) fn run(arguments: &SchemaArguments) -> Result<ExitCode, Failure> {
    let schema = format!("{:#}", record::json_schema());
    match &arguments.out {
        None => print(&schema),
        Some(file) => std::fs::write(file, schema + "\n")
            .map_err(|error| Failure::Internal(format!("{}: can't be written: {error}", file.display())))?,
    }
    Ok(ExitCode::SUCCESS)
}
