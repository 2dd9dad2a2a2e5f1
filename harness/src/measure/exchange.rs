//! One request and its answer, as measured.

use crate::{
    clock::Nanos,
    protocol::{Answer, Fault, Output, Usage},
    workload::{Prepared, Turn},
};
use std::io;

/// Why a request did not complete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Nobody listens.
    ConnectionRefused,
    /// Connecting failed otherwise.
    Connecting(String),
    /// The TLS handshake or a record failed.
    Tls(String),
    /// Connecting took too long.
    ConnectTimeout,
    /// No output came in time.
    FirstTokenTimeout,
    /// The next output didn't come in time.
    TokenGapTimeout,
    /// The whole took too long.
    TotalTimeout,
    /// The connection was reset.
    Reset,
    /// Sending or receiving failed otherwise.
    Transfer(String),
    /// The server ended the stream or the connection, by HTTP/2's means.
    Http2(String),
    /// The answer was not what it should be.
    Fault(Fault),
    /// We stopped it, because the run was ended.
    Cancelled,
}

impl Failure {
    /// Why connecting failed.
    pub(crate) fn of_connecting(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::ConnectionRefused => Self::ConnectionRefused,
            io::ErrorKind::TimedOut => Self::ConnectTimeout,
            _ => Self::Connecting(error.to_string()),
        }
    }

    /// Why sending or receiving failed.
    pub(crate) fn of_transfer(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionAborted => {
                Self::Reset
            }
            _ => Self::Transfer(error.to_string()),
        }
    }

    /// What TLS complains about.
    pub(crate) fn tls(error: &rustls::Error) -> Self {
        Self::Tls(error.to_string())
    }

    /// Whether the same request may succeed when it is sent again.
    pub(crate) fn may_pass(&self) -> bool {
        match self {
            Self::Fault(Fault::Status(status, _)) => *status == 429 || *status >= 500,
            Self::ConnectionRefused
            | Self::Connecting(_)
            | Self::ConnectTimeout
            | Self::Reset
            | Self::Transfer(_)
            | Self::Http2(_)
            | Self::Fault(_) => true,
            Self::Tls(_)
            | Self::FirstTokenTimeout
            | Self::TokenGapTimeout
            | Self::TotalTimeout
            | Self::Cancelled => false,
        }
    }

    /// The name under which the record counts it.
    pub(crate) fn kind(&self) -> String {
        match self {
            Self::ConnectionRefused => "connection_refused",
            Self::Connecting(_) => "connecting",
            Self::Tls(_) => "tls",
            Self::ConnectTimeout => "connect_timeout",
            Self::FirstTokenTimeout => "first_token_timeout",
            Self::TokenGapTimeout => "token_gap_timeout",
            Self::TotalTimeout => "total_timeout",
            Self::Reset => "reset",
            Self::Transfer(_) => "transfer",
            Self::Http2(_) => "http2",
            Self::Cancelled => "cancelled",
            Self::Fault(fault) => match fault {
                Fault::Status(status, _) => return format!("http_{status}"),
                Fault::Server(_) => "server_error",
                Fault::NotHttp => "not_http",
                Fault::TooLong => "too_long",
                Fault::NotAStream => "not_a_stream",
                Fault::Malformed => "malformed",
                Fault::BadUsage => "bad_usage",
                Fault::Truncated => "truncated",
                Fault::NoOutput => "no_output",
            },
        }
        .to_owned()
    }

    /// What happened, in words, with the server's own where it gave any.
    pub(crate) fn explain(&self) -> String {
        match self {
            Self::ConnectionRefused => "nobody listens there".into(),
            Self::Connecting(words) => format!("can't connect: {words}"),
            Self::Tls(words) => format!("TLS failed: {words}"),
            Self::Transfer(words) => format!("the connection failed: {words}"),
            Self::Http2(words) => format!("the server ended it: {words}"),
            Self::Fault(Fault::Status(status, words)) => format!("the server answered {status}: {words}"),
            Self::Fault(Fault::Server(words)) => format!("the server reported an error: {words}"),
            Self::Fault(Fault::NotAStream) => "the server answered, but not with an event stream".into(),
            other => other.kind().replace('_', " "),
        }
    }
}

/// No request has more tokens than this, either way.
const MOST_TOKENS: u64 = 100_000_000;

