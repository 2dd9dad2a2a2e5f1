//! What is too long for a record and lies beside it: each measurement second by second, as CSV, and its latencies as
//! histograms, in the log format of HdrHistogram that its own tools plot.

use super::{Point, measurement::Measured};
use crate::{
    clock::SECOND,
    measure::{Clocking, Exchange, Second, by_second, chunks},
};
use hdrhistogram::{
    Histogram,
    serialization::{
        V2DeflateSerializer,
        interval_log::{IntervalLogWriterBuilder, Tag},
    },
};
use std::{
    fmt::Write as _,
    fs::{File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    time::{Duration, UNIX_EPOCH},
};

/// The longest latency that a histogram tells apart from longer ones.
const LONGEST: u64 = 24 * 3600 * SECOND;

/// The columns; what isn't known is empty.
const COLUMNS: &str =
    "measurement,repeat,load,second,sent,completed,failed,in_flight,output_tokens,ttft_s,tpot_s\n";

/// The two files.
pub(crate) struct Beside {
    series: File,
    histograms: File,
    /// Where they are.
    pub(crate) paths: [PathBuf; 2],
}

impl Beside {
    /// Begins the files of run `id`, or with `resume` goes on with them.
    pub(crate) fn open(folder: &Path, id: &str, resume: bool) -> io::Result<Self> {
        let paths = ["series.csv", "hlog"].map(|ending| folder.join(format!("{id}.{ending}")));
        let open = |path: &Path| {
            if !resume {
                File::create(path)?;
            }
            OpenOptions::new().create(true).append(true).open(path)
        };
        let (mut series, histograms) = (open(&paths[0])?, open(&paths[1])?);
        if series.metadata()?.len() == 0 {
            series.write_all(COLUMNS.as_bytes())?;
        }
        Ok(Self { series, histograms, paths })
    }

    /// Adds the repeats of a measurement.
    pub(crate) fn add(&mut self, index: usize, point: &Point, measured: &Measured) -> io::Result<()> {
        let clocking = point.clocking();
        let mut rows = String::new();
        for (repeat, round) in measured.rounds.iter().enumerate() {
            let seconds = by_second(&round.exchanges, clocking, round.driven.started);
            for (second, found) in seconds.iter().enumerate() {
                let _ = write!(rows, "{index},{repeat},{},{second},", point.label());
                row(found, &mut rows);
            }
        }
        self.series.write_all(rows.as_bytes())?;
        self.histograms.write_all(&log(index, point, measured).map_err(io::Error::other)?)
    }
}

fn row(second: &Second, text: &mut String) {
    let number = |value: Option<f64>| value.map_or(String::new(), |value| format!("{value:.6}"));
    let _ = writeln!(
        text,
        "{},{},{},{:.3},{},{},{}",
        second.sent,
        second.completed,
        second.failed,
        second.in_flight,
        second.output_tokens,
        number(second.ttft),
        number(second.tpot),
    );
}

/// The measurement's part of the histogram log. Values are in nanoseconds, the maximum that people read in milliseconds.
fn log(index: usize, point: &Point, measured: &Measured) -> Result<Vec<u8>, String> {
    let mut text = Vec::new();
    let mut serializer = V2DeflateSerializer::new();
    let mut log = IntervalLogWriterBuilder::new()
        .add_comment(&format!("[{} of {}; values in nanoseconds]", point.label(), env!("CARGO_PKG_NAME")))
        .with_max_value_divisor(1e6)
        .begin_log_with(&mut text, &mut serializer)
        .map_err(|error| error.to_string())?;
    for (repeat, round) in measured.rounds.iter().enumerate() {
        let start = round.began.duration_since(UNIX_EPOCH).unwrap_or_default();
        let duration = Duration::from_nanos(round.elapsed);
        for (name, histogram) in histograms(&round.exchanges, point.clocking()) {
            let tag = format!("{index}.{repeat}.{name}");
            log.write_histogram(&histogram, start, duration, Tag::new(&tag))
                .map_err(|error| format!("{error:?}"))?;
        }
    }
    Ok(text)
}

/// The latencies of completed requests.
fn histograms(exchanges: &[Exchange], clocking: Clocking) -> [(&'static str, Histogram<u64>); 4] {
    let mut found = ["ttft", "tpot", "itl", "e2e"]
        .map(|name| (name, Histogram::new_with_bounds(1, LONGEST, 3).expect("the bounds are sound")));
    let [ttft, tpot, itl, e2e] = &mut found;
    for exchange in exchanges.iter().filter(|exchange| exchange.is_complete()) {
        let (Some(first), Some(last)) = (exchange.first, exchange.last) else { continue };
        let start = clocking.start(exchange);
        ttft.1.saturating_record(first.saturating_sub(start));
        e2e.1.saturating_record(last.saturating_sub(start));
        if exchange.output_tokens > 1 {
            tpot.1.saturating_record((last - first) / (exchange.output_tokens - 1));
        }
        for (_, gap, tokens) in chunks(exchange) {
            if let Some(gap) = gap {
                itl.1.saturating_record(gap / u64::from(tokens.max(1)));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::MILLISECOND as MS;

    #[test]
    fn histograms_have_the_latencies_of_what_completed() {
        let mut exchange = Exchange::example();
        exchange.sent = Some(0);
        exchange.first = Some(100 * MS);
        exchange.gaps = vec![10_000_000, 30_000_000];
        exchange.last = Some(140 * MS);
        exchange.output_tokens = 3;
        let mut failed = exchange.clone();
        failed.failure = Some(crate::measure::Failure::Reset);
        let found = histograms(&[exchange, failed], Clocking::Sent);
        let near = |value: u64, expected: u64| value.abs_diff(expected) <= expected / 1000;
        assert_eq!(found.each_ref().map(|(_, histogram)| histogram.len()), [1, 1, 2, 1]);
        assert!(near(found[0].1.max(), 100 * MS) && near(found[1].1.max(), 20 * MS));
        assert!(near(found[2].1.min(), 10 * MS) && near(found[2].1.max(), 30 * MS));
    }
}
