//! What to choose for a workload at three service levels, how sure that is, and what would change it.

use super::{super::workload::full_series_name, anchor, answers, heading, prepared};
use crate::{
    analysis::{
        Analysis, Basis, Claim, DEFAULT, Flip, Lever, Metric, Next, Preset, RANKINGS, RECOMMENDED,
        Recommendation, SeriesAnswer, ServiceLevel, WAYS, WorkloadKey, Yardsticks, recommendation,
    },
    format,
    page::Link,
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
        let choices: Vec<Value> = found.iter().map(|it| choice(analysis, &preset.level, it)).collect();
        levels.push(json!({
            "id": format!("choose-{}", preset.key),
            "heading": heading(preset),
            "choices": choices,
            "all": format!("#{}", anchor(preset)),
        }));
    }
    (!levels.is_empty()).then(|| json!({ "levels": levels, "missed": missed }))
}

/// The cheapest official series at the common level in a sentence or two: who, for how much, how sure, and at which prices
/// that would change.
pub(in crate::page) fn choice_sentence(
    analysis: &Analysis<'_>,
    model: &ModelKey,
    workload: &WorkloadKey,
) -> Option<String> {
    let found = at(analysis, model, workload, &DEFAULT);
    let cheapest = found.iter().find(|it| it.metric == Metric::CostPerMillionTokens)?;
    let name = full_series_name(analysis, cheapest.winner.key);
    let value = words(cheapest.metric, cheapest.winner.value(cheapest.metric)?);
    let known = answers::known(&DEFAULT.level, &cheapest.winner.answer);
    let sure = cheapest.next.as_ref().map_or_else(String::new, |next| {
        format!(" Next: {}. {}.", full_series_name(analysis, next.answer.key), lead(cheapest.metric, next))
    });
    let change = cheapest
        .flip
        .as_ref()
        .map_or_else(String::new, |flip| format!(" With {}", change(analysis, &cheapest.winner, flip)));
    Some(format!("Cheapest at {}: {name}, {value} ({known}).{sure}{change}", heading(&DEFAULT)))
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
    // Too high or too low alike, the factor is the same for throughput and for what derives from it.
    let ours = WAYS.iter().position(|way| way.is_ours());
    let errors = ours.and_then(|way| analysis.hold_out().errors(way, true));
    let yardsticks = Yardsticks {
        noise: analysis.noise(Metric::ThroughputPerAccelerator),
        interpolation: errors.map(|errors| errors.factor),
    };
    RANKINGS
        .iter()
        .filter_map(|metric| recommendation(&best, *metric, &analysis.economics, yardsticks))
        .collect()
}

fn choice(analysis: &Analysis<'_>, level: &ServiceLevel, found: &Recommendation<'_, '_>) -> Value {
    let Recommendation { metric, winner, next, flip } = found;
    let named = |answer: &SeriesAnswer<'_, '_>| {
        Link::new(full_series_name(analysis, answer.key), answer.answer.keeps.entry.href())
    };
    let value = |answer: &SeriesAnswer<'_, '_>| {
        let known = answers::known(level, &answer.answer);
        answer.value(*metric).map(|value| format!("{}, {known}", words(*metric, value)))
    };
    json!({
        "by": superlative(*metric),
        "winner": named(winner),
        "value": value(winner),
        "next": next.as_ref().map(|next| json!({
            "series": named(&next.answer),
            "value": value(&next.answer),
            "lead": lead(*metric, next),
            "rests_on": rests_on(next),
        })),
        "change": flip.as_ref().map_or_else(|| nothing_changes_it(*metric).to_owned(), |flip| change(analysis, winner, flip)),
    })
}

fn superlative(metric: Metric) -> &'static str {
    match metric {
        Metric::CostPerMillionTokens => "Cheapest",
        Metric::ThroughputPerAccelerator => "Fastest",
        _ => "Most efficient",
    }
}

/// A figure with its unit: `$0.44 per million tokens`.
fn words(metric: Metric, value: f64) -> String {
    let figure = format::figure(value);
    match metric {
        Metric::CostPerMillionTokens => format!("${figure} per million tokens"),
        Metric::ThroughputPerAccelerator => format!("{figure} tok/s per accelerator"),
        _ => format!("{figure} tok/s per megawatt"),
    }
}

/// By how much the winner leads, if it does.
fn lead(metric: Metric, next: &Next<'_, '_>) -> String {
    let better = metric.better();
    let lead = next.lead(better).map_or_else(String::new, |lead| format!("{lead:.2} times as good"));
    match next.judgement.claim {
        Claim::WithinNoise => format!("Not told apart: {lead}, within the noise"),
        _ if next.is_within_interpolation(better) => {
            format!("Not told apart: {lead}, within what interpolation is off by")
        }
        Claim::NotComparable(_) => format!("{lead}, with nothing to judge it by"),
        _ => format!("Told apart: {lead}"),
    }
}

/// What the lead is measured against.
fn rests_on(next: &Next<'_, '_>) -> String {
    let percent = |share: f64| format!("{} %", format::significant(100.0 * share, 2));
    let basis = match next.judgement.basis {
        Basis::Repeats(interval, _) => {
            let bound = |value| format::significant(value, 3);
            format!("95 % interval of the ratio {} to {}", bound(interval.low), bound(interval.high))
        }
        Basis::AdjacentRuns(noise) => format!(
            "Single runs, which differ by {} from one to the next ({})",
            percent(noise.of_ratio),
            format::plural(noise.pairs, "pair", "pairs")
        ),
        Basis::Nothing => "Single runs, and no adjacent ones that would show the noise".to_owned(),
    };
    let interpolation = next
        .interpolation
        .map(|factor| format!("interpolated values are typically off by {}", percent(factor - 1.0)));
    let caveats = next.caveats.iter().map(ToString::to_string);
    let all: Vec<String> = std::iter::once(basis).chain(interpolation).chain(caveats).collect();
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
