//! When a series changed: three detectors from three projects, and their vote.
//!
//! An index is always that of the first point of the new regime, counted from 0.

mod asv;
mod e_divisive;
mod energy;
mod golden_section;
mod otava;
mod perfherder;
mod potts;
mod range_median;
#[cfg(test)]
mod reference_tests;

pub use asv::{Step, asv, asv_steps};
pub use e_divisive::{PermutationSettings, e_divisive, first_candidate};
pub use otava::{OtavaPoint, OtavaSettings, e_divisive_t, otava};
pub use perfherder::{PerfherderSettings, perfherder};
