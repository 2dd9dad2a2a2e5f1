//! Changes that came together: those of one series between the same two runs. One new image moves many figures at once.

use super::{
    super::{charts::day_words, workload::full_series_name},
    acknowledgement::acknowledgement_of,
    change::{medians, percent, reservation, short_explanation, turn_word},
    change_href, full_configuration, trend_href, work,
};
use crate::{
    analysis::{Analysis, Change, SeriesKey, Turn, change_point::Class},
    page::charts::point_label,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The changes of a class, those that came together in one, newest first.
pub(super) fn events(analysis: &Analysis<'_>, class: Class) -> Vec<Value> {
    let mut events: Vec<(&SeriesKey, Vec<&Change<'_>>)> = Vec::new();
    let mut places: BTreeMap<(&SeriesKey, &str, &str), usize> = BTreeMap::new();
    for (key, change) in analysis.trends().changes() {
        if change.point.class != class {
            continue;
        }
        let place = places.entry((key, &change.before.run.id, &change.after.run.id)).or_insert(events.len());
        match events.get_mut(*place) {
            Some((_, together)) => together.push(change),
            None => events.push((key, vec![change])),
        }
    }
    for (_, together) in &mut events {
        together
            .sort_by_key(|change| (change.metric, change.after.measurement.arrival.concurrency, &change.id));
    }
    events.iter().map(|(key, together)| event(analysis, key, together)).collect()
}

/// The confirmed changes between two runs, those of each series together.
pub(in crate::page) fn between(analysis: &Analysis<'_>, before: &str, after: &str) -> Vec<Value> {
    let mut events: BTreeMap<&SeriesKey, Vec<Value>> = BTreeMap::new();
    for (key, change) in analysis.trends().confirmed() {
        if change.before.run.id == before && change.after.run.id == after {
            events.entry(key).or_default().push(row(key, change));
        }
    }
    let event = |(key, rows): (&SeriesKey, Vec<Value>)| {
        json!({
            "series": full_series_name(analysis, key),
            "href": trend_href(key),
            "work": work(analysis, key),
            "rows": rows,
        })
    };
    events.into_iter().map(event).collect()
}

fn event(analysis: &Analysis<'_>, key: &SeriesKey, together: &[&Change<'_>]) -> Value {
    let first = together[0];
    let rows: Vec<Value> = together.iter().map(|change| row(key, change)).collect();
    let mut causes: Vec<String> = together.iter().map(|change| short_explanation(change)).collect();
    causes.sort();
    causes.dedup();
    let said = together.iter().find_map(|change| acknowledgement_of(analysis.catalog, change));
    json!({
        "series": full_series_name(analysis, key),
        "href": trend_href(key),
        "work": work(analysis, key),
        "before": { "text": day_words(first.before.run), "href": first.before.href() },
        "after": { "text": day_words(first.after.run), "href": first.after.href() },
        "rows": rows,
        "causes": causes,
        "said": said.map(|said| json!({ "status": said.facts.status.word(), "cause": said.facts.cause })),
    })
}

fn row(key: &SeriesKey, change: &Change<'_>) -> Value {
    let load = point_label(change.after.measurement);
    json!({
        "href": change_href(key, change),
        "turn": turn_word(change),
        "better": change.turn() == Turn::Improvement,
        "up": change.point.after > change.point.before,
        "percent": percent(change),
        "metric": change.metric.name(),
        "load": if load.is_empty() { full_configuration(change.after.measurement) } else { load },
        "medians": medians(change),
        "reservation": reservation(change),
    })
}
