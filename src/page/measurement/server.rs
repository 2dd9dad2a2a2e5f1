//! What the serving engine counted of itself while it was measured, beside what the client saw.

use super::client::{duration, facts, known, percent};
use crate::format;
use record::{Measurement, ServerCounts};

/// Appends the engine's counters; nothing where the record has none.
pub(super) fn write(html: &mut String, measurement: &Measurement) {
    let Some(counts) = &measurement.server else { return };
    html.push_str("<h4>The server’s own account</h4>");
    facts(html, counted(counts));
}

fn counted(counts: &ServerCounts) -> Vec<(&'static str, String)> {
    let count = |count: Option<u64>| count.map(|count| format::count(count as usize));
    known([
        ("Mean time to first token, by its own clock", counts.ttft_mean_s.map(duration)),
        ("Mean wait for a turn", counts.queue_time_mean_s.map(duration)),
        ("Input tokens from its prefix cache", counts.prefix_cache_hit_share().map(percent)),
        ("Requests with a first token", count(counts.requests)),
        ("Preemptions", count(counts.preemptions)),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_server_counted_is_shown_and_what_it_did_not_is_not() {
        let counts = ServerCounts {
            ttft_mean_s: Some(0.0231),
            prefix_cache_queried_tokens: Some(400),
            prefix_cache_hit_tokens: Some(300),
            requests: Some(1024),
            ..ServerCounts::default()
        };
        let shown = counted(&counts);
        let names: Vec<&str> = shown.iter().map(|(name, _)| *name).collect();
        assert_eq!(
            names,
            [
                "Mean time to first token, by its own clock",
                "Input tokens from its prefix cache",
                "Requests with a first token"
            ]
        );
        assert_eq!(shown[1].1, percent(0.75));
        assert!(shown[0].1.starts_with("23.1"), "{}", shown[0].1);
    }
}
