//! The command line.

use crate::command;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::{path::PathBuf, process::ExitCode};

/// Turns LLM-inference benchmark records and Markdown into a static results website.
#[derive(Debug, Parser)]
#[command(
    name = "site",
    version,
    after_help = "Exit codes: 0 done (warnings included), 1 internal error, 2 the input can't be used or has errors."
)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

/// The heading of the options that every command has.
const EVERYWHERE: &str = "Options of every command";

/// Options of every command.
#[derive(Clone, Debug, Args)]
pub struct Common {
    /// The site's folder: the one that holds site.toml
    #[arg(long, global = true, default_value = ".", value_name = "DIR", help_heading = EVERYWHERE)]
    pub root: PathBuf,
    /// Say more: -v for what is done, -vv for details
    #[arg(short, long, global = true, action = clap::ArgAction::Count, help_heading = EVERYWHERE)]
    pub verbose: u8,
    /// Say only what is wrong
    #[arg(short, long, global = true, conflicts_with = "verbose", help_heading = EVERYWHERE)]
    pub quiet: bool,
    /// How to print the result
    #[arg(long, global = true, value_enum, default_value_t = Format::Text, help_heading = EVERYWHERE)]
    pub format: Format,
}

/// How a command prints its result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// For programs: one JSON object on standard output
    Json,
    /// For a comment on a pull request; `site diff` and `site check --submission` only
    Markdown,
}

#[derive(Debug, Subcommand)]
enum Command {
    Build(command::build::BuildArguments),
    Serve(command::serve::ServeArguments),
    Check(command::check::CheckArguments),
    Import(command::import::ImportArguments),
    Export(command::export::ExportArguments),
    Archive(command::archive::ArchiveArguments),
    Release(command::release::ReleaseArguments),
    New(command::new::NewArguments),
    Report(command::report::ReportArguments),
    Retract(command::retract::RetractArguments),
    Changes(command::changes::ChangesArguments),
    Diff(command::diff::DiffArguments),
    Interpolation(command::interpolation::InterpolationArguments),
    Schema(command::schema::SchemaArguments),
    Verify(command::verify::VerifyArguments),
}

/// Runs the command that the arguments ask for.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    command::start_logging(&cli.common);
    let writes_markdown = match &cli.command {
        Command::Diff(_) => true,
        Command::Check(arguments) => arguments.submission.is_some(),
        _ => false,
    };
    if cli.common.format == Format::Markdown && !writes_markdown {
        let message =
            "--format markdown is for `site diff` and `site check --submission` alone. Use text or json";
        return command::Failure::Refused(message.to_owned()).report(Format::Text);
    }
    let result = match &cli.command {
        Command::Build(arguments) => command::build::run(&cli.common, arguments),
        Command::Serve(arguments) => command::serve::run(&cli.common, arguments),
        Command::Check(arguments) => command::check::run(&cli.common, arguments),
        Command::Import(arguments) => command::import::run(&cli.common, arguments),
        Command::Export(arguments) => command::export::run(&cli.common, arguments),
        Command::Archive(arguments) => command::archive::run(&cli.common, arguments),
        Command::Release(arguments) => command::release::run(&cli.common, arguments),
        Command::New(arguments) => command::new::run(&cli.common, arguments),
        Command::Report(arguments) => command::report::run(&cli.common, arguments),
        Command::Retract(arguments) => command::retract::run(&cli.common, arguments),
        Command::Changes(arguments) => command::changes::run(&cli.common, arguments),
        Command::Diff(arguments) => command::diff::run(&cli.common, arguments),
        Command::Interpolation(arguments) => command::interpolation::run(&cli.common, arguments),
        Command::Schema(arguments) => command::schema::run(arguments),
        Command::Verify(arguments) => command::verify::run(&cli.common, arguments),
    };
    result.unwrap_or_else(|failure| failure.report(cli.common.format))
}
