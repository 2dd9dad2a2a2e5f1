//! Which step from one run to the next is out of the ordinary: rustc-perf's fence.
//!
//! rustc-perf `site/src/comparison.rs`, `HistoricalData::significance_threshold`; the fence itself is Tukey's (1977).

use super::quantile::median_in_place;

/// How many interquartile ranges beyond the third quartile the fence stands: Tukey's "far out".
const FAR_OUT: f64 = 3.0;

/// Quartiles of the relative changes between neighbours, and the fence over them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fence {
    /// First quartile of |change|, a share of the earlier value.
    pub first_quartile: f64,
    /// Third quartile.
    pub third_quartile: f64,
}

impl Fence {
    /// A relative change beyond this is out of the ordinary.
    pub fn threshold(&self) -> f64 {
        self.third_quartile + FAR_OUT * (self.third_quartile - self.first_quartile)
    }
}

/// The fence of a history. The quartiles are the medians of the lower and the upper part of the changes, without the
/// middle one (two of an even number). `None` with fewer than five values.
pub fn change_fence(history: &[f64]) -> Option<Fence> {
    let mut changes: Vec<f64> =
        history.windows(2).map(|pair| ((pair[1] - pair[0]) / pair[0]).abs()).collect();
    if changes.len() < 4 || changes.iter().any(|change| !change.is_finite()) {
        return None;
    }
    changes.sort_by(f64::total_cmp);
    let half = changes.len() / 2;
    let lower = if changes.len().is_multiple_of(2) { half - 1 } else { half };
    let (mut low, mut high) = (changes[..lower].to_vec(), changes[half + 1..].to_vec());
    Some(Fence { first_quartile: median_in_place(&mut low), third_quartile: median_in_place(&mut high) })
}
