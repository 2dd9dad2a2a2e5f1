//! What the mock should do.

use crate::duration;
use std::{path::PathBuf, str::FromStr, time::Duration};

/// A distribution of durations.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Spread {
    /// Always the same.
    Fixed(Duration),
    /// Evenly between two bounds.
    Uniform(Duration, Duration),
    /// Exponential, by its mean.
    Exponential(Duration),
    /// Lognormal, by its median and the standard deviation of the logarithm.
    Lognormal(Duration, f64),
}

impl Spread {
    /// Draws one duration.
    pub(crate) fn draw(self, random: &mut fastrand::Rng) -> Duration {
        match self {
            Self::Fixed(duration) => duration,
            Self::Uniform(low, high) => low + (high - low).mul_f64(random.f64()),
            Self::Exponential(mean) => mean.mul_f64(-(1.0 - random.f64()).ln()),
            Self::Lognormal(median, sigma) => {
                median.mul_f64((sigma * crate::load::standard_normal(random)).exp().min(1e6))
            }
        }
    }
}

impl FromStr for Spread {
    type Err = String;

    /// Reads `100ms`, `uniform:80ms..120ms`, `exponential:100ms` or `lognormal:100ms,0.5`.
    fn from_str(text: &str) -> Result<Self, String> {
        let Some((kind, rest)) = text.split_once(':') else { return duration::parse(text).map(Self::Fixed) };
        match kind {
            "uniform" => {
                let (low, high) = rest.split_once("..").ok_or("write uniform:LOW..HIGH")?;
                let (low, high) = (duration::parse(low)?, duration::parse(high)?);
                if low > high {
                    return Err(format!("`{rest}` runs backwards: write the lower bound first"));
                }
                Ok(Self::Uniform(low, high))
            }
            "exponential" => duration::parse(rest).map(Self::Exponential),
            "lognormal" => {
                let (median, sigma) = rest.split_once(',').ok_or("write lognormal:MEDIAN,SIGMA")?;
                let sigma: f64 = sigma.parse().map_err(|_| format!("`{sigma}` is not a number"))?;
                if !(0.0..=5.0).contains(&sigma) {
                    return Err(format!("sigma {sigma} is not between 0 and 5"));
                }
                Ok(Self::Lognormal(duration::parse(median)?, sigma))
            }
            _ => Err(format!("`{kind}` is not a distribution: uniform, exponential or lognormal")),
        }
    }
}

/// A way in which an answer goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Fault {
    /// The connection is reset halfway through the answer
    Reset,
    /// Nothing comes after half of the answer, and the connection stays open
    Stall,
    /// Nothing comes at all
    Silence,
    /// Status 429, too many requests
    #[value(name = "429")]
    TooManyRequests,
    /// Status 500, internal error
    #[value(name = "500")]
    InternalError,
    /// The connection closes halfway through the answer, without its end
    Truncate,
    /// An event that is not JSON, halfway
    Garbage,
    /// An event that is not UTF-8, halfway
    InvalidUtf8,
    /// A usage with negative counts
    NegativeUsage,
    /// Text without a line end, as fast as it goes, up to a gigabyte
    Endless,
    /// The response's head comes one byte at a time, 20 ms apart
    SlowHeaders,
    /// The connection closes after the answer although it said keep-alive
    CloseAfter,
    /// A document by another schema than was asked for, or no call where functions were offered
    OffSchema,
}

/// A fault and the share of requests that meet it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FaultRate {
    /// What goes wrong.
    pub fault: Fault,
    /// For which share of the requests, 0 to 1.
    pub share: f64,
}

impl FromStr for FaultRate {
    type Err = String;

