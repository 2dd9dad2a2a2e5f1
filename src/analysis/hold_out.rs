//! How far interpolation is off, measured by leaving out what was measured.
//!
//! Each inner point of each frontier is left out in turn and interpolated from the rest, in every way that somebody may hold
//! for better than the site's ([`WAYS`]). Cost is the reciprocal of throughput: the price cancels, and so does the power
//! in energy per token, so the errors of cost are those of energy too.

use super::{
    Economics, FURTHEST, Metric, SeriesKey, Spread, Steffen, standing_entries, statistics, throughput_curve,
};
use record::Run;
use serde::Serialize;
use std::collections::BTreeMap;

/// A quantity between measurements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Quantity {
    /// Tokens/s per accelerator.
    Throughput,
    /// Dollars per million tokens; with another factor, joules per token.
    Cost,
}

/// How two neighbours are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Join {
    /// Steffen's monotone cubic.
    Steffen,
    /// A straight line.
    Line,
    /// A straight line of the logarithm.
    LogLine,
}

/// A way to a quantity between measurements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Way {
    /// What is wanted.
    pub quantity: Quantity,
    /// What is interpolated to get it; where that is the other quantity, the wanted one is derived.
    pub through: Quantity,
    /// How.
    pub join: Join,
}

const fn way(quantity: Quantity, through: Quantity, join: Join) -> Way {
    Way { quantity, through, join }
}

/// The ways that are compared. Cost by lines of its logarithm is missing, since it equals cost derived from such lines of
/// throughput.
pub const WAYS: [Way; 8] = [
    way(Quantity::Throughput, Quantity::Throughput, Join::Steffen),
    way(Quantity::Throughput, Quantity::Throughput, Join::Line),
    way(Quantity::Throughput, Quantity::Throughput, Join::LogLine),
    way(Quantity::Cost, Quantity::Throughput, Join::Steffen),
    way(Quantity::Cost, Quantity::Throughput, Join::Line),
    way(Quantity::Cost, Quantity::Throughput, Join::LogLine),
    way(Quantity::Cost, Quantity::Cost, Join::Steffen),
    way(Quantity::Cost, Quantity::Cost, Join::Line),
];

impl Way {
    /// Whether this is how the site does it.
    pub fn is_ours(self) -> bool {
        self.through == Quantity::Throughput && self.join == Join::Steffen
    }

    /// The quantity at `x` along points (interactivity, throughput) of ascending interactivity.
    fn estimate(self, points: &[(f64, f64)], x: f64) -> Option<f64> {
        let through: Vec<(f64, f64)> = match self.through {
            Quantity::Throughput => points.to_vec(),
            Quantity::Cost => points.iter().map(|(x, y)| (*x, y.recip())).collect(),
        };
        let value = match self.join {
            Join::Steffen => Steffen::new(&through)?.at(x)?.value,
            Join::Line => line(&through, x)?,
            Join::LogLine => {
                let logarithms: Vec<(f64, f64)> = through.iter().map(|(x, y)| (*x, y.ln())).collect();
                line(&logarithms, x)?.exp()
            }
        };
        Some(if self.through == self.quantity { value } else { value.recip() })
    }
}

/// The value at `x` on the straight line between its neighbours.
fn line(points: &[(f64, f64)], x: f64) -> Option<f64> {
    let above = points.partition_point(|point| point.0 < x);
    let ((left, low), (right, high)) = (*points.get(above.checked_sub(1)?)?, *points.get(above)?);
    Some(low + (high - low) * (x - left) / (right - left))
}

/// A measurement that was left out, and what would have been said in its place.
#[derive(Clone, Debug, PartialEq)]
pub struct LeftOut {
    /// Its place: interactivity, and the throughput that was measured.
    pub measured: (f64, f64),
    /// The quantity of each of the [`WAYS`] over what was measured; 1 would be right.
    pub ratios: [f64; WAYS.len()],
    /// Whether its neighbours' throughputs lie within a factor of two, so that the site would have interpolated.
    pub near: bool,
}

/// What a way's estimates are worth: relative errors |estimated − measured| / measured.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Errors {
    /// How many.
    pub points: usize,
    /// Mean.
    pub mean: f64,
    /// Median.
    pub median: f64,
    /// 90th percentile.
    pub p90: f64,
    /// The largest.
    pub largest: f64,
    /// The typical factor by which it is off, too high or too low alike: e to the mean of |ln(estimated / measured)|.
    pub factor: f64,
}