/// Chunks with output that came out of one read, whose stamp is that of the last of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Merged {
    /// The number of the first of them in the answer.
    pub(crate) first: u32,
    /// The number of the last, whose arrival is known.
    pub(crate) last: u32,
    /// How much sooner than it the others may have come.
    pub(crate) within: Nanos,
}

/// One request and its answer. Times are on the run's clock.
#[derive(Clone, Debug)]
pub(crate) struct Exchange {
    /// Its number in the run.
    pub(crate) index: u32,
    /// When it was to be sent: the planned arrival in an open workload, the moment of issue in a closed one.
    pub(crate) scheduled: Nanos,
    /// When the first byte was handed to the kernel; none when it never was.
    pub(crate) sent: Option<Nanos>,
    /// How long the kernel took to accept the request's bytes.
    pub(crate) write: Nanos,
    /// First chunk with output.
    pub(crate) first: Option<Nanos>,
    /// First chunk with output that isn't reasoning.
    pub(crate) first_answer: Option<Nanos>,
    /// Last chunk with output.
    pub(crate) last: Option<Nanos>,
    /// When the slot was free again.
    pub(crate) ended: Nanos,
    /// From each chunk with output to the one before it, in nanoseconds; one less than there are chunks.
    pub(crate) gaps: Vec<Nanos>,
    /// Tokens in each chunk with output; empty when each has one, as far as is known.
    pub(crate) chunk_tokens: Vec<u32>,
    /// Input tokens asked for, where a number was.
    pub(crate) asked_input: Option<u32>,
    /// Output tokens asked for, where the answer was to have exactly as many.
    pub(crate) asked_output: Option<u32>,
    /// Input tokens by the server's count.
    pub(crate) input_tokens: Option<u64>,
    /// Of those, the ones that came from a cache.
    pub(crate) cached_tokens: Option<u64>,
    /// Output tokens: the server's count, else the chunks'.
    pub(crate) output_tokens: u64,
    /// Chunks that were read together, in their order.
    pub(crate) merged: Vec<Merged>,
    /// Whether `output_tokens` is the server's count.
    pub(crate) counted_by_server: bool,
    /// Whether it was sent a second time, because the server had closed the idle connection.
    pub(crate) retried: bool,
    /// How often it was sent again after a failure, where that was asked for.
    pub(crate) retries: u32,
    /// Its place in a conversation.
    pub(crate) turn: Option<Turn>,
    /// The answer's events, where they were kept.
    pub(crate) events: Vec<u8>,
    /// Whether the answer conforms to the schema that was asked for.
    pub(crate) conforms: Option<bool>,
    /// Functions that the answer called, where there were any to call.
    pub(crate) calls: Option<u32>,
    /// Whether a connection had to be made for it.
    pub(crate) fresh_connection: bool,
    /// Why it did not complete.
    pub(crate) failure: Option<Failure>,
}

impl Exchange {
    /// An exchange that is about to begin.
    pub(crate) fn new(scheduled: Nanos, prepared: &Prepared) -> Self {
        Self {
            index: prepared.index,
            scheduled,
            sent: None,
            write: 0,
            first: None,
            first_answer: None,
            last: None,
            ended: scheduled,
            gaps: Vec::new(),
            chunk_tokens: Vec::new(),
            asked_input: prepared.input_tokens,
            asked_output: prepared.exact.then_some(prepared.output_tokens),
            input_tokens: None,
            cached_tokens: None,
            output_tokens: 0,
            merged: Vec::new(),
            counted_by_server: false,
            retried: false,
            retries: 0,
            turn: prepared.turn,
            events: Vec::new(),
            conforms: None,
            calls: None,
            fresh_connection: false,
            failure: None,
        }
    }

    /// An exchange that nothing is known of.
    #[cfg(test)]
    pub(crate) fn example() -> Self {
        Self::new(0, &Prepared::whole(Vec::new()))
    }

