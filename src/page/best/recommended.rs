//! What to choose for a workload at three service levels, how sure that is, and what would change it.

use super::{
    super::{places::of_draws, workload::full_series_name},
    anchor,
    answers::known,
    heading,
    order::{amount_in_full, superlative},
    prepared,
};
use crate::{
    analysis::{
        Analysis, Basis, Claim, DEFAULT, Flip, Lever, Metric, Next, Preset, RANKINGS, RECOMMENDED,
        Recommendation, SeriesAnswer, ServiceLevel, WorkloadKey, recommendation,
    },
    format,
    page::Link,
    verdict,
};
use record::{ModelKey, RunKind};
use serde_json::{Value, json};

/// The recommendations for a workload, by level; nothing where no official series keeps any of the levels.
pub(super) fn recommended(
    analysis: &Analysis<'_>,
    model: &ModelKey,
    workload: &WorkloadKey,
) -> Option<Value> {
    let (mut levels, mut missed) = (Vec::new(), Vec::new());
    for preset in &RECOMMENDED {
        let found = at(analysis, model, workload, preset);
        if found.is_empty() {
            missed.push(heading(preset));
            continue;
        }
        // One alone is no choice.
        let alone = found.iter().all(|it| it.next.is_none());
        let choices: Vec<Value> = found.iter().map(|it| choice(analysis, &preset.level, it)).collect();
        levels.push(json!({
            "id": format!("choose-{}", preset.key),
            "heading": heading(preset),
            "alone": alone.then(|| lone(analysis, &preset.level, &found)),
            "choices": choices,
            "all": format!("#{}", anchor(preset)),
        }));
    }
    (!levels.is_empty()).then(|| json!({ "levels": levels, "missed": missed }))
}

/// The only official series at a level, with all of its figures.
fn lone(analysis: &Analysis<'_>, level: &ServiceLevel, found: &[Recommendation<'_, '_>]) -> Value {
    let winner = &found[0].winner;
    let figures = found.iter().filter_map(|it| Some(amount_in_full(it.metric, winner.value(it.metric)?)));
    let figures: Vec<String> = figures.collect();
    json!({
        "series": named(analysis, winner),
        "value": format!("{} ({})", figures.join(", "), known(level, &winner.answer)),
    })
}

/// The cheapest official series at the common level in a sentence or two: who, for how much, how sure, and at which prices
/// that would change. Nothing of a workload with one series, which leaves no choice.
pub(in crate::page) fn choice_sentence(
    analysis: &Analysis<'_>,
    model: &ModelKey,
    workload: &WorkloadKey,
) -> Option<String> {
    analysis.series_of(model, workload).nth(1)?;
    let found = at(analysis, model, workload, &DEFAULT);
    let cheapest = found.iter().find(|it| it.metric == Metric::CostPerMillionTokens)?;
    let one = |answer: &SeriesAnswer<'_, '_>| {
        let value = answer.value(cheapest.metric).map(|value| amount_in_full(cheapest.metric, value));
        let known = known(&DEFAULT.level, &answer.answer);
        format!("{}, {} ({known})", full_series_name(analysis, answer.key), value.unwrap_or_default())
    };
    let winner = one(&cheapest.winner);
    let Some(next) = &cheapest.next else {
        return Some(format!("The one official series with a price at {}: {winner}.", heading(&DEFAULT)));
    };
    let change = cheapest
        .flip
        .as_ref()
        .map_or_else(String::new, |flip| format!(" With {}", change(analysis, &cheapest.winner, flip)));
    let lead = lead(cheapest.metric, next);
    Some(match cheapest.tied.len() {
        0 => format!(
            "Cheapest at {}: {winner}. Next: {}. {lead}.{change}",
            heading(&DEFAULT),
            full_series_name(analysis, next.answer.key)
        ),
        tied => format!(
            "Cheapest at {}, {} not told apart: {winner}, then {}.{change}",
            heading(&DEFAULT),
            tied + 1,
            one(&next.answer)
        ),
    })
}

/// The recommendations at one level, by each ranking that something has a value for.
fn at<'s, 'a>(
    analysis: &'s Analysis<'a>,
    model: &'s ModelKey,
    workload: &'s WorkloadKey,
    preset: &'static Preset,
) -> Vec<Recommendation<'s, 'a>> {
    let mut best = prepared(analysis, model, workload, preset).best;
    best.answers.retain(|answer| answer.key.kind == RunKind::Official);
    let yardstick = analysis.yardstick(Metric::ThroughputPerAccelerator);
    RANKINGS
        .iter()
        .filter_map(|metric| recommendation(&best, *metric, &analysis.economics, yardstick))
        .collect()
}

/// A series, with a link to the measurement that keeps the limits.
fn named(analysis: &Analysis<'_>, answer: &SeriesAnswer<'_, '_>) -> Link {
    Link::new(full_series_name(analysis, answer.key), answer.answer.keeps.entry.href())
}

