//! What one event of a completion stream says.

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, SeqAccess, Visitor},
};
use std::fmt;

/// Token counts as the server states them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Usage {
    /// Tokens of the prompt.
    pub(crate) input: Option<u64>,
    /// Tokens generated so far, or in all.
    pub(crate) output: Option<u64>,
    /// Tokens of the prompt that came from a cache.
    pub(crate) cached: Option<u64>,
}

/// One event of a stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Chunk {
    /// Whether it carries output of any kind, by its own content.
    pub(crate) output: bool,
    /// Whether it carries output that isn't reasoning.
    pub(crate) answer: bool,
    /// Output tokens in it, where it lists them.
    pub(crate) tokens: Option<u32>,
    /// Whether it says why generation ended.
    pub(crate) finish: bool,
    /// Token counts.
    pub(crate) usage: Option<Usage>,
    /// The server's own words about what went wrong.
    pub(crate) error: Option<String>,
}

/// What an event's data turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// `[DONE]`.
    Done,
    /// A chunk.
    Chunk(Chunk),
    /// Not JSON, not UTF-8, or JSON of another shape.
    Malformed,
    /// A negative or otherwise impossible token count.
    BadUsage,
}

#[derive(Deserialize)]
struct Wire {
    #[serde(default)]
    choices: Option<Vec<Choice>>,
    #[serde(default)]
    usage: Option<WireUsage>,
    #[serde(default)]
    error: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct Choice {
    #[serde(default)]
    text: Option<Presence>,
    #[serde(default)]
    delta: Option<Delta>,
    #[serde(default)]
    finish_reason: Option<IgnoredAny>,
    #[serde(default)]
    token_ids: Option<Count>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Delta {
    role: Option<IgnoredAny>,
    content: Option<Presence>,
    refusal: Option<Presence>,
    reasoning_content: Option<Presence>,
    reasoning: Option<Presence>,
    tool_calls: Option<Count>,
}

#[derive(Deserialize)]
struct WireUsage {
    #[serde(default)]
    prompt_tokens: Option<serde_json::Number>,
    #[serde(default)]
    completion_tokens: Option<serde_json::Number>,
    #[serde(default)]
    prompt_tokens_details: Option<Details>,
}

#[derive(Deserialize)]
struct Details {
    #[serde(default)]
    cached_tokens: Option<serde_json::Number>,
}

/// Whether a string has anything in it; the string itself is not kept.
#[derive(Clone, Copy)]
pub(super) struct Presence(bool);

impl<'de> Deserialize<'de> for Presence {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Presence;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("text")
            }
            fn visit_str<E>(self, text: &str) -> Result<Presence, E> {
                Ok(Presence(!text.is_empty()))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

/// The length of a list; its items are not kept.
struct Count(u32);

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct List;
        impl<'de> Visitor<'de> for List {
            type Value = Count;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a list")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Count, A::Error> {
                let mut count = 0;
                while items.next_element::<IgnoredAny>()?.is_some() {
                    count += 1;
                }
                Ok(Count(count))
            }
        }
        deserializer.deserialize_seq(List)
    }
}

/// Reads the data of one event.
pub(crate) fn read(data: &[u8]) -> Event {
    if data.trim_ascii() == b"[DONE]" {
        return Event::Done;
    }
    // serde would take a list for a struct, field by field.
    if data.trim_ascii_start().first() != Some(&b'{') {
        return Event::Malformed;
    }
    let Ok(wire) = serde_json::from_slice::<Wire>(data) else { return Event::Malformed };
    let mut chunk = Chunk { error: wire.error.map(|error| message(&error)), ..Chunk::default() };
    for choice in wire.choices.iter().flatten() {
        choose(choice, &mut chunk);
    }
    if let Some(usage) = wire.usage {
        let Some(usage) = counts(&usage) else { return Event::BadUsage };
        chunk.usage = Some(usage);
    }
    Event::Chunk(chunk)
}

fn choose(choice: &Choice, chunk: &mut Chunk) {
    let filled = |text: Option<Presence>| text.is_some_and(|text| text.0);
    let finish = choice.finish_reason.is_some();
    chunk.finish |= finish;
    if let Some(count) = &choice.token_ids {
        chunk.tokens = Some(chunk.tokens.unwrap_or(0) + count.0);
        chunk.output |= count.0 > 0;
    }
    if let Some(delta) = &choice.delta {
        let calls = delta.tool_calls.as_ref().is_some_and(|calls| calls.0 > 0);
        let answer = filled(delta.content) || filled(delta.refusal) || calls;
        let reasoning = filled(delta.reasoning_content) || filled(delta.reasoning);
        // A token may decode to no text yet (half a character). A delta that only has a role, or only the end, has none.
        let silent = delta.role.is_none() && !finish && delta.content.is_some();
        chunk.output |= answer || reasoning || silent;
        chunk.answer |= answer || (silent && !reasoning);
    }
    if let Some(text) = choice.text {
        chunk.output |= text.0 || !finish;
        chunk.answer |= text.0 || !finish;
    }
}

/// The counts of a usage object; none when one of them can't be a count.
fn counts(usage: &WireUsage) -> Option<Usage> {
    let cached = usage.prompt_tokens_details.as_ref().and_then(|details| details.cached_tokens.as_ref());
    Some(Usage {
        input: whole(usage.prompt_tokens.as_ref())?,
        output: whole(usage.completion_tokens.as_ref())?,
        cached: whole(cached)?,
    })
}

