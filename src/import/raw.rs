//! The client's own output: everything about the load, nothing about the hardware.

use super::configuration::{Rejection, configuration, workload};
use super::{figures, label, power, row::Row};
use record::{Latency, Measurement, Requests, Throughput, Tokens, Workload, WorkloadKind};
use serde_json::Value;

/// Two summaries of the same requests agree within this much: one was divided by a thousand.
const SAME_FIGURE: f64 = 1e-9;

/// Keys that are known and have no field in the record.
pub(crate) const UNSTORED: [&str; 16] = [
    "backend",
    "tokenizer_id",
    "best_of",
    "benchmark_start_time_unix",
    "benchmark_end_time_unix",
    "label",
    "endpoint_type",
    "good_completed",
    "request_goodput",
    "request_goodput:",
    "failed",
    "max_concurrent_requests",
    "max_output_tokens_per_s",
    "rtfx",
    "host",
    "cluster",
];

/// The output of one run of the client.
#[derive(Clone, Debug)]
pub(crate) struct RawOutput {
    pub(crate) model: String,
    pub(crate) concurrency: Option<u32>,
    pub(crate) burstiness: Option<f64>,
    pub(crate) rate_per_s: Option<f64>,
    pub(crate) throughput: Throughput,
    pub(crate) latency: Latency,
    pub(crate) requests: Requests,
    pub(crate) tokens: Tokens,
    pub(crate) duration_s: Option<f64>,
    /// The row itself, without its per-request lists.
    pub(crate) row: Value,
}

/// Whether a value is a list with an item a request.
pub(crate) fn is_per_request(value: &Value) -> bool {
    value.as_array().is_some_and(|items| items.len() > 8 && items.iter().all(|item| !item.is_object()))
}

/// Reads raw output, in milliseconds where the keys say so and in seconds where they have no unit.
pub(crate) fn output(row: &Row<'_>) -> RawOutput {
    let milliseconds = row.fields.keys().any(|key| key.ends_with("_ttft_ms") || key.ends_with("_tpot_ms"));
    let (unit, divisor) = if milliseconds { ("_ms", 1000.0) } else { ("", 1.0) };
    let rate = row.get("request_rate").and_then(Value::as_str).is_none_or(|rate| !rate.contains("inf"));
    let kept = row.fields.iter().filter(|(_, value)| !is_per_request(value));
    let completed = row.whole("completed");
    RawOutput {
        model: row.first_text(&["model_id", "model"]).unwrap_or_default().to_owned(),
        concurrency: row.count("max_concurrency"),
        burstiness: row.amount("burstiness"),
        rate_per_s: if rate { row.amount("request_rate") } else { None },
        throughput: throughput(row),
        latency: figures::latency(row, unit, divisor, None),
        requests: Requests { sent: row.whole("num_prompts"), completed, ..Requests::default() },
        tokens: Tokens {
            input: row.whole("total_input_tokens"),
            output: row.whole("total_output_tokens"),
            ..Tokens::default()
        },
        duration_s: row.amount("duration"),
        row: Value::Object(kept.map(|(key, value)| (key.clone(), value.clone())).collect()),
    }
}

fn throughput(row: &Row<'_>) -> Throughput {
    Throughput {
        input: row.amount("input_throughput"),
        output: row.amount("output_throughput"),
        total: row.amount("total_token_throughput"),
        requests: row.amount("request_throughput"),
        goodput: row.amount("request_goodput").or_else(|| row.amount("request_goodput:")),
        ..Throughput::default()
    }
}

impl RawOutput {
    /// Whether `measurement` summarises the same requests: the same load, and at least three figures that only the
    /// same requests can have in common.
    pub(crate) fn belongs_to(&self, measurement: &Measurement) -> bool {
        if self.concurrency != measurement.arrival.concurrency {
            return false;
        }
        let Some(latency) = &measurement.latency else { return false };
        let pairs = [
            (&self.latency.ttft, &latency.ttft),
            (&self.latency.tpot, &latency.tpot),
            (&self.latency.itl, &latency.itl),
            (&self.latency.e2e, &latency.e2e),
        ];
        let mut shared = 0;
        for (ours, theirs) in
            pairs.into_iter().filter_map(|(ours, theirs)| ours.as_ref().zip(theirs.as_ref()))
        {
            for (name, value) in ours.values() {
                let other = theirs.values().find(|(other, _)| *other == name);
                match other {
                    Some((_, other)) if figures::agree(value, other, SAME_FIGURE) => shared += 1,
                    Some(_) => return false,
                    None => {}
                }
            }
        }
        shared >= 3
    }

