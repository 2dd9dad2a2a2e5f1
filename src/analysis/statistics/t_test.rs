//! Student's and Welch's t.
//!
//! Student (1908), "The probable error of a mean"; Welch (1947), "The generalization of Student's problem when several
//! different population variances are involved".

use super::{Interval, Summary, student_t_quantile, student_t_two_sided};

/// A t-test's outcome.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TTest {
    /// The statistic: positive where the first sample's mean is greater.
    pub t: f64,
    /// Degrees of freedom.
    pub degrees: f64,
    /// Two-sided p.
    pub p: f64,
}

/// The test from means, *unbiased or not* deviations, and counts. `None` with fewer than three values in all.
///
/// With equal means and no spread at all t is 0 / 0, and p is NaN: nothing was tested.
pub fn student_t_from_summaries(a: (f64, f64, usize), b: (f64, f64, usize)) -> Option<TTest> {
    let ((mean_a, deviation_a, count_a), (mean_b, deviation_b, count_b)) = (a, b);
    if count_a == 0 || count_b == 0 || count_a + count_b <= 2 {
        return None;
    }
    let degrees = (count_a + count_b - 2) as f64;
    let pooled =
        ((count_a - 1) as f64 * deviation_a.powi(2) + (count_b - 1) as f64 * deviation_b.powi(2)) / degrees;
    let error = (pooled * (1.0 / count_a as f64 + 1.0 / count_b as f64)).sqrt();
    let t = (mean_a - mean_b) / error;
    Some(TTest { t, degrees, p: student_t_two_sided(t, degrees) })
}

/// Student's two-sample t with pooled variance.
pub fn student_t(a: &[f64], b: &[f64]) -> Option<TTest> {
    let (a, b) = (Summary::of(a)?, Summary::of(b)?);
    student_t_from_summaries((a.mean, a.variance().sqrt(), a.count), (b.mean, b.variance().sqrt(), b.count))
}

/// Welch's two-sample t, which lets the variances differ. `None` where a sample has fewer than two values.
pub fn welch_t(a: &[f64], b: &[f64]) -> Option<TTest> {
    let (a, b) = (Summary::of(a)?, Summary::of(b)?);
    let (error_a, error_b) = (squared_error(&a)?, squared_error(&b)?);
    let degrees = welch_degrees(error_a, a.count, error_b, b.count);
    let t = (a.mean - b.mean) / (error_a + error_b).sqrt();
    Some(TTest { t, degrees, p: student_t_two_sided(t, degrees) })
}

/// Welch's interval of a ratio of means, with what it came about by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WelchRatio {
    /// Squared relative standard errors of the two means.
    pub errors: [f64; 2],
    /// Welch and Satterthwaite's degrees of freedom.
    pub degrees: f64,
    /// Student's t of the confidence at these.
    pub t: f64,
    /// The interval.
    pub interval: Interval,
}

/// The interval of mean(a) / mean(b): Welch's interval of the difference of logarithms, whose standard errors are
/// relative ones (delta method). `None` where a sample has fewer than two values or a mean isn't positive.
pub fn welch_ratio_interval(a: &[f64], b: &[f64], confidence: f64) -> Option<Interval> {
    welch_ratio(a, b, confidence).map(|welch| welch.interval)
}

/// The same with what it came about by.
pub fn welch_ratio(a: &[f64], b: &[f64], confidence: f64) -> Option<WelchRatio> {
    let (a, b) = (Summary::of(a)?, Summary::of(b)?);
    if a.mean <= 0.0 || b.mean <= 0.0 {
        return None;
    }
    let errors = [squared_error(&a)? / a.mean.powi(2), squared_error(&b)? / b.mean.powi(2)];
    let ratio = a.mean / b.mean;
    let degrees = welch_degrees(errors[0], a.count, errors[1], b.count);
    let t = student_t_quantile(confidence, degrees);
    let reach = (t * (errors[0] + errors[1]).sqrt()).exp();
    let interval = Interval { low: ratio / reach, high: ratio * reach };
    Some(WelchRatio { errors, degrees, t, interval }).filter(|welch| welch.interval.high.is_finite())
}

/// The interval of a mean, by Student's t. `None` with fewer than two values.
pub fn mean_interval(values: &[f64], confidence: f64) -> Option<Interval> {
    let summary = Summary::of(values)?;
    let error = squared_error(&summary)?.sqrt();
    let reach = student_t_quantile(confidence, (summary.count - 1) as f64) * error;
    Some(Interval { low: summary.mean - reach, high: summary.mean + reach }).filter(|it| it.high.is_finite())
}

/// Variance of the mean.
fn squared_error(summary: &Summary) -> Option<f64> {
    (summary.count >= 2).then(|| summary.variance() / summary.count as f64)
}

/// Welch and Satterthwaite's degrees of freedom.
fn welch_degrees(error_a: f64, count_a: usize, error_b: f64, count_b: usize) -> f64 {
    let spread = error_a.powi(2) / (count_a - 1) as f64 + error_b.powi(2) / (count_b - 1) as f64;
    if spread == 0.0 { (count_a + count_b - 2) as f64 } else { (error_a + error_b).powi(2) / spread }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ratio_interval_is_the_reciprocal_of_the_swapped_one() {
        let (a, b) = ([10.0, 11.0, 10.5, 9.9], [20.0, 19.5, 21.0]);
        let forth = welch_ratio_interval(&a, &b, 0.95).expect("interval");
        let back = welch_ratio_interval(&b, &a, 0.95).expect("interval");
        assert!((forth.low * back.high - 1.0).abs() < 1e-12);
        assert!((forth.high * back.low - 1.0).abs() < 1e-12);
        assert!(forth.contains(10.35 / 20.166_666_666_666_668));
    }

    #[test]
    fn the_interval_of_a_mean_is_the_one_worked_out_by_hand() {
        // Mean 11.5, deviation 1.290994, t 3.182446 of three degrees of freedom: 3.182446 · 1.290994 / 2 = 2.054262.
        let interval = mean_interval(&[10.0, 12.0, 11.0, 13.0], 0.95).expect("four values");
        assert!(
            (interval.low - 9.445_738).abs() < 1e-5 && (interval.high - 13.554_262).abs() < 1e-5,
            "{interval:?}"
        );
        assert_eq!(mean_interval(&[10.0], 0.95), None);
        assert_eq!(mean_interval(&[2.0, 2.0], 0.95), Some(Interval { low: 2.0, high: 2.0 }));
    }

    #[test]
    fn too_little_has_no_test() {
        assert_eq!(student_t(&[1.0], &[2.0]), None);
        assert_eq!(welch_t(&[1.0], &[2.0, 3.0]), None);
        assert_eq!(welch_t(&[], &[2.0, 3.0]), None);
        assert!(student_t(&[1.0, 1.0], &[1.0, 1.0]).expect("tested").p.is_nan());
        assert_eq!(student_t(&[1.0, 1.0], &[2.0, 2.0]).expect("tested").p, 0.0);
    }
}
