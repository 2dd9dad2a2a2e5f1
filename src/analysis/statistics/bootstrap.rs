//! Bootstrap intervals of a ratio of two samples.
//!
//! BCa: Efron (1987), "Better bootstrap confidence intervals"; for two samples Davison and Hinkley (1997), "Bootstrap
//! Methods and their Application", section 5.3. The resamples come from one seeded source in a fixed order, so the interval
//! doesn't depend on threads.

use super::{
    Interval, Random, mean, normal_cdf, normal_quantile,
    quantile::{median_in_place, sorted_quantile},
};

/// How many resamples an interval that is shown rests on.
pub const RESAMPLES: usize = 10_000;

/// What is taken of each sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Centre {
    /// The arithmetic mean.
    Mean,
    /// The median.
    Median,
}

impl Centre {
    /// The centre of the values, which may be reordered.
    fn of(self, values: &mut [f64]) -> f64 {
        match self {
            Self::Mean => mean(values),
            Self::Median => median_in_place(values),
        }
    }
}

/// How to resample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sampling {
    /// Number of resamples.
    pub resamples: usize,
    /// Confidence of the interval, such as 0.95.
    pub confidence: f64,
    /// Seed of the random numbers.
    pub seed: u64,
}

/// A BCa interval, with what it came about by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bca {
    /// z₀: how far the middle of the resampled ratios lies from the ratio itself, in standard deviations.
    pub bias: f64,
    /// a: how much the spread changes with the ratio.
    pub acceleration: f64,
    /// The quantiles of the resampled ratios that are the ends; without bias and acceleration 2.5 % and 97.5 % of a 95 %
    /// interval.
    pub quantiles: [f64; 2],
    /// The interval.
    pub interval: Interval,
}

/// The BCa interval of centre(numerator) / centre(denominator). `None` where a sample is empty or the ratio or an end of
/// its interval isn't finite.
pub fn bootstrap_ratio(
    numerator: &[f64],
    denominator: &[f64],
    centre: Centre,
    sampling: Sampling,
) -> Option<Interval> {
    bca_ratio(numerator, denominator, centre, sampling).map(|bca| bca.interval)
}

/// The same with what it came about by.
pub fn bca_ratio(numerator: &[f64], denominator: &[f64], centre: Centre, sampling: Sampling) -> Option<Bca> {
    if numerator.is_empty() || denominator.is_empty() || sampling.resamples == 0 {
        return None;
    }
    let estimate = centre.of(&mut numerator.to_vec()) / centre.of(&mut denominator.to_vec());
    let mut ratios = resampled_ratios(numerator, denominator, centre, sampling);
    ratios.sort_unstable_by(f64::total_cmp);
    let count = ratios.len() as f64;
    let below = ratios.partition_point(|ratio| *ratio < estimate);
    let not_above = ratios.partition_point(|ratio| *ratio <= estimate);
    // Ties count half, or medians, which tie often, would be taken for biased.
    let share = (0.5 * (below + not_above) as f64 / count).clamp(0.5 / count, 1.0 - 0.5 / count);
    let bias = normal_quantile(share);
    let acceleration = match centre {
        Centre::Mean => acceleration(numerator, denominator),
        // The jackknife is inconsistent for medians (Efron 1979): bias-corrected only.
        Centre::Median => 0.0,
    };
    let tail = (1.0 - sampling.confidence) / 2.0;
    let quantiles = [tail, 1.0 - tail].map(|probability| {
        let shifted = bias + normal_quantile(probability);
        normal_cdf(bias + shifted / (1.0 - acceleration * shifted))
    });
    let [low, high] = quantiles.map(|quantile| sorted_quantile(&ratios, quantile));
    let found = Bca { bias, acceleration, quantiles, interval: Interval { low, high } };
    (estimate.is_finite() && low.is_finite() && high.is_finite()).then_some(found)
}

fn resampled_ratios(numerator: &[f64], denominator: &[f64], centre: Centre, sampling: Sampling) -> Vec<f64> {
    let mut random = Random::new(sampling.seed);
    let (mut above, mut under) = (numerator.to_vec(), denominator.to_vec());
    let mut draw = |from: &[f64], into: &mut [f64]| {
        for value in &mut *into {
            *value = from[random.below(from.len())];
        }
        centre.of(into)
    };
    (0..sampling.resamples).map(|_| draw(numerator, &mut above) / draw(denominator, &mut under)).collect()
}

/// Acceleration from the empirical influence of each value on the logarithm of the ratio of means: value / mean − 1.
fn acceleration(numerator: &[f64], denominator: &[f64]) -> f64 {
    let moments = |values: &[f64], sign: f64| {
        let (count, centre) = (values.len() as f64, mean(values));
        values.iter().fold((0.0, 0.0), |(cubes, squares), value| {
            let influence = sign * (value / centre - 1.0);
            (cubes + influence.powi(3) / count.powi(3), squares + influence.powi(2) / count.powi(2))
        })
    };
    let (above, under) = (moments(numerator, 1.0), moments(denominator, -1.0));
    let squares = above.1 + under.1;
    if squares > 0.0 { (above.0 + under.0) / (6.0 * squares.powf(1.5)) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLING: Sampling = Sampling { resamples: RESAMPLES, confidence: 0.95, seed: 1 };

    #[test]
    fn it_is_the_same_on_any_number_of_threads() {
        use rayon::prelude::*;
        let (a, b) = ([10.0, 11.0, 12.0, 10.5], [20.0, 19.0, 21.0]);
        let alone = bootstrap_ratio(&a, &b, Centre::Mean, SAMPLING);
        let together: Vec<_> =
            (0..8).into_par_iter().map(|_| bootstrap_ratio(&a, &b, Centre::Mean, SAMPLING)).collect();
        assert!(together.iter().all(|interval| *interval == alone));
        let interval = alone.expect("interval");
        assert!(interval.low < 0.54 && 0.54 < interval.high);
    }

    #[test]
    fn it_covers_the_truth_about_as_often_as_it_says() {
        let mut random = Random::new(7);
        let sampling = Sampling { resamples: 500, ..SAMPLING };
        let covered = (0..200)
            .filter(|_| {
                let mut sample =
                    |centre: f64| -> Vec<f64> { (0..20).map(|_| centre + random.normal()).collect() };
                let (a, b) = (sample(20.0), sample(10.0));
                bootstrap_ratio(&a, &b, Centre::Mean, sampling).is_some_and(|interval| interval.contains(2.0))
            })
            .count();
        assert!((178..=199).contains(&covered), "{covered} of 200");
    }

    #[test]
    fn degenerate_samples_are_answered() {
        assert_eq!(bootstrap_ratio(&[], &[1.0], Centre::Median, SAMPLING), None);
        assert_eq!(bootstrap_ratio(&[1.0], &[0.0], Centre::Median, SAMPLING), None, "no infinity");
        let point = bootstrap_ratio(&[2.0, 2.0], &[1.0], Centre::Median, SAMPLING);
        assert_eq!(point, Some(Interval { low: 2.0, high: 2.0 }));
    }
}
