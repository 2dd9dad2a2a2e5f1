//! A record beside what is known: duplicates, outliers, and the label that it would bear.

use super::{
    alone::standing,
    review::{Aspect, Remark, share},
};
use crate::{
    analysis::{
        Analysis, Claim, Entry, LEAST_FACTOR, Label, Metric, SeriesKey, judge_measurements, outliers,
        standing_entries,
    },
    catalog::is_twin,
    format,
    page::heading,
    verdict,
};
use record::{Measurement, Run};
use std::collections::BTreeMap;

pub(super) fn aspects(analysis: &Analysis<'_>, run: &Run) -> Vec<Aspect> {
    vec![duplicates(analysis, run), outlying(analysis, run), label(analysis, run)]
}

/// What the site knows of other runs.
fn others<'a>(analysis: &Analysis<'a>, run: &Run) -> impl Iterator<Item = Entry<'a>> {
    let id = run.id.clone();
    standing_entries(&analysis.catalog.runs).filter(move |entry| entry.run.id != id)
}

/// Measurements that the site has already.
fn duplicates(analysis: &Analysis<'_>, run: &Run) -> Aspect {
    let mut known: BTreeMap<String, Vec<Entry<'_>>> = BTreeMap::new();
    for entry in others(analysis, run) {
        known.entry(entry.measurement.identify("")).or_default().push(entry);
    }
    let (mut remarks, mut again) = (Vec::new(), 0);
    for (at, entry) in standing(run) {
        let alike = known.get(&entry.measurement.identify("")).map_or(&[][..], Vec::as_slice);
        if let Some(twin) = alike.iter().find(|other| is_same(other.measurement, entry.measurement)) {
            remarks.push(Remark::refused(format!(
                "measurements[{at}] is {} of run {}: alike in set-up and every figure. Leave it out",
                twin.measurement.id, twin.run.id
            )));
        }
        let own = |other: &&Entry<'_>| other.run.source.organisation == run.source.organisation;
        again += usize::from(alike.iter().any(|other| own(&other)));
    }
    if again > 0 {
        let all = standing(run).count();
        remarks.push(Remark::known(format!(
            "{} take the place of earlier ones by the same organisation",
            share(again, all)
        )));
    }
    Aspect::new("Duplicates", "none of it is on the site already".to_owned(), remarks)
}

/// Whether two are one measurement. Without latencies two that agree in a round throughput may still be two.
fn is_same(one: &Measurement, other: &Measurement) -> bool {
    one.latency.is_some() && is_twin(one, other)
}

/// Measurements far from what is known of their configuration, or from the rest of their own curve.
fn outlying(analysis: &Analysis<'_>, run: &Run) -> Aspect {
    let (mut remarks, mut compared) = (Vec::new(), 0);
    for (at, entry) in standing(run) {
        let configuration = entry.measurement.identify("");
        let newest =
            others(analysis, run).filter(|other| other.measurement.identify("") == configuration).last();
        let Some(other) = newest else { continue };
        compared += 1;
        remarks.push(against(analysis, at, &entry, &other));
    }
    remarks.extend(off_their_curve(analysis, run));
    let all = standing(run).count();
    if compared < all {
        remarks.push(Remark::known(format!(
            "{}: the site knows no other of the same configuration",
            share(all - compared, all)
        )));
    }
    let sound = match compared {
        0 => "nothing to compare with; none lies off the run's own curve".to_owned(),
        some => format!("{} lie near what is known", share(some, all)),
    };
    Aspect::new("Outliers", sound, remarks)
}

/// A measurement against the newest other of its configuration.
fn against(analysis: &Analysis<'_>, at: usize, entry: &Entry<'_>, other: &Entry<'_>) -> Remark {
    let metric = Metric::ThroughputPerAccelerator;
    let noise = analysis.noise(metric).between(&SeriesKey::of(entry), &SeriesKey::of(other));
    let sides = [entry, other].map(|side| (side.measurement, &analysis.economics));
    let judgement = judge_measurements(metric, sides[0], sides[1], noise);
    let word = match judgement.claim {
        // One side without repeats and no noise known: the ratio is all that can be said.
        Claim::NotComparable(_) => String::new(),
        ref claim => format!(" ({})", verdict::claim(metric, claim)),
    };
    let text = format!(
        "measurements[{at}], {}: {} the throughput of run {} of {}{word}",
        heading(analysis.catalog, entry.measurement),
        judgement.ratio.map_or_else(|| "can't be held against".to_owned(), verdict::ratio),
        other.run.id,
        other.run.date
    );
    match judgement.ratio {
        Some(ratio) if ratio.ln().abs() > LEAST_FACTOR.ln() => Remark::look(text),
        _ => Remark::known(text),
    }
}

/// Measurements far off the frontier of the rest of their own series in this run.
fn off_their_curve(analysis: &Analysis<'_>, run: &Run) -> Vec<Remark> {
    let mut curves: BTreeMap<SeriesKey, Vec<(usize, (f64, f64))>> = BTreeMap::new();
    for (at, entry) in standing(run) {
        let value = |metric: Metric| metric.value(entry.measurement, &analysis.economics);
        let point = value(Metric::Interactivity).zip(value(Metric::ThroughputPerAccelerator));
        curves.entry(SeriesKey::of(&entry)).or_default().extend(point.map(|point| (at, point)));
    }
    let mut remarks = Vec::new();
    for curve in curves.values() {
        let points: Vec<(f64, f64)> = curve.iter().map(|(_, point)| *point).collect();
        for outlier in outliers(&points) {
            remarks.push(Remark::look(format!(
                "measurements[{}]: {} times the throughput of the run's own curve at that speed",
                curve[outlier.index].0,
                format::significant(outlier.ratio, 2)
            )));
        }
    }
    remarks
}

/// What it would be shown as.
fn label(analysis: &Analysis<'_>, run: &Run) -> Aspect {
    let label = analysis.run_label(run);
    let confirmed: Vec<(usize, &Run)> = standing(run)
        .filter_map(|(at, entry)| Some((at, analysis.labels().confirmed_by(entry.measurement).first()?.run)))
        .collect();
    let remarks = confirmed
        .iter()
        .map(|(at, by)| {
            let (shape, word) = (Label::Reproduced.shape(), Label::Reproduced.word());
            Remark::known(format!("measurements[{at}] would be {shape} {word}: it agrees with run {}", by.id))
        })
        .collect();
    Aspect::new("Label", format!("would be shown as {} {}", label.shape(), label.word()), remarks)
}
