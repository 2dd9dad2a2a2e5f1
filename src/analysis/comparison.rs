//! Two sets of measurements at the same service level.

use super::{Economics, Entry, Metric, ServingMethod, best_at};
use std::collections::BTreeSet;

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

impl Level<'_> {
    /// Throughput of the first over the second.
    pub fn ratio(&self) -> f64 {
        self.left.1 / self.right.1
    }

    /// Whether the two serve in the same way.
    pub fn is_like_with_like(&self) -> bool {
        ServingMethod::of(self.left.0.measurement) == ServingMethod::of(self.right.0.measurement)
    }
}

/// Interactivities that people ask for, tokens/s/user.
const LEVELS: [f64; 7] = [10.0, 20.0, 30.0, 50.0, 75.0, 100.0, 150.0];

/// Compares the best measured throughput per accelerator among the measurements that reach each level. Only measured
/// points are used; a level that one side has not reached is left out. Where several levels rest on the same two
/// measurements, only the highest is kept: they are one finding.
pub fn compare_at_levels<'a>(
    left: &[Entry<'a>],
    right: &[Entry<'a>],
    economics: &Economics<'_>,
) -> Vec<Level<'a>> {
    let mut levels: Vec<Level<'a>> = Vec::new();
    for level in LEVELS {
        let best = |entries| best_at(entries, Some(level), Metric::ThroughputPerAccelerator, economics);
        let (Some(left), Some(right)) = (best(left), best(right)) else { continue };
        let found = Level { interactivity: level, left, right };
        match levels.last_mut() {
            Some(last) if last.left.0.href() == left.0.href() && last.right.0.href() == right.0.href() => {
                *last = found;
            }
            _ => levels.push(found),
        }
    }
    levels
}

/// The same for each serving method that both sides were measured with, and that leaves a level to compare at.
pub fn compare_like_with_like<'a>(
    left: &[Entry<'a>],
    right: &[Entry<'a>],
    economics: &Economics<'_>,
) -> Vec<(ServingMethod, Vec<Level<'a>>)> {
    let with = |entries: &[Entry<'a>], method: &ServingMethod| -> Vec<Entry<'a>> {
        entries.iter().filter(|entry| ServingMethod::of(entry.measurement) == *method).copied().collect()
    };
    let methods: BTreeSet<ServingMethod> =
        left.iter().map(|entry| ServingMethod::of(entry.measurement)).collect();
    methods
        .into_iter()
        .map(|method| {
            let levels = compare_at_levels(&with(left, &method), &with(right, &method), economics);
            (method, levels)
        })
        .filter(|(_, levels)| !levels.is_empty())
        .collect()
}
