//! From exchanges to the record's figures; the definitions are those of the project's metrics page.

use super::{Exchange, ServiceLevels, distribution};
use crate::clock::{Nanos, SECOND, seconds};
use record::{Distribution, Latency, Repeat, Requests, Throughput, Tokens};
use std::collections::BTreeMap;

/// When a request's clock starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Clocking {
    /// When it was due: in an open workload, so that queueing in the client isn't hidden.
    Scheduled,
    /// When its first byte was handed to the kernel.
    Sent,
}

impl Clocking {
    /// The start of `exchange`'s clock.
    pub(crate) fn start(self, exchange: &Exchange) -> Nanos {
        match self {
            Self::Scheduled => exchange.scheduled,
            Self::Sent => exchange.sent.unwrap_or(exchange.scheduled),
        }
    }

    /// The name in the record.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Sent => "sent",
        }
    }
}

/// The figures of one window.
#[derive(Clone, Debug, Default)]
pub(crate) struct Figures {
    /// What the record holds.
    pub(crate) record: Repeat,
    /// Gaps between chunks as they came, in seconds; only where some chunk had several tokens.
    pub(crate) chunk_gap: Option<Distribution>,
    /// Time to the first output that isn't reasoning; only where that differs from ttft.
    pub(crate) first_answer: Option<Distribution>,
}

/// Summarises `exchanges`. A `window` (a span of the run's clock) takes the requests that started in it, and the tokens
/// and requests that came in it for throughput; without one, everything counts.
pub(crate) fn summarise<'a>(
    exchanges: impl IntoIterator<Item = &'a Exchange>,
    clocking: Clocking,
    window: Option<(Nanos, Nanos)>,
    levels: Option<&ServiceLevels>,
) -> Figures {
    let exchanges: Vec<&Exchange> = exchanges.into_iter().collect();
    let inside = |at: Nanos| window.is_none_or(|(from, until)| (from..until).contains(&at));
    let counted: Vec<&Exchange> =
        exchanges.iter().copied().filter(|exchange| inside(clocking.start(exchange))).collect();
    let complete: Vec<&Exchange> =
        counted.iter().copied().filter(|exchange| exchange.is_complete()).collect();
    let Some((from, until)) = window.or_else(|| whole(&exchanges, clocking)) else {
        return Figures {
            record: Repeat { requests: Some(requests(&counted)), ..Repeat::default() },
            ..Figures::default()
        };
    };
    let duration = seconds(until.saturating_sub(from));
    let good = levels.map(|levels| {
        complete.iter().filter(|exchange| levels.are_met(exchange, clocking.start(exchange))).count()
    });
    let (latency, chunk_gap, first_answer) = latency(&complete, clocking, &inside);
    let (tokens, throughput) = match window {
        None => (Some(tokens(&complete)), throughput(&complete, duration, good)),
        Some(_) => (None, throughput_inside(&exchanges, &inside, duration)),
    };
    Figures {
        record: Repeat {
            throughput,
            latency: Some(latency),
            requests: Some(requests(&counted)),
            tokens,
            duration_s: Some(duration),
        },
        chunk_gap,
        first_answer,
    }
}

/// From the first request to the last output of a completed one.
fn whole(exchanges: &[&Exchange], clocking: Clocking) -> Option<(Nanos, Nanos)> {
    let from = exchanges.iter().map(|exchange| clocking.start(exchange)).min()?;
    let until = exchanges
        .iter()
        .filter(|exchange| exchange.is_complete())
        .filter_map(|exchange| exchange.last)
        .max()?;
    (from < until).then_some((from, until))
}

fn requests(exchanges: &[&Exchange]) -> Requests {
    let mut errors = BTreeMap::new();
    for failure in exchanges.iter().filter_map(|exchange| exchange.failure.as_ref()) {
        *errors.entry(failure.kind()).or_insert(0) += 1;
    }
    Requests {
        sent: Some(exchanges.len() as u64),
        completed: Some(exchanges.iter().filter(|exchange| exchange.is_complete()).count() as u64),
        warmup: None,
        errors,
        conforming: count(exchanges, |exchange| exchange.conforms.map(u64::from)),
        calling: count(exchanges, |exchange| exchange.calls.map(|calls| u64::from(calls > 0))),
        tool_calls: count(exchanges, |exchange| exchange.calls.map(u64::from)),
    }
}

