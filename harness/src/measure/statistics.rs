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
    fn the_deviation_is_a_samples_and_one_value_has_none() {
        let summary = distribution(&mut [4.0, 2.0, 6.0]).unwrap();
        assert_eq!((summary.mean, summary.std, summary.count), (Some(4.0), Some(2.0), Some(3)));
        assert_eq!((summary.min, summary.max), (Some(2.0), Some(6.0)));
        assert_eq!(distribution(&mut [5.0]).unwrap().std, None);
        assert_eq!(distribution(&mut []), None);
    }
}
