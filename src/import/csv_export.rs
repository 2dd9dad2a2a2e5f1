//! CSV files: the site's export, whose rows become artifact rows, and lists that are known not to be results.

use super::classify::{SITE_TABLE, is_site_table};
use serde_json::{Map, Value};

/// What a CSV file holds.
pub(crate) enum Table {
    /// Rows of the site's export, with the keys of artifact rows.
    Export(Vec<Map<String, Value>>),
    /// Something known that is no result.
    NotAResult(&'static str),
    /// Something else, by its header.
    Unknown(String),
    /// Not CSV.
    Broken(String),
}

/// Tells what a CSV file holds and reads it if it is the site's export.
pub(crate) fn read(text: &str) -> Table {
    if text.starts_with("# AIPerf Server Metrics") {
        return Table::NotAResult("AIPerf server metrics");
    }
    let mut reader =
        csv::ReaderBuilder::new().comment(Some(b'#')).flexible(true).from_reader(text.as_bytes());
    let header = match reader.headers() {
        Ok(header) => header.clone(),
        Err(error) => return Table::Broken(error.to_string()),
    };
    let names: Vec<String> = header.iter().map(plain).collect();
    let has = |wanted: &[&str]| wanted.iter().all(|wanted| names.iter().any(|name| name == wanted));
    if has(&["hardware", "concurrency"]) && names.iter().any(|name| name.starts_with("throughput/")) {
        return export(&mut reader, &names);
    }
    if is_site_table(has) {
        return Table::NotAResult(SITE_TABLE);
    }
    known(&has).map_or_else(|| Table::Unknown(header.iter().collect::<Vec<_>>().join(",")), Table::NotAResult)
}

fn known(has: &impl Fn(&[&str]) -> bool) -> Option<&'static str> {
    let lists: [(&[&str], &str); 6] = [
        (&["gpu", "total_energy_consumption"], "accumulated energy of boards"),
        (&["timestamp", "contexttokens", "generatedtokens"], "request trace"),
        (&["metric", "avg", "p99"], "AIPerf export"),
        (&["run_id", "date"], "list of run dates"),
        (&["timestamp", "power.draw"], "samples of board power"),
        (&["time", "metric1", "metric2"], "change-point data"),
    ];
    lists.into_iter().find(|(columns, _)| has(columns)).map(|(_, what)| what)
}

/// A column's name in lower case without its unit: the export says "(ms)" of values in seconds.
fn plain(name: &str) -> String {
    let name = name.trim_start_matches('\u{feff}');
    name.split(['(', '[']).next().unwrap_or_default().trim().to_lowercase()
}

fn export(reader: &mut csv::Reader<&[u8]>, names: &[String]) -> Table {
    let keys: Vec<Option<String>> = names.iter().map(|name| key(name)).collect();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => return Table::Broken(error.to_string()),
        };
        let mut row = Map::new();
        for ((key, name), value) in keys.iter().zip(names).zip(&record) {
            let key = key.clone().unwrap_or_else(|| name.clone());
            row.entry(key).or_insert_with(|| Value::from(value.trim()));
        }
        sides(&mut row);
        rows.push(row);
    }
    Table::Export(rows)
}

/// The artifact row's key for a column of the export.
fn key(name: &str) -> Option<String> {
    let fixed = match name {
        "model" => "model",
        "isl" => "isl",
        "osl" => "osl",
        "hardware" => "hw",
        "framework" => "framework",
        "precision" => "precision",
        "tp" => "tp",
        "ep" => "ep",
        "concurrency" => "conc",
        "date" => "date",
        "disaggregated" => "disagg",
        "num prefill gpus" | "num prefill chips" => "num_prefill_gpu",
        "num decode gpus" | "num decode chips" => "num_decode_gpu",
        "spec decoding" => "spec_decoding",
        "dp attention" => "dp_attention",
        "is multinode" => "is_multinode",
        "run url" => "run_url",
        "image" => "image",
        "throughput/gpu" | "throughput/chip" => "tput_per_gpu",
        "output throughput/gpu" | "output throughput/chip" => "output_tput_per_gpu",
        "input throughput/gpu" | "input throughput/chip" => "input_tput_per_gpu",
        _ => return statistic(name),
    };
    Some(fixed.to_owned())
}

