//! What a result is, as readers see it: a shape and a word, and where the rules are.

use crate::{
    analysis::{Analysis, Entry, Label, SeriesKey},
    html::Escaped,
};
use record::Run;
use std::fmt::Write;

/// Where the rules for labels stand.
const RULES: &str = "/docs/community-results/";

/// A label: its shape, which only eyes need, and its word.
pub(super) fn html(label: Label) -> String {
    let (word, shape) = (label.word(), label.shape());
    format!("<span class=\"label {word}\"><span aria-hidden=\"true\">{shape} </span>{word}</span>")
}

/// The label of a run, with whose it is, linked to the rules.
pub(super) fn of_run(analysis: &Analysis<'_>, run: &Run) -> String {
    let organisation = run.source.organisation.as_ref();
    let by = organisation.map_or_else(String::new, |name| format!(", offered by {}", Escaped(name)));
    format!("<a href=\"{RULES}\">{}</a>{by}", html(analysis.run_label(run)))
}

/// The label of a measurement and the runs that confirm it; nothing where the run's own label says it all.
pub(super) fn of_measurement(analysis: &Analysis<'_>, entry: &Entry<'_>) -> Option<String> {
    let label = analysis.label(entry);
    let confirmed = analysis.labels().confirmed_by(entry.measurement);
    if label == analysis.run_label(entry.run) && confirmed.is_empty() {
        return None;
    }
    let mut line = html(label);
    for (index, other) in confirmed.iter().enumerate() {
        let start = if index == 0 { ": agrees with " } else { ", " };
        let (href, run) = (other.href(), &other.run.id);
        let _ = write!(line, "{start}<a href=\"{}\">run {}</a>", Escaped(&href), Escaped(run));
    }
    Some(line)
}

/// What tells a source from the official one, in a legend: its shape, its word, and whose it is. Nothing for the official one.
pub(super) fn source_words(analysis: &Analysis<'_>, key: &SeriesKey) -> Option<String> {
    let label = Label::of_source(analysis.catalog, key);
    let words = format!("{} {}", label.shape(), label.word());
    let by = key.organisation.as_ref().map_or_else(String::new, |name| format!(" ({name})"));
    (label != Label::Official).then(|| words + &by)
}

/// The same as part of a key, which stays when a label changes.
pub(super) fn source_key(key: &SeriesKey) -> Option<String> {
    let kind = super::charts::kind_words(key.kind)?;
    Some(key.organisation.as_ref().map_or_else(|| kind.to_owned(), |name| format!("{kind}-{name}")))
}

/// The label of a run in a list; nothing for an official one.
pub(super) fn in_list(analysis: &Analysis<'_>, run: &Run) -> Option<String> {
    let label = analysis.run_label(run);
    (label != Label::Official).then(|| html(label))
}
