//! `compare`: two accelerators at one service level, as a clause that claims no more than the measurements carry.

use super::{
    arguments::Arguments,
    selection::{ARGUMENTS, Selection},
    value::{best, link, words},
};
use crate::{
    analysis::{
        Analysis, Basis, Claim, Entry, Judgement, Metric, SeriesKey, ServingMethod, best_at,
        judge_measurements,
    },
    format,
    html::Escaped,
};
use record::Precision;
use std::collections::BTreeSet;

const METRIC: Metric = Metric::ThroughputPerAccelerator;

/// `B200 SXM gave 2.1 times the throughput of H200 SXM (1,234 tok/s per accelerator against 588) …`.
///
/// # Errors
/// What isn't known or wasn't measured on a side, or a level that a side doesn't reach.
pub(super) fn phrase(analysis: &Analysis<'_>, arguments: &Arguments<'_>) -> Result<String, String> {
    let known: Vec<&str> = ARGUMENTS.into_iter().chain(["left", "right", "at"]).collect();
    arguments.only(&known)?;
    let names = [arguments.required("left")?, arguments.required("right")?];
    if names[0] == names[1] {
        return Err(format!("`left` and `right` are both \"{}\". Name two accelerators", names[0]));
    }
    let level = arguments.level("at")?;
    let selection = Selection::of(analysis, arguments)?;
    let left = selection.on(names[0])?;
    let right = selection.on(names[1])?;
    let sides = match alike(analysis, &left, &right, level) {
        Some(sides) => sides,
        None => [best(analysis, &left, METRIC, level)?, best(analysis, &right, METRIC, level)?],
    };
    Ok(clause(analysis, sides, level))
}

/// The best of each side with one serving method and one precision that both were measured with. Where there are several
/// such conditions, those in which the lesser side does best.
fn alike<'a>(
    analysis: &Analysis<'a>,
    left: &Selection<'_, 'a>,
    right: &Selection<'_, 'a>,
    level: Option<f64>,
) -> Option<[(Entry<'a>, f64); 2]> {
    let with = |side: &Selection<'_, 'a>, method: &ServingMethod, precision: &Precision| {
        let series = side.series().iter();
        let alike = series.filter(|(key, _)| key.method == *method && key.precision == *precision);
        let entries: Vec<Entry<'a>> = alike.flat_map(|(_, entries)| entries.iter().copied()).collect();
        best_at(&entries, level, METRIC, &analysis.economics)
    };
    let conditions: BTreeSet<(&ServingMethod, &Precision)> =
        left.series().iter().map(|(key, _)| (&key.method, &key.precision)).collect();
    conditions
        .into_iter()
        .filter_map(|(method, precision)| {
            Some([with(left, method, precision)?, with(right, method, precision)?])
        })
        .max_by(|a, b| a[0].1.min(a[1].1).total_cmp(&b[0].1.min(b[1].1)))
}

fn clause(analysis: &Analysis<'_>, sides: [(Entry<'_>, f64); 2], level: Option<f64>) -> String {
    let [left, right] = sides.map(|(entry, _)| entry);
    let name = |entry: Entry<'_>| {
        Escaped(analysis.catalog.accelerator_name(&entry.measurement.deployment.accelerator)).to_string()
    };
    let (economics, noise) = (&analysis.economics, analysis.noise(METRIC));
    let noise = noise.between(&SeriesKey::of(&left), &SeriesKey::of(&right));
    let judgement =
        judge_measurements(METRIC, (left.measurement, economics), (right.measurement, economics), noise);
    let methods = [left, right].map(|entry| ServingMethod::of(entry.measurement));
    let figures = format!(
        "{} against {}",
        link(analysis, &left, METRIC, &words(METRIC, sides[0].1)),
        link(analysis, &right, METRIC, &format::figure(sides[1].1)),
    );
    let conditions = match level {
        Some(level) => format!(" at {level} tok/s per user or more"),
        None => String::new(),
    };
    let verdict = verdict(&judgement, sides[0].1 / sides[1].1, &name(left), &name(right));
    let method = if methods[0] == methods[1] {
        methods[0].words()
    } else {
        format!("unlike in method: {} against {}", methods[0].words(), methods[1].words())
    };
    let shared = [precisions(left, right), method, frameworks(analysis, left, right)].join(", ");
    let runs = if matches!(judgement.basis, Basis::Repeats(..)) { "" } else { "; single runs" };
    format!("{verdict}{conditions} ({figures}; {}{runs})", Escaped(&shared))
}

/// The software: what one machine gained by it is no merit of its hardware.
fn frameworks(analysis: &Analysis<'_>, left: Entry<'_>, right: Entry<'_>) -> String {
    let [left, right] =
        [left, right].map(|entry| analysis.catalog.framework_name(&entry.measurement.framework.key));
    if left == right { left.to_owned() } else { format!("{left} against {right}") }
}

/// What may be said of the two, by the same judgement as everywhere on the site.
fn verdict(judgement: &Judgement, ratio: f64, left: &str, right: &str) -> String {
    let ratio = format::significant(ratio, 2);
    match &judgement.claim {
        Claim::Faster | Claim::Slower => {
            format!("{left} gave {ratio} times the throughput of {right}")
        }
        Claim::WithinNoise => {
            format!(
                "{left} and {right} can’t be told apart in throughput: they are within the noise of adjacent runs"
            )
        }
        Claim::NotComparable(reasons) => {
            let reasons: Vec<String> = reasons.iter().map(ToString::to_string).collect();
            format!("{left} and {right} can’t be compared in throughput: {}", Escaped(&reasons.join(", ")))
        }
    }
}

fn precisions(left: Entry<'_>, right: Entry<'_>) -> String {
    let [left, right] = [left, right].map(|entry| entry.measurement.precision.as_str().to_uppercase());
    if left == right { left } else { format!("{left} against {right}") }
}
