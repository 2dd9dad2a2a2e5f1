//! The answer to one request, from its first byte to its end.

use super::{
    Interface,
    chunk::{self, Chunk, Event, Usage},
    response::{Decoder, Head, ResponseError},
    responses,
    sse::Splitter,
};
use crate::clock::Nanos;

/// How much of a body that is no event stream is kept, for the error message in it.
const MAXIMUM_PLAIN_BODY: usize = 16 << 10;

/// How much is kept of a body that was asked for as a whole.
const MAXIMUM_WHOLE_BODY: usize = 64 << 20;

/// How much of an answer's events is kept for those who want to know what it said.
const MAXIMUM_KEPT: usize = 4 << 20;

/// How an answer is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// As a stream of this interface's events; whether the events are kept.
    Stream {
        /// Whose events.
        interface: Interface,
        /// For [`super::Said`], after the answer's end.
        keep: bool,
    },
    /// As a body.
    Whole,
}

/// Why an answer is not a completed one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A status other than 200, with the server's own words.
    Status(u16, String),
    /// The server's own error in the stream.
    Server(String),
    /// Not HTTP, or broken framing.
    NotHttp,
    /// A line, an event or a head beyond all measure.
    TooLong,
    /// 200, but no event stream.
    NotAStream,
    /// An event that is not JSON of the expected shape, or not UTF-8.
    Malformed,
    /// A token count that can't be.
    BadUsage,
    /// The connection or the body ended before the stream did.
    Truncated,
    /// The stream ended, and no chunk of it carried output.
    NoOutput,
}

/// A chunk that carried output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Output {
    /// Its arrival.
    pub(crate) at: Nanos,
    /// The tokens in it, where the server says.
    pub(crate) tokens: Option<u32>,
}

/// Reads an answer as its bytes come.
#[derive(Debug)]
pub(crate) struct Answer {
    reading: Reading,
    decoder: Decoder,
    splitter: Splitter,
    plain: Vec<u8>,
    /// The chunks that carried output, in order.
    pub(crate) outputs: Vec<Output>,
    /// Arrival of the first output that isn't reasoning.
    pub(crate) first_answer: Option<Nanos>,
    /// The server's last word on token counts.
    pub(crate) usage: Usage,
    /// The data of each event, a line each, where they are kept.
    pub(crate) events: Vec<u8>,
    done: bool,
    finished: bool,
    fault: Option<Fault>,
}

impl Answer {
    /// An answer of which nothing has come yet; about `expected` chunks will.
    pub(crate) fn new(expected: usize, reading: Reading) -> Self {
        Self {
            reading,
            decoder: Decoder::new(),
            splitter: Splitter::default(),
            plain: Vec::new(),
            outputs: Vec::with_capacity(expected.min(1 << 16)),
            first_answer: None,
            usage: Usage::default(),
            events: Vec::new(),
            done: false,
            finished: false,
            fault: None,
        }
    }

    /// Takes in bytes that arrived at `at`. The fault is one after which the connection is of no use.
    pub(crate) fn feed(&mut self, bytes: &[u8], at: Nanos) -> Result<(), Fault> {
        // The decoder is taken out so that its callback may change the rest; an untouched one takes no memory.
        let mut decoder = std::mem::replace(&mut self.decoder, Decoder::new());
        let is_stream = decoder.head().map(has_events);
        let result = match is_stream {
            Some(is_stream) => decoder.feed(bytes, &mut |body| self.body(body, is_stream, at)),
            // The head may end in these bytes, so the body is held back until its kind is known.
            None => {
                let mut early = Vec::new();
                let result = decoder.feed(bytes, &mut |body| early.extend_from_slice(body));
                let is_stream = decoder.head().is_some_and(has_events);
                self.body(&early, is_stream, at);
                result
            }
        };
        self.decoder = decoder;
        result.map_err(|error| match error {
            ResponseError::HeadTooLong => Fault::TooLong,
            ResponseError::NotHttp | ResponseError::BadChunk | ResponseError::Surplus => Fault::NotHttp,
        })?;
        self.fatal()
    }

