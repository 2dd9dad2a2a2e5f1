//! What the serving engine counts of itself at `/metrics`, read before and after each repeat: its own time to first token,
//! waiting for a turn, hits of its prefix cache, preemptions.
//!
//! The page is Prometheus' text format. The engines' names: vLLM's documentation of metrics, SGLang's of production metrics.

use super::engine_info;
use crate::{
    clock::Clock,
    load::{Engine, Route},
    protocol::RequestShape,
};
use record::ServerCounts;
use std::{io, ops::Index, sync::atomic::AtomicBool, thread::sleep, time::Duration};

/// A quantity that only grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Counter {
    FirstTokenSeconds,
    FirstTokens,
    QueueSeconds,
    Queued,
    PrefixQueries,
    PrefixHits,
    Preemptions,
}

/// Under which names the engines have it. llama.cpp counts the tokens that it computed and those that it found apart.
const NAMES: [(Counter, &[&str]); 7] = [
    (
        Counter::FirstTokenSeconds,
        &[
            "vllm:time_to_first_token_seconds_sum",
            "sglang:time_to_first_token_seconds_sum",
            "mock:time_to_first_token_seconds_sum",
        ],
    ),
    (
        Counter::FirstTokens,
        &[
            "vllm:time_to_first_token_seconds_count",
            "sglang:time_to_first_token_seconds_count",
            "mock:time_to_first_token_seconds_count",
        ],
    ),
    (Counter::QueueSeconds, &["vllm:request_queue_time_seconds_sum", "sglang:queue_time_seconds_sum"]),
    (Counter::Queued, &["vllm:request_queue_time_seconds_count", "sglang:queue_time_seconds_count"]),
    (
        Counter::PrefixQueries,
        &[
            "vllm:prefix_cache_queries_total",
            "sglang:prompt_tokens_total",
            "llamacpp:prompt_tokens_total",
            "llamacpp:prompt_tokens_cached_total",
            "mock:prompt_tokens_total",
        ],
    ),
    (
        Counter::PrefixHits,
        &[
            "vllm:prefix_cache_hits_total",
            "sglang:cached_tokens_total",
            "llamacpp:prompt_tokens_cached_total",
            "mock:cached_tokens_total",
        ],
    ),
    (Counter::Preemptions, &["vllm:num_preemptions_total", "sglang:num_retracted_requests_total"]),
];

/// How often, and how far apart, the page is read until it has caught up with the last answers.
const TRIES: u32 = 5;
const APART: Duration = Duration::from_millis(100);

/// The counters at one moment, or how far they grew; none where the engine doesn't have one.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Counters([Option<f64>; NAMES.len()]);

impl Index<Counter> for Counters {
    type Output = Option<f64>;

    fn index(&self, counter: Counter) -> &Option<f64> {
        &self.0[counter as usize]
    }
}

impl Counters {
    /// Reads a page of metrics. A counter that has several lines, by its labels, is their sum.
    fn parse(page: &str) -> Self {
        let mut counters = Self::default();
        for (name, value) in page.lines().filter_map(sample) {
            for (counter, _) in NAMES.iter().filter(|(_, names)| names.contains(&name)) {
                *counters.0[*counter as usize].get_or_insert(0.0) += value;
            }
        }
        counters
    }

    /// Whether the page had none of them.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.iter().all(Option::is_none)
    }

    /// How far each grew since `before`; none for one that fell, because the engine began again.
    fn since(&self, before: &Self) -> Self {
        let mut grown = Self::default();
        for (grown, (after, before)) in grown.0.iter_mut().zip(self.0.iter().zip(before.0)) {
            *grown = after.zip(before).map(|(after, before)| after - before).filter(|grown| *grown >= 0.0);
        }
        grown
    }
}

/// A metric's name and value; none for a comment and for what isn't a finite number.
fn sample(line: &str) -> Option<(&str, f64)> {
    // Labels may have white space in them, a time may follow the value.
    let (name, rest) = match (line.find('{'), line.rfind('}')) {
        (Some(from), Some(until)) if from < until => (&line[..from], &line[until + 1..]),
        _ => line.split_once(' ')?,
    };
    let value: f64 = rest.split_ascii_whitespace().next()?.parse().ok()?;
    (value.is_finite() && !name.starts_with('#')).then_some((name, value))
}

/// Reads an engine's counters, on a connection of its own.
pub(crate) struct Reader<'a> {
    pub(crate) route: &'a Route,
    pub(crate) shape: &'a RequestShape,
    pub(crate) stop: &'a AtomicBool,
}

