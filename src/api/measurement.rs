//! Measurements: the main figures of each, listed by what people look for.

use super::{
    Api, Document, figure,
    list::{About, Selection, pages},
    resource::{address, series_segment},
    run::Withdrawal,
};
use crate::analysis::{
    Economics, Entry, Label, Metric, Requests, SeriesKey, WorkloadKey, highest_percentile, is_disaggregated,
};
use rayon::prelude::*;
use record::{Outcome, RunKind};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// The main figures of a measurement. All of it is in the record of its run. What isn't known is absent, never zero.
#[derive(Serialize, JsonSchema)]
pub(super) struct MeasurementSummary {
    /// Its id, which never changes.
    id: String,
    /// Its run.
    run: String,
    /// The day of the run (UTC); the first day, where only a span is known.
    #[schemars(extend("format" = "date"))]
    date: String,
    /// The last day that the run can have happened on, where the exact day isn't known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date"))]
    date_until: Option<String>,
    /// Who stands behind the run.
    kind: RunKind,
    /// What it is, by the rules of /docs/community-results/.
    label: Label,
    /// Which organisation offers it, where others do.
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<String>,
    /// `ok`, `failed`, `out_of_memory`, `timeout` or `invalid`.
    outcome: &'static str,
    /// Why it failed or is invalid.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    /// Set where the measurement or its run was withdrawn: its figures must not be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    retracted: Option<Withdrawal>,
    /// What it took the place of: `RUN` or `RUN#MEASUREMENT`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    supersedes: Vec<String>,
    /// Hash of all that was set, whatever the run: measurements with the same repeat each other.
    configuration: String,
    /// Key of the model.
    model: String,
    /// Key of the workload.
    workload: String,
    /// Key of the accelerator.
    accelerator: String,
    /// Accelerators of the whole deployment.
    #[serde(skip_serializing_if = "Option::is_none")]
    accelerators: Option<u32>,
    /// Key of the serving framework.
    framework: String,
    /// Its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    framework_version: Option<String>,
    /// Numeric format of the weights, as measured.
    precision: String,
    /// Method of speculative decoding; absent where the source doesn't say.
    #[serde(skip_serializing_if = "Option::is_none")]
    speculative_decoding: Option<String>,
    /// Whether prefill and decode have workers of their own.
    disaggregated: bool,
    /// Requests kept in flight.
    #[serde(skip_serializing_if = "Option::is_none")]
    concurrency: Option<u32>,
    /// Requests/s, in an open workload.
    #[serde(skip_serializing_if = "Option::is_none")]
    rate: Option<f64>,
    /// Input and output tokens/s over all accelerators.
    #[serde(skip_serializing_if = "Option::is_none")]
    throughput_per_accelerator: Option<f64>,
    /// Output tokens/s over all accelerators.
    #[serde(skip_serializing_if = "Option::is_none")]
    output_throughput_per_accelerator: Option<f64>,
    /// Tokens/s per user: 1 / median time per output token.
    #[serde(skip_serializing_if = "Option::is_none")]
    interactivity: Option<f64>,
    /// Median time to first token in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    time_to_first_token: Option<f64>,
    /// 99th percentile of time to first token in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    time_to_first_token_p99: Option<f64>,
    /// The highest percentile that the requests suffice for: `p50`, `p90`, `p95`, `p99` or `p99.9`. Those above it may be
    /// chance. Imported fixed-length rows are taken to have sent ten requests for each slot; absent where nobody knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    highest_percentile: Option<&'static str>,
    /// Median end-to-end latency in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    end_to_end_latency: Option<f64>,
    /// Measured board energy over input and output tokens, J/token.
    #[serde(skip_serializing_if = "Option::is_none")]
    measured_energy: Option<f64>,
    /// Score, where it is an evaluation.
    #[serde(skip_serializing_if = "Option::is_none")]
    accuracy: Option<AccuracySummary>,
    /// Addresses from the root of the server.
    links: MeasurementLinks,
}

/// A score on an evaluation task.
#[derive(Serialize, JsonSchema)]
struct AccuracySummary {
    /// The task, such as `gsm8k`.
    task: String,
    /// What the score counts.
    metric: String,
    /// The score, 0 to 1.
    score: f64,
    /// Standard error of the score.
    #[serde(skip_serializing_if = "Option::is_none")]
    standard_error: Option<f64>,
}

/// Where more about a measurement is.
#[derive(Serialize, JsonSchema)]
struct MeasurementLinks {
    /// The page for people.
    html: String,
    /// The record of its run, which holds all its figures.
    record: String,
    /// Its series; absent for what doesn't stand.
    #[serde(skip_serializing_if = "Option::is_none")]
    series: Option<String>,
}

/// A measurement, written.
pub(super) struct Row<'a> {
    pub(super) entry: Entry<'a>,
    pub(super) workload: String,
    pub(super) json: Box<RawValue>,
}

/// Every measurement of every run, oldest first.
pub(super) fn rows<'a>(api: &Api<'a>) -> Vec<Row<'a>> {
    let runs = &api.analysis.catalog.runs;
    let entries: Vec<Entry<'a>> = runs
        .iter()
        .flat_map(|run| run.measurements.iter().map(move |measurement| Entry { run, measurement }))
        .collect();
    entries
        .into_par_iter()
        .map(|entry| {
            let summary = summary(api, entry);
            let json =
                serde_json::value::to_raw_value(&summary).unwrap_or_else(|_| RawValue::NULL.to_owned());
            Row { entry, workload: summary.workload, json }
        })
        .collect()
}

