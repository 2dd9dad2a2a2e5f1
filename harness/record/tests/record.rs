//! The contract as others meet it: bytes in, bytes out.

use record::{
    Arrival, Conversation, Outcome, Requests, Run, ServerCounts, Severity, SharedPrefix, json_schema, read,
    validate,
};
use std::{collections::BTreeSet, path::Path};

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)).expect(name)
}

fn example() -> Run {
    read(&fixture("version-1.json")).expect("the fixture is a record").run
}

#[test]
fn the_committed_schema_is_the_one_that_the_types_give() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/record-1.json");
    let committed: serde_json::Value =
        serde_json::from_slice(&std::fs::read(path).expect("the committed schema")).expect("JSON");
    assert_eq!(
        committed,
        json_schema(),
        "run: cargo run -- schema --out harness/record/schema/record-1.json"
    );
}

#[test]
fn a_written_record_conforms_to_the_schema() {
    let validator = jsonschema::validator_for(&json_schema()).expect("the schema is a schema");
    let written: serde_json::Value = serde_json::from_str(&example().to_canonical_json()).expect("JSON");
    let errors: Vec<String> = validator.iter_errors(&written).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn the_schema_refuses_a_field_with_another_unit() {
    let validator = jsonschema::validator_for(&json_schema()).expect("the schema is a schema");
    let mut record: serde_json::Value = serde_json::from_slice(&fixture("version-1.json")).expect("JSON");
    record["measurements"][0]["latency"]["ttft"]["mean_ms"] = 12.into();
    assert!(!validator.is_valid(&record));
}

#[test]
fn searches_ramps_and_service_levels_conform_and_a_ramp_is_part_of_the_identity() {
    let mut run = example();
    let plain = run.measurements[0].identify(&run.id);
    let mut record = serde_json::to_value(&run).expect("JSON");
    record["search"] = serde_json::json!({
        "goal": "service_levels", "over": "rate_per_s", "range": [0.5, 64], "resolution": 0.05,
        "method": "The highest load.", "answer": 8.5, "bracket": [8.5, 8.9], "conclusion": "8.5 requests/s meets them",
    });
    let ramp = serde_json::json!({"shape": "exponential", "from": 0.5, "duration_s": 60});
    record["measurements"][0]["arrival"]["ramp"] = ramp;
    record["measurements"][0]["service_levels"] =
        serde_json::json!([{"ttft_s": 2, "met": 9, "of": 10, "goodput": 0.9}]);
    run = read(record.to_string().as_bytes()).expect("a record").run;
    assert_ne!(run.measurements[0].identify(&run.id), plain);
    let written: serde_json::Value = serde_json::from_str(&run.to_canonical_json()).expect("JSON");
    let validator = jsonschema::validator_for(&json_schema()).expect("the schema is a schema");
    let errors: Vec<String> = validator.iter_errors(&written).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let run = run.canonicalise();
    assert_eq!(validate(&run, &[], None), []);

    let mut wrong = run;
    wrong.measurements.iter_mut().flat_map(|one| &mut one.service_levels).for_each(|levels| levels.met = 11);
    let problems = validate(&wrong, &[], None);
    assert!(problems.iter().any(|problem| problem.path.ends_with("service_levels[0].met")), "{problems:?}");
}

#[test]
fn canonical_form_is_a_fixed_point_and_ignores_the_order_of_rows() {
    let run = example();
    let text = run.to_canonical_json();
    let again = read(text.as_bytes()).expect("its own output").run;
    assert_eq!(text, again.to_canonical_json());
    let mut reversed = run.clone();
    reversed.measurements.reverse();
    assert_eq!(text, reversed.to_canonical_json());
}

#[test]
fn the_fixture_is_valid_and_canonical() {
    let bytes = fixture("version-1.json");
    let read = read(&bytes).expect("the fixture is a record");
    assert_eq!(validate(&read.run, &read.unknown_fields, None), []);
    assert_eq!(String::from_utf8(bytes).expect("UTF-8"), read.run.to_canonical_json());
}

#[test]
fn the_draft_version_is_still_readable() {
    let old = read(&fixture("version-0.json")).expect("version 0 is readable for ever");
    assert_eq!(old.unknown_fields, Vec::<String>::new());
    assert_eq!(old.run.canonicalise(), example());
}

#[test]
fn a_version_from_the_future_is_refused_with_what_to_do() {
    let error = read(br#"{"record_version": 7}"#).expect_err("version 7");
    insta::assert_snapshot!(error, @"record_version is 7; this program reads 0 to 1. Use a newer release");
    let error = read(b"{}").expect_err("no version");
    insta::assert_snapshot!(error, @"record_version is missing; this program reads 0 to 1. Use a newer release");
}

#[test]
fn only_an_object_is_a_record() {
    for other in ["[0]", "[1, \"a\"]", " [[0]]", "0", "\"x\"", "null", "", "[", "\u{feff}{}"] {
        assert!(read(other.as_bytes()).is_err(), "{other}");
    }
}

#[test]
fn a_type_error_names_its_path_and_line() {
    let text = String::from_utf8(fixture("version-1.json")).expect("UTF-8");
    let error = read(text.replace("\"concurrency\":64", "\"concurrency\":\"many\"").as_bytes())
        .expect_err("not a number");
    assert!(error.to_string().contains("$.measurements[1].arrival.concurrency"), "{error}");
}

#[test]
fn an_unknown_field_is_named_with_its_json_path() {
    let text = String::from_utf8(fixture("version-1.json")).expect("UTF-8");
    let text = text.replace("\"topology\":{\"aggregated\":{", "\"topology\":{\"aggregated\":{\"gpus\":8,");
    let read = read(text.as_bytes()).expect("still readable");
    assert_eq!(read.unknown_fields[0], "$.measurements[0].deployment.topology.gpus");
}

#[test]
fn every_problem_is_reported_at_once_with_its_path() {
    let mut run = example();
    run.date_until = Some(run.date.yesterday().expect("a day before"));
    let first = &mut run.measurements[0];
    first.deployment.accelerators = Some(16);
    first.throughput.as_mut().expect("throughput").total = Some(1.0);
    let latency = first.latency.as_mut().expect("latency");
    latency.ttft.as_mut().expect("ttft").p99 = Some(0.001);
    latency.e2e.as_mut().expect("e2e").mean = Some(-3.0);
    latency.itl.as_mut().expect("itl").mean = Some(f64::INFINITY);
    latency.tpot.as_mut().expect("tpot").max = Some(2e7);
    first.deployment.accelerator = "H100 <b>".into();
    first.precision = "FP8".into();
    run.measurements[1].outcome = Outcome::Ok;
    run.measurements[1].throughput = None;
    run.measurements[1].latency = None;
    run.id = "in-2026".into();
    run.source.url = Some("javascript:alert(1)".into());
    let problems =
        validate(&run, &["$.measurements[0].latency.ttft.mean_ms".to_owned()], Some(&Default::default()));
    let lines: Vec<String> =
        problems.iter().map(|problem| format!("{:?} {problem}", problem.severity)).collect();
    insta::assert_snapshot!(lines.join("\n"));
    assert!(problems.iter().any(|problem| problem.severity == Severity::Warning));
}

#[test]
fn the_id_stays_when_more_becomes_known_and_changes_with_the_configuration() {
    let run = example();
    let measurement = &run.measurements[0];
    let mut known = measurement.clone();
    known.framework.image = Some("another:tag".into());
    known.model.exact = Some("somebody/else".into());
    known.throughput = None;
    assert_eq!(measurement.identify(&run.id), known.identify(&run.id));
    let mut changed = measurement.clone();
    changed.arrival.concurrency = Some(999);
    assert_ne!(measurement.identify(&run.id), changed.identify(&run.id));
    assert_ne!(measurement.identify(&run.id), measurement.identify("another-run"));
}

#[test]
fn the_gaps_of_an_open_load_are_part_of_its_id_where_they_are_not_poissons() {
    let run = example();
    let id = |burstiness: Option<f64>, constant: Option<bool>| {
        let mut open = run.measurements[0].clone();
        open.arrival = Arrival { rate_per_s: Some(5.0), burstiness, constant, ..Arrival::default() };
        open.identify(&run.id)
    };
    let poisson = id(Some(1.0), None);
    assert_eq!(poisson, id(None, None));
    let others = [id(Some(4.0), None), id(Some(0.25), None), id(None, Some(true))];
    assert!(!others.contains(&poisson) && others.iter().collect::<BTreeSet<_>>().len() == 3, "{others:?}");
    // Of a closed load it says nothing.
    let mut closed = run.measurements[0].clone();
    closed.arrival.burstiness = Some(4.0);
    assert_eq!(closed.identify(&run.id), run.measurements[0].identify(&run.id));
}

#[test]
fn an_engine_that_found_more_than_it_looked_up_is_an_error() {
    one_error("$.measurements[0].server.prefix_cache_hit_tokens", "9 found of 8 looked up", |run| {
        let counts = ServerCounts {
            prefix_cache_queried_tokens: Some(8),
            prefix_cache_hit_tokens: Some(9),
            ..ServerCounts::default()
        };
        run.measurements[0].server = Some(counts);
    });
}

/// The errors of the example after `change`, as `path: message`.
fn errors(change: impl FnOnce(&mut Run)) -> Vec<String> {
    let mut run = example();
    change(&mut run);
    for index in 0..run.measurements.len() {
        run.measurements[index].id = run.measurements[index].identify(&run.id);
    }
    let errors = validate(&run, &[], None).into_iter().filter(|it| it.severity == Severity::Error);
    errors.map(|it| it.to_string()).collect()
}

/// That `change` gives one error, at `path`, with `message` in it.
fn one_error(path: &str, message: &str, change: impl FnOnce(&mut Run)) {
    let errors = errors(change);
    assert_eq!(errors.len(), 1, "{path}: {errors:?}");
    assert!(errors[0].starts_with(&format!("{path}: ")) && errors[0].contains(message), "{errors:?}");
}

#[test]
fn names_that_are_no_slugs_are_errors_that_tell_what_is_allowed() {
    let allowed = "use lower-case letters, digits";
    let first = "$.measurements[0]";
    one_error(&format!("{first}.deployment.accelerator"), allowed, |run| {
        run.measurements[0].deployment.accelerator = "../etc".into();
    });
    one_error(&format!("{first}.model.key"), allowed, |run| run.measurements[0].model.key = "A B".into());
    one_error(&format!("{first}.framework.key"), allowed, |run| {
        run.measurements[0].framework.key = "<script>".into();
    });
    one_error(&format!("{first}.precision"), allowed, |run| run.measurements[0].precision = "FP8".into());
    for precision in ["fp8", "w4a16_int4", "mx-fp4", "1.58bit"] {
        assert_eq!(errors(|run| run.measurements[0].precision = precision.into()), Vec::<String>::new());
    }
}

#[test]
fn an_id_that_names_a_page_of_a_month_is_an_error() {
    one_error("$.id", "pages of months", |run| run.id = "in-2026-05".into());
    assert_eq!(errors(|run| run.id = "inside".into()), Vec::<String>::new());
}

#[test]
fn addresses_that_are_not_of_the_web_are_errors() {
    for url in ["javascript:alert(1)", "//evil", "ftp://x", "", "HTTPS://x", "https://x\n/y", "https://a b"] {
        one_error("$.source.url", "", |run| run.source.url = Some(url.into()));
        let change = record::Change { url: Some(url.into()), ..Default::default() };
        one_error("$.changes[0].url", "", |run| run.changes = vec![change]);
    }
    assert_eq!(errors(|run| run.source.url = Some("http://x/runs/1".into())), Vec::<String>::new());
}

#[test]
fn figures_that_only_another_unit_explains_are_errors() {
    let implausible = "implausible: check the unit";
    let first = "$.measurements[0]";
    one_error(&format!("{first}.latency.e2e.max"), implausible, |run| {
        let latency = run.measurements[0].latency.as_mut().expect("latency");
        latency.e2e.as_mut().expect("e2e").max = Some(1.1e7);
    });
    one_error(&format!("{first}.throughput.requests"), implausible, |run| {
        run.measurements[0].throughput.as_mut().expect("throughput").requests = Some(1.1e12);
    });
    one_error(&format!("{first}.power.peak_per_accelerator_w"), implausible, |run| {
        let power = serde_json::json!({"method": "board_telemetry", "peak_per_accelerator_w": 1.1e9});
        run.measurements[0].power = Some(serde_json::from_value(power).expect("power"));
    });
}

#[test]
fn no_throughput_at_all_is_not_ok() {
    let zero = |run: &mut Run| {
        let throughput = serde_json::json!({"input": 0.0, "output": 0.0, "total": 0.0});
        run.measurements[0].throughput = Some(serde_json::from_value(throughput).expect("throughput"));
    };
    one_error("$.measurements[0].throughput.total", "State what failed", zero);
    let failed = |run: &mut Run| {
        zero(run);
        run.measurements[0].outcome = Outcome::Timeout;
    };
    assert_eq!(errors(failed), Vec::<String>::new());
}

#[test]
fn days_before_2015_and_after_2100_are_errors() {
    let day = |text: &str| text.parse().expect("a day");
    one_error("$.date", "2015-01-01 to 2100-01-01", |run| run.date = day("2014-12-31"));
    one_error("$.date_until", "2015-01-01 to 2100-01-01", |run| run.date_until = Some(day("2100-01-02")));
    one_error("$.retracted.when", "", |run| {
        run.retracted =
            Some(record::Retraction { when: day("-000001-01-01"), why: "x".into(), superseded_by: None });
    });
    assert_eq!(errors(|run| run.date = day("2015-01-01")), Vec::<String>::new());
}

#[test]
fn workloads_that_can_t_be_are_errors() {
    let first = "$.measurements[0]";
    let shared = |tokens, share| SharedPrefix { tokens, prefixes: 1, share };
    one_error(&format!("{first}.workload.shared_prefix.share"), "not between 0 and 1", |run| {
        run.measurements[0].workload.shared_prefix = Some(shared(1, 1.5));
    });
    one_error(&format!("{first}.workload.shared_prefix.tokens"), "more than all input tokens", |run| {
        run.measurements[0].workload.input_tokens = Some(10);
        run.measurements[0].workload.shared_prefix = Some(shared(11, 1.0));
    });
    one_error(&format!("{first}.workload.conversation.think_time_s"), "negative", |run| {
        run.measurements[0].workload.conversation = Some(Conversation { turns: 2, think_time_s: -1.0 });
    });
    one_error(&format!("{first}.requests.conforming"), "3 of 2 completed", |run| {
        let requests = Requests { completed: Some(2), conforming: Some(3), ..Requests::default() };
        run.measurements[0].requests = Some(requests);
    });
}
