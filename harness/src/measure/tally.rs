//! What the measuring thread counts for whoever watches.
//!
//! It only adds to atomic numbers; locks are taken where requests fail.

use super::{Exchange, Failure};
use crate::clock::Nanos;
use std::{
    collections::BTreeMap,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

/// Counts since a repeat began.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    completed: AtomicU64,
    failed: AtomicU64,
    in_flight: AtomicU64,
    outputs: AtomicU64,
    tokens: AtomicU64,
    chunks: AtomicU64,
    ttft: AtomicU64,
    decode: AtomicU64,
    decoded: AtomicU64,
    errors: Mutex<BTreeMap<String, u64>>,
}

/// The counts at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Snapshot {
    pub(crate) completed: u64,
    pub(crate) failed: u64,
    pub(crate) in_flight: u64,
    /// Chunks with output, of all requests.
    pub(crate) outputs: u64,
    /// Output tokens of completed requests, and the chunks that they came in.
    pub(crate) tokens: u64,
    pub(crate) chunks: u64,
    /// Times to first token of completed requests, together.
    pub(crate) ttft: Nanos,
    /// From first to last token of completed requests, together, and the tokens that came in that time.
    pub(crate) decode: Nanos,
    pub(crate) decoded: u64,
    pub(crate) errors: BTreeMap<String, u64>,
}

impl Tally {
    /// Takes in an exchange that has ended.
    pub(crate) fn ended(&self, exchange: &Exchange) {
        let add = |counter: &AtomicU64, value| counter.fetch_add(value, Ordering::Relaxed);
        if let (true, Some(sent), Some(first), Some(last)) =
            (exchange.is_complete(), exchange.sent, exchange.first, exchange.last)
        {
            add(&self.completed, 1);
            add(&self.tokens, exchange.output_tokens);
            add(&self.chunks, exchange.gaps.len() as u64 + 1);
            add(&self.ttft, first.saturating_sub(sent));
            add(&self.decode, last.saturating_sub(first));
            add(&self.decoded, exchange.output_tokens.saturating_sub(1));
            return;
        }
        add(&self.failed, 1);
        let kind = exchange.failure.as_ref().map_or_else(|| "no_output".into(), Failure::kind);
        if let Ok(mut errors) = self.errors.lock() {
            *errors.entry(kind).or_default() += 1;
        }
    }

    /// Notes how the loop stands: requests in flight, and chunks with output so far.
    pub(crate) fn stands(&self, in_flight: usize, outputs: u64) {
        self.in_flight.store(in_flight as u64, Ordering::Relaxed);
        self.outputs.store(outputs, Ordering::Relaxed);
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        let load = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Snapshot {
            completed: load(&self.completed),
            failed: load(&self.failed),
            in_flight: load(&self.in_flight),
            outputs: load(&self.outputs),
            tokens: load(&self.tokens),
            chunks: load(&self.chunks),
            ttft: load(&self.ttft),
            decode: load(&self.decode),
            decoded: load(&self.decoded),
            errors: self.errors.lock().map(|errors| errors.clone()).unwrap_or_default(),
        }
    }
}

impl Snapshot {
    /// Output tokens so far, those of unfinished requests by their chunks.
    pub(crate) fn output_tokens(&self) -> f64 {
        let per_chunk = if self.chunks > 0 { self.tokens as f64 / self.chunks as f64 } else { 1.0 };
        self.outputs as f64 * per_chunk
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ended_is_counted_and_what_failed_by_its_kind() {
        let tally = Tally::default();
        let mut exchange = Exchange::example();
        exchange.sent = Some(10);
        exchange.first = Some(110);
        exchange.last = Some(410);
        exchange.gaps = vec![300];
        exchange.output_tokens = 8;
        tally.ended(&exchange);
        exchange.failure = Some(Failure::Reset);
        tally.ended(&exchange);
        tally.stands(3, 5);
        let found = tally.snapshot();
        assert_eq!((found.completed, found.failed, found.in_flight), (1, 1, 3));
        assert_eq!((found.ttft, found.decode, found.decoded, found.errors["reset"]), (100, 300, 7, 1));
        // Two chunks had eight tokens, so five have twenty.
        assert_eq!(found.output_tokens(), 20.0);
    }
}
