//! The contract as others meet it: bytes in, bytes out.

use record::{Outcome, Run, Severity, json_schema, read, validate};
use std::path::Path;

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
    run.measurements[1].outcome = Outcome::Ok;
    run.measurements[1].throughput = None;
    run.measurements[1].latency = None;
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
