//! What an object of a foreign file is, by its keys alone: names and folders lie.

use serde_json::{Map, Value};

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Form {
    /// A row of `agg_bmk.json`, or a single one.
    FixedLength,
    /// A row of the public API.
    Api,
    /// An agentic row of any generation.
    Agentic,
    /// An accuracy row of an artifact or of the API.
    Accuracy,
    /// The client's own output.
    RawOutput,
    /// A result with its hardware and a block of board power.
    Baseline,
    /// A row of the site's CSV export.
    CsvExport,
    /// `{label: {n_success, total}}`.
    RunStatistics,
    /// What changed, and why.
    Changelog,
    /// Successes and totals of one accelerator on one day.
    Reliability,
    /// A record of this project, as `site export` writes it.
    Record,
    /// Known, and not a result.
    NotAResult(&'static str),
    /// Not known.
    Unknown,
}

impl Form {
    /// A short name for reports.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::FixedLength => "artifact",
            Self::Api => "api",
            Self::Agentic => "agentic",
            Self::Accuracy => "accuracy",
            Self::RawOutput => "raw_output",
            Self::Baseline => "baseline",
            Self::CsvExport => "csv_export",
            Self::RunStatistics => "run_statistics",
            Self::Changelog => "changelog",
            Self::Reliability => "reliability",
            Self::Record => "record",
            Self::NotAResult(what) => what,
            Self::Unknown => "not recognised",
        }
    }
}

/// What a table of this site's data is to an import. Its rows are views of records, without the run's source, licence and
/// environment, the repeats and the command: a record made from them would claim less than is known, or more.
pub(crate) const SITE_TABLE: &str =
    "table, which lacks what a record needs; from this site, export with `--as records` and import that";

/// Whether columns are those of one of this site's tables of runs and what was measured in them.
pub(crate) fn is_site_table(has: impl Fn(&[&str]) -> bool) -> bool {
    [
        &["id", "run", "standing", "workload_key", "precision_family"][..],
        &["id", "date", "kind", "measurements", "unmapped"],
        &["measurement", "metric", "main", "task"],
    ]
    .into_iter()
    .any(has)
}

/// Tells what an object is.
pub(crate) fn classify(row: &Map<String, Value>) -> Form {
    let has = |keys: &[&str]| keys.iter().all(|key| row.contains_key(*key));
    let has_object = |key: &str| row.get(key).is_some_and(Value::is_object);
    if has(&["record_version", "source"]) {
        return Form::Record;
    }
    if is_site_table(has) {
        return Form::NotAResult(SITE_TABLE);
    }
    let scored = has(&["score"]) || has(&["em_strict"]) || (has_object("metrics") && has(&["timestamp"]));
    if row.get("scenario_type").and_then(Value::as_str) == Some("agentic-coding") {
        Form::Agentic
    } else if has(&["task"]) && scored {
        Form::Accuracy
    } else if has(&["max_concurrency"]) && (has(&["total_token_throughput"]) || has(&["output_throughput"])) {
        Form::RawOutput
    } else if has_object("metrics") && has(&["hardware", "conc"]) {
        Form::Api
    } else if has_object("metrics") && has(&["hw", "conc", "ts"]) {
        Form::Baseline
    } else if has(&["tput_per_gpu", "conc"]) {
        Form::FixedLength
    } else if has(&["hardware", "date", "n_success", "total"]) {
        Form::Reliability
    } else if !row.is_empty() && row.values().all(is_statistics) {
        Form::RunStatistics
    } else if row.get("entries").is_some_and(Value::is_array) && (has(&["base_ref"]) || has(&["head_ref"])) {
        Form::Changelog
    } else {
        not_a_result(row)
    }
}

fn is_statistics(value: &Value) -> bool {
    value.as_object().is_some_and(|counts| counts.contains_key("n_success") && counts.contains_key("total"))
}

fn not_a_result(row: &Map<String, Value>) -> Form {
    let has = |keys: &[&str]| keys.iter().all(|key| row.contains_key(*key));
    if row.get("power_valid").is_some_and(Value::is_boolean) && has(&["reasons"]) {
        Form::NotAResult("power validation")
    } else if has(&["hardware", "framework", "model", "date", "spec_method"]) {
        Form::NotAResult("availability row")
    } else if has(&["aiperf_version"]) {
        Form::NotAResult("AIPerf export")
    } else if has(&["record_version"]) {
        Form::NotAResult("record of this project")
    } else if has(&["series"]) || has(&["detectors", "margin"]) || has(&["small_cases"]) {
        Form::NotAResult("change-point data")
    } else {
        Form::Unknown
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn form(value: &Value) -> Form {
        classify(value.as_object().expect("an object"))
    }

    #[test]
    fn keys_alone_decide() {
        let agentic = json!({"scenario_type": "agentic-coding", "conc": 1, "tput_per_gpu": 1.0});
        assert_eq!(form(&agentic), Form::Agentic);
        assert_eq!(form(&json!({"task": "gsm8k", "score": null})), Form::Accuracy);
        assert_eq!(form(&json!({"max_concurrency": 4, "total_token_throughput": 1})), Form::RawOutput);
        assert_eq!(form(&json!({"conc": 4, "tput_per_gpu": 1})), Form::FixedLength);
        assert_eq!(form(&json!({"b200": {"n_success": 1, "total": 2}})), Form::RunStatistics);
        let validation = json!({"power_valid": true, "reasons": []});
        assert_eq!(form(&validation), Form::NotAResult("power validation"));
        assert_eq!(form(&json!({})), Form::Unknown);
        let of_table =
            json!({"measurement": "1", "metric": "m", "main": true, "task": "gsm8k", "score": 0.9});
        assert_eq!(
            form(&of_table),
            Form::NotAResult(SITE_TABLE),
            "a score without its source is no artifact"
        );
    }
}
