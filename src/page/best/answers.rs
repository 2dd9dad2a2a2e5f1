//! The answers at a service level as a table, and what didn't answer as a list. static/js/best/table.js makes the same in
//! the browser, for any level; a browser test holds the two together.

use super::super::{
    charts::day_words,
    places::{Candidate, Places},
    table::{Cell, Column, Table},
    workload::full_series_name,
};
use crate::{
    analysis::{
        Analysis, Answer, Best, Fleet, Metric, Percentile, Point, RANKINGS, Requests, SeriesAnswer,
        ServiceLevel, Unanswered, fleet, requests_needed,
    },
    format,
};

/// What a table of answers is about.
pub(super) struct Question<'a> {
    /// The level.
    pub(super) level: ServiceLevel,
    /// What the answers are ranked by.
    pub(super) ranking: Metric,
    /// The tokens of a month, input and output, in billions.
    pub(super) billion_tokens: f64,
    /// The model and the workload, in words.
    pub(super) of: &'a str,
}

/// The answers, best first.
pub(super) fn table(analysis: &Analysis<'_>, question: &Question<'_>, best: &Best<'_, '_>) -> Table {
    let tops = RANKINGS.map(|metric| top(best, metric));
    // What the answers are ranked by comes first.
    let mut metrics: Vec<(Metric, Option<f64>)> = RANKINGS.into_iter().zip(tops).collect();
    metrics.sort_by_key(|(metric, _)| *metric != question.ranking);
    let mut columns = vec![Column::words("Accelerator, framework, precision")];
    columns.extend(metrics.iter().map(|(metric, _)| Column::figures(short_name(*metric), metric.unit())));
    columns.extend([
        Column::words("Measured, keeps both limits"),
        Column::words("Measured, too slow for a user"),
        Column::figures("First token, margin", "%"),
        Column::figures("Speed, margin", "%"),
        Column::figures("Accelerators", "for the demand"),
        Column::figures("Cost of these", "$/month"),
    ]);
    let rows = best.answers.iter().map(|answer| row(analysis, question, &metrics, answer)).collect();
    Table { caption: caption(question), columns, rows }
}

fn caption(question: &Question<'_>) -> String {
    format!(
        "{}, at {}; demand of {} billion tokens a month, input and output",
        question.of,
        question.level.words(),
        format::figure(question.billion_tokens),
    )
}

/// The best value of a metric, mirrored so that more is better.
fn top(best: &Best<'_, '_>, metric: Metric) -> Option<f64> {
    let values = best.answers.iter().filter_map(|answer| answer.value(metric));
    values.map(|value| metric.better().signed(value)).max_by(f64::total_cmp)
}

fn short_name(metric: Metric) -> &'static str {
    match metric {
        Metric::CostPerMillionTokens => "Cost",
        Metric::ThroughputPerMegawatt => "Throughput per megawatt",
        _ => "Throughput per accelerator",
    }
}

fn row(
    analysis: &Analysis<'_>,
    question: &Question<'_>,
    metrics: &[(Metric, Option<f64>)],
    found: &SeriesAnswer<'_, '_>,
) -> Vec<Cell> {
    let (level, answer) = (&question.level, &found.answer);
    let known = if answer.misses.is_some() { "◇ estimate, interpolated" } else { "measured" };
    let mut cells = vec![Cell::text(full_series_name(analysis, found.key)).remark(known)];
    cells.extend(metrics.iter().map(|(metric, top)| {
        let value = found.value(*metric);
        let best = value.is_some() && value.map(|value| metric.better().signed(value)) == *top;
        Cell { best, ..Cell::figure(value) }
    }));
    let price = analysis.economics.dollars_per_hour(&found.key.accelerator);
    let deployment = answer.keeps.entry.measurement.deployment.accelerators;
    let fleet = fleet(1e9 * question.billion_tokens, answer.throughput, deployment, price);
    cells.extend([
        point(level, &answer.keeps),
        answer.misses.as_ref().map_or_else(Cell::default, |misses| point(level, misses)),
        Cell::text(percent(1.0 - answer.first_token_s() / level.first_token_s)),
        Cell::text(percent(answer.interactivity(level) / level.interactivity - 1.0)),
        Cell::figure(fleet.map(|fleet| fleet.accelerators)).remark(deployments(deployment, fleet)),
        Cell::figure(fleet.and_then(|fleet| fleet.dollars_a_month)),
    ]);
    cells
}

/// Of how many deployments the fleet is.
fn deployments(size: Option<u32>, fleet: Option<Fleet>) -> String {
    let count = size.zip(fleet).map(|(size, fleet)| (fleet.accelerators / f64::from(size), size));
    count.map_or_else(String::new, |(count, size)| {
        format!(
            "{} of {}",
            format::plural(count as usize, "deployment", "deployments"),
            format::count(size as usize)
        )
    })
}

/// A measurement: its figures at the level's percentiles, linked, on how many accelerators, and when.
fn point(level: &ServiceLevel, point: &Point<'_>) -> Cell {
    let figures = format!(
        "{} tok/s per user, first token {} s",
        format::figure(point.interactivity),
        format::figure(point.first_token_s)
    );
    let accelerators = point.entry.measurement.deployment.accelerators;
    let accelerators =
        accelerators.map(|count| format::plural(count as usize, "accelerator", "accelerators"));
    let remarks: Vec<String> =
        accelerators.into_iter().chain([day_words(point.entry.run)]).chain(thin(level, point)).collect();
    Cell::link(figures, point.entry.href()).remark(remarks.join("; "))
}

