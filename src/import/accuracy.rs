//! Accuracy rows of artifacts, of the API and of their supplement.

use super::{
    anomaly::Anomaly,
    configuration::{Rejection, configuration, equal_sides, workload},
    row::Row,
};
use record::{Accuracy, Dataset, Measurement, Side, Topology, WorkloadKind};
use std::collections::BTreeMap;

/// Keys that are known and have no field in the record.
pub(crate) const UNSTORED: [&str; 8] =
    ["id", "config_id", "em_flexible_se", "source", "timestamp", "em_strict_se", "score_se", "run_url"];

/// Reads an accuracy row whose scores are in `scores`: the row itself, or its `metrics`. `Ok(None)` when the score is
/// missing, which is not a score of zero.
pub(crate) fn measurement(row: &Row<'_>, scores: &Row<'_>) -> Result<Option<Measurement>, Rejection> {
    let task = row.text("task").unwrap_or("unnamed").to_owned();
    let Some(accuracy) = accuracy(scores, &task) else {
        row.context.anomaly(Anomaly::NoScore);
        return Ok(None);
    };
    let mut workload = workload(WorkloadKind::Evaluation);
    workload.dataset = Some(Dataset { name: task, version: None, prompts_hash: None });
    workload.input_tokens = row.count("isl");
    workload.output_tokens = row.count("osl");
    let mut measurement = configuration(row, workload)?;
    measurement.accuracy = Some(accuracy);
    correct_the_flag(row, &mut measurement);
    Ok(Some(measurement))
}

fn accuracy(row: &Row<'_>, task: &str) -> Option<Accuracy> {
    let (strict, flexible) = (row.amount("em_strict"), row.amount("em_flexible"));
    let score = row.amount("score");
    let named = row.text("score_name").map(metric);
    let same = |other: Option<f64>| score.is_some() && score == other;
    let (metric, score, standard_error) = match (score, strict) {
        (Some(score), _) => {
            let name = named.or_else(|| same(strict).then(|| metric("em_strict")));
            let error =
                row.amount("score_se").or_else(|| same(strict).then(|| row.amount("em_strict_se")).flatten());
            (name.unwrap_or_else(|| "score".into()), score, error)
        }
        (None, Some(strict)) => (metric("em_strict"), strict, row.amount("em_strict_se")),
        (None, None) => (metric("em_flexible"), flexible?, row.amount("em_flexible_se")),
    };
    if same(strict) {
        row.touch(&["em_strict_se"]);
    }
    let mut other_scores = BTreeMap::new();
    for (name, value) in [("em_strict", strict), ("em_flexible", flexible)] {
        let name = self::metric(name);
        if let Some(value) = value.filter(|_| name != metric) {
            other_scores.insert(name, value);
        }
    }
    Some(Accuracy {
        task: task.into(),
        metric,
        score,
        standard_error,
        items: row.whole("n_eff"),
        other_scores,
    })
}

fn metric(name: &str) -> String {
    match name {
        "em_strict" => "exact_match_strict".into(),
        "em_flexible" => "exact_match_flexible".into(),
        other => other.into(),
    }
}

/// Most accuracy rows of the API say `disagg: true` of deployments on one node whose sides are equal, with frameworks
/// that serve aggregated; from April 2026 the same configurations say false. A deployment on one node with equal sides
/// is aggregated unless its framework only ever disaggregates.
fn correct_the_flag(row: &Row<'_>, measurement: &mut Measurement) {
    let known = row.context.names.framework(measurement.framework.key.as_str());
    let splits = known.is_some_and(|known| known.disaggregated);
    let Topology::Disaggregated { prefill, .. } = &measurement.deployment.topology else { return };
    let one_worker = prefill.workers.unwrap_or(1) == 1;
    if splits || measurement.deployment.multi_node != Some(false) || !one_worker || !equal_sides(measurement)
    {
        return;
    }
    row.context.anomaly(Anomaly::DisaggregatedFlag);
    let parallelism = prefill.parallelism.clone();
    let degrees = [parallelism.tensor, parallelism.pipeline, parallelism.prefill_context];
    let accelerators = parallelism.tensor.map(|_| degrees.into_iter().flatten().product());
    measurement.deployment.accelerators = accelerators;
    measurement.deployment.topology =
        Topology::Aggregated(Side { accelerators, parallelism, ..Side::default() });
    measurement.notes.push(
        "The source marks the deployment as disaggregated, though it is on one node with equal sides; taken as aggregated."
            .into(),
    );
}
