//! Older versions of the record, made current one step at a time.

use serde_json::{Map, Value};

/// The version that this crate writes.
pub const RECORD_VERSION: u32 = 1;

/// Brings `record` from `version` to [`RECORD_VERSION`]. The caller has checked that the version is one we know.
pub(crate) fn upgrade(mut record: Value, version: u32) -> Value {
    if version < 1 {
        record = from_draft(record);
    }
    record
}

/// Version 0 was the draft before the first release. It wrote upstream's short names (`isl`, `osl`, `conc`, `e2el`)
/// and counted accelerators in a field called `gpus`.
fn from_draft(mut record: Value) -> Value {
    record["record_version"] = 1.into();
    let measurements = record.get_mut("measurements").and_then(Value::as_array_mut);
    for measurement in measurements.into_iter().flatten().filter_map(Value::as_object_mut) {
        rename_within(measurement, "workload", "isl", "input_tokens");
        rename_within(measurement, "workload", "osl", "output_tokens");
        rename_within(measurement, "arrival", "conc", "concurrency");
        rename_within(measurement, "latency", "e2el", "e2e");
        rename_within(measurement, "deployment", "gpus", "accelerators");
    }
    record
}

fn rename_within(parent: &mut Map<String, Value>, object: &str, old: &str, new: &str) {
    if let Some(object) = parent.get_mut(object).and_then(Value::as_object_mut)
        && let Some(value) = object.remove(old)
    {
        object.insert(new.to_owned(), value);
    }
}
