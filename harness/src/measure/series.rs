//! A measurement second by second.

use super::{Clocking, Exchange, summary::chunks};
use crate::clock::{Nanos, SECOND, seconds};

/// What happened in one second.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Second {
    /// Requests sent.
    pub(crate) sent: u64,
    /// Requests that completed.
    pub(crate) completed: u64,
    /// Requests that ended otherwise.
    pub(crate) failed: u64,
    /// Requests in flight, on average.
    pub(crate) in_flight: f64,
    /// Output tokens that came, of all requests.
    pub(crate) output_tokens: u64,
    /// Mean time to first token in seconds, of the first tokens that came.
    pub(crate) ttft: Option<f64>,
    /// Mean time per output token in seconds, of the requests that completed.
    pub(crate) tpot: Option<f64>,
}

/// The seconds from `origin` to the last end of a request.
pub(crate) fn by_second(exchanges: &[Exchange], clocking: Clocking, origin: Nanos) -> Vec<Second> {
    let index = |at: Nanos| (at.saturating_sub(origin) / SECOND) as usize;
    let last = exchanges.iter().map(|exchange| index(exchange.ended)).max();
    let count = last.map_or(0, |last| last + 1);
    let mut found = vec![Second::default(); count];
    let (mut ttft, mut tpot) = (vec![Mean::default(); count], vec![Mean::default(); count]);
    for exchange in exchanges {
        let end = index(exchange.ended);
        match exchange.is_complete() {
            true => found[end].completed += 1,
            false => found[end].failed += 1,
        }
        if let Some(sent) = exchange.sent {
            found[index(sent)].sent += 1;
            for (second, found) in found.iter_mut().enumerate().take(end + 1).skip(index(sent)) {
                let from = origin + second as Nanos * SECOND;
                let overlap = exchange.ended.min(from + SECOND).saturating_sub(sent.max(from));
                found.in_flight += seconds(overlap);
            }
        }
        for (at, _, tokens) in chunks(exchange) {
            // A chunk is never after the end, but for the rounding of its gaps.
            found[index(at).min(end)].output_tokens += u64::from(tokens);
        }
        if let (true, Some(first), Some(last)) = (exchange.is_complete(), exchange.first, exchange.last) {
            ttft[index(first)].add(seconds(first.saturating_sub(clocking.start(exchange))));
            if exchange.output_tokens > 1 {
                tpot[end].add(seconds(last - first) / (exchange.output_tokens - 1) as f64);
            }
        }
    }
    for (second, (ttft, tpot)) in found.iter_mut().zip(ttft.into_iter().zip(tpot)) {
        (second.ttft, second.tpot) = (ttft.value(), tpot.value());
    }
    found
}

#[derive(Clone, Copy, Default)]
struct Mean {
    sum: f64,
    count: u32,
}

impl Mean {
    fn add(&mut self, value: f64) {
        self.sum += value;
        self.count += 1;
    }

    fn value(self) -> Option<f64> {
        (self.count > 0).then(|| self.sum / f64::from(self.count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{clock::MILLISECOND as MS, measure::Failure};

    #[test]
    fn each_event_is_in_its_second() {
        let mut exchange = Exchange::example();
        exchange.scheduled = 500 * MS;
        exchange.sent = Some(500 * MS);
        exchange.first = Some(900 * MS);
        exchange.gaps = vec![600_000_000, 600_000_000];
        exchange.last = Some(2100 * MS);
        exchange.ended = 2100 * MS;
        exchange.output_tokens = 3;
        let mut failed = Exchange::example();
        failed.scheduled = 2200 * MS;
        failed.sent = Some(2200 * MS);
        failed.ended = 2700 * MS;
        failed.failure = Some(Failure::Reset);
        let seconds = by_second(&[exchange, failed], Clocking::Sent, 0);
        assert_eq!(seconds.len(), 3);
        let counts = |second: &Second| (second.sent, second.completed, second.failed, second.output_tokens);
        assert_eq!([0, 1, 2].map(|at| counts(&seconds[at])), [(1, 0, 0, 1), (0, 0, 0, 1), (1, 1, 1, 1)]);
        let in_flight: Vec<f64> = seconds.iter().map(|second| second.in_flight).collect();
        for (found, expected) in in_flight.into_iter().zip([0.5, 1.0, 0.6]) {
            assert!((found - expected).abs() < 1e-9, "{found} {expected}");
        }
        assert_eq!((seconds[0].ttft, seconds[1].ttft), (Some(0.4), None));
        assert!((seconds[2].tpot.unwrap() - 0.6).abs() < 1e-9);
        assert!(by_second(&[], Clocking::Sent, 0).is_empty());
    }
}
