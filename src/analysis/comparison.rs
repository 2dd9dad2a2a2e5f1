//! Two sets of measurements at the same service level.

use super::{Economics, Entry, Metric};

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
            let (left, right) = (best_at(left, level, economics)?, best_at(right, level, economics)?);
            Some(Level { interactivity: level, left, right })
        })
        .collect()
}

/// The best throughput per accelerator among the measurements with at least `level` tokens/s/user. Of equals the one
/// that comes first by id, so that the answer doesn't depend on the order of the input.
fn best_at<'a>(entries: &[Entry<'a>], level: f64, economics: &Economics<'_>) -> Option<(Entry<'a>, f64)> {
    entries
        .iter()
        .filter(|entry| {
            Metric::Interactivity.value(entry.measurement, economics).is_some_and(|reached| reached >= level)
        })
        .filter_map(|entry| {
            Some((*entry, Metric::ThroughputPerAccelerator.value(entry.measurement, economics)?))
        })
        .max_by(|(a, a_value), (b, b_value)| {
            a_value.total_cmp(b_value).then_with(|| b.measurement.id.cmp(&a.measurement.id))
        })
}
