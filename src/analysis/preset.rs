//! Service levels that are prepared for readers.

use super::{Percentile, ServiceLevel};
use record::ModelKey;

/// A service level with a name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Preset {
    /// Its anchor on a page: `40-5s`.
    pub key: &'static str,
    /// The model that it was made for; any model where absent.
    pub model: Option<&'static str>,
    /// Its name; absent where the limits themselves are the name.
    pub name: Option<&'static str>,
    /// The level.
    pub level: ServiceLevel,
}

const fn general(key: &'static str, interactivity: f64) -> Preset {
    let level = ServiceLevel {
        first_token_s: 5.0,
        first_token_at: Percentile::Median,
        interactivity,
        interactivity_at: Percentile::Median,
    };
    Preset { key, model: None, name: None, level }
}

const fn mlperf(
    key: &'static str,
    model: Option<&'static str>,
    name: &'static str,
    first_token_ms: f64,
    output_token_ms: f64,
) -> Preset {
    let level = ServiceLevel {
        first_token_s: first_token_ms / 1000.0,
        first_token_at: Percentile::P99,
        // A hair below the reciprocal, so that it reads well in an address and a time of exactly the limit keeps it.
        interactivity: (1e8 / output_token_ms).floor() / 1e5,
        interactivity_at: Percentile::P99,
    };
    Preset { key, model, name: Some(name), level }
}

/// The level that a reader who gives none gets.
pub const DEFAULT: Preset = general("40-5s", 40.0);

/// Levels for every model.
pub const GENERAL: [Preset; 4] =
    [general("20-5s", 20.0), DEFAULT, general("60-5s", 60.0), general("100-5s", 100.0)];

/// The levels that something is recommended at: a slow reader's, the common one, and one for agents that wait.
pub const RECOMMENDED: [Preset; 3] = [GENERAL[0], DEFAULT, GENERAL[3]];

/// MLPerf Inference's latency limits for language models, on the 99th percentile of time to first token and of time per
/// output token: the table "Benchmarks" of its rules,
/// <https://github.com/mlcommons/inference_policies/blob/master/inference_rules.adoc>, as of July 2026.
///
/// MLPerf sets its own texts and answer lengths, and sends requests at random times; the measurements here keep a number of
/// requests in flight. So an answer here keeps the limits of MLPerf, and is no result of MLPerf.
pub const MLPERF: [Preset; 10] = [
    mlperf("mlperf-llama2-70b-server", None, "MLPerf Llama 2 70B, server", 2000.0, 200.0),
    mlperf("mlperf-llama2-70b-interactive", None, "MLPerf Llama 2 70B, interactive", 450.0, 40.0),
    mlperf("mlperf-llama3.1-405b-server", None, "MLPerf Llama 3.1 405B, server", 6000.0, 175.0),
    mlperf("mlperf-llama3.1-405b-interactive", None, "MLPerf Llama 3.1 405B, interactive", 4500.0, 80.0),
    mlperf("mlperf-deepseek-r1-server", Some("dsr1"), "MLPerf DeepSeek-R1, server", 2000.0, 80.0),
    mlperf("mlperf-deepseek-r1-interactive", Some("dsr1"), "MLPerf DeepSeek-R1, interactive", 1500.0, 15.0),
    mlperf("mlperf-gpt-oss-120b-server", Some("gptoss120b"), "MLPerf gpt-oss-120b, server", 3000.0, 80.0),
    mlperf(
        "mlperf-gpt-oss-120b-interactive",
        Some("gptoss120b"),
        "MLPerf gpt-oss-120b, interactive",
        2000.0,
        20.0,
    ),
    mlperf("mlperf-llama3.1-8b-server", None, "MLPerf Llama 3.1 8B, server", 2000.0, 100.0),
    mlperf("mlperf-llama3.1-8b-interactive", None, "MLPerf Llama 3.1 8B, interactive", 500.0, 30.0),
];

/// The levels that a model's pages answer: the general ones, and those made for it.
pub fn presets_for(model: &ModelKey) -> impl Iterator<Item = &'static Preset> {
    let own = MLPERF.iter().filter(move |preset| preset.model == Some(model.as_str()));
    GENERAL.iter().chain(own)
}

impl ServiceLevel {
    /// In words: `40 tok/s per user (median), first token under 5 s (p99)`.
    pub fn words(&self) -> String {
        let figure = crate::format::figure;
        let (speed, first) = (figure(self.interactivity), figure(self.first_token_s));
        let (speed_at, first_at) = (self.interactivity_at.name(), self.first_token_at.name());
        if speed_at == first_at {
            format!("{speed} tok/s per user, first token within {first} s ({first_at})")
        } else {
            format!("{speed} tok/s per user ({speed_at}), first token within {first} s ({first_at})")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_exactly_the_limit_keeps_it_and_the_next_of_six_digits_does_not() {
        for (preset, limit_ms) in
            MLPERF.iter().zip([200.0, 40.0, 175.0, 80.0, 80.0, 15.0, 80.0, 20.0, 100.0, 30.0])
        {
            let limit = limit_ms / 1000.0;
            assert!(1.0 / limit >= preset.level.interactivity, "{}", preset.key);
            assert!(1.0 / (limit * 1.00001) < preset.level.interactivity, "{}", preset.key);
        }
    }

    #[test]
    fn a_model_gets_the_general_levels_and_its_own() {
        let keys = |model: &str| -> Vec<&str> {
            let model = ModelKey::from(model);
            presets_for(&model).map(|preset| preset.key).collect()
        };
        assert_eq!(keys("other"), ["20-5s", "40-5s", "60-5s", "100-5s"]);
        assert_eq!(keys("dsr1")[4..], ["mlperf-deepseek-r1-server", "mlperf-deepseek-r1-interactive"]);
    }

    #[test]
    fn a_level_is_said_with_its_percentiles() {
        assert_eq!(DEFAULT.level.words(), "40 tok/s per user, first token within 5 s (median)");
        let mixed = ServiceLevel { first_token_at: Percentile::P99, ..DEFAULT.level };
        assert_eq!(mixed.words(), "40 tok/s per user (median), first token within 5 s (p99)");
    }
}
