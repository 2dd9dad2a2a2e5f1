//! The vote's score on labelled and on generated series.
//!
//! F1 with a margin of five points and segmentation covering as van den Burg and Williams define them, "An evaluation of
//! change point detection algorithms" (arXiv:2003.06222).

use super::{
    reference_tests::tcpd,
    synthetic::{Synthetic, changing, remembering, unchanging},
    *,
};
use crate::analysis::{
    golden::{indices, shared},
    statistics::Random,
};
use std::{collections::BTreeSet, ops::Range};

fn confirmed(series: &[f64]) -> Vec<usize> {
    confirmed_with(series, &VoteSettings::default())
}

fn confirmed_with(series: &[f64], settings: &VoteSettings) -> Vec<usize> {
    let quick = VoteSettings { sampling: Sampling { resamples: 1, ..settings.sampling }, ..*settings };
    let points = change_points(series, &quick);
    points.iter().filter(|point| point.class == Class::Confirmed).map(|point| point.index).collect()
}

/// How many of the true points a prediction hits, each prediction once.
fn hits(truth: &BTreeSet<usize>, predicted: &BTreeSet<usize>, margin: usize) -> f64 {
    let mut left = predicted.clone();
    let mut hits = 0.0;
    for &point in truth {
        let near = left.iter().copied().filter(|other| other.abs_diff(point) <= margin);
        if let Some(nearest) = near.min_by_key(|other| (other.abs_diff(point), *other)) {
            left.remove(&nearest);
            hits += 1.0;
        }
    }
    hits
}

fn f1(truths: &[BTreeSet<usize>], predicted: &[usize]) -> f64 {
    let with_start = |points: &BTreeSet<usize>| points.iter().copied().chain([0]).collect::<BTreeSet<_>>();
    let truths: Vec<_> = truths.iter().map(with_start).collect();
    let predicted = with_start(&predicted.iter().copied().collect());
    let any: BTreeSet<usize> = truths.iter().flatten().copied().collect();
    let precision = hits(&any, &predicted, 5) / predicted.len() as f64;
    let recall = truths.iter().map(|truth| hits(truth, &predicted, 5) / truth.len() as f64).sum::<f64>();
    let recall = recall / truths.len() as f64;
    2.0 * precision * recall / (precision + recall)
}

fn segments(points: &BTreeSet<usize>, count: usize) -> Vec<Range<usize>> {
    let inner: Vec<usize> = points.iter().copied().filter(|point| (1..count).contains(point)).collect();
    let starts = std::iter::once(0).chain(inner.iter().copied());
    starts.zip(inner.iter().copied().chain([count])).map(|(start, end)| start..end).collect()
}

fn cover(truths: &[BTreeSet<usize>], predicted: &[usize], count: usize) -> f64 {
    let guess = segments(&predicted.iter().copied().collect(), count);
    let overlap = |a: &Range<usize>, b: &Range<usize>| {
        let shared = a.end.min(b.end).saturating_sub(a.start.max(b.start)) as f64;
        shared / ((a.len() + b.len()) as f64 - shared)
    };
    let of = |truth: &BTreeSet<usize>| {
        let parts = segments(truth, count);
        let best = |part: &Range<usize>| guess.iter().map(|g| overlap(part, g)).fold(0.0, f64::max);
        parts.iter().map(|part| part.len() as f64 * best(part)).sum::<f64>() / count as f64
    };
    truths.iter().map(of).sum::<f64>() / truths.len() as f64
}

