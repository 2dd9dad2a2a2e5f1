//! One line on the terminal that says how far a measurement is.

use super::{Point, Settings};
use crate::{duration, measure::Exchange};
use std::{
    io::Write,
    time::{Duration, Instant},
};

/// The line is written anew this often.
const REFRESH: Duration = Duration::from_millis(250);

/// The line.
pub(crate) struct Progress {
    shown: bool,
    label: String,
    requests: u32,
    limit: Option<f64>,
    started: Instant,
    refreshed: Instant,
    ended: u32,
    failed: u32,
    tokens: u64,
    ttft: f64,
}

impl Progress {
    /// A line for a measurement of `requests` requests; with `--plain` it is never shown.
    pub(crate) fn new(settings: &Settings, point: &Point, requests: u32) -> Self {
        Self {
            shown: !settings.plain,
            label: point.label(),
            requests,
            limit: settings.duration.map(crate::clock::seconds),
            started: Instant::now(),
            refreshed: Instant::now(),
            ended: 0,
            failed: 0,
            tokens: 0,
            ttft: 0.0,
        }
    }

    /// Takes in an exchange that has ended.
    pub(crate) fn note(&mut self, exchange: &Exchange, in_flight: usize) {
        self.ended += 1;
        if exchange.is_complete() {
            self.tokens += exchange.output_tokens;
            let since =
                exchange.sent.zip(exchange.first).map_or(0, |(sent, first)| first.saturating_sub(sent));
            self.ttft += crate::clock::seconds(since);
        } else {
            self.failed += 1;
        }
        if self.shown && self.refreshed.elapsed() > REFRESH {
            self.refreshed = Instant::now();
            let line = self.line(in_flight);
            let _ = write!(std::io::stderr(), "\r\x1b[2K{line}");
        }
    }

    fn line(&self, in_flight: usize) -> String {
        let elapsed = self.started.elapsed().as_secs_f64();
        let complete = self.ended - self.failed;
        let by_count = f64::from(self.ended) / f64::from(self.requests.max(1));
        let share = self.limit.map_or(by_count, |limit| by_count.max((elapsed / limit).min(1.0)));
        let left = if share > 0.0 { elapsed / share - elapsed } else { 0.0 };
        let mut line = format!(
            "{}  {:3.0} %  {} done, {in_flight} in flight, {:.0} tok/s, mean TTFT {}, {} left",
            self.label,
            share * 100.0,
            self.ended,
            self.tokens as f64 / elapsed,
            duration::show(self.ttft / f64::from(complete.max(1))),
            duration::show(left),
        );
        if self.failed > 0 {
            line.push_str(&format!(", {} FAILED", self.failed));
        }
        line
    }

    /// Takes the line away.
    pub(crate) fn clear(&self) {
        if self.shown {
            let _ = write!(std::io::stderr(), "\r\x1b[2K");
        }
    }
}
