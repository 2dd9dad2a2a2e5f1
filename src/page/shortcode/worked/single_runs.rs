//! What may be said of single runs: the noise between adjacent ones, and the verdict by it.

use super::{Step, Worked, number, percent, series, work};
use crate::{
    analysis::{
        Analysis, Claim, DEFAULT, Entry, Metric, Noise, Observed, SeriesKey, Side, adjacent_pairs, best_at,
        judge,
    },
    format,
    page::{charts::day_words, workload::full_series_name},
};
use std::collections::BTreeMap;

pub(super) const METRIC: Metric = Metric::ThroughputPerAccelerator;

/// The series with the fewest adjacent pairs that give a noise of its own.
pub(super) fn noise(analysis: &Analysis<'_>) -> Option<Worked> {
    let pairs = adjacent_pairs(analysis.histories(), METRIC, &analysis.economics);
    let own = pairs.into_iter().filter_map(|(key, pairs)| {
        let ratios: Vec<f64> = pairs.iter().map(crate::analysis::Pair::log_ratio).collect();
        let noise =
            Noise::of_log_ratios(&ratios, Observed::OwnSeries).filter(|noise| noise.of_ratio > 0.0)?;
        Some((key, pairs, noise))
    });
    let (key, pairs, noise) = own.min_by_key(|(key, pairs, _)| (pairs.len(), *key))?;
    let mut steps: Vec<Step> = pairs
        .iter()
        .map(|pair| {
            let what = format!("{} and {}", day_words(pair.before.0.run), day_words(pair.after.0.run));
            let how = format!("ln({} / {})", number(pair.after.1), number(pair.before.1));
            Step::new(what, how, number(pair.log_ratio())).from(&pair.after.0)
        })
        .collect();
    let mut sizes: Vec<f64> = pairs.iter().map(|pair| pair.log_ratio().abs()).collect();
    sizes.sort_by(f64::total_cmp);
    let median = crate::analysis::statistics::median(&sizes);
    let sorted: Vec<String> = sizes.iter().map(|size| number(*size)).collect();
    steps.extend([
        Step::new("Median of the sizes", sorted.join(", "), number(median)),
        Step::new("Noise", format!("1.4826 · {}", number(median)), percent(noise.of_ratio)),
    ]);
    Some(Worked {
        caption: format!("noise of {}, {}", full_series_name(analysis, key), work(analysis, key)),
        of: Vec::new(),
        steps,
        conclusion: "For a normal distribution 1.4826 times the median of the sizes is the standard deviation; unlike that, one odd pair doesn’t move it.".to_owned(),
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
                format!(
                    "95 % of Student’s t, {} of noise from {}",
                    number(noise.of_ratio),
                    format::plural(noise.pairs, "pair", "pairs")
                ),
                number(noise.threshold()),
            ),
            Step::new("Verdict", format!("{} against {}", number(ratio.ln().abs()), number(noise.threshold())), said),
        ],
        conclusion: "No interval is claimed, since there is one run a side. Seen from the other side the ratio is its reciprocal and the verdict the opposite.".to_owned(),
    })
}
