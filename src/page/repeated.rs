//! Measurements with repeats against each other, for the scripts of the site: what the build worked out, so that a browser tells two
//! of them apart by the spread of their own repeats, as `analysis::judge` does, and not as single runs.

use crate::analysis::{Basis, Direction, Economics, Entry, Metric, SeriesKey, judge, values_of_repeats};
use record::Measurement;
use serde_json::{Value, json};

/// The throughputs per accelerator of the repeats; nothing of a single run.
fn throughputs(measurement: &Measurement) -> Option<Vec<f64>> {
    if measurement.repeats.len() < 2 {
        return None;
    }
    let unpriced = Economics { edition: None, tier: crate::catalog::PriceTier::Rental };
    let values = values_of_repeats(Metric::ThroughputPerAccelerator, measurement, &unpriced);
    Some(values.into_iter().flatten().collect())
}

/// The interval of the ratio of two means at 95 %; nothing where the repeats don't give one.
fn interval(one: &[f64], other: &[f64]) -> Option<[f64; 2]> {
    match judge(one, other, Direction::Higher, None).basis {
        Basis::Repeats(interval, _) => Some([interval.low, interval.high]),
        _ => None,
    }
}

/// The intervals of the throughput of one over that of the other, and of the reciprocals, which cost is in proportion to.
fn intervals(one: &[f64], other: &[f64]) -> Option<[[f64; 2]; 2]> {
    let reciprocals =
        [one, other].map(|values| values.iter().map(|value| value.recip()).collect::<Vec<f64>>());
    Some([interval(one, other)?, interval(&reciprocals[0], &reciprocals[1])?])
}

