//! Mozilla's Perfherder: a t with weights that fall off with distance, at every point.
//!
//! treeherder `perfalert`, `detect_changes`; the weights are from Mozilla bug 879903. Around each point the values before
//! (12 to 24, more the longer nothing happened) and from it on (12) give weighted means, the nearest value weighing most;
//! the difference over the standard error is t. A change point has t above the threshold, no smaller than at either
//! neighbour.

/// Perfherder's settings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PerfherderSettings {
    /// Values before a point that are asked for at least.
    pub min_back: usize,
    /// Values before a point that are used at most.
    pub max_back: usize,
    /// Values from a point on that are asked for, and used.
    pub fore: usize,
    /// Least t of a change point.
    pub threshold: f64,
}

impl Default for PerfherderSettings {
    /// Mozilla's own.
    fn default() -> Self {
        Self { min_back: 12, max_back: 24, fore: 12, threshold: 7.0 }
    }
}

/// The change points of a series of finite values, by ascending index.
pub fn perfherder(series: &[f64], settings: PerfherderSettings) -> Vec<usize> {
    let t = t_values(series, settings);
    (1..series.len())
        .filter(|&at| at.min(window_back(&t, at, settings)) >= settings.min_back)
        .filter(|&at| series.len() - at >= settings.fore)
        .filter(|&at| t[at] > settings.threshold)
        .filter(|&at| t[at - 1] <= t[at] && t.get(at + 1).is_none_or(|next| *next <= t[at]))
        .collect()
}

/// How far back the window of `at` reaches: as many points as passed since t was last above the threshold, within bounds.
fn window_back(t: &[f64], at: usize, settings: PerfherderSettings) -> usize {
    let quiet =
        t[1..at].iter().rev().take(settings.max_back).take_while(|t| **t <= settings.threshold).count();
    quiet.max(settings.min_back).min(settings.max_back)
}

/// |t| at every point; 0 at the first.
fn t_values(series: &[f64], settings: PerfherderSettings) -> Vec<f64> {
    let mut t = vec![0.0; series.len().min(1)];
    for at in 1..series.len() {
        let back = window_back(&t, at, settings).min(at);
        let fore = settings.fore.min(series.len() - at);
        let before = weighted(series[at - back..at].iter().rev().copied());
        let after = weighted(series[at..at + fore].iter().copied());
        t.push(statistic(before, after));
    }
    t
}

/// A weighted mean, a variance around it, and a count.
#[derive(Clone, Copy)]
struct Side {
    mean: f64,
    variance: f64,
    count: f64,
}

/// The values, nearest first; weights fall linearly from 1.
fn weighted(values: impl ExactSizeIterator<Item = f64> + Clone) -> Side {
    let count = values.len() as f64;
    let weight = |at: usize| (count - at as f64) / count;
    let (sum, weights) = values
        .clone()
        .enumerate()
        .fold((0.0, 0.0), |(sum, weights), (at, value)| (sum + value * weight(at), weights + weight(at)));
    let mean = sum / weights;
    let squares: f64 = values.map(|value| (value - mean).powi(2)).sum();
    Side { mean, variance: if count > 1.0 { squares / (count - 1.0) } else { 0.0 }, count }
}

fn statistic(before: Side, after: Side) -> f64 {
    let difference = after.mean - before.mean;
    if difference == 0.0 {
        return 0.0;
    }
    (difference / (before.variance / before.count + after.variance / after.count).sqrt()).abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clear_step_is_one_point() {
        let series: Vec<f64> =
            (0..40).map(|at| if at < 20 { 10.0 } else { 20.0 } + f64::from(at % 3) * 0.1).collect();
        assert_eq!(perfherder(&series, PerfherderSettings::default()), [20]);
    }

    #[test]
    fn too_few_values_on_a_side_have_none() {
        let series: Vec<f64> =
            (0..40).map(|at| if at < 30 { 10.0 } else { 20.0 } + f64::from(at % 3) * 0.1).collect();
        assert!(perfherder(&series, PerfherderSettings::default()).is_empty());
        assert!(perfherder(&[], PerfherderSettings::default()).is_empty());
        assert!(perfherder(&[1.0], PerfherderSettings::default()).is_empty());
    }
}
