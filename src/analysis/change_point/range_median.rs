//! Medians of stretches of a series, and the L1 distance of each stretch from its median, remembered.

use crate::analysis::statistics::median_in_place;
use std::collections::HashMap;

/// Median of a stretch and Σ |value − median|.
#[derive(Clone, Copy, Debug)]
pub(super) struct Level {
    pub(super) median: f64,
    pub(super) distance: f64,
}

/// The levels of all stretches of one series.
pub(super) struct RangeMedian<'a> {
    values: &'a [f64],
    /// Stretches of up to `reach` values, by start, then by length.
    short: Vec<Level>,
    reach: usize,
    long: HashMap<(usize, usize), Level>,
    scratch: Vec<f64>,
}

impl<'a> RangeMedian<'a> {
    /// Computes all stretches of up to `reach` values at once; longer ones when they are asked for.
    pub(super) fn new(values: &'a [f64], reach: usize) -> Self {
        let nothing = Level { median: f64::NAN, distance: f64::NAN };
        let mut short = vec![nothing; values.len() * reach];
        let mut sorted: Vec<f64> = Vec::with_capacity(reach);
        for start in 0..values.len() {
            sorted.clear();
            for length in 1..=reach.min(values.len() - start) {
                let value = values[start + length - 1];
                sorted.insert(sorted.partition_point(|other| *other < value), value);
                let middle = length / 2;
                let median = if length % 2 == 1 {
                    sorted[middle]
                } else {
                    (sorted[middle] + sorted[middle - 1]) / 2.0
                };
                short[start * reach + length - 1] =
                    Level { median, distance: distance(&values[start..start + length], median) };
            }
        }
        Self { values, short, reach, long: HashMap::new(), scratch: Vec::new() }
    }

    /// The level of `start..end`, which isn't empty.
    pub(super) fn level(&mut self, start: usize, end: usize) -> Level {
        let length = end - start;
        if length <= self.reach {
            return self.short[start * self.reach + length - 1];
        }
        if let Some(level) = self.long.get(&(start, end)) {
            return *level;
        }
        let stretch = &self.values[start..end];
        self.scratch.clear();
        self.scratch.extend_from_slice(stretch);
        let median = median_in_place(&mut self.scratch);
        let level = Level { median, distance: distance(stretch, median) };
        self.long.insert((start, end), level);
        level
    }

    /// Σ |value − median| of `start..end`.
    pub(super) fn distance(&mut self, start: usize, end: usize) -> f64 {
        self.level(start, end).distance
    }
}

fn distance(values: &[f64], from: f64) -> f64 {
    values.iter().fold(0.0, |sum, value| sum + (value - from).abs())
}
