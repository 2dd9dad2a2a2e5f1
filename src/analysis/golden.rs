//! Reference data for tests: a small committed part, which every test looks at, and the whole of it where the project's shared
//! folder is at hand.

use serde_json::Value;
use std::{io::Write, path::Path};

/// A committed fixture.
pub(crate) fn fixture(name: &str) -> Value {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/analysis").join(name);
    let bytes = std::fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    serde_json::from_slice(&bytes).expect("a fixture is JSON")
}

/// A file of the shared change-point data; `None`, with a line that says so, where that folder isn't.
pub(crate) fn shared(name: &str) -> Option<Value> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/changepoints").join(name);
    let Ok(bytes) = std::fs::read(&file) else {
        // Past the test harness, which would keep what a test prints to itself.
        let _ = writeln!(std::io::stderr(), "left out: {} is not there", file.display());
        return None;
    };
    Some(serde_json::from_slice(&bytes).expect("shared data is JSON"))
}

/// The numbers of a JSON array.
pub(crate) fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("an array").iter().map(|number| number.as_f64().expect("a number")).collect()
}

/// The whole numbers of a JSON array.
pub(crate) fn indices(value: &Value) -> Vec<usize> {
    let index = |number: &Value| number.as_u64().expect("an index") as usize;
    value.as_array().expect("an array").iter().map(index).collect()
}

/// The elements of a JSON array.
pub(crate) fn elements(value: &Value) -> &[Value] {
    value.as_array().expect("an array")
}

/// The number, NaN for null.
pub(crate) fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or(f64::NAN)
}