impl Errors {
    /// Of ratios of estimated to measured; `None` of none.
    fn of(ratios: &[f64]) -> Option<Self> {
        let relative: Vec<f64> = ratios.iter().map(|ratio| (ratio - 1.0).abs()).collect();
        let logarithms: Vec<f64> = ratios.iter().map(|ratio| ratio.ln().abs()).collect();
        (!ratios.is_empty()).then(|| Self {
            points: ratios.len(),
            mean: statistics::mean(&relative),
            median: statistics::median(&relative),
            p90: statistics::quantile(&relative, 0.9),
            largest: statistics::quantile(&relative, 1.0),
            factor: statistics::mean(&logarithms).exp(),
        })
    }
}

/// How far every way is off where the truth is known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HoldOut {
    /// How many series have a point that can be left out.
    pub series: usize,
    /// The points.
    pub points: Vec<LeftOut>,
}

impl HoldOut {
    /// The errors of one of the [`WAYS`], by its index; only where the site would interpolate, if `near`.
    pub fn errors(&self, way: usize, near: bool) -> Option<Errors> {
        let counted = self.points.iter().filter(|point| point.near || !near);
        let ratios: Vec<f64> = counted.map(|point| point.ratios[way]).collect();
        Errors::of(&ratios)
    }

    /// The errors of the site's own way where it interpolates, ln(interpolated / measured): between neighbours whose throughputs lie
    /// no more than a factor of two apart. Without the point left out they lie twice as far apart as they will, so this errs on the
    /// careful side. `None` of fewer than nineteen points, which can't tell what 95 % keep to.
    pub fn interpolation_error(&self) -> Option<Spread> {
        let ours = WAYS.iter().position(|way| way.quantity == Quantity::Throughput && way.is_ours())?;
        let near = self.points.iter().filter(|point| point.near);
        let errors = Spread::of(near.map(|point| point.ratios[ours].ln()));
        errors.reach().is_some().then_some(errors)
    }
}

/// Leaves each inner point of each frontier out in turn and interpolates it from the rest. Each set of points (interactivity,
/// throughput) is one series of one run. A point that isn't positive, or that some way can't answer, is left out of all.
pub fn leave_one_out<'a>(series: impl IntoIterator<Item = &'a [(f64, f64)]>) -> HoldOut {
    let mut found = HoldOut::default();
    for points in series {
        let Some(curve) = throughput_curve(points) else { continue };
        let before = found.points.len();
        let inner = 1..curve.points().len().saturating_sub(1);
        found.points.extend(inner.filter_map(|at| left_out(curve.points(), at)));
        found.series += usize::from(found.points.len() > before);
    }
    found
}

fn left_out(points: &[(f64, f64)], at: usize) -> Option<LeftOut> {
    let (x, measured) = points[at];
    let rest: Vec<(f64, f64)> = [&points[..at], &points[at + 1..]].concat();
    let mut ratios = [f64::NAN; WAYS.len()];
    for (ratio, way) in ratios.iter_mut().zip(WAYS) {
        let truth = if way.quantity == Quantity::Cost { measured.recip() } else { measured };
        *ratio = way.estimate(&rest, x)? / truth;
    }
    let usable = ratios.iter().all(|ratio| ratio.is_finite() && *ratio > 0.0);
    let near = points[at - 1].1 <= FURTHEST * points[at + 1].1;
    usable.then_some(LeftOut { measured: (x, measured), ratios, near })
}

