//! The painter of a program that was compiled without one.

use super::Card;
use crate::{asset::Assets, publish::OutputFile};
use std::path::Path;

/// Nobody.
#[derive(Debug)]
pub enum Painter {}

impl Painter {
    /// There is none.
    ///
    /// # Errors
    /// Always, with what to do about it.
    pub fn find(_: &Path) -> Result<Self, &'static str> {
        Err(
            "there are no pictures of charts and pages: the program was compiled without the feature `images`",
        )
    }

    /// Never called.
    pub fn paint(&self, _: &[Card]) -> Vec<OutputFile> {
        match *self {}
    }

    /// Never called.
    pub fn icons(&self, _: &Assets) -> Vec<OutputFile> {
        match *self {}
    }
}
