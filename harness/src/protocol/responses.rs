//! What one event of `/v1/responses` says. Its events have types, and its stream has no `[DONE]` of its own: it ends with
//! `response.completed`, `response.incomplete` or `response.failed`.

use super::chunk::{self, Chunk, Event, Presence, Usage, message};
use serde::Deserialize;
use serde_json::{Number, Value};
use std::borrow::Cow;

#[derive(Deserialize)]
struct Typed<'a> {
    #[serde(borrow, default, rename = "type")]
    kind: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Delta {
    #[serde(default)]
    delta: Option<Presence>,
}

#[derive(Deserialize)]
struct End {
    #[serde(default)]
    response: Option<Response>,
}

#[derive(Deserialize)]
struct Response {
    #[serde(default)]
    usage: Option<WireUsage>,
    #[serde(default)]
    error: Option<Value>,
}

#[derive(Deserialize)]
struct WireUsage {
    #[serde(default)]
    input_tokens: Option<Number>,
    #[serde(default)]
    output_tokens: Option<Number>,
    #[serde(default)]
    input_tokens_details: Option<Details>,
}

#[derive(Deserialize)]
struct Details {
    #[serde(default)]
    cached_tokens: Option<Number>,
}

/// Reads the data of one event.
pub(crate) fn read(data: &[u8]) -> Event {
    if data.trim_ascii() == b"[DONE]" {
        return Event::Done;
    }
    if data.trim_ascii_start().first() != Some(&b'{') {
        return Event::Malformed;
    }
    let Ok(typed) = serde_json::from_slice::<Typed<'_>>(data) else { return Event::Malformed };
    match typed.kind.as_ref() {
        "response.completed" | "response.incomplete" => end(data),
        "response.failed" | "error" => Event::Chunk(Chunk { error: Some(words(data)), ..Chunk::default() }),
        kind if kind.ends_with(".delta") => delta(kind, data),
        // Something begins, is under way or is repeated as a whole: no output of its own.
        _ => Event::Chunk(Chunk::default()),
    }
}

/// Output: text, a refusal, the arguments of a call, or reasoning.
fn delta(kind: &str, data: &[u8]) -> Event {
    let Ok(wire) = serde_json::from_slice::<Delta>(data) else { return Event::Malformed };
    // A delta without text is a token that decodes to none yet.
    let output = wire.delta.is_some();
    let answer = output && !kind.starts_with("response.reasoning");
    Event::Chunk(Chunk { output, answer, ..Chunk::default() })
}

fn end(data: &[u8]) -> Event {
    let Ok(wire) = serde_json::from_slice::<End>(data) else { return Event::Malformed };
    let usage = match wire.response.and_then(|response| response.usage) {
        None => None,
        Some(usage) => match counts(&usage) {
            None => return Event::BadUsage,
            counts => counts,
        },
    };
    Event::Chunk(Chunk { finish: true, usage, ..Chunk::default() })
}

fn counts(usage: &WireUsage) -> Option<Usage> {
    let cached = usage.input_tokens_details.as_ref().and_then(|details| details.cached_tokens.as_ref());
    Some(Usage {
        input: chunk::whole(usage.input_tokens.as_ref())?,
        output: chunk::whole(usage.output_tokens.as_ref())?,
        cached: chunk::whole(cached)?,
    })
}

/// The server's own words about what went wrong: in the response of `response.failed`, or in the event itself.
fn words(data: &[u8]) -> String {
    let error = serde_json::from_slice::<End>(data).ok().and_then(|wire| wire.response?.error);
    let event = || serde_json::from_slice::<Value>(data).unwrap_or_default();
    message(&error.unwrap_or_else(event))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_of_event_says_what_it_carries() {
        for (data, output, answer, finish) in [
            (r#"{"type":"response.created","response":{"id":"r","usage":null}}"#, false, false, false),
            (r#"{"type":"response.in_progress","response":{}}"#, false, false, false),
            (r#"{"type":"response.output_item.added","item":{"type":"message"}}"#, false, false, false),
            (r#"{"type":"response.content_part.added","part":{"text":""}}"#, false, false, false),
            (r#"{"type":"response.output_text.delta","delta":" a"}"#, true, true, false),
            (r#"{"type":"response.output_text.delta","delta":""}"#, true, true, false),
            (r#"{"type":"response.refusal.delta","delta":"no"}"#, true, true, false),
            (r#"{"type":"response.function_call_arguments.delta","delta":"{"}"#, true, true, false),
            (r#"{"type":"response.reasoning_text.delta","delta":"hm"}"#, true, false, false),
            (r#"{"type":"response.reasoning_summary_text.delta","delta":"hm"}"#, true, false, false),
            // The whole text again is not output.
            (r#"{"type":"response.output_text.done","text":" a b"}"#, false, false, false),
            (r#"{"type":"response.completed","response":{}}"#, false, false, true),
            (r#"{"type":"response.incomplete","response":{"usage":null}}"#, false, false, true),
            (r#"{"type":"something.new"}"#, false, false, false),
        ] {
            let Event::Chunk(chunk) = read(data.as_bytes()) else { panic!("{data}") };
            assert_eq!((chunk.output, chunk.answer, chunk.finish), (output, answer, finish), "{data}");
        }
    }

    #[test]
    fn usage_errors_and_nonsense_are_told_apart() {
        let data = br#"{"type":"response.completed","response":{"usage":{"input_tokens":7,"output_tokens":3,"input_tokens_details":{"cached_tokens":2}}}}"#;
        let Event::Chunk(chunk) = read(data) else { panic!() };
        assert_eq!(chunk.usage, Some(Usage { input: Some(7), output: Some(3), cached: Some(2) }));
        let data = br#"{"type":"response.completed","response":{"usage":{"output_tokens":-1}}}"#;
        assert_eq!(read(data), Event::BadUsage);
        for data in [
            &br#"{"type":"error","message":"no memory"}"#[..],
            br#"{"type":"response.failed","response":{"error":{"message":"no memory"}}}"#,
        ] {
            let Event::Chunk(chunk) = read(data) else { panic!() };
            assert_eq!(chunk.error.as_deref(), Some("no memory"));
        }
        for data in [&b"{"[..], b"[]", b"\xff", br#"{"type":"response.output_text.delta","delta":5}"#] {
            assert_eq!(read(data), Event::Malformed, "{}", String::from_utf8_lossy(data));
        }
        assert_eq!(read(b"[DONE]"), Event::Done);
    }
}
