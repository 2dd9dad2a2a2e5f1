//! The confirmed changes, for those who follow them: of all, of a model, of an accelerator, of a series.

use super::{
    super::feed::{Feed, FeedEntry},
    acknowledgement::acknowledgement_of,
    change::{explanation, interval, medians, percent, reservation, turn_word},
    change_href,
    formerly::{fate_words, taken_back},
    full_configuration,
};
use crate::{
    analysis::{Analysis, Change, Formerly, SeriesKey},
    page::{
        charts::{day_words, lower_first},
        workload::full_series_name,
    },
};
use record::{AcceleratorKey, ModelKey};

/// How many changes a feed holds.
const NEWEST: usize = 100;

/// Every confirmed change.
pub(super) fn of_site(analysis: &Analysis<'_>) -> Feed {
    let title = format!("{}: confirmed changes", analysis.config.title);
    Feed { title, entries: entries(analysis, |_| true) }
}

/// The confirmed changes of a series.
pub(super) fn of_series(analysis: &Analysis<'_>, key: &SeriesKey, name: &str) -> Feed {
    let title = format!("{}: confirmed changes of {name}", analysis.config.title);
    Feed { title, entries: entries(analysis, |other| other == key) }
}

/// The confirmed changes of a model; nothing where none of its series is watched.
pub(crate) fn of_model(analysis: &Analysis<'_>, model: &ModelKey) -> Option<Feed> {
    let what = format!("of {}", analysis.catalog.model_name(model));
    of_watched(analysis, &what, |key| key.model == *model)
}

/// The confirmed changes on an accelerator; nothing where none of its series is watched.
pub(crate) fn of_accelerator(analysis: &Analysis<'_>, accelerator: &AcceleratorKey) -> Option<Feed> {
    let what = format!("on {}", analysis.catalog.accelerator_name(accelerator));
    of_watched(analysis, &what, |key| key.accelerator == *accelerator)
}

fn of_watched(analysis: &Analysis<'_>, what: &str, wanted: impl Fn(&SeriesKey) -> bool) -> Option<Feed> {
    analysis.trends().series.keys().any(&wanted).then(|| Feed {
        title: format!("{}: confirmed changes {what}", analysis.config.title),
        entries: entries(analysis, wanted),
    })
}

fn entries(analysis: &Analysis<'_>, wanted: impl Fn(&SeriesKey) -> bool) -> Vec<FeedEntry> {
    let confirmed = analysis.trends().confirmed().into_iter().filter(|(key, _)| wanted(key));
    let confirmed = confirmed.map(|(key, change)| entry(analysis, key, change));
    let mut entries: Vec<FeedEntry> =
        confirmed.chain(taken_back(analysis, &wanted).map(|known| revoked(analysis, known))).collect();
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.day));
    entries.truncate(NEWEST);
    entries
}

/// A change that subscribers were told of and that later runs took back: the same entry, which now says so.
fn revoked(analysis: &Analysis<'_>, known: &Formerly<'_>) -> FeedEntry {
    let entry = entry(analysis, &known.series, &known.change);
    FeedEntry {
        title: format!("No longer confirmed: {}", lower_first(&entry.title)),
        summary: format!("{} It said: {}", fate_words(known), entry.summary),
        changed: analysis.newest_day().map_or(entry.changed, |day| day.max(entry.changed)),
        ..entry
    }
}

fn entry(analysis: &Analysis<'_>, key: &SeriesKey, change: &Change<'_>) -> FeedEntry {
    let said = acknowledgement_of(analysis.catalog, change);
    let interval = interval(change).map_or_else(String::new, |interval| format!(" ({interval})"));
    let reservation = reservation(change).map_or_else(String::new, |reservation| format!("{reservation} "));
    let mut summary = format!(
        "{}: medians {}{interval}, between run {} of {} and run {} of {}. {reservation}{}",
        full_configuration(change.after.measurement),
        medians(change),
        change.before.run.id,
        day_words(change.before.run),
        change.after.run.id,
        day_words(change.after.run),
        explanation(change),
    );
    if let Some(said) = said {
        let cause = said
            .facts
            .cause
            .as_ref()
            .map_or_else(String::new, |cause| format!(": {}", cause.trim_end_matches('.')));
        summary = format!("{}{cause}. {summary}", said.facts.status.word());
    }
    let day = change.after.run.date;
    FeedEntry {
        path: change_href(key, change),
        title: format!(
            "{} {}, {}: {}, {}",
            turn_word(change),
            percent(change),
            lower_first(change.metric.name()),
            full_series_name(analysis, key),
            super::work(analysis, key),
        ),
        summary,
        day,
        changed: said.and_then(|said| said.facts.date).map_or(day, |said| said.max(day)),
    }
}