    /// Takes in a head that came by itself, as in HTTP/2.
    pub(crate) fn begin(&mut self, head: Head) {
        self.decoder.begin(head);
    }

    /// Takes in a piece of the body that came by itself, at `at`.
    pub(crate) fn feed_body(&mut self, bytes: &[u8], at: Nanos) -> Result<(), Fault> {
        let is_stream = self.decoder.head().is_some_and(has_events);
        self.body(bytes, is_stream, at);
        self.fatal()
    }

    /// The body has ended by other means than its own framing.
    pub(crate) fn finish(&mut self) {
        self.decoder.finish();
    }

    /// The fault so far, if nothing that may follow it is of any use.
    fn fatal(&self) -> Result<(), Fault> {
        match &self.fault {
            Some(fault @ (Fault::TooLong | Fault::Malformed | Fault::BadUsage | Fault::Server(_))) => {
                Err(fault.clone())
            }
            _ => Ok(()),
        }
    }

    /// Whether no byte of an answer has come.
    pub(crate) fn is_untouched(&self) -> bool {
        self.decoder.is_untouched()
    }

    /// Whether the answer has ended by its own framing.
    pub(crate) fn is_complete(&self) -> bool {
        self.decoder.is_complete()
    }

    /// Whether `[DONE]` has come.
    pub(crate) fn is_done(&self) -> bool {
        self.done
    }

    /// Whether the connection can carry another request after this answer.
    pub(crate) fn keeps_alive(&self) -> bool {
        self.decoder.is_complete() && self.decoder.head().is_some_and(|head| head.keep_alive)
    }

    /// The response's head.
    pub(crate) fn head(&self) -> Option<&Head> {
        self.decoder.head()
    }

    /// What came instead of an event stream.
    pub(crate) fn plain_body(&self) -> &[u8] {
        &self.plain
    }

    /// What is wrong with the answer, now that nothing more of it will come.
    pub(crate) fn verdict(&mut self) -> Option<Fault> {
        if let Some(fault) = self.fault.take() {
            return Some(fault);
        }
        let Some(head) = self.decoder.head() else { return Some(Fault::Truncated) };
        if head.status != 200 {
            let words = serde_json::from_slice(&self.plain).map_or_else(
                |_| chunk::plain(&String::from_utf8_lossy(&self.plain)),
                |value| chunk::message(&value),
            );
            return Some(Fault::Status(head.status, words));
        }
        if self.reading == Reading::Whole {
            return (!self.is_complete() && !self.decoder.ends_with_connection()).then_some(Fault::Truncated);
        }
        if !head.event_stream {
            return Some(Fault::NotAStream);
        }
        let ended =
            self.done || (self.finished && (self.is_complete() || self.decoder.ends_with_connection()));
        match (ended, self.outputs.is_empty()) {
            (false, _) => Some(Fault::Truncated),
            (true, true) => Some(Fault::NoOutput),
            (true, false) => None,
        }
    }

    fn body(&mut self, bytes: &[u8], is_stream: bool, at: Nanos) {
        if !is_stream {
            let most = if self.reading == Reading::Whole { MAXIMUM_WHOLE_BODY } else { MAXIMUM_PLAIN_BODY };
            let room = most.saturating_sub(self.plain.len());
            self.plain.extend_from_slice(&bytes[..bytes.len().min(room)]);
            return;
        }
        let mut splitter = std::mem::take(&mut self.splitter);
        if splitter.feed(bytes, &mut |data| self.event(data, at)).is_err() {
            self.fault = Some(Fault::TooLong);
        }
        self.splitter = splitter;
    }

    fn event(&mut self, data: &[u8], at: Nanos) {
        let Reading::Stream { interface, keep } = self.reading else { return };
        if keep && self.events.len() + data.len() < MAXIMUM_KEPT {
            // A line feed inside of an event's data is white space between JSON's tokens.
            self.events.extend(data.iter().map(|byte| if *byte == b'\n' { b' ' } else { *byte }));
            self.events.push(b'\n');
        }
        let event = match interface {
            Interface::Responses => responses::read(data),
            Interface::Completions | Interface::Chat => chunk::read(data),
        };
        match event {
            Event::Done => self.done = true,
            Event::Malformed => self.fault = Some(Fault::Malformed),
            Event::BadUsage => self.fault = Some(Fault::BadUsage),
            Event::Chunk(Chunk { error: Some(words), .. }) => self.fault = Some(Fault::Server(words)),
            Event::Chunk(chunk) => self.chunk(&chunk, at),
        }
    }

