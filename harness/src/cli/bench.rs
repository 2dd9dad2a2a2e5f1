//! `inferencemax bench`: the options as typed, and what they come to.

use super::{Failed, load::LoadArguments, workload::WorkloadArguments};
use crate::{
    bench::{self, Calibrate, Identity, Settings},
    clock::nanos,
    duration,
    load::{Protocol, Timeouts},
    measure::ServiceLevels,
    protocol::{Interface, RequestShape, Target},
    request_log::LogForm,
    workload::Lengths,
};
use clap::{Args, ValueEnum};
use record::RunKind;
use std::{io::IsTerminal, path::PathBuf, time::Duration};

/// What people ask for most.
const EXAMPLES: &str = "\
Examples:
  Each concurrency from 1 to 256, repeated until throughput agrees within 2 %:
    inferencemax bench --url http://127.0.0.1:8000 --model NAME --concurrency 1..256 --until output:2%

  The most requests/s of which nine in ten see their first token within 2 s and 20 tokens/s:
    inferencemax bench --url http://127.0.0.1:8000 --model NAME \\
      --find service-levels --goodput ttft:2s,tpot:50ms --rate 0.5..64 --duration 2m

  Conversations of five turns, a minute apart, 32 at a time:
    inferencemax bench --url http://127.0.0.1:8000 --model NAME \\
      --workload multi-turn --turns 5 --think-time 1m --input-tokens 200 --output-tokens 300 --concurrency 32

  A recorded trace at twice its speed, for ten minutes:
    inferencemax bench --url http://127.0.0.1:8000 --model NAME --trace trace.csv --speed 2 --duration 10m";

/// Who stands behind a run.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Standing {
    /// This project, whose maintainer measured it
    Official,
    /// Somebody else, who offers it to this project
    Community,
    /// Nobody yet
    Unofficial,
}

impl Standing {
    /// The kind of run in the record.
    fn recorded(self) -> RunKind {
        match self {
            Self::Official => RunKind::Official,
            Self::Community => RunKind::Community,
            Self::Unofficial => RunKind::Unofficial,
        }
    }
}

/// Drive an OpenAI-compatible streaming endpoint and write a record
///
/// A closed load (--concurrency) keeps that many requests in flight; an open one (--rate, --trace) sends them by the
/// clock. Several values, as in --concurrency 1,4,16 or 1..256, are measured one after the other into one record; --find
/// chooses them itself. What is asked is random words, or another --workload, or a file's --prompts.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct BenchArguments {
    /// The server, such as http://127.0.0.1:8000
    #[arg(long, help_heading = "Server")]
    url: String,
    /// The model's name, as the server knows it
    #[arg(long, help_heading = "Server")]
    model: String,
    /// Which interface to ask [default: completions for random, shared-prefix and traces, else chat]
    #[arg(long, value_enum, value_name = "INTERFACE", help_heading = "Server")]
    endpoint: Option<Interface>,
    /// The protocol below it
    #[arg(long, value_enum, default_value = "1.1", value_name = "VERSION", help_heading = "Server")]
    http: Protocol,
    /// File with the API key. Without it, INFERENCEMAX_API_KEY is used. A key is never logged or recorded
    #[arg(long, value_name = "FILE", help_heading = "Server")]
    api_key_file: Option<PathBuf>,

    #[command(flatten)]
    load: LoadArguments,

    #[command(flatten)]
    workload: WorkloadArguments,
    /// Service levels a request must meet to count for goodput, such as ttft:2s,tpot:50ms. May be repeated: each set is
    /// counted by itself
    #[arg(long, value_name = "LEVELS", help_heading = "Workload")]
    goodput: Vec<ServiceLevels>,

    /// Give up on a connection after
    #[arg(long, default_value = "10s", value_parser = duration::parse, help_heading = "Timeouts and retries")]
    connect_timeout: Duration,
    /// Give up on a request without a first token after
    #[arg(long, default_value = "5m", value_parser = duration::parse, help_heading = "Timeouts and retries")]
    first_token_timeout: Duration,
    /// Give up on a request without a next token after
    #[arg(long, default_value = "1m", value_parser = duration::parse, help_heading = "Timeouts and retries")]
    token_timeout: Duration,
    /// Give up on a request after
    #[arg(long, default_value = "1h", value_parser = duration::parse, help_heading = "Timeouts and retries")]
    total_timeout: Duration,
    /// Send a request that failed before any output again, so often; retries are counted, and their time is in the figures
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u32).range(..=100), help_heading = "Timeouts and retries")]
    retries: u32,

    /// Folder for the record and its requests; made when missing [default: content/results, or here]
    #[arg(long, value_name = "DIR", help_heading = "Record")]
    out: Option<PathBuf>,
    /// In which form each request is written beside the record, within a second of its end
    #[arg(long, value_enum, default_value = "zstd", value_name = "FORM", help_heading = "Record")]
    request_log: LogForm,
    /// The run's name: lower-case letters, digits, `-`, `_` and `.` [default: from date, model and time]
    #[arg(long, help_heading = "Record")]
    id: Option<String>,
    /// Measure only the loads that the record of this --id in --out lacks, and add them to it
    #[arg(long, requires = "id", help_heading = "Record")]
    resume: bool,
    /// Who stands behind the run
    #[arg(long, value_enum, default_value = "unofficial", value_name = "KIND", help_heading = "Record")]
    kind: Standing,
    /// Accelerator's key on the site, such as h100 [default: as nvidia-smi says, else cpu]
    #[arg(long, value_name = "KEY", help_heading = "Record")]
    accelerator: Option<String>,
    /// Accelerators of the deployment
    #[arg(long, value_name = "N", help_heading = "Record")]
    accelerators: Option<u32>,
    /// Tensor parallel degree
    #[arg(long, value_name = "N", help_heading = "Record")]
    tensor_parallel: Option<u32>,
    /// Framework's key on the site, such as vllm [default: as the server says, else unknown]
    #[arg(long, value_name = "KEY", help_heading = "Record")]
    framework: Option<String>,
    /// Framework's version
    #[arg(long, value_name = "VERSION", help_heading = "Record")]
    framework_version: Option<String>,
    /// Container image that serves
    #[arg(long, help_heading = "Record")]
    image: Option<String>,
    /// Numeric format of the weights, such as fp8 [default: unknown]
    #[arg(long, value_name = "KEY", help_heading = "Record")]
    precision: Option<String>,
    /// Model's key on the site [default: from its name]
    #[arg(long, value_name = "KEY", help_heading = "Record")]
    model_key: Option<String>,

    /// No live progress; the summary alone. So it is without a terminal or with CI set
    #[arg(long, help_heading = "Output")]
    plain: bool,
    /// Whether to measure the built-in mock at the same concurrency or rate first, a second or two for each load, and
    /// record how far off this client is
    #[arg(long, value_enum, default_value = "always", value_name = "WHEN", help_heading = "Record")]
    calibrate: Calibrate,
}

