//! Whether there were enough requests for a percentile.
//!
//! MLPerf's early-stopping rule (Reddi and others, "MLPerf Inference Benchmark", ISCA 2020, and the LoadGen's
//! `early_stopping.cc`): of n requests, t may have been slower than the percentile only if so few would be unlikely by chance,
//! P(binomial(n, 1 - p) <= t) <= 1 - confidence. The largest such t makes the request that is t places from the slowest an
//! upper bound on the percentile, whatever the distribution.

use record::PercentileBound;

/// Of being right.
const CONFIDENCE: f64 = 0.99;

/// The percentiles that are looked at.
const PERCENTS: [f64; 4] = [90.0, 95.0, 99.0, 99.9];

/// What `sorted` values say about their high percentiles; nothing where there are none.
pub(crate) fn percentile_bounds(sorted: &[f64]) -> Vec<PercentileBound> {
    if sorted.is_empty() {
        return Vec::new();
    }
    let bound = |percent: f64| {
        let slower = most_slower(sorted.len(), percent / 100.0);
        PercentileBound {
            percent,
            needed: needed(percent / 100.0),
            requests: sorted.len() as u64,
            at_most_s: slower.map(|slower| sorted[sorted.len() - 1 - slower]),
        }
    };
    PERCENTS.map(bound).into()
}

/// The fewest requests of which the slowest bounds the percentile `p`, 0 to 1.
pub(crate) fn needed(p: f64) -> u64 {
    ((1.0 - CONFIDENCE).ln() / p.ln()).ceil() as u64
}

/// Whether `met` of `of` requests show that at least the share `p` of all would, at the same confidence.
pub(crate) fn shows(p: f64, met: u64, of: u64) -> bool {
    let missed = usize::try_from(of.saturating_sub(met)).ok();
    let most = usize::try_from(of).ok().and_then(|of| most_slower(of, p));
    missed.zip(most).is_some_and(|(missed, most)| missed <= most)
}

/// The most of `count` requests that may be slower than a bound on the percentile `p`; none where `count` is too small.
fn most_slower(count: usize, p: f64) -> Option<usize> {
    // The probability of t slower ones, by recurrence and as a logarithm: the first terms are too small for a float.
    let mut log = count as f64 * p.ln();
    let (mut at_most, mut found) = (0.0, None);
    for slower in 0..count {
        at_most += log.exp();
        if at_most > 1.0 - CONFIDENCE {
            break;
        }
        found = Some(slower);
        log += ((count - slower) as f64 / (slower as f64 + 1.0)).ln() + ((1.0 - p) / p).ln();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counts_are_mlperfs() {
        // The table of the project's page on metrics.
        assert_eq!([0.9, 0.95, 0.99, 0.999].map(needed), [44, 90, 459, 4603]);
        for p in [0.9, 0.95, 0.99, 0.999] {
            let needed = needed(p) as usize;
            assert_eq!((most_slower(needed - 1, p), most_slower(needed, p)), (None, Some(0)), "{p}");
        }
        // scipy.stats.binom.cdf([2, 3], 1000, 0.01) = [0.00268, 0.01007]
        assert_eq!(most_slower(1000, 0.99), Some(2));
        // scipy.stats.binom.ppf(0.01, 1_000_000, 0.1) = 99303, so that 99302 is the last with at most 1 %.
        assert_eq!(most_slower(1_000_000, 0.9), Some(99_302));
    }

    #[test]
    fn a_share_is_shown_by_enough_requests_with_few_enough_misses() {
        assert_eq!([43, 44].map(|of| shows(0.9, of, of)), [false, true]);
        // scipy.stats.binom.cdf([10, 11], 200, 0.1) = [0.0081, 0.0168]
        assert_eq!([190, 189].map(|met| shows(0.9, met, 200)), [true, false]);
        assert!(!shows(0.9, 0, 0));
    }

    #[test]
    fn a_bound_is_one_of_the_values_or_absent() {
        let values: Vec<f64> = (1..=500).map(f64::from).collect();
        let bounds = percentile_bounds(&values);
        assert_eq!(bounds[2].at_most_s, Some(500.0));
        assert_eq!((bounds[3].at_most_s, bounds[3].requests), (None, 500));
        assert!(bounds[0].at_most_s.unwrap() > 450.0 && bounds[0].at_most_s.unwrap() < 500.0);
        assert_eq!(percentile_bounds(&[]), []);
    }
}
