//! A change in words.

use super::{
    super::{
        Link,
        charts::{day_words, lower_first},
        difference_href,
    },
    acknowledgement::said_of,
    change_href, full_configuration,
};
use crate::{
    analysis::{Analysis, Candidate, Cause, Change, Entry, History, SeriesKey, Turn, change_point::Class},
    chart::{Spark, spark},
    format,
};
use serde_json::{Value, json};

/// `Improvement` or `Regression`.
pub(super) fn turn_word(change: &Change<'_>) -> &'static str {
    match change.turn() {
        Turn::Improvement => "Improvement",
        Turn::Regression => "Regression",
    }
}

/// How sure a change is.
pub(super) fn class_word(class: Class) -> &'static str {
    match class {
        Class::Confirmed => "confirmed",
        Class::Suspect => "suspect",
        Class::Candidate => "candidate",
    }
}

/// The relative change of the median, signed: `−18.1 %`.
pub(super) fn percent(change: &Change<'_>) -> String {
    let relative = change.point.relative();
    if !relative.is_finite() {
        return "from zero".to_owned();
    }
    let sign = if relative < 0.0 { '−' } else { '+' };
    format!("{sign}{} %", format::figure(100.0 * relative.abs()))
}

/// `527 → 432 tok/s/accelerator`.
pub(super) fn medians(change: &Change<'_>) -> String {
    let [before, after] = [change.point.before, change.point.after].map(format::figure);
    format!("{before} → {after} {}", change.metric.unit())
}

/// The interval of the ratio of the medians, where there is one.
pub(super) fn interval(change: &Change<'_>) -> Option<String> {
    let interval = change.point.interval?;
    let [low, high] = [interval.low, interval.high].map(|bound| format::significant(bound, 3));
    Some(format!("{low} to {high}"))
}

/// A change in one sentence: what a chart says of it.
pub(super) fn sentence(change: &Change<'_>) -> String {
    let interval = interval(change)
        .map_or_else(String::new, |interval| format!(", ratio {interval} at 95 % confidence"));
    format!(
        "{} {}, {}: medians {}{interval}",
        capitalised(class_word(change.point.class)),
        lower_first(turn_word(change)),
        percent(change),
        medians(change),
    )
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The two measurements between which a change lies, and what else differs between their runs.
pub(super) fn sides(analysis: &Analysis<'_>, change: &Change<'_>) -> Vec<Link> {
    let link =
        |name: &str, entry: Entry<'_>| Link::new(format!("{name}: {}", day_words(entry.run)), entry.href());
    let difference = difference_href(analysis, &change.before.run.id, &change.after.run.id);
    let difference = difference.map(|href| Link::new("what differs between the two", href));
    let sides = [link("Last run before", change.before), link("first run after", change.after)];
    sides.into_iter().chain(difference).collect()
}

/// Everything that is known of a change.
pub(super) fn card(
    analysis: &Analysis<'_>,
    key: &SeriesKey,
    history: &History<'_>,
    change: &Change<'_>,
) -> Value {
    let drawing = spark(&Spark { values: history.values.clone(), marks: vec![mark(change)] });
    let [before, after] = change.point.counts.map(|count| format::plural(count, "run", "runs"));
    json!({
        "id": change.id,
        "href": change_href(key, change),
        "turn": turn_word(change),
        "better": change.turn() == Turn::Improvement,
        "up": change.point.after > change.point.before,
        "class": class_word(change.point.class),
        "percent": percent(change),
        "metric": change.metric.name(),
        "configuration": full_configuration(change.after.measurement),
        "medians": medians(change),
        "counts": format!("{before} before and {after} after"),
        "interval": interval(change),
        "p": p_words(change.point.p),
        "votes": change.point.votes,
        "spark": drawing,
        "sides": sides(analysis, change),
        "cause": explanation(change),
        "said": said_of(analysis.catalog, change),
    })
}

/// Below a ten-thousandth nobody reads the digits.
fn p_words(p: f64) -> String {
    if p < 1e-4 { "p < 0.0001".to_owned() } else { format!("p = {}", format::significant(p, 2)) }
}

/// A change as a small drawing marks it.
pub(super) fn mark(change: &Change<'_>) -> (usize, bool, bool) {
    let up = change.point.after > change.point.before;
    (change.point.index, up, change.point.class == Class::Confirmed)
}

/// The candidates for a cause in words, with who states what. None is proof; where nothing stated differs, the change is
/// unexplained.
pub(super) fn explanation(change: &Change<'_>) -> String {
    explained(change, |candidate| {
        let witnesses = [witness(change.before, candidate.before), witness(change.after, candidate.after)];
        let witnesses: Vec<String> = witnesses.into_iter().flatten().collect();
        let words = cause_words(&candidate.cause);
        if witnesses.is_empty() { words } else { format!("{words} ({})", witnesses.join("; ")) }
    })
}

/// The same in short.
pub(super) fn short_explanation(change: &Change<'_>) -> String {
    explained(change, |candidate| cause_words(&candidate.cause))
}

fn explained(change: &Change<'_>, words: impl Fn(&Candidate<'_>) -> String) -> String {
    if change.candidates.is_empty() {
        return format!("Unexplained: {}", unexplained(change));
    }
    let words: Vec<String> = change.candidates.iter().map(words).collect();
    format!("What else changed: {}.", words.join("; "))
}

/// What is known of the images where they explain nothing.
fn unexplained(change: &Change<'_>) -> String {
    let image = |entry: Entry<'_>| entry.measurement.framework.image.clone();
    match (image(change.before), image(change.after)) {
        (Some(same), Some(_)) => {
            format!("both runs state the image {same}, and nothing else that they state differs.")
        }
        (None, Some(new)) => {
            format!("the run after states the image {new}; no run on the level before states another.")
        }
        (Some(old), None) => {
            format!("the run before states the image {old}; no run on the level after states another.")
        }
        (None, None) => {
            "no two runs around it state different images, and nothing else that they state differs."
                .to_owned()
        }
    }
}

fn cause_words(cause: &Cause<'_>) -> String {
    let stated = |what: &str, old: Option<&str>, new: Option<&str>| {
        let [old, new] = [old, new].map(|value| value.unwrap_or("unknown"));
        format!("{what} from {old} to {new}")
    };
    match cause {
        Cause::Image(old, new) => stated("image", *old, *new),
        Cause::FrameworkVersion(old, new) => stated("version", *old, *new),
        Cause::Recipe(old, new) => stated("recipe", *old, *new),
        Cause::ExactModel(old, new) => stated("checkpoint", *old, *new),
        Cause::Driver(old, new) => stated("driver", *old, *new),
        Cause::Changelog(entry) => entry.description.join(" "),
    }
}

/// Who states what one of the two measurements doesn't.
fn witness(own: Entry<'_>, other: Entry<'_>) -> Option<String> {
    let day = day_words(other.run);
    if own == other {
        None
    } else if own.run.id == other.run.id {
        Some(format!("the run of {day} states it at {}", full_configuration(other.measurement)))
    } else {
        Some(format!("the run of {day} states it, the one next to the change does not"))
    }
}
