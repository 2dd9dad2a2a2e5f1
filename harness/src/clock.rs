//! One monotonic clock for a whole run, and the kernel's arrival stamps brought onto it.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Nanoseconds since a [`Clock`]'s origin, or a span of that many.
pub(crate) type Nanos = u64;

/// One microsecond in [`Nanos`].
pub(crate) const MICROSECOND: Nanos = 1_000;

/// One millisecond in [`Nanos`].
pub(crate) const MILLISECOND: Nanos = 1_000_000;

/// One second in [`Nanos`].
pub(crate) const SECOND: Nanos = 1_000_000_000;

/// A kernel stamp further in the past than this is not believed: the wall clock was stepped.
const OLDEST_STAMP: Nanos = 60 * SECOND;

/// `nanos` in seconds.
pub(crate) fn seconds(nanos: Nanos) -> f64 {
    nanos as f64 / SECOND as f64
}

/// `duration` in nanoseconds; what doesn't fit (584 years) is the largest value.
pub(crate) fn nanos(duration: Duration) -> Nanos {
    Nanos::try_from(duration.as_nanos()).unwrap_or(Nanos::MAX)
}

/// A monotonic clock that starts at zero.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    origin: Instant,
}

/// When bytes arrived, and how long they lay in the kernel before this program had them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    /// The arrival.
    pub(crate) at: Nanos,
    /// From the kernel's stamp to the read; absent when the kernel gave no (believable) stamp, and then `at` is the
    /// moment after the read.
    pub(crate) delay: Option<Nanos>,
}

impl Clock {
    /// A clock that reads zero now.
    pub(crate) fn start() -> Self {
        Self { origin: Instant::now() }
    }

    /// The time since the origin.
    pub(crate) fn now(&self) -> Nanos {
        nanos(self.origin.elapsed())
    }

    /// The stamp of bytes that were just read and that the kernel received at `kernel` (since the Unix epoch).
    ///
    /// Kernel stamps are on the wall clock. Only the difference from the wall clock's reading now is used, so a clock
    /// that was set in the middle of a run spoils nothing but the reads that were under way.
    pub(crate) fn stamp(&self, kernel: Option<Duration>) -> Stamp {
        let now = self.now();
        let delay = kernel
            .and_then(|kernel| SystemTime::now().duration_since(UNIX_EPOCH).ok()?.checked_sub(kernel))
            .map(nanos)
            .filter(|delay| *delay < OLDEST_STAMP && *delay <= now);
        Stamp { at: now - delay.unwrap_or(0), delay }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_from_the_future_or_from_before_the_run_is_not_believed() {
        let clock = Clock::start();
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        assert_eq!(clock.stamp(Some(wall + Duration::from_secs(5))).delay, None);
        assert_eq!(clock.stamp(Some(wall - Duration::from_secs(90))).delay, None);
        assert_eq!(clock.stamp(None).delay, None);
    }

    #[test]
    fn a_stamp_moves_the_arrival_back_by_what_the_read_was_late() {
        let clock = Clock { origin: Instant::now() - Duration::from_secs(10) };
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let stamp = clock.stamp(Some(wall - Duration::from_secs(2)));
        let delay = stamp.delay.unwrap();
        assert!(delay >= 2 * SECOND, "{delay}");
        assert!(stamp.at <= clock.now() - 2 * SECOND);
    }
}
