//! `period` and `count`: what happened in some days, for reports. `site report` writes texts that ask for all of it.

mod bests;
mod changes;
mod fallen;
mod measured;

use super::arguments::Arguments;
use crate::{
    analysis::{Analysis, Days, Entry},
    format,
    suggestion::did_you_mean,
};
use jiff::civil::Date;
use record::Outcome;
use std::collections::BTreeSet;

type Show = fn(&Analysis<'_>, Days) -> String;

/// What a period can show, as blocks.
const SHOWS: [(&str, Show); 4] = [
    ("measured", measured::html),
    ("changes", changes::html),
    ("bests", bests::html),
    ("fallen", fallen::html),
];

type Count = fn(&Analysis<'_>, Days) -> String;

/// What can be counted, in a sentence.
const COUNTS: [(&str, Count); 7] = [
    ("runs", |analysis, days| format::plural(runs(analysis, days), "run", "runs")),
    ("measurements", |analysis, days| {
        let count =
            days.entries(&analysis.catalog.runs).filter(|it| it.measurement.accuracy.is_none()).count();
        format::plural(count, "measurement", "measurements")
    }),
    ("evaluations", |analysis, days| {
        let count =
            days.entries(&analysis.catalog.runs).filter(|it| it.measurement.accuracy.is_some()).count();
        format::plural(count, "accuracy evaluation", "accuracy evaluations")
    }),
    ("accelerators", |analysis, days| {
        let keys: BTreeSet<_> =
            measured(analysis, days).map(|it| &it.measurement.deployment.accelerator).collect();
        format::plural(keys.len(), "accelerator", "accelerators")
    }),
    ("models", |analysis, days| {
        let keys: BTreeSet<_> = measured(analysis, days).map(|it| &it.measurement.model.key).collect();
        format::plural(keys.len(), "model", "models")
    }),
    ("changes", |analysis, days| format::plural(analysis.news(days).changes.len(), "change", "changes")),
    ("bests", |analysis, days| {
        let count = bests::found(analysis, days).iter().filter(|best| !best.is_within_noise()).count();
        format::plural(count, "new best", "new bests")
    }),
];

/// A block that shows something of some days.
///
/// # Errors
/// An argument that is missing or makes no sense.
pub(super) fn block(analysis: &Analysis<'_>, arguments: &Arguments<'_>) -> Result<String, String> {
    arguments.only(&["show", "from", "until"])?;
    let show = one_of(arguments, "show", SHOWS)?;
    Ok(show(analysis, days(arguments)?))
}

/// How many there were in some days, with the word for it: `12 runs`.
///
/// # Errors
/// An argument that is missing or makes no sense.
pub(super) fn phrase(analysis: &Analysis<'_>, arguments: &Arguments<'_>) -> Result<String, String> {
    arguments.only(&["of", "from", "until"])?;
    let count = one_of(arguments, "of", COUNTS)?;
    Ok(count(analysis, days(arguments)?))
}

fn one_of<T: Copy, const N: usize>(
    arguments: &Arguments<'_>,
    argument: &str,
    known: [(&str, T); N],
) -> Result<T, String> {
    let wanted = arguments.required(argument)?;
    let found = known.iter().find(|(name, _)| *name == wanted);
    found.map(|(_, value)| *value).ok_or_else(|| {
        format!("`{argument}` can’t be `{wanted}`{}", did_you_mean(wanted, &known.map(|(name, _)| name)))
    })
}

fn days(arguments: &Arguments<'_>) -> Result<Days, String> {
    let day = |name: &str| -> Result<Date, String> {
        let text = arguments.required(name)?;
        text.parse().map_err(|_| format!("`{name}` is \"{text}\". Expected a day, such as 2026-05-01"))
    };
    let days = Days { from: day("from")?, until: day("until")? };
    if days.from > days.until {
        return Err(format!("`from` is {}, after `until`, {}. Swap them", days.from, days.until));
    }
    Ok(days)
}

/// The measurements of some days that came out well, evaluations left out.
fn measured<'a>(analysis: &Analysis<'a>, days: Days) -> impl Iterator<Item = Entry<'a>> {
    days.entries(&analysis.catalog.runs)
        .filter(|it| it.measurement.accuracy.is_none() && it.measurement.outcome == Outcome::Ok)
}

fn runs(analysis: &Analysis<'_>, days: Days) -> usize {
    analysis.catalog.runs.iter().filter(|run| days.hold(run) && !run.measurements.is_empty()).count()
}
