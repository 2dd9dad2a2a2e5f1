//! A change in words.

use super::{
    super::{
        Link,
        charts::{day_words, lower_first},
        difference_href,
    },
    acknowledgement::said_of,
    change_href,
    formerly::earlier_ids,
    full_configuration,
};
use crate::{
    analysis::{
        Analysis, Candidate, Cause, Change, Entry, History, SeriesKey, StatedImage, Turn, change_point::Class,
    },
    chart::{Spark, spark},
    format,
};
use jiff::civil::Date;
use serde_json::{Value, json};

/// `Improvement` or `Regression`.
pub(in crate::page) fn turn_word(change: &Change<'_>) -> &'static str {
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
pub(in crate::page) fn percent(change: &Change<'_>) -> String {
    let relative = change.point.relative();
    if !relative.is_finite() {
        return "from zero".to_owned();
    }
    let sign = if relative < 0.0 { '−' } else { '+' };
    format!("{sign}{} %", format::figure(100.0 * relative.abs()))
}

/// `527 → 432 tok/s/accelerator`.
pub(in crate::page) fn medians(change: &Change<'_>) -> String {
    let [before, after] = [change.point.before, change.point.after].map(format::figure);
    format!("{before} → {after} {}", change.metric.unit())
}

/// The interval of the ratio of the medians, where there is one: `ratio 0.80 to 0.83 at 95 % confidence`.
pub(in crate::page) fn interval(change: &Change<'_>) -> Option<String> {
    let interval = change.point.interval?;
    let [low, high] = [interval.low, interval.high].map(|bound| format::significant(bound, 3));
    let less = if change.point.interval_is_narrow() { ", and less with so few runs" } else { "" };
    Some(format!("ratio {low} to {high} at 95 % confidence{less}"))
}

/// What a confirmed change rests on, where that is so little that its size isn't sure.
pub(in crate::page) fn reservation(change: &Change<'_>) -> Option<String> {
    let side = match change.point.short_levels() {
        _ if change.point.class != Class::Confirmed => return None,
        [false, false] => return None,
        [true, false] => "before it",
        [false, true] => "after it",
        [true, true] => "on either side",
    };
    let fewest = change.point.counts.into_iter().min().unwrap_or_default();
    let fewest = format::plural(fewest, "run", "runs");
    Some(format!(
        "It rests on {fewest} {side}, up to the change next to it, so its size isn’t sure and has no interval."
    ))
}

/// A change in one sentence: what a chart says of it.
pub(super) fn sentence(change: &Change<'_>) -> String {
    let interval = interval(change).map_or_else(String::new, |interval| format!(", {interval}"));
    format!(
        "{} {}, {}: medians {}{interval}{}",
        capitalised(class_word(change.point.class)),
        lower_first(turn_word(change)),
        percent(change),
        medians(change),
        reservation(change).map_or_else(String::new, |reservation| format!(". {reservation}")),
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
    let drawing = drawing(&history.values, change);
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
        "reservation": reservation(change),
        "p": p_words(change.point.p),
        "votes": change.point.votes,
        "spark": drawing,
        "sides": sides(analysis, change),
        "cause": explanation(change),
        "said": said_of(analysis.catalog, change),
        "earlier_ids": earlier_ids(analysis, change),
    })
}

/// Below a ten-thousandth nobody reads the digits.
fn p_words(p: f64) -> String {
    if p < 1e-4 { "p < 0.0001".to_owned() } else { format!("p = {}", format::significant(p, 2)) }
}

/// The history of a change as a small drawing, with it alone marked.
pub(in crate::page) fn drawing(values: &[f64], change: &Change<'_>) -> String {
    spark(&Spark { values: values.to_vec(), marks: vec![mark(change)] })
}

/// A change as a small drawing marks it.
pub(super) fn mark(change: &Change<'_>) -> (usize, bool, bool) {
    let up = change.point.after > change.point.before;
    (change.point.index, up, change.point.class == Class::Confirmed)
}

/// The candidates for a cause in words, with who states what. None is proof; where nothing stated differs, the change is
/// unexplained.
pub(in crate::page) fn explanation(change: &Change<'_>) -> String {
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

/// What is known of the images where they explain nothing: a run further away is named, as a witness and no more.
fn unexplained(change: &Change<'_>) -> String {
    if let [Some(old), Some(new)] = change.images
        && (old.runs, new.runs) == (0, 0)
    {
        let image = old.image().unwrap_or_default();
        return format!("both runs state the image {image}, and nothing else that they state differs.");
    }
    let [before, after] = change.images;
    let sides = [("before", "earlier", change.before, before), ("after", "later", change.after, after)];
    let sides = sides.map(|(side, way, next, stated)| of_side(side, way, next, stated));
    format!("nothing that both runs state differs. {}. {}.", sides[0], sides[1])
}

/// What is stated of the image on one side of a change.
fn of_side(side: &str, way: &str, next: Entry<'_>, stated: Option<StatedImage<'_>>) -> String {
    let Some(stated) = stated else {
        return format!("The run {side} states no image, and no other on its level does");
    };
    let image = stated.image().unwrap_or_default();
    if stated.runs == 0 {
        return format!("The run {side} states the image {image}");
    }
    let run = stated.entry.run;
    let known = run.date_until.is_none() && next.run.date_until.is_none();
    let days = days_between(run.date, next.run.date);
    let days = if known { format!(" and {}", format::plural(days, "day", "days")) } else { String::new() };
    format!(
        "The run {side} states no image; the nearest that does is of {}, {}{days} {way}, and states {image}",
        day_words(run),
        format::plural(stated.runs, "run", "runs"),
    )
}

fn days_between(one: Date, other: Date) -> usize {
    (one - other).get_days().unsigned_abs() as usize
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

/// Which other configuration of the same run states what one of the two measurements doesn't.
fn witness(own: Entry<'_>, other: Entry<'_>) -> Option<String> {
    let day = day_words(other.run);
    (own != other).then(|| format!("the run of {day} states it at {}", full_configuration(other.measurement)))
}