    /// Reads `reset:0.01`.
    fn from_str(text: &str) -> Result<Self, String> {
        let (fault, share) = text.split_once(':').ok_or("write FAULT:SHARE, such as reset:0.01")?;
        let fault = <Fault as clap::ValueEnum>::from_str(fault, false).map_err(|_| {
            let names: Vec<String> = <Fault as clap::ValueEnum>::value_variants()
                .iter()
                .filter_map(|fault| Some(clap::ValueEnum::to_possible_value(fault)?.get_name().to_owned()))
                .collect();
            format!("`{fault}` is not a fault: {}", names.join(", "))
        })?;
        match share.parse() {
            Ok(share) if (0.0..=1.0).contains(&share) => Ok(Self { fault, share }),
            _ => Err(format!("`{share}` is not a share between 0 and 1")),
        }
    }
}

/// What the mock should do.
#[derive(Clone, Debug)]
pub struct Settings {
    /// From a request's arrival to its first chunk, prefill not counted.
    pub ttft: Spread,
    /// Between tokens.
    pub itl: Spread,
    /// Tokens in a chunk.
    pub tokens_per_chunk: u32,
    /// Prefill: time to first token grows by this for each token of the prompt.
    pub prefill_per_token: Duration,
    /// The inter-token time grows by this share for each other stream in flight.
    pub batch_slowdown: f64,
    /// Faults, by share of requests.
    pub faults: Vec<FaultRate>,
    /// How many requests are spared before faults begin.
    pub faults_after: u64,
    /// Whether a chat answer begins with a chunk that has only a role, at once.
    pub role_chunk: bool,
    /// Of an answer's tokens, how many are reasoning (chat only).
    pub reasoning_tokens: u32,
    /// Whether each chunk states the usage so far.
    pub running_usage: bool,
    /// Which share of the prompts' tokens `/metrics` says were in a prefix cache, 0 to 1. It makes nothing faster.
    pub cached_share: f64,
    /// Whether `/tokenize` is served.
    pub tokenize: bool,
    /// The only model that is served; any, when absent.
    pub model: Option<String>,
    /// The key that requests must show.
    pub api_key: Option<String>,
    /// Seed of everything random.
    pub seed: u64,
    /// Where to write one JSON line for each request.
    pub log: Option<PathBuf>,
    /// Whether to keep what was served for the caller.
    pub keep: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            ttft: Spread::Fixed(Duration::from_millis(100)),
            itl: Spread::Fixed(Duration::from_millis(10)),
            tokens_per_chunk: 1,
            prefill_per_token: Duration::ZERO,
            batch_slowdown: 0.0,
            faults: Vec::new(),
            faults_after: 0,
            role_chunk: false,
            reasoning_tokens: 0,
            running_usage: false,
            cached_share: 0.0,
            tokenize: true,
            model: None,
            api_key: None,
            seed: 0,
            log: None,
            keep: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spreads_are_read_and_drawn() {
        let mut random = fastrand::Rng::with_seed(1);
        let mean = |text: &str, random: &mut fastrand::Rng| {
            let spread: Spread = text.parse().unwrap();
            (0..20_000).map(|_| spread.draw(random).as_secs_f64()).sum::<f64>() / 20_000.0
        };
        for (text, expected) in [
            ("100ms", 0.1),
            ("uniform:80ms..120ms", 0.1),
            ("exponential:100ms", 0.1),
            // The mean of a lognormal is median × exp(sigma² / 2).
            ("lognormal:100ms,0.5", 0.1 * 0.125_f64.exp()),
        ] {
            let found = mean(text, &mut random);
            assert!((found / expected - 1.0).abs() < 0.03, "{text}: {found}");
        }
        for bad in ["uniform:2s..1s", "pareto:1s", "lognormal:1s", "lognormal:1s,-1", "5"] {
            assert!(bad.parse::<Spread>().is_err(), "{bad}");
        }
    }

    #[test]
    fn faults_are_read() {
        assert_eq!("429:0.5".parse(), Ok(FaultRate { fault: Fault::TooManyRequests, share: 0.5 }));
        for bad in ["reset", "reset:2", "sneeze:0.1"] {
            assert!(bad.parse::<FaultRate>().is_err(), "{bad}");
        }
    }
}
