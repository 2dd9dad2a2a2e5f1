//! Quantiles and their distribution-free intervals.

use super::Interval;

/// The `q`-quantile of a sample, interpolated between order statistics (type 7 of Hyndman and Fan 1996, numpy's default).
/// NaN of nothing.
pub fn quantile(values: &[f64], q: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted_quantile(&sorted, q)
}

/// The `q`-quantile of values in ascending order.
pub(crate) fn sorted_quantile(sorted: &[f64], q: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let position = q.clamp(0.0, 1.0) * last as f64;
    let below = position.floor() as usize;
    let above = (below + 1).min(last);
    sorted[below] + (position - below as f64) * (sorted[above] - sorted[below])
}

/// The median; NaN of nothing.
pub fn median(values: &[f64]) -> f64 {
    median_in_place(&mut values.to_vec())
}

/// The median, reordering the values; NaN of nothing.
pub(crate) fn median_in_place(values: &mut [f64]) -> f64 {
    let middle = values.len() / 2;
    if values.is_empty() {
        return f64::NAN;
    }
    let even = values.len().is_multiple_of(2);
    let (below, at, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    let at = *at;
    if !even {
        return at;
    }
    let below = below.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    (below + at) / 2.0
}

/// A quantile and the order statistics around it; an end is absent where the sample is too small to have one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct QuantileInterval {
    /// The quantile of the sample.
    pub value: f64,
    /// Lower end.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
}

impl QuantileInterval {
    /// Both ends, where the sample has them.
    pub fn interval(&self) -> Option<Interval> {
        Some(Interval { low: self.low?, high: self.high? })
    }
}

/// The interval of the `q`-quantile by order statistics: with K ~ Binomial(n, q), the r-th smallest value lies below the
/// quantile with probability P(K >= r) (David and Nagaraja 2003, 7.1; the same rule as asv's `quantile_ci`). It assumes
/// nothing of the distribution. `None` of nothing.
pub fn quantile_interval(values: &[f64], q: f64, confidence: f64) -> Option<QuantileInterval> {
    if values.is_empty() {
        return None;
    }
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let tail = (1.0 - confidence) / 2.0;
    let (mut low, mut high, mut below) = (None, None, 0.0);
    for (rank, value) in sorted.iter().enumerate() {
        below += binomial_probability(sorted.len(), rank, q);
        if below <= tail {
            low = Some(*value);
        }
        if below >= 1.0 - tail {
            high = Some(*value);
            break;
        }
    }
    Some(QuantileInterval { value: sorted_quantile(&sorted, q), low, high })
}

/// P(K = k) for K ~ Binomial(n, q), by logarithms, so that neither factor can overflow.
pub(crate) fn binomial_probability(n: usize, k: usize, q: f64) -> f64 {
    if q <= 0.0 || q >= 1.0 {
        let certain = if q <= 0.0 { 0 } else { n };
        return f64::from(u8::from(k == certain));
    }
    use statrs::function::factorial::ln_binomial;
    let (hits, misses) = (k as f64, (n - k) as f64);
    (ln_binomial(n as u64, k as u64) + hits * q.ln() + misses * (-q).ln_1p()).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_of_odd_and_even_samples() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), 2.5);
        assert_eq!(median(&[7.0]), 7.0);
        assert!(median(&[]).is_nan());
        assert_eq!(quantile(&[1.0, 2.0, 3.0, 4.0], 0.25), 1.75);
    }
}