/// How an answer is known: measured or interpolated, and what its percentile rests on where that is too little.
pub(super) fn known(level: &ServiceLevel, answer: &Answer<'_>) -> String {
    let known = if answer.misses.is_some() { "◇ estimate, interpolated" } else { "measured" };
    let remarks: Vec<String> = std::iter::once(known.to_owned()).chain(thin(level, &answer.keeps)).collect();
    remarks.join("; ")
}

/// That a percentile of the level rests on too few requests, or on an unknown number.
fn thin(level: &ServiceLevel, point: &Point<'_>) -> Option<String> {
    let highest = level.first_token_at.max(level.interactivity_at).key();
    let needed = requests_needed(highest)?;
    match Requests::of(&point.entry) {
        None => Some(format!("{highest} of an unknown number of requests")),
        Some(requests) if requests.count() < needed => {
            Some(format!("{highest} of too few requests, {needed} are needed"))
        }
        Some(_) => None,
    }
}

/// A share as whole per cent.
fn percent(share: f64) -> String {
    format!("{:.0}", (100.0 * share).floor().max(0.0))
}

/// The series that don't answer, each with the reason.
pub(super) fn unanswered(analysis: &Analysis<'_>, level: &ServiceLevel, best: &Best<'_, '_>) -> Vec<String> {
    best.unanswered
        .iter()
        .map(|(key, why)| format!("{}: {}", full_series_name(analysis, key), reason(level, *why)))
        .collect()
}

fn reason(level: &ServiceLevel, why: Unanswered) -> String {
    let at = |percentile: Percentile| percentile.name();
    match why {
        Unanswered::NotStated if level.first_token_at == level.interactivity_at => {
            format!("no {} stated", at(level.first_token_at))
        }
        Unanswered::NotStated => format!(
            "no {} of first token with a {} of speed stated",
            at(level.first_token_at),
            at(level.interactivity_at)
        ),
        Unanswered::TooSlow(fastest) => format!(
            "not measured at this speed; the fastest reached {} tok/s per user ({})",
            format::figure(fastest),
            at(level.interactivity_at)
        ),
        Unanswered::TooLate(soonest) => format!(
            "not measured with this first token; at this speed the soonest came after {} s ({})",
            format::figure(soonest),
            at(level.first_token_at)
        ),
    }
}

/// The best answer in a sentence: `B200, SGLang, FP8 at $0.12 per million tokens (interpolated)`.
pub(super) fn winner(analysis: &Analysis<'_>, level: &ServiceLevel, best: &Best<'_, '_>) -> Option<String> {
    let first = best.answers.first()?;
    let cost = format::figure(first.cost?);
    let known = known(level, &first.answer);
    Some(format!("{}, at ${cost} per million tokens ({known})", full_series_name(analysis, first.key)))
}

/// So many of the answers are put in order: of all of them the order would hardly ever hold.
const ORDERED: usize = 8;

/// What may be said of the order by cost: who shares the first place, and how often the order holds.
pub(super) fn order(analysis: &Analysis<'_>, best: &Best<'_, '_>) -> Option<String> {
    let candidates: Vec<Candidate<'_>> = best.answers.iter().filter_map(candidate).take(ORDERED).collect();
    let places = Places::of(analysis, Metric::CostPerMillionTokens, &candidates)?;
    let shared = match places.first_shared_by() {
        1 => "By cost the first is ahead of all others by more than noise.".to_owned(),
        some => format!("By cost the first {some} are within noise of the first: none of them leads."),
    };
    let of = if candidates.len() == ORDERED { format!(" of the first {ORDERED}") } else { String::new() };
    Some(format!("{shared} {}", places.sentence(&of)))
}

/// An answer that has a cost, to be put in order by it.
fn candidate<'a>(found: &SeriesAnswer<'_, 'a>) -> Option<Candidate<'a>> {
    let interpolated = found.answer.misses.is_some();
    Some(Candidate { entry: found.answer.keeps.entry, value: found.cost?, interpolated })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::DEFAULT;

    #[test]
    fn a_margin_is_rounded_down_and_never_below_nothing() {
        let shown = [0.999, 0.5, 0.009, 0.0, -1e-12, 5.5].map(percent);
        assert_eq!(shown, ["99", "50", "0", "0", "0", "550"]);
    }

    #[test]
    fn why_there_is_no_answer_is_said_with_what_was_reached() {
        let level = ServiceLevel { first_token_at: Percentile::P99, ..DEFAULT.level };
        let said = |why| reason(&level, why);
        assert_eq!(said(Unanswered::NotStated), "no p99 of first token with a median of speed stated");
        assert_eq!(reason(&DEFAULT.level, Unanswered::NotStated), "no median stated");
        let slow = "not measured at this speed; the fastest reached 35 tok/s per user (median)";
        assert_eq!(said(Unanswered::TooSlow(35.0)), slow);
        let late = "not measured with this first token; at this speed the soonest came after 6.25 s (p99)";
        assert_eq!(said(Unanswered::TooLate(6.25)), late);
    }
}