/// Each two measurements with repeats that are of different series: their places, and the intervals of throughput and of its reciprocal.
/// `keys` are the series of the entries. Nothing where no two have repeats.
pub(super) fn pairs(entries: &[Entry<'_>], keys: &[SeriesKey]) -> Option<Vec<Value>> {
    let repeated: Vec<(usize, Vec<f64>)> = (entries.iter().enumerate())
        .filter_map(|(at, entry)| Some((at, throughputs(entry.measurement)?)))
        .collect();
    let mut pairs = Vec::new();
    for (place, (one, values)) in repeated.iter().enumerate() {
        for (other, others) in &repeated[place + 1..] {
            if keys[*one] == keys[*other] {
                continue;
            }
            if let Some([throughput, reciprocal]) = intervals(values, others) {
                pairs.push(json!([one, other, throughput, reciprocal]));
            }
        }
    }
    (!pairs.is_empty()).then_some(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{
        NoiseModel, Ranked, Side, Yardstick, rank,
        sample::{measurement, run},
    };

    /// Series that answer a level: the repeats of each, or its single run, and its price an hour.
    fn cases() -> Vec<(&'static str, Vec<(Vec<f64>, f64)>)> {
        let near = |middle: f64, count: usize| -> Vec<f64> {
            (0..count).map(|at| middle * (1.0 + 0.001 * ((at * 7 % 5) as f64 - 2.0))).collect()
        };
        let wide = |middle: f64| vec![middle * 0.9, middle, middle * 1.1];
        vec![
            (
                "repeats that lie close are told apart by less than the noise",
                vec![(near(1000.0, 4), 2.0), (near(1010.0, 4), 2.0)],
            ),
            (
                "repeats that scatter are not told apart by more than it",
                vec![(wide(1000.0), 2.0), (wide(1060.0), 2.0)],
            ),
            (
                "a single run against repeats is judged by the noise",
                vec![(near(1000.0, 4), 2.0), (vec![1010.0], 2.0)],
            ),
            (
                "many repeats are resampled",
                vec![(near(1000.0, 9), 2.0), (near(1006.0, 9), 2.0), (near(1006.2, 9), 2.0)],
            ),
            (
                "a price turns the order by cost",
                vec![(near(1000.0, 3), 2.0), (near(1100.0, 3), 2.21), (near(900.0, 3), 1.8)],
            ),
        ]
    }

    fn groups(values: Vec<Vec<f64>>, better: Direction) -> Vec<Vec<usize>> {
        let noise = NoiseModel::of_all(0.01, 1000);
        let yardstick = Yardstick { noise: &noise, interpolation: None };
        let one = run("a", "2026-01-01", vec![measurement(&json!({}))]);
        let key = SeriesKey::of(&Entry { run: &one, measurement: &one.measurements[0] });
        let side = Side { series: &key, interpolated: false };
        let ranked: Vec<Ranked<'_>> = values.into_iter().map(|values| Ranked { values, side }).collect();
        rank(&ranked, better, yardstick).expect("places")
    }

    /// `tests/browser/order.test.js` holds the browser's rule to what stands in this snapshot.
    #[test]
    fn what_shares_a_place_in_cases_that_the_browser_is_held_to() {
        let noise = NoiseModel::of_all(0.01, 1000);
        let one = run("a", "2026-01-01", vec![measurement(&json!({}))]);
        let known = noise
            .of(&SeriesKey::of(&Entry { run: &one, measurement: &one.measurements[0] }))
            .expect("a noise");
        let case = |(name, sides): (&str, Vec<(Vec<f64>, f64)>)| {
            let repeated = |at: usize| Some(&sides[at].0).filter(|values| values.len() > 1);
            let places =
                (0..sides.len()).flat_map(|one| (one + 1..sides.len()).map(move |other| (one, other)));
            let pairs: Vec<Value> = places
                .filter_map(|(one, other)| {
                    let [throughput, reciprocal] = intervals(repeated(one)?, repeated(other)?)?;
                    Some(json!([one, other, throughput, reciprocal]))
                })
                .collect();
            let means: Vec<f64> =
                sides.iter().map(|(values, _)| values.iter().sum::<f64>() / values.len() as f64).collect();
            let costs = sides
                .iter()
                .map(|(values, price)| values.iter().map(|value| price / value).collect())
                .collect();
            json!({
                "name": name,
                "noise": { "reach": known.threshold() },
                "throughputs": means,
                "prices": sides.iter().map(|(_, price)| price).collect::<Vec<_>>(),
                "repeats": pairs,
                "by_throughput": groups(sides.iter().map(|(values, _)| values.clone()).collect(), Direction::Higher),
                "by_cost": groups(costs, Direction::Lower),
            })
        };
        let all: Vec<Value> = cases().into_iter().map(case).collect();
        let places = |at: usize| all[at]["by_throughput"].as_array().map(Vec::len);
        assert_eq!([0, 1, 2].map(places), [Some(2), Some(1), Some(1)]);
        insta::assert_json_snapshot!("places_of_repeats", all);
    }

    #[test]
    fn pairs_are_of_different_series_and_of_measurements_with_repeats() {
        let on = |id: &str, accelerator: &str, values: &[f64]| {
            let repeats: Vec<Value> =
                values.iter().map(|total| json!({ "throughput": { "total": total } })).collect();
            let topology = json!({ "aggregated": { "parallelism": { "tensor": 1 } } });
            measurement(&json!({
                "id": id,
                "deployment": { "accelerator": accelerator, "accelerators": 1, "topology": topology },
                "throughput": { "total": values[0] },
                "repeats": repeats,
            }))
        };
        let measured = vec![
            on("1", "b200", &[100.0, 101.0, 99.0]),
            on("2", "b200", &[200.0, 201.0, 199.0]),
            on("3", "h200", &[100.0, 102.0, 98.0]),
            measurement(&json!({ "id": "4" })),
        ];
        let run = run("a", "2026-01-01", measured);
        let entries: Vec<Entry<'_>> =
            run.measurements.iter().map(|measurement| Entry { run: &run, measurement }).collect();
        let keys: Vec<SeriesKey> = entries.iter().map(SeriesKey::of).collect();
        let found = pairs(&entries, &keys).expect("two pairs");
        let places: Vec<(&Value, &Value)> = found.iter().map(|pair| (&pair[0], &pair[1])).collect();
        assert_eq!(places, [(&json!(0), &json!(2)), (&json!(1), &json!(2))]);
        assert!(found[1][2][0].as_f64() > Some(1.9) && found[1][3][1].as_f64() < Some(0.53), "{found:?}");
        assert_eq!(pairs(&entries[3..], &keys[3..]), None);
    }
}
