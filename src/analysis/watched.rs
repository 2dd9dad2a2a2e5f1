//! Every configuration that was measured often enough to tell a change of its throughput from noise, with its changes.

use super::{
    Economics, Entry, Metric, SeriesKey,
    change_point::{
        AGREEMENT, ChangePoint, Class, Sampling, VoteSettings, change_points, change_points_of_all,
    },
    histories, metric_history,
    statistics::Interval,
};
use record::Run;

/// A configuration needs this many runs before a change of it can be told from noise.
const FEWEST_RUNS: usize = 5;

/// So many of its newest runs are looked at: what is older has had its verdict.
const MOST_RUNS: usize = 100;

/// A configuration over time.
#[derive(Clone, Debug)]
pub struct Watched<'a> {
    /// Its series.
    pub series: SeriesKey,
    /// Its identity within the series.
    pub identity: String,
    /// Its measurements, by date.
    pub entries: Vec<Entry<'a>>,
    /// Their total throughput per accelerator.
    pub values: Vec<f64>,
    /// What changed.
    pub points: Vec<ChangePoint>,
}

impl<'a> Watched<'a> {
    /// Its confirmed changes.
    pub fn confirmed(&self) -> impl Iterator<Item = &ChangePoint> {
        self.points.iter().filter(|point| point.class == Class::Confirmed)
    }

    /// The measurements between which a change lies.
    pub fn sides(&self, point: &ChangePoint) -> (Entry<'a>, Entry<'a>) {
        (self.entries[point.index - 1], self.entries[point.index])
    }

    /// Whether an earlier look at the same configuration had confirmed this change already: one within three runs of it.
    fn knows(&self, point: &ChangePoint, of: &Watched<'_>) -> bool {
        let place = |run: &str| of.entries.iter().position(|entry| entry.run.id == run);
        self.confirmed().any(|known| {
            let known = place(&self.entries[known.index].run.id);
            known.is_some_and(|known| known.abs_diff(point.index) <= AGREEMENT)
        })
    }
}

/// Every watched configuration with its changes, by series and identity. `runs` are in order of date.
pub fn watched<'a>(runs: &'a [Run], economics: &Economics<'_>) -> Vec<Watched<'a>> {
    with_settings(runs, economics, &VoteSettings::default())
}

fn with_settings<'a>(
    runs: &'a [Run],
    economics: &Economics<'_>,
    settings: &VoteSettings,
) -> Vec<Watched<'a>> {
    let mut watched: Vec<Watched<'a>> = histories(runs)
        .into_iter()
        .map(|((series, identity), history)| {
            let newest = &history[history.len().saturating_sub(MOST_RUNS)..];
            let (entries, values) = metric_history(newest, Metric::ThroughputPerAccelerator, economics);
            Watched { series, identity, entries, values, points: Vec::new() }
        })
        .filter(|one| one.values.len() >= FEWEST_RUNS)
        .collect();
    let values: Vec<Vec<f64>> = watched.iter().map(|one| one.values.clone()).collect();
    let found = change_points_of_all(&values, settings);
    for (one, points) in watched.iter_mut().zip(found) {
        one.points = points;
    }
    watched
}

/// What some days confirmed.
#[derive(Clone, Debug, Default)]
pub struct News<'a> {
    /// How many configurations were watched at their end.
    pub watched: usize,
    /// The changes that were not confirmed before, newest first; each may be older than the runs that confirmed it.
    pub changes: Vec<NewChange<'a>>,
}

/// A newly confirmed change.
#[derive(Clone, Debug)]
pub struct NewChange<'a> {
    /// Its series.
    pub series: SeriesKey,
    /// What it is.
    pub point: ChangePoint,
    /// The measurements between which it lies.
    pub sides: (Entry<'a>, Entry<'a>),
}

