//! Mean, deviation and their robust cousins.

use super::median;

/// Below this many values numpy adds one after the other; above, in eight lanes.
const LANES: usize = 8;
/// Above this many values numpy halves the array first.
const BLOCK: usize = 128;

/// The sum by pairwise summation, in the same order as numpy's, so that results agree to the last bit.
///
/// The error grows with log n instead of n (Higham, "The accuracy of floating point summation", 1993).
pub(crate) fn pairwise_sum(values: &[f64]) -> f64 {
    let count = values.len();
    if count < LANES {
        return values.iter().fold(0.0, |sum, value| sum + value);
    }
    if count > BLOCK {
        let half = count / 2 - (count / 2) % LANES;
        return pairwise_sum(&values[..half]) + pairwise_sum(&values[half..]);
    }
    let mut lanes = [0.0; LANES];
    lanes.copy_from_slice(&values[..LANES]);
    let chunks = values[LANES..].chunks_exact(LANES);
    let rest = chunks.remainder();
    for chunk in chunks {
        for (lane, value) in lanes.iter_mut().zip(chunk) {
            *lane += value;
        }
    }
    let [a, b, c, d, e, f, g, h] = lanes;
    rest.iter().fold(((a + b) + (c + d)) + ((e + f) + (g + h)), |sum, value| sum + value)
}

/// Arithmetic mean; NaN of nothing.
pub fn mean(values: &[f64]) -> f64 {
    pairwise_sum(values) / values.len() as f64
}

/// Count, mean and spread of a sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// How many values.
    pub count: usize,
    /// Arithmetic mean.
    pub mean: f64,
    /// Sum of squared distances from the mean.
    pub squares: f64,
}

impl Summary {
    /// Summarises a sample; `None` of nothing.
    pub fn of(values: &[f64]) -> Option<Self> {
        if values.is_empty() {
            return None;
        }
        let mean = mean(values);
        let squares: Vec<f64> = values.iter().map(|value| (value - mean) * (value - mean)).collect();
        Some(Self { count: values.len(), mean, squares: pairwise_sum(&squares) })
    }

    /// Sample variance, divided by n − 1; zero of a single value.
    pub fn variance(&self) -> f64 {
        if self.count < 2 { 0.0 } else { self.squares / (self.count - 1) as f64 }
    }

    /// Standard deviation divided by n (numpy's default, which Otava uses); zero of a single value.
    pub fn population_deviation(&self) -> f64 {
        if self.count < 2 { 0.0 } else { (self.squares / self.count as f64).sqrt() }
    }
}

/// Median of the distances from the median; NaN of nothing.
pub fn median_absolute_deviation(values: &[f64]) -> f64 {
    let centre = median(values);
    let distances: Vec<f64> = values.iter().map(|value| (value - centre).abs()).collect();
    median(&distances)
}

/// For a normal distribution the standard deviation is this many median absolute deviations: 1 / Φ⁻¹(3/4).
const NORMAL: f64 = 1.482_602_218_505_602;

/// Standard deviation estimated from the median absolute deviation, which half of the values can't corrupt.
pub fn robust_deviation(values: &[f64]) -> f64 {
    NORMAL * median_absolute_deviation(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_agree_with_plain_ones() {
        for count in [0, 1, 7, 8, 9, 127, 128, 129, 1000] {
            let values: Vec<f64> = (0..count).map(f64::from).collect();
            let plain: f64 = values.iter().sum();
            assert_eq!(pairwise_sum(&values), plain, "{count} values");
        }
    }

    #[test]
    fn spread_of_a_known_sample() {
        let summary = Summary::of(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]).expect("values");
        assert_eq!((summary.mean, summary.population_deviation()), (5.0, 2.0));
        assert!((summary.variance() - 32.0 / 7.0).abs() < 1e-12);
        assert_eq!(Summary::of(&[]), None);
        assert_eq!(median_absolute_deviation(&[1.0, 1.0, 2.0, 2.0, 4.0, 6.0, 9.0]), 1.0);
    }
}
