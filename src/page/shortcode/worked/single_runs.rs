//! What may be said of single runs: the noise between adjacent ones, the verdict by it, and ties in a ranking.

use super::{Step, Worked, named, number, percent, series, value, work};
use crate::{
    analysis::{
        Analysis, Basis, Claim, DEFAULT, Entry, Metric, Noise, Observed, SeriesKey, adjacent_pairs, best_at,
        histories, judge, metric_values, order_stability,
        statistics::{Interval, RESAMPLES},
        tie_groups,
    },
    format,
    page::{Link, charts::day_words, workload::full_series_name},
};
use record::RunKind;
use std::collections::BTreeMap;

const METRIC: Metric = Metric::ThroughputPerAccelerator;

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
fn alike<'a>(analysis: &Analysis<'a>) -> Vec<(SeriesKey, Entry<'a>, f64)> {
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
    let noise = analysis.noise(METRIC).between(&left.0, &right.0);
    let judgement = judge(&[left.2], &[right.2], METRIC.better(), noise);
    let (ratio, noise) = (judgement.ratio?, noise?);
    let said = match judgement.claim {
        Claim::Faster => "faster",
        Claim::Slower => "slower",
        Claim::WithinNoise => "within noise",
        Claim::NotComparable(_) => "not comparable",
    };
    let measured = |side: &(SeriesKey, Entry<'_>, f64)| {
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
            measured(left),
            measured(right),
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

/// Two measurements of one workload that both carry repeats.
pub(super) fn repeats(analysis: &Analysis<'_>) -> Option<Worked> {
    let economics = &analysis.economics;
    let repeated: Vec<Entry<'_>> = analysis
        .entries(|_| true)
        .into_iter()
        .filter(|entry| metric_values(METRIC, entry.measurement, economics).len() > 1)
        .collect();
    let (left, right) = repeated.iter().find_map(|left| {
        let key = SeriesKey::of(left);
        let comparable = |right: &&Entry<'_>| {
            let other = SeriesKey::of(right);
            (other.model, other.workload, other.precision)
                == (key.model.clone(), key.workload.clone(), key.precision.clone())
                && other.accelerator != key.accelerator
        };
        Some((left, repeated.iter().find(comparable)?))
    })?;
    let values = |entry: &Entry<'_>| metric_values(METRIC, entry.measurement, economics);
    let judgement = judge(&values(left), &values(right), METRIC.better(), None);
    let Basis::Repeats(Interval { low, high }, test) = judgement.basis else { return None };
    let listed = |entry: &Entry<'_>| {
        let values: Vec<String> = values(entry).into_iter().map(number).collect();
        values.join(", ")
    };
    let mean = |entry: &Entry<'_>| number(crate::analysis::statistics::mean(&values(entry)));
    let mut steps = vec![
        Step::new("Mean of one", listed(left), mean(left)).from(left),
        Step::new("Mean of the other", listed(right), mean(right)).from(right),
        Step::new("Ratio", format!("{} / {}", mean(left), mean(right)), number(judgement.ratio?)),
        Step::new(
            "95 % interval of the ratio",
            "bootstrap, or Welch’s where repeats are few",
            format!("{} to {}", number(low), number(high)),
        ),
    ];
    steps.extend(test.map(|test| {
        Step::new("Mann-Whitney", format!("U = {}", number(test.u)), format!("p = {}", number(test.p)))
    }));
    Some(Worked {
        caption: "an interval from repeats".to_owned(),
        of: vec![named(analysis, left), named(analysis, right)],
        steps,
        conclusion: "Where 1 lies in the interval, the two are not told apart.".to_owned(),
    })
}

/// A ranking in which neighbours may be tied, and how often its order holds.
pub(super) fn ranking(analysis: &Analysis<'_>) -> Option<Worked> {
    let alike = alike(analysis);
    let noise: Vec<f64> = alike
        .iter()
        .map(|(key, ..)| Some(analysis.noise(METRIC).between(key, key)?.of_ratio))
        .collect::<Option<_>>()?;
    let estimates: Vec<(f64, Interval)> = alike
        .iter()
        .zip(&noise)
        .map(|((.., value), noise)| {
            (*value, Interval { low: value * (-noise).exp(), high: value * noise.exp() })
        })
        .collect();
    if estimates.len() < 3 {
        return None;
    }
    let groups = tie_groups(&estimates, METRIC.better());
    let mut steps = Vec::new();
    for (place, group) in groups.iter().enumerate() {
        for &at in group {
            let (value, Interval { low, high }) = estimates[at];
            let how =
                format!("{} · e^±{} = {} to {}", number(value), number(noise[at]), number(low), number(high));
            let tied = if group.len() > 1 { ", tied" } else { "" };
            steps.push(
                Step::new(
                    full_series_name(analysis, &alike[at].0),
                    how,
                    format!("group {}{tied}", place + 1),
                )
                .from(&alike[at].1),
            );
        }
    }
    let stability = stability(analysis);
    let unstable = if stability.is_some() {
        ""
    } else {
        " How stable an order is can’t be shown: no two configurations alike were run three times with one image."
    };
    steps.extend(stability);
    let key = &alike[0].0;
    Some(Worked {
        caption: format!(
            "tie groups at {} tok/s per user or more, {}",
            DEFAULT.level.interactivity,
            work(analysis, key)
        ),
        of: Vec::new(),
        steps,
        conclusion: format!(
            "With one standard deviation of noise to each side, two intervals overlap where the verdict would be within noise, if both are equally noisy.{unstable}"
        ),
    })
}

/// How often the order of two configurations holds, each resampled from the runs of one image. The two are the first of one
/// workload, on different accelerators, that were run at least three times with the image that they have now.
fn stability(analysis: &Analysis<'_>) -> Option<Step> {
    let mut samples: Vec<(SeriesKey, Link, Vec<f64>)> = Vec::new();
    for ((key, _), history) in histories(&analysis.catalog.runs) {
        let image = history.last().and_then(|entry| entry.measurement.framework.image.as_ref());
        let of_image = history
            .iter()
            .filter(|entry| image.is_some() && entry.measurement.framework.image.as_ref() == image);
        let values: Vec<f64> = of_image.filter_map(|entry| value(analysis, METRIC, entry)).collect();
        let Some(newest) = history.last().filter(|_| values.len() >= 3 && key.kind == RunKind::Official)
        else {
            continue;
        };
        samples.push((key, named(analysis, newest), values));
    }
    let (left, right) = samples.iter().enumerate().find_map(|(at, left)| {
        let alike = |right: &&(SeriesKey, Link, Vec<f64>)| {
            (&right.0.model, &right.0.workload, &right.0.precision, &right.0.method)
                == (&left.0.model, &left.0.workload, &left.0.precision, &left.0.method)
                && right.0.accelerator != left.0.accelerator
        };
        Some((left, samples[at + 1..].iter().find(alike)?))
    })?;
    let share = order_stability(&[left.2.clone(), right.2.clone()], RESAMPLES, 1)?;
    let how = format!(
        "{} ({}) and {} ({}), each resampled {} times",
        left.1.text,
        format::plural(left.2.len(), "run", "runs"),
        right.1.text,
        format::plural(right.2.len(), "run", "runs"),
        format::count(RESAMPLES)
    );
    let step = Step::new("How often an order holds", how, percent(share));
    Some(Step { href: Some(left.1.href.clone()), ..step })
}