fn summary(api: &Api<'_>, entry: Entry<'_>) -> MeasurementSummary {
    let Entry { run, measurement } = entry;
    let economics = Economics { edition: None, tier: api.analysis.config.price_tier };
    let value = |metric: Metric| figure(metric.value(measurement, &economics));
    let workload = WorkloadKey::of(&measurement.workload).slug();
    let (outcome, why) = outcome(&measurement.outcome);
    let series = entry.stands().then(|| {
        let series = series_segment(&SeriesKey::of(&entry));
        api.href(&address("series", &[measurement.model.key.as_str(), &workload, &series, "1"]))
    });
    MeasurementSummary {
        id: measurement.id.clone(),
        run: run.id.clone(),
        date: run.date.to_string(),
        date_until: run.date_until.map(|day| day.to_string()),
        kind: run.kind,
        label: api.analysis.label(&entry),
        organisation: run.source.organisation.clone(),
        outcome,
        why,
        retracted: run
            .retracted
            .as_ref()
            .or(measurement.retracted.as_ref())
            .map(|it| Withdrawal::of(api, it)),
        supersedes: api.replaced_by_measurement(entry),
        configuration: measurement.identify(""),
        model: measurement.model.key.to_string(),
        accelerator: measurement.deployment.accelerator.to_string(),
        accelerators: measurement.deployment.accelerators,
        framework: measurement.framework.key.to_string(),
        framework_version: measurement.framework.version.clone(),
        precision: measurement.precision.to_string(),
        speculative_decoding: measurement.speculative_decoding.as_ref().map(|it| it.method.clone()),
        disaggregated: is_disaggregated(measurement),
        concurrency: measurement.arrival.concurrency,
        rate: figure(measurement.arrival.rate_per_s),
        throughput_per_accelerator: value(Metric::ThroughputPerAccelerator),
        output_throughput_per_accelerator: value(Metric::OutputThroughputPerAccelerator),
        interactivity: value(Metric::Interactivity),
        time_to_first_token: value(Metric::TimeToFirstToken),
        time_to_first_token_p99: value(Metric::SlowTimeToFirstToken),
        highest_percentile: Requests::of(&entry).map(highest_percentile),
        end_to_end_latency: value(Metric::EndToEndLatency),
        measured_energy: value(Metric::MeasuredEnergyPerToken),
        accuracy: measurement.accuracy.as_ref().map(|accuracy| AccuracySummary {
            task: accuracy.task.clone(),
            metric: accuracy.metric.clone(),
            score: accuracy.score,
            standard_error: figure(accuracy.standard_error),
        }),
        links: MeasurementLinks {
            html: api.href(&entry.href()),
            record: api.href(&address("runRecord", &[&run.id])),
            series,
        },
        workload,
    }
}

fn outcome(outcome: &Outcome) -> (&'static str, Option<String>) {
    match outcome {
        Outcome::Ok => ("ok", None),
        Outcome::Failed { why } => ("failed", Some(why.clone())),
        Outcome::OutOfMemory => ("out_of_memory", None),
        Outcome::Timeout => ("timeout", None),
        Outcome::Invalid { why } => ("invalid", Some(why.clone())),
    }
}

/// A list for each value of a key.
fn by<'a>(
    api: &Api<'a>,
    id: &'static str,
    key: impl Fn(&Row<'a>) -> String,
    about: impl Fn(&str) -> (Selection, Option<String>) + Sync,
) -> Vec<Document> {
    let mut lists: BTreeMap<String, Vec<&RawValue>> = BTreeMap::new();
    for row in &api.rows {
        lists.entry(key(row)).or_default().push(&row.json);
    }
    let lists: Vec<(String, Vec<&RawValue>)> = lists.into_iter().collect();
    let made = lists.into_par_iter().flat_map_iter(|(key, rows)| {
        let (of, html) = about(&key);
        pages(api, &About { id, values: vec![&key], of, html }, rows)
    });
    made.collect()
}

pub(super) fn by_model(api: &Api<'_>) -> Vec<Document> {
    let model = |row: &Row<'_>| row.entry.measurement.model.key.to_string();
    by(api, "measurementsByModel", model, |model| {
        let html = api.analysis.catalog.model_href(&model.into());
        (Selection { model: Some(model.to_owned()), ..Selection::default() }, html)
    })
}

pub(super) fn by_workload(api: &Api<'_>) -> Vec<Document> {
    by(
        api,
        "measurementsByWorkload",
        |row| row.workload.clone(),
        |workload| (Selection { workload: Some(workload.to_owned()), ..Selection::default() }, None),
    )
}

pub(super) fn by_accelerator(api: &Api<'_>) -> Vec<Document> {
    let accelerator = |row: &Row<'_>| row.entry.measurement.deployment.accelerator.to_string();
    by(api, "measurementsByAccelerator", accelerator, |accelerator| {
        let html = api.analysis.catalog.accelerator_href(&accelerator.into());
        (Selection { accelerator: Some(accelerator.to_owned()), ..Selection::default() }, html)
    })
}

pub(super) fn by_framework(api: &Api<'_>) -> Vec<Document> {
    let framework = |row: &Row<'_>| row.entry.measurement.framework.key.to_string();
    by(api, "measurementsByFramework", framework, |framework| {
        let html = api.analysis.catalog.framework_href(&framework.into());
        (Selection { framework: Some(framework.to_owned()), ..Selection::default() }, html)
    })
}

pub(super) fn by_month(api: &Api<'_>) -> Vec<Document> {
    let month = |row: &Row<'_>| row.entry.run.date.strftime("%Y-%m").to_string();
    by(api, "measurementsByMonth", month, |month| {
        (Selection { month: Some(month.to_owned()), ..Selection::default() }, None)
    })
}
