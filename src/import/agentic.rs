//! Agentic rows: April 2026 (flat, `users`), June (flat, `offloading`) and July on (nested).

use super::{
    anomaly::Anomaly,
    configuration::{Rejection, configuration, offload, workload},
    figures,
    row::Row,
};
use record::{
    Dataset, Distribution, Latency, Measurement, Outcome, Requests, Throughput, Tokens, WorkloadKind,
};
use std::collections::BTreeMap;

/// The nested rows keep five decimals.
const DECIMALS: i32 = 5;

/// Keys that are known and have no field in the record: counters of the server and what a cache could have done.
pub(crate) const UNSTORED: &[&str] = &[
    "server_metrics",
    "cpu_kv_cache_usage_pct",
    "kv_cache_pool_tokens",
    "kv_offload_bytes_cpu_to_gpu",
    "kv_offload_bytes_gpu_to_cpu",
    "kv_offload_time_cpu_to_gpu",
    "kv_offload_time_gpu_to_cpu",
    "mean_qps",
    "median_qps",
    "p75_qps",
    "p90_qps",
    "p95_qps",
    "p99_qps",
    "p99.9_qps",
    "mean_output_tokens_expected",
    "median_output_tokens_expected",
    "p75_output_tokens_expected",
    "p90_output_tokens_expected",
    "p95_output_tokens_expected",
    "p99_output_tokens_expected",
    "theoretical_cache_hit_rate",
    "theoretical_infinite_cache_hit_rate",
    "total_generation_tokens",
    "total_prompt_tokens",
    "total_requests_completed",
    "qps",
    "cache",
    "output_expected",
    "records_total",
    "records_profiled",
    "records_dropped_total",
    "records_error_dropped",
    "e2e_norm_intvty",
    "full_response_itl",
    "full_response_intvty",
    "source_type",
    "loader",
    "hf_split",
    "num_dataset_entries",
    "per_gpu",
    "total_tput_tps",
    "input_tput_tps",
    "output_tput_tps",
];

/// Reads an agentic row.
pub(crate) fn measurement(row: &Row<'_>) -> Result<Measurement, Rejection> {
    row.touch(&["scenario_type"]);
    let mut workload = workload(WorkloadKind::Agentic);
    workload.dataset = dataset(row);
    let mut measurement = configuration(row, workload)?;
    let (kv_cache_offload, remark) = offload(row);
    measurement.deployment.kv_cache_offload = kv_cache_offload;
    measurement.notes.extend(remark);
    let completed = row.whole("num_requests_successful");
    measurement.requests = requests(row, completed);
    let accelerators = measurement.deployment.accelerators;
    match row.object("request_metrics") {
        Some(metrics) => nested(&metrics, &mut measurement),
        None => flat(row, accelerators, &mut measurement),
    }
    if let Some(tokens) = cache_hit_share(row) {
        measurement.tokens.get_or_insert_default().cache_hit_share = Some(tokens);
    }
    with_counts(&mut measurement, completed);
    if completed == Some(0) || (measurement.throughput.is_none() && measurement.latency.is_none()) {
        row.context.anomaly(Anomaly::NothingSucceeded);
        measurement.outcome = Outcome::Failed { why: "no request succeeded".into() };
    }
    Ok(measurement)
}

fn dataset(row: &Row<'_>) -> Option<Dataset> {
    let dataset = row.object("dataset")?;
    let name = dataset.first_text(&["hf_dataset_name", "name", "loader"])?.to_owned();
    dataset.finish(UNSTORED);
    Some(Dataset { name, version: dataset.text("version").map(str::to_owned), prompts_hash: None })
}

fn requests(row: &Row<'_>, completed: Option<u64>) -> Option<Requests> {
    let accounting = row.object("request_accounting");
    let warmup = accounting.as_ref().and_then(|accounting| accounting.whole("records_warmup_dropped"));
    let all = row.whole("num_requests_total");
    let mut errors = BTreeMap::new();
    if let Some(categories) = accounting.as_ref().and_then(|accounting| accounting.object("error_categories"))
    {
        for kind in categories.fields.keys() {
            errors.extend(categories.whole(kind).map(|count| (kind.clone(), count)));
        }
    }
    if let Some(accounting) = &accounting {
        accounting.finish(UNSTORED);
    }
    let sent = all.map(|all| all.saturating_sub(warmup.unwrap_or(0)));
    let requests = Requests { sent, completed, warmup, errors, ..Requests::default() };
    (requests != Requests::default()).then_some(requests)
}

