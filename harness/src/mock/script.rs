//! What the mock answers to a request, rendered once, so that sending a token is one write of ready bytes.

use super::{
    Fault, Settings,
    asked::{Asked, Document},
    responses,
};
use crate::protocol::Interface;
use std::fmt::Write;

/// The answer to one request.
#[derive(Debug)]
pub(crate) struct Script {
    interface: Interface,
    model: String,
    tokens: u32,
    sent: u32,
    per_chunk: u32,
    reasoning: u32,
    input_tokens: u64,
    usage: bool,
    running_usage: bool,
    /// A document to write, a piece for each token, instead of the same word again and again.
    document: Option<Document>,
    pub(crate) role_first: bool,
    pub(crate) fault: Option<Fault>,
    ready: Vec<u8>,
}

/// The head of every answer that streams.
pub(crate) const STREAM_HEAD: &[u8] = b"HTTP/1.1 200 OK\r\nserver: inferencemax-mock\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n";

impl Script {
    /// The answer to `asked`.
    pub(crate) fn new(
        asked: &Asked,
        interface: Interface,
        settings: &Settings,
        fault: Option<Fault>,
    ) -> Self {
        let document = asked.document(interface, fault == Some(Fault::OffSchema));
        let most = asked.output_tokens();
        let mut script = Self {
            interface,
            model: serde_json::Value::from(asked.model.as_str()).to_string(),
            tokens: document.as_ref().map_or(most, |document| document.tokens().min(most)),
            sent: 0,
            per_chunk: settings.tokens_per_chunk.max(1),
            reasoning: if interface.has_messages() { settings.reasoning_tokens } else { 0 },
            input_tokens: asked.input_tokens(),
            usage: asked.wants_usage() || interface == Interface::Responses,
            running_usage: (settings.running_usage || asked.wants_running_usage())
                && interface != Interface::Responses,
            document,
            role_first: interface == Interface::Responses
                || (interface == Interface::Chat && settings.role_chunk),
            fault,
            ready: Vec::new(),
        };
        if !script.running_usage && script.reasoning == 0 && script.document.is_none() {
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

    /// What comes at once and carries no output: a role, or that a response has begun.
    pub(crate) fn role(&self) -> Vec<u8> {
        if self.interface == Interface::Responses {
            return framed(&responses::begin(&self.model, self.call()));
        }
        framed(
            &self.event(r#"{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}"#, ""),
        )
    }

    /// The function that it calls, if it does.
    fn call(&self) -> Option<&str> {
        self.document.as_ref()?.call.as_deref()
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
        // As it stands between the quotes of a JSON string.
        let text = match &self.document {
            Some(document) => document.pieces(self.sent, count),
            None => " token".repeat(count as usize),
        };
        let thinks = self.sent < self.reasoning;
        let finish = if last { self.finish() } else { "null" };
        let choice = match (self.interface, self.call()) {
            (Interface::Responses, call) => return framed(&responses::delta(&text, thinks, call.is_some())),
            (Interface::Chat, _) if thinks => {
                format!(r#"{{"index":0,"delta":{{"reasoning_content":"{text}"}},"finish_reason":{finish}}}"#)
            }
            (Interface::Chat, Some(name)) => {
                let (begin, name) = if self.sent == 0 {
                    (r#""id":"call_0","type":"function","#, format!(r#""name":"{name}","#))
                } else {
                    ("", String::new())
                };
                format!(
                    r#"{{"index":0,"delta":{{"tool_calls":[{{"index":0,{begin}"function":{{{name}"arguments":"{text}"}}}}]}},"finish_reason":{finish}}}"#
                )
            }
            (Interface::Chat, None) => {
                format!(r#"{{"index":0,"delta":{{"content":"{text}"}},"finish_reason":{finish}}}"#)
            }
            (Interface::Completions, _) => {
                format!(r#"{{"index":0,"text":"{text}","logprobs":null,"finish_reason":{finish}}}"#)
            }
        };
        let usage = if self.running_usage { self.counts(self.sent + count) } else { String::new() };
        framed(&self.event(&choice, &usage))
    }

    /// Why it ends, as JSON.
    fn finish(&self) -> &'static str {
        match &self.document {
            Some(document) if document.tokens() > self.tokens => "\"length\"",
            Some(document) if document.call.is_some() => "\"tool_calls\"",
            Some(_) => "\"stop\"",
            None => "\"length\"",
        }
    }

    /// What follows the last token: usage, `[DONE]`, and the end of the body.
    fn end(&self) -> Vec<u8> {
        let mut events = String::new();
        if self.interface == Interface::Responses {
            let negative = self.fault == Some(Fault::NegativeUsage);
            let output = if negative { -2 } else { i64::from(self.tokens) };
            let complete = self.finish() != "\"length\"";
            events.push_str(&responses::end(&self.model, self.input_tokens, output, complete));
        } else {
            if self.fault == Some(Fault::NegativeUsage) {
                events
                    .push_str(&self.event("", ",\"usage\":{\"prompt_tokens\":-1,\"completion_tokens\":-2}"));
            } else if self.usage {
                events.push_str(&self.event("", &self.counts(self.tokens)));
            }
            events.push_str("data: [DONE]\n\n");
        }
        let mut bytes = framed(&events);
        bytes.extend_from_slice(b"0\r\n\r\n");
        bytes
    }

    /// The whole answer for a request that doesn't stream.
    pub(crate) fn whole(&self) -> Vec<u8> {
        let text = " token".repeat(self.tokens as usize);
        let choice = if self.interface.has_messages() {
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
        let object =
            if self.interface == Interface::Chat { "chat.completion.chunk" } else { "text_completion" };
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
    fn the_tokens_add_up_whatever_the_chunk_size() {
        for per_chunk in [1, 3, 4, 50] {
            let settings = Settings { tokens_per_chunk: per_chunk, ..Settings::default() };
            let request = asked(r#"{"prompt":"a","max_tokens":10,"stream_options":{"include_usage":true}}"#);
            let mut script = Script::new(&request, Interface::Completions, &settings, None);
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
