//! The levels of a series, between which a step is weighed.
//!
//! A staircase is judged plateau by plateau. Were each step weighed against all that lies between two other agreed ones, one
//! step that a single detector names would make its neighbours look like a slope, and the whole staircase would fall.

use super::vote::AGREEMENT;
use crate::analysis::statistics::median;

/// The borders of the levels among the places that detectors name. A piece of fewer than [`AGREEMENT`] values is no level where
/// the series comes back after it (a spike), nor is a single value between two levels.
pub(super) fn levels(series: &[f64], places: &[usize]) -> Vec<usize> {
    let mut borders = places.to_vec();
    borders.dedup();
    let mut at = 0;
    while at + 1 < borders.len() {
        let (start, end) = (borders[at], borders[at + 1]);
        if end - start >= AGREEMENT {
            at += 1;
            continue;
        }
        let before = median(&series[if at == 0 { 0 } else { borders[at - 1] }..start]);
        let after = median(&series[end..borders.get(at + 2).copied().unwrap_or(series.len())]);
        let own = median(&series[start..end]);
        if (own - before) * (after - own) <= 0.0 {
            borders.drain(at..=at + 1);
            at = at.saturating_sub(1);
        } else if end - start == 1 {
            borders.remove(if (own - before).abs() < (after - own).abs() { at } else { at + 1 });
            at = at.saturating_sub(1);
        } else {
            at += 1;
        }
    }
    borders
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spike_is_no_level_and_a_landing_is_one() {
        let mut series = vec![1.0; 12];
        series[5] = 9.0;
        assert_eq!(levels(&series, &[5, 6]), [0; 0]);
        let stairs = [1.0, 1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 3.0];
        assert_eq!(levels(&stairs, &[3, 5]), [3, 5]);
        let passing = [1.0, 1.0, 1.0, 2.8, 3.0, 3.0, 3.0];
        assert_eq!(levels(&passing, &[3, 4]), [3]);
        assert_eq!(levels(&stairs, &[]), [0; 0]);
    }
}
