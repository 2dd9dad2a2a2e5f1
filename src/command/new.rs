//! `site new`.

use super::Failure;
use crate::cli::Common;
use clap::Args;
use std::process::ExitCode;

/// New
#[derive(Clone, Debug, Args)]
pub struct NewArguments {}

pub(crate) fn run(_common: &Common, _arguments: &NewArguments) -> Result<ExitCode, Failure> {
    Err(Failure::Refused("being built".to_owned()))
}
