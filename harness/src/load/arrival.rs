//! When requests arrive.

use super::random::gamma;
use crate::clock::{Nanos, SECOND};

/// How a closed workload comes up to its concurrency.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Ramp {
    /// How long it takes; zero starts all slots at once.
    pub(crate) duration: Nanos,
}

impl Ramp {
    /// Slots that may be busy `elapsed` after the start, of `slots`: they open evenly over the ramp, one at the start.
    pub(crate) fn open_slots(self, elapsed: Nanos, slots: usize) -> usize {
        if elapsed >= self.duration || slots == 0 {
            return slots;
        }
        let share = elapsed as f64 / self.duration as f64;
        (1 + (share * slots as f64) as usize).min(slots)
    }

    /// When the slot after `open` others opens.
    pub(crate) fn opens_at(self, open: usize, slots: usize) -> Nanos {
        (self.duration as f64 * open as f64 / slots.max(1) as f64).ceil() as Nanos
    }
}

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
/// burstier, infinity is a constant rate. The first arrives at once.
pub(crate) fn open_arrivals(rate: f64, burstiness: f64, seed: u64) -> Box<dyn Iterator<Item = Nanos>> {
    let mut random = fastrand::Rng::with_seed(seed ^ 0x6172_7269_7661_6c00);
    let mean = SECOND as f64 / rate;
    let gaps = std::iter::repeat_with(move || {
        if burstiness.is_infinite() { mean } else { gamma(burstiness, &mut random) / burstiness * mean }
    });
    Box::new(std::iter::once(0.0).chain(gaps).scan(0.0, |time, gap| {
        *time += gap;
        Some(*time as Nanos)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gaps(burstiness: f64) -> (f64, f64) {
        let times: Vec<Nanos> = open_arrivals(100.0, burstiness, 7).take(20_001).collect();
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
        let take = |seed| open_arrivals(10.0, 1.0, seed).take(50).collect::<Vec<_>>();
        assert_eq!(take(1), take(1));
        assert_ne!(take(1), take(2));
    }

    #[test]
    fn a_ramp_opens_slots_evenly() {
        let ramp = Ramp { duration: 1000 };
        assert_eq!([0, 250, 999, 1000].map(|at| ramp.open_slots(at, 8)), [1, 3, 8, 8]);
        assert_eq!(ramp.opens_at(4, 8), 500);
        assert_eq!(Ramp { duration: 0 }.open_slots(0, 8), 8);
    }
}
