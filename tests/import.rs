//! Whole imports: real rows in, records out, and input that must not do harm.

use record::{Outcome, Run, Severity, Topology};
use site::import::{ImportError, ImportOptions, ImportReport, import};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

#[path = "fixtures/import/names.rs"]
mod names;

/// A folder that records are written to, and another for input made by a test.
struct Bench {
    folder: TempDir,
}

impl Bench {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    fn out(&self) -> PathBuf {
        self.folder.path().join("content/results")
    }

    fn options(&self, paths: Vec<PathBuf>) -> ImportOptions {
        ImportOptions {
            paths,
            dates: Some(fixture("dates.csv")),
            out: self.out(),
            ..ImportOptions::default()
        }
    }

    fn import(&self, paths: &[PathBuf]) -> ImportReport {
        import(&self.options(paths.to_vec()), &names::names()).expect("an import")
    }

    /// Writes an input file and gives its path.
    fn input(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join("input").join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("created");
        fs::write(&path, bytes).expect("written");
        path
    }

    /// Every file below `content`, with its text.
    fn written(&self) -> BTreeMap<PathBuf, String> {
        let content = self.folder.path().join("content");
        let files = walkdir::WalkDir::new(&content).into_iter().filter_map(Result::ok);
        let files = files.filter(|entry| entry.file_type().is_file());
        let relative = |path: &Path| path.strip_prefix(&content).expect("below").to_owned();
        files.map(|entry| (relative(entry.path()), fs::read_to_string(entry.path()).expect("text"))).collect()
    }

    fn runs(&self) -> BTreeMap<String, Run> {
        let records = self.written().into_iter().filter(|(path, _)| path.starts_with("results"));
        records
            .map(|(path, text)| {
                let read = record::read(text.as_bytes()).expect("a record");
                assert_eq!(read.unknown_fields, Vec::<String>::new());
                let errors = record::validate(&read.run, &[], None);
                let errors: Vec<_> = errors.iter().filter(|it| it.severity == Severity::Error).collect();
                assert!(errors.is_empty(), "{}: {errors:?}", path.display());
                (read.run.id.clone(), read.run)
            })
            .collect()
    }
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/import").join(name)
}

fn json(path: &Path) -> serde_json::Value {
    serde_json::from_slice(&fs::read(path).expect("a file")).expect("JSON")
}

fn count(report: &ImportReport, kind: &str) -> u64 {
    report.anomalies.iter().find(|anomaly| anomaly.kind == kind).map_or(0, |anomaly| anomaly.count)
}

/// Where upstream's runs are.
const RUNS: &str = "https://github.com/SemiAnalysisAI/InferenceX/actions/runs";

/// A row of the API with some of its values replaced.
fn api_row(changes: &[(&str, serde_json::Value)]) -> serde_json::Value {
    let mut row = json(&fixture("api/benchmarks.json"))[2].clone();
    for (key, value) in changes {
        row[*key] = value.clone();
    }
    row
}

/// Every row that was read has a fate, and every one that was left out has a line.
fn assert_nothing_is_lost(report: &ImportReport) {
    for (form, rows) in &report.rows {
        assert_eq!(rows.read, rows.imported + rows.unmapped + rows.skipped, "{form}: {rows:?}");
    }
    let skipped: u64 = report.rows.values().map(|rows| rows.skipped).sum();
    assert!(report.skipped.len() as u64 >= skipped, "{skipped} rows, lines: {:?}", report.skipped);
}

#[test]
fn every_form_becomes_a_valid_record_and_nothing_is_lost() {
    let bench = Bench::new();
    let report = bench.import(&[fixture("")]);
    assert_nothing_is_lost(&report);
    assert_eq!(report.exit_code(), 0);
    let runs = bench.runs();
    assert_eq!(runs.len() as u64, report.runs.total);
    let schema = jsonschema::validator_for(&record::json_schema()).expect("the schema is a schema");
    for (path, text) in bench.written().iter().filter(|(path, _)| path.starts_with("results")) {
        let record: serde_json::Value = serde_json::from_str(text).expect("JSON");
        assert!(schema.is_valid(&record), "{}", path.display());
    }
    let read: BTreeMap<&str, u64> =
        report.rows.iter().map(|(form, rows)| (form.as_str(), rows.read)).collect();
    let expected = [
        ("accuracy", 7),
        ("agentic", 2),
        ("api", 7),
        ("artifact", 4),
        ("baseline", 1),
        ("changelog", 1),
        ("raw_output", 3),
        ("reliability", 19),
    ];
    assert_eq!(read, BTreeMap::from(expected));
    assert_eq!(report.new_keys, []);
    assert_eq!(report.unknown_labels, []);
    // April's agentic row has no day, and the changelog's run isn't in the list.
    assert_eq!(count(&report, "no_date"), 2);
    assert_eq!(count(&report, "empty_list"), 1);
    insta::assert_snapshot!(report.to_string().replace(&fixture("").display().to_string(), "FIXTURES/"));
}

#[test]
fn importing_twice_changes_nothing() {
    let bench = Bench::new();
    bench.import(&[fixture("")]);
    let before = bench.written();
    let report = bench.import(&[fixture("")]);
    assert_eq!(bench.written(), before);
    assert_eq!((report.runs.new, report.runs.changed), (0, 0));
    assert_eq!(report.runs.unchanged, report.runs.total);
}

#[test]
fn parts_merge_into_what_the_whole_gives_in_any_order() {
    let whole = Bench::new();
    let parts = ["artifact", "api", "accuracy", "raw", "agentic", "reliability"].map(fixture);
    whole.import(&parts);
    for order in [[0, 1, 2, 3, 4, 5], [5, 4, 3, 2, 1, 0]] {
        let bench = Bench::new();
        for index in order {
            bench.import(&parts[index..=index]);
        }
        assert_eq!(bench.written(), whole.written());
    }
}