/// The sum of what is known of completed exchanges; none where nothing of that kind is.
fn count(exchanges: &[&Exchange], value: impl Fn(&Exchange) -> Option<u64>) -> Option<u64> {
    let complete = exchanges.iter().filter(|exchange| exchange.is_complete());
    complete.filter_map(|exchange| value(exchange)).reduce(|sum, value| sum + value)
}

fn tokens(complete: &[&Exchange]) -> Tokens {
    let input: Option<Vec<f64>> =
        complete.iter().map(|exchange| exchange.input_tokens.map(|tokens| tokens as f64)).collect();
    let cached: Option<u64> = complete.iter().map(|exchange| exchange.cached_tokens).sum();
    let total_input = input.as_ref().map(|input| input.iter().sum::<f64>() as u64);
    let mut output: Vec<f64> = complete.iter().map(|exchange| exchange.output_tokens as f64).collect();
    Tokens {
        input: total_input,
        output: Some(complete.iter().map(|exchange| exchange.output_tokens).sum()),
        input_per_request: input.and_then(|mut input| distribution(&mut input)),
        output_per_request: distribution(&mut output),
        cache_hit_share: (cached.zip(total_input))
            .filter(|(_, input)| *input > 0)
            .map(|(cached, input)| cached as f64 / input as f64),
    }
}

fn throughput(complete: &[&Exchange], duration: f64, good: Option<usize>) -> Option<Throughput> {
    if duration <= 0.0 {
        return None;
    }
    let output = complete.iter().map(|exchange| exchange.output_tokens).sum::<u64>() as f64 / duration;
    let input: Option<u64> = complete.iter().map(|exchange| exchange.input_tokens).sum();
    let input = input.map(|input| input as f64 / duration);
    Some(Throughput {
        input,
        output: Some(output),
        total: input.map(|input| input + output),
        requests: Some(complete.len() as f64 / duration),
        goodput: good.map(|good| good as f64 / duration),
        ..Throughput::default()
    })
}

/// Tokens that came inside the window, of all requests, and requests that ended in it.
fn throughput_inside(
    exchanges: &[&Exchange],
    inside: &impl Fn(Nanos) -> bool,
    duration: f64,
) -> Option<Throughput> {
    if duration <= 0.0 {
        return None;
    }
    let complete = exchanges.iter().filter(|exchange| exchange.is_complete());
    let (mut output, mut requests) = (0, 0);
    for exchange in complete {
        output += chunks(exchange)
            .filter(|(at, ..)| inside(*at))
            .map(|(.., tokens)| u64::from(tokens))
            .sum::<u64>();
        requests += u64::from(exchange.last.is_some_and(inside));
    }
    Some(Throughput {
        output: Some(output as f64 / duration),
        requests: Some(requests as f64 / duration),
        ..Throughput::default()
    })
}

/// The chunks of an exchange: arrival, gap to the one before in nanoseconds (none for the first), tokens.
pub(crate) fn chunks(exchange: &Exchange) -> impl Iterator<Item = (Nanos, Option<Nanos>, u32)> {
    let tokens = |index: usize| exchange.chunk_tokens.get(index).copied().unwrap_or(1);
    let first = exchange.first.map(|first| (first, None, tokens(0)));
    let mut at = exchange.first.unwrap_or_default();
    let rest = exchange.gaps.iter().enumerate().map(move |(index, gap)| {
        at += gap;
        (at, Some(*gap), tokens(index + 1))
    });
    first.into_iter().chain(rest)
}