/// `p99 e2e latency` → `p99_e2el`.
fn statistic(name: &str) -> Option<String> {
    let (statistic, metric) = name.split_once(' ')?;
    if !matches!(statistic, "mean" | "median" | "std") && !statistic.starts_with('p') {
        return None;
    }
    let metric = match metric {
        "ttft" | "tpot" | "itl" => metric,
        "interactivity" => "intvty",
        "e2e latency" | "e2el" => "e2el",
        _ => return None,
    };
    Some(format!("{statistic}_{metric}"))
}

/// In a disaggregated row the export's only degree is that of the decode side.
fn sides(row: &mut Map<String, Value>) {
    let disaggregated =
        row.get("disagg").and_then(Value::as_str).is_some_and(|flag| flag.eq_ignore_ascii_case("true"));
    for name in ["tp", "ep", "dp_attention"] {
        if disaggregated && let Some(value) = row.remove(name) {
            row.insert(format!("decode_{name}"), value);
        }
    }
}

/// Whether the times of an export row are milliseconds after all: then tpot × interactivity is 1,000, not 1.
pub(crate) fn in_milliseconds(row: &Map<String, Value>) -> bool {
    let number = |key: &str| row.get(key)?.as_str()?.parse::<f64>().ok();
    let product = |statistic: &str| {
        Some(number(&format!("{statistic}_tpot"))? * number(&format!("{statistic}_intvty"))?)
    };
    let product = product("mean").or_else(|| product("median"));
    product.is_some_and(|product| (product / 1000.0 - 1.0).abs() < 0.01)
}

/// Turns the times of such a row into seconds.
pub(crate) fn to_seconds(row: &mut Map<String, Value>) {
    for (key, value) in row.iter_mut() {
        let is_time = ["_ttft", "_tpot", "_itl", "_e2el"].iter().any(|metric| key.ends_with(metric));
        if is_time && let Some(number) = value.as_str().and_then(|text| text.parse::<f64>().ok()) {
            *value = Value::from(number / 1000.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXPORT: &str = "# InferenceX\n# Model: DeepSeek R1\n# https://inferencex.semianalysis.com\n\
        Model,ISL,OSL,Hardware,Framework,Precision,TP,Concurrency,Date,Throughput/GPU (tok/s),Mean TTFT (ms),\
        Mean TPOT (ms),Mean Interactivity (tok/s/user),P99 E2E Latency (ms),Disaggregated\n\
        dsr1,1024,1024,b200-trt,trt,fp8,8,64,2026-01-02,100,0.5,0.02,50,30.5,false\n";

    #[test]
    fn the_export_becomes_artifact_rows_in_seconds_whatever_its_header_says() {
        let Table::Export(rows) = read(EXPORT) else { panic!("not an export") };
        assert_eq!(rows[0]["mean_ttft"], "0.5");
        assert_eq!(rows[0]["p99_e2el"], "30.5");
        assert_eq!(rows[0]["tput_per_gpu"], "100");
        assert!(!in_milliseconds(&rows[0]));
        let Table::Export(mut rows) = read(&EXPORT.replace("0.5,0.02,50", "500,20,50")) else {
            panic!("not an export")
        };
        assert!(in_milliseconds(&rows[0]));
        to_seconds(&mut rows[0]);
        assert_eq!(rows[0]["mean_ttft"], 0.5);
    }

    #[test]
    fn lists_that_are_no_results_are_known_by_their_header() {
        assert!(matches!(
            read("TIMESTAMP,ContextTokens,GeneratedTokens\n1,2,3\n"),
            Table::NotAResult("request trace")
        ));
        assert!(matches!(read("a,b\n1,2\n"), Table::Unknown(header) if header == "a,b"));
    }
}
