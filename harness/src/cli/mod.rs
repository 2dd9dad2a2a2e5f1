//! The command line.

mod bench;
mod mock;

use clap::{Parser, Subcommand};
use std::{io::Write, process::ExitCode};

/// Measures LLM serving engines and writes benchmark records
#[derive(Debug, Parser)]
#[command(
    name = "inferencemax",
    version,
    after_help = "Exit codes: 0 done; 1 failed; 2 wrong use; 3 the server can't be reached or refuses; 4 a measurement is invalid or failed; 130 stopped by the user."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Bench(Box<bench::BenchArguments>),
    Mock(mock::MockArguments),
    /// Not built yet: print a record
    #[command(disable_help_flag = true)]
    Show(Anything),
    /// Not built yet: compare two records
    #[command(disable_help_flag = true)]
    Compare(Anything),
}

/// Whatever comes after a command that has no options yet.
#[derive(Debug, clap::Args)]
struct Anything {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    _arguments: Vec<String>,
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
        Command::Show(_) => not_built("show"),
        Command::Compare(_) => not_built("compare"),
    };
    match result {
        Ok(code) => ExitCode::from(code),
        Err(failed) => {
            let _ = writeln!(std::io::stderr(), "inferencemax: {failed}");
            ExitCode::from(failed.code)
        }
    }
}

fn not_built(name: &str) -> Result<u8, Failed> {
    Err(Failed::usage(format!("`{name}` is not built yet; nothing was done")))
}
