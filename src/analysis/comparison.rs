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
        // 30 is reached by the second on the left alone, and 50 by nobody on the right.
        assert_eq!(found, [(10.0, 2.0), (20.0, 2.0), (30.0, 0.5)]);
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
    fn an_interval_is_only_possible_when_both_sides_were_repeated() {
        let (once, mut twice) = (side(&[("a", 20.0, 100.0)]), side(&[("b", 20.0, 100.0)]));
        twice.measurements[0].repeats = vec![record::Repeat::default(); 2];
        let verdict = |left: &Run, right: &Run| {
            compare_at_levels(&entries(left), &entries(right), &UNPRICED)[0].verdict()
        };
        assert_eq!(verdict(&twice, &twice), Verdict::Repeated);
        assert_eq!(verdict(&once, &twice), Verdict::SingleRuns);
        assert_eq!(verdict(&once, &once), Verdict::SingleRuns);
    }
}
