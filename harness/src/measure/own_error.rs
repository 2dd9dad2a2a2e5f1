//! How far the client's own figures may be off, figure by figure.
//!
//! A chunk that was read alone has the stamp of its arrival. Of several that were read together only the last one has:
//! each other came at most [`Merged::within`](super::Merged) sooner. So each latency lies between two bounds, and each figure
//! over many between the same figure of the bounds. For gaps between chunks that would be far too wide, since of the gaps
//! within one read few can be long: their sum is known. How many can be, at most and at least, bounds the percentile.

use super::{Clocking, Exchange, percentile};
use crate::clock::{MILLISECOND, Nanos, seconds};
use record::{Distribution, Latency, OwnError};

/// A figure may be off by this share of its median …
const SHARE: f64 = 0.01;
/// … or by this much, whichever is more.
const LEAST: Nanos = MILLISECOND;

/// What is known of the client's error beside what its reads say, in seconds.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Known {
    /// Of every latency, where arrivals are not the kernel's stamps.
    pub(crate) unstamped: f64,
    /// Of the mean time to first token and of the mean inter-token latency, by calibration.
    pub(crate) calibrated: [f64; 2],
}

/// The error of the mean and of the 99th percentile of each latency of the completed `exchanges`, whose `latency` was found.
pub(crate) fn own_errors(
    exchanges: &[&Exchange],
    clocking: Clocking,
    latency: &Latency,
    known: Known,
) -> Vec<OwnError> {
    let [ttft, tpot, e2e] = [first_token, per_output_token, end_to_end].map(|span| {
        let spans: Vec<Span> = exchanges.iter().filter_map(|exchange| span(exchange, clocking)).collect();
        (off(&spans, mean), off(&spans, p99))
    });
    let itl = inter_token(exchanges, latency.itl.as_ref());
    let figures = [
        ("ttft", &latency.ttft, ttft, known.calibrated[0]),
        ("tpot", &latency.tpot, tpot, 0.0),
        ("itl", &latency.itl, itl, known.calibrated[1]),
        ("e2e", &latency.e2e, e2e, 0.0),
    ];
    let mut errors = Vec::new();
    for (name, found, (mean, p99), calibrated) in figures {
        let Some(median) = found.as_ref().and_then(|found| found.p50) else { continue };
        let bound_s = (median * SHARE).max(seconds(LEAST));
        for (figure, error) in [("mean", mean.max(calibrated)), ("p99", p99)] {
            errors.push(OwnError {
                figure: format!("{name}.{figure}"),
                error_s: error.max(known.unstamped),
                bound_s,
            });
        }
    }
    errors
}

/// A latency as found, and between what it lies, in seconds.
#[derive(Clone, Copy, Debug)]
struct Span {
    least: f64,
    found: f64,
    most: f64,
}

impl Span {
    fn found(found: Nanos, early: Nanos, late: Nanos) -> Self {
        Self {
            least: seconds(found.saturating_sub(early)),
            found: seconds(found),
            most: seconds(found + late),
        }
    }
}

/// How late the client may have sent what the clock had begun to time. Making a connection is the network's time.
fn late_start(exchange: &Exchange, clocking: Clocking) -> Nanos {
    let lag = match clocking {
        Clocking::Scheduled if !exchange.fresh_connection => {
            exchange.sent.map_or(0, |sent| sent.saturating_sub(exchange.scheduled))
        }
        _ => 0,
    };
    lag + exchange.write
}

fn first_token(exchange: &Exchange, clocking: Clocking) -> Option<Span> {
    let found = exchange.first?.saturating_sub(clocking.start(exchange));
    Some(Span::found(found, late_start(exchange, clocking) + exchange.first_uncertainty(), 0))
}

fn end_to_end(exchange: &Exchange, clocking: Clocking) -> Option<Span> {
    let found = exchange.last?.saturating_sub(clocking.start(exchange));
    Some(Span::found(found, late_start(exchange, clocking), 0))
}

fn per_output_token(exchange: &Exchange, _: Clocking) -> Option<Span> {
    let gaps = exchange.output_tokens.checked_sub(1).filter(|gaps| *gaps > 0)?;
    let found = exchange.last?.saturating_sub(exchange.first?);
    Some(Span::found(found / gaps, 0, exchange.first_uncertainty() / gaps))
}

/// By how much `figure` may be off over `spans`.
fn off(spans: &[Span], figure: fn(&mut [f64]) -> f64) -> f64 {
    let of = |value: fn(&Span) -> f64| figure(&mut spans.iter().map(value).collect::<Vec<_>>());
    let found = of(|span| span.found);
    (found - of(|span| span.least)).abs().max((of(|span| span.most) - found).abs())
}