#[test]
fn the_order_of_rows_and_the_names_of_files_do_not_matter() {
    let whole = Bench::new();
    whole.import(&[fixture("api"), fixture("accuracy")]);
    let other = Bench::new();
    for (name, file) in [
        ("z", "api/benchmarks.json"),
        ("a", "accuracy/evaluations.json"),
        ("m", "accuracy/supplemental.json"),
    ] {
        let mut rows = json(&fixture(file));
        rows.as_array_mut().expect("rows").reverse();
        other.input(&format!("{name}.data"), rows.to_string());
    }
    other.import(&[other.folder.path().join("input")]);
    assert_eq!(other.written(), whole.written());
}

#[test]
fn a_dry_run_writes_nothing() {
    let bench = Bench::new();
    let options = ImportOptions { dry_run: true, ..bench.options(vec![fixture("")]) };
    let report = import(&options, &names::names()).expect("an import");
    assert!(report.runs.new > 0);
    assert_eq!(bench.written(), BTreeMap::new());
}

#[test]
fn a_measurement_found_both_ways_is_one() {
    let bench = Bench::new();
    let report = bench.import(&[fixture("artifact"), fixture("api")]);
    assert_eq!(report.in_several_forms, 1);
    let run = &bench.runs()["20356790608"];
    assert_eq!(run.measurements.len(), 1);
    let measurement = &run.measurements[0];
    let artifact = &json(&fixture("artifact/run_20356790608/results_bmk/agg_bmk.json"))[0];
    // Only the artifact names the model exactly; only the API has the day and the address.
    assert_eq!(measurement.model.exact.as_deref(), artifact["model"].as_str());
    assert!(run.source.url.as_deref().expect("an address").contains("/runs/20356790608"));
    let Topology::Disaggregated { prefill, decode } = &measurement.deployment.topology else {
        panic!("aggregated")
    };
    let sides = [prefill.accelerators, decode.accelerators].map(|side| side.map(u64::from));
    assert_eq!(sides, [artifact["num_prefill_gpu"].as_u64(), artifact["num_decode_gpu"].as_u64()]);
    let throughput = measurement.throughput.as_ref().expect("throughput");
    let number = |key: &str| artifact[key].as_f64().expect(key);
    let close = |left: Option<f64>, right: f64| (left.expect("a figure") / right - 1.0).abs() < 1e-5;
    assert!(close(throughput.input, number("input_tput_per_gpu") * number("num_prefill_gpu")));
    assert!(close(throughput.output, number("output_tput_per_gpu") * number("num_decode_gpu")));
    assert!(close(throughput.input_per_prefill_accelerator, number("input_tput_per_gpu")));
}

#[test]
fn accelerators_are_counted_right() {
    let bench = Bench::new();
    let report = bench.import(&[fixture("api"), fixture("accuracy")]);
    assert_eq!(count(&report, "sides_hold_the_total"), 1);
    assert_eq!(count(&report, "power_of_one_role"), 1);
    assert_eq!(count(&report, "disaggregated_flag"), 2);
    for run in bench.runs().values() {
        for measurement in &run.measurements {
            let all = measurement.deployment.accelerators.expect("a count");
            let at_most = if measurement.deployment.multi_node == Some(true) { 100 } else { 36 };
            assert!(all <= at_most, "{all} accelerators in run {}", run.id);
            let power = measurement.power.as_ref();
            let watts = power.and_then(|power| power.average_per_accelerator_w);
            let joules = power.and_then(|power| power.joules_per_total_token);
            if let (Some(watts), Some(joules)) = (watts, joules)
                && measurement.notes.is_empty()
            {
                let total =
                    measurement.throughput.as_ref().and_then(|throughput| throughput.total).expect("a total");
                let boards = joules * total / watts;
                assert!((boards / f64::from(all) - 1.0).abs() < 0.02, "{boards} boards, {all} accelerators");
            }
        }
    }
}

#[test]
fn a_score_of_zero_is_a_result_and_a_missing_score_is_not() {
    let bench = Bench::new();
    let mut row = json(&fixture("accuracy/evaluations.json"))[0].clone();
    row["metrics"] = serde_json::json!({"em_strict": null, "n_eff": 10});
    row["conc"] = 7.into();
    let input = bench.input("rows.json", serde_json::json!([row]).to_string());
    let report = bench.import(&[fixture("accuracy/evaluations.json"), input]);
    assert_nothing_is_lost(&report);
    assert_eq!(count(&report, "no_score"), 1);
    let runs = bench.runs();
    let scores = runs.values().flat_map(|run| &run.measurements).filter_map(|it| it.accuracy.as_ref());
    assert!(scores.clone().any(|accuracy| accuracy.score == 0.0));
    assert_eq!(scores.count(), 5);
}

#[test]
fn raw_output_completes_the_row_that_summarises_it() {
    let bench = Bench::new();
    let report = bench.import(&[fixture("raw")]);
    assert_eq!(count(&report, "no_accelerator"), 2);
    let runs = bench.runs();
    let (id, run) =
        runs.iter().find(|(id, _)| id.starts_with("rows-20260527-kimi-k2.5-")).expect("the pair's run");
    let measurement = &run.measurements[0];
    assert_eq!(run.date.to_string(), "2026-05-27", "{id}");
    assert_eq!(measurement.deployment.accelerators, Some(8));
    assert_eq!(measurement.requests.as_ref().and_then(|requests| requests.completed), Some(40));
    assert_eq!(measurement.tokens.as_ref().and_then(|tokens| tokens.output), Some(36709));
    assert_eq!(measurement.duration_s, Some(165.786));
    let unmapped: Vec<_> = runs.values().flat_map(|run| &run.unmapped).collect();
    assert_eq!(unmapped.len(), 2);
    assert!(
        unmapped.iter().all(|it| it.row.get("input_lens").is_none() && it.reason.contains("no accelerator"))
    );
}

#[test]
fn raw_output_with_a_foreign_address_completes_nobody_elses_row() {
    let bench = Bench::new();
    let mut client = json(&fixture("raw/client.json"));
    client["run_url"] = "https://evil.example/runs/1".into();
    let input = bench.input("client.json", client.to_string());
    let options = ImportOptions {
        date: Some("2026-05-27".parse().expect("a date")),
        ..bench.options(vec![fixture("raw/agg.json"), input])
    };
    let report = import(&options, &names::names()).expect("an import");
    assert_nothing_is_lost(&report);
    assert_eq!(report.rows["raw_output"].unmapped, 1);
    let runs = bench.runs();
    let measured = runs.values().flat_map(|run| &run.measurements).next().expect("a measurement");
    assert_eq!((measured.duration_s, &measured.tokens), (None, &None));
}

