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

/// The highest of the percentiles that are shown that so many requests suffice for; `p50` where they suffice for none of the
/// extreme ones.
pub fn highest_percentile(requests: Requests) -> &'static str {
    let enough = |(_, needed): &&(&str, u64)| *needed <= requests.count();
    NEEDED.iter().rev().find(enough).map_or("p50", |(name, _)| name)
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

    #[test]
    fn the_highest_percentile_is_the_last_that_the_requests_suffice_for() {
        let highest = [1, 43, 44, 458, 459, 5000].map(|count| highest_percentile(Requests::Stated(count)));
        assert_eq!(highest, ["p50", "p50", "p90", "p95", "p99", "p99.9"]);
    }

    #[test]
    fn requests_are_stated_or_inferred_from_upstreams_slots_or_unknown() {
        use crate::analysis::sample::{measurement, run};
        use serde_json::json;
        let of = |project: &str, fields: &serde_json::Value| {
            let mut run = run("a", "2026-01-01", vec![measurement(fields)]);
            project.clone_into(&mut run.source.project);
            Requests::of(&Entry { run: &run, measurement: &run.measurements[0] })
        };
        let (stated, slots) =
            (json!({ "requests": { "completed": 40 } }), json!({ "arrival": { "concurrency": 4 } }));
        assert_eq!(of("InferenceMAX", &stated), Some(Requests::Stated(40)));
        assert_eq!(of("InferenceMAX", &slots), Some(Requests::Inferred(40)));
        assert_eq!(of("another", &slots), None, "only upstream sends ten for each slot");
    }
}
