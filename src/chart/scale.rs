//! Where a value lies along an axis.

use super::number::tick;
use super::{Scale, ticks, time};

/// From this ratio of the largest to the smallest value on, a linear axis would press the small values together.
const SPANS_DECADES: f64 = 30.0;
/// The share of the span that is left free at each open end of an axis, so that no marker is cut.
const PADDING: f64 = 0.04;
/// No logarithmic axis spans more than this: past it arithmetic runs into infinity, and nobody measures that.
const MOST_RATIO: f64 = 1e100;
/// How far an axis reaches in both directions around a single value, as a ratio, when it is logarithmic.
const AROUND_ONE: f64 = 2.0;

impl Scale {
    /// Logarithmic when positive values span decades (largest over smallest at least 30), else linear. A zero or a
    /// negative value has no place on a logarithmic axis and forces a linear one. Values that aren't finite don't count.
    pub fn for_values(values: &[f64]) -> Self {
        let (low, high) = bounds(values.iter().copied().filter(|value| value.is_finite()));
        if low > 0.0 && high / low >= SPANS_DECADES { Self::Log } else { Self::Linear }
    }

    /// Whether a value has a place on this scale.
    pub(super) fn holds(self, value: f64) -> bool {
        value.is_finite() && (self != Self::Log || value > 0.0)
    }
}

/// The part of a scale that a chart shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Extent {
    scale: Scale,
    /// The value at the start of the axis.
    pub(super) low: f64,
    /// The value at its end; always above `low`.
    pub(super) high: f64,
}

impl Extent {
    /// The extent that shows all these values. A linear one includes zero. Values that the scale doesn't hold are left
    /// out; without any, the extent is that of 0 to 1 (linear) or 1 to 10 (logarithmic).
    pub(super) fn of(scale: Scale, values: impl IntoIterator<Item = f64>) -> Self {
        let (low, high) = bounds(values.into_iter().filter(|value| scale.holds(*value)));
        let (low, high) = match scale {
            _ if low > high => match scale {
                Scale::Linear | Scale::Time => (0.0, 1.0),
                Scale::Log => (1.0, 10.0),
            },
            Scale::Linear => around_zero(low, high),
            Scale::Log => padded_log(low, high),
            Scale::Time => padded_days(low, high),
        };
        Self { scale, low, high }
    }

    /// Whether a value has a place on it.
    pub(super) fn holds(&self, value: f64) -> bool {
        self.scale.holds(value)
    }

    /// How far along the axis a value lies: 0 at its start, 1 at its end.
    pub(super) fn fraction(&self, value: f64) -> f64 {
        match self.scale {
            Scale::Linear | Scale::Time => (value - self.low) / (self.high - self.low),
            Scale::Log => (value / self.low).ln() / (self.high / self.low).ln(),
        }
    }

    /// Round values to mark on the axis, ascending, all inside it; about `wanted` of them.
    pub(super) fn ticks(&self, wanted: usize) -> Vec<f64> {
        match self.scale {
            Scale::Linear => ticks::linear(self.low, self.high, wanted),
            Scale::Log => ticks::log(self.low, self.high, wanted),
            Scale::Time => time::ticks(self.low, self.high).into_iter().map(|(day, _)| day).collect(),
        }
    }

    /// The ticks with their labels.
    pub(super) fn labelled_ticks(&self, wanted: usize) -> Vec<(f64, String)> {
        match self.scale {
            Scale::Time => time::ticks(self.low, self.high),
            Scale::Linear | Scale::Log => {
                self.ticks(wanted).into_iter().map(|value| (value, tick(value))).collect()
            }
        }
    }
}

/// Smallest and largest value; (+∞, -∞) when there is none.
fn bounds(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)))
}

fn around_zero(low: f64, high: f64) -> (f64, f64) {
    let (low, high) = (low.min(0.0), high.max(0.0));
    let padding = (high - low) * PADDING;
    if padding == 0.0 {
        return (0.0, 1.0);
    }
    let low = if low < 0.0 { low - padding } else { 0.0 };
    let high = if high > 0.0 { high + padding } else { 0.0 };
    (low, high)
}

fn padded_log(low: f64, high: f64) -> (f64, f64) {
    let low = low.max(high / MOST_RATIO);
    let ratio = if high > low { (high / low).powf(PADDING).max(1.05) } else { AROUND_ONE };
    (low / ratio, high * ratio)
}

/// A day at least on either side, so that a single day lies in the middle.
fn padded_days(low: f64, high: f64) -> (f64, f64) {
    let padding = ((high - low) * PADDING).max(1.0);
    (low - padding, high + padding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn values_over_decades_get_a_log_axis_and_others_do_not() {
        assert_eq!(Scale::for_values(&[1.0, 30.0]), Scale::Log);
        assert_eq!(Scale::for_values(&[1.0, 29.0]), Scale::Linear);
        assert_eq!(Scale::for_values(&[]), Scale::Linear);
        assert_eq!(Scale::for_values(&[f64::NAN, 1.0, f64::INFINITY]), Scale::Linear);
    }

    #[test]
    fn a_zero_or_a_negative_value_forces_a_linear_axis() {
        assert_eq!(Scale::for_values(&[0.0, 1.0, 1e6]), Scale::Linear);
        assert_eq!(Scale::for_values(&[-1.0, 1.0, 1e6]), Scale::Linear);
    }

    #[test]
    fn a_linear_axis_starts_at_zero_and_leaves_room_above() {
        let extent = Extent::of(Scale::Linear, [50.0, 100.0]);
        assert_eq!((extent.low, extent.high), (0.0, 104.0));
    }

    #[test]
    fn equal_values_still_get_an_axis() {
        let zero = Extent::of(Scale::Linear, [0.0, 0.0]);
        assert_eq!((zero.low, zero.high), (0.0, 1.0));
        let log = Extent::of(Scale::Log, [8.0, 8.0]);
        assert_eq!((log.low, log.high), (4.0, 16.0));
    }

    #[test]
    fn a_ratio_past_all_measure_still_has_an_axis() {
        let extent = Extent::of(Scale::Log, [1e-300, 1e12]);
        assert!(extent.fraction(1e12) <= 1.0 && extent.fraction(1e-300).is_finite());
        assert!((2..=12).contains(&extent.ticks(6).len()), "{:?}", extent.ticks(6));
    }

    proptest! {
        #[test]
        fn every_value_lies_inside_its_extent(values in prop::collection::vec(1e-6..1e9_f64, 1..40), log: bool) {
            let extent = Extent::of(if log { Scale::Log } else { Scale::Linear }, values.iter().copied());
            for value in values {
                let fraction = extent.fraction(value);
                prop_assert!((0.0..=1.0).contains(&fraction), "{value} at {fraction}");
            }
        }

        #[test]
        fn ticks_cover_the_axis(low in 1e-6..1e9_f64, ratio in 1.0..1e7_f64, log: bool) {
            let extent = Extent::of(if log { Scale::Log } else { Scale::Linear }, [low, low * ratio]);
            let ticks = extent.ticks(6);
            prop_assert!((2..=12).contains(&ticks.len()), "{ticks:?}");
            prop_assert!(ticks.windows(2).all(|pair| pair[0] < pair[1]), "{ticks:?}");
            let at: Vec<f64> = ticks.iter().map(|tick| extent.fraction(*tick)).collect();
            prop_assert!(at.iter().all(|fraction| (-1e-9..=1.0 + 1e-9).contains(fraction)), "{at:?}");
            prop_assert!(at[0] < 0.5 && at[at.len() - 1] > 0.5, "{at:?}");
        }
    }
}
