//! The frontier of a series, and a value between two of its points.

use super::{Step, Worked, number, place, series, work};
use crate::{
    analysis::{Analysis, Direction, Entry, SeriesKey, Steffen, between_measurements, frontier},
    format,
    page::{charts::point_label, workload::full_series_name},
};

/// A series with its places, and the indices of those on its frontier.
struct Curve<'s, 'a> {
    key: &'s SeriesKey,
    entries: Vec<Entry<'a>>,
    places: Vec<(f64, f64)>,
    kept: Vec<usize>,
}

/// The smallest series of the leading workload that has at least three points on its frontier and one off it; else the
/// smallest of all.
fn smallest<'s, 'a>(
    analysis: &'s Analysis<'a>,
    wanted: impl Fn(&Curve<'s, 'a>) -> bool,
) -> Option<Curve<'s, 'a>> {
    let curve = |(key, entries): (&'s SeriesKey, &'s [Entry<'a>])| {
        let (entries, places): (Vec<Entry<'a>>, Vec<(f64, f64)>) =
            entries.iter().filter_map(|entry| Some((*entry, place(analysis, entry)?))).unzip();
        let kept = frontier(&places, Direction::Higher, Direction::Higher);
        Curve { key, entries, places, kept }
    };
    let mut curves: Vec<Curve<'s, 'a>> = series(analysis).into_iter().map(curve).filter(wanted).collect();
    let leads = curves.first().map(|first| (first.key.model.clone(), first.key.workload.clone()))?;
    curves.retain(|curve| (&curve.key.model, &curve.key.workload) == (&leads.0, &leads.1));
    curves.into_iter().min_by_key(|curve| curve.entries.len())
}

pub(super) fn frontier_of(analysis: &Analysis<'_>) -> Option<Worked> {
    let curve = smallest(analysis, |curve| curve.kept.len() > 2 && curve.kept.len() < curve.entries.len())?;
    let mut order: Vec<usize> = (0..curve.entries.len()).collect();
    order.sort_by(|&a, &b| curve.places[a].0.total_cmp(&curve.places[b].0).then(a.cmp(&b)));
    let dominates = |a: (f64, f64), b: (f64, f64)| a.0 >= b.0 && a.1 >= b.1 && a != b;
    let words = |(x, y): (f64, f64)| format!("{} tok/s/user, {} tok/s", format::figure(x), format::figure(y));
    let steps = order.iter().map(|&at| {
        let by = curve.kept.iter().find(|&&by| dominates(curve.places[by], curve.places[at]));
        let result = by.map_or_else(
            || "on the frontier".to_owned(),
            |&by| format!("dominated by {}", words(curve.places[by])),
        );
        Step::new(point_label(curve.entries[at].measurement), words(curve.places[at]), result)
            .from(&curve.entries[at])
    });
    Some(Worked {
        caption: format!(
            "the frontier of {}, {}",
            full_series_name(analysis, curve.key),
            work(analysis, curve.key)
        ),
        of: Vec::new(),
        steps: steps.collect(),
        conclusion: format!(
            "{} of {} measurements stay: no other has both more tokens/s for each user and more per accelerator.",
            curve.kept.len(),
            curve.entries.len()
        ),
    })
}

/// Throughput halfway between two neighbours, and the cost and the efficiency that follow.
pub(super) fn interpolation(analysis: &Analysis<'_>) -> Option<Worked> {
    let near = |curve: &Curve<'_, '_>| {
        let points = points(curve);
        let at = near_pair(&points)?;
        Some((Steffen::new(&points)?, at))
    };
    let curve = smallest(analysis, |curve| near(curve).is_some())?;
    let (spline, at) = near(&curve)?;
    let (left, right) = (spline.points()[at], spline.points()[at + 1]);
    let (width, x) = (right.0 - left.0, f64::midpoint(left.0, right.0));
    let accelerator = &curve.key.accelerator;
    let found = between_measurements(&spline, x, accelerator, &analysis.economics)?;
    let (secant, t) = ((right.1 - left.1) / width, x - left.0);
    let (start, end) = (spline.slopes()[at], spline.slopes()[at + 1]);
    let (square, cube) =
        ((3.0 * secant - 2.0 * start - end) / width, (start + end - 2.0 * secant) / (width * width));
    let mut steps: Vec<Step> = [(at, left), (at + 1, right)]
        .into_iter()
        .map(|(_, (x, y))| {
            let entry = curve.entries[curve.places.iter().position(|place| *place == (x, y))?];
            let what = format!("Measured, {}", point_label(entry.measurement));
            let result = format!("{} tok/s", number(y));
            Some(Step::new(what, format!("at {} tok/s/user", number(x)), result).from(&entry))
        })
        .collect::<Option<_>>()?;
    steps.extend([
        Step::new(
            "Secant s, width h",
            format!("({} − {}) / {}", number(right.1), number(left.1), number(width)),
            format!("s = {}, h = {}", number(secant), number(width)),
        ),
        Step::new(
            "Slopes a and b",
            "Steffen’s, at the two points",
            format!("a = {}, b = {}", number(start), number(end)),
        ),
        Step::new("Square term", "(3s − 2a − b) / h", number(square)),
        Step::new("Cubic term", "(a + b − 2s) / h²", number(cube)),
        Step::new(
            format!("Throughput at {} tok/s/user", number(x)),
            format!(
                "{} + {} · {} + {} · {}² + {} · {}³",
                number(left.1),
                number(start),
                number(t),
                number(square),
                number(t),
                number(cube),
                number(t)
            ),
            format!("{} tok/s", number(found.throughput.value)),
        ),
    ]);
    steps.extend(derived(analysis, curve.key, &found));
    Some(Worked {
        caption: format!(
            "a value between two measurements of {}, {}",
            full_series_name(analysis, curve.key),
            work(analysis, curve.key)
        ),
        of: Vec::new(),
        steps,
        conclusion: "The value lies between its two neighbours, and cost times throughput is the price."
            .to_owned(),
    })
}

/// Cost and efficiency from the interpolated throughput.
fn derived(
    analysis: &Analysis<'_>,
    key: &SeriesKey,
    found: &crate::analysis::BetweenMeasurements,
) -> impl Iterator<Item = Step> {
    let economics = &analysis.economics;
    let throughput = number(found.throughput.value);
    let cost = economics.dollars_per_hour(&key.accelerator).zip(found.cost).map(|(price, cost)| {
        let how = format!("{price} $/h · 1,000,000 / (3,600 · {throughput})");
        Step::new("Cost, derived", how, format!("${} per million tokens", number(cost)))
    });
    let efficiency =
        economics.kilowatts(&key.accelerator).zip(found.per_megawatt).map(|(power, efficiency)| {
            let how = format!("1,000 · {throughput} / {power} kW");
            Step::new("Efficiency, derived", how, format!("{} tok/s/MW", number(efficiency)))
        });
    cost.into_iter().chain(efficiency)
}

fn points(curve: &Curve<'_, '_>) -> Vec<(f64, f64)> {
    let mut points: Vec<(f64, f64)> = curve.kept.iter().map(|&at| curve.places[at]).collect();
    points.dedup();
    points
}

/// The first neighbours, both with a point on either side, whose throughputs lie within a factor of two.
fn near_pair(points: &[(f64, f64)]) -> Option<usize> {
    (1..points.len().saturating_sub(2)).find(|&at| points[at].1 <= 2.0 * points[at + 1].1)
}