    /// Takes over what the answer held.
    pub(crate) fn close(&mut self, answer: &mut Answer, failure: Option<Failure>, ended: Nanos) {
        self.events = std::mem::take(&mut answer.events);
        let outputs = &answer.outputs;
        self.first = outputs.first().map(|output| output.at);
        self.last = outputs.last().map(|output| output.at);
        self.first_answer = answer.first_answer;
        self.gaps = outputs.windows(2).map(|pair| pair[1].at.saturating_sub(pair[0].at)).collect();
        self.input_tokens = answer.usage.input;
        self.cached_tokens = answer.usage.cached;
        let listed: u64 = outputs.iter().map(|output| u64::from(output.tokens.unwrap_or(1))).sum();
        self.counted_by_server = answer.usage.output.is_some();
        self.output_tokens = answer.usage.output.unwrap_or(listed);
        self.chunk_tokens = tokens_by_chunk(outputs, self.output_tokens);
        let nonsense = !outputs.is_empty() && !self.is_plausible(&answer.usage);
        self.failure = failure.or(nonsense.then_some(Failure::Fault(Fault::BadUsage)));
        self.ended = ended;
    }

    /// Whether the server's counts can be those of an answer with output, to a request of this size.
    fn is_plausible(&self, usage: &Usage) -> bool {
        let most = |asked: Option<u32>| {
            asked.map_or(MOST_TOKENS, |asked| MOST_TOKENS.min(u64::from(asked) * 100 + 10_000))
        };
        usage.output.is_none_or(|tokens| tokens > 0 && tokens <= most(self.asked_output))
            && usage.input.is_none_or(|tokens| tokens <= most(self.asked_input))
    }

    /// By how much `first` may be too late, because other chunks were read with it.
    pub(crate) fn first_uncertainty(&self) -> Nanos {
        self.merged.first().filter(|merged| merged.first == 0).map_or(0, |merged| merged.within)
    }

    /// Whether it completed.
    pub(crate) fn is_complete(&self) -> bool {
        self.failure.is_none() && self.first.is_some()
    }
}

/// Tokens in each chunk: as listed where every chunk lists them, else `total` spread evenly. Empty when each has one.
fn tokens_by_chunk(outputs: &[Output], total: u64) -> Vec<u32> {
    let chunks = outputs.len() as u64;
    let listed: Option<Vec<u32>> = outputs.iter().map(|output| output.tokens).collect();
    let tokens = match listed {
        Some(listed) if listed.iter().map(|tokens| u64::from(*tokens)).sum::<u64>() == total => listed,
        _ if total <= chunks => return Vec::new(),
        _ => (0..chunks)
            .map(|chunk| u32::try_from((chunk + 1) * total / chunks - chunk * total / chunks).unwrap_or(1))
            .collect(),
    };
    if tokens.iter().all(|tokens| *tokens == 1) { Vec::new() } else { tokens }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_that_cannot_be_those_of_the_answer_are_a_failure() {
        let mut exchange = Exchange::example();
        exchange.asked_output = Some(16);
        for (output, plausible) in [(1, true), (16, true), (11_600, true), (0, false), (11_601, false)] {
            let usage = Usage { output: Some(output), ..Usage::default() };
            assert_eq!(exchange.is_plausible(&usage), plausible, "{output}");
        }
        assert!(exchange.is_plausible(&Usage::default()));
        assert!(!exchange.is_plausible(&Usage { input: Some(u64::MAX), ..Usage::default() }));
    }

    fn outputs(tokens: &[Option<u32>]) -> Vec<Output> {
        tokens.iter().enumerate().map(|(at, tokens)| Output { at: at as Nanos, tokens: *tokens }).collect()
    }

    #[test]
    fn tokens_are_spread_over_the_chunks_unless_they_are_listed() {
        assert_eq!(tokens_by_chunk(&outputs(&[None; 4]), 16), [4, 4, 4, 4]);
        assert_eq!(tokens_by_chunk(&outputs(&[None; 3]), 7).iter().sum::<u32>(), 7);
        assert_eq!(tokens_by_chunk(&outputs(&[Some(1), Some(3)]), 4), [1, 3]);
        // A list that doesn't add up to the server's count is not believed.
        assert_eq!(tokens_by_chunk(&outputs(&[Some(1), Some(3)]), 6), [3, 3]);
        assert!(tokens_by_chunk(&outputs(&[None; 4]), 4).is_empty());
        assert!(tokens_by_chunk(&outputs(&[None; 4]), 3).is_empty());
        assert!(tokens_by_chunk(&[], 3).is_empty());
    }
}
