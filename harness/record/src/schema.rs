//! The JSON Schema of a run, generated from the types.

use crate::Run;

/// The JSON Schema (draft 2020-12) of a run in the current version. It is committed as
/// `harness/record/schema/record-1.json` and published at `/schema/record-1.json`.
pub fn json_schema() -> serde_json::Value {
    let mut schema = schemars::schema_for!(Run).to_value();
    if let Some(object) = schema.as_object_mut() {
        object.insert("$id".into(), "https://inferencemax.ai/schema/record-1.json".into());
        object.insert("title".into(), "InferenceMAX run record, version 1".into());
    }
    schema
}