#[test]
fn agentic_rows_of_all_three_generations_are_read() {
    let bench = Bench::new();
    let mut june = json(&fixture("agentic/april.json"));
    let fields = june.as_object_mut().expect("a row");
    fields.retain(|key, _| !key.starts_with("median") && !key.starts_with("p9") && !key.contains("ttlt"));
    for (key, value) in [
        ("p75_tpot", 0.02),
        ("p95_tpot", 0.04),
        ("p75_intvty", 60.0),
        ("p95_intvty", 90.0),
        ("mean_e2el", 9.5),
    ] {
        fields.insert(key.into(), value.into());
    }
    let users = fields.remove("users").expect("users");
    fields.insert("conc".into(), users);
    fields.remove("offload_mode");
    fields.insert("offloading".into(), "dram".into());
    fields.insert("model".into(), "deepseek-ai/DeepSeek-R1-0528".into());
    let mut failed = june.clone();
    let fields = failed.as_object_mut().expect("a row");
    fields.retain(|key, _| {
        !["ttft", "tpot", "itl", "e2el", "intvty", "tput"].iter().any(|metric| key.contains(metric))
    });
    fields.insert("num_requests_successful".into(), 0.into());
    fields.insert("conc".into(), 999.into());
    let input = bench.input("june.json", serde_json::json!([june, failed]).to_string());
    let mut options = bench.options(vec![fixture("agentic"), input]);
    options.date = Some("2026-06-20".parse().expect("a date"));
    let report = import(&options, &names::names()).expect("an import");
    assert_nothing_is_lost(&report);
    assert_eq!(report.measurements["agentic"].measurements, 4);
    assert_eq!(count(&report, "interactivity_fast_side"), 1);
    assert_eq!(count(&report, "interactivity_disagrees"), 0);
    let runs = bench.runs();
    let july = &runs["29337493492"].measurements[0];
    assert_eq!(
        july.deployment.kv_cache_offload.as_ref().and_then(|it| it.backend.as_deref()),
        Some("lmcache")
    );
    assert_eq!(july.throughput.as_ref().and_then(|throughput| throughput.total), Some(23079.1));
    assert_eq!(july.requests.as_ref().and_then(|requests| requests.sent), Some(720));
    assert_eq!(runs["29003473063"].changes.len(), 1);
    let outcomes = runs.values().flat_map(|run| &run.measurements).filter(|it| it.outcome != Outcome::Ok);
    assert_eq!(outcomes.count(), 1);
}

#[test]
fn an_exported_table_gives_the_measurement_that_the_api_gives() {
    let api = json(&fixture("api/benchmarks.json"))[2].clone();
    let value =
        |key: &str| api.get(key).or_else(|| api["metrics"].get(key)).expect(key).to_string().replace('"', "");
    let columns = [
        ("Model", "model"),
        ("ISL", "isl"),
        ("OSL", "osl"),
        ("Hardware", "hardware"),
        ("Framework", "framework"),
        ("Precision", "precision"),
        ("TP", "prefill_tp"),
        ("EP", "prefill_ep"),
        ("DP Attention", "prefill_dp_attention"),
        ("Concurrency", "conc"),
        ("Date", "date"),
        ("Throughput/GPU (tok/s)", "tput_per_gpu"),
        ("Mean TTFT (ms)", "mean_ttft"),
        ("Mean TPOT (ms)", "mean_tpot"),
        ("Mean Interactivity (tok/s/user)", "mean_intvty"),
        ("Disaggregated", "disagg"),
        ("Spec Decoding", "spec_method"),
        ("Is Multinode", "is_multinode"),
        ("Run URL", "run_url"),
    ];
    let header: Vec<&str> = columns.iter().map(|(column, _)| *column).collect();
    let values: Vec<String> = columns.iter().map(|(_, key)| value(key)).collect();
    let table = format!("# InferenceX\n# export\n# today\r\n{}\r\n{}", header.join(","), values.join(","));
    let bench = Bench::new();
    let input = bench.input("export.csv", table);
    let report = bench.import(&[fixture("api"), input]);
    assert_nothing_is_lost(&report);
    assert_eq!(report.rows["csv_export"].imported, 1);
    assert_eq!(report.in_several_forms, 1);
    assert_eq!(count(&report, "other_figures"), 0);
}

#[test]
fn run_statistics_become_attempts_and_zero_jobs_are_no_rate() {
    let bench = Bench::new();
    let statistics = r#"{"h100": {"n_success": 3, "total": 4}, "b200": {"n_success": 0, "total": 0}}"#;
    let input = bench.input("run_20356790608/run-stats/run_stats.json", statistics);
    bench.import(&[fixture("artifact"), input]);
    let attempts = &bench.runs()["20356790608"].attempts;
    let told: Vec<_> = attempts.iter().map(|it| (it.label.as_str(), it.succeeded, it.total)).collect();
    assert_eq!(told, [("b200", 0, 0), ("h100", 3, 4)]);
}

#[test]
fn a_source_that_contradicts_itself_is_kept_with_its_contradiction() {
    let bench = Bench::new();
    let mut row = json(&fixture("api/benchmarks.json"))[2].clone();
    row["metrics"]["mean_intvty"] = 12345.0.into();
    let input = bench.input("rows.json", serde_json::json!([row]).to_string());
    let report = bench.import(&[input]);
    assert_eq!((count(&report, "interactivity_disagrees"), count(&report, "refused")), (1, 0));
    let runs = bench.runs();
    let latency = runs.values().next().expect("a run").measurements[0].latency.as_ref().expect("latency");
    assert_eq!(latency.interactivity.as_ref().and_then(|it| it.mean), Some(12345.0));
}

