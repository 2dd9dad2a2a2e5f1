//! What became of the changes that reports stated: one that later runs take back is said to be taken back.

use super::{
    Change, History, NewChange, News, SeriesKey, Trends,
    change_point::{AGREEMENT, Class},
};
use jiff::civil::Date;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// A change that was confirmed by the end of a report's days, and is no confirmed change of that id today.
#[derive(Clone, Debug)]
pub struct Formerly<'a> {
    /// Its series, which is still watched.
    pub series: SeriesKey,
    /// The change as it was confirmed then.
    pub change: Change<'a>,
    /// The last of the report's days.
    pub until: Date,
    /// How many runs its history has had since.
    pub more: usize,
    /// What became of it.
    pub fate: Fate,
}

/// What became of a change that was confirmed once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Later runs moved it by a run or a few: the id of the confirmed change that it is now.
    Moved(String),
    /// It is still seen, but no longer sure.
    Open,
    /// No detector sees it any more, or it is no larger than noise.
    Gone,
    /// Its runs are no longer among those that are looked at.
    Past,
}

impl Formerly<'_> {
    /// Whether it was taken back: neither moved nor merely old.
    pub fn is_taken_back(&self) -> bool {
        matches!(self.fate, Fate::Open | Fate::Gone)
    }
}

/// The changes that looks at earlier days confirmed and today's look doesn't, those of the earliest look first. Each look
/// comes with its last day.
pub(super) fn formerly_confirmed<'a>(
    now: &Trends<'a>,
    looks: impl IntoIterator<Item = (Date, Arc<News<'a>>)>,
) -> Vec<Formerly<'a>> {
    let histories: BTreeMap<_, &History<'a>> = now.histories().collect();
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for (until, news) in looks {
        for NewChange { series, change, .. } in &news.changes {
            if !now.series.contains_key(series) || !seen.insert(change.id.clone()) {
                continue;
            }
            let configuration = change.after.measurement.identify("");
            let history = histories.get(&(series, configuration.as_str(), change.metric.key())).copied();
            let Some(fate) = history.map_or(Some(Fate::Past), |history| fate(history, change)) else {
                continue;
            };
            let later =
                |history: &History<'_>| history.entries.iter().filter(|entry| entry.run.date > until).count();
            let more = history.map_or(0, later);
            found.push(Formerly { series: series.clone(), change: change.clone(), until, more, fate });
        }
    }
    found
}

/// What became of a change in its history; nothing where it stands as it was.
fn fate(now: &History<'_>, change: &Change<'_>) -> Option<Fate> {
    if now.confirmed().any(|known| known.id == change.id) {
        return None;
    }
    let Some(place) = now.entries.iter().position(|entry| entry.run.id == change.after.run.id) else {
        return Some(Fate::Past);
    };
    let near = |known: &&Change<'_>| {
        known.point.index.abs_diff(place) <= AGREEMENT && known.point.direction == change.point.direction
    };
    let nearest = now.changes.iter().filter(near).min_by_key(|known| {
        (known.point.class != Class::Confirmed, known.point.index.abs_diff(place), &known.id)
    });
    Some(match nearest {
        Some(known) if known.point.class == Class::Confirmed => Fate::Moved(known.id.clone()),
        Some(_) => Fate::Open,
        None => Fate::Gone,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{
        newly_confirmed,
        sample::{UNPRICED, measurement, run},
    };
    use record::Run;
    use serde_json::json;

    /// A run a day from the first of January on, of these throughputs.
    fn runs(values: impl IntoIterator<Item = f64>) -> Vec<Run> {
        let one = |(at, value): (usize, f64)| {
            let day = jiff::civil::date(2026, 1, 1).checked_add(jiff::Span::new().days(at as i64));
            let value = (value + (at % 3) as f64 / 10.0) * 8.0;
            let fields = json!({ "throughput": { "total": value }, "latency": {} });
            let mut measured = measurement(&fields);
            measured.id = format!("m{at:02}");
            run(&format!("r{at:02}"), &day.expect("a day").to_string(), vec![measured])
        };
        values.into_iter().enumerate().map(one).collect()
    }

    /// What became of the changes of the first runs, of which there were `then`.
    fn fates(first: &[Run], then: usize, now: &[Run]) -> Vec<(usize, Fate)> {
        let news = Arc::new(newly_confirmed(&[], &first[..then], &UNPRICED));
        assert_eq!(news.changes.len(), 1, "the report had one to state");
        let until = first[then - 1].date;
        let found = formerly_confirmed(&Trends::new(now, &UNPRICED), [(until, news)]);
        found.into_iter().map(|it| (it.more, it.fate)).collect()
    }

    fn step(at: usize, count: usize) -> Vec<Run> {
        runs((0..count).map(|day| if day < at { 100.0 } else { 80.0 }))
    }

    #[test]
    fn a_change_that_stands_is_not_listed_and_one_that_later_runs_take_back_is() {
        let first = step(12, 30);
        assert_eq!(fates(&first, 20, &first), []);
        let quiet = runs((0..30).map(|_| 100.0));
        assert_eq!(fates(&first, 20, &quiet), [(10, Fate::Gone)]);
    }

    #[test]
    fn a_change_that_moved_by_a_run_leads_to_what_it_is_now() {
        let moved = step(13, 30);
        let id = Trends::new(&moved, &UNPRICED).confirmed()[0].1.id.clone();
        assert_eq!(fates(&step(12, 30), 20, &moved), [(10, Fate::Moved(id))]);
        assert_eq!(fates(&step(12, 30), 20, &step(20, 30)), [(10, Fate::Gone)], "too far to be the same");
    }

    #[test]
    fn a_change_older_than_what_is_looked_at_is_past() {
        let all = step(12, 140);
        assert_eq!(fates(&all, 20, &all), [(100, Fate::Past)]);
    }
}
