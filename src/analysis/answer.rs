//! The best that a series offers at a service level.
//!
//! A measurement answers when it keeps both limits: its time to first token at or below one, its interactivity at or above
//! the other, each at its own percentile. Of those that do the one with the most throughput counts.
//!
//! Between two measurements only throughput is interpolated, along the frontier of interactivity and throughput
//! ([`super::throughput_curve`]), at the interactivity asked for. Nothing says what the time to first token would be there,
//! so it is taken to be that of the worse neighbour: the value counts only where both neighbours keep that limit. The
//! neighbours are those of the whole frontier, whatever the limit, which is why a stricter level never has a better answer.
//! Where the neighbours' throughputs lie more than a factor of two apart nobody knows what lies between, and the measurement
//! that keeps both limits is the answer. Nothing is extrapolated. What doesn't state a percentile is never assumed to keep a limit on it.

use super::{Direction, Entry, Percentile, Requests, SeriesKey, Side, Steffen, frontier};

/// How many times the throughput of the neighbour that keeps the limits the other may have, for a value between them.
pub(super) const FURTHEST: f64 = 2.0;

/// What users are promised.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ServiceLevel {
    /// The longest time to the first token, in seconds.
    pub first_token_s: f64,
    /// The percentile that keeps it.
    pub first_token_at: Percentile,
    /// The lowest speed for each user, in tokens/s.
    pub interactivity: f64,
    /// The percentile that keeps it.
    pub interactivity_at: Percentile,
}

/// A measurement at the percentiles of a level.
#[derive(Clone, Copy, Debug)]
pub struct Point<'a> {
    /// The measurement.
    pub entry: Entry<'a>,
    /// Time to first token, seconds.
    pub first_token_s: f64,
    /// Tokens/s per user.
    pub interactivity: f64,
    /// Tokens/s per accelerator, input and output.
    pub throughput: f64,
}

/// The best of a series at a level.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// Tokens/s per accelerator, input and output.
    pub throughput: f64,
    /// The measurement that keeps both limits.
    pub keeps: Point<'a>,
    /// Its neighbour that is too slow for each user, where the throughput is interpolated between the two.
    pub misses: Option<Point<'a>>,
}

/// Why a series has no answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Unanswered {
    /// No measurement states both percentiles.
    NotStated,
    /// None is fast enough for each user; the fastest, in tokens/s.
    TooSlow(Nearest),
    /// None that is fast enough has its first token in time; the soonest of those, in seconds.
    TooLate(Nearest),
}

/// The nearest that was measured to a limit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Nearest {
    /// Its figure at the percentile of the limit.
    pub value: f64,
    /// The requests that this rests on, where they are known.
    pub requests: Option<Requests>,
}

impl ServiceLevel {
    /// A speed for half of the users, and no limit on the first token, which then needn't be stated.
    pub fn of_speed(interactivity: f64) -> Self {
        let median = Percentile::Median;
        Self { first_token_s: f64::INFINITY, first_token_at: median, interactivity, interactivity_at: median }
    }