    fn chunk(&mut self, chunk: &Chunk, at: Nanos) {
        let before = self.usage.output;
        if let Some(usage) = chunk.usage {
            self.usage = usage;
        }
        self.finished |= chunk.finish;
        // With a running usage the count's growth is the number of tokens, even where the chunk has no text.
        let grown = match (before, chunk.usage.and_then(|usage| usage.output)) {
            (Some(before), Some(now)) => Some(now.saturating_sub(before)),
            (None, Some(now)) if self.outputs.is_empty() => Some(now),
            _ => None,
        };
        let tokens = chunk.tokens.or_else(|| grown.and_then(|grown| u32::try_from(grown).ok()));
        if chunk.output || (tokens.is_some_and(|tokens| tokens > 0) && !chunk.finish && before.is_some()) {
            self.outputs.push(Output { at, tokens: tokens.filter(|tokens| *tokens > 0) });
        }
        if chunk.answer && self.first_answer.is_none() {
            self.first_answer = Some(at);
        }
    }
}

fn has_events(head: &Head) -> bool {
    head.status == 200 && head.event_stream
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CHAT: Reading = Reading::Stream { interface: Interface::Chat, keep: false };
    const HEAD: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";

    fn answer(events: &[&str]) -> Answer {
        let mut answer = Answer::new(4, CHAT);
        let _ = answer.feed(HEAD.as_bytes(), 1);
        for (index, event) in events.iter().enumerate() {
            let _ = answer.feed(format!("data: {event}\n\n").as_bytes(), 10 + index as Nanos);
        }
        answer
    }

    fn text(words: &str) -> String {
        format!(r#"{{"choices":[{{"delta":{{"content":"{words}"}}}}]}}"#)
    }

    const ROLE: &str = r#"{"choices":[{"delta":{"role":"assistant","content":""}}]}"#;
    const THINK: &str = r#"{"choices":[{"delta":{"reasoning_content":"hm"}}]}"#;
    const END: &str = r#"{"choices":[{"delta":{},"finish_reason":"length"}]}"#;
    const USAGE: &str = r#"{"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":2}}"#;

    #[test]
    fn only_output_is_output() {
        let mut answer = answer(&[ROLE, THINK, &text("a"), END, USAGE, "[DONE]"]);
        let times: Vec<Nanos> = answer.outputs.iter().map(|output| output.at).collect();
        assert_eq!((times, answer.first_answer), (vec![11, 12], Some(12)));
        assert_eq!(answer.usage.output, Some(2));
        assert_eq!(answer.verdict(), None);
    }

    #[test]
    fn a_running_usage_tells_the_tokens_of_each_chunk() {
        let with = |words: &str, count: u32| {
            let text = text(words);
            let open = text.strip_suffix('}').unwrap();
            format!(r#"{open},"usage":{{"prompt_tokens":7,"completion_tokens":{count}}}}}"#)
        };
        let answer = answer(&[&with("a", 1), &with("b c", 3), &with("", 4), END, USAGE]);
        let tokens: Vec<_> = answer.outputs.iter().map(|output| output.tokens).collect();
        assert_eq!(tokens, [Some(1), Some(2), Some(1)]);
    }

    /// A real engine's answer, its interface, its tokens in and out, those from a cache, and its chunks with output.
    type Captured = (&'static [u8], Interface, [Option<u64>; 3], usize);

    const CAPTURED: [Captured; 5] = [
        (
            include_bytes!("../../tests/fixtures/streams/vllm-0.32.0-completions.http"),
            Interface::Completions,
            [Some(3), Some(4), None],
            4,
        ),
        (
            include_bytes!("../../tests/fixtures/streams/vllm-0.32.0-chat.http"),
            Interface::Chat,
            [Some(11), Some(4), None],
            4,
        ),
        (
            // Two of its four tokens came in one event.
            include_bytes!("../../tests/fixtures/streams/vllm-0.32.0-responses.http"),
            Interface::Responses,
            [Some(12), Some(4), Some(0)],
            3,
        ),
        (
            include_bytes!("../../tests/fixtures/streams/llamacpp-11549-completions.http"),
            Interface::Completions,
            [Some(20), Some(4), Some(19)],
            4,
        ),
        (
            include_bytes!("../../tests/fixtures/streams/llamacpp-11549-chat.http"),
            Interface::Chat,
            [Some(56), Some(4), Some(0)],
            4,
        ),
    ];

    #[test]
    fn the_answers_of_real_engines_are_read_whole_and_byte_by_byte() {
        for (bytes, interface, usage, outputs) in CAPTURED {
            for size in [1, 7, bytes.len()] {
                let mut answer = Answer::new(4, Reading::Stream { interface, keep: false });
                for (at, part) in bytes.chunks(size).enumerate() {
                    answer.feed(part, at as Nanos).unwrap();
                }
                let what = String::from_utf8_lossy(bytes);
                assert_eq!(answer.verdict(), None, "{what}");
                assert!(answer.keeps_alive(), "{what}");
                let Usage { input, output, cached } = answer.usage;
                assert_eq!([input, output, cached], usage, "{what}");
                assert_eq!(answer.outputs.len(), outputs, "{what}");
            }
        }
    }

    #[test]
    fn each_bad_answer_has_its_own_verdict() {
        assert_eq!(answer(&[&text("a")]).verdict(), Some(Fault::Truncated));
        assert_eq!(answer(&[ROLE, "[DONE]"]).verdict(), Some(Fault::NoOutput));
        assert_eq!(answer(&["garbage"]).verdict(), Some(Fault::Malformed));
        assert_eq!(answer(&[r#"{"usage":{"completion_tokens":-1}}"#]).verdict(), Some(Fault::BadUsage));
        assert_eq!(answer(&[r#"{"error":"no memory"}"#]).verdict(), Some(Fault::Server("no memory".into())));
        let whole = |bytes: &[u8]| {
            let mut answer = Answer::new(0, CHAT);
            let _ = answer.feed(bytes, 1);
            answer.verdict()
        };
        assert_eq!(whole(b""), Some(Fault::Truncated));
        assert_eq!(
            whole(b"HTTP/1.1 401 No\r\nContent-Length: 27\r\n\r\n{\"error\":{\"message\":\"key\"}}"),
            Some(Fault::Status(401, "key".into()))
        );
        assert_eq!(whole(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"), Some(Fault::NotAStream));
    }

    proptest! {
        #[test]
        fn where_the_bytes_break_changes_nothing_but_times(breaks in proptest::collection::vec(0_usize..700, 0..20)) {
            let events = [ROLE, THINK, &text("日本"), &text("b"), END, USAGE, "[DONE]"];
            let body: String = events.iter().map(|event| {
                let event = format!("data: {event}\r\n\r\n");
                format!("{:x}\r\n{event}\r\n", event.len())
            }).collect();
            let whole = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n{body}0\r\n\r\n"
            );
            let bytes = whole.as_bytes();
            let mut breaks: Vec<usize> = breaks.into_iter().map(|at| at.min(bytes.len())).collect();
            breaks.extend([0, bytes.len()]);
            breaks.sort_unstable();
            let mut answer = Answer::new(4, CHAT);
            for (index, window) in breaks.windows(2).enumerate() {
                answer.feed(&bytes[window[0]..window[1]], index as Nanos).unwrap();
            }
            prop_assert!(answer.keeps_alive() && answer.is_done());
            prop_assert_eq!(answer.outputs.len(), 3);
            prop_assert!(answer.outputs.is_sorted_by_key(|output| output.at));
            prop_assert_eq!(answer.usage.input, Some(7));
            prop_assert_eq!(answer.verdict(), None);
        }
    }
}