#[test]
fn a_judgement_in_a_record_outlives_another_import() {
    let bench = Bench::new();
    bench.import(&[fixture("artifact")]);
    let path = bench.out().join("2026/2026-01-08-20832485469.json");
    let text = fs::read_to_string(&path).expect("text");
    let judged = text.replacen(r#""outcome":"ok""#, r#""outcome":{"invalid":{"why":"wrong image"}}"#, 1);
    let judged = judged.replacen(r#""kind": "official""#, r#""kind": "community""#, 1);
    fs::write(&path, &judged).expect("written");
    bench.import(&[fixture("artifact")]);
    assert_eq!(fs::read_to_string(&path).expect("text"), judged);
}

#[test]
fn reliability_goes_to_a_table_beside_the_records() {
    let bench = Bench::new();
    bench.import(&[fixture("reliability")]);
    let written = bench.written();
    let table =
        record::Reliability::read(written[Path::new("reliability.json")].as_bytes()).expect("a table");
    let rows: u64 = table.days.iter().flat_map(|day| &day.jobs).map(|jobs| jobs.count).sum();
    assert_eq!(rows, 12, "the second capture holds seven of the same rows");
}

#[test]
fn a_known_label_turns_an_unmapped_row_into_a_measurement() {
    let bench = Bench::new();
    let rows = fixture("api");
    let few = site::catalog::Names::default();
    let report = import(&bench.options(vec![rows.clone()]), &few).expect("an import");
    assert_eq!(report.rows["api"].unmapped, 7);
    assert!(report.unknown_labels.iter().any(|label| label.label == "b200"));
    bench.import(&[rows]);
    assert!(bench.runs().values().all(|run| run.unmapped.is_empty()));
}

#[test]
fn a_newer_attempt_replaces_figures_and_an_older_one_does_not() {
    let row = |attempt: u32, tput: f64| {
        let mut row = json(&fixture("api/benchmarks.json"))[2].clone();
        row["run_url"] = format!("{RUNS}/77/attempts/{attempt}").into();
        for key in ["tput_per_gpu", "input_tput_per_gpu", "output_tput_per_gpu"] {
            row["metrics"][key] = (row["metrics"][key].as_f64().expect(key) * tput).into();
        }
        serde_json::json!([row]).to_string()
    };
    let both = Bench::new();
    let (one, two) = (both.input("1.json", row(1, 1.0)), both.input("2.json", row(2, 2.0)));
    let report = both.import(&[two.clone(), one.clone()]);
    assert_eq!(count(&report, "other_figures"), 1);
    for order in [[&one, &two], [&two, &one]] {
        let bench = Bench::new();
        for path in order {
            bench.import(std::slice::from_ref(path));
        }
        assert_eq!(bench.written(), both.written());
    }
}

#[test]
fn hostile_names_stay_data_and_never_become_paths() {
    let bench = Bench::new();
    let mut row = json(&fixture("raw/agg.json"));
    row["model"] = "<script>alert(1)</script>/../../../etc".into();
    row["infmax_model_prefix"] = "../../../x".into();
    row["date"] = "2026-01-02".into();
    let mut precise = json(&fixture("raw/agg.json"));
    precise["precision"] = "<b>fp8</b>".into();
    precise["date"] = "2026-01-02".into();
    let input = bench.input("rows.json", serde_json::json!([row, precise]).to_string());
    let report = bench.import(&[input]);
    assert_nothing_is_lost(&report);
    assert_eq!(report.rows["artifact"].unmapped, 2);
    assert!(
        bench.written().keys().all(|path| path.starts_with("results/2026")),
        "{:?}",
        bench.written().keys()
    );
    assert!(!report.to_string().contains('\u{1b}'));
}

#[test]
fn bad_files_are_reported_one_by_one() {
    let whole = fs::read(fixture("api/benchmarks.json")).expect("a fixture");
    let not_finite = String::from_utf8(whole.clone()).expect("text").replacen(
        "\"p99_itl\":",
        "\"x\": NaN, \"p99_itl\":",
        1,
    );
    let cases: [(&str, Vec<u8>, u8); 7] = [
        ("not_json", whole[..whole.len() / 2].to_vec(), 2),
        ("empty_list", b"[]".to_vec(), 2),
        ("empty_file", Vec::new(), 2),
        ("not_utf8", b"[{\"model\": \"\xff\xfe\"}]".to_vec(), 2),
        ("not_finite", not_finite.into_bytes(), 0),
        (
            "not_finite",
            String::from_utf8(whole)
                .expect("text")
                .replacen("\"conc\":", "\"y\": 1e400, \"conc\":", 1)
                .into_bytes(),
            0,
        ),
        ("too_deep", b"[".repeat(5000), 2),
    ];
    for (kind, bytes, exit_code) in cases {
        let bench = Bench::new();
        let report = bench.import(&[bench.input("file.json", bytes)]);
        assert_eq!(count(&report, kind), 1, "{kind}: {:?}", report.anomalies);
        assert_eq!(report.exit_code(), exit_code, "{kind}");
    }
}

#[test]
fn a_huge_file_of_nested_lists_is_refused_quickly() {
    let start = std::time::Instant::now();
    for (kind, text) in
        [("too_deep", "[".repeat(200 << 20)), ("too_large", format!("[{}[]]", "[],".repeat(66 << 20)))]
    {
        let bench = Bench::new();
        let report = bench.import(&[bench.input("huge.json", text)]);
        assert_eq!(count(&report, kind), 1, "{:?}", report.anomalies);
    }
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}

#[test]
fn a_link_that_leaves_the_folder_is_reported_and_not_followed() {
    let bench = Bench::new();
    bench.input("inside.json", "[]");
    let folder = bench.folder.path().join("input");
    std::os::unix::fs::symlink(fixture("api"), folder.join("away")).expect("linked");
    let report = bench.import(&[folder]);
    assert_eq!(count(&report, "link_leaves"), 1);
    assert_eq!(report.rows.get("api"), None);
}

#[test]
fn an_output_folder_that_cannot_be_written_is_a_clear_error() {
    let bench = Bench::new();
    let blocked = bench.input("not-a-folder", "");
    let options = ImportOptions { out: blocked.join("results"), ..bench.options(vec![fixture("artifact")]) };
    let error = import(&options, &names::names()).expect_err("not a folder");
    assert!(matches!(error, ImportError::Write { .. }));
    assert!(error.to_string().contains("not-a-folder"), "{error}");
    assert_eq!(error.exit_code(), 1);
}

#[test]
fn paths_and_lists_that_cannot_be_read_are_unusable_input() {
    let bench = Bench::new();
    let error =
        import(&bench.options(vec!["/does/not/exist".into()]), &names::names()).expect_err("no such path");
    assert_eq!(error.exit_code(), 2);
    let mut options = bench.options(vec![fixture("api")]);
    options.dates = Some(bench.input("dates.csv", "run_id,date\n1,someday\n"));
    let error = import(&options, &names::names()).expect_err("no date");
    assert!(error.to_string().contains("line 2"), "{error}");
}

#[test]
fn an_existing_record_that_cannot_be_read_is_left_alone() {
    let bench = Bench::new();
    bench.import(&[fixture("artifact")]);
    let path = bench.out().join("2026/2026-01-08-20832485469.json");
    fs::write(&path, "not a record").expect("written");
    let report = bench.import(&[fixture("artifact")]);
    assert_eq!(count(&report, "record_not_readable"), 1);
    assert_eq!(report.runs.refused, 1);
    assert_eq!(fs::read_to_string(&path).expect("text"), "not a record");
    // Its rows are left out, and say why; others are imported.
    assert_nothing_is_lost(&report);
    let rows = report.rows["artifact"];
    assert!(rows.skipped > 0 && rows.imported > 0, "{rows:?}");
    let lines = report.skipped.iter().filter(|line| line.what.contains("can't be read: "));
    assert_eq!(lines.count() as u64, rows.skipped);
    assert_eq!(report.exit_code(), 0);
    let alone = bench.import(&[fixture("artifact/run_20832485469")]);
    assert_nothing_is_lost(&alone);
    assert_eq!((alone.rows["artifact"].imported, alone.exit_code()), (0, 2));
    assert_eq!(fs::read_to_string(path).expect("text"), "not a record");
}

#[test]
fn an_address_that_is_not_upstreams_makes_no_official_run_and_claims_no_credit() {
    let bench = Bench::new();
    let rows: Vec<_> = [
        "javascript:alert(1)/runs/778",
        "https://evil.example/runs/777",
        "https://evil.example/SemiAnalysisAI/InferenceX/actions/runs/777/attempts/2",
        &format!("{RUNS}/777"),
    ]
    .iter()
    .map(|url| api_row(&[("run_url", (*url).into())]))
    .collect();
    let report = bench.import(&[bench.input("rows.json", serde_json::json!(rows).to_string())]);
    assert_nothing_is_lost(&report);
    assert_eq!((report.rows["api"].imported, count(&report, "foreign_run_address")), (4, 3));
    let runs = bench.runs();
    assert_eq!(runs.len(), 4, "each address stays apart: {:?}", runs.keys());
    let mut foreign = Vec::new();
    for (id, run) in runs {
        assert_eq!(run.measurements.len(), 1, "{id}");
        if id == "777" {
            assert_eq!((run.kind, run.source.project.as_str()), (record::RunKind::Official, "InferenceMAX"));
            continue;
        }
        assert_eq!(run.kind, record::RunKind::Unofficial);
        let source = &run.source;
        assert_eq!((&source.run_number, &source.licence, &source.attribution), (&None, &None, &None));
        foreign.push((source.project.clone(), source.url.clone()));
    }
    foreign.sort();
    let evil = |path: &str| ("evil.example".to_owned(), Some(format!("https://evil.example/{path}")));
    let mut expected = vec![
        evil("SemiAnalysisAI/InferenceX/actions/runs/777/attempts/2"),
        evil("runs/777"),
        ("unknown".to_owned(), None),
    ];
    expected.sort();
    assert_eq!(foreign, expected);
}

#[test]
fn a_foreign_address_takes_the_kind_that_is_given_and_repeats_itself_exactly() {
    let bench = Bench::new();
    let row = api_row(&[("run_url", "https://lab.example/runs/1".into())]);
    let input = bench.input("rows.json", serde_json::json!([row]).to_string());
    let options =
        ImportOptions { kind: Some(record::RunKind::Community), ..bench.options(vec![input.clone()]) };
    import(&options, &names::names()).expect("an import");
    let before = bench.written();
    assert_eq!(bench.runs().values().next().expect("a run").kind, record::RunKind::Community);
    bench.import(&[input]);
    assert_eq!(bench.written(), before);
}

#[test]
fn a_folder_that_names_its_run_is_trusted_and_a_foreign_address_in_it_is_not_kept() {
    let bench = Bench::new();
    let row = api_row(&[("run_url", "https://evil.example/runs/777".into())]);
    let report = bench.import(&[bench.input("run_42/rows.json", serde_json::json!([row]).to_string())]);
    assert_eq!(count(&report, "foreign_run_address"), 1);
    let run = &bench.runs()["42"];
    assert_eq!((run.kind, &run.source.url), (record::RunKind::Official, &None));
}

#[test]
fn keys_of_a_row_with_an_unknown_name_are_not_called_unstored() {
    let known = Bench::new().import(&[fixture("api"), fixture("accuracy"), fixture("artifact")]);
    let damaged = |name: &str, key: &str| {
        let mut rows = json(&fixture(name));
        for row in rows.as_array_mut().expect("rows") {
            row[key] = "nobody-knows-it".into();
        }
        rows.to_string()
    };
    let keys = |report: &ImportReport| -> Vec<String> {
        report.unstored_keys.iter().map(|key| format!("{} {}", key.form, key.key)).collect()
    };
    for key in ["hardware", "framework", "model", "precision"] {
        let value = |name: &str| {
            if key == "precision" {
                damaged(name, key).replace("nobody-knows-it", "<b>")
            } else {
                damaged(name, key)
            }
        };
        let bench = Bench::new();
        bench.input("api.json", value("api/benchmarks.json"));
        bench.input("accuracy.json", value("accuracy/evaluations.json"));
        let report = bench.import(&[bench.folder.path().join("input")]);
        assert_nothing_is_lost(&report);
        assert_eq!((report.rows["api"].unmapped, report.rows["api"].imported), (7, 0), "{key}");
        for unstored in keys(&report) {
            assert!(keys(&known).contains(&unstored), "{key}: {unstored}");
        }
        assert_eq!(report.new_keys, [], "{key}");
    }
    // A key that nobody ever saw is told of such rows too.
    let bench = Bench::new();
    let row = api_row(&[("hardware", "abacus".into()), ("never_seen", 1.into())]);
    let report = bench.import(&[bench.input("rows.json", serde_json::json!([row]).to_string())]);
    let new: Vec<_> = report.new_keys.iter().map(|key| key.key.as_str()).collect();
    assert_eq!(new, ["never_seen"]);
}

#[test]
fn of_a_key_that_stands_twice_the_last_counts_and_the_report_says_so() {
    let bench = Bench::new();
    let text = serde_json::json!([api_row(&[("conc", 7.into())])]).to_string();
    let text = text.replacen("\"conc\":7", "\"conc\":5,\"conc\":6", 1);
    let report = bench.import(&[bench.input("rows.json", text)]);
    let anomaly = report.anomalies.iter().find(|it| it.kind == "duplicate_key").expect("an anomaly");
    assert_eq!((anomaly.count, anomaly.meaning), (1, "key twice in one object: the last value taken"));
    assert!(anomaly.examples[0].ends_with("rows.json: conc"), "{anomaly:?}");
    let runs = bench.runs();
    assert_eq!(runs.values().next().expect("a run").measurements[0].arrival.concurrency, Some(6));
}

#[test]
fn a_text_that_is_no_day_is_reported_and_taken_as_absent() {
    for text in ["-0001-01-01", "soon", "2014-12-31", "2100-01-02", "9999-12-31"] {
        let bench = Bench::new();
        let row = api_row(&[("date", text.into())]);
        let input = bench.input("rows.json", serde_json::json!([row]).to_string());
        let options = ImportOptions {
            dates: None,
            date: Some("2026-02-03".parse().expect("a date")),
            ..bench.options(vec![input])
        };
        let report = import(&options, &names::names()).expect("an import");
        assert_eq!((count(&report, "bad_date"), report.rows["api"].imported), (1, 1), "{text}");
        let runs = bench.runs();
        assert_eq!(runs.values().next().expect("a run").date.to_string(), "2026-02-03", "{text}");
    }
    let bench = Bench::new();
    let row = serde_json::json!([{"hardware": "h100", "date": "soon", "n_success": 1, "total": 1}]);
    let report = bench.import(&[bench.input("rows.json", row.to_string())]);
    assert_nothing_is_lost(&report);
    assert_eq!((count(&report, "bad_date"), report.rows["reliability"].skipped), (1, 1));
}

#[test]
fn jobs_that_cannot_be_are_reported_and_not_imported() {
    let bench = Bench::new();
    let row = |succeeded: i64, total: i64| serde_json::json!({"hardware": "h100", "date": "2026-05-05", "n_success": succeeded, "total": total});
    let rows = serde_json::json!([row(3, 4), row(5, 4), row(-1, 4), row(-3, -2), row(1, -2)]);
    let reliability = bench.input("rows.json", rows.to_string());
    let statistics = r#"{"h100": {"n_success": 3, "total": 4}, "b200": {"n_success": 2, "total": 1}, "x": {"n_success": -1, "total": 1}}"#;
    let statistics = bench.input("run_20356790608/run-stats/run_stats.json", statistics);
    let report = bench.import(&[fixture("artifact"), reliability, statistics]);
    assert_nothing_is_lost(&report);
    assert_eq!(count(&report, "impossible_counts"), 6);
    assert_eq!((report.rows["reliability"].imported, report.rows["reliability"].skipped), (1, 4));
    assert_eq!(bench.runs()["20356790608"].attempts.len(), 1);
    let table = record::Reliability::read(bench.written()[Path::new("reliability.json")].as_bytes());
    let table = table.expect("a table");
    assert_eq!(table.problems(), Vec::<String>::new());
    assert_eq!(table.days.iter().map(|day| day.jobs.len()).sum::<usize>(), 1);
}

#[test]
fn a_table_of_jobs_that_cannot_be_trusted_stops_the_import_before_anything_is_written() {
    let bench = Bench::new();
    bench.import(&[fixture("reliability")]);
    let path = bench.folder.path().join("content/reliability.json");
    let text = fs::read_to_string(&path).expect("text");
    let (start, rest) = text.split_once("\"succeeded\":").expect("a figure");
    let (_, rest) = rest.split_once(',').expect("a figure");
    let wrong = format!("{start}\"succeeded\":999999,{rest}");
    fs::write(&path, &wrong).expect("written");
    let paths = vec![fixture("reliability"), fixture("artifact")];
    let error = import(&bench.options(paths.clone()), &names::names()).expect_err("impossible");
    assert!(error.to_string().contains("reliability.json: $.days[0].jobs[0]: 999999 succeeded"), "{error}");
    assert_eq!(bench.written().len(), 1);
    let elsewhere = bench.input("table.json", &text);
    fs::remove_file(&path).expect("removed");
    std::os::unix::fs::symlink(&elsewhere, &path).expect("linked");
    let error = import(&bench.options(paths), &names::names()).expect_err("a link");
    assert!(error.to_string().contains("symbolic link"), "{error}");
    assert_eq!(fs::read_to_string(elsewhere).expect("text"), text);
}

#[test]
fn nothing_in_the_data_or_its_paths_can_steer_the_terminal() {
    let bench = Bench::new();
    let hostile = "\u{1b}[2J\u{9b}31m\u{202e}\u{2066}\u{7}\r\n";
    let long = "x".repeat(5000);
    let mut row = api_row(&[
        ("hardware", format!("{hostile}{long}").into()),
        ("run_url", format!("https://evil/{hostile}{long}/runs/1").into()),
        ("date", format!("2026{hostile}").into()),
        ("timestamp", "2026-05-05".into()),
    ]);
    row[format!("key{hostile}")] = 1.into();
    let mut other = api_row(&[("precision", hostile.into()), ("framework", hostile.into())]);
    other["metrics"]["mean_ttft"] = format!("{hostile}{long}").into();
    let twice = format!("{{{0}:1,{0}:2}}", serde_json::Value::from(hostile));
    let statistics = serde_json::json!({hostile: {"n_success": 2, "total": 1}});
    for (name, text) in [
        ("rows.json", serde_json::json!([row, other]).to_string()),
        ("twice.json", twice),
        ("stats.json", statistics.to_string()),
        ("text.txt", format!("{hostile}{long}")),
        ("table.csv", format!("a{hostile},b{long}\n1,2\n")),
        ("cut.json", "{".to_owned()),
    ] {
        bench.input(&format!("a\u{1b}]0;b\u{202e}/{name}"), text);
    }
    let report = bench.import(&[bench.folder.path().join("input")]).to_string();
    let error = import(&bench.options(vec![format!("/no/{hostile}").into()]), &names::names());
    let dates = bench.input("dates.csv", format!("run_id,date\n1,\"{hostile}\"\n"));
    let options = ImportOptions { dates: Some(dates), ..bench.options(vec![fixture("api")]) };
    let list = import(&options, &names::names()).expect_err("no date");
    for text in [report.replace('\n', ""), error.expect_err("no path").to_string(), list.to_string()] {
        let steers = |letter: char| letter.is_control() || "\u{202e}\u{2066}".contains(letter);
        assert!(text.contains('\u{fffd}') && !text.contains(steers), "{text:?}");
    }
    assert!(report.lines().all(|line| line.chars().count() < 1000), "{report}");
}

#[test]
fn a_report_that_cannot_be_written_is_told_before_anything_is_imported() {
    let bench = Bench::new();
    let blocked = bench.input("not-a-folder", "");
    std::os::unix::fs::symlink(&blocked, blocked.with_file_name("link")).expect("linked");
    for path in [
        blocked.join("report.json"),
        bench.folder.path().to_owned(),
        bench.folder.path().join("new/"),
        blocked.with_file_name("link"),
        "/dev/null".into(),
    ] {
        let error = site::import::check_report(&path).expect_err("not writable");
        let text = error.to_string();
        assert!(text.contains(&path.display().to_string()) && text.contains("--report"), "{text}");
    }
    let path = bench.folder.path().join("reports/report.json");
    site::import::check_report(&path).expect("writable");
    assert_eq!(fs::read_dir(path.parent().expect("a folder")).expect("there").count(), 0);
}

#[test]
fn the_command_imports_nothing_when_its_report_cannot_be_written() {
    let bench = Bench::new();
    let blocked = bench.input("not-a-folder", "");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_site"))
        .args(["import", "--root", env!("CARGO_MANIFEST_DIR"), "--out"])
        .arg(bench.out())
        .arg("--report")
        .arg(blocked.join("report.json"))
        .arg(fixture("artifact"))
        .output()
        .expect("the command");
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("not-a-folder/report.json") && told.contains("Nothing was imported"), "{told}");
    assert_eq!(bench.written(), BTreeMap::new());
}

#[test]
fn a_record_reached_through_a_link_is_neither_followed_nor_overwritten() {
    let record = "2026-01-08-20832485469.json";
    for whole_folder in [false, true] {
        let bench = Bench::new();
        bench.import(&[fixture("artifact")]);
        let path = bench.out().join("2026").join(record);
        let text = fs::read_to_string(&path).expect("text");
        let elsewhere = bench.folder.path().join("elsewhere");
        let (from, to) = if whole_folder {
            (bench.out().join("2026"), elsewhere.clone())
        } else {
            fs::create_dir(&elsewhere).expect("created");
            (path.clone(), elsewhere.join(record))
        };
        fs::rename(&from, &to).expect("moved");
        std::os::unix::fs::symlink(&to, &from).expect("linked");
        // Another figure, so that there would be something to write.
        let mut rows = json(&fixture("artifact/run_20832485469/results_bmk/agg_bmk.json"));
        for row in rows.as_array_mut().expect("rows") {
            row["mean_ttft"] = 123.0.into();
        }
        let report = bench.import(&[bench.input("run_20832485469/agg.json", rows.to_string())]);
        assert_nothing_is_lost(&report);
        assert_eq!((count(&report, "record_is_link"), report.runs.refused), (1, 1));
        assert!(report.skipped[0].what.contains("symbolic link"), "{:?}", report.skipped);
        assert_eq!(report.exit_code(), 2);
        assert!(from.is_symlink());
        assert_eq!(fs::read_to_string(elsewhere.join(record)).expect("text"), text);
    }
}

#[test]
fn a_new_record_is_not_written_through_a_link_to_a_folder() {
    let bench = Bench::new();
    let elsewhere = bench.folder.path().join("elsewhere");
    fs::create_dir_all(&elsewhere).expect("created");
    fs::create_dir_all(bench.out()).expect("created");
    std::os::unix::fs::symlink(&elsewhere, bench.out().join("2026")).expect("linked");
    let report = bench.import(&[fixture("artifact/run_20832485469")]);
    assert_eq!((count(&report, "record_is_link"), report.exit_code()), (1, 2));
    assert_eq!(fs::read_dir(elsewhere).expect("there").count(), 0);
}

#[test]
fn figures_that_no_record_may_hold_stay_unmapped_with_the_reason() {
    let cases = [
        ("mean_ttft", 2e7, "latency.ttft.mean"),
        ("tput_per_gpu", 0.0, "throughput.total"),
        ("tput_per_gpu", 1e13, "throughput.total"),
        ("avg_power_w", 2e9, "power.average_per_accelerator_w"),
    ];
    for (key, value, place) in cases {
        let bench = Bench::new();
        let mut row = api_row(&[]);
        for other in ["input_tput_per_gpu", "output_tput_per_gpu"] {
            row["metrics"].as_object_mut().expect("figures").remove(other);
        }
        row["metrics"][key] = value.into();
        let report = bench.import(&[bench.input("rows.json", serde_json::json!([row]).to_string())]);
        assert_nothing_is_lost(&report);
        assert_eq!((report.rows["api"].unmapped, count(&report, "refused")), (1, 1), "{key} {value}");
        let runs = bench.runs();
        let run = runs.values().next().expect("a run");
        assert_eq!((run.measurements.len(), run.unmapped.len()), (0, 1));
        assert!(run.unmapped[0].reason.starts_with(&format!("refused: {place}: ")), "{:?}", run.unmapped);
        // The row itself is kept, not what was made of it.
        assert_eq!(run.unmapped[0].row["metrics"][key].as_f64(), Some(value));
    }
}

#[test]
fn a_change_whose_address_is_not_of_the_web_is_kept_without_it() {
    let bench = Bench::new();
    let path = "agentic/run_29003473063/changelog-metadata/changelog_metadata.json";
    let mut changelog = json(&fixture(path));
    changelog["entries"][0]["pr-link"] = "javascript:alert(1)".into();
    let input = bench.input("run_29003473063/changelog_metadata.json", changelog.to_string());
    let options =
        ImportOptions { date: Some("2026-06-20".parse().expect("a date")), ..bench.options(vec![input]) };
    let report = import(&options, &names::names()).expect("an import");
    assert_eq!((count(&report, "wrong_type"), report.runs.refused), (1, 0));
    let change = &bench.runs()["29003473063"].changes[0];
    assert!(change.url.is_none() && !change.description.is_empty());
}

#[test]
fn an_exact_copy_without_its_run_is_read_once() {
    let bench = Bench::new();
    let copy = fs::read(fixture("artifact/run_20832485469/results_bmk/agg_bmk.json")).expect("a fixture");
    bench.input("b300 results (1)/agg_bmk.json", copy);
    let report = bench.import(&[fixture("artifact"), bench.folder.path().join("input")]);
    assert_eq!(count(&report, "exact_copy"), 1);
    assert_eq!(count(&report, "no_date"), 0);
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    fn any_json() -> impl Strategy<Value = serde_json::Value> {
        let keys = "hw|conc|metrics|task|score|tput_per_gpu|disagg|date|run_url|isl|[a-z_]{1,8}";
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<f64>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            ".{0,12}".prop_map(Into::into),
            prop::sample::select(vec![
                "b200",
                "dsr1",
                "vllm",
                "fp8",
                "2026-01-01",
                "true",
                "1e400",
                "NaN",
                "inf"
            ])
            .prop_map(Into::into),
        ];
        leaf.prop_recursive(3, 32, 8, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
                prop::collection::btree_map(keys, inner, 0..8)
                    .prop_map(|fields| serde_json::Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    /// A real row with some of its values replaced.
    fn damaged_row() -> impl Strategy<Value = serde_json::Value> {
        let rows: Vec<serde_json::Value> = [
            "api/benchmarks.json",
            "accuracy/evaluations.json",
            "raw/agg.json",
            "agentic/run_29337493492/july.json",
        ]
        .iter()
        .flat_map(|name| match json(&fixture(name)) {
            serde_json::Value::Array(rows) => rows,
            row => vec![row],
        })
        .collect();
        let damage = prop::collection::vec((any::<prop::sample::Index>(), any_json()), 0..6);
        (prop::sample::select(rows), damage).prop_map(|(mut row, damage)| {
            let fields = row.as_object_mut().expect("a row");
            let keys: Vec<String> = fields.keys().cloned().collect();
            for (index, value) in damage {
                fields.insert(index.get(&keys).clone(), value);
            }
            row
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_input_gives_valid_records_that_stay_as_they_are(
            rows in prop::collection::vec(prop_oneof![any_json(), damaged_row()], 0..4)
        ) {
            let bench = Bench::new();
            let input = bench.input("rows.json", serde_json::Value::from(rows).to_string());
            let mut options = bench.options(vec![input]);
            options.date = Some("2026-06-20".parse().expect("a date"));
            let report = import(&options, &names::names()).expect("an import");
            assert_nothing_is_lost(&report);
            for run in bench.runs().values() {
                let text = run.to_canonical_json();
                let again = record::read(text.as_bytes()).expect("its own output").run;
                prop_assert_eq!(&text, &again.to_canonical_json());
            }
            let before = bench.written();
            import(&options, &names::names()).expect("an import");
            prop_assert_eq!(bench.written(), before);
        }
    }
}

/// The numbers that `../shared/data/MANIFEST.md` states, counted there independently.
#[test]
fn the_real_collection_gives_the_counted_numbers() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    if !data.exists() {
        eprintln!("left out: {} isn't there", data.display());
        return;
    }
    let bench = Bench::new();
    let mut options = bench.options(["artifacts", "api"].map(|folder| data.join(folder)).to_vec());
    options.dates = Some(data.join("run_dates.csv"));
    let report = import(&options, &names::names()).expect("an import");
    assert_nothing_is_lost(&report);
    assert_eq!((report.rows["artifact"].imported, report.rows["api"].imported), (1143, 3701));
    assert_eq!(report.rows["reliability"].read, 3557 + 5546);
    let fixed_length = report.measurements["fixed_length"];
    assert_eq!((fixed_length.measurements, fixed_length.runs), (2859, 161));
    assert_eq!(report.in_several_forms, 142);
    assert_eq!(count(&report, "empty_list"), 2);
    assert_eq!(count(&report, "other_figures"), 0);
    assert_eq!(count(&report, "refused"), 0);
    // Eight rows, each in two captures.
    assert_eq!(count(&report, "sides_hold_the_total"), 16);
    assert_eq!((report.unknown_labels.len(), report.new_keys.len()), (0, 0));

    options.paths = vec![data.join("raw"), data.join("artifacts-agentic")];
    options.date = Some("2026-07-15".parse().expect("a date"));
    let report = import(&options, &names::names()).expect("an import");
    assert_nothing_is_lost(&report);
    assert_eq!(report.rows["raw_output"].read, 206);
    assert_eq!(report.rows["agentic"].imported, 54);
    assert_eq!(report.measurements["agentic"].measurements, 54);
}
