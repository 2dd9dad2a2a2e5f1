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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::sample::{UNPRICED, measurement, run};
    use record::Run;
    use serde_json::json;

    /// A run of measurements, each with its id, its interactivity and its throughput per accelerator.
    fn side(points: &[(&str, f64, f64)]) -> Run {
        let row = |&(id, interactivity, throughput): &(&str, f64, f64)| {
            measurement(&json!({
                "id": id,
                "throughput": { "total": throughput * 8.0 },
                "latency": { "tpot": { "p50": 1.0 / interactivity } },
            }))
        };
        run("a", "2026-01-01", points.iter().map(row).collect())
    }

    fn entries(run: &Run) -> Vec<Entry<'_>> {
        run.measurements.iter().map(|measurement| Entry { run, measurement }).collect()
    }

    #[test]
    fn each_level_takes_the_best_that_reaches_it_and_leaves_out_what_one_side_does_not() {
        let (left, right) = (side(&[("l1", 25.0, 400.0), ("l2", 60.0, 100.0)]), side(&[("r", 35.0, 200.0)]));
        let levels = compare_at_levels(&entries(&left), &entries(&right), &UNPRICED);
        let found: Vec<(f64, f64)> =
            levels.iter().map(|level| (level.interactivity, level.ratio())).collect();
        // 10 and 20 rest on the same two points; 30 is reached by the second on the left alone, 50 by nobody on the right.
        assert_eq!(found, [(20.0, 2.0), (30.0, 0.5)]);
    }

    #[test]
    fn a_point_off_the_level_is_never_interpolated() {
        let (left, right) = (side(&[("l", 9.9, 900.0)]), side(&[("r", 200.0, 10.0)]));
        assert!(compare_at_levels(&entries(&left), &entries(&right), &UNPRICED).is_empty());
        assert!(compare_at_levels(&[], &entries(&right), &UNPRICED).is_empty());
    }

    #[test]
    fn of_equals_the_first_id_wins_whatever_the_order() {
        let run = side(&[("b", 20.0, 100.0), ("a", 20.0, 100.0), ("c", 20.0, 100.0)]);
        let mut all = entries(&run);
        for _ in 0..all.len() {
            all.rotate_left(1);
            let levels = compare_at_levels(&all, &all, &UNPRICED);
            assert_eq!(levels[0].left.0.measurement.id, "a");
        }
    }

    #[test]
    fn like_is_compared_with_like_and_swapping_the_sides_inverts_the_ratio() {
        let (mut left, right) =
            (side(&[("l1", 25.0, 400.0), ("l2", 25.0, 100.0)]), side(&[("r", 25.0, 200.0)]));
        left.measurements[0].speculative_decoding =
            Some(record::SpeculativeDecoding { method: "mtp".into(), accepted_length: None });
        let like = compare_like_with_like(&entries(&left), &entries(&right), &UNPRICED);
        let [(method, levels)] = like.as_slice() else { panic!("one method in common: {like:?}") };
        assert_eq!(method.words(), "speculation not stated, aggregated");
        assert_eq!(levels[0].ratio(), 0.5);
        let swapped = compare_like_with_like(&entries(&right), &entries(&left), &UNPRICED);
        assert_eq!(swapped[0].1[0].ratio(), 2.0);
        let best = compare_at_levels(&entries(&left), &entries(&right), &UNPRICED);
        assert!(best[0].ratio() == 2.0 && !best[0].is_like_with_like());
    }
}
