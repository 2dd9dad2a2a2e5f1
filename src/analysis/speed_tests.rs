//! How long the analysis of a large site takes: 100,000 measurements in 10,000 configurations of up to 50 dates, each watched
//! by all its metrics.

use super::{
    Direction, Noise, Observed, Trends, WATCHED, departures, judge, outliers,
    sample::{UNPRICED, measurement, run},
    statistics::Random,
};
use rayon::prelude::*;
use record::{Measurement, Run};
use serde_json::json;
use std::time::Instant;

const CONFIGURATIONS: usize = 10_000;
const MEASUREMENTS: usize = 100_000;
/// Configurations of one series: loads.
const LOADS: usize = 25;

/// Factors of 2 to 50 runs, 10 on average; one history in five has a step of 5 to 30 %.
fn factors() -> Vec<Vec<f64>> {
    let mut random = Random::new(42);
    let mut lengths: Vec<usize> =
        (0..CONFIGURATIONS).map(|at| [2, 3, 4, 5, 6, 6, 7, 8, 9, 50][at % 10]).collect();
    random.shuffle(&mut lengths);
    assert_eq!(lengths.iter().sum::<usize>(), MEASUREMENTS);
    let one = |length: usize| {
        let step = if random.below(5) == 0 { 1.05 + 0.25 * random.uniform() } else { 1.0 };
        let at = random.below(length);
        (0..length).map(|t| if t < at { 1.0 } else { step } * (1.0 + 0.01 * random.normal())).collect()
    };
    lengths.into_iter().map(one).collect()
}

/// The runs of fifty days that hold them: throughput, time per output token and time to first token follow the factors.
fn runs(factors: &[Vec<f64>]) -> Vec<Run> {
    let pattern = measurement(&json!({}));
    let of_day = |day: usize| {
        let rows = factors.iter().enumerate().filter_map(|(at, factors)| Some((at, *factors.get(day)?)));
        let date = jiff::civil::date(2025, 1, 1).checked_add(jiff::Span::new().days(day as i64));
        let rows = rows.map(|(at, factor)| row(&pattern, at, factor)).collect();
        run(&format!("r{day:02}"), &date.expect("a day").to_string(), rows)
    };
    (0..50).map(of_day).collect()
}

fn row(pattern: &Measurement, at: usize, factor: f64) -> Measurement {
    let mut row = pattern.clone();
    row.model.key = format!("m{}", at / LOADS).as_str().into();
    row.arrival.concurrency = Some((at % LOADS) as u32 + 1);
    if let Some(throughput) = &mut row.throughput {
        throughput.total = Some(8000.0 * factor);
    }
    if let Some(latency) = &mut row.latency {
        for time in [&mut latency.tpot, &mut latency.ttft].into_iter().flatten() {
            time.p50 = time.p50.map(|time| time / factor);
        }
    }
    row
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
    let factors = factors();
    let runs = runs(&factors);
    let (start, cpu) = (Instant::now(), cpu_seconds().unwrap_or_default());
    let trends = Trends::new(&runs, &UNPRICED);
    let (changes, confirmed) = (trends.changes().len(), trends.confirmed().len());
    let histories: usize = trends.configurations().map(|(_, known)| known.histories.len()).sum();
    let after = cpu_seconds().unwrap_or_default();
    let rest: usize = factors
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
        "{histories} histories with {changes} changes ({confirmed} confirmed), {rest} other answers; {:.2} s elapsed, {:.2} CPU s ({:.2} for the trends)",
        start.elapsed().as_secs_f64(),
        spent - cpu,
        after - cpu,
    );
    assert_eq!(histories % WATCHED.len(), 0);
    assert!(histories > CONFIGURATIONS && confirmed > 0);
    assert!(spent - cpu < 16.0, "eight seconds on each of two cores");
}
