//! How far interpolation is off, measured by leaving out what was measured.

use super::{
    Economics, FURTHEST, Metric, SeriesKey, Steffen, noise::robust_spread, standing_entries, statistics,
    throughput_curve,
};
use record::Run;
use std::collections::BTreeMap;

/// How far interpolation is off where the truth is known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HoldOut {
    /// |interpolated − measured| / measured of throughput, one a held-out point, ascending.
    pub throughput: Vec<f64>,
    /// The same of cost derived from the interpolated throughput.
    pub derived_cost: Vec<f64>,
    /// The same of cost interpolated itself, which the site doesn't do: for comparison.
    pub splined_cost: Vec<f64>,
}

impl HoldOut {
    /// Mean of errors; `None` of none.
    pub fn mean(errors: &[f64]) -> Option<f64> {
        (!errors.is_empty()).then(|| statistics::mean(errors))
    }

    /// A quantile of errors; `None` of none.
    pub fn quantile(errors: &[f64], q: f64) -> Option<f64> {
        (!errors.is_empty()).then(|| statistics::quantile(errors, q))
    }
}

/// Leaves each inner point of each frontier out in turn and interpolates it from the rest. Each set of points (interactivity,
/// throughput) is one series of one run. Cost is the reciprocal of throughput: prices cancel.
pub fn leave_one_out<'a>(series: impl IntoIterator<Item = &'a [(f64, f64)]>) -> HoldOut {
    let mut errors = HoldOut::default();
    for points in series {
        let Some(whole) = throughput_curve(points) else { continue };
        for left_out in 1..whole.points().len().saturating_sub(1) {
            let (x, measured) = whole.points()[left_out];
            let mut rest = whole.points().to_vec();
            rest.remove(left_out);
            let costs: Vec<(f64, f64)> = rest.iter().map(|(x, y)| (*x, y.recip())).collect();
            let throughput = Steffen::new(&rest).and_then(|curve| curve.at(x));
            let cost = Steffen::new(&costs).and_then(|curve| curve.at(x));
            let (Some(throughput), Some(cost)) = (throughput, cost) else { continue };
            errors.throughput.push((throughput.value / measured - 1.0).abs());
            errors.derived_cost.push((measured / throughput.value - 1.0).abs());
            errors.splined_cost.push((cost.value * measured - 1.0).abs());
        }
    }
    for list in [&mut errors.throughput, &mut errors.derived_cost, &mut errors.splined_cost] {
        list.retain(|error| error.is_finite());
        list.sort_by(f64::total_cmp);
    }
    errors
}

/// How far an interpolated throughput is off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InterpolationError {
    /// Robust standard deviation of ln(interpolated / measured).
    pub of_ratio: f64,
    /// Of how many held-out points.
    pub points: usize,
}

/// The error of [`leave_one_out`] where the site interpolates: between neighbours whose throughputs lie no more than a factor
/// of two apart. Without the point held out they lie twice as far apart as they will, so this errs on the careful side.
/// `None` of fewer than three points.
pub fn interpolation_error<'a>(
    series: impl IntoIterator<Item = &'a [(f64, f64)]>,
) -> Option<InterpolationError> {
    let mut log_ratios = Vec::new();
    for points in series {
        let Some(whole) = throughput_curve(points) else { continue };
        for (at, around) in whole.points().windows(3).enumerate() {
            let (x, measured) = around[1];
            let mut rest = whole.points().to_vec();
            rest.remove(at + 1);
            let near = around[0].1 <= FURTHEST * around[2].1;
            let found = near.then(|| Steffen::new(&rest)?.at(x)).flatten();
            log_ratios.extend(found.map(|found| (found.value / measured).ln()));
        }
    }
    let (of_ratio, points) = robust_spread(&log_ratios)?;
    Some(InterpolationError { of_ratio, points })
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

    #[test]
    fn the_error_of_a_line_is_nothing() {
        let line: Vec<(f64, f64)> = (1..6).map(|x| (f64::from(x), 100.0 - 10.0 * f64::from(x))).collect();
        let errors = leave_one_out([line.as_slice()]);
        assert_eq!(errors.throughput.len(), 3);
        assert!(HoldOut::quantile(&errors.throughput, 1.0).expect("errors") < 1e-12);
        assert_eq!(HoldOut::mean(&[]), None);
    }

    #[test]
    fn committed_series_are_interpolated_better_by_throughput_than_by_cost() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let config = crate::config::Config::load(root).expect("site.toml");
        let catalog = crate::catalog::load(root, false).expect("the committed content");
        let economics = Economics { edition: catalog.prices.newest(), tier: config.price_tier };
        let points = points_of_runs(&catalog.runs, &economics);
        let errors = leave_one_out(points.iter().map(Vec::as_slice));
        for (name, list) in [
            ("throughput", &errors.throughput),
            ("derived cost", &errors.derived_cost),
            ("splined cost", &errors.splined_cost),
        ] {
            let at = |q: f64| 100.0 * HoldOut::quantile(list, q).expect("errors");
            let mean = 100.0 * HoldOut::mean(list).expect("errors");
            eprintln!(
                "{name}: {} points, mean {mean:.1} %, median {:.1} %, p90 {:.1} %",
                list.len(),
                at(0.5),
                at(0.9)
            );
        }
        assert!(errors.throughput.len() > 100);
        assert!(HoldOut::mean(&errors.derived_cost) < HoldOut::mean(&errors.splined_cost));
    }
}
