//! When a series changed: three detectors from three projects, and their vote.
//!
//! An index is always that of the first point of the new regime, counted from 0.

mod energy;
mod otava;
#[cfg(test)]
mod reference_tests;

pub use otava::{OtavaPoint, OtavaSettings, e_divisive_t, otava};