fn nested(metrics: &Row<'_>, measurement: &mut Measurement) {
    let within = |parent: &Row<'_>, key: &str| {
        parent.object(key).and_then(|object| {
            let distribution = figures::nested_distribution(&object);
            object.finish(&["window_seconds", "samples"]);
            distribution
        })
    };
    if let Some(latency) = metrics.object("latency") {
        let tpot = within(&latency, "tpot");
        let stated = within(&latency, "intvty");
        let interactivity = figures::interactivity(&latency, stated, tpot.as_ref(), Some(DECIMALS));
        let e2e = within(&latency, "e2el");
        measurement.latency = figures::known(Latency {
            ttft: within(&latency, "ttft"),
            tpot,
            itl: within(&latency, "itl"),
            e2e,
            interactivity,
        });
        latency.finish(UNSTORED);
    }
    if let Some(tokens) = metrics.object("tokens") {
        measurement.tokens = Some(Box::new(Tokens {
            input_per_request: within(&tokens, "input"),
            output_per_request: within(&tokens, "output_actual"),
            ..Tokens::default()
        }));
        tokens.finish(UNSTORED);
    }
    if let Some(throughput) = metrics.object("throughput") {
        let rate = |key: &str| throughput.object(key).and_then(|rate| rate.amount("tokens_per_second"));
        measurement.throughput = some(Throughput {
            input: rate("input"),
            output: rate("output"),
            total: rate("total"),
            ..Throughput::default()
        });
        measurement.duration_s = throughput.amount("duration_seconds");
        throughput.finish(UNSTORED);
    }
    metrics.finish(UNSTORED);
}

fn flat(row: &Row<'_>, accelerators: Option<u32>, measurement: &mut Measurement) {
    measurement.latency = figures::known(figures::latency(row, "", 1.0, None));
    let all = accelerators.map(f64::from);
    let rate = |whole: &str, each: &str| {
        let whole = row.amount(whole);
        let each = row.amount(each).zip(all).map(|(each, all)| each * all);
        if let (Some(whole), Some(each)) = (whole, each)
            && !figures::agree(whole, each, 1e-6)
        {
            row.context.anomaly(Anomaly::AcceleratorsDisagree);
        }
        whole.or(each)
    };
    measurement.throughput = some(Throughput {
        input: rate("input_tput_tps", "input_tput_per_gpu"),
        output: rate("output_tput_tps", "output_tput_per_gpu"),
        total: rate("total_tput_tps", "tput_per_gpu"),
        ..Throughput::default()
    });
    measurement.duration_s = row.amount("duration_seconds");
    let tokens = Tokens {
        input_per_request: figures::distribution(row, "input_tokens", "", 1.0),
        output_per_request: figures::distribution(row, "output_tokens_actual", "", 1.0),
        ..Tokens::default()
    };
    measurement.tokens = (tokens != Tokens::default()).then(|| Box::new(tokens));
}

fn some(throughput: Throughput) -> Option<Throughput> {
    (throughput != Throughput::default()).then_some(throughput)
}

/// The share that the server itself reports.
fn cache_hit_share(row: &Row<'_>) -> Option<f64> {
    let cache = row.object("server_metrics").and_then(|server| server.object("cache"));
    let overall = cache.and_then(|cache| cache.amount("overall_cache_hit_rate"));
    let (gpu, cpu) = (row.amount("server_gpu_cache_hit_rate"), row.amount("server_cpu_cache_hit_rate"));
    let share = overall.or_else(|| Some(gpu? + cpu.unwrap_or(0.0)))?;
    (share <= 1.0).then_some(share)
}

/// Every completed request has a first token, an end, an input and an output.
fn with_counts(measurement: &mut Measurement, completed: Option<u64>) {
    let count = |distribution: &mut Option<Distribution>| {
        if let Some(distribution) = distribution {
            distribution.count = completed;
        }
    };
    if let Some(latency) = &mut measurement.latency {
        count(&mut latency.ttft);
        count(&mut latency.e2e);
    }
    if let Some(tokens) = &mut measurement.tokens {
        count(&mut tokens.input_per_request);
        count(&mut tokens.output_per_request);
    }
}
