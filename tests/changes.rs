//! `site changes` as anybody would call it.

use std::{
    io::Write,
    process::{Command, Output, Stdio},
};

/// Runs `site changes -` on the input.
fn changes(input: &str, arguments: &[&str]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_site"))
        .args(["changes", "-"])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("site runs");
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("input is read");
    child.wait_with_output().expect("site ends")
}

fn json(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout).expect("JSON on standard output")
}

const STEP: &str = "[100,101,99,100,102,100,99,101,80,81,79,80,82,80,81,79]";

#[test]
fn a_step_is_printed_with_all_its_fields() {
    let output = changes(STEP, &["--format", "json"]);
    assert_eq!(output.status.code(), Some(0));
    let points = json(&output)["change_points"].clone();
    let point = &points[0];
    assert_eq!((points.as_array().map(Vec::len), point["index"].as_u64()), (Some(1), Some(8)));
    assert_eq!((point["class"].as_str(), point["direction"].as_str()), (Some("confirmed"), Some("down")));
    assert_eq!((point["before"].as_f64(), point["after"].as_f64()), (Some(100.0), Some(80.0)));
    assert!(point["interval"][0].as_f64() < Some(0.8) && point["interval"][1].as_f64() > Some(0.8));
    assert!(point["p"].as_f64() < Some(0.001));
    let text = String::from_utf8(changes(STEP, &[]).stdout).expect("text");
    assert!(text.starts_with("8: confirmed, down from 100 to 80"), "{text}");
}

#[test]
fn poor_input_has_a_defined_outcome() {
    for nothing in ["[]", "", "[1]", "[1,2]", "[1,2,3,4,5]", "[3,3,3,3,3,3,3,3,3,3]", "[null,null,null]"] {
        let output = changes(nothing, &["--format", "json"]);
        assert_eq!(output.status.code(), Some(0), "{nothing}");
        assert_eq!(json(&output), serde_json::json!({ "change_points": [] }), "{nothing}");
    }
    for refused in ["{}", "[1,\"x\"]", "[1,", "x,y,z\n1,2,3\n", "1\ninf\n"] {
        let output = changes(refused, &["--format", "json"]);
        assert_eq!(output.status.code(), Some(2), "{refused}");
        assert_eq!(json(&output)["ok"], false, "{refused}");
    }
}

#[test]
fn ten_thousand_points_are_answered() {
    let values: Vec<f64> =
        (0..10_000_u32).map(|at| 100.0 + f64::from(at.wrapping_mul(2_654_435_761) >> 20) / 4096.0).collect();
    let output = changes(&serde_json::to_string(&values).expect("numbers"), &["--format", "json"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(json(&output)["change_points"].is_array());
}
