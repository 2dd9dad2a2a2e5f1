//! What the mock really did.

use super::Fault;
use crate::clock::{Nanos, seconds};
use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
    time::{Duration, Instant},
};

/// One request as the mock saw it. Times are on the mock's own clock.
#[derive(Clone, Debug)]
pub struct Served {
    /// When the kernel received the last byte of the request.
    pub received: Nanos,
    /// When each chunk with output was handed to the kernel.
    pub sent: Vec<Nanos>,
    /// Tokens of the prompt: its words.
    pub input_tokens: u64,
    /// Tokens sent.
    pub output_tokens: u64,
    /// What went wrong on purpose.
    pub fault: Option<Fault>,
    /// The status of the answer; one other than 200 has no tokens.
    pub status: u16,
}

impl Served {
    /// From the request's arrival to the first chunk, in seconds.
    pub fn ttft(&self) -> Option<f64> {
        self.sent.first().map(|first| seconds(first - self.received))
    }

    fn line(&self) -> String {
        let gaps: Vec<String> =
            self.sent.windows(2).map(|pair| ((pair[1] - pair[0]) / 1000).to_string()).collect();
        let first = self.sent.first().map_or("null".to_owned(), Nanos::to_string);
        let last = self.sent.last().map_or("null".to_owned(), Nanos::to_string);
        let fault = self.fault.map_or("null".to_owned(), |fault| format!("\"{fault:?}\""));
        let status = self.status;
        format!(
            "{{\"status\":{status},\"received_ns\":{},\"first_ns\":{first},\"last_ns\":{last},\"input_tokens\":{},\"output_tokens\":{},\"fault\":{fault},\"gaps_us\":[{}]}}\n",
            self.received,
            self.input_tokens,
            self.output_tokens,
            gaps.join(",")
        )
    }
}

/// Takes in what was served.
pub(crate) struct Ledger {
    file: Option<BufWriter<File>>,
    flushed: Instant,
    keep: bool,
    kept: Vec<Served>,
    totals: Totals,
}

/// What `/metrics` tells.
#[derive(Default)]
struct Totals {
    first_tokens: u64,
    first_token_seconds: f64,
    input_tokens: u64,
}

impl Ledger {
    /// A ledger that writes to `path` and, with `keep`, keeps everything too.
    pub(crate) fn open(path: Option<&Path>, keep: bool) -> io::Result<Self> {
        let file = path.map(File::create).transpose()?.map(BufWriter::new);
        Ok(Self { file, flushed: Instant::now(), keep, kept: Vec::new(), totals: Totals::default() })
    }

    /// Whether anybody wants to know when each chunk left.
    pub(crate) fn wants_times(&self) -> bool {
        self.keep || self.file.is_some()
    }

    /// Notes one request.
    pub(crate) fn note(&mut self, served: Served) -> io::Result<()> {
        if let Some(ttft) = served.ttft() {
            self.totals.first_tokens += 1;
            self.totals.first_token_seconds += ttft;
        }
        if served.status == 200 {
            self.totals.input_tokens += served.input_tokens;
        }
        if let Some(file) = &mut self.file {
            file.write_all(served.line().as_bytes())?;
            if self.flushed.elapsed() > Duration::from_secs(1) {
                file.flush()?;
                self.flushed = Instant::now();
            }
        }
        if self.keep {
            self.kept.push(served);
        }
        Ok(())
    }

    /// What was served so far, in Prometheus' text format and in the form of vLLM's and SGLang's counters.
    pub(crate) fn metrics(&self, cached_share: f64) -> String {
        let Totals { first_tokens, first_token_seconds, input_tokens } = self.totals;
        let cached = (input_tokens as f64 * cached_share).round();
        format!(
            "mock:time_to_first_token_seconds_sum {first_token_seconds}\n\
             mock:time_to_first_token_seconds_count {first_tokens}\n\
             mock:prompt_tokens_total {input_tokens}\n\
             mock:cached_tokens_total {cached}\n"
        )
    }

    /// Writes out what is buffered and gives back what was kept.
    pub(crate) fn close(mut self) -> io::Result<Vec<Served>> {
        if let Some(file) = &mut self.file {
            file.flush()?;
        }
        Ok(self.kept)
    }
}
