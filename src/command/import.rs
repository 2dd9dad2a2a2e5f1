//! `site import`.

use super::Failure;
use crate::cli::Common;
use clap::Args;
use std::process::ExitCode;

/// Import
#[derive(Clone, Debug, Args)]
pub struct ImportArguments {}

pub(crate) fn run(_common: &Common, _arguments: &ImportArguments) -> Result<ExitCode, Failure> {
    Err(Failure::Refused("being built".to_owned()))
}
