//! The events of `/v1/responses`.

use serde_json::{Value, json};

/// What comes before any output; `model` is its name as JSON.
pub(super) fn begin(model: &str, call: Option<&str>) -> String {
    let item = match call {
        Some(name) => {
            json!({"type": "function_call", "id": "fc_0", "call_id": "call_0", "name": name, "arguments": ""})
        }
        None => json!({"type": "message", "id": "msg_0", "role": "assistant", "content": []}),
    };
    let mut events =
        event("response.created", &format!(r#""response":{{"id":"resp_0","model":{model},"usage":null}}"#));
    events.push_str(&event("response.output_item.added", &format!(r#""output_index":0,"item":{item}"#)));
    if call.is_none() {
        let part = r#""output_index":0,"content_index":0,"part":{"type":"output_text","text":""}"#;
        events.push_str(&event("response.content_part.added", part));
    }
    events
}

/// Output: `text` as it stands inside of a JSON string.
pub(super) fn delta(text: &str, thinks: bool, calls: bool) -> String {
    let kind = match (thinks, calls) {
        (true, _) => "response.reasoning_text.delta",
        (false, true) => "response.function_call_arguments.delta",
        (false, false) => "response.output_text.delta",
    };
    event(kind, &format!(r#""item_id":"msg_0","output_index":0,"content_index":0,"delta":"{text}""#))
}

/// The end, with the usage.
pub(super) fn end(model: &str, input: u64, output: i64, complete: bool) -> String {
    let (kind, reason) = if complete {
        ("response.completed", Value::Null)
    } else {
        ("response.incomplete", json!({"reason": "max_output_tokens"}))
    };
    let usage = json!({
        "input_tokens": input, "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": output, "total_tokens": input.saturating_add_signed(output),
    });
    event(
        kind,
        &format!(
            r#""response":{{"id":"resp_0","model":{model},"incomplete_details":{reason},"usage":{usage}}}"#
        ),
    )
}

fn event(kind: &str, fields: &str) -> String {
    format!("event: {kind}\ndata: {{\"type\":\"{kind}\",{fields}}}\n\n")
}
