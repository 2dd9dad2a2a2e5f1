//! How the client itself kept up.

use super::Failure;
use crate::clock::{Nanos, SECOND, seconds};
use hdrhistogram::Histogram;
use nix::{
    sys::resource::{UsageWho, getrusage},
    time::{ClockId, clock_gettime},
};
use record::Distribution;
use std::{
    fs::File,
    os::unix::fs::FileExt,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// Delays are recorded from one nanosecond to a minute, to three significant digits.
fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, 60 * SECOND, 3).expect("the bounds are sound")
}

/// What the event loop notes about itself.
#[derive(Debug)]
pub(crate) struct LoopWatch {
    delays: Histogram<u64>,
    /// Reads for which the kernel gave no stamp.
    pub(crate) unstamped: u64,
    /// The longest that the loop was away from its poll.
    pub(crate) stall: Nanos,
    /// How long the loop's thread was ready to run and didn't.
    pub(crate) starved: Nanos,
    /// Chunks with output.
    pub(crate) outputs: u64,
    /// How often the system's clock was set.
    pub(crate) clock_steps: u64,
    wall: Option<Wall>,
    /// Why the last connection that was made ahead of its use failed.
    pub(crate) connect_failure: Option<Failure>,
}

impl Default for LoopWatch {
    fn default() -> Self {
        Self {
            delays: histogram(),
            unstamped: 0,
            stall: 0,
            starved: 0,
            outputs: 0,
            clock_steps: 0,
            wall: None,
            connect_failure: None,
        }
    }
}

impl LoopWatch {
    /// Notes a read, `delay` after the kernel had the bytes.
    pub(crate) fn read(&mut self, delay: Option<Nanos>) {
        match delay {
            Some(delay) => self.delays.saturating_record(delay),
            None => self.unstamped += 1,
        }
    }

    /// Notes a poll, `stall` later than it should have returned.
    pub(crate) fn polled(&mut self, stall: Nanos) {
        self.stall = self.stall.max(stall);
    }

    /// Looks whether the system's clock was set since the last look.
    pub(crate) fn look_at_clock(&mut self) {
        if let Ok(wall) = SystemTime::now().duration_since(UNIX_EPOCH) {
            let now = Wall { wall, monotonic: Instant::now() };
            self.clock_steps += u64::from(self.wall.is_some_and(|before| before.was_set(now)));
            self.wall = Some(now);
        }
    }

    /// Whether the kernel stamped every read.
    pub(crate) fn is_stamped(&self) -> bool {
        self.unstamped == 0 && !self.delays.is_empty()
    }

    /// From the kernel's stamps to the reads of all `watches`, in seconds.
    pub(crate) fn delay<'a>(watches: impl Iterator<Item = &'a Self>) -> Option<Distribution> {
        let mut delays = histogram();
        for watch in watches {
            delays.add(&watch.delays).expect("the bounds are the same");
        }
        if delays.is_empty() {
            return None;
        }
        let at = |percent| Some(seconds(delays.value_at_percentile(percent)));
        let max = seconds(delays.max());
        let bounded = |percent| at(percent).map(|value| value.min(max));
        Some(Distribution {
            count: Some(delays.len()),
            mean: Some(delays.mean() / SECOND as f64),
            max: Some(max),
            p50: bounded(50.0),
            p90: bounded(90.0),
            p99: bounded(99.0),
            p99_9: bounded(99.9),
            ..Distribution::default()
        })
    }
}

/// Two readings of the clock differ from the monotonic one by more than this only where it was set: a clock that is merely
/// brought into line gains or loses half a millisecond a second at most.
const STEP: Duration = Duration::from_millis(5);

/// The system's clock and the monotonic one at the same moment.
#[derive(Clone, Copy, Debug)]
struct Wall {
    wall: Duration,
    monotonic: Instant,
}

impl Wall {
    /// Whether the system's clock was set between this reading and a `later` one.
    fn was_set(self, later: Self) -> bool {
        let expected = self.wall + (later.monotonic - self.monotonic);
        expected.abs_diff(later.wall) > STEP
    }
}

/// What this process has used since it began.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Usage {
    /// Processor time, user and system, of all threads.
    pub(crate) cpu: Duration,
    /// Largest resident memory in bytes.
    pub(crate) peak_memory: Option<u64>,
}

/// What this process has used so far.
pub(crate) fn process_usage() -> Usage {
    let cpu = clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID).map_or(Duration::ZERO, Duration::from);
    // Linux counts in kibibytes, macOS in bytes.
    let unit = if cfg!(target_os = "macos") { 1 } else { 1024 };
    let peak_memory = (getrusage(UsageWho::RUSAGE_SELF).ok())
        .and_then(|usage| u64::try_from(usage.max_rss()).ok())
        .map(|size| size * unit);
    Usage { cpu, peak_memory }
}

/// How long this thread was ready to run and didn't, by the kernel's count (the second field of `schedstat`).
#[derive(Debug)]
pub(crate) struct Starvation {
    file: Option<File>,
    last: Nanos,
    /// All of it so far.
    pub(crate) total: Nanos,
}

impl Starvation {
    /// Begins to watch the thread that calls.
    pub(crate) fn watch() -> Self {
        let mut starvation = Self { file: File::open("/proc/thread-self/schedstat").ok(), last: 0, total: 0 };
        starvation.since_last();
        starvation.total = 0;
        starvation
    }

    /// The starvation since the last call; none where the kernel doesn't count it.
    pub(crate) fn since_last(&mut self) -> Option<Nanos> {
        let mut buffer = [0; 96];
        let length = self.file.as_ref()?.read_at(&mut buffer, 0).ok()?;
        let text = std::str::from_utf8(&buffer[..length]).ok()?;
        let now: Nanos = text.split_ascii_whitespace().nth(1)?.parse().ok()?;
        let since = now.saturating_sub(self.last);
        self.last = now;
        self.total += since;
        Some(since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_are_summarised_in_seconds() {
        let mut watch = LoopWatch::default();
        assert!(LoopWatch::delay([&watch].into_iter()).is_none() && !watch.is_stamped());
        for delay in 1..=1000 {
            watch.read(Some(delay * 1000));
        }
        let delay = LoopWatch::delay([&watch, &LoopWatch::default()].into_iter()).unwrap();
        assert!((delay.mean.unwrap() / 500.5e-6 - 1.0).abs() < 0.01);
        assert!((delay.p99.unwrap() / 990e-6 - 1.0).abs() < 0.01);
        assert!(watch.is_stamped());
        watch.read(None);
        assert!(!watch.is_stamped());
    }

    #[test]
    fn a_clock_that_is_set_is_noticed_in_either_direction_and_drift_is_not() {
        let begun = Wall { wall: Duration::from_secs(1000), monotonic: Instant::now() };
        let second = Duration::from_secs(1);
        for (wall, was_set) in [(1_000_500, false), (999_500, false), (1_100_000, true), (900_000, true)] {
            let wall = begun.wall + Duration::from_micros(wall);
            let later = Wall { wall, monotonic: begun.monotonic + second };
            assert_eq!(begun.was_set(later), was_set, "{wall:?}");
        }
    }

    #[test]
    fn usage_grows() {
        let before = process_usage();
        assert!(before.peak_memory.unwrap() > 1 << 20);
        let mut sum = 0_u64;
        while process_usage().cpu == before.cpu {
            sum = sum.wrapping_add(1);
        }
        assert!(process_usage().cpu > before.cpu);
    }
}
