//! A step and a straight line, each fitted to a series whose noise may remember.
//!
//! Where noise is AR(1), e_t = ρ e_{t−1} + u_t, subtracting ρ times the value before from series and regressors alike
//! leaves independent noise, and least squares are right again (Cochrane and Orcutt 1949; the first value kept, weighted by
//! √(1 − ρ²), as Prais and Winsten 1954 do). A sudden jump stays visible in this form even where the memory is long, and a
//! slow wander does not pass for one. With ρ = 0 the step's t is Student's with pooled variance.

use crate::analysis::statistics::{mean, student_t_two_sided};

/// Values from which on correlation can be estimated at all.
const ENOUGH_FOR_CORRELATION: usize = 12;
/// Correlation is also estimated from so many values on either side alone: a change further away that nobody confirmed
/// looks like memory.
const NEAR: usize = 50;
/// A residual of this share of the values is rounding.
const ROUNDING: f64 = 1e-12;

/// The two fits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Fits {
    /// Two-sided p of the step's height, for one place to split.
    pub(super) p: f64,
    /// Sum of squares that the step leaves.
    pub(super) step: f64,
    /// Sum of squares that the line leaves.
    pub(super) line: f64,
}

/// Fits a step between two stretches, and a line through both. `None` with fewer than three values or an empty stretch.
pub(super) fn fits(left: &[f64], right: &[f64]) -> Option<Fits> {
    let values: Vec<f64> = left.iter().chain(right).copied().collect();
    let count = values.len();
    if count < 3 || left.is_empty() || right.is_empty() {
        return None;
    }
    let memory = memory(left, right);
    let whiten = |value: &dyn Fn(usize) -> f64| -> Vec<f64> {
        let first = (1.0 - memory * memory).sqrt() * value(0);
        std::iter::once(first).chain((1..count).map(|at| value(at) - memory * value(at - 1))).collect()
    };
    // Around the mean, lest large levels drown small differences in rounding.
    let centre = mean(&values);
    let series = whiten(&|at| values[at] - centre);
    let level = whiten(&|_| 1.0);
    let step = fit(&series, &level, &whiten(&|at| f64::from(u8::from(at >= left.len()))));
    let line = fit(&series, &level, &whiten(&|at| at as f64 - (count - 1) as f64 / 2.0));
    let degrees = (count - if memory > 0.0 && count > 3 { 3 } else { 2 }) as f64;
    let greatest = values.iter().fold(0.0_f64, |greatest, value| greatest.max(value.abs()));
    let left_over = if step.squares <= (ROUNDING * greatest).powi(2) { 0.0 } else { step.squares };
    let t = step.slope / (left_over / degrees / step.information).sqrt();
    let p = if step.slope == 0.0 { 1.0 } else { student_t_two_sided(t, degrees) };
    Some(Fits { p, step: left_over, line: line.squares })
}

/// A regression on a level and one more regressor.
struct Fit {
    slope: f64,
    /// The slope's variance is that of the noise over this.
    information: f64,
    squares: f64,
}

fn fit(series: &[f64], level: &[f64], regressor: &[f64]) -> Fit {
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let of_level = product(level, level);
    let shared = product(level, regressor);
    let information = product(regressor, regressor) - shared * shared / of_level;
    let slope = (product(regressor, series) - shared * product(level, series) / of_level) / information;
    let height = (product(level, series) - slope * shared) / of_level;
    let rows = series.iter().zip(level).zip(regressor);
    let squares = rows.map(|((value, level), at)| (value - height * level - slope * at).powi(2)).sum();
    Fit { slope, information, squares }
}

/// The noise's correlation from one value to the next: the smaller of the estimates from all and from the near values.
fn memory(left: &[f64], right: &[f64]) -> f64 {
    let near = correlation(&left[left.len().saturating_sub(NEAR)..], &right[..right.len().min(NEAR)]);
    correlation(left, right).min(near)
}

/// Correlation of neighbours around the two means, never below 0, corrected for what estimating a mean takes away:
/// E ρ̂ ≈ ρ − (1 + 4 ρ) / n (Marriott and Pope 1954, "Bias in the estimation of autocorrelations").
fn correlation(left: &[f64], right: &[f64]) -> f64 {
    let count = left.len() + right.len();
    if count < ENOUGH_FOR_CORRELATION {
        return 0.0;
    }
    let (mut products, mut squares) = (0.0, 0.0);
    for stretch in [left, right] {
        let centre = mean(stretch);
        squares += stretch.iter().map(|value| (value - centre).powi(2)).sum::<f64>();
        products += stretch.windows(2).map(|pair| (pair[0] - centre) * (pair[1] - centre)).sum::<f64>();
    }
    if squares <= 0.0 {
        return 0.0;
    }
    let n = count as f64 / 2.0;
    ((products / squares + 1.0 / n) / (1.0 - 4.0 / n)).clamp(0.0, 0.99)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::statistics::student_t;

    #[test]
    fn without_memory_it_is_students_t() {
        let (left, right) = ([1.0, 3.0, 2.0, 2.5], [5.0, 4.0, 6.0, 5.5]);
        let student = student_t(&left, &right).expect("tested");
        assert!((fits(&left, &right).expect("fitted").p - student.p).abs() < 1e-12);
    }

    #[test]
    fn a_jump_in_remembering_noise_stays_visible() {
        let mut random = crate::analysis::statistics::Random::new(3);
        let mut state = 0.0;
        let mut series: Vec<f64> = (0..80)
            .map(|_| {
                state = 0.8 * state + random.normal();
                state
            })
            .collect();
        assert!(fits(&series[..40], &series[40..]).expect("fitted").p > 0.01);
        series[40..].iter_mut().for_each(|value| *value += 6.0);
        assert!(fits(&series[..40], &series[40..]).expect("fitted").p < 1e-4);
    }
}
