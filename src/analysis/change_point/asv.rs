//! Steps as airspeed velocity (asv 0.6.6) finds them.
//!
//! A step function is fitted in L1 ([`super::potts`]) for penalties along a golden-section search; the one kept minimises
//! `β · pieces + ln(σ₀ + Σ |e_t − ρ e_{t−1}|)` with β = 4 ln n / n, like Bayes' information criterion with four degrees of
//! freedom a step. ρ is fitted to the residuals, so that noise which is correlated from run to run (AR(1)) isn't taken for
//! steps. σ₀ is a noise floor: a tenth of the smallest step, or a thousandth of the level where there is at most one.
//! asv `step_detect.py`.

use super::{
    golden_section::{Tolerance, golden_section},
    potts::{MAX_PIECE, pieces},
    range_median::RangeMedian,
};

/// A stretch of a series at one level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// First index.
    pub start: usize,
    /// Index after the last.
    pub end: usize,
    /// Median of the values.
    pub median: f64,
    /// Smallest value.
    pub min: f64,
    /// Mean distance of the values from the median.
    pub mean_error: f64,
}

/// The steps of a series of finite values, in order; they cover it. No values, no steps.
pub fn asv_steps(values: &[f64]) -> Vec<Step> {
    if values.is_empty() {
        return Vec::new();
    }
    let mut levels = RangeMedian::new(values, MAX_PIECE);
    let ends = best_pieces(values, &mut levels);
    let mut start = 0;
    let step = |end: &usize| {
        let level = levels.level(start, *end);
        let min = values[start..*end].iter().copied().fold(f64::INFINITY, f64::min);
        let mean_error = (level.distance / (end - start) as f64).abs();
        let step = Step { start, end: *end, median: level.median, min, mean_error };
        start = *end;
        step
    };
    ends.iter().map(step).collect()
}

/// The change points: the starts of all steps but the first.
pub fn asv(values: &[f64]) -> Vec<usize> {
    asv_steps(values).iter().skip(1).map(|step| step.start).collect()
}

fn best_pieces(values: &[f64], levels: &mut RangeMedian<'_>) -> Vec<usize> {
    let count = values.len() as f64;
    let beta = 4.0 * count.ln() / count;
    let spread = levels.distance(0, values.len());
    let scale = if spread == 0.0 { 1.0 } else { spread };
    let mut best = (f64::INFINITY, vec![values.len()]);
    let objective = |x: f64| {
        let ends = pieces(values.len(), scale * x.exp(), levels);
        let medians = medians(&ends, levels);
        let objective =
            beta * ends.len() as f64 + (noise_floor(&medians) + whitened_error(values, &ends, &medians)).ln();
        if objective < best.0 {
            best = (objective, ends);
        }
        objective
    };
    let lowest = (0.1 / count).ln();
    golden_section(objective, lowest, 0.0, Tolerance { x: lowest.abs() * 0.1, f: 0.0 });
    best.1
}

fn medians(ends: &[usize], levels: &mut RangeMedian<'_>) -> Vec<f64> {
    let mut start = 0;
    let level = |end: &usize| {
        let median = levels.level(start, *end).median;
        start = *end;
        median
    };
    ends.iter().map(level).collect()
}

/// What can't be told from no noise at all.
fn noise_floor(medians: &[f64]) -> f64 {
    let smallest = |values: &mut dyn Iterator<Item = f64>| values.fold(f64::INFINITY, f64::min);
    let floor = if medians.len() > 2 {
        0.1 * smallest(&mut medians.windows(2).map(|pair| (pair[1] - pair[0]).abs()))
    } else {
        0.001 * smallest(&mut medians.iter().map(|median| median.abs()))
    };
    floor.max(1e-300)
}

/// |e₀| + Σ |e_t − ρ e_{t−1}| for the ρ that makes it smallest.
fn whitened_error(values: &[f64], ends: &[usize], medians: &[f64]) -> f64 {
    let mut residuals = Vec::with_capacity(values.len());
    let mut start = 0;
    for (&end, median) in ends.iter().zip(medians) {
        residuals.extend(values[start..end].iter().map(|value| value - median));
        start = end;
    }
    let error = |rho: f64| {
        let rest = residuals.windows(2);
        rest.fold(residuals[0].abs(), |sum, pair| sum + (pair[1] - rho * pair[0]).abs())
    };
    let rho = golden_section(error, -1.0, 1.0, Tolerance { x: 0.05, f: 1e-8 });
    error(rho)
}
