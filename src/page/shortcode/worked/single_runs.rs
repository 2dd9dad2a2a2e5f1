//! What may be said of single runs: the noise between adjacent ones, and the verdict by it.

use super::{Step, Worked, number, percent, series, work};
use crate::{
    analysis::{
        Analysis, BORROWED, Claim, DEFAULT, Entry, Metric, SeriesKey, Side, adjacent_pairs, best_at, judge,
    },
    format,
    page::{charts::day_words, workload::full_series_name},
};
use std::collections::BTreeMap;

/// Pairs that an example has at least.
const FEWEST: usize = 3;
pub(super) const METRIC: Metric = Metric::ThroughputPerAccelerator;

/// The series with the fewest adjacent pairs that reach beyond nothing.
pub(super) fn noise(analysis: &Analysis<'_>) -> Option<Worked> {
    let model = analysis.noise(METRIC);
    let pairs = adjacent_pairs(analysis.histories(), METRIC, &analysis.economics);
    let enough = pairs.iter().filter(|(_, pairs)| pairs.len() >= FEWEST);
    let (key, pairs) = enough.min_by_key(|(key, pairs)| (pairs.len(), **key))?;
    let (expected, noise) = (model.expected(key), model.of(key)?);
    let mut steps: Vec<Step> = pairs
        .iter()
        .map(|pair| {
            let what = format!("{} and {}", day_words(pair.before.0.run), day_words(pair.after.0.run));
            let how = format!("ln({} / {})", number(pair.after.1), number(pair.before.1));
            Step::new(what, how, number(pair.log_ratio())).from(&pair.after.0)
        })
        .collect();
    let reach = number(noise.reach);
    let own = expected.own.map_or(0.0, |own| own.share_within(noise.reach));
    let (of_own, of_all) = (own * pairs.len() as f64, expected.all.share_within(noise.reach));
    let (weight, total) = (of_own + BORROWED * of_all, pairs.len() as f64 + BORROWED);
    steps.extend([
        Step::new(
            "Its own pairs",
            format!("sizes of at most {reach}"),
            format!("{} of {}", number(of_own), pairs.len()),
        ),
        Step::new(
            "Pairs of all series",
            format!("sizes of at most {reach}, each series counting alike"),
            percent(of_all),
        ),
        Step::new(
            "Share within",
            format!("({} + {BORROWED} · {}) / {}", number(of_own), number(of_all), number(total)),
            percent(weight / total),
        ),
        Step::new("Noise", "the smallest size for which this share is 95 % or more", reach),
    ]);
    Some(Worked {
        caption: format!("noise of {}, {}", full_series_name(analysis, key), work(analysis, key)),
        of: Vec::new(),
        steps,
        conclusion: "Nothing is assumed of the form of the distribution: what 95 % keep to was counted. The fewer pairs a series has of its own, the more those of all series decide.".to_owned(),
    })
}

/// The best measurements at the common service level of series that differ in accelerator and framework alone, best first.
pub(super) fn alike<'a>(analysis: &Analysis<'a>) -> Vec<(SeriesKey, Entry<'a>, f64)> {
    let mut groups: BTreeMap<_, Vec<(SeriesKey, Entry<'a>, f64)>> = BTreeMap::new();
    let mut first = None;
    for (key, entries) in series(analysis) {
        let level = Some(DEFAULT.level.interactivity);
        let Some((entry, value)) = best_at(entries, level, METRIC, &analysis.economics) else { continue };
        let work = first.get_or_insert((&key.model, &key.workload));
        if *work == (&key.model, &key.workload) {
            let group = groups.entry((&key.precision, &key.method)).or_default();
            group.push((key.clone(), entry, value));
        }
    }
    let mut largest = groups.into_values().rev().max_by_key(Vec::len).unwrap_or_default();
    largest.sort_by(|a, b| b.2.total_cmp(&a.2).then_with(|| a.0.cmp(&b.0)));
    largest
}

pub(super) fn verdict(analysis: &Analysis<'_>) -> Option<Worked> {
    let alike = alike(analysis);
    let (left, others) = alike.split_first()?;
    let right = others.iter().find(|other| other.0.accelerator != left.0.accelerator)?;
    let measured = |series| Side { series, interpolated: false };
    let noise = analysis.yardstick(METRIC).between(measured(&left.0), measured(&right.0));
    let judgement = judge(&[left.2], &[right.2], METRIC.better(), noise);
    let (ratio, noise) = (judgement.ratio?, noise?);
    let said = match judgement.claim {
        Claim::Faster => "faster",
        Claim::Slower => "slower",
        Claim::WithinNoise => "within noise",
        Claim::NotComparable(_) => "not comparable",
    };
    let stated = |side: &(SeriesKey, Entry<'_>, f64)| {
        Step::new(full_series_name(analysis, &side.0), "as measured", format!("{} tok/s", number(side.2)))
            .from(&side.1)
    };
    Some(Worked {
        caption: format!(
            "a verdict on single runs at {} tok/s per user or more, {}",
            DEFAULT.level.interactivity,
            work(analysis, &left.0)
        ),
        of: Vec::new(),
        steps: vec![
            stated(left),
            stated(right),
            Step::new("Ratio", format!("{} / {}", number(left.2), number(right.2)), number(ratio)),
            Step::new("Its logarithm", format!("ln {}", number(ratio)), number(ratio.ln())),
            Step::new(
                "What noise may reach",
                match noise.own_pairs {
                    0 => format!("95 % of {} of all series", format::plural(noise.all_pairs, "pair", "pairs")),
                    own => format!("95 % of {} of the series that wavers more, and as {BORROWED} more those of all", format::plural(own, "pair", "pairs")),
                },
                number(noise.threshold()),
            ),
            Step::new("Verdict", format!("{} against {}", number(ratio.ln().abs()), number(noise.threshold())), said),
        ],
        conclusion: "No interval is claimed, since there is one run a side. Seen from the other side the ratio is its reciprocal and the verdict the opposite.".to_owned(),
    })
}