/// A count that may be missing; none when it is there and can't be one.
pub(super) fn whole(number: Option<&serde_json::Number>) -> Option<Option<u64>> {
    number.map_or(Some(None), |number| number.as_u64().map(Some))
}

/// The text of an error object, of whatever shape, in one line of at most 300 characters.
pub(crate) fn message(error: &serde_json::Value) -> String {
    let nested = error.get("error").unwrap_or(error);
    let text = (nested.get("message").or_else(|| nested.get("detail")).unwrap_or(nested).as_str())
        .map_or_else(|| nested.to_string(), str::to_owned);
    plain(&text)
}

/// Somebody's words fit for a terminal and a record: on one line, without control characters, and not too many.
pub(crate) fn plain(text: &str) -> String {
    let shown: String =
        text.chars().filter(|letter| letter.is_whitespace() || !letter.is_control()).collect();
    shown.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(300).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebodys_words_are_one_short_line_without_control_characters() {
        assert_eq!(plain("no\u{1b}[31m  memory\r\nleft\0"), "no[31m memory left");
        assert_eq!(plain(&"a".repeat(1000)).len(), 300);
    }

    /// (data, output, answer, finish)
    const FORMS: &[(&str, bool, bool, bool)] = &[
        // Role-only first chunks, of vLLM, SGLang and OpenAI.
        (
            r#"{"choices":[{"delta":{"role":"assistant","content":""},"finish_reason":null}]}"#,
            false,
            false,
            false,
        ),
        (r#"{"choices":[{"delta":{"role":"assistant","content":null}}]}"#, false, false, false),
        (r#"{"choices":[{"delta":{"role":"assistant"}}]}"#, false, false, false),
        // A role on a chunk that has text counts.
        (r#"{"choices":[{"delta":{"role":"assistant","content":"Hi"}}]}"#, true, true, false),
        (r#"{"choices":[{"delta":{"content":"two tokens"}}]}"#, true, true, false),
        // Half a character: a token without text.
        (r#"{"choices":[{"delta":{"content":""},"finish_reason":null}]}"#, true, true, false),
        // Reasoning, under both names.
        (r#"{"choices":[{"delta":{"reasoning_content":"hm"}}]}"#, true, false, false),
        (r#"{"choices":[{"delta":{"reasoning":"hm","content":null}}]}"#, true, false, false),
        (r#"{"choices":[{"delta":{"content":"","reasoning_content":"hm"}}]}"#, true, false, false),
        // Tool calls.
        (
            r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{"}}]}}]}"#,
            true,
            true,
            false,
        ),
        (r#"{"choices":[{"delta":{"tool_calls":[],"content":null}}]}"#, false, false, false),
        // The end, with and without a last token.
        (r#"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#, false, false, true),
        (r#"{"choices":[{"delta":{"content":""},"finish_reason":"length"}]}"#, false, false, true),
        (r#"{"choices":[{"delta":{"content":"."},"finish_reason":"length"}]}"#, true, true, true),
        // Completions.
        (r#"{"choices":[{"text":" a","finish_reason":null}]}"#, true, true, false),
        (r#"{"choices":[{"text":"","finish_reason":null}]}"#, true, true, false),
        (r#"{"choices":[{"text":"","finish_reason":"stop"}]}"#, false, false, true),
        // Usage alone.
        (r#"{"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":3}}"#, false, false, false),
        (r#"{"choices":null,"usage":{"prompt_tokens":7,"completion_tokens":3}}"#, false, false, false),
    ];

    #[test]
    fn every_form_of_chunk_says_what_it_carries() {
        for (data, output, answer, finish) in FORMS {
            let Event::Chunk(chunk) = read(data.as_bytes()) else { panic!("{data}") };
            assert_eq!((chunk.output, chunk.answer, chunk.finish), (*output, *answer, *finish), "{data}");
        }
    }

    #[test]
    fn token_lists_and_usage_are_counted() {
        let Event::Chunk(chunk) = read(br#"{"choices":[{"text":"abc","token_ids":[1,2,3]}]}"#) else {
            panic!()
        };
        assert_eq!(chunk.tokens, Some(3));
        let data = br#"{"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":3,"prompt_tokens_details":{"cached_tokens":2}}}"#;
        let Event::Chunk(chunk) = read(data) else { panic!() };
        assert_eq!(chunk.usage, Some(Usage { input: Some(7), output: Some(3), cached: Some(2) }));
        let Event::Chunk(chunk) = read(br#"{"choices":[],"usage":null}"#) else { panic!() };
        assert_eq!(chunk.usage, None);
    }

    #[test]
    fn what_can_t_be_is_named() {
        for data in [
            &b"{"[..],
            b"\xff\xfe",
            b"[]",
            b"{\"choices\":[{\"text\":\"\xff\"}]}",
            b"{\"choices\":[{\"text\":5}]}",
        ] {
            assert_eq!(read(data), Event::Malformed, "{}", String::from_utf8_lossy(data));
        }
        for usage in [r#"{"completion_tokens":-3}"#, r#"{"prompt_tokens":1.5}"#] {
            assert_eq!(read(format!(r#"{{"usage":{usage}}}"#).as_bytes()), Event::BadUsage);
        }
        assert_eq!(read(b"[DONE]"), Event::Done);
        assert_eq!(read(b" [DONE] "), Event::Done);
        let Event::Chunk(chunk) = read(br#"{"error":{"message":"out of\n memory","code":500}}"#) else {
            panic!()
        };
        assert_eq!(chunk.error.as_deref(), Some("out of memory"));
    }
}
