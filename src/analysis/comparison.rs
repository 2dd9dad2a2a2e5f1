//! Two sets of measurements at the same service level.

use super::{Economics, Entry, Metric, best_at};

/// The comparison at one level of interactivity.
#[derive(Clone, Copy, Debug)]
pub struct Level<'a> {
    /// Interactivity that both must reach, tokens/s/user.
    pub interactivity: f64,
    /// The first side's best measurement that reaches it, with its throughput per accelerator.
    pub left: (Entry<'a>, f64),
    /// The second side's.
    pub right: (Entry<'a>, f64),
}

/// What a comparison may claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// One run on each side: a ratio, and no interval.
    SingleRuns,
    /// Both sides were repeated; an interval can be had.
    Repeated,
}

impl Level<'_> {
    /// Throughput of the first over the second.
    pub fn ratio(&self) -> f64 {
        self.left.1 / self.right.1
    }

    /// What the comparison may claim.
    pub fn verdict(&self) -> Verdict {
        let repeated = |entry: &Entry<'_>| entry.measurement.repeats.len() > 1;
        if repeated(&self.left.0) && repeated(&self.right.0) {
            Verdict::Repeated
        } else {
            Verdict::SingleRuns
        }
    }
}

/// Interactivities that people ask for, tokens/s/user.
const LEVELS: [f64; 7] = [10.0, 20.0, 30.0, 50.0, 75.0, 100.0, 150.0];

/// Compares the best measured throughput per accelerator among the measurements that reach each level. Only measured
/// points are used; a level that one side has not reached is left out.
pub fn compare_at_levels<'a>(
    left: &[Entry<'a>],
    right: &[Entry<'a>],
    economics: &Economics<'_>,
) -> Vec<Level<'a>> {
    LEVELS
        .into_iter()
        .filter_map(|level| {
            let metric = Metric::ThroughputPerAccelerator;
            let left = best_at(left, Some(level), metric, economics)?;
            let right = best_at(right, Some(level), metric, economics)?;
            Some(Level { interactivity: level, left, right })
        })
        .collect()
}
