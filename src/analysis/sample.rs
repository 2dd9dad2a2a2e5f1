//! Measurements for tests, made as records state them.

use super::Economics;
use crate::catalog::{Catalog, PriceTier};
use record::{Measurement, Run};
use serde_json::{Value, json};

/// No prices and no powers.
pub(crate) const UNPRICED: Economics<'_> = Economics { edition: None, tier: PriceTier::Rental };

/// DeepSeek-R1 on eight B200 with SGLang, 8k in, 1k out, changed by `fields` (which replace whole fields).
pub(crate) fn measurement(fields: &Value) -> Measurement {
    let mut record = json!({
        "id": "0000000000000000",
        "deployment": {
            "accelerator": "b200",
            "accelerators": 8,
            "topology": { "aggregated": { "parallelism": { "tensor": 8, "expert": 1 } } },
        },
        "model": { "key": "dsr1" },
        "framework": { "key": "sglang" },
        "precision": "fp8",
        "workload": { "kind": "fixed_length", "input_tokens": 8192, "output_tokens": 1024 },
        "arrival": { "concurrency": 16 },
        "outcome": "ok",
        "throughput": { "input": 7000, "output": 1000, "total": 8000 },
        "latency": { "tpot": { "p50": 0.02, "p99": 0.05 }, "ttft": { "p50": 1.5 } },
    });
    for (name, value) in fields.as_object().expect("fields") {
        record[name] = value.clone();
    }
    serde_json::from_value(record).expect("a measurement")
}

/// A run of some day with these measurements.
pub(crate) fn run(id: &str, date: &str, measurements: Vec<Measurement>) -> Run {
    let record = json!({
        "record_version": 1, "id": id, "date": date, "kind": "official", "source": { "project": "test" },
    });
    Run { measurements, ..serde_json::from_value(record).expect("a run") }
}

/// A catalog of these runs, in order of date as reading gives them, and nothing else.
pub(crate) fn catalog(runs: Vec<Run>) -> Catalog {
    Catalog { runs, ..Catalog::default() }
}
