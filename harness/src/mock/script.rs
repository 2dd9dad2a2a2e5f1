//! What the mock answers to a request, rendered once, so that sending a token is one write of ready bytes.

use super::{Fault, Settings};
use serde::Deserialize;
use std::fmt::Write;

/// A completion request, as far as the mock understands it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    pub(crate) model: String,
    prompt: Option<serde_json::Value>,
    messages: Option<Vec<Message>>,
    max_tokens: Option<u32>,
    max_completion_tokens: Option<u32>,
    pub(crate) stream: bool,
    stream_options: Option<StreamOptions>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Message {
    content: Option<serde_json::Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct StreamOptions {
    include_usage: bool,
    continuous_usage_stats: bool,
}

impl Asked {
    /// Tokens of the prompt: one for each word, or the numbers where it is a list of tokens.
    pub(crate) fn input_tokens(&self) -> u64 {
        let messages = self.messages.iter().flatten().filter_map(|message| message.content.as_ref());
        self.prompt.iter().chain(messages).map(words).sum()
    }

    /// Tokens to generate.
    pub(crate) fn output_tokens(&self) -> u32 {
        self.max_completion_tokens.or(self.max_tokens).unwrap_or(16).clamp(1, 1 << 20)
    }
}

fn words(value: &serde_json::Value) -> u64 {
    match value {
        serde_json::Value::String(text) => text.split_ascii_whitespace().count() as u64,
        serde_json::Value::Number(_) => 1,
        serde_json::Value::Array(items) => items.iter().map(words).sum(),
        serde_json::Value::Object(part) => part.get("text").map_or(0, words),
        _ => 0,
    }
}

/// The answer to one request.
#[derive(Debug)]
pub(crate) struct Script {
    chat: bool,
    model: String,
    tokens: u32,
    sent: u32,
    per_chunk: u32,
    reasoning: u32,
    input_tokens: u64,
    usage: bool,
    running_usage: bool,
    pub(crate) role_first: bool,
    pub(crate) fault: Option<Fault>,
    ready: Vec<u8>,
}

/// The head of every answer that streams.
pub(crate) const STREAM_HEAD: &[u8] = b"HTTP/1.1 200 OK\r\nserver: inferencemax-mock\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n";

impl Script {
    /// The answer to `asked`.
    pub(crate) fn new(asked: &Asked, chat: bool, settings: &Settings, fault: Option<Fault>) -> Self {
        let options = asked.stream_options.as_ref();
        let mut script = Self {
            chat,
            model: serde_json::Value::from(asked.model.as_str()).to_string(),
            tokens: asked.output_tokens(),
            sent: 0,
            per_chunk: settings.tokens_per_chunk.max(1),
            reasoning: if chat { settings.reasoning_tokens } else { 0 },
            input_tokens: asked.input_tokens(),
            usage: options.is_some_and(|options| options.include_usage),
            running_usage: settings.running_usage
                || options.is_some_and(|options| options.continuous_usage_stats),
            role_first: chat && settings.role_chunk,
            fault,
            ready: Vec::new(),
        };
        if !script.running_usage && script.reasoning == 0 {
            script.ready = script.render(script.per_chunk, false);
        }
        script
    }

    /// Whether half of the tokens have been sent, where faults strike.
    pub(crate) fn is_half_sent(&self) -> bool {
        self.sent * 2 >= self.tokens
    }

    /// Tokens of the whole answer.
    pub(crate) fn tokens(&self) -> u32 {
        self.tokens
    }

    /// The chunk that only has a role.
    pub(crate) fn role(&self) -> Vec<u8> {
        framed(
            &self.event(r#"{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}"#, ""),
        )
    }

    /// Appends the next chunk's bytes to `out`; the number of its tokens, and whether the answer ends with it.
    pub(crate) fn next(&mut self, out: &mut Vec<u8>) -> (u32, bool) {
        let count = self.per_chunk.min(self.tokens - self.sent);
        let last = self.sent + count == self.tokens;
        if last || self.ready.is_empty() {
            let bytes = self.render(count, last);
            out.extend_from_slice(&bytes);
        } else {
            out.extend_from_slice(&self.ready);
        }
        self.sent += count;
        if last {
            out.extend_from_slice(&self.end());
        }
        (count, last)
    }

    /// An event that carries `count` tokens, framed.
    fn render(&self, count: u32, last: bool) -> Vec<u8> {
        let text = " token".repeat(count as usize);
        let finish = if last { "\"length\"" } else { "null" };
        let choice = match (self.chat, self.sent < self.reasoning) {
            (true, true) => {
                format!(r#"{{"index":0,"delta":{{"reasoning_content":"{text}"}},"finish_reason":{finish}}}"#)
            }
            (true, false) => {
                format!(r#"{{"index":0,"delta":{{"content":"{text}"}},"finish_reason":{finish}}}"#)
            }
            (false, _) => {
                format!(r#"{{"index":0,"text":"{text}","logprobs":null,"finish_reason":{finish}}}"#)
            }
        };
        let usage = if self.running_usage { self.counts(self.sent + count) } else { String::new() };
        framed(&self.event(&choice, &usage))
    }

    /// What follows the last token: usage, `[DONE]`, and the end of the body.
    fn end(&self) -> Vec<u8> {
        let mut events = String::new();
        if self.fault == Some(Fault::NegativeUsage) {
            events.push_str(&self.event("", ",\"usage\":{\"prompt_tokens\":-1,\"completion_tokens\":-2}"));
        } else if self.usage {
            events.push_str(&self.event("", &self.counts(self.tokens)));
        }
        events.push_str("data: [DONE]\n\n");
        let mut bytes = framed(&events);
        bytes.extend_from_slice(b"0\r\n\r\n");
        bytes
    }

    /// The whole answer for a request that doesn't stream.
    pub(crate) fn whole(&self) -> Vec<u8> {
        let text = " token".repeat(self.tokens as usize);
        let choice = if self.chat {
            format!(
                r#"{{"index":0,"message":{{"role":"assistant","content":"{text}"}},"finish_reason":"length"}}"#
            )
        } else {
            format!(r#"{{"index":0,"text":"{text}","finish_reason":"length"}}"#)
        };
        let event = self.event(&choice, &self.counts(self.tokens));
        plain(200, event.trim_start_matches("data: ").trim_end())
    }

    fn counts(&self, output: u32) -> String {
        let (input, total) = (self.input_tokens, self.input_tokens + u64::from(output));
        format!(r#","usage":{{"prompt_tokens":{input},"completion_tokens":{output},"total_tokens":{total}}}"#)
    }

    fn event(&self, choice: &str, usage: &str) -> String {
        let object = if self.chat { "chat.completion.chunk" } else { "text_completion" };
        format!(
            "data: {{\"id\":\"mock-0\",\"object\":\"{object}\",\"created\":0,\"model\":{},\"choices\":[{choice}]{usage}}}\n\n",
            self.model
        )
    }
}

/// `events` as one chunk of a chunked body.
pub(crate) fn framed(events: &str) -> Vec<u8> {
    let mut text = String::with_capacity(events.len() + 16);
    let _ = write!(text, "{:x}\r\n{events}\r\n", events.len());
    text.into_bytes()
}

/// A response that has its length.
pub(crate) fn plain(status: u16, body: &str) -> Vec<u8> {
    let reason = match status {
        200 => "OK",
        400 => "Bad Request",
        401 => "Unauthorized",
        404 => "Not Found",
        429 => "Too Many Requests",
        _ => "Internal Server Error",
    };
    format!(
        "HTTP/1.1 {status} {reason}\r\nserver: inferencemax-mock\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// An error in the shape that OpenAI's interface gives it.
pub(crate) fn error(status: u16, message: &str) -> Vec<u8> {
    plain(status, &serde_json::json!({"error": {"message": message, "code": status}}).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(body: &str) -> Asked {
        serde_json::from_str(body).unwrap()
    }

    #[test]
    fn prompts_are_counted_in_every_form() {
        for (body, tokens) in [
            (r#"{"prompt":"one two  three"}"#, 3),
            (r#"{"prompt":[5,6,7,8]}"#, 4),
            (
                r#"{"messages":[{"role":"user","content":"one two"},{"content":[{"type":"text","text":"three"}]}]}"#,
                3,
            ),
            ("{}", 0),
        ] {
            assert_eq!(asked(body).input_tokens(), tokens, "{body}");
        }
    }

    #[test]
    fn the_tokens_add_up_whatever_the_chunk_size() {
        for per_chunk in [1, 3, 4, 50] {
            let settings = Settings { tokens_per_chunk: per_chunk, ..Settings::default() };
            let request = asked(r#"{"prompt":"a","max_tokens":10,"stream_options":{"include_usage":true}}"#);
            let mut script = Script::new(&request, false, &settings, None);
            let (mut out, mut total) = (Vec::new(), 0);
            loop {
                let (count, last) = script.next(&mut out);
                total += count;
                if last {
                    break;
                }
            }
            let text = String::from_utf8(out).unwrap();
            assert_eq!((total, text.matches(" token").count()), (10, 10), "{text}");
            assert!(text.contains("\"completion_tokens\":10") && text.ends_with("0\r\n\r\n"));
        }
    }
}