fn choice(analysis: &Analysis<'_>, level: &ServiceLevel, found: &Recommendation<'_, '_>) -> Value {
    let Recommendation { metric, winner, tied, stays_first, next, flip } = found;
    let one = |answer: &SeriesAnswer<'_, '_>| {
        let known = known(level, &answer.answer);
        let value = answer.value(*metric).map(|value| amount_in_full(*metric, value)).unwrap_or_default();
        json!({ "series": named(analysis, answer), "value": format!("{value}, {known}") })
    };
    let by = match tied.len() {
        0 => superlative(*metric).to_owned(),
        tied => format!("{}: {} not told apart", superlative(*metric), tied + 1),
    };
    let stays = stays_first
        .map(|share| format!("Drawn again within the noise it stays first in {}.", of_draws(share)));
    json!({
        "by": by,
        "winner": one(winner),
        "tied": tied.iter().map(one).collect::<Vec<_>>(),
        "next": next.as_ref().map(|next| json!({
            "answer": one(&next.answer),
            "lead": lead(*metric, next),
            "stays": stays,
            "rests_on": rests_on(next),
        })),
        "change": flip.as_ref().map_or_else(|| nothing_changes_it(*metric).to_owned(), |flip| change(analysis, winner, flip)),
    })
}

/// By how much the winner leads, if it does.
fn lead(metric: Metric, next: &Next<'_, '_>) -> String {
    let lead = next
        .lead(metric.better())
        .map_or_else(String::new, |lead| format!("{} times as good as the next", times(lead)));
    match next.judgement.claim {
        Claim::WithinNoise => format!("Not told apart: {lead}"),
        Claim::NotComparable(_) => format!("{lead}, with nothing to judge it by"),
        Claim::Faster | Claim::Slower => format!("Told apart: {lead}"),
    }
}

/// A factor, with the digits that tell it from one where they do.
fn times(factor: f64) -> String {
    if factor < 1.1 { format!("{factor:.3}") } else { format!("{factor:.2}") }
}

/// What the lead is measured against.
fn rests_on(next: &Next<'_, '_>) -> String {
    let basis = match next.judgement.basis {
        Basis::Repeats(..) => verdict::interval(&next.judgement).unwrap_or_default(),
        Basis::AdjacentRuns(noise) => {
            format!("{}; a lead counts from {}", verdict::noise(&noise), verdict::threshold(&noise))
        }
        Basis::Nothing => "single runs, and nothing that would show the noise".to_owned(),
    };
    let caveats = next.caveats.iter().map(ToString::to_string);
    let all: Vec<String> = std::iter::once(verdict::capitalised(&basis)).chain(caveats).collect();
    all.join("; ")
}

fn nothing_changes_it(metric: Metric) -> &'static str {
    match metric {
        Metric::ThroughputPerAccelerator => "Only a new measurement: no other series keeps this level.",
        Metric::CostPerMillionTokens => "No price: no other accelerator that has one keeps this level.",
        _ => "No power: no other accelerator that has one keeps this level.",
    }
}

/// What would change the order, in a sentence.
fn change(analysis: &Analysis<'_>, winner: &SeriesAnswer<'_, '_>, flip: &Flip<'_, '_>) -> String {
    let Flip { lever, rival, of_winner, of_rival } = flip;
    let rival_name = full_series_name(analysis, rival.key);
    if *lever == Lever::Throughput {
        let more = format::significant(100.0 * (of_rival.1 / of_rival.0 - 1.0), 2);
        return format!("{more} % more throughput of {rival_name}.");
    }
    let accelerator =
        |answer: &SeriesAnswer<'_, '_>| analysis.catalog.accelerator_name(&answer.key.accelerator).to_owned();
    let moved = |answer, (now, level): (f64, f64)| {
        let (now, level) = told_apart(now, level);
        match lever {
            Lever::Price => format!("{} at ${level} an hour instead of ${now}", accelerator(answer)),
            _ => format!("{} at {level} kW instead of {now} kW", accelerator(answer)),
        }
    };
    format!("{}, or {}: then {rival_name} draws level.", moved(winner, *of_winner), moved(rival, *of_rival))
}

/// Two figures with as many decimals, at least two, as it takes to tell them apart; at most five.
fn told_apart(a: f64, b: f64) -> (String, String) {
    let with = |decimals: usize| (format!("{a:.decimals$}"), format!("{b:.decimals$}"));
    (2..5).map(with).find(|(a, b)| a != b).unwrap_or_else(|| with(5))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_that_are_close_get_the_decimals_that_tell_them_apart() {
        let told = |a, b| told_apart(a, b);
        assert_eq!(told(4.0, 4.5), ("4.00".into(), "4.50".into()));
        assert_eq!(told(4.0, 4.0031), ("4.000".into(), "4.003".into()));
        assert_eq!(told(4.0, 4.0), ("4.00000".into(), "4.00000".into()));
    }
}
