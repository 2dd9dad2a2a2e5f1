//! When requests arrive.

use super::{Ramp, random::gamma};
use crate::clock::Nanos;

/// When requests are sent.
pub(crate) enum Arrival {
    /// A fixed number of requests in flight: the next is sent when one ends.
    Closed {
        /// Requests in flight.
        slots: usize,
        /// How it comes up to that.
        ramp: Ramp,
    },
    /// Requests arrive by their own clock, whatever the server does.
    Open {
        /// Arrival times after the start, rising.
        times: Box<dyn Iterator<Item = Nanos>>,
        /// An arrival that would be one more in flight than this is dropped, and counted.
        ceiling: usize,
    },
}

/// Arrivals at `rate` requests/s whose gaps have a gamma distribution of shape `burstiness`: 1 is Poisson, less is
/// burstier, infinity is a constant rate. The first arrives at once; while the `ramp` lasts they are sparser.
pub(crate) fn open_arrivals(
    rate: f64,
    burstiness: f64,
    ramp: Ramp,
    seed: u64,
) -> Box<dyn Iterator<Item = Nanos>> {
    let mut random = fastrand::Rng::with_seed(seed ^ 0x6172_7269_7661_6c00);
    let gaps = std::iter::repeat_with(move || {
        if burstiness.is_infinite() { 1.0 } else { gamma(burstiness, &mut random) / burstiness }
    });
    Box::new(std::iter::once(0.0).chain(gaps).scan(0.0, move |count, gap| {
        *count += gap;
        Some(ramp.time_of(*count, rate))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SECOND;

    fn gaps(burstiness: f64) -> (f64, f64) {
        let times: Vec<Nanos> = open_arrivals(100.0, burstiness, Ramp::NONE, 7).take(20_001).collect();
        assert!(times.is_sorted() && times[0] == 0);
        let gaps: Vec<f64> =
            times.windows(2).map(|pair| (pair[1] - pair[0]) as f64 / SECOND as f64).collect();
        let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
        let deviation = (gaps.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>() / gaps.len() as f64).sqrt();
        (mean, deviation / mean)
    }

    #[test]
    fn gaps_have_the_rate_and_the_burstiness_that_were_asked_for() {
        for (burstiness, variation) in [(1.0, 1.0), (4.0, 0.5), (0.25, 2.0), (f64::INFINITY, 0.0)] {
            let (mean, found) = gaps(burstiness);
            assert!((mean / 0.01 - 1.0).abs() < 0.05, "{burstiness}: mean {mean}");
            assert!((found - variation).abs() < 0.1, "{burstiness}: {found}");
        }
    }

    #[test]
    fn the_same_seed_is_the_same_schedule() {
        let take = |seed| open_arrivals(10.0, 1.0, Ramp::NONE, seed).take(50).collect::<Vec<_>>();
        assert_eq!(take(1), take(1));
        assert_ne!(take(1), take(2));
    }

    #[test]
    fn a_ramp_of_the_rate_makes_the_first_arrivals_sparser_and_leaves_the_rest() {
        let ramp = Ramp { shape: record::RampShape::Linear, from: 10.0, duration: 20 * SECOND };
        let times: Vec<Nanos> =
            open_arrivals(100.0, f64::INFINITY, ramp, 7).take_while(|at| *at < 30 * SECOND).collect();
        let during = |from: u64, until: u64| {
            times.iter().filter(|at| (from * SECOND..until * SECOND).contains(at)).count()
        };
        // The integral of 10 + 4.5 t from 0 to 10 and from 10 to 20, and a thousand in the ten seconds after it.
        assert!((323..=327).contains(&during(0, 10)), "{}", during(0, 10));
        assert!((773..=777).contains(&during(10, 20)), "{}", during(10, 20));
        assert!((999..=1001).contains(&during(20, 30)), "{}", during(20, 30));
    }
}
