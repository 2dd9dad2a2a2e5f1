//! The vote's score on labelled and on generated series.
//!
//! F1 with a margin of five points and segmentation covering as van den Burg and Williams define them, "An evaluation of
//! change point detection algorithms" (arXiv:2003.06222).

use super::{
    reference_tests::tcpd,
    synthetic::{Synthetic, changing, restless, unchanging},
    *,
};
use crate::analysis::golden::{elements, fixture, indices, number, numbers, shared};
use serde_json::Value;
use std::{collections::BTreeSet, ops::Range};

fn confirmed(series: &[f64]) -> Vec<usize> {
    confirmed_with(series, &VoteSettings::default())
}

/// Without intervals, which no score is about.
pub(super) fn quick(settings: &VoteSettings) -> VoteSettings {
    VoteSettings { sampling: Sampling { resamples: 0, ..settings.sampling }, ..*settings }
}

fn confirmed_with(series: &[f64], settings: &VoteSettings) -> Vec<usize> {
    let points = change_points(series, &quick(settings));
    points.iter().filter(|point| point.class == Class::Confirmed).map(|point| point.index).collect()
}

/// How many of the true points a prediction hits, each prediction once.
pub(super) fn hits(truth: &BTreeSet<usize>, predicted: &BTreeSet<usize>, margin: usize) -> f64 {
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

fn truths(annotators: &Value) -> Vec<BTreeSet<usize>> {
    let annotators = annotators.as_object().expect("annotators");
    annotators.values().map(|points| indices(points).into_iter().collect()).collect()
}

#[test]
fn the_vote_reaches_its_scores_on_committed_series_and_scores_are_those_of_the_datasets_own_program() {
    let (series, scores) = (fixture("change_points.json"), fixture("change_point_scores.json"));
    let mut checked = 0;
    for (name, expected) in scores["series"].as_object().expect("series") {
        let (values, truths) = (numbers(&series["tcpd"][name]["raw"]), truths(&expected["annotations"]));
        for case in elements(&expected["scores"]) {
            let predicted = indices(&case["predicted"]);
            let scores = [f1(&truths, &predicted), cover(&truths, &predicted, values.len())];
            for (score, expected) in scores.into_iter().zip([&case["f1"], &case["cover"]]) {
                assert!((score - number(expected)).abs() < 1e-9, "{name}: {score} is not {expected}");
                checked += 1;
            }
        }
        let found = confirmed(&values);
        let (f1, cover) = (f1(&truths, &found), cover(&truths, &found, values.len()));
        assert!(f1 >= 0.94 && cover >= 0.89, "{name}: {f1}, {cover}");
    }
    assert_eq!(checked, 24);
}

/// A way to find change points, by its name on the page on method.
type Finder = (&'static str, fn(&[f64]) -> Vec<usize>);

/// The vote, each of its detectors alone, and silence, which is right wherever annotators mark little.
const FINDERS: [Finder; 5] = [
    ("The vote", confirmed),
    ("asv alone", |series| asv(series)),
    ("Otava alone", |series| {
        otava(series, VoteSettings::default().otava).iter().map(|point| point.index).collect()
    }),
    ("Perfherder alone", |series| perfherder(series, VoteSettings::default().perfherder)),
    ("Silence", |_| Vec::new()),
];

/// Mean F1 and mean cover over all series, and over those that are most like benchmarks.
fn scores_of(
    find: fn(&[f64]) -> Vec<usize>,
    series: &[(String, Vec<f64>, Vec<BTreeSet<usize>>)],
) -> [f64; 4] {
    let is_like_benchmarks = |name: &str| name.starts_with("quality_control") || name == "well_log";
    let scores: Vec<(bool, f64, f64)> = series
        .iter()
        .map(|(name, values, truths)| {
            let found = find(values);
            (is_like_benchmarks(name), f1(truths, &found), cover(truths, &found, values.len()))
        })
        .collect();
    let mean = |values: Vec<f64>| values.iter().sum::<f64>() / values.len() as f64;
    let of = |all: bool, score: fn(&(bool, f64, f64)) -> f64| {
        mean(scores.iter().filter(|row| all || row.0).map(score).collect())
    };
    [of(true, |row| row.1), of(true, |row| row.2), of(false, |row| row.1), of(false, |row| row.2)]
}

#[test]
fn the_vote_reaches_its_scores_on_public_series() {
    let Some(annotations) = shared("tcpd/annotations.json") else { return };
    let series: Vec<(String, Vec<f64>, Vec<BTreeSet<usize>>)> = annotations
        .as_object()
        .expect("series")
        .iter()
        .filter(|(name, _)| {
            shared(&format!("tcpd/datasets/{name}.json")).is_some_and(|file| file["n_dim"] == 1)
        })
        .map(|(name, annotators)| (name.clone(), tcpd(name).expect("at hand"), truths(annotators)))
        .collect();
    assert_eq!(series.len(), 27);
    let method = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/content/docs/method.md"));
    let method = method.expect("the page on method");
    let row = |(name, find): Finder| {
        let scores = scores_of(find, &series).map(|score| format!("{score:.3}"));
        format!("| {name} | {} |", scores.join(" | "))
    };
    let missing: Vec<String> = FINDERS.map(row).into_iter().filter(|row| !method.contains(row)).collect();
    let [all_f1, all_cover, subset_f1, subset_cover] = scores_of(confirmed, &series);
    assert!(all_f1 >= 0.71 && all_cover >= 0.62, "{all_f1}, {all_cover}");
    assert!(subset_f1 >= 0.94 && subset_cover >= 0.89, "{subset_f1}, {subset_cover}");
    assert!(missing.is_empty(), "content/docs/method.md lacks {missing:#?}");
    // For the dataset's own program: PREDICTIONS=FILE cargo test --lib the_vote_reaches
    if let Ok(file) = std::env::var("PREDICTIONS") {
        let found = series.iter().map(|(name, values, _)| (name.clone(), confirmed(values).into()));
        let found: serde_json::Map<String, Value> = found.collect();
        std::fs::write(file, Value::from(found).to_string()).expect("written");
    }
}

/// How well found changes are the true ones, within two values.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    right: f64,
    found: usize,
    seen: f64,
    there: usize,
}

impl Tally {
    pub(super) fn of(one: &Synthetic, found: &BTreeSet<usize>) -> Self {
        let (all, confirmable) = (one.changes.iter().copied().collect(), one.confirmable());
        Self {
            right: hits(&all, found, 2),
            found: found.len(),
            seen: hits(&confirmable, found, 2),
            there: confirmable.len(),
        }
    }

    /// The share of the found changes that are true.
    pub(super) fn precision(self) -> f64 {
        self.right / self.found as f64
    }

    /// The share of the changes that can be confirmed that are found.
    pub(super) fn recall(self) -> f64 {
        self.seen / self.there as f64
    }
}

impl std::iter::Sum for Tally {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, one| Self {
            right: sum.right + one.right,
            found: sum.found + one.found,
            seen: sum.seen + one.seen,
            there: sum.there + one.there,
        })
    }
}

#[test]
fn generated_changes_are_found() {
    let series: Vec<Synthetic> = (0..5).flat_map(changing).collect();
    let tally: Tally =
        series.iter().map(|one| Tally::of(one, &confirmed(&one.values).into_iter().collect())).sum();
    let (precision, recall) = (tally.precision(), tally.recall());
    eprintln!("precision {precision}, recall {recall}");
    assert!(precision >= 0.98 && recall >= 0.93, "precision {precision}, recall {recall}");
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
    let series = restless(11, 10);
    let alarms: Vec<&str> =
        series.iter().filter(|one| !confirmed(&one.values).is_empty()).map(|one| one.name.as_str()).collect();
    eprintln!("{} of {}: {alarms:?}", alarms.len(), series.len());
    assert!(alarms.len() * 50 <= series.len(), "{alarms:?}");
}
