//! The command line.

mod bench;
mod compare;
mod load;
mod mock;
mod show;
mod workload;

use clap::{Parser, Subcommand};
use std::{io::Write, process::ExitCode};

/// Measures LLM serving engines and writes benchmark records
#[derive(Debug, Parser)]
#[command(
    name = "inferencemax",
    version,
    after_help = "Exit codes: 0 done; 1 failed; 2 wrong use; 3 the server can't be reached or refuses; 4 a measurement is invalid or failed, or nothing could be compared; 130 stopped by the user."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Bench(Box<bench::BenchArguments>),
    Mock(mock::MockArguments),
    Show(show::ShowArguments),
    Compare(compare::CompareArguments),
}

/// Why a command did not do what it was asked, and its exit code.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Failed {
    /// The exit code.
    pub(crate) code: u8,
    /// What went wrong and what to do.
    pub(crate) message: String,
}

impl Failed {
    /// Wrong use of the command.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self { code: 2, message: message.into() }
    }

    /// Something on this machine failed.
    pub(crate) fn here(message: impl Into<String>) -> Self {
        Self { code: 1, message: message.into() }
    }

    /// The server can't be reached, or refuses.
    pub(crate) fn server(message: impl Into<String>) -> Self {
        Self { code: 3, message: message.into() }
    }
}

/// Runs the command that this process was started as.
pub fn run() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Bench(arguments) => arguments.run(),
        Command::Mock(arguments) => arguments.run().map(|()| 0),
        Command::Show(arguments) => arguments.run().map(|()| 0),
        Command::Compare(arguments) => arguments.run(),
    };
    match result {
        Ok(code) => ExitCode::from(code),
        Err(failed) => {
            let _ = writeln!(std::io::stderr(), "inferencemax: {failed}");
            ExitCode::from(failed.code)
        }
    }
}
