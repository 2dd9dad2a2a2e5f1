//! How long the analysis of a large site takes: 100,000 measurements in 10,000 series of up to 50 dates.

use super::{
    Direction, Noise, Observed,
    change_point::{VoteSettings, change_points_of_all},
    departures, judge, outliers,
    statistics::Random,
};
use rayon::prelude::*;
use std::time::Instant;

const SERIES: usize = 10_000;
const MEASUREMENTS: usize = 100_000;

/// Series of 2 to 50 values, 10 on average; one in five has a step of 5 to 30 %.
fn series() -> Vec<Vec<f64>> {
    let mut random = Random::new(42);
    let mut lengths: Vec<usize> = (0..SERIES).map(|at| [2, 3, 4, 5, 6, 6, 7, 8, 9, 50][at % 10]).collect();
    random.shuffle(&mut lengths);
    assert_eq!(lengths.iter().sum::<usize>(), MEASUREMENTS);
    let one = |length: usize| {
        let step = if random.below(5) == 0 { 1.05 + 0.25 * random.uniform() } else { 1.0 };
        let at = random.below(length);
        (0..length)
            .map(|t| 1000.0 * if t < at { 1.0 } else { step } * (1.0 + 0.01 * random.normal()))
            .collect()
    };
    lengths.into_iter().map(one).collect()
}

/// CPU seconds of this process, in user mode and in the kernel, from Linux's clock of 100 ticks a second.
fn cpu_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<f64>().ok();
    Some((ticks(11)? + ticks(12)?) / 100.0)
}

#[test]
#[ignore = "a benchmark: cargo test --release --lib analysis::speed_tests -- --ignored --nocapture"]
fn a_large_site_is_analysed_in_eight_seconds_on_two_cores() {
    let series = series();
    let (start, cpu) = (Instant::now(), cpu_seconds().unwrap_or_default());
    let found = change_points_of_all(&series, &VoteSettings::default());
    let points: usize = found.iter().map(Vec::len).sum();
    let after = cpu_seconds().unwrap_or_default();
    let rest: usize = series
        .par_iter()
        .map(|values| {
            let curve: Vec<(f64, f64)> =
                values.iter().enumerate().map(|(x, y)| (x as f64 + 1.0, y / (x + 1) as f64)).collect();
            let noise =
                Noise { of_ratio: 0.02, pairs: 9, observed: Observed::OwnSeries, of_interpolation: 0.0 };
            let pairs =
                values.windows(2).map(|pair| judge(&pair[..1], &pair[1..], Direction::Higher, Some(noise)));
            outliers(&curve).len() + departures(values).len() + pairs.count()
        })
        .sum();
    let spent = cpu_seconds().unwrap_or_default();
    eprintln!(
        "{points} change points, {rest} other answers; {:.2} s elapsed, {:.2} CPU s ({:.2} for change points)",
        start.elapsed().as_secs_f64(),
        spent - cpu,
        after - cpu,
    );
    assert!(spent - cpu < 16.0, "eight seconds on each of two cores");
}