impl BenchArguments {
    /// Measures; the exit code.
    pub(crate) fn run(self) -> Result<u8, Failed> {
        bench::run(&self.resolve()?)
    }

    fn resolve(self) -> Result<Settings, Failed> {
        let usage = Failed::usage;
        let target = Target::parse(&self.url).map_err(usage)?;
        if self.model.is_empty() {
            return Err(usage("--model is empty".into()));
        }
        let nominal = self.workload.lengths()?;
        let (plan, trace) = self.load.plan(!self.goodput.is_empty())?;
        let kind = self.workload.kind()?;
        if trace.is_some() && kind.turns().is_some() {
            return Err(usage(
                "--trace has single requests, not conversations: choose another --workload".into(),
            ));
        }
        let lengths = trace.map_or(nominal, Lengths::Trace);
        let interface = WorkloadArguments::interface(&kind, self.endpoint)?;
        let plain = self.plain || std::env::var_os("CI").is_some() || !std::io::stderr().is_terminal();
        let api_key = self.api_key()?;
        let load = self.load;
        if load.repeat_for.is_some() && load.repeats.is_none() && load.until.is_none() {
            return Err(usage("--repeat-for ends repeats: say how many with --repeats, or --until".into()));
        }
        Ok(Settings {
            shape: RequestShape { target, interface, model: self.model, api_key },
            plan,
            kind,
            lengths,
            tokenizer: self.workload.tokenizer,
            burstiness: load.burstiness(),
            ramp: load.ramp(),
            ceiling: load.ceiling(),
            requests: load.requests,
            duration: load.duration.map(nanos),
            warmup: load.warmup,
            cool_down: nanos(load.cool_down),
            pause: load.pause,
            repeats: load.repeats.unwrap_or(if load.until.is_some() { 10 } else { 1 }),
            until: load.until,
            repeat_for: load.repeat_for,
            resume: self.resume,
            seed: self.workload.seed.unwrap_or_else(|| fastrand::u64(..1 << 53)),
            goodput: self.goodput,
            protocol: self.http,
            retries: self.retries,
            timeouts: Timeouts {
                connect: self.connect_timeout,
                first_token: self.first_token_timeout,
                token_gap: self.token_timeout,
                total: self.total_timeout,
            },
            request_log: self.request_log,
            out: self.out.unwrap_or_else(default_folder),
            identity: Identity {
                kind: self.kind.recorded(),
                id: self.id,
                accelerator: self.accelerator,
                accelerators: self.accelerators,
                tensor_parallel: self.tensor_parallel,
                framework: self.framework,
                framework_version: self.framework_version,
                image: self.image,
                precision: self.precision,
                model_key: self.model_key,
            },
            calibrate: self.calibrate,
            plain,
        })
    }

    fn api_key(&self) -> Result<Option<String>, Failed> {
        let key = match &self.api_key_file {
            Some(path) => Some(std::fs::read_to_string(path).map_err(|error| {
                Failed::usage(format!("can't read the API key from {}: {error}", path.display()))
            })?),
            None => std::env::var("INFERENCEMAX_API_KEY").ok(),
        };
        let key = key.map(|key| key.trim().to_owned()).filter(|key| !key.is_empty());
        match key {
            Some(key) if !key.bytes().all(|byte| byte.is_ascii_graphic()) => {
                Err(Failed::usage("the API key has spaces or other characters that no key has"))
            }
            key => Ok(key),
        }
    }
}

fn default_folder() -> PathBuf {
    let results = PathBuf::from("content/results");
    if results.is_dir() { results } else { PathBuf::from(".") }
}
