//! Mann and Whitney's U (1947), "On a test of whether one of two random variables is stochastically larger than the other".

use super::normal_cdf;

/// The outcome of a Mann-Whitney test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MannWhitney {
    /// Pairs in which the first sample's value is greater; a tie counts half.
    pub u: f64,
    /// Two-sided p.
    pub p: f64,
}

/// Up to this product of the two counts, and without ties, p is exact.
const EXACT_UP_TO: usize = 2_500;

/// The test: exact for small samples without ties, else by normal approximation with corrections for ties and continuity.
/// `None` where a sample is empty.
pub fn mann_whitney(a: &[f64], b: &[f64]) -> Option<MannWhitney> {
    let (u, ties) = statistic(a, b);
    if ties || a.len() * b.len() > EXACT_UP_TO {
        return mann_whitney_normal(a, b, true);
    }
    if a.is_empty() || b.is_empty() {
        return None;
    }
    Some(MannWhitney { u, p: exact_two_sided(u as usize, a.len(), b.len()) })
}

/// The test by normal approximation, corrected for ties, and for continuity where asked.
/// `None` where a sample is empty or all values are equal.
pub fn mann_whitney_normal(a: &[f64], b: &[f64], continuity: bool) -> Option<MannWhitney> {
    if a.is_empty() || b.is_empty() {
        return None;
    }
    let (u, _) = statistic(a, b);
    let (pairs, count) = ((a.len() * b.len()) as f64, (a.len() + b.len()) as f64);
    let variance = pairs / 12.0 * (count + 1.0 - tie_term(a, b) / (count * (count - 1.0)));
    if variance <= 0.0 {
        return None;
    }
    let distance = u.max(pairs - u) - pairs / 2.0 - if continuity { 0.5 } else { 0.0 };
    let p = 2.0 * normal_cdf(-distance / variance.sqrt());
    Some(MannWhitney { u, p: p.min(1.0) })
}

/// P(U at least as far from its middle as `u`) when all orders of `m` + `n` distinct values are equally likely.
///
/// Counts, by the recurrence over ranks, the ways to choose m of the m + n ranks with each sum.
pub fn exact_two_sided(u: usize, m: usize, n: usize) -> f64 {
    let pairs = m * n;
    let far = u.max(pairs.saturating_sub(u)).min(pairs);
    // ways[chosen][u]: ranks chosen so far, and the U that they make.
    let mut ways = vec![vec![0.0_f64; pairs + 1]; m + 1];
    ways[0][0] = 1.0;
    for rank in 0..m + n {
        for chosen in (0..m.min(rank + 1)).rev() {
            // The rank-th value, taken as the (chosen + 1)-th of the first sample, exceeds rank − chosen of the second.
            let exceeds = rank - chosen;
            if exceeds > n {
                continue;
            }
            let (before, after) = ways.split_at_mut(chosen + 1);
            for (to, from) in after[0][exceeds..].iter_mut().zip(&before[chosen]) {
                *to += from;
            }
        }
    }
    let all: f64 = ways[m].iter().sum();
    let tail: f64 = ways[m][far..].iter().sum();
    (2.0 * tail / all).min(1.0)
}

/// U of the first sample, and whether there are ties between or within the samples.
fn statistic(a: &[f64], b: &[f64]) -> (f64, bool) {
    let mut u = 0.0;
    for x in a {
        for y in b {
            if x > y {
                u += 1.0;
            } else if x == y {
                u += 0.5;
            }
        }
    }
    (u, tie_term(a, b) > 0.0)
}

/// Σ (t³ − t) over groups of t equal values.
fn tie_term(a: &[f64], b: &[f64]) -> f64 {
    let mut all: Vec<f64> = a.iter().chain(b).copied().collect();
    all.sort_by(f64::total_cmp);
    all.chunk_by(|x, y| x == y)
        .map(|group| {
            let t = group.len() as f64;
            t * t * t - t
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn swapping_the_samples_keeps_p() {
        let (a, b) = ([1.0, 5.0, 3.0, 2.5], [4.0, 6.0, 7.0]);
        let (forth, back) = (mann_whitney(&a, &b).expect("tested"), mann_whitney(&b, &a).expect("tested"));
        assert!((forth.p - back.p).abs() < 1e-15);
        assert_eq!(forth.u + back.u, 12.0);
        assert_eq!(mann_whitney(&[], &b), None);
        assert_eq!(mann_whitney(&[1.0, 1.0], &[1.0]), None, "all equal: nothing to test");
    }
}
