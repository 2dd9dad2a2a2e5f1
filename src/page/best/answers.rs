//! The answers at a service level as a table, and what didn't answer as a list. static/js/best/table.js makes the same in
//! the browser, for any level; a browser test holds the two together.

use super::{
    super::{
        charts::day_words,
        table::{Cell, Column, Table},
        workload::full_series_name,
    },
    order::Order,
};
use crate::{
    analysis::{
        Analysis, Answer, Best, Fleet, Metric, Nearest, Percentile, Point, RANKINGS, Requests, SeriesAnswer,
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
    // What the answers are ranked by comes first.
    let mut orders = RANKINGS.map(|metric| (metric, Order::by(metric, analysis, best)));
    orders.sort_by_key(|(metric, _)| *metric != question.ranking);
    let places = Some(&orders[0].1).filter(|order| order.has_places());
    let mut columns = vec![Column::words("Accelerator, framework, precision")];
    columns.extend(places.map(|_| Column::figures("Place", "shared in a tie")));
    columns.extend(orders.iter().map(|(metric, _)| Column::figures(short_name(*metric), metric.unit())));
    columns.extend([
        Column::words("Measured, keeps both limits"),
        Column::words("Measured, too slow for a user"),
        Column::figures("First token, margin", "%"),
        Column::figures("Speed, margin", "%"),
        Column::figures("Accelerators", "for the demand"),
        Column::figures("Cost of these", "$/month"),
    ]);
    let leaders: Vec<(Metric, Vec<usize>)> =
        orders.iter().map(|(metric, order)| (*metric, order.leaders())).collect();
    let row = |(at, found): (usize, &SeriesAnswer<'_, '_>)| {
        let mut cells = vec![name(analysis, found)];
        cells.extend(places.map(|order| Cell::text(order.place(at))));
        cells.extend(leaders.iter().map(|(metric, leaders)| Cell {
            best: leaders.contains(&at),
            ..Cell::figure(found.value(*metric))
        }));
        cells.extend(details(analysis, question, found));
        cells
    };
    let rows = best.answers.iter().enumerate().map(row).collect();
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

fn short_name(metric: Metric) -> &'static str {
    match metric {
        Metric::CostPerMillionTokens => "Cost",
        Metric::ThroughputPerMegawatt => "Throughput per megawatt",
        _ => "Throughput per accelerator",
    }
}

fn name(analysis: &Analysis<'_>, found: &SeriesAnswer<'_, '_>) -> Cell {
    let known = if found.answer.misses.is_some() { "◇ estimate, interpolated" } else { "measured" };
    Cell::text(full_series_name(analysis, found.key)).remark(known)
}

/// What an answer rests on, its margins, and the fleet that the demand takes.
fn details(analysis: &Analysis<'_>, question: &Question<'_>, found: &SeriesAnswer<'_, '_>) -> [Cell; 6] {
    let (level, answer) = (&question.level, &found.answer);
    let price = analysis.economics.dollars_per_hour(&found.key.accelerator);
    let deployment = answer.keeps.entry.measurement.deployment.accelerators;
    let fleet = fleet(1e9 * question.billion_tokens, answer.throughput, deployment, price);
    [
        point(level, &answer.keeps),
        answer.misses.as_ref().map_or_else(Cell::default, |misses| point(level, misses)),
        Cell::text(percent(1.0 - answer.first_token_s() / level.first_token_s)),
        Cell::text(percent(answer.interactivity(level) / level.interactivity - 1.0)),
        Cell::figure(fleet.map(|fleet| fleet.accelerators)).remark(deployments(deployment, fleet)),
        Cell::figure(fleet.and_then(|fleet| fleet.dollars_a_month)),
    ]
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

/// That the highest percentile of the level rests on too few requests, or on an unknown number.
fn thin(level: &ServiceLevel, point: &Point<'_>) -> Option<String> {
    thin_at(level.first_token_at.max(level.interactivity_at), Requests::of(&point.entry))
}

/// The same of one percentile: `p99 of too few requests, 459 are needed`.
fn thin_at(percentile: Percentile, requests: Option<Requests>) -> Option<String> {
    let key = percentile.key();
    let needed = requests_needed(key)?;
    match requests {
        None => Some(format!("{key} of an unknown number of requests")),
        Some(requests) if requests.count() < needed => {
            Some(format!("{key} of too few requests, {needed} are needed"))
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
    let of = |percentile: Percentile, nearest: Nearest| {
        thin_at(percentile, nearest.requests).unwrap_or_else(|| at(percentile).to_owned())
    };
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
            format::figure(fastest.value),
            of(level.interactivity_at, fastest)
        ),
        Unanswered::TooLate(soonest) => format!(
            "not measured with this first token; at this speed the soonest came after {} s ({})",
            format::figure(soonest.value),
            of(level.first_token_at, soonest)
        ),
    }
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
        let nearest = |value, requests| Nearest { value, requests: Some(Requests::Stated(requests)) };
        assert_eq!(said(Unanswered::TooSlow(nearest(35.0, 1))), slow);
        let late = "not measured with this first token; at this speed the soonest came after 6.25 s";
        assert_eq!(said(Unanswered::TooLate(nearest(6.25, 459))), format!("{late} (p99)"));
        let thin = format!("{late} (p99 of too few requests, 459 are needed)");
        assert_eq!(said(Unanswered::TooLate(nearest(6.25, 458))), thin);
    }
}
