//! `site serve`.

use super::Failure;
use crate::cli::Common;
use clap::Args;
use std::process::ExitCode;

/// Serve
#[derive(Clone, Debug, Args)]
pub struct ServeArguments {}

pub(crate) fn run(_common: &Common, _arguments: &ServeArguments) -> Result<ExitCode, Failure> {
    Err(Failure::Refused("being built".to_owned()))
}
