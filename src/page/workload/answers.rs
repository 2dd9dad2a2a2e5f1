//! The answers that most readers come to a workload for: what leads at common speeds, with ties as ties.

use super::super::{
    charts::Group,
    percentile,
    places::{Candidate, Places},
    table::{Cell, Column, Table},
};
use crate::{
    analysis::{Analysis, Entry, Metric, best_at},
    format,
};
use record::RunKind;

/// The speed of the sentences, tokens/s/user.
const COMMON: f64 = 50.0;

/// So many are named in a sentence.
const NAMED: usize = 3;

/// Of each group the best measurement at a speed or above, with its value; groups that have none are left out.
fn ranked<'g, 'a>(
    analysis: &Analysis<'_>,
    groups: impl Iterator<Item = &'g Group<'a>>,
    metric: Metric,
    speed: f64,
) -> Vec<(&'g Group<'a>, Entry<'a>, f64)>
where
    'a: 'g,
{
    let mut ranked: Vec<(&Group<'a>, Entry<'a>, f64)> = groups
        .filter_map(|group| {
            let (entry, value) = best_at(&group.entries, Some(speed), metric, &analysis.economics)?;
            Some((group, entry, value))
        })
        .collect();
    ranked.sort_by(|a, b| metric.better().signed(b.2).total_cmp(&metric.better().signed(a.2)));
    ranked
}

/// The places of what [`ranked`] has put in order; absent for a lone one, and where nothing shows the noise.
fn places(
    analysis: &Analysis<'_>,
    metric: Metric,
    ranked: &[(&Group<'_>, Entry<'_>, f64)],
) -> Option<Places> {
    let candidate = |&(_, entry, value): &(_, _, _)| Candidate { entry, value, interpolated: false };
    let candidates: Vec<Candidate<'_>> = ranked.iter().map(candidate).collect();
    Places::of(analysis, metric, &candidates)
}

/// Who leads by cost and by throughput at a common speed, in sentences.
pub(super) fn sentences(analysis: &Analysis<'_>, groups: &[Group<'_>]) -> Vec<String> {
    let sentence = |start: &str, metric: Metric, unit: &str| -> Option<String> {
        let official = groups
            .iter()
            .filter(|group| group.entries.iter().all(|entry| entry.run.kind == RunKind::Official));
        let ranked = ranked(analysis, official, metric, COMMON);
        let named: Vec<String> = ranked
            .iter()
            .take(NAMED)
            .map(|(group, _, value)| format!("{} ({unit}{})", group.name, format::figure(*value)))
            .collect();
        let first = places(analysis, metric, &ranked).map_or(1, |places| places.first().len());
        Some(match (named.as_slice(), first) {
            ([], _) => return None,
            ([one], _) => format!(
                "{start} at {COMMON} tok/s/user or more: {one}, the only one that was measured there."
            ),
            (_, 1) => format!("{start} at {COMMON} tok/s/user or more: {}.", named.join("; then ")),
            (_, tied) => {
                let shown = tied.min(NAMED);
                let more = if tied > shown { format!("; {} more", tied - shown) } else { String::new() };
                let then = if shown < named.len() {
                    format!("; then {}", named[shown..].join("; then "))
                } else {
                    String::new()
                };
                format!(
                    "{start} at {COMMON} tok/s/user or more, {tied} not told apart: {}{more}{then}.",
                    named[..shown].join("; ")
                )
            }
        })
    };
    [
        sentence("Cheapest per million tokens, input and output,", Metric::CostPerMillionTokens, "$"),
        sentence("Most tokens/s per accelerator", Metric::ThroughputPerAccelerator, ""),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// For each accelerator and precision, the best measured value among the measurements that reach each interactivity. What
/// leads a column, or can't be told apart from what leads it, is marked.
pub(in crate::page) fn answers(
    analysis: &Analysis<'_>,
    groups: &[Group<'_>],
    metric: Metric,
    levels: &[f64],
) -> Table {
    let economics = &analysis.economics;
    let mut columns = vec![Column::words("Accelerator, precision")];
    columns.extend(levels.iter().map(|level| Column::figures(format!("≥ {level}"), "tok/s/user")));
    let found: Vec<Vec<_>> = groups
        .iter()
        .map(|group| {
            levels.iter().map(|level| best_at(&group.entries, Some(*level), metric, economics)).collect()
        })
        .collect();
    let leaders: Vec<Vec<&str>> =
        levels.iter().map(|level| leaders(analysis, groups, metric, *level)).collect();
    // Best first at a speed that many ask for; what never reached it comes last.
    let mut order: Vec<usize> = (0..groups.len()).collect();
    let common = levels.len().min(2) - 1;
    let value_at = |index: usize| found[index][common].map(|(_, value)| metric.better().signed(value));
    order.sort_by(|&a, &b| {
        value_at(b).unwrap_or(f64::NEG_INFINITY).total_cmp(&value_at(a).unwrap_or(f64::NEG_INFINITY))
    });
    let rows = order
        .into_iter()
        .map(|index| (&groups[index], &found[index]))
        .map(|(group, found)| {
            let mut row = vec![Cell::text(&group.name)];
            row.extend(found.iter().zip(&leaders).map(|(found, leaders)| match found {
                None => Cell::default(),
                Some((entry, value)) => {
                    let framework = &entry.measurement.framework.key;
                    let cell = Cell::link(format::figure(*value), entry.href())
                        .remark(analysis.catalog.framework_name(framework));
                    let best = leaders.contains(&group.key.as_str());
                    Cell { best, ..percentile::flagged(cell, metric, entry) }
                }
            }));
            row
        })
        .collect();
    let caption =
        format!("{} ({}): the best measurement at each interactivity or above", metric.name(), metric.unit());
    Table { caption, columns, rows }
}

/// The keys of the groups that share the first place at a speed; none for a lone one.
fn leaders<'g>(analysis: &Analysis<'_>, groups: &'g [Group<'_>], metric: Metric, speed: f64) -> Vec<&'g str> {
    let ranked = ranked(analysis, groups.iter(), metric, speed);
    let first = match places(analysis, metric, &ranked) {
        Some(places) => places.first().to_vec(),
        None if ranked.len() > 1 => vec![0],
        None => Vec::new(),
    };
    first.into_iter().map(|at| ranked[at].0.key.as_str()).collect()
}