impl Reader<'_> {
    /// The counters now; empty where the engine doesn't tell.
    pub(crate) fn read(&self) -> io::Result<Counters> {
        let mut engine = Engine::new(self.route, Clock::start())?;
        let page = engine_info::body(&mut engine, self.shape, "/metrics", self.stop)?;
        Ok(Counters::parse(&String::from_utf8_lossy(&page)))
    }

    /// How far the counters have grown since `before`, once they show the `answered` requests that got a first token: an engine
    /// may count a moment after it answered.
    pub(crate) fn grown(&self, before: &Counters, answered: u64) -> io::Result<Counters> {
        let mut grown = self.read()?.since(before);
        for _ in 1..TRIES {
            if grown[Counter::FirstTokens].is_none_or(|counted| counted >= answered as f64) {
                break;
            }
            sleep(APART);
            grown = self.read()?.since(before);
        }
        Ok(grown)
    }
}

/// What the counters say over all repeats; none where the engine doesn't tell, or in one repeat didn't.
pub(crate) fn describe(repeats: &[Counters]) -> Option<ServerCounts> {
    let sum = |counter: Counter| repeats.iter().map(|grown| grown[counter]).sum::<Option<f64>>();
    let count = |counter: Counter| sum(counter).map(|count| count as u64);
    let mean =
        |total: Counter, number: Counter| Some(sum(total)? / sum(number).filter(|number| *number > 0.0)?);
    let counts = ServerCounts {
        requests: count(Counter::FirstTokens),
        ttft_mean_s: mean(Counter::FirstTokenSeconds, Counter::FirstTokens),
        queue_time_mean_s: mean(Counter::QueueSeconds, Counter::Queued),
        prefix_cache_queried_tokens: count(Counter::PrefixQueries),
        prefix_cache_hit_tokens: count(Counter::PrefixHits),
        preemptions: count(Counter::Preemptions),
    };
    (!repeats.is_empty() && counts != ServerCounts::default()).then_some(counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_one_counter_are_added_up_and_others_are_passed_over() {
        let page = "\
# HELP vllm:prefix_cache_hits_total Prefix cache hits, in terms of number of cached tokens.\n\
# TYPE vllm:prefix_cache_hits_total counter\n\
vllm:prefix_cache_hits_total{engine=\"0\",model_name=\"a {b} c\"} 3.0\n\
vllm:prefix_cache_hits_total{engine=\"1\",model_name=\"a\"} 4e2 1700000000\n\
vllm:prefix_cache_hits_created{engine=\"0\"} 1.79e+09\n\
vllm:time_to_first_token_seconds_bucket{le=\"+Inf\"} 7\n\
vllm:time_to_first_token_seconds_sum 1.5\n\
vllm:num_preemptions_total NaN\n\
}{ nonsense\n";
        let counters = Counters::parse(page);
        assert_eq!(counters[Counter::PrefixHits], Some(403.0));
        assert_eq!(counters[Counter::FirstTokenSeconds], Some(1.5));
        assert_eq!((counters[Counter::Preemptions], counters[Counter::FirstTokens]), (None, None));
        assert!(Counters::parse("<html>not found</html>").is_empty());
    }

    #[test]
    fn each_counter_has_its_place() {
        for (place, (counter, _)) in NAMES.iter().enumerate() {
            assert_eq!(*counter as usize, place);
        }
    }

    #[test]
    fn growth_is_added_over_repeats_and_unknown_where_the_engine_began_again() {
        let at = |seconds: f64, tokens: f64, hits: f64| {
            Counters::parse(&format!(
                "sglang:time_to_first_token_seconds_sum {seconds}\nsglang:time_to_first_token_seconds_count {tokens}\n\
                 sglang:prompt_tokens_total 100\nsglang:cached_tokens_total {hits}\n"
            ))
        };
        let repeats =
            [at(3.0, 12.0, 9.0).since(&at(1.0, 2.0, 9.0)), at(7.0, 22.0, 1.0).since(&at(3.0, 12.0, 9.0))];
        let counts = describe(&repeats).unwrap();
        assert_eq!((counts.requests, counts.ttft_mean_s), (Some(20), Some(0.3)));
        assert_eq!((counts.prefix_cache_queried_tokens, counts.prefix_cache_hit_tokens), (Some(0), None));
        assert_eq!(counts.prefix_cache_hit_share(), None);
        assert_eq!(describe(&[Counters::default()]), None);
        assert_eq!(describe(&[]), None);
    }
}