    /// Fills in what the summary doesn't tell.
    pub(crate) fn complete(&self, measurement: &mut Measurement) {
        measurement.duration_s = measurement.duration_s.or(self.duration_s);
        measurement.requests.get_or_insert_with(|| self.requests.clone());
        measurement.tokens.get_or_insert_with(|| Box::new(self.tokens.clone()));
        measurement.arrival.burstiness = self.burstiness;
        measurement.arrival.rate_per_s = self.rate_per_s;
        let throughput = measurement.throughput.get_or_insert_default();
        throughput.requests = throughput.requests.or(self.throughput.requests);
        throughput.goodput = throughput.goodput.or(self.throughput.goodput);
        measurement.model.exact.get_or_insert_with(|| self.model.clone());
        if let Some(latency) = &mut measurement.latency {
            // Every completed request has a first token and an end.
            for distribution in [&mut latency.ttft, &mut latency.e2e].into_iter().flatten() {
                distribution.count = distribution.count.or(self.requests.completed);
            }
        }
    }

    /// The model for the name of a group.
    pub(crate) fn subject(&self) -> String {
        label::repository(&self.model)
    }
}

/// Reads a result that names its hardware and has a block of board power.
pub(crate) fn baseline(row: &Row<'_>, metrics: &Row<'_>) -> Result<Measurement, Rejection> {
    let workload = Workload {
        input_tokens: row.count("isl"),
        output_tokens: row.count("osl"),
        ..workload(WorkloadKind::FixedLength)
    };
    let mut measurement = configuration(row, workload)?;
    let profile = row.text("profile").unwrap_or("default");
    if let Some(tuned) = row.flag("tuning") {
        let tuned = if tuned { "tuned" } else { "untuned" };
        measurement.framework.recipe = Some(format!("{profile}, {tuned}"));
    }
    measurement.latency = figures::known(figures::latency(metrics, "_ms", 1000.0, None));
    let (output, total) =
        (metrics.amount("output_token_throughput"), metrics.amount("total_token_throughput"));
    let throughput = Throughput {
        input: total.zip(output).map(|(total, output)| total - output).filter(|input| *input >= 0.0),
        output,
        total,
        requests: metrics.amount("request_throughput"),
        ..Throughput::default()
    };
    measurement.throughput = (throughput != Throughput::default()).then_some(throughput);
    let completed = metrics.whole("successful_requests");
    measurement.requests =
        completed.map(|completed| Requests { completed: Some(completed), ..Requests::default() });
    if let Some(latency) = &mut measurement.latency {
        for distribution in [&mut latency.ttft, &mut latency.e2e].into_iter().flatten() {
            distribution.count = completed;
        }
    }
    if let Some(boards) = row.object("gpu") {
        board_power(&boards, &mut measurement);
        boards.finish(&["tokens_per_kw"]);
    }
    Ok(measurement)
}

fn board_power(boards: &Row<'_>, measurement: &mut Measurement) {
    let count = boards.count("n_gpus").map(f64::from);
    let other = power::other_boards(boards, count, measurement.deployment.accelerators);
    measurement.power = Some(record::Power {
        boards: other.as_ref().map(|(boards, _)| *boards),
        average_per_accelerator_w: boards.amount("mean_power_per_gpu_w"),
        average_total_w: boards.amount("total_avg_power_w"),
        ..power::nothing()
    })
    .filter(|stated| *stated != power::nothing());
    measurement.notes.extend(other.map(|(_, remark)| remark));
    if let Some(peak) = boards.amount("peak_power_per_gpu_w") {
        measurement.notes.push(format!("Highest single sample of one board's power: {peak} W."));
    }
}