#[test]
fn the_vote_reaches_its_scores_on_public_series() {
    let Some(annotations) = shared("tcpd/annotations.json") else { return };
    let mut rows = Vec::new();
    let mut predictions = serde_json::Map::new();
    for (name, annotators) in annotations.as_object().expect("series") {
        let Some(file) = shared(&format!("tcpd/datasets/{name}.json")) else { continue };
        if file["n_dim"] != 1 {
            continue;
        }
        let series = tcpd(name).expect("the series is at hand");
        let truths: Vec<BTreeSet<usize>> = annotators
            .as_object()
            .expect("annotators")
            .values()
            .map(|points| indices(points).into_iter().collect())
            .collect();
        let found = confirmed(&series);
        rows.push((name.clone(), f1(&truths, &found), cover(&truths, &found, series.len())));
        predictions.insert(name.clone(), found.into());
    }
    if let Ok(file) = std::env::var("PREDICTIONS") {
        std::fs::write(file, serde_json::Value::from(predictions).to_string()).expect("written");
    }
    assert_eq!(rows.len(), 27);
    let mean = |chosen: &dyn Fn(&str) -> bool| {
        let chosen: Vec<_> = rows.iter().filter(|row| chosen(&row.0)).collect();
        let count = chosen.len() as f64;
        (
            chosen.iter().map(|row| row.1).sum::<f64>() / count,
            chosen.iter().map(|row| row.2).sum::<f64>() / count,
        )
    };
    let all = mean(&|_| true);
    let subset = mean(&|name| name.starts_with("quality_control") || name == "well_log");
    for row in &rows {
        eprintln!("{:20} {:.3} {:.3}", row.0, row.1, row.2);
    }
    eprintln!("all {all:?}, subset {subset:?}");
    assert!(all.0 >= 0.71 && all.1 >= 0.62, "{all:?}");
    assert!(subset.0 >= 0.94 && subset.1 >= 0.89, "{subset:?}");
}

/// True points hit within two, points found, true points.
fn tally(series: &[Synthetic]) -> (f64, usize, usize) {
    let mut sum = (0.0, 0, 0);
    for one in series {
        let found: BTreeSet<usize> = confirmed(&one.values).into_iter().collect();
        let hit = hits(&one.changes.iter().copied().collect(), &found, 2);
        if (hit as usize) < one.changes.len().max(found.len()) {
            eprintln!("{}: {:?}, found {found:?}", one.name, one.changes);
        }
        sum = (sum.0 + hit, sum.1 + found.len(), sum.2 + one.changes.len());
    }
    sum
}

#[test]
fn generated_changes_are_found() {
    let series: Vec<Synthetic> = (0..5).flat_map(changing).collect();
    let (hit, found, there) = tally(&series);
    let (precision, recall) = (hit / found as f64, hit / there as f64);
    eprintln!("precision {precision}, recall {recall}");
    assert!(precision >= 0.98 && recall >= 0.88, "precision {precision}, recall {recall}");
}

#[test]
fn series_without_change_alarm_at_most_once_in_nine() {
    let series: Vec<Synthetic> = (0..20).flat_map(unchanging).collect();
    let alarms: Vec<&str> =
        series.iter().filter(|one| !confirmed(&one.values).is_empty()).map(|one| one.name.as_str()).collect();
    eprintln!("{} of {}: {alarms:?}", alarms.len(), series.len());
    assert!(alarms.len() * 9 <= series.len(), "{alarms:?}");
}

#[test]
fn memory_and_drift_do_not_alarm() {
    let mut random = Random::new(11);
    let mut alarms = 0;
    let mut series = 0;
    for memory in [0.3, 0.5, 0.7, 0.9] {
        for count in [30, 60, 120, 200] {
            for _ in 0..10 {
                alarms += usize::from(!confirmed(&remembering(count, memory, 0.01, &mut random)).is_empty());
                let drift: Vec<f64> = (0..count)
                    .map(|at| 100.0 + 20.0 * at as f64 / count as f64 + (1.0 - memory) * random.normal())
                    .collect();
                alarms += usize::from(!confirmed(&drift).is_empty());
                series += 2;
            }
        }
    }
    eprintln!("{alarms} of {series}");
    assert!(alarms * 50 <= series, "{alarms} of {series}");
}
