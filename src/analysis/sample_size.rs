//! Whether a percentile rests on enough requests.
//!
//! The rule is MLPerf's early stopping at 99 % confidence: the smallest number of requests `n` for which the incomplete
//! beta function `I_p(n, t + 1)` is at most 0.01 with no request over the bound (`t = 0`), which is `p^n ≤ 0.01`.

use super::Entry;
use record::WorkloadKind;

/// The extreme percentiles that are shown, each with the requests that it needs.
pub const NEEDED: [(&str, u64); 4] = [("p90", 44), ("p95", 90), ("p99", 459), ("p99.9", 4603)];

/// How many requests a measurement rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requests {
    /// The source says so.
    Stated(u64),
    /// Upstream sends ten requests for each concurrency slot of a fixed-length sweep, and doesn't state the sum.
    Inferred(u64),
}

impl Requests {
    /// The requests behind a measurement, when they are stated or can be inferred.
    pub fn of(entry: &Entry<'_>) -> Option<Self> {
        let measurement = entry.measurement;
        if let Some(completed) = measurement.requests.as_ref().and_then(|requests| requests.completed) {
            return Some(Self::Stated(completed));
        }
        let upstream = entry.run.source.project == "InferenceMAX"
            && measurement.workload.kind == WorkloadKind::FixedLength;
        let concurrency = measurement.arrival.concurrency.filter(|_| upstream)?;
        Some(Self::Inferred(10 * u64::from(concurrency)))
    }

    /// The number itself.
    pub fn count(self) -> u64 {
        match self {
            Self::Stated(count) | Self::Inferred(count) => count,
        }
    }

    /// In words: `80 requests`, `about 80 requests (ten for each slot)`.
    pub fn words(self) -> String {
        match self {
            Self::Stated(count) => format!("{count} requests"),
            Self::Inferred(count) => format!("about {count} requests (ten for each slot)"),
        }
    }
}

/// Requests that a percentile, such as `p99`, needs; nothing for one that any sample supports.
pub fn requests_needed(percentile: &str) -> Option<u64> {
    NEEDED.iter().find(|(name, _)| *name == percentile).map(|(_, needed)| *needed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_the_rule() {
        for (name, needed) in NEEDED {
            let p: f64 = name[1..].parse::<f64>().expect("a percentile") / 100.0;
            assert_eq!(crate::analysis::statistics::requests_for_percentile(p), Some(needed), "{name}");
        }
        assert_eq!(requests_needed("p50"), None);
    }
}
