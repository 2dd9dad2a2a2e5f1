//! When a series changed: three detectors from three projects, and their vote.
//!
//! An index is always that of the first point of the new regime, counted from 0.

mod across_series;
mod asv;
mod ballot;
#[cfg(test)]
mod choice_tests;
mod e_divisive;
mod energy;
mod evidence;
mod golden_section;
mod levels;
mod looks;
mod mersenne_twister;
mod otava;
mod perfherder;
mod potts;
mod range_median;
#[cfg(test)]
mod reference_tests;
#[cfg(test)]
mod replay_tests;
#[cfg(test)]
mod score_tests;
#[cfg(test)]
mod synthetic;
mod vote;
mod whitened;

pub use crate::analysis::statistics::Sampling;
pub use across_series::{FALSE_DISCOVERY_RATE, Found, change_points_of_all, control};
pub use asv::{Step, asv, asv_steps};
pub use e_divisive::{PermutationSettings, e_divisive, first_candidate};
pub use looks::Persistence;
pub use otava::{OtavaPoint, OtavaSettings, e_divisive_t, otava};
pub use perfherder::{PerfherderSettings, perfherder};
pub use vote::{AGREEMENT, ChangePoint, Class, Shift, VoteSettings, change_points};
