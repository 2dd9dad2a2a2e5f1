//! `inferencemax show`.

use super::Failed;
use crate::{
    measure::{Clocking, summarise},
    report,
    request_log::{self, LoggedRepeat},
};
use clap::Args;
use record::Run;
use std::{
    fmt::Write as _,
    io::Write as _,
    path::{Path, PathBuf},
};

/// Print a record, or what a request log holds
///
/// A request log (RUN.requests.jsonl.zst) is what is left of a run that was killed: its figures are made anew from the requests
/// that had ended.
#[derive(Debug, Args)]
pub(crate) struct ShowArguments {
    /// The record, or the request log
    record: PathBuf,
}

impl ShowArguments {
    /// Prints it.
    pub(crate) fn run(&self) -> Result<(), Failed> {
        let name = self.record.to_string_lossy();
        let text = if name.ends_with(".jsonl") || name.ends_with(".jsonl.zst") {
            requests(&self.record)?
        } else {
            let run = read(&self.record)?;
            format!("{}{}", heading(&run), report::table(&run))
        };
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

/// What a request log says.
fn requests(path: &Path) -> Result<String, Failed> {
    let fail = |error: std::io::Error| Failed::here(format!("can't read {}: {error}", path.display()));
    let (runs, torn) = request_log::read(&std::fs::read(path).map_err(fail)?).map_err(fail)?;
    let mut text = String::new();
    for run in &runs {
        let _ = writeln!(text, "{}", run.run);
        for repeat in &run.repeats {
            text.push('\n');
            logged(repeat, &mut text);
        }
    }
    if torn {
        text.push_str("\nnote: the log breaks off, as it does when a run is killed\n");
    }
    Ok(text)
}

fn logged(repeat: &LoggedRepeat, text: &mut String) {
    let _ = writeln!(text, "{}. {}, repeat {}", repeat.measurement + 1, repeat.load, repeat.repeat + 1);
    let clocking = if repeat.clock == "scheduled" { Clocking::Scheduled } else { Clocking::Sent };
    let figures = summarise(&repeat.exchanges, clocking, None, None).record;
    let mut counts = figures.requests.unwrap_or_default();
    counts.errors = repeat.errors();
    report::requests(&counts, figures.duration_s, text);
    if let Some(throughput) = &figures.throughput {
        report::throughput(throughput, text);
    }
    if let Some(latency) = &figures.latency {
        report::latency(latency, text);
    }
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
