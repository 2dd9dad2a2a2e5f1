//! The datasets: every measurement, and everything that the content knows, as CSV and JSON.

use super::OutputFile;
use crate::{
    analysis::{Analysis, Entry, Metric, is_disaggregated},
    format::spreadsheet_safe,
    page::DatasetFile,
};
use rayon::prelude::*;
use record::{Distribution, Latency, Measurement, Outcome, Retraction};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::{fmt::Write, sync::LazyLock};

/// A column of the table of measurements.
struct Column {
    name: String,
    unit: &'static str,
    value: Box<dyn Fn(&Entry<'_>) -> Value + Send + Sync>,
}

/// All dataset files with their descriptions, and `SHA256SUMS`.
pub fn datasets(analysis: &Analysis<'_>) -> (Vec<OutputFile>, Vec<DatasetFile>) {
    let catalog = analysis.catalog;
    let entries: Vec<Entry<'_>> = catalog
        .runs
        .iter()
        .flat_map(|run| run.measurements.iter().map(move |measurement| Entry { run, measurement }))
        .collect();
    let by_key = |value: Result<Value, serde_json::Error>| value.unwrap_or_default();
    let hardware: Vec<Value> = (catalog.accelerators.values())
        .map(|known| keyed(known.key.as_str(), by_key(serde_json::to_value(&known.specification))))
        .collect();
    let models: Vec<Value> = (catalog.models.values())
        .map(|known| keyed(known.key.as_str(), by_key(serde_json::to_value(&known.facts))))
        .collect();
    let frameworks: Vec<Value> = (catalog.frameworks.values())
        .map(|known| keyed(known.key.as_str(), by_key(serde_json::to_value(&known.facts))))
        .collect();
    let runs: Vec<Value> = catalog.runs.iter().map(run_row).collect();
    let prices: Vec<Value> =
        catalog.prices.editions.iter().map(|edition| by_key(serde_json::to_value(edition))).collect();
    let parts = [
        (
            "measurements.csv",
            "Every measurement, one a row; columns.json gives the units",
            entries.len(),
            csv(&entries),
        ),
        ("measurements.json", "The same as JSON, one object a line", entries.len(), json_rows(&entries)),
        (
            "columns.json",
            "The columns of the measurements, each with its unit",
            COLUMNS.len(),
            lines(&column_rows()),
        ),
        ("runs.json", "Every run: day, kind, source, counts", runs.len(), lines(&runs)),
        ("hardware.json", "Accelerator specifications as published", hardware.len(), lines(&hardware)),
        ("models.json", "Models", models.len(), lines(&models)),
        ("frameworks.json", "Serving frameworks", frameworks.len(), lines(&frameworks)),
        ("prices.json", "The price and power book, by edition", prices.len(), lines(&prices)),
    ];
    let mut files = Vec::new();
    let mut described = Vec::new();
    let mut sums = String::new();
    for (name, description, rows, text) in parts {
        let sha256 = hex(&Sha256::digest(text.as_bytes()));
        let _ = writeln!(sums, "{sha256}  {name}");
        described.push(DatasetFile {
            href: format!("/data/{name}"),
            description: description.to_owned(),
            rows: Some(rows),
            size: text.len(),
            sha256,
        });
        files.push(OutputFile::new(format!("data/{name}"), text));
    }
    files.push(OutputFile::new("data/SHA256SUMS", sums));
    (files, described)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn keyed(key: &str, mut value: Value) -> Value {
    value["key"] = key.into();
    value
}

fn run_row(run: &record::Run) -> Value {
    json!({
        "id": run.id,
        "date": run.date.to_string(),
        "date_until": run.date_until.map(|until| until.to_string()),
        "kind": run.kind,
        "source": run.source,
        "measurements": run.measurements.len(),
        "unmapped": run.unmapped.len(),
        "retracted": run.retracted,
    })
}

fn column_rows() -> Vec<Value> {
    COLUMNS.iter().map(|column| json!({ "name": column.name, "unit": column.unit })).collect()
}

/// A JSON array with one row a line.
fn lines(rows: &[Value]) -> String {
    let rows: Vec<String> = rows.iter().map(ToString::to_string).collect();
    format!("[\n{}\n]\n", rows.join(",\n"))
}

/// Rows without what isn't known.
fn json_rows(entries: &[Entry<'_>]) -> String {
    let rows = written(entries, |text, entry| {
        let mut separator = '{';
        for column in COLUMNS.iter() {
            let value = (column.value)(entry);
            if !value.is_null() {
                let _ = write!(text, "{separator}\"{}\":{value}", column.name);
                separator = ',';
            }
        }
        text.push_str("},\n");
    });
    // The last row has no comma behind it.
    format!("[\n{}\n]\n", rows.trim_end_matches(",\n"))
}

/// RFC 4180 with LF; absent is empty.
fn csv(entries: &[Entry<'_>]) -> String {
    let names: Vec<&str> = COLUMNS.iter().map(|column| column.name.as_str()).collect();
    let rows = written(entries, |text, entry| {
        for (index, column) in COLUMNS.iter().enumerate() {
            if index > 0 {
                text.push(',');
            }
            match (column.value)(entry) {
                Value::Null => {}
                Value::String(value) => cell(text, &value),
                other => {
                    let _ = write!(text, "{other}");
                }
            }
        }
        text.push('\n');
    });
    format!("{}\n{rows}", names.join(","))
}

/// The rows of all entries in their order, written by many threads.
fn written(entries: &[Entry<'_>], row: impl Fn(&mut String, &Entry<'_>) + Sync) -> String {
    let parts = entries.par_chunks(512).map(|chunk| {
        let mut text = String::new();
        chunk.iter().for_each(|entry| row(&mut text, entry));
        text
    });
    parts.collect()
}

/// A cell of words, quoted as RFC 4180 asks.
fn cell(text: &mut String, value: &str) {
    let value = spreadsheet_safe(value);
    if value.contains(['"', ',', '\n', '\r']) {
        let _ = write!(text, "\"{}\"", value.replace('"', "\"\""));
    } else {
        text.push_str(&value);
    }
}

static COLUMNS: LazyLock<Vec<Column>> = LazyLock::new(columns);

fn columns() -> Vec<Column> {
    let mut columns = identity_columns();
    columns.extend(throughput_columns());
    let latencies: [(&str, fn(&Latency) -> Option<&Distribution>); 4] = [
        ("ttft", |l| l.ttft.as_ref()),
        ("tpot", |l| l.tpot.as_ref()),
        ("itl", |l| l.itl.as_ref()),
        ("e2e", |l| l.e2e.as_ref()),
    ];
    let statistics: [(&str, fn(&Distribution) -> Option<f64>); 6] = [
        ("mean", |d| d.mean),
        ("std", |d| d.std),
        ("p50", |d| d.p50),
        ("p90", |d| d.p90),
        ("p99", |d| d.p99),
        ("p99_9", |d| d.p99_9),
    ];
    for (latency, distribution) in latencies {
        for (statistic, pick) in statistics {
            columns.push(measured(format!("{latency}_{statistic}"), "s", move |m| {
                number(m.latency.as_ref().and_then(distribution).and_then(pick))
            }));
        }
    }
    columns.extend([
        measured("requests_completed", "requests", |m| json!(m.requests.as_ref().and_then(|r| r.completed))),
        measured("duration", "s", |m| number(m.duration_s)),
        measured("board_power", "W/accelerator", |m| {
            number(m.power.as_ref().and_then(|power| power.average_per_accelerator_w))
        }),
        measured("energy_per_total_token", "J/token", |m| {
            number(m.power.as_ref().and_then(|power| power.joules_per_total_token))
        }),
        measured("accuracy_task", "", |m| json!(m.accuracy.as_ref().map(|a| &a.task))),
        measured("accuracy_score", "share", |m| number(m.accuracy.as_ref().map(|a| a.score))),
        measured("accuracy_standard_error", "share", |m| {
            number(m.accuracy.as_ref().and_then(|a| a.standard_error))
        }),
    ]);
    columns
}

fn identity_columns() -> Vec<Column> {
    vec![
        Column { name: "id".into(), unit: "", value: Box::new(|e| json!(e.measurement.id)) },
        Column { name: "run".into(), unit: "", value: Box::new(|e| json!(e.run.id)) },
        Column { name: "date".into(), unit: "UTC day", value: Box::new(|e| json!(e.run.date.to_string())) },
        Column {
            name: "date_until".into(),
            unit: "UTC day",
            value: Box::new(|e| json!(e.run.date_until.map(|day| day.to_string()))),
        },
        Column { name: "date_method".into(), unit: "", value: Box::new(|e| json!(e.run.source.date_method)) },
        Column { name: "kind".into(), unit: "", value: Box::new(|e| json!(e.run.kind)) },
        measured("outcome", "", |m| outcome(&m.outcome)),
        Column {
            name: "retracted_when".into(),
            unit: "UTC day",
            value: Box::new(|e| json!(retraction(e).map(|it| it.when.to_string()))),
        },
        Column {
            name: "retracted_why".into(),
            unit: "",
            value: Box::new(|e| json!(retraction(e).map(|it| &it.why))),
        },
        Column {
            name: "superseded_by".into(),
            unit: "",
            value: Box::new(|e| json!(retraction(e).and_then(|it| it.superseded_by.as_ref()))),
        },
        measured("model", "", |m| json!(m.model.key)),
        measured("accelerator", "", |m| json!(m.deployment.accelerator)),
        measured("accelerators", "accelerators", |m| json!(m.deployment.accelerators)),
        measured("framework", "", |m| json!(m.framework.key)),
        measured("image", "", |m| json!(m.framework.image)),
        measured("precision", "", |m| json!(m.precision)),
        measured("speculative_decoding", "", |m| json!(m.speculative_decoding.as_ref().map(|s| &s.method))),
        measured("disaggregated", "", |m| json!(is_disaggregated(m))),
        measured("workload", "", |m| json!(m.workload.kind)),
        measured("input_tokens", "tokens", |m| json!(m.workload.input_tokens)),
        measured("output_tokens", "tokens", |m| json!(m.workload.output_tokens)),
        measured("dataset", "", |m| json!(m.workload.dataset.as_ref().map(|d| &d.name))),
        measured("concurrency", "requests", |m| json!(m.arrival.concurrency)),
    ]
}

/// The retraction of a measurement or of its run.
fn retraction<'a>(entry: &Entry<'a>) -> Option<&'a Retraction> {
    entry.run.retracted.as_ref().or(entry.measurement.retracted.as_ref())
}

fn throughput_columns() -> Vec<Column> {
    let whole = [
        measured("throughput_input", "tok/s", |m| number(m.throughput.as_ref().and_then(|t| t.input))),
        measured("throughput_output", "tok/s", |m| number(m.throughput.as_ref().and_then(|t| t.output))),
        measured("throughput_total", "tok/s", |m| number(m.throughput.as_ref().and_then(|t| t.total))),
    ];
    let derived = [
        ("throughput_per_accelerator", Metric::ThroughputPerAccelerator),
        ("interactivity_p50", Metric::Interactivity),
    ];
    let unpriced = crate::analysis::Economics { edition: None, tier: crate::catalog::PriceTier::Rental };
    whole
        .into_iter()
        .chain(
            derived.map(|(name, metric)| {
                measured(name, metric.unit(), move |m| number(metric.value(m, &unpriced)))
            }),
        )
        .collect()
}

fn measured(
    name: impl Into<String>,
    unit: &'static str,
    value: impl Fn(&Measurement) -> Value + Send + Sync + 'static,
) -> Column {
    Column { name: name.into(), unit, value: Box::new(move |entry| value(entry.measurement)) }
}

/// Six significant digits, like the record.
fn number(value: Option<f64>) -> Value {
    value
        .map(record::round_significant)
        .and_then(serde_json::Number::from_f64)
        .map_or(Value::Null, Value::Number)
}

fn outcome(outcome: &Outcome) -> Value {
    json!(match outcome {
        Outcome::Ok => "ok",
        Outcome::Failed { .. } => "failed",
        Outcome::OutOfMemory => "out_of_memory",
        Outcome::Timeout => "timeout",
        Outcome::Invalid { .. } => "invalid",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::sample::{measurement, run as run_of};

    #[test]
    fn a_spreadsheet_never_runs_a_cell() {
        let written = |value: &str| {
            let mut text = String::new();
            cell(&mut text, value);
            text
        };
        assert_eq!(written("=cmd()"), "'=cmd()");
        assert_eq!(written("a,\"b\""), "\"a,\"\"b\"\"\"");
        assert_eq!(written("plain"), "plain");
    }

    fn run() -> record::Run {
        let fell =
            json!({ "outcome": { "failed": { "why": "a, \"b\"" } }, "throughput": null, "latency": null });
        let named = json!({ "framework": { "key": "sglang", "image": "=a,\nb" } });
        run_of("a", "2026-01-01", vec![measurement(&fell), measurement(&named)])
    }

    fn entries(run: &record::Run) -> Vec<Entry<'_>> {
        run.measurements.iter().map(|measurement| Entry { run, measurement }).collect()
    }

    #[test]
    fn every_row_has_every_column_and_absent_is_empty() {
        let run = run();
        let text = csv(&entries(&run));
        let mut reader = ::csv::Reader::from_reader(text.as_bytes());
        let names = reader.headers().expect("names").clone();
        let rows: Vec<_> = reader.records().map(|row| row.expect("a sound row")).collect();
        let cell = |row: usize, name: &str| {
            let column = names.iter().position(|found| found == name).expect("a column");
            rows[row][column].to_owned()
        };
        assert_eq!((cell(0, "outcome").as_str(), cell(0, "throughput_total").as_str()), ("failed", ""));
        assert_eq!((cell(1, "outcome").as_str(), cell(1, "throughput_total").as_str()), ("ok", "8000.0"));
        assert_eq!(cell(1, "throughput_per_accelerator"), "1000.0");
        assert_eq!(cell(1, "image"), "'=a,\nb");
    }

    #[test]
    fn json_rows_have_the_same_figures_and_leave_out_what_is_absent() {
        let run = run();
        let rows: Vec<Value> = serde_json::from_str(&json_rows(&entries(&run))).expect("JSON");
        assert_eq!(rows[0].get("throughput_total"), None);
        assert_eq!((&rows[1]["throughput_total"], &rows[1]["image"]), (&json!(8000.0), &json!("=a,\nb")));
        assert_eq!(serde_json::from_str::<Vec<Value>>(&json_rows(&[])).expect("JSON").len(), 0);
    }

    #[test]
    fn columns_have_names_of_their_own_and_every_quantity_a_unit() {
        let mut names: Vec<&str> = COLUMNS.iter().map(|column| column.name.as_str()).collect();
        assert!(names.iter().all(|name| record::is_slug(name)));
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), COLUMNS.len());
        let quantities =
            ["ttft_", "tpot_", "itl_", "e2e_", "throughput_", "duration", "board_power", "energy_"];
        for column in COLUMNS.iter() {
            let quantity = quantities.iter().any(|start| column.name.starts_with(start));
            assert!(!quantity || !column.unit.is_empty(), "{} has no unit", column.name);
        }
    }
}
