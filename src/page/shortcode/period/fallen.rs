//! What some days lack: what failed, was withdrawn, couldn't be placed, or wasn't measured.

use super::{Days, measured};
use crate::{
    analysis::{Analysis, Entry},
    format,
    page::{
        charts::day_words,
        measurement::outcome_words,
        table::{Cell, Column, Table},
    },
};
use std::collections::{BTreeMap, BTreeSet};

/// So many are listed one by one; the others are counted.
const MOST: usize = 25;

pub(super) fn html(analysis: &Analysis<'_>, days: Days) -> String {
    let mut rows = fallen(analysis, days);
    let more = rows.len().saturating_sub(MOST);
    rows.truncate(MOST);
    let mut html = if rows.is_empty() {
        "<p>No measurement of these days failed or was withdrawn.</p>".to_owned()
    } else {
        let columns = ["Measurement", "Run", "What became of it"].map(Column::words).to_vec();
        Table { caption: "Failed or withdrawn".to_owned(), columns, rows }.html()
    };
    let mut remarks = Vec::new();
    if more > 0 {
        remarks.push(format!("{} more failed or were withdrawn.", format::count(more)));
    }
    remarks.extend(unplaced(analysis, days));
    remarks.extend(jobs(analysis, days));
    remarks.extend(unmeasured(analysis, days));
    remarks.extend(uncertain(analysis, days));
    if !remarks.is_empty() {
        let items: String =
            remarks.iter().map(|it| format!("<li>{}</li>", crate::html::Escaped(it))).collect();
        html.push_str(&format!("<ul>{items}</ul>"));
    }
    html
}

/// Every measurement that doesn't stand, newest first.
fn fallen(analysis: &Analysis<'_>, days: Days) -> Vec<Vec<Cell>> {
    let catalog = analysis.catalog;
    let mut entries: Vec<(Entry<'_>, String)> = days
        .entries(&catalog.runs)
        .filter_map(|entry| {
            let withdrawn = entry.run.retracted.as_ref();
            let withdrawn = withdrawn.map(|it| format!("Run withdrawn on {}: {}", it.when, it.why));
            Some((entry, withdrawn.or_else(|| outcome_words(entry.measurement))?))
        })
        .collect();
    entries.reverse();
    let row = |(entry, why): (Entry<'_>, String)| {
        let measurement = entry.measurement;
        let what = format!(
            "{} on {}",
            catalog.model_name(&measurement.model.key),
            catalog.accelerator_name(&measurement.deployment.accelerator)
        );
        vec![Cell::link(what, entry.href()), Cell::text(day_words(entry.run)), Cell::text(why)]
    };
    entries.into_iter().map(row).collect()
}

/// Rows of runs that name something unknown, by the reason.
fn unplaced(analysis: &Analysis<'_>, days: Days) -> Vec<String> {
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for run in analysis.catalog.runs.iter().filter(|run| days.hold(run)) {
        for row in &run.unmapped {
            *reasons.entry(&row.reason).or_default() += 1;
        }
    }
    let words =
        |(reason, rows)| format!("{} could not be placed: {reason}.", format::plural(rows, "row", "rows"));
    reasons.into_iter().map(words).collect()
}

/// How often jobs succeeded, where the source says so.
fn jobs(analysis: &Analysis<'_>, days: Days) -> Option<String> {
    let table = analysis.catalog.reliability.as_ref()?;
    let within = table.days.iter().filter(|day| days.from <= day.date && day.date <= days.until);
    let (succeeded, tried) = within.flat_map(|day| &day.jobs).fold((0, 0), |(succeeded, tried), set| {
        (succeeded + set.succeeded * set.count, tried + set.total * set.count)
    });
    (tried > 0).then(|| {
        format!(
            "Of {} benchmark jobs {} succeeded, {} %.",
            format::count(tried as usize),
            format::count(succeeded as usize),
            format::figure(100.0 * succeeded as f64 / tried as f64)
        )
    })
}

/// The accelerators that were measured before, and not in these days.
fn unmeasured(analysis: &Analysis<'_>, days: Days) -> Option<String> {
    let catalog = analysis.catalog;
    let here: BTreeSet<_> =
        measured(analysis, days).map(|it| &it.measurement.deployment.accelerator).collect();
    let before = crate::analysis::standing_entries(&catalog.runs).filter(|entry| days.follow(entry.run));
    let missing: BTreeSet<&str> = before
        .map(|entry| &entry.measurement.deployment.accelerator)
        .filter(|key| !here.contains(key))
        .map(|key| catalog.accelerator_name(key))
        .collect();
    let names: Vec<&str> = missing.into_iter().collect();
    (!names.is_empty()).then(|| format!("Measured before, and not in these days: {}.", names.join(", ")))
}

/// Runs that may belong to these days or not.
fn uncertain(analysis: &Analysis<'_>, days: Days) -> Option<String> {
    let count = analysis.catalog.runs.iter().filter(|run| days.may_hold(run)).count();
    (count > 0).then(|| {
        let runs = format::plural(count, "run", "runs");
        format!("{runs} may belong to these days: their day is only known as a span, so they are left out.")
    })
}
