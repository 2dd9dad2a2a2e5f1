//! Measurements that somebody should look at. They are reported, and never removed.

use super::{
    statistics::{median, robust_deviation},
    throughput_curve,
};

/// How many robust standard deviations off is far.
const FAR: f64 = 5.0;
/// A factor within which nothing is called far, however little the others scatter.
pub const LEAST_FACTOR: f64 = 1.5;
/// Points of a series, or runs of a history, from which on a spread can be estimated.
const ENOUGH: usize = 5;
/// How many runs back a history reaches.
const HISTORY: usize = 20;

/// A point of a run that is far off its own series' frontier.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outlier {
    /// Index of the point.
    pub index: usize,
    /// Its throughput over that of the others' frontier at the same interactivity: far below 1, or far above.
    pub ratio: f64,
}

/// The points (interactivity, throughput) of one series of one run that lie far off the frontier of the others: by more than
/// five robust standard deviations of such distances, and by more than the factor 1.5. Points where the others
/// weren't measured can't be judged.
pub fn outliers(points: &[(f64, f64)]) -> Vec<Outlier> {
    let distances: Vec<(usize, f64)> = (0..points.len())
        .filter_map(|index| {
            let others: Vec<(f64, f64)> = points
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != index)
                .map(|(_, point)| *point)
                .collect();
            let (x, y) = points[index];
            let expected = throughput_curve(&others)?.at(x)?.value;
            Some((index, (y / expected).ln())).filter(|(_, distance)| distance.is_finite())
        })
        .collect();
    if distances.len() < ENOUGH {
        return Vec::new();
    }
    let values: Vec<f64> = distances.iter().map(|(_, distance)| *distance).collect();
    let (centre, spread) = (median(&values), robust_deviation(&values));
    let far = |distance: f64| (distance - centre).abs() > (FAR * spread).max(LEAST_FACTOR.ln());
    let off = |distance: f64| distance.abs() > LEAST_FACTOR.ln();
    distances
        .into_iter()
        .filter(|(_, distance)| far(*distance) && off(*distance))
        .map(|(index, distance)| Outlier { index, ratio: distance.exp() })
        .collect()
}

/// A run that is far from the runs before it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Departure {
    /// Index of the run.
    pub index: usize,
    /// Its value over the median of its history.
    pub ratio: f64,
    /// How many runs the history has.
    pub history: usize,
}

/// The values, in order of time, that are far from up to twenty values before them on the same level: by more than five robust
/// standard deviations of those, and by more than the factor 1.5. A level begins at each of `borders`, the indices of
/// confirmed changes, for a new level is a change and no outlier. Values that aren't positive are left out.
pub fn departures(values: &[f64], borders: &[usize]) -> Vec<Departure> {
    let logarithms: Vec<(usize, f64)> = values
        .iter()
        .enumerate()
        .filter(|(_, value)| value.is_finite() && **value > 0.0)
        .map(|(index, value)| (index, value.ln()))
        .collect();
    (ENOUGH..logarithms.len())
        .filter_map(|at| {
            let (index, value) = logarithms[at];
            let level = borders.iter().rev().find(|border| **border <= index).copied().unwrap_or(0);
            let history: Vec<f64> = logarithms[at.saturating_sub(HISTORY)..at]
                .iter()
                .filter(|(index, _)| *index >= level)
                .map(|(_, value)| *value)
                .collect();
            if history.len() < ENOUGH {
                return None;
            }
            let distance = value - median(&history);
            let far = distance.abs() > (FAR * robust_deviation(&history)).max(LEAST_FACTOR.ln());
            far.then(|| Departure { index, ratio: distance.exp(), history: history.len() })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn curve() -> Vec<(f64, f64)> {
        (1..12).map(|x| (10.0 * f64::from(x), 10_000.0 / (1.0 + f64::from(x)))).collect()
    }

    #[test]
    fn a_point_far_below_its_frontier_is_found() {
        assert!(outliers(&curve()).is_empty());
        let mut points = curve();
        points[5].1 /= 4.0;
        let found = outliers(&points);
        assert_eq!(found.iter().map(|outlier| outlier.index).collect::<Vec<_>>(), [5]);
        assert!((found[0].ratio - 0.25).abs() < 0.05);
    }

    #[test]
    fn a_run_far_from_its_history_is_found_once() {
        let mut values: Vec<f64> = (0..12).map(|at| 100.0 + f64::from(at % 3)).collect();
        assert!(departures(&values, &[]).is_empty());
        values[8] = 30.0;
        let found = departures(&values, &[]);
        assert_eq!(found.iter().map(|departure| departure.index).collect::<Vec<_>>(), [8]);
        assert_eq!(found[0].history, 8);
        assert!(departures(&[1.0, 2.0, 300.0], &[]).is_empty(), "too little history to tell");
        assert!(departures(&[0.0, f64::NAN, -1.0], &[]).is_empty());
    }

    #[test]
    fn a_new_level_is_no_outlier_and_each_level_has_its_own() {
        let mut values: Vec<f64> =
            (0..24).map(|at| if at < 8 { 100.0 } else { 300.0 } + f64::from(at % 3)).collect();
        values[20] = 100.0;
        let indices = |borders: &[usize]| -> Vec<usize> {
            departures(&values, borders).iter().map(|departure| departure.index).collect()
        };
        assert!(indices(&[]).contains(&8), "without the change the new level is far off");
        assert_eq!(indices(&[8]), [20], "the old level is far off the new one");
    }

    proptest! {
        #[test]
        fn anything_is_answered(values in prop::collection::vec(any::<f64>(), 0..30), border in 0_usize..40) {
            let found = departures(&values, &[border]);
            prop_assert!(found.iter().all(|departure| departure.index < values.len()));
            let points: Vec<(f64, f64)> = values.windows(2).map(|pair| (pair[0], pair[1])).collect();
            prop_assert!(outliers(&points).len() <= points.len());
        }
    }
}
