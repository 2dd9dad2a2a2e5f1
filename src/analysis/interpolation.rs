//! Throughput between measurements: Steffen's monotone cubic along a frontier.
//!
//! Steffen (1990), "A simple method for monotonic interpolation in one dimension", Astronomy and Astrophysics 239, 443. The
//! curve passes through its points, has a continuous slope, and between two points never leaves their range. Nothing is
//! extrapolated: outside the measured range there is no answer. Only throughput is interpolated; cost and energy derive
//! from it ([`super::Economics`]), so that cost × throughput = price holds between measurements too.

use super::{Direction, Economics, frontier};
use record::AcceleratorKey;

/// A monotone cubic through points of ascending x.
#[derive(Clone, Debug, PartialEq)]
pub struct Steffen {
    points: Vec<(f64, f64)>,
    slopes: Vec<f64>,
}

/// A value between two measurements, always to be shown as such.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interpolated {
    /// The value.
    pub value: f64,
    /// Index of the point at or below.
    pub below: usize,
    /// Index of the point at or above; the same where x was measured.
    pub above: usize,
}

impl Steffen {
    /// Through points in any order. `None` for fewer than two points, two of equal x, or one that isn't finite.
    pub fn new(points: &[(f64, f64)]) -> Option<Self> {
        let mut points = points.to_vec();
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        let usable = points.len() >= 2
            && points.iter().all(|(x, y)| x.is_finite() && y.is_finite())
            && points.windows(2).all(|pair| pair[0].0 < pair[1].0);
        usable.then(|| Self { slopes: slopes(&points), points })
    }

    /// The points, by ascending x.
    pub fn points(&self) -> &[(f64, f64)] {
        &self.points
    }

    /// The slope at each of the points.
    pub fn slopes(&self) -> &[f64] {
        &self.slopes
    }

    /// The value at `x`; `None` outside the measured range.
    pub fn at(&self, x: f64) -> Option<Interpolated> {
        let above = self.points.partition_point(|point| point.0 < x);
        let (right_x, right_y) = *self.points.get(above)?;
        if right_x == x {
            return Some(Interpolated { value: right_y, below: above, above });
        }
        let below = above.checked_sub(1)?;
        let (left_x, left_y) = self.points[below];
        let width = right_x - left_x;
        let secant = (right_y - left_y) / width;
        let (start, end) = (self.slopes[below], self.slopes[above]);
        let (t, linear) = (x - left_x, (start + end - 2.0 * secant) / (width * width));
        let quadratic = (3.0 * secant - 2.0 * start - end) / width;
        let value = ((linear * t + quadratic) * t + start) * t + left_y;
        // Rounding must not carry the value past its neighbours.
        Some(Interpolated { value: value.clamp(left_y.min(right_y), left_y.max(right_y)), below, above })
    }
}

/// Steffen's equations 11 inside, and 26 to 28 at the ends.
fn slopes(points: &[(f64, f64)]) -> Vec<f64> {
    let widths: Vec<f64> = points.windows(2).map(|pair| pair[1].0 - pair[0].0).collect();
    let secants: Vec<f64> =
        points.windows(2).zip(&widths).map(|(pair, width)| (pair[1].1 - pair[0].1) / width).collect();
    let last = secants.len() - 1;
    if last == 0 {
        return vec![secants[0]; 2];
    }
    let mut slopes = vec![end_slope(widths[0], widths[1], secants[0], secants[1])];
    for at in 1..=last {
        let (before, after) = (secants[at - 1], secants[at]);
        let parabola = (before * widths[at] + after * widths[at - 1]) / (widths[at - 1] + widths[at]);
        let limit = before.abs().min(after.abs()).min(0.5 * parabola.abs());
        slopes.push((sign(before) + sign(after)) * limit);
    }
    slopes.push(end_slope(widths[last], widths[last - 1], secants[last], secants[last - 1]));
    slopes
}

/// The slope at an end, of the parabola through three points, limited so that the end piece stays monotone.
fn end_slope(width: f64, next_width: f64, secant: f64, next_secant: f64) -> f64 {
    let share = width / (width + next_width);
    let parabola = secant * (1.0 + share) - next_secant * share;
    if parabola * secant <= 0.0 {
        0.0
    } else if parabola.abs() > 2.0 * secant.abs() {
        2.0 * secant
    } else {
        parabola
    }
}

/// −1, 0 or 1.
fn sign(value: f64) -> f64 {
    if value == 0.0 { 0.0 } else { value.signum() }
}

/// Throughput and what derives from it, at an interactivity that wasn't measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BetweenMeasurements {
    /// Tokens/s per accelerator, interpolated.
    pub throughput: Interpolated,
    /// Dollars per million tokens, derived.
    pub cost: Option<f64>,
    /// Tokens/s per megawatt, derived.
    pub per_megawatt: Option<f64>,
}

