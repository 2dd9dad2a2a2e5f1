//! Requests, made ahead of their time on a thread of their own.

use super::{Kind, Lengths, Ruler, talk::Conversation};
use crate::protocol::{Prompt, Reading, RequestShape};
use std::{
    sync::mpsc::{Receiver, Sender, channel, sync_channel},
    thread::JoinHandle,
};

/// How much memory requests that wait for their time may take, about.
const MEMORY: usize = 256 << 20;

/// How many requests are made before the first is sent, where each takes a question to the server.
const COUNTED_AHEAD: usize = 2048;

/// Where a request stands in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Turn {
    /// Which conversation.
    pub(crate) conversation: u32,
    /// Which of its turns, from zero.
    pub(crate) turn: u32,
}

/// A request that is ready but for its time.
#[derive(Debug)]
pub(crate) struct Prepared {
    /// Its number in the run.
    pub(crate) index: u32,
    /// Input tokens asked for; none where nobody asked for a number.
    pub(crate) input_tokens: Option<u32>,
    /// Output tokens asked for, or the most that there may be.
    pub(crate) output_tokens: u32,
    /// Whether the answer should have exactly as many.
    pub(crate) exact: bool,
    /// How to read the answer.
    pub(crate) reading: Reading,
    /// Its place in a conversation.
    pub(crate) turn: Option<Turn>,
    /// The bytes to send.
    pub(crate) request: Vec<u8>,
}

impl Prepared {
    /// A request whose answer is wanted as a body.
    pub(crate) fn whole(request: Vec<u8>) -> Self {
        Self {
            index: 0,
            input_tokens: None,
            output_tokens: 0,
            exact: false,
            reading: Reading::Whole,
            turn: None,
            request,
        }
    }
}

/// What all requests of a run are made from.
#[derive(Clone)]
pub(crate) struct Workload {
    pub(crate) shape: RequestShape,
    pub(crate) kind: Kind,
    pub(crate) lengths: Lengths,
    pub(crate) ruler: Ruler,
    pub(crate) seed: u64,
}

/// Requests under preparation.
pub(crate) struct Requests {
    /// The requests, in order. Of conversations, their first ones.
    pub(crate) prepared: Receiver<Prepared>,
    /// The conversations that they begin.
    pub(crate) conversations: Option<Receiver<Conversation>>,
    thread: JoinHandle<Option<String>>,
}

impl Requests {
    /// The hash of all prompts, in order; none where not every one was used.
    pub(crate) fn hash(self) -> Option<String> {
        drop(self.prepared);
        self.thread.join().unwrap_or(None)
    }
}

impl Workload {
    /// Makes `count` requests, `ahead` of them ahead of their use; returns when the first of them are ready.
    pub(crate) fn prepare(mut self, count: u32, ahead: usize) -> std::io::Result<Requests> {
        let nominal = match &self.lengths {
            Lengths::Nominal { input, .. } => *input,
            Lengths::Trace(requests) => {
                requests.iter().map(|request| request.input_tokens).max().unwrap_or(0)
            }
        };
        let room = (MEMORY / self.kind.bytes(nominal)).max(1);
        let asks = matches!(self.ruler.counter, Some(super::Counter::Server(_)));
        let ahead =
            if asks { COUNTED_AHEAD } else { ahead.clamp(16, 4096) }.min(room).min(count as usize).max(1);
        let (sender, prepared) = sync_channel(ahead);
        let (begin, conversations) = channel();
        let (ready, is_ready) = channel::<()>();
        let thread = std::thread::Builder::new().name("prompts".into()).spawn(move || {
            let mut lengths = fastrand::Rng::with_seed(self.seed);
            let mut hasher = blake3::Hasher::new();
            let mut ready = Some(ready);
            for index in 0..count {
                let (input, output) = self.lengths.of(index, &mut lengths)?;
                let prepared = self.request(index, input, output, &mut hasher, &begin)?;
                sender.send(prepared).ok()?;
                if index as usize + 1 == ahead {
                    // What is counted from here on would be counted by a server that is being measured.
                    if asks {
                        self.ruler.counter = None;
                    }
                    ready.take();
                }
            }
            Some(hasher.finalize().to_hex()[..32].to_owned())
        })?;
        // Nothing is ever sent; the thread drops its end when the first requests are ready.
        let _ = is_ready.recv();
        Ok(Requests { prepared, conversations: Some(conversations), thread })
    }

    /// Request `index`, and with it the rest of the conversation that it begins.
    fn request(
        &mut self,
        index: u32,
        input: u32,
        output: u32,
        hasher: &mut blake3::Hasher,
        begin: &Sender<Conversation>,
    ) -> Option<Prepared> {
        let prompt = self.prompt(index, input);
        hash(&prompt, hasher);
        let output = self.kind.stated_output(self.seed, index).unwrap_or(output);
        let mut prepared = self.prepared(index, &prompt, output);
        prepared.input_tokens = self.kind.has_length().then_some(input);
        if let Some(turns) = self.kind.turns() {
            let words = self.ruler.fit.plain_words(input).max(1);
            let later: Vec<String> =
                (1..turns.count).map(|turn| self.kind.turn(self.seed, index, turn, words)).collect();
            for text in &later {
                hasher.update(text.as_bytes());
                hasher.update(b"\n");
            }
            prepared.index = index * turns.count;
            prepared.turn = Some(Turn { conversation: index, turn: 0 });
            begin.send(Conversation { number: index, prompt, later, output_tokens: output }).ok()?;
        }
        Some(prepared)
    }

    /// The prompt of request `index`, `input` tokens long.
    fn prompt(&mut self, index: u32, input: u32) -> Prompt {
        let Self { kind, ruler, seed, .. } = self;
        let prefix = match kind {
            Kind::SharedPrefix(prefixes) => prefixes.tokens,
            _ => 0,
        };
        let make = |size| kind.prompt(*seed, index, size);
        let size = ruler.size(input, prefix, make);
        make(size)
    }

    /// A request for `output` tokens after `prompt`.
    pub(super) fn prepared(&self, index: u32, prompt: &Prompt, output: u32) -> Prepared {
        Prepared {
            index,
            input_tokens: None,
            output_tokens: output,
            exact: self.kind.fills_its_output(),
            reading: Reading::Stream { interface: self.shape.interface, keep: self.kind.wants_answers() },
            turn: None,
            request: self.shape.completion(prompt, output),
        }
    }
}

/// Adds all that `prompt` says and shows.
fn hash(prompt: &Prompt, hasher: &mut blake3::Hasher) {
    for message in &prompt.messages {
        hasher.update(message.text.as_bytes());
        for image in &message.images {
            hasher.update(image.as_bytes());
        }
        hasher.update(b"\n");
    }
}
