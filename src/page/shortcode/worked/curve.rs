//! The frontier of a series, and a value between two of its points.

use super::{Step, Worked, number, place, series, term, work};
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
    let around = &spline.points()[at - 1..at + 3];
    let x = f64::midpoint(around[1].0, around[2].0);
    let found = between_measurements(&spline, x, &curve.key.accelerator, &analysis.economics)?;
    let mut steps: Vec<Step> = around
        .iter()
        .map(|place| {
            let entry = curve.entries[curve.places.iter().position(|known| known == place)?];
            let what = format!("Measured, {}", point_label(entry.measurement));
            let (x, y) = (number(place.0), number(place.1));
            Some(Step::new(what, format!("at {x} tok/s/user"), format!("{y} tok/s")).from(&entry))
        })
        .collect::<Option<_>>()?;
    steps.extend(cubic(around, (spline.slopes()[at], spline.slopes()[at + 1]), x, found.throughput.value));
    steps.extend(derived(analysis, curve.key, &found));
    Some(Worked {
        caption: format!(
            "a value between the second and the third of four neighbours, {}, {}",
            full_series_name(analysis, curve.key),
            work(analysis, curve.key)
        ),
        of: Vec::new(),
        steps,
        conclusion: "The value lies between its two neighbours, and cost times throughput is the price."
            .to_owned(),
    })
}

/// Steffen's cubic between the second and the third of four points.
fn cubic(around: &[(f64, f64)], (start, end): (f64, f64), x: f64, value: f64) -> Vec<Step> {
    let secant = |at: usize| (around[at + 1].1 - around[at].1) / (around[at + 1].0 - around[at].0);
    let width = around[2].0 - around[1].0;
    let (middle, t) = (secant(1), x - around[1].0);
    let square = (3.0 * middle - 2.0 * start - end) / width;
    let cube = (start + end - 2.0 * middle) / (width * width);
    let mut steps: Vec<Step> = (0..3)
        .map(|at| {
            let ((left, low), (right, high)) = (around[at], around[at + 1]);
            let how =
                format!("({} − {}) / ({} − {})", number(high), number(low), number(right), number(left));
            Step::new(format!("Secant s{}", at + 1), how, number(secant(at)))
        })
        .collect();
    let slope = |name: &str, at: usize, slope: f64| {
        let (before, after) = (around[at].0 - around[at - 1].0, around[at + 1].0 - around[at].0);
        let parabola = (secant(at - 1) * after + secant(at) * before) / (before + after);
        let how = format!(
            "−2 · the least of {}, {} and half of {}, the slope of the parabola through three points",
            number(secant(at - 1).abs()),
            number(secant(at).abs()),
            number(parabola.abs())
        );
        Step::new(name, how, number(slope))
    };
    steps.extend([
        slope("Slope a", 1, start),
        slope("Slope b", 2, end),
        Step::new("Square term", format!("(3 · s2 − 2a − b) / {}", number(width)), number(square)),
        Step::new("Cubic term", format!("(a + b − 2 · s2) / {}²", number(width)), number(cube)),
        Step::new(
            format!("Throughput at {} tok/s/user", number(x)),
            format!(
                "{} + {} · {t} + {} · {t}² + {} · {t}³",
                number(around[1].1),
                term(start),
                term(square),
                term(cube),
                t = number(t)
            ),
            format!("{} tok/s", number(value)),
        ),
    ]);
    steps
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers of a formula, in order; a minus belongs to its number where the formula has it in parentheses.
    fn numbers(formula: &str) -> Vec<f64> {
        let plain = formula.replace("(−", "-").replace([',', ')', '²', '³'], "");
        plain.split(['+', '·']).map(|part| part.trim().parse().expect("a number")).collect()
    }

    #[test]
    fn the_formula_that_is_shown_gives_the_value_that_is_shown() {
        let points = [(10.0, 900.0), (20.0, 700.0), (35.0, 400.0), (50.0, 90.0)];
        let spline = Steffen::new(&points).expect("ascending points");
        let value = spline.at(27.5).expect("inside").value;
        let steps = cubic(&points, (spline.slopes()[1], spline.slopes()[2]), 27.5, value);
        let formula = numbers(&steps.last().expect("steps").how);
        let [constant, linear, t, square, _, cube, _] = formula[..] else { panic!("{formula:?}") };
        let by_hand = constant + linear * t + square * t.powi(2) + cube * t.powi(3);
        assert!((by_hand / value - 1.0).abs() < 1e-5, "{by_hand} against {value}");
        // The slopes as the steps explain them: −2 times the least of three figures, the third being halved.
        for (name, slope) in [("Slope a", spline.slopes()[1]), ("Slope b", spline.slopes()[2])] {
            let step = steps.iter().find(|step| step.what == name).expect("a slope");
            let words = step.how.replace("half of ", "").replace(" and ", ", ");
            let figures: Vec<f64> = words
                .split("least of ")
                .nth(1)
                .expect("figures")
                .split(", ")
                .take(3)
                .map(|figure| figure.parse().expect("a number"))
                .collect();
            let by_hand = -2.0 * figures[0].min(figures[1]).min(figures[2] / 2.0);
            assert!((by_hand / slope - 1.0).abs() < 1e-5, "{name}: {by_hand} against {slope}");
        }
    }
}
