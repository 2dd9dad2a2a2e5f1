//! The `inferencemax` command.

use clap::{Parser, Subcommand};
use std::{io::Write, process::ExitCode};

/// Measures LLM serving engines and writes benchmark records
///
/// The commands below are planned and not built yet; each says so and does nothing. What works today is the site builder,
/// `site`, and its importer for results that were measured elsewhere.
#[derive(Debug, Parser)]
#[command(name = "inferencemax", version, after_help = "Exit codes: 0 done, 2 wrong use or not built yet.")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Not built yet: drive an OpenAI-compatible endpoint and write a record
    #[command(disable_help_flag = true)]
    Bench(Anything),
    /// Not built yet: a server with known latencies, to measure the harness against
    #[command(disable_help_flag = true)]
    Mock(Anything),
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

fn main() -> ExitCode {
    let name = match Cli::parse().command {
        Command::Bench(_) => "bench",
        Command::Mock(_) => "mock",
        Command::Show(_) => "show",
        Command::Compare(_) => "compare",
    };
    let _ = writeln!(
        std::io::stderr(),
        "inferencemax: `{name}` is not built yet; nothing was done. Results measured with other tools can be imported: site import --help"
    );
    ExitCode::from(2)
}
