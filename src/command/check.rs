//! `site check`.

use super::Failure;
use crate::cli::Common;
use clap::Args;
use std::process::ExitCode;

/// Check
#[derive(Clone, Debug, Args)]
pub struct CheckArguments {}

pub(crate) fn run(_common: &Common, _arguments: &CheckArguments) -> Result<ExitCode, Failure> {
    Err(Failure::Refused("being built".to_owned()))
}
