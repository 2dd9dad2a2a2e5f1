//! `inferencemax compare`.

use super::{Failed, show};
use crate::comparison;
use clap::Args;
use std::{io::Write, path::PathBuf};

/// The exit code when the records have no load in common that can be compared.
const NOTHING: u8 = 4;

/// Compare two records, load by load
///
/// Each figure of B is set in relation to A's. With two or more repeats on both sides the ratio has a 95 % interval
/// (Welch, on logarithms), and the verdict is faster, slower or within noise; with fewer, no interval is claimed.
#[derive(Debug, Args)]
pub(crate) struct CompareArguments {
    /// The record to compare with
    a: PathBuf,
    /// The record to compare
    b: PathBuf,
}

impl CompareArguments {
    /// Compares; the exit code.
    pub(crate) fn run(&self) -> Result<u8, Failed> {
        let (a, b) = (show::read(&self.a)?, show::read(&self.b)?);
        let (text, compared) = comparison::table(&a, &b);
        let _ = std::io::stdout().write_all(text.as_bytes());
        Ok(if compared == 0 { NOTHING } else { 0 })
    }
}
