//! `inferencemax mock`.

use super::Failed;
use crate::{
    duration,
    mock::{FaultRate, Mock, Settings, Spread},
};
use clap::Args;
use signal_hook::consts::{SIGINT, SIGTERM};
use std::{io::Write, net::SocketAddr, path::PathBuf, time::Duration};

/// Serve known latencies, to measure clients against
///
/// Speaks the streaming part of the OpenAI interface: /v1/completions, /v1/chat/completions, /v1/responses, /v1/models,
/// and /tokenize, /metrics, /health, over HTTP/1.1 and HTTP/2 (without TLS, to clients that begin with it). A prompt has as many
/// tokens as words. A JSON schema is answered by a document that conforms, tools by a call. Stop it with Ctrl-C.
#[derive(Debug, Args)]
pub(crate) struct MockArguments {
    /// Address to listen on
    #[arg(long, default_value = "127.0.0.1")]
    host: std::net::IpAddr,
    /// Port to listen on; 0 takes a free one and says which
    #[arg(long, default_value_t = 8917)]
    port: u16,
    /// Time to first token: 100ms, uniform:80ms..120ms, exponential:100ms, lognormal:100ms,0.5
    #[arg(long, default_value = "100ms")]
    ttft: Spread,
    /// Time between tokens, in the same forms
    #[arg(long, default_value = "10ms")]
    itl: Spread,
    /// Tokens in a chunk
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1024))]
    tokens_per_chunk: u32,
    /// Time to first token grows by this for each token of the prompt
    #[arg(long, default_value = "0s", value_parser = duration::parse)]
    prefill_per_token: Duration,
    /// The time between tokens grows by this share for each other stream in flight
    #[arg(long, default_value_t = 0.0)]
    batch_slowdown: f64,
    /// A fault and the share of requests that meet it, such as reset:0.01; may be repeated. Faults: reset, stall, silence,
    /// 429, 500, truncate, garbage, invalid-utf8, negative-usage, endless, slow-headers, close-after,
    /// off-schema
    #[arg(long = "fault", value_name = "FAULT:SHARE")]
    faults: Vec<FaultRate>,
    /// Requests that are spared before faults begin
    #[arg(long, value_name = "N", default_value_t = 0)]
    faults_after: u64,
    /// Begin chat answers with a chunk that has only a role, at once
    #[arg(long)]
    role_chunk: bool,
    /// Of a chat answer's tokens, how many are reasoning
    #[arg(long, default_value_t = 0)]
    reasoning_tokens: u32,
    /// State the usage so far in every chunk
    #[arg(long)]
    running_usage: bool,
    /// At /metrics, say that this share of the prompts' tokens was in a prefix cache, 0 to 1
    #[arg(long, value_name = "SHARE", default_value_t = 0.0, value_parser = share)]
    cached_share: f64,
    /// Don't serve /tokenize
    #[arg(long)]
    no_tokenize: bool,
    /// Serve only this model; others get 404
    #[arg(long)]
    model: Option<String>,
    /// Demand the key in the environment variable INFERENCEMAX_MOCK_API_KEY
    #[arg(long)]
    require_key: bool,
    /// Seed of distributions and faults
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Write what was really sent, and when: one JSON line for each request
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
}

impl MockArguments {
    /// Serves until Ctrl-C.
    pub(crate) fn run(self) -> Result<(), Failed> {
        let address = SocketAddr::new(self.host, self.port);
        let settings = self.settings()?;
        let mock = Mock::bind(address, settings)
            .map_err(|error| Failed::here(format!("can't serve on {address}: {error}")))?;
        let address = mock.address().map_err(|error| Failed::here(error.to_string()))?;
        for signal in [SIGINT, SIGTERM] {
            signal_hook::flag::register(signal, mock.stop_flag())
                .map_err(|error| Failed::here(format!("can't watch for Ctrl-C: {error}")))?;
        }
        let _ = writeln!(std::io::stdout(), "serving on http://{address}");
        mock.run().map_err(|error| Failed::here(format!("the mock stopped: {error}")))?;
        Ok(())
    }

    fn settings(self) -> Result<Settings, Failed> {
        if !(0.0..=1000.0).contains(&self.batch_slowdown) {
            return Err(Failed::usage("--batch-slowdown is a share between 0 and 1000"));
        }
        let api_key = if self.require_key {
            Some(std::env::var("INFERENCEMAX_MOCK_API_KEY").map_err(|_| {
                Failed::usage("--require-key needs the environment variable INFERENCEMAX_MOCK_API_KEY")
            })?)
        } else {
            None
        };
        Ok(Settings {
            ttft: self.ttft,
            itl: self.itl,
            tokens_per_chunk: self.tokens_per_chunk,
            prefill_per_token: self.prefill_per_token,
            batch_slowdown: self.batch_slowdown,
            faults: self.faults,
            faults_after: self.faults_after,
            role_chunk: self.role_chunk,
            reasoning_tokens: self.reasoning_tokens,
            running_usage: self.running_usage,
            cached_share: self.cached_share,
            tokenize: !self.no_tokenize,
            model: self.model,
            api_key,
            seed: self.seed,
            log: self.log,
            keep: false,
        })
    }
}

fn share(text: &str) -> Result<f64, String> {
    let share = text.parse().ok().filter(|share| (0.0..=1.0).contains(share));
    share.ok_or_else(|| format!("`{text}` is not a share between 0 and 1"))
}