/// The throughput at `interactivity` along the frontier of points (interactivity, throughput per accelerator), and the
/// cost and efficiency that follow from it. `None` outside the measured range.
pub fn between_measurements(
    curve: &Steffen,
    interactivity: f64,
    accelerator: &AcceleratorKey,
    economics: &Economics<'_>,
) -> Option<BetweenMeasurements> {
    let throughput = curve.at(interactivity)?;
    Some(BetweenMeasurements {
        throughput,
        cost: economics.dollars_per_million_tokens(accelerator, throughput.value),
        per_megawatt: economics.tokens_per_second_per_megawatt(accelerator, throughput.value),
    })
}

/// The curve along the frontier of points (interactivity, throughput), more of both being better. Of measurements that tie
/// on both only one is kept.
pub fn throughput_curve(points: &[(f64, f64)]) -> Option<Steffen> {
    let kept = frontier(points, Direction::Higher, Direction::Higher);
    let mut kept: Vec<(f64, f64)> = kept.into_iter().map(|at| points[at]).collect();
    kept.dedup();
    Steffen::new(&kept)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Edition, Price, PriceTier};
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn points() -> impl Strategy<Value = Vec<(f64, f64)>> {
        prop::collection::vec((0.1_f64..50.0, 1.0_f64..10_000.0), 2..12).prop_map(|steps| {
            let mut x = 0.0;
            let place = |(step, y): (f64, f64)| {
                x += step;
                (x, y)
            };
            steps.into_iter().map(place).collect()
        })
    }

    proptest! {
        #[test]
        fn it_passes_through_its_points_and_never_leaves_their_range(points in points(), share in 0.0_f64..1.0) {
            let curve = Steffen::new(&points).expect("ascending points");
            for (at, (x, y)) in points.iter().enumerate() {
                prop_assert_eq!(curve.at(*x), Some(Interpolated { value: *y, below: at, above: at }));
            }
            for pair in points.windows(2) {
                let x = pair[0].0 + share * (pair[1].0 - pair[0].0);
                let value = curve.at(x).expect("inside").value;
                prop_assert!(pair[0].1.min(pair[1].1) <= value && value <= pair[0].1.max(pair[1].1));
            }
            prop_assert_eq!(curve.at(points[0].0 - 1e-9), None);
            prop_assert_eq!(curve.at(points[points.len() - 1].0 + 1e-9), None);
        }

        #[test]
        fn it_is_monotone_between_two_points(points in points()) {
            let curve = Steffen::new(&points).expect("ascending points");
            for pair in points.windows(2) {
                let at = |step: i32| {
                    let x = pair[0].0 + f64::from(step) / 20.0 * (pair[1].0 - pair[0].0);
                    curve.at(x.min(pair[1].0)).expect("inside").value
                };
                let rising = pair[1].1 >= pair[0].1;
                for step in 0..20 {
                    let (here, next) = (at(step), at(step + 1));
                    let tolerance = 1e-9 * here.abs();
                    let monotone = if rising { next >= here - tolerance } else { next <= here + tolerance };
                    prop_assert!(monotone, "{here} is followed by {next}");
                }
            }
        }

        #[test]
        fn cost_times_throughput_is_the_price_between_measurements(points in points(), share in 0.0_f64..1.0) {
            let key = AcceleratorKey::from("h100");
            let price = Price { power_kw: Some(1.4), hyperscaler: None, neocloud: None, rental: Some(2.5), estimate: false };
            let edition = Edition {
                effective: "2026-07-01".parse().expect("a date"),
                source: "test".into(),
                url: None,
                accelerator: BTreeMap::from([(key.clone(), price)]),
            };
            let economics = Economics { edition: Some(&edition), tier: PriceTier::Rental };
            let curve = Steffen::new(&points).expect("ascending points");
            let x = points[0].0 + share * (points[points.len() - 1].0 - points[0].0);
            let Some(between) = between_measurements(&curve, x, &key, &economics) else { return Ok(()) };
            let product = between.cost.expect("priced") * between.throughput.value * 3600.0 / 1e6;
            prop_assert!((product - 2.5).abs() <= 1e-12 * 2.5);
            let watts = 1e6 * between.throughput.value / between.per_megawatt.expect("powered");
            prop_assert!((watts - 1400.0).abs() <= 1e-12 * 1400.0);
        }
    }

    #[test]
    fn a_line_stays_a_line_and_an_extreme_is_kept() {
        let line = Steffen::new(&[(0.0, 1.0), (1.0, 2.0), (3.0, 4.0)]).expect("points");
        assert!((line.at(2.2).expect("inside").value - 3.2).abs() < 1e-12);
        let peak = Steffen::new(&[(0.0, 0.0), (1.0, 5.0), (2.0, 0.0)]).expect("points");
        assert_eq!(peak.slopes[1], 0.0);
        assert_eq!(Steffen::new(&[(1.0, 1.0)]), None);
        assert_eq!(Steffen::new(&[(1.0, 1.0), (1.0, 2.0)]), None);
        assert_eq!(Steffen::new(&[(1.0, f64::NAN), (2.0, 2.0)]), None);
        assert_eq!(line.at(f64::NAN), None);
    }
}
