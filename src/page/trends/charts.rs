//! The full chart of a metric over time: the configurations of a series as lines, with their levels and changes.

use super::{change, change_href, full_configuration, names};
use crate::{
    analysis::{Change, Configuration, Direction, History, Metric, SeriesKey, change_point::Class},
    chart::{Axis, Better, Chart, Kind, Level, Mark, Point, Scale, Series, Style, Timeline, day_number},
    format,
    page::charts::{day_words, point_label},
};

/// From this ratio of the greatest to the smallest value on, equal steps stand for equal ratios: a change of a fifth is then
/// as large under little load as under much.
const RATIOS: f64 = 3.0;

/// The chart of a metric for those configurations of a series that have a history of it; nothing where none has.
pub(super) fn over_time(
    (key, configurations): (&SeriesKey, &[Configuration<'_>]),
    of: &str,
    metric: Metric,
) -> Option<Chart> {
    let named = configurations.iter().zip(names(configurations)).enumerate();
    let histories: Vec<(usize, String, &History<'_>)> = named
        .filter_map(|(slot, (configuration, name))| {
            let history = configuration.histories.iter().find(|history| history.metric == metric)?;
            Some((slot, name, history))
        })
        .collect();
    if histories.is_empty() {
        return None;
    }
    let mut timeline = Timeline::default();
    for (slot, name, history) in &histories {
        add(&mut timeline, key, *slot, name, history);
    }
    let values: Vec<f64> = histories.iter().flat_map(|(_, _, history)| &history.values).copied().collect();
    let better = if metric.better() == Direction::Higher { Better::Higher } else { Better::Lower };
    Some(Chart {
        id: metric.key().to_owned(),
        title: format!("{} over time", metric.name()),
        summary: summary(of, &histories),
        notes: notes(&histories),
        x: Axis { label: "Day of the run".to_owned(), unit: String::new(), better, scale: Scale::Time },
        y: Axis {
            label: metric.name().to_owned(),
            unit: metric.unit().to_owned(),
            better,
            scale: scale(&values),
        },
        kind: Kind::Timeline(timeline),
    })
}

fn scale(values: &[f64]) -> Scale {
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if low > 0.0 && high / low >= RATIOS { Scale::Log } else { Scale::Linear }
}

/// Adds a history as a series with its levels and marks.
fn add(timeline: &mut Timeline, key: &SeriesKey, slot: usize, name: &str, history: &History<'_>) {
    let series = timeline.series.len();
    let points: Vec<Point> = (0..history.values.len()).map(|at| point(history, at)).collect();
    for change in &history.changes {
        timeline.marks.push(Mark {
            series,
            point: change.point.index,
            up: change.point.after > change.point.before,
            sure: change.point.class == Class::Confirmed,
            label: change::sentence(change),
            href: change_href(key, change),
        });
        let medians = [change.point.before, change.point.after];
        for (level, y) in change.levels.iter().zip(medians).filter(|_| change.point.class == Class::Confirmed)
        {
            let level = Level { series, from: points[level.start].x, to: points[level.end - 1].x, y };
            // The level between two changes is the one before the second too.
            if !timeline.levels.contains(&level) {
                timeline.levels.push(level);
            }
        }
    }
    let style = Style { color: slot, shape: slot, dash: slot };
    let frontier = (0..points.len()).collect();
    timeline.series.push(Series { key: format!("c{slot}"), name: name.to_owned(), style, points, frontier });
}

fn point(history: &History<'_>, at: usize) -> Point {
    let entry = history.entries[at];
    let changed = |change: &&Change<'_>| change.point.index == at;
    let framework = &entry.measurement.framework;
    let details = [
        ("Configuration", full_configuration(entry.measurement)),
        ("Run", format!("{}, {}", entry.run.id, day_words(entry.run))),
        ("Image", framework.image.clone().unwrap_or_else(|| "not stated".to_owned())),
        ("Change", history.changes.iter().find(changed).map_or_else(|| "none".to_owned(), change::sentence)),
    ];
    Point {
        x: day_number(entry.run.date),
        y: history.values[at],
        label: point_label(entry.measurement),
        href: entry.href(),
        details: details.map(|(name, value)| (name.to_owned(), value)).into(),
    }
}

/// What is to be seen: how much, from when to when, and how many changes.
fn summary(of: &str, histories: &[(usize, String, &History<'_>)]) -> String {
    let days =
        || histories.iter().flat_map(|(_, _, history)| history.entries.iter().map(|entry| entry.run.date));
    let span = days().min().zip(days().max());
    let span = span.map_or_else(String::new, |(first, last)| format!(" from {first} to {last}"));
    let count = |class: Class| {
        let changes = histories.iter().flat_map(|(_, _, history)| &history.changes);
        changes.filter(|change| change.point.class == class).count()
    };
    let confirmed = format::plural(count(Class::Confirmed), "confirmed change", "confirmed changes");
    let others = count(Class::Suspect) + count(Class::Candidate);
    format!(
        "{of}: {}{span}, with {confirmed} and {others} still open.",
        format::plural(histories.len(), "configuration", "configurations"),
    )
}

fn notes(histories: &[(usize, String, &History<'_>)]) -> Vec<String> {
    let mut notes = vec![
        "A triangle is the first run after a change and points the way the value went: filled where the change is confirmed, hollow where it is open. A broad pale line is the median of the runs on a level beside a confirmed change.".to_owned(),
    ];
    let spans = histories
        .iter()
        .flat_map(|(_, _, history)| &history.entries)
        .filter(|entry| entry.run.date_until.is_some())
        .count();
    if spans > 0 {
        let measurements = format::plural(spans, "measurement", "measurements");
        notes.push(format!(
            "The day of {measurements} is only known as a span; the first day of it is drawn."
        ));
    }
    notes
}
