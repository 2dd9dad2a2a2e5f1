//! How a load comes up to what was asked for.
//!
//! Arrivals at a rate that changes are those at rate one, with their times bent by the inverse of the rate's integral
//! (Çinlar, "Introduction to Stochastic Processes", 1975, chapter 4.7).

use crate::clock::{Nanos, SECOND, seconds};
use record::RampShape;

/// A load that grows from `from` to what was asked for, and then stays there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Ramp {
    /// Its course.
    pub(crate) shape: RampShape,
    /// Where it begins: requests in flight or requests/s, above zero and not above what was asked for.
    pub(crate) from: f64,
    /// How long it takes; zero is no ramp.
    pub(crate) duration: Nanos,
}

impl Ramp {
    /// The whole load from the start.
    pub(crate) const NONE: Self = Self { shape: RampShape::Linear, from: 1.0, duration: 0 };

    /// The load `elapsed` after the start, on the way to `target`.
    fn level(self, elapsed: Nanos, target: f64) -> f64 {
        if elapsed >= self.duration {
            return target;
        }
        let share = elapsed as f64 / self.duration as f64;
        match self.shape {
            RampShape::Linear => self.from + (target - self.from) * share,
            RampShape::Exponential => self.from * (target / self.from).powf(share),
        }
    }

    /// Slots that may be busy `elapsed` after the start, of `slots`.
    pub(crate) fn open_slots(self, elapsed: Nanos, slots: usize) -> usize {
        (self.level(elapsed, slots as f64) as usize).clamp(1, slots.max(1))
    }

    /// When the slot after `open` others opens.
    pub(crate) fn opens_at(self, open: usize, slots: usize) -> Nanos {
        let (next, target) = (open as f64 + 1.0, slots as f64);
        let share = match self.shape {
            RampShape::Linear => (next - self.from) / (target - self.from),
            RampShape::Exponential => (next / self.from).ln() / (target / self.from).ln(),
        };
        // A load that doesn't grow has all its slots at the start.
        let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
        (self.duration as f64 * share).ceil() as Nanos
    }

    /// Arrivals expected while the load grows to `rate` requests/s.
    pub(crate) fn arrivals(self, rate: f64) -> f64 {
        let duration = seconds(self.duration);
        let growth = (rate / self.from).ln();
        match self.shape {
            RampShape::Exponential if growth > 0.0 => duration * (rate - self.from) / growth,
            _ => duration * (self.from + rate) / 2.0,
        }
    }

    /// When `count` arrivals are expected to have come, at `rate` requests/s after the ramp.
    pub(crate) fn time_of(self, count: f64, rate: f64) -> Nanos {
        let duration = seconds(self.duration);
        let during = self.arrivals(rate);
        let time = if count >= during {
            duration + (count - during) / rate
        } else {
            let (growth, slope) = ((rate / self.from).ln(), (rate - self.from) / duration);
            match self.shape {
                RampShape::Exponential if growth > 0.0 => {
                    duration / growth * (1.0 + count * growth / (self.from * duration)).ln()
                }
                // The root of from × t + slope × t² / 2 = count, in the form that is sound for a slope of zero too.
                _ => 2.0 * count / (self.from + (self.from.powi(2) + 2.0 * slope * count).sqrt()),
            }
        };
        (time * SECOND as f64) as Nanos
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ramp(shape: RampShape, from: f64, duration: u64) -> Ramp {
        Ramp { shape, from, duration: duration * SECOND }
    }

    #[test]
    fn slots_open_evenly_or_by_equal_factors() {
        let linear = ramp(RampShape::Linear, 1.0, 7);
        let open = |ramp: Ramp, at: [u64; 4], slots| at.map(|at| ramp.open_slots(at * SECOND, slots));
        assert_eq!(open(linear, [0, 1, 6, 7], 8), [1, 2, 7, 8]);
        let exponential = ramp(RampShape::Exponential, 1.0, 4);
        assert_eq!(open(exponential, [0, 2, 3, 4], 16), [1, 4, 8, 16]);
        assert_eq!(open(Ramp::NONE, [0; 4], 8), [8; 4]);
    }

    #[test]
    fn a_slot_opens_when_the_load_has_reached_it() {
        for shape in [RampShape::Linear, RampShape::Exponential] {
            for from in [1.0, 3.0, 32.0] {
                let ramp = ramp(shape, from, 10);
                for open in from as usize..32 {
                    let at = ramp.opens_at(open, 32);
                    // A nanosecond more hides how the last digit was rounded.
                    assert!(ramp.open_slots(at + 1, 32) > open, "{shape:?} {from} {open}");
                    assert!(at < 10 || ramp.open_slots(at - 10, 32) <= open, "{shape:?} {from} {open}");
                }
            }
        }
    }

    #[test]
    fn arrivals_come_as_the_integral_of_the_rate_says() {
        for shape in [RampShape::Linear, RampShape::Exponential] {
            for from in [0.5, 8.0, 20.0] {
                let ramp = ramp(shape, from, 10);
                // The integral of the level, by the trapezoid rule in steps of a millisecond, against the inverse.
                let (step, mut count) = (SECOND / 1000, 0.0);
                for at in (0..15 * SECOND).step_by(step as usize) {
                    count += (ramp.level(at, 20.0) + ramp.level(at + step, 20.0)) / 2.0 / 1000.0;
                    let found = ramp.time_of(count, 20.0);
                    assert!(found.abs_diff(at + step) < SECOND / 500, "{shape:?} {from} {at} {found}");
                }
            }
        }
    }
}