/// The points (interactivity, throughput per accelerator) of each series of each run, for [`leave_one_out`].
pub fn points_of_runs(runs: &[Run], economics: &Economics<'_>) -> Vec<Vec<(f64, f64)>> {
    let mut points: BTreeMap<(&str, SeriesKey), Vec<(f64, f64)>> = BTreeMap::new();
    for entry in standing_entries(runs) {
        let of = |metric: Metric| metric.value(entry.measurement, economics);
        let Some(point) = of(Metric::Interactivity).zip(of(Metric::ThroughputPerAccelerator)) else {
            continue;
        };
        points.entry((&entry.run.id, SeriesKey::of(&entry))).or_default().push(point);
    }
    points.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn errors_of(way: Way, found: &HoldOut) -> Errors {
        let at = WAYS.iter().position(|known| *known == way).expect("one of the ways");
        found.errors(at, false).expect("errors")
    }

    #[test]
    fn what_is_a_line_in_a_way_is_met_by_that_way() {
        let throughput = |of: fn(f64) -> f64| -> Vec<(f64, f64)> {
            (1..7).map(|x| (f64::from(x), of(f64::from(x)))).collect()
        };
        for (points, join, through) in [
            (throughput(|x| 100.0 - 10.0 * x), Join::Line, Quantity::Throughput),
            (throughput(|x| 100.0 - 10.0 * x), Join::Steffen, Quantity::Throughput),
            (throughput(|x| (-x).exp()), Join::LogLine, Quantity::Throughput),
            (throughput(|x| 1.0 / (3.0 + x)), Join::Line, Quantity::Cost),
            (throughput(|x| 1.0 / (3.0 + x)), Join::Steffen, Quantity::Cost),
        ] {
            let found = leave_one_out([points.as_slice()]);
            assert_eq!((found.series, found.points.len()), (1, 4));
            let errors = errors_of(way(Quantity::Cost, through, join), &found);
            assert!(errors.largest < 1e-12 && (errors.factor - 1.0).abs() < 1e-12, "{join:?}: {errors:?}");
        }
    }

    #[test]
    fn errors_are_those_worked_out_by_hand() {
        // At 2 the line from (1, 9) to (3, 3) says 6, where 5 was measured: 20 % too high, and the cost 1/6 too low.
        let found = leave_one_out([[(1.0, 9.0), (2.0, 5.0), (3.0, 3.0)].as_slice()]);
        let of = |quantity| errors_of(way(quantity, Quantity::Throughput, Join::Line), &found);
        assert!((of(Quantity::Throughput).mean - 0.2).abs() < 1e-12);
        assert!((of(Quantity::Cost).mean - 1.0 / 6.0).abs() < 1e-12);
        assert!((of(Quantity::Cost).factor - 1.2).abs() < 1e-12, "the factor is the same for both");
        assert!((of(Quantity::Throughput).factor - 1.2).abs() < 1e-12);
        assert!(!found.points[0].near, "9 is more than twice 3");
        assert_eq!(found.errors(0, true), None);
    }

    #[test]
    fn nothing_is_left_out_of_what_has_no_inner_point() {
        for points in [vec![], vec![(1.0, 2.0)], vec![(1.0, 2.0), (2.0, 1.0)], vec![(1.0, f64::NAN); 5]] {
            assert_eq!(leave_one_out([points.as_slice()]), HoldOut::default());
        }
    }

    proptest! {
        #[test]
        fn every_way_stays_between_the_neighbours(steps in prop::collection::vec((0.1_f64..20.0, 1.0_f64..5000.0), 3..12)) {
            let mut place = (0.0, 1e6);
            let points: Vec<(f64, f64)> = steps.iter().map(|(right, down)| {
                place = (place.0 + right, place.1 - down);
                place
            }).collect();
            for (at, point) in leave_one_out([points.as_slice()]).points.iter().enumerate() {
                let (above, below) = (points[at].1 / point.measured.1, points[at + 2].1 / point.measured.1);
                for (ratio, way) in point.ratios.iter().zip(WAYS) {
                    let ratio = if way.quantity == Quantity::Cost { ratio.recip() } else { *ratio };
                    prop_assert!(below * (1.0 - 1e-9) <= ratio && ratio <= above * (1.0 + 1e-9), "{way:?}: {ratio}");
                }
            }
        }
    }

    #[test]
    fn on_the_committed_series_each_way_does_as_the_page_on_method_says() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let config = crate::config::Config::load(root).expect("site.toml");
        let catalog = crate::catalog::load(root, false).expect("the committed content");
        let economics = Economics { edition: catalog.prices.newest(), tier: config.price_tier };
        let points = points_of_runs(&catalog.runs, &economics);
        let found = leave_one_out(points.iter().map(Vec::as_slice));
        assert!(found.points.len() > 100);
        let cost = |through| errors_of(way(Quantity::Cost, through, Join::Steffen), &found);
        assert!(
            cost(Quantity::Throughput).mean < cost(Quantity::Cost).mean,
            "derived cost is nearer than splined"
        );
        let factors = |near: bool| -> Vec<(f64, Way)> {
            let of = |at: usize| found.errors(at, near).expect("errors").factor;
            let mut factors: Vec<(f64, Way)> =
                WAYS.into_iter().enumerate().map(|(at, way)| (of(at), way)).collect();
            factors.sort_by(|a, b| a.0.total_cmp(&b.0));
            factors
        };
        assert_eq!(factors(false)[0].1.join, Join::LogLine, "over wide gaps the logarithm does best");
        assert!(factors(true)[0].1.is_ours(), "where the site interpolates, its own way does");
    }
}
