//! One file a command, beside what they share: failures and where output goes.

pub mod archive;
pub mod build;
pub mod changes;
pub mod check;
mod comment;
pub mod diff;
pub mod export;
pub mod import;
pub mod interpolation;
pub mod new;
pub mod release;
pub mod report;
pub mod retract;
pub mod schema;
pub mod serve;
pub mod verify;

use crate::{
    cli::{Common, Format},
    finding::Findings,
};
use std::{
    io::{IsTerminal, Write},
    process::ExitCode,
};

/// Why a command failed; decides the exit code.
#[derive(Debug)]
pub enum Failure {
    /// The input can't be used, or has errors: exit code 2.
    Input(Findings),
    /// The input can't be used, for one reason: exit code 2.
    Refused(String),
    /// Something that isn't the input's fault, such as a full disk: exit code 1.
    Internal(String),
}

impl From<Findings> for Failure {
    fn from(findings: Findings) -> Self {
        Self::Input(findings)
    }
}

impl Failure {
    /// Prints the failure and gives the exit code.
    pub fn report(self, format: Format) -> ExitCode {
        let (code, lines): (u8, Vec<String>) = match self {
            Self::Input(findings) => (2, findings.0.iter().map(ToString::to_string).collect()),
            Self::Refused(message) => (2, vec![message]),
            Self::Internal(message) => (1, vec![message]),
        };
        match format {
            Format::Text | Format::Markdown => {
                for line in &lines {
                    warn(line);
                }
            }
            Format::Json => print(&serde_json::json!({ "ok": false, "errors": lines }).to_string()),
        }
        ExitCode::from(code)
    }
}

/// One line on standard output. A reader that closes the pipe early is no error.
pub(crate) fn print(line: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

/// One line on standard error.
pub(crate) fn warn(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// Sends log lines to standard error at the level that was asked for.
pub(crate) fn start_logging(common: &Common) {
    use tracing_subscriber::filter::LevelFilter;
    let level = match (common.quiet, common.verbose) {
        (true, _) => LevelFilter::ERROR,
        (false, 0) => LevelFilter::WARN,
        (false, 1) => LevelFilter::INFO,
        (false, _) => LevelFilter::DEBUG,
    };
    // A second command in the same process (tests) keeps the first one's logging.
    let _ = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .without_time()
        .with_target(false)
        .try_init();
}
