//! Whether a step is the best account of two neighbouring stretches, and how surprising it would be by chance.
//!
//! The detectors look for steps, and find them in slow drift and in noise that remembers (AR(1)) too. So each of their
//! points is weighed again.

use super::whitened::fits;
use crate::analysis::statistics::{median, robust_deviation};

/// What speaks for a step between two stretches.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Evidence {
    /// Median before.
    pub(super) before: f64,
    /// Median after.
    pub(super) after: f64,
    /// |after − before| as a share of |before|; infinite where before is 0.
    pub(super) effect: f64,
    /// Robust standard error of the difference of two centres of so many values, as a share of |before|.
    pub(super) noise: f64,
    /// Two-sided p of the step's height, for noise that remembers, at the best of all places to split (Bonferroni).
    pub(super) p: f64,
    /// Whether a step fits better than a straight line does.
    pub(super) beats_a_line: bool,
}

/// Weighs the step between two stretches; `None` where one is empty or both have fewer than three values.
pub(super) fn weigh(left: &[f64], right: &[f64]) -> Option<Evidence> {
    let fits = fits(left, right)?;
    let (before, after) = (median(left), median(right));
    let share = |difference: f64| if difference == 0.0 { 0.0 } else { (difference / before).abs() };
    let residuals: Vec<f64> =
        left.iter().map(|value| value - before).chain(right.iter().map(|value| value - after)).collect();
    let of_centres = (1.0 / left.len() as f64 + 1.0 / right.len() as f64).sqrt();
    Some(Evidence {
        before,
        after,
        effect: share(after - before),
        noise: share(robust_deviation(&residuals) * of_centres),
        p: (fits.p * (residuals.len() - 1) as f64).min(1.0),
        beats_a_line: fits.step < fits.line,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ramp_is_no_step_and_a_step_is_no_ramp() {
        let ramp: Vec<f64> = (0..20).map(f64::from).collect();
        assert!(!weigh(&ramp[..10], &ramp[10..]).expect("stretches").beats_a_line);
        let step: Vec<f64> = (0..20).map(|at| if at < 10 { 1.0 } else { 2.0 }).collect();
        let evidence = weigh(&step[..10], &step[10..]).expect("stretches");
        assert!(evidence.beats_a_line);
        assert_eq!((evidence.p, evidence.effect, evidence.noise), (0.0, 1.0, 0.0));
    }

    #[test]
    fn nothing_is_no_evidence() {
        assert_eq!(weigh(&[], &[1.0]), None);
        assert_eq!(weigh(&[1.0], &[2.0]), None);
        assert_eq!(weigh(&[3.0, 3.0], &[3.0]).expect("stretches").p, 1.0);
    }
}
