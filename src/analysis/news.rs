//! What some days confirmed: a change is news once, when the runs are in that make it sure.

use super::{
    Change, Economics, History, SeriesKey, Trends,
    change_point::{AGREEMENT, ChangePoint, Sampling, VoteSettings, change_points},
};
use record::Run;
use std::{cmp::Reverse, collections::BTreeMap};

/// What some days confirmed.
#[derive(Clone, Debug, Default)]
pub struct News<'a> {
    /// How many configurations were watched at their end.
    pub watched: usize,
    /// The changes that were not confirmed before, newest first; each may be older than the runs that confirmed it.
    pub changes: Vec<NewChange<'a>>,
}

/// A change that was not confirmed before.
#[derive(Clone, Debug)]
pub struct NewChange<'a> {
    /// The series that it is of.
    pub series: SeriesKey,
    /// The change.
    pub change: Change<'a>,
    /// The values of its history, as far as it was known.
    pub values: Vec<f64>,
}

/// What the days up to `now` confirmed beside what the days up to `before` had. Both are the oldest of one site's runs, in
/// order of date.
pub fn newly_confirmed<'a>(before: &'a [Run], now: &'a [Run], economics: &Economics<'_>) -> News<'a> {
    // Intervals are most of the work, and only those of the new changes are of use.
    let settings = VoteSettings::default();
    let sampling = Sampling { resamples: 0, ..settings.sampling };
    let without = VoteSettings { sampling, ..settings };
    let [before, now] = [before, now].map(|runs| Trends::with_settings(runs, economics, &without));
    let earlier: BTreeMap<_, &History<'_>> = before.histories().collect();
    let mut changes = Vec::new();
    for (place, history) in now.histories() {
        let earlier = earlier.get(&place);
        let new =
            history.confirmed().filter(|change| !earlier.is_some_and(|had| knows(had, history, change)));
        changes.extend(new.map(|change| NewChange {
            series: place.0.clone(),
            change: with_interval(history, change),
            values: history.values.clone(),
        }));
    }
    changes.sort_by_cached_key(|new| (Reverse(new.change.after.run.date), new.change.id.clone()));
    News { watched: now.configurations().count(), changes }
}

/// Whether an earlier look at the same history had confirmed this change already: one within three runs of it.
fn knows(earlier: &History<'_>, now: &History<'_>, change: &Change<'_>) -> bool {
    let place = |run: &str| now.entries.iter().position(|entry| entry.run.id == run);
    earlier.confirmed().any(|known| {
        place(&known.after.run.id).is_some_and(|known| known.abs_diff(change.point.index) <= AGREEMENT)
    })
}

/// A change that was found without its interval.
fn with_interval<'a>(history: &History<'a>, change: &Change<'a>) -> Change<'a> {
    let points = change_points(&history.values, &VoteSettings::default());
    let same = points.into_iter().find(|point| point.index == change.point.index);
    let interval = same.and_then(|point| point.interval);
    Change { point: ChangePoint { interval, ..change.point }, ..change.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{
        Metric,
        sample::{UNPRICED, measurement, run},
    };
    use serde_json::json;

    /// A run a day in January: twelve at 100, then `after` at 80, both with a little scatter.
    fn dropped(after: usize) -> Vec<Run> {
        let one = |at: usize| {
            let value = if at < 12 { 100.0 } else { 80.0 } + (at % 3) as f64 / 10.0;
            let day = at + 1;
            let fields = json!({ "throughput": { "total": value * 8.0 } });
            run(&format!("r{day:02}"), &format!("2026-01-{day:02}"), vec![measurement(&fields)])
        };
        (0..12 + after).map(one).collect()
    }

    #[test]
    fn a_change_is_new_once_when_the_runs_are_in_that_confirm_it() {
        let news = |before: &[Run], now: &[Run]| -> Vec<String> {
            let news = newly_confirmed(before, now, &UNPRICED);
            assert_eq!(news.watched, 1);
            news.changes.iter().map(|new| new.change.after.run.id.clone()).collect()
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
        let looked = Trends::new(&runs, &UNPRICED);
        let found: Vec<&ChangePoint> =
            looked.confirmed().into_iter().map(|(_, change)| &change.point).collect();
        assert_eq!(news.changes.iter().map(|new| &new.change.point).collect::<Vec<_>>(), found);
        assert_eq!(news.changes[0].change.metric, Metric::ThroughputPerAccelerator);
        assert!(found[0].interval.is_some_and(|interval| interval.contains(0.8)));
    }
}