fn latency(
    complete: &[&Exchange],
    clocking: Clocking,
    inside: &impl Fn(Nanos) -> bool,
) -> (Latency, Option<Distribution>, Option<Distribution>) {
    let since = |exchange: &Exchange, at: Option<Nanos>| {
        at.map(|at| seconds(at.saturating_sub(clocking.start(exchange))))
    };
    let each = |value: &dyn Fn(&Exchange) -> Option<f64>| {
        distribution(&mut complete.iter().filter_map(|exchange| value(exchange)).collect::<Vec<_>>())
    };
    let tpot = |exchange: &Exchange| {
        let span = seconds(exchange.last?.saturating_sub(exchange.first?));
        (exchange.output_tokens > 1).then(|| span / (exchange.output_tokens - 1) as f64)
    };
    let several = complete.iter().any(|exchange| !exchange.chunk_tokens.is_empty());
    let reasons = complete.iter().any(|exchange| exchange.first_answer != exchange.first);
    let room = complete.iter().map(|exchange| exchange.gaps.len()).sum();
    let mut itl = Vec::with_capacity(room);
    let mut gaps = Vec::new();
    for (at, gap, tokens) in complete.iter().flat_map(|exchange| chunks(exchange)) {
        if let Some(gap) = gap.filter(|_| inside(at)) {
            let gap = gap as f64 / SECOND as f64;
            itl.push(gap / f64::from(tokens.max(1)));
            if several {
                gaps.push(gap);
            }
        }
    }
    let latency = Latency {
        ttft: each(&|exchange| since(exchange, exchange.first)),
        tpot: each(&tpot),
        itl: distribution(&mut itl),
        e2e: each(&|exchange| since(exchange, exchange.last)),
        interactivity: None,
    };
    let first_answer = reasons.then(|| each(&|exchange| since(exchange, exchange.first_answer))).flatten();
    (latency, distribution(&mut gaps), first_answer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::MILLISECOND as MS;

    fn exchange(scheduled: Nanos, sent: Nanos, first: Nanos, gaps: &[u64]) -> Exchange {
        let mut exchange = Exchange::example();
        exchange.scheduled = scheduled * MS;
        exchange.sent = Some(sent * MS);
        exchange.first = Some(first * MS);
        exchange.first_answer = exchange.first;
        exchange.gaps = gaps.iter().map(|gap| gap * MS).collect();
        exchange.last = Some((first + gaps.iter().sum::<u64>()) * MS);
        exchange.input_tokens = Some(10);
        exchange.output_tokens = 1 + gaps.len() as u64;
        exchange
    }

    fn close(found: Option<f64>, expected: f64) {
        assert!((found.unwrap() - expected).abs() < 1e-9, "{found:?}, expected {expected}");
    }

    #[test]
    fn the_figures_are_those_of_the_definitions() {
        let exchanges = [exchange(0, 10, 110, &[10, 20]), exchange(0, 0, 100, &[30])];
        let figures =
            summarise(&exchanges, Clocking::Sent, None, Some(&"ttft:1s,tpot:20ms".parse().unwrap()));
        let latency = figures.record.latency.unwrap();
        close(latency.ttft.unwrap().mean, 0.1);
        close(latency.tpot.as_ref().unwrap().min, 0.015);
        close(latency.tpot.unwrap().max, 0.03);
        close(latency.itl.unwrap().mean, 0.02);
        close(latency.e2e.unwrap().max, 0.13);
        close(figures.record.duration_s, 0.14);
        let throughput = figures.record.throughput.unwrap();
        close(throughput.output, 5.0 / 0.14);
        close(throughput.total, 25.0 / 0.14);
        close(throughput.goodput, 1.0 / 0.14);
        assert_eq!(figures.chunk_gap, None);
        let scheduled = summarise(&exchanges, Clocking::Scheduled, None, None);
        close(scheduled.record.latency.unwrap().ttft.unwrap().max, 0.11);
    }

    #[test]
    fn a_gap_is_divided_by_the_tokens_of_the_later_chunk_and_kept_raw_too() {
        let mut exchange = exchange(0, 0, 100, &[40, 40]);
        exchange.chunk_tokens = vec![4, 4, 4];
        exchange.output_tokens = 12;
        let figures = summarise(&[exchange], Clocking::Sent, None, None);
        close(figures.record.latency.unwrap().itl.unwrap().mean, 0.01);
        close(figures.chunk_gap.unwrap().mean, 0.04);
    }

    #[test]
    fn failures_are_counted_and_stay_out_of_the_figures() {
        let mut failed = exchange(0, 0, 5000, &[]);
        failed.failure = Some(super::super::Failure::Reset);
        let figures = summarise(&[exchange(0, 0, 100, &[10]), failed], Clocking::Sent, None, None);
        close(figures.record.latency.unwrap().ttft.unwrap().max, 0.1);
        let requests = figures.record.requests.unwrap();
        assert_eq!((requests.sent, requests.completed), (Some(2), Some(1)));
        assert_eq!(requests.errors["reset"], 1);
        let none = summarise(&[], Clocking::Sent, None, None);
        assert!(none.record.latency.is_none() && none.record.throughput.is_none());
    }

    #[test]
    fn a_window_counts_the_tokens_that_came_in_it() {
        let exchanges = [exchange(0, 0, 100, &[100, 100, 100]), exchange(150, 150, 250, &[100])];
        let figures = summarise(&exchanges, Clocking::Sent, Some((140 * MS, 310 * MS)), None);
        close(figures.record.throughput.unwrap().output, 3.0 / 0.17);
        assert_eq!(figures.record.requests.unwrap().sent, Some(1));
    }
}
