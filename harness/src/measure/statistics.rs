//! Summaries of samples.
//!
//! Percentiles are type 7 of Hyndman and Fan, "Sample quantiles in statistical packages", The American Statistician 50
//! (1996) 361: numpy's default.

use record::Distribution;

/// The `percent` percentile of `sorted` values; none when there are none.
pub(crate) fn percentile(sorted: &[f64], percent: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let position = percent / 100.0 * last as f64;
    let below = position.floor() as usize;
    let above = (below + 1).min(last);
    Some(sorted[below] + (sorted[above] - sorted[below]) * (position - below as f64))
}

/// The summary of `values`, which are sorted on the way; none when there are none.
pub(crate) fn distribution(values: &mut [f64]) -> Option<Distribution> {
    values.sort_unstable_by(f64::total_cmp);
    let (min, max) = (*values.first()?, *values.last()?);
    let count = values.len();
    let mean = values.iter().sum::<f64>() / count as f64;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    let at = |percent| percentile(values, percent);
    Some(Distribution {
        count: Some(count as u64),
        mean: Some(mean),
        std: (count > 1).then(|| (squares / (count - 1) as f64).sqrt()),
        min: Some(min),
        max: Some(max),
        p1: at(1.0),
        p5: at(5.0),
        p10: at(10.0),
        p25: at(25.0),
        p50: at(50.0),
        p75: at(75.0),
        p90: at(90.0),
        p95: at(95.0),
        p99: at(99.0),
        p99_9: at(99.9),
    })
}

/// 97.5 % quantiles of Student's t for 1 to 30 degrees of freedom.
const STUDENT: [f64; 30] = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
    2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/// The quantile of Student's t for a 95 % interval. Degrees of freedom are rounded down, which widens the interval; values
/// without spread have none, and then any quantile will do.
pub(crate) fn student_quantile(freedom: f64) -> f64 {
    let index = if freedom.is_finite() { freedom.floor().max(1.0) as usize - 1 } else { 0 };
    STUDENT.get(index).copied().unwrap_or(2.042)
}

/// Half of the 95 % interval of the mean of `values`, as a share of the mean; none for fewer than two values.
pub(crate) fn relative_half_width(values: &[f64]) -> Option<f64> {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0);
    (values.len() > 1 && mean > 0.0).then(|| student_quantile(count - 1.0) * (variance / count).sqrt() / mean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_numpys() {
        // numpy.percentile([1, 2, 3, 4], [25, 50, 99]) = [1.75, 2.5, 3.97]
        let sorted = [1.0, 2.0, 3.0, 4.0];
        for (percent, expected) in [(0.0, 1.0), (25.0, 1.75), (50.0, 2.5), (99.0, 3.97), (100.0, 4.0)] {
            assert!((percentile(&sorted, percent).unwrap() - expected).abs() < 1e-12);
        }
        assert_eq!(percentile(&[], 50.0), None);
        assert_eq!(percentile(&[7.0], 99.0), Some(7.0));
    }

    #[test]
    fn the_interval_of_a_mean_uses_students_t() {
        // mean 10, deviation 1, three values: 4.303 / sqrt(3) / 10
        let found = relative_half_width(&[9.0, 10.0, 11.0]).unwrap();
        assert!((found - 4.303 / 3.0_f64.sqrt() / 10.0).abs() < 1e-12);
        assert_eq!(relative_half_width(&[9.0]), None);
        assert_eq!(student_quantile(1e6), 2.042);
    }

    #[test]
    fn the_deviation_is_a_samples_and_one_value_has_none() {
        let summary = distribution(&mut [4.0, 2.0, 6.0]).unwrap();
        assert_eq!((summary.mean, summary.std, summary.count), (Some(4.0), Some(2.0), Some(3)));
        assert_eq!((summary.min, summary.max), (Some(2.0), Some(6.0)));
        assert_eq!(distribution(&mut [5.0]).unwrap().std, None);
        assert_eq!(distribution(&mut []), None);
    }
}