    fn point<'a>(&self, entry: &Entry<'a>) -> Option<Point<'a>> {
        let measurement = entry.measurement;
        let accelerators = f64::from(measurement.deployment.accelerators?);
        let throughput = measurement.throughput.as_ref()?.total? / accelerators;
        let first_token = self.first_token_at.first_token_s(measurement);
        Some(Point {
            entry: *entry,
            // Without a limit the longest is in time, and so is an unknown one.
            first_token_s: first_token.or(Some(self.first_token_s).filter(|limit| limit.is_infinite()))?,
            interactivity: self.interactivity_at.interactivity(measurement)?,
            throughput: Some(throughput).filter(|it| it.is_finite())?,
        })
    }

    fn in_time(&self, point: &Point<'_>) -> bool {
        point.first_token_s <= self.first_token_s
    }

    fn fast_enough(&self, point: &Point<'_>) -> bool {
        point.interactivity >= self.interactivity
    }

    /// The best that the measurements of a series offer at this level.
    ///
    /// # Errors
    /// Why there is no answer.
    pub fn answer<'a>(&self, entries: &[Entry<'a>]) -> Result<Answer<'a>, Unanswered> {
        let mut points: Vec<Point<'a>> = entries.iter().filter_map(|entry| self.point(entry)).collect();
        // Of measurements that tie the one with the sooner first token comes first, then the one with the smaller id.
        points.sort_by(|a, b| {
            let figures =
                a.throughput.total_cmp(&b.throughput).then(a.interactivity.total_cmp(&b.interactivity));
            let times = a.first_token_s.total_cmp(&b.first_token_s);
            figures.then(times).then_with(|| a.entry.measurement.id.cmp(&b.entry.measurement.id))
        });
        if let Some(between) = self.between(&points) {
            return Ok(between);
        }
        let (fast, slow): (Vec<Point<'a>>, Vec<Point<'a>>) =
            points.into_iter().partition(|point| self.fast_enough(point));
        // The first of the points that share the highest throughput and, of those, the highest interactivity.
        let best = fast.iter().filter(|point| self.in_time(point)).reduce(|best, point| {
            let better = (point.throughput, point.interactivity) > (best.throughput, best.interactivity);
            if better { point } else { best }
        });
        match best {
            Some(keeps) => Ok(Answer { throughput: keeps.throughput, keeps: *keeps, misses: None }),
            None => Err(unanswered(&fast, &slow)),
        }
    }

    /// The interpolated answer between two neighbours of the frontier that both have their first token in time.
    fn between<'a>(&self, points: &[Point<'a>]) -> Option<Answer<'a>> {
        let figures: Vec<(f64, f64)> =
            points.iter().map(|point| (point.interactivity, point.throughput)).collect();
        let mut kept: Vec<&Point<'a>> = frontier(&figures, Direction::Higher, Direction::Higher)
            .into_iter()
            .map(|at| &points[at])
            .collect();
        kept.dedup_by_key(|point| (point.interactivity, point.throughput));
        let curve: Vec<(f64, f64)> =
            kept.iter().map(|point| (point.interactivity, point.throughput)).collect();
        let found = Steffen::new(&curve)?.at(self.interactivity)?;
        let (misses, keeps) = (kept[found.below], kept[found.above]);
        let near = misses.throughput <= FURTHEST * keeps.throughput;
        let interpolated = found.below != found.above && near && self.in_time(misses) && self.in_time(keeps);
        interpolated.then_some(Answer { throughput: found.value, keeps: *keeps, misses: Some(*misses) })
    }
}

impl Answer<'_> {
    /// The side that it is of a comparison; `series` is that of its measurements.
    pub fn side<'s>(&self, series: &'s SeriesKey) -> Side<'s> {
        Side { series, interpolated: self.misses.is_some() }
    }

    /// The time to first token to reckon with: that of the worse neighbour.
    pub fn first_token_s(&self) -> f64 {
        let misses = self.misses.map_or(0.0, |point| point.first_token_s);
        self.keeps.first_token_s.max(misses)
    }

    /// Tokens/s per user: exactly the limit, where the throughput is interpolated.
    pub fn interactivity(&self, level: &ServiceLevel) -> f64 {
        if self.misses.is_some() { level.interactivity } else { self.keeps.interactivity }
    }
}