fn mean(values: &mut [f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

fn p99(values: &mut [f64]) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    percentile(values, 99.0).unwrap_or(0.0)
}

/// The gaps of one read of several chunks: the one before the first of them, where they aren't an answer's first, and those
/// within. Gaps are in seconds.
#[derive(Clone, Copy, Debug)]
struct Together {
    before: Option<f64>,
    /// Tokens of the first chunk.
    first_tokens: f64,
    /// Gaps within.
    inner: f64,
    within: f64,
    /// Tokens of the chunk with the fewest, of the one with the most, and of all but an answer's first.
    fewest: f64,
    most: f64,
    tokens: f64,
}

impl Together {
    /// Gaps per token that can be longer than `bound`.
    fn longer_at_most(&self, bound: f64) -> f64 {
        let fit = |time: f64| if bound > 0.0 { (time / (self.fewest * bound)).floor() } else { f64::MAX };
        let within = fit(self.within).min(self.inner);
        match self.before {
            Some(before) => {
                let first = f64::from(before / self.first_tokens > bound);
                (first + within).min(fit(before.max(self.within)))
            }
            None => within,
        }
    }

    /// Gaps per token that must be longer than `bound`.
    fn longer_at_least(&self, bound: f64) -> f64 {
        let must =
            |before: f64| (before - self.within) / self.first_tokens > bound || before / self.tokens > bound;
        f64::from(self.before.is_some_and(must))
    }
}

/// The error of the mean and of the 99th percentile of the time between tokens.
fn inter_token(exchanges: &[&Exchange], found: Option<&Distribution>) -> (f64, f64) {
    let (mut alone, mut together) = (Vec::new(), Vec::new());
    if exchanges.iter().all(|exchange| exchange.merged.is_empty()) {
        return (0.0, 0.0);
    }
    for exchange in exchanges {
        let tokens = |chunk: usize| f64::from(exchange.chunk_tokens.get(chunk).copied().unwrap_or(1).max(1));
        let mut next = 0;
        for merged in &exchange.merged {
            let (first, last) = (merged.first as usize, merged.last as usize);
            let before = first.checked_sub(1);
            alone
                .extend((next..before.unwrap_or(0)).map(|gap| seconds(exchange.gaps[gap]) / tokens(gap + 1)));
            next = last;
            let counted = if before.is_some() { first } else { first + 1 };
            let each = || (counted..=last).map(tokens);
            together.push(Together {
                before: before.map(|gap| seconds(exchange.gaps[gap])),
                first_tokens: tokens(first),
                inner: (last - first) as f64,
                within: seconds(merged.within),
                fewest: each().fold(f64::INFINITY, f64::min),
                most: each().fold(0.0, f64::max),
                tokens: each().sum(),
            });
        }
        alone.extend((next..exchange.gaps.len()).map(|gap| seconds(exchange.gaps[gap]) / tokens(gap + 1)));
    }
    alone.sort_unstable_by(f64::total_cmp);
    let gaps = alone.len() as f64
        + together.iter().map(|read| read.inner + f64::from(read.before.is_some())).sum::<f64>();
    // An answer's first chunks that came sooner make its gaps longer; elsewhere time only moves between gaps, which counts
    // where their chunks differ in tokens.
    let moved = |read: &Together| {
        let whole =
            if read.before.is_none() { 1.0 / read.fewest } else { 1.0 / read.fewest - 1.0 / read.most };
        read.within * whole
    };
    let mean = together.iter().map(moved).sum::<f64>() / gaps.max(1.0);
    let Some(p99) = found.and_then(|found| found.p99) else { return (mean, 0.0) };
    let (least, most) = p99_between(&alone, &together, gaps);
    (mean, (p99 - least).max(most - p99).max(0.0))
}

/// Between what the 99th percentile of all `gaps` lies, to a microsecond.
fn p99_between(alone: &[f64], together: &[Together], gaps: f64) -> (f64, f64) {
    let longest = alone.last().copied().unwrap_or(0.0);
    let longest = together
        .iter()
        .fold(longest, |longest, read| longest.max(read.before.unwrap_or(0.0)).max(read.within));
    // The value at a place of all that are sorted is the least bound that only those behind it exceed.
    let at = |longer: fn(&Together, f64) -> f64, place: f64| {
        let (mut low, mut high) = (0.0, longest);
        while high - low > 1e-6 {
            let bound = (low + high) / 2.0;
            let alone = alone.len() - alone.partition_point(|gap| *gap <= bound);
            let exceeding = alone as f64 + together.iter().map(|read| longer(read, bound)).sum::<f64>();
            if exceeding <= gaps - 1.0 - place {
                high = bound;
            } else {
                low = bound;
            }
        }
        high
    };
    let position = 0.99 * (gaps - 1.0).max(0.0);
    let p99 = |longer| {
        let (below, above) = (at(longer, position.floor()), at(longer, position.ceil()));
        below + (above - below) * position.fract()
    };
    (p99(Together::longer_at_least), p99(Together::longer_at_most))
}

#[cfg(test)]
mod tests {
    use super::super::{Merged, summarise};
    use super::*;
    use crate::clock::MILLISECOND as MS;

    /// An answer that begins after 100 ms, with these gaps in ms.
    fn exchange(gaps: &[u64]) -> Exchange {
        let mut exchange = Exchange::example();
        exchange.sent = Some(0);
        exchange.first = Some(100 * MS);
        exchange.gaps = gaps.iter().map(|gap| gap * MS).collect();
        exchange.last = Some((100 + gaps.iter().sum::<u64>()) * MS);
        exchange.output_tokens = gaps.len() as u64 + 1;
        exchange
    }

    /// The error of `figure` and its bound, in ms.
    fn error(exchanges: &[Exchange], figure: &str) -> (f64, f64) {
        let found = summarise(exchanges, Clocking::Sent, None, None).record.latency.unwrap();
        let all: Vec<&Exchange> = exchanges.iter().collect();
        let errors = own_errors(&all, Clocking::Sent, &found, Known::default());
        let error = errors.into_iter().find(|error| error.figure == figure).unwrap();
        ((error.error_s * 1e6).round() / 1e3, error.bound_s * 1e3)
    }

    fn steady() -> Vec<Exchange> {
        vec![exchange(&[10; 99]); 20]
    }

    #[test]
    fn what_was_read_alone_is_off_by_nothing() {
        for figure in ["ttft.mean", "ttft.p99", "tpot.p99", "itl.mean", "itl.p99", "e2e.p99"] {
            assert_eq!(error(&steady(), figure).0, 0.0, "{figure}");
        }
        assert_eq!(error(&steady(), "ttft.p99").1, 1.0);
    }

    #[test]
    fn first_tokens_that_were_read_with_others_bound_mean_and_percentile() {
        let mut exchanges = steady();
        exchanges[0].merged = vec![Merged { first: 0, last: 4, within: 40 * MS }];
        assert_eq!(error(&exchanges, "ttft.mean").0, 2.0);
        // The slowest of twenty may have been 40 ms faster; the one beside it is known.
        exchanges[0].first = Some(140 * MS);
        let (p99, _) = error(&exchanges, "ttft.p99");
        assert!((p99 - 0.81 * 40.0).abs() < 0.01, "{p99}");
        assert!((error(&exchanges, "tpot.mean").0 - 40.0 / 99.0 / 20.0).abs() < 0.01);
        assert_eq!(error(&exchanges, "e2e.p99").0, 0.0);
    }

    #[test]
    fn a_request_that_was_long_in_leaving_may_have_begun_later() {
        let mut exchanges = steady();
        for exchange in &mut exchanges {
            exchange.write = 3 * MS;
        }
        assert_eq!((error(&exchanges, "ttft.p99").0, error(&exchanges, "e2e.mean").0), (3.0, 3.0));
    }

    /// Answers of which one read brought ten tokens, 100 ms after the token before.
    fn stopped(share: usize) -> Vec<Exchange> {
        let mut exchanges = steady();
        for exchange in exchanges.iter_mut().take(share) {
            exchange.gaps[40..50].fill(0);
            exchange.gaps[40] = 100 * MS;
            exchange.merged = vec![Merged { first: 41, last: 50, within: 95 * MS }];
        }
        exchanges
    }

    #[test]
    fn a_stop_while_tokens_come_bounds_the_percentile_and_not_the_mean() {
        // A tenth of the gaps of every answer is not known one by one: two in a hundred may be of 50 ms.
        let (p99, bound) = error(&stopped(20), "itl.p99");
        assert!(p99 > 30.0 && bound == 1.0, "{p99}");
        assert_eq!(error(&stopped(20), "itl.mean").0, 0.0);
        // Where it is one answer in twenty, the percentile is that of the others.
        assert!(error(&stopped(1), "itl.p99").0 < 0.01);
    }

    #[test]
    fn a_pair_of_tokens_read_together_is_little_to_wonder_about() {
        // 12 ms away: the gaps were 20 and 0 by the stamps, and can't both have been longer than 10.
        let mut exchanges = steady();
        for exchange in &mut exchanges[..2] {
            (exchange.gaps[40], exchange.gaps[41]) = (20 * MS, 0);
            exchange.merged = vec![Merged { first: 41, last: 42, within: 12 * MS }];
        }
        assert!(error(&exchanges, "itl.p99").0 < 0.01);
    }

    #[test]
    fn without_stamps_a_stall_is_in_every_figure() {
        let exchanges = steady();
        let all: Vec<&Exchange> = exchanges.iter().collect();
        let found = summarise(&exchanges, Clocking::Sent, None, None).record.latency.unwrap();
        let known = Known { unstamped: 0.5, calibrated: [0.0; 2] };
        assert!(own_errors(&all, Clocking::Sent, &found, known).iter().all(|error| error.error_s == 0.5));
    }
}
