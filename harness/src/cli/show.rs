//! `inferencemax show`.

use super::Failed;
use crate::report;
use clap::Args;
use record::Run;
use std::{
    fmt::Write as _,
    io::Write as _,
    path::{Path, PathBuf},
};

/// Print a record
#[derive(Debug, Args)]
pub(crate) struct ShowArguments {
    /// The record
    record: PathBuf,
}

impl ShowArguments {
    /// Prints it.
    pub(crate) fn run(&self) -> Result<(), Failed> {
        let run = read(&self.record)?;
        let text = format!("{}{}", heading(&run), report::table(&run));
        // A reader that has seen enough (`| head`) is no error.
        let _ = std::io::stdout().write_all(text.as_bytes());
        Ok(())
    }
}

/// Reads a record, and says what is wrong with it when it isn't one.
pub(crate) fn read(path: &Path) -> Result<Run, Failed> {
    let bytes = std::fs::read(path)
        .map_err(|error| Failed::here(format!("can't read {}: {error}", path.display())))?;
    let read = record::read(&bytes).map_err(|error| Failed::here(format!("{}: {error}", path.display())))?;
    for problem in record::validate(&read.run, &read.unknown_fields, None) {
        let _ = writeln!(std::io::stderr(), "{}: {problem}", path.display());
    }
    Ok(read.run)
}

fn heading(run: &Run) -> String {
    let mut text = format!("{}, {}, by {}\n", run.id, run.date, run.source.project);
    if let Some(environment) = &run.environment {
        let memory =
            environment.memory_bytes.map(|bytes| format!("{:.1} GiB", bytes as f64 / 1_073_741_824.0));
        let accelerators = environment.accelerators.iter().map(|accelerator| accelerator.name.clone());
        let cpu =
            environment.cpu.clone().zip(environment.cpu_count).map(|(cpu, count)| format!("{count} x {cpu}"));
        let parts: Vec<String> = accelerators
            .chain(cpu)
            .chain(memory)
            .chain(environment.operating_system.clone())
            .chain(environment.kernel.clone())
            .collect();
        let _ = writeln!(text, "{}", parts.join(", "));
    }
    if let Some(retraction) = &run.retracted {
        let _ = writeln!(text, "RETRACTED on {}: {}", retraction.when, retraction.why);
    }
    text.push('\n');
    text
}
