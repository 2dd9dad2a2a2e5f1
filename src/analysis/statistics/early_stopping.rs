//! How many requests a percentile needs: MLPerf Inference's early-stopping rule.
//!
//! MLCommons inference rules, appendix "Early Stopping Criterion", with tolerance 0: a run with `t` requests over the
//! latency bound supports the claim "the p-th percentile lies under it" at confidence c when at least h were under it, h
//! the smallest with I_p(h, t + 1) <= 1 − c. I is the regularised incomplete beta function, so the left side is the
//! probability that no more than t of h + t requests miss a bound that each misses with probability 1 − p.

/// The confidence that the site asks for.
const CONFIDENCE: f64 = 0.99;

/// The smallest number of requests under the bound beside `over` requests over it. `percentile` is a share: 0.99 for p99.
/// `None` for a share outside (0, 1) or a confidence outside (0, 1).
pub fn underlatency_needed(percentile: f64, over: u64, confidence: f64) -> Option<u64> {
    let open = |share: f64| share > 0.0 && share < 1.0;
    if !open(percentile) || !open(confidence) {
        return None;
    }
    let enough = |under: u64| at_most_misses(percentile, under, over) <= 1.0 - confidence;
    let mut high = 1_u64;
    while !enough(high) {
        high = high.checked_mul(2)?;
    }
    let mut low = high / 2;
    while low + 1 < high {
        let middle = low + (high - low) / 2;
        if enough(middle) { high = middle } else { low = middle }
    }
    Some(high)
}

/// The fewest requests that can support a percentile: the rule with no request over the bound.
/// 44 for p90, 90 for p95, 459 for p99, 4,603 for p99.9.
pub fn requests_for_percentile(percentile: f64) -> Option<u64> {
    underlatency_needed(percentile, 0, CONFIDENCE)
}

/// Whether so many requests support the percentile. Where the count isn't known the answer isn't either.
/// Percentiles up to the 75th are no tails and always supported.
pub fn percentile_is_supported(percentile: f64, requests: Option<u64>) -> Option<bool> {
    if percentile <= 0.75 {
        return Some(true);
    }
    Some(requests? >= requests_for_percentile(percentile)?)
}

/// P(no more than `over` misses in `under + over` requests), each a miss with probability 1 − p: I_p(under, over + 1).
fn at_most_misses(p: f64, under: u64, over: u64) -> f64 {
    let total = (under + over) as f64;
    let (ln_hit, ln_miss) = (p.ln(), (-p).ln_1p());
    // The terms of the binomial sum, each from the one before.
    let mut ln_term = total * ln_hit;
    let mut sum = ln_term.exp();
    for misses in 1..=over {
        let misses = misses as f64;
        ln_term += ((total - misses + 1.0) / misses).ln() + ln_miss - ln_hit;
        sum += ln_term.exp();
    }
    sum.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_sizes_that_the_site_states() {
        let needed: Vec<Option<u64>> = [0.9, 0.95, 0.99, 0.999].map(requests_for_percentile).to_vec();
        assert_eq!(needed, [Some(44), Some(90), Some(459), Some(4603)]);
        assert_eq!(requests_for_percentile(1.0), None);
        assert_eq!(percentile_is_supported(0.99, Some(458)), Some(false));
        assert_eq!(percentile_is_supported(0.99, Some(459)), Some(true));
        assert_eq!(percentile_is_supported(0.99, None), None);
        assert_eq!(percentile_is_supported(0.5, None), Some(true));
    }
}
