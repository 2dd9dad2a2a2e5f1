//! Reading a request log again, also where the run that wrote it was killed.

use crate::{
    clock::Nanos,
    measure::Exchange,
    workload::{Prepared, Turn},
};
use serde::Deserialize;
use std::{borrow::Cow, collections::BTreeMap, io};

/// How a zstd frame begins (RFC 8878, 3.1.1).
const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// What one run wrote.
#[derive(Debug)]
pub(crate) struct Logged {
    /// The run's name.
    pub(crate) run: String,
    /// Its repeats, in order.
    pub(crate) repeats: Vec<LoggedRepeat>,
}

/// What was written of one repeat.
#[derive(Debug)]
pub(crate) struct LoggedRepeat {
    /// Number of the measurement.
    pub(crate) measurement: usize,
    /// Number of the repeat.
    pub(crate) repeat: u32,
    /// The load, in words.
    pub(crate) load: String,
    /// When a request's clock starts: `sent` or `scheduled`.
    pub(crate) clock: String,
    /// The exchanges.
    pub(crate) exchanges: Vec<Exchange>,
    /// Their statuses: `ok`, or the kind of failure.
    pub(crate) statuses: Vec<String>,
}

impl LoggedRepeat {
    /// Failures by kind.
    pub(crate) fn errors(&self) -> BTreeMap<String, u64> {
        let mut errors = BTreeMap::new();
        for status in self.statuses.iter().filter(|status| *status != "ok") {
            *errors.entry(status.clone()).or_default() += 1;
        }
        errors
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Line {
    Exchange(Box<ExchangeLine>),
    Repeat { measurement: usize, repeat: u32, load: String, clock: String },
    Run { run: String },
}

#[derive(Deserialize)]
struct ExchangeLine {
    index: u32,
    scheduled_ns: Nanos,
    sent_ns: Option<Nanos>,
    first_ns: Option<Nanos>,
    first_answer_ns: Option<Nanos>,
    last_ns: Option<Nanos>,
    ended_ns: Nanos,
    input_tokens: Option<u64>,
    output_tokens: u64,
    status: String,
    #[serde(default)]
    retried: bool,
    #[serde(default)]
    retries: u32,
    conversation: Option<u32>,
    turn: Option<u32>,
    conforms: Option<bool>,
    calls: Option<u32>,
    gaps_us: Vec<u64>,
    #[serde(default)]
    chunk_tokens: Vec<u32>,
}

/// Reads a log in either form; the flag tells whether its end was torn, or lines in it were not what they should be.
///
/// # Errors
/// When it is no request log.
pub(crate) fn read(bytes: &[u8]) -> io::Result<(Vec<Logged>, bool)> {
    let sound = sound_length(bytes);
    let text = text(&bytes[..sound])?;
    let mut torn = sound < bytes.len();
    let mut runs: Vec<Logged> = Vec::new();
    for line in text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        match serde_json::from_slice(line) {
            Ok(Line::Run { run }) => runs.push(Logged { run, repeats: Vec::new() }),
            Ok(Line::Repeat { measurement, repeat, load, clock }) => {
                let (exchanges, statuses) = (Vec::new(), Vec::new());
                let begun = LoggedRepeat { measurement, repeat, load, clock, exchanges, statuses };
                if let Some(run) = runs.last_mut() {
                    run.repeats.push(begun);
                }
            }
            Ok(Line::Exchange(line)) => {
                if let Some(repeat) = runs.last_mut().and_then(|run| run.repeats.last_mut()) {
                    repeat.statuses.push(line.status.clone());
                    repeat.exchanges.push(exchange(*line));
                }
            }
            Err(_) => torn = true,
        }
    }
    if runs.is_empty() {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "is no request log of a run"));
    }
    Ok((runs, torn))
}

/// How much of a log is whole frames, or whole lines.
pub(super) fn sound_length(bytes: &[u8]) -> usize {
    if !bytes.starts_with(&MAGIC) {
        return memchr::memrchr(b'\n', bytes).map_or(0, |end| end + 1);
    }
    let mut at = 0;
    while let Ok(length) = zstd::zstd_safe::find_frame_compressed_size(&bytes[at..]) {
        if length == 0 {
            break;
        }
        at += length;
    }
    at
}

fn text(bytes: &[u8]) -> io::Result<Cow<'_, [u8]>> {
    if bytes.starts_with(&MAGIC) { zstd::decode_all(bytes).map(Cow::Owned) } else { Ok(Cow::Borrowed(bytes)) }
}

fn exchange(line: ExchangeLine) -> Exchange {
    let mut exchange = Exchange::new(line.scheduled_ns, &Prepared::whole(Vec::new()));
    exchange.index = line.index;
    exchange.sent = line.sent_ns;
    exchange.first = line.first_ns;
    exchange.first_answer = line.first_answer_ns;
    exchange.last = line.last_ns;
    exchange.ended = line.ended_ns;
    exchange.input_tokens = line.input_tokens;
    exchange.output_tokens = line.output_tokens;
    exchange.retried = line.retried;
    exchange.retries = line.retries;
    exchange.turn = line.conversation.zip(line.turn).map(|(conversation, turn)| Turn { conversation, turn });
    exchange.conforms = line.conforms;
    exchange.calls = line.calls;
    exchange.gaps = line.gaps_us.into_iter().map(|gap| gap.saturating_mul(1000)).collect();
    exchange.chunk_tokens = line.chunk_tokens;
    exchange.failure = (line.status != "ok").then_some(crate::measure::Failure::Transfer(line.status));
    exchange
}