/// Why none of these answers: of those that are fast enough none is in time, or none is fast enough.
fn unanswered(fast: &[Point<'_>], slow: &[Point<'_>]) -> Unanswered {
    let nearest = |point: &Point<'_>, value| Nearest { value, requests: Requests::of(&point.entry) };
    let soonest = fast.iter().min_by(|a, b| a.first_token_s.total_cmp(&b.first_token_s));
    let fastest = slow.iter().max_by(|a, b| a.interactivity.total_cmp(&b.interactivity));
    match (soonest, fastest) {
        (Some(point), _) => Unanswered::TooLate(nearest(point, point.first_token_s)),
        (None, Some(point)) => Unanswered::TooSlow(nearest(point, point.interactivity)),
        (None, None) => Unanswered::NotStated,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::sample::{measurement, run};
    use proptest::prelude::*;
    use record::Run;
    use serde_json::json;

    /// A run with a measurement for each (interactivity, first token in s, throughput per accelerator).
    fn series(points: &[(f64, f64, f64)]) -> Run {
        let one = |(at, (speed, first, throughput)): (usize, &(f64, f64, f64))| {
            let latency = json!({ "tpot": { "p50": 1.0 / speed }, "ttft": { "p50": first } });
            measurement(&json!({
                "id": format!("{at:016}"), "latency": latency, "throughput": { "total": throughput * 8.0 },
            }))
        };
        run("a", "2026-01-01", points.iter().enumerate().map(one).collect())
    }

    fn entries(run: &Run) -> Vec<Entry<'_>> {
        run.measurements.iter().map(|measurement| Entry { run, measurement }).collect()
    }

    fn level(interactivity: f64, first_token_s: f64) -> ServiceLevel {
        let median = Percentile::Median;
        ServiceLevel { first_token_s, first_token_at: median, interactivity, interactivity_at: median }
    }

    /// What answers, as numbers.
    fn answered(points: &[(f64, f64, f64)], level: ServiceLevel) -> Result<(f64, bool), Unanswered> {
        let run = series(points);
        let answer = level.answer(&entries(&run))?;
        Ok((answer.throughput, answer.misses.is_some()))
    }

    const CURVE: [(f64, f64, f64); 3] = [(10.0, 4.0, 900.0), (20.0, 2.0, 600.0), (50.0, 1.0, 100.0)];

    #[test]
    fn at_a_measured_speed_the_measurement_answers() {
        assert_eq!(answered(&CURVE, level(20.0, 5.0)), Ok((600.0, false)));
        assert_eq!(
            answered(&CURVE, level(5.0, 5.0)),
            Ok((900.0, false)),
            "below the slowest, nothing is extrapolated"
        );
    }

    #[test]
    fn between_two_measurements_in_time_the_throughput_is_interpolated() {
        let (throughput, interpolated) = answered(&CURVE, level(15.0, 5.0)).expect("an answer");
        assert!(interpolated && 600.0 < throughput && throughput < 900.0, "{throughput}");
        let run = series(&CURVE);
        let answer = level(15.0, 5.0).answer(&entries(&run)).expect("an answer");
        assert_eq!(answer.first_token_s(), 4.0, "the worse neighbour's");
        assert_eq!(answer.interactivity(&level(15.0, 5.0)), 15.0);
    }

    #[test]
    fn where_a_neighbour_is_late_only_the_measurement_counts() {
        assert_eq!(answered(&CURVE, level(15.0, 3.0)), Ok((600.0, false)));
    }

    #[test]
    fn a_measurement_off_the_frontier_answers_when_those_on_it_are_late() {
        let points = [(20.0, 9.0, 600.0), (50.0, 8.0, 100.0), (30.0, 1.0, 50.0)];
        assert_eq!(answered(&points, level(25.0, 2.0)), Ok((50.0, false)));
    }

    #[test]
    fn what_no_measurement_reached_is_said_with_what_was_reached() {
        let Err(Unanswered::TooSlow(fastest)) = answered(&CURVE, level(60.0, 5.0)) else {
            panic!("too slow")
        };
        assert!((fastest.value - 50.0).abs() < 1e-9);
        let soonest = Nearest { value: 1.0, requests: None };
        assert_eq!(answered(&CURVE, level(15.0, 0.5)), Err(Unanswered::TooLate(soonest)));
        let p99 = ServiceLevel { first_token_at: Percentile::P99, ..level(15.0, 5.0) };
        assert_eq!(answered(&CURVE, p99), Err(Unanswered::NotStated), "a p99 is never assumed");
        assert_eq!(answered(&[], level(15.0, 5.0)), Err(Unanswered::NotStated));
    }

    /// Whole numbers make ties frequent.
    fn points() -> impl Strategy<Value = Vec<(f64, f64, f64)>> {
        let point = (1_u8..40, 1_u8..8, 1_u8..40);
        let numbers =
            |(speed, first, throughput)| (f64::from(speed), f64::from(first), f64::from(throughput));
        prop::collection::vec(point.prop_map(numbers), 1..14)
    }

    fn value(points: &[(f64, f64, f64)], level: ServiceLevel) -> f64 {
        answered(points, level).map_or(0.0, |(throughput, _)| throughput)
    }

    proptest! {
        #[test]
        fn a_stricter_level_never_has_a_better_answer(
            points in points(), speed in 1.0_f64..45.0, first in 0.5_f64..9.0, faster in 0.0_f64..10.0, sooner in 0.0_f64..4.0,
        ) {
            let (mild, strict) = (level(speed, first), level(speed + faster, first - sooner));
            prop_assert!(value(&points, strict) <= value(&points, mild) * (1.0 + 1e-9));
        }

        #[test]
        fn the_order_and_the_names_of_measurements_change_nothing(
            points in points(), speed in 1.0_f64..45.0, first in 0.5_f64..9.0, turn in 0_usize..14,
        ) {
            let mut turned = points.clone();
            turned.rotate_left(turn % points.len());
            turned.reverse();
            prop_assert_eq!(answered(&points, level(speed, first)), answered(&turned, level(speed, first)));
        }

        #[test]
        fn a_measurement_that_another_dominates_changes_no_answer(
            points in points(), pick in any::<prop::sample::Index>(), speed in 1.0_f64..45.0, first in 0.5_f64..9.0,
            worse in (0.0_f64..3.0, 0.0_f64..3.0, 0.1_f64..0.9),
        ) {
            let over = *pick.get(&points);
            let mut more = points.clone();
            more.push(((over.0 - worse.0).max(0.5), over.1 + worse.1, over.2 * worse.2));
            let (before, after) = (answered(&points, level(speed, first)), answered(&more, level(speed, first)));
            prop_assert_eq!(before.ok(), after.ok());
        }

        #[test]
        fn an_answer_lies_at_or_between_measurements_that_keep_the_limits(
            points in points(), speed in 1.0_f64..45.0, first in 0.5_f64..9.0,
        ) {
            let (run, level) = (series(&points), level(speed, first));
            let Ok(answer) = level.answer(&entries(&run)) else { return Ok(()) };
            prop_assert!(answer.keeps.interactivity >= speed && answer.first_token_s() <= first);
            match answer.misses {
                None => prop_assert_eq!(answer.throughput, answer.keeps.throughput),
                Some(misses) => {
                    prop_assert!(misses.interactivity < speed && speed < answer.keeps.interactivity);
                    prop_assert!(answer.keeps.throughput <= answer.throughput);
                    prop_assert!(answer.throughput <= misses.throughput);
                }
            }
        }

        #[test]
        fn no_measurement_that_keeps_the_limits_beats_the_answer(
            points in points(), speed in 1.0_f64..45.0, first in 0.5_f64..9.0,
        ) {
            let run = series(&points);
            let level = level(speed, first);
            let measured: Vec<Point<'_>> = entries(&run).iter().filter_map(|entry| level.point(entry)).collect();
            let best = measured.iter().filter(|point| level.in_time(point) && level.fast_enough(point));
            let best = best.map(|point| point.throughput).fold(0.0, f64::max);
            prop_assert!(value(&points, level) >= best);
        }
    }
}
