//! Changes that a report stated as confirmed and that are so no longer: they are marked, not dropped.

use super::{
    super::{charts::day_words, workload::full_series_name},
    change::{medians, percent, sides, turn_word},
    change_href, full_configuration, trend_href, work,
};
use crate::{
    analysis::{Analysis, Change, Fate, Formerly, SeriesKey},
    format,
};
use serde_json::{Value, json};

/// Those that later runs took back, newest first.
pub(super) fn taken_back<'s>(
    analysis: &'s Analysis<'_>,
    wanted: impl Fn(&SeriesKey) -> bool + 's,
) -> impl Iterator<Item = &'s Formerly<'s>> {
    let mut found: Vec<&Formerly<'_>> =
        analysis.formerly().iter().filter(|it| it.is_taken_back() && wanted(&it.series)).collect();
    found.sort_by_key(|it| (std::cmp::Reverse(it.change.after.run.date), &it.change.id));
    found.into_iter()
}

/// The ids under which reports knew a change before later runs moved it.
pub(super) fn earlier_ids<'s>(analysis: &'s Analysis<'_>, change: &'s Change<'_>) -> Vec<&'s str> {
    let became_this = |it: &&Formerly<'_>| it.fate == Fate::Moved(change.id.clone());
    analysis.formerly().iter().filter(became_this).map(|it| it.change.id.as_str()).collect()
}

/// What became of it, in a sentence.
pub(super) fn fate_words(known: &Formerly<'_>) -> String {
    let now = match &known.fate {
        Fate::Moved(id) => return format!("Later runs moved it; it is now {id}."),
        Fate::Past => {
            return format!(
                "Confirmed as of {}; its runs are no longer among those that are watched.",
                known.until
            );
        }
        Fate::Open => "still seen, but no longer sure",
        Fate::Gone => "no longer told from noise",
    };
    format!(
        "Confirmed as of {}; no longer, after {}: {now}.",
        known.until,
        format::plural(known.more, "more run", "more runs"),
    )
}

/// One as the list of all changes shows it.
pub(super) fn row(analysis: &Analysis<'_>, known: &Formerly<'_>) -> Value {
    let change = &known.change;
    json!({
        "href": change_href(&known.series, change),
        "turn": turn_word(change),
        "percent": percent(change),
        "metric": change.metric.name(),
        "series": full_series_name(analysis, &known.series),
        "series_href": trend_href(&known.series),
        "work": work(analysis, &known.series),
        "configuration": full_configuration(change.after.measurement),
        "fate": fate_words(known),
    })
}

/// Those of a series as its page shows them: taken back, or past. One that is still open has its card, and its place there.
pub(super) fn of_series(analysis: &Analysis<'_>, key: &SeriesKey, open: &[&Change<'_>]) -> Vec<Value> {
    let known = analysis.formerly().iter().filter(|it| it.series == *key);
    let listed = known.filter(|it| !matches!(it.fate, Fate::Moved(_)));
    listed
        .map(|known| {
            let change = &known.change;
            json!({
                "id": change.id,
                "has_card": open.iter().any(|other| other.id == change.id),
                "turn": turn_word(change),
                "percent": percent(change),
                "metric": change.metric.name(),
                "configuration": full_configuration(change.after.measurement),
                "medians": medians(change),
                "between": format!("{} and {}", day_words(change.before.run), day_words(change.after.run)),
                "sides": sides(analysis, change),
                "fate": fate_words(known),
            })
        })
        .collect()
}