/// What the days up to `now` confirmed beside what the days up to `before` had. Both are the oldest of one site's runs, in
/// order of date.
pub fn newly_confirmed<'a>(before: &'a [Run], now: &'a [Run], economics: &Economics<'_>) -> News<'a> {
    // Intervals are most of the work, and only those of the new changes are of use.
    let settings = VoteSettings::default();
    let sampling = Sampling { resamples: 0, ..settings.sampling };
    let without = VoteSettings { sampling, ..settings };
    let (before, now) = (with_settings(before, economics, &without), with_settings(now, economics, &without));
    let earlier = |one: &Watched<'_>| {
        let at = before.binary_search_by(|it| (&it.series, &it.identity).cmp(&(&one.series, &one.identity)));
        at.ok().map(|at| &before[at])
    };
    let new_of = |one: &Watched<'a>| -> Vec<NewChange<'a>> {
        let earlier = earlier(one);
        let new = one.confirmed().filter(|point| !earlier.is_some_and(|earlier| earlier.knows(point, one)));
        new.map(|point| NewChange {
            series: one.series.clone(),
            point: ChangePoint { interval: interval_of(one, point.index), ..*point },
            sides: one.sides(point),
        })
        .collect()
    };
    let mut changes: Vec<NewChange<'a>> = now.iter().flat_map(new_of).collect();
    changes.sort_by_cached_key(|change| (std::cmp::Reverse(change.sides.1.run.date), change.sides.1.href()));
    News { watched: now.len(), changes }
}

/// The interval of a change that was found without one.
fn interval_of(one: &Watched<'_>, index: usize) -> Option<Interval> {
    let points = change_points(&one.values, &VoteSettings::default());
    points.into_iter().find(|point| point.index == index)?.interval
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::sample::{UNPRICED, measurement, run};
    use serde_json::json;

    /// A run a day in January, each with one measurement of this throughput.
    fn runs(values: &[f64]) -> Vec<Run> {
        let one = |(at, value): (usize, &f64)| {
            let day = at + 1;
            let fields = json!({ "throughput": { "total": value * 8.0 } });
            run(&format!("r{day:02}"), &format!("2026-01-{day:02}"), vec![measurement(&fields)])
        };
        values.iter().enumerate().map(one).collect()
    }

    /// Twelve days at 100, then others at 80, both with a little scatter.
    fn dropped(after: usize) -> Vec<Run> {
        let value = |at: usize| if at < 12 { 100.0 } else { 80.0 } + (at % 3) as f64 / 10.0;
        runs(&(0..12 + after).map(value).collect::<Vec<f64>>())
    }

    #[test]
    fn a_change_is_new_once_when_the_runs_are_in_that_confirm_it() {
        let news = |before: &[Run], now: &[Run]| -> Vec<String> {
            let news = newly_confirmed(before, now, &UNPRICED);
            news.changes.iter().map(|change| change.sides.1.run.id.clone()).collect()
        };
        let (early, later, last) = (dropped(2), dropped(6), dropped(10));
        assert_eq!(news(&[], &early), [""; 0], "two runs are no confirmation");
        assert_eq!(news(&early, &later), ["r13"]);
        assert_eq!(news(&later, &last), [""; 0], "and it is no news a second time");
        assert_eq!(news(&[], &last), ["r13"]);
    }

    #[test]
    fn a_new_change_is_the_one_that_a_look_with_intervals_finds() {
        let runs = dropped(6);
        let news = newly_confirmed(&runs[..14], &runs, &UNPRICED);
        let looked = watched(&runs, &UNPRICED);
        let found: Vec<&ChangePoint> = looked.iter().flat_map(Watched::confirmed).collect();
        assert_eq!(news.changes.iter().map(|change| &change.point).collect::<Vec<_>>(), found);
        assert!(found[0].interval.is_some_and(|interval| interval.contains(0.8)));
    }

    #[test]
    fn four_runs_are_not_watched() {
        assert_eq!(watched(&runs(&[1.0, 1.0, 9.0, 9.0]), &UNPRICED).len(), 0);
        assert_eq!(watched(&runs(&[1.0; 5]), &UNPRICED).len(), 1);
        assert_eq!(watched(&[], &UNPRICED).len(), 0);
    }
}
