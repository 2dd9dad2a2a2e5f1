//! What both the terminal and Markdown say, in words.

use super::{Differing, side::Side};
use crate::{
    analysis::{Compared, Metric, Shared, Unshared, surroundings},
    format,
    page::{configuration, heading, outcome_words},
    verdict,
};

/// The metrics beside throughput that any shared configuration has.
pub(super) fn metrics(differing: &Differing<'_>) -> Vec<Metric> {
    let known =
        |metric: &Metric| differing.found.shared.iter().any(|shared| shared.verdict(*metric).is_some());
    [
        Metric::ThroughputPerAccelerator,
        Metric::Interactivity,
        Metric::TimeToFirstToken,
        Metric::EndToEndLatency,
        Metric::MeasuredEnergyPerToken,
    ]
    .into_iter()
    .filter(known)
    .collect()
}

/// What a side is: its name, with the day of a single run.
pub(super) fn side(side: &Side) -> String {
    match side.runs.as_slice() {
        [run] => format!("{} ({})", side.name, run.date),
        runs => format!("{} ({})", side.name, format::plural(runs.len(), "run", "runs")),
    }
}

/// What else differs, a sentence each.
pub(super) fn differences(differing: &Differing<'_>) -> Vec<String> {
    let causes = differing.found.causes.iter().map(|(cause, count)| {
        let concerned = format::plural(*count, "shared configuration", "shared configurations");
        format!("{} ({concerned})", verdict::capitalised(&cause.to_string()))
    });
    let around = match (differing.before.runs.as_slice(), differing.after.runs.as_slice()) {
        ([before], [after]) => surroundings(before, after),
        _ => Vec::new(),
    };
    causes.chain(around.into_iter().map(|(name, old, new)| format!("{name} from {old} to {new}"))).collect()
}

/// The whole configuration of a shared or unshared measurement.
pub(super) fn name(differing: &Differing<'_>, measurement: &record::Measurement) -> String {
    let spread = configuration(measurement);
    let heading = heading(differing.analysis.catalog, measurement);
    let workload = crate::analysis::WorkloadKey::of(&measurement.workload).name();
    format!("{heading}, {workload} ({spread})")
}

/// `1.5× faster (100 to 150)`, or why nothing is claimed.
pub(super) fn judged(compared: &Compared) -> String {
    let judgement = &compared.judgement;
    let word = verdict::claim(compared.metric, &judgement.claim);
    let ratio = judgement.ratio.map(|ratio| format!("{} ", verdict::ratio(ratio)));
    let values = compared.right.zip(compared.left);
    let values = values.map(|(old, new)| format!("{} to {}", format::figure(old), format::figure(new)));
    let remarks: Vec<String> =
        [values, verdict::interval(judgement), verdict::reasons(judgement)].into_iter().flatten().collect();
    format!("{}{word} ({})", ratio.unwrap_or_default(), remarks.join("; "))
}

/// What the verdicts on throughput rest on.
pub(super) fn basis(differing: &Differing<'_>) -> Vec<String> {
    let of = |shared: &'_ Shared<'_>| {
        shared.verdict(Metric::ThroughputPerAccelerator).map(|verdict| verdict.judgement.clone())
    };
    let judgements: Vec<_> = differing.found.shared.iter().filter_map(of).collect();
    verdict::basis(&judgements)
}

/// What became of a configuration on the side that lacks it, where that is known.
pub(super) fn fate(unshared: &Unshared<'_>) -> Option<String> {
    unshared.fallen.and_then(outcome_words)
}
