//! `inferencemax bench`: the options as typed, and what they come to.

use super::{Failed, workload::WorkloadArguments};
use crate::{
    bench::{self, Calibrate, Identity, Point, Settings},
    clock::nanos,
    duration,
    load::{Protocol, Timeouts, read_trace},
    measure::{ServiceLevels, Until},
    protocol::{Interface, RequestShape, Target},
    socket,
    workload::Lengths,
};
use clap::Args;
use std::{collections::BTreeSet, io::IsTerminal, path::PathBuf, time::Duration};

/// More requests in flight than this are refused: no single client is meant to hold them.
const MAXIMUM_CONCURRENCY: u32 = 60_000;

/// Drive an OpenAI-compatible streaming endpoint and write a record
///
/// A closed load (--concurrency) keeps that many requests in flight; an open one (--rate, --trace) sends them by the
/// clock. Several values, as in --concurrency 1,4,16, are measured one after the other into one record.
#[derive(Debug, Args)]
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

    /// Requests kept in flight; several are measured in turn [default: 1]
    #[arg(long, value_delimiter = ',', value_name = "N,…", help_heading = "Load", conflicts_with_all = ["rate", "trace"])]
    concurrency: Vec<u32>,
    /// Requests/s of an open load; several are measured in turn
    #[arg(long, value_delimiter = ',', value_name = "R,…", help_heading = "Load", conflicts_with = "trace")]
    rate: Vec<f64>,
    /// Shape of the gaps between open arrivals: 1 is Poisson, less is burstier, inf is a constant rate
    #[arg(long, default_value_t = 1.0, help_heading = "Load")]
    burstiness: f64,
    /// Replay arrivals and lengths from a trace (CSV as Azure's, JSON lines as Mooncake's)
    #[arg(long, value_name = "FILE", help_heading = "Load")]
    trace: Option<PathBuf>,
    /// Replay the trace this many times as fast
    #[arg(long, default_value_t = 1.0, help_heading = "Load", requires = "trace")]
    speed: f64,
    /// Drop open arrivals that would be one more in flight than this; dropped ones are counted
    #[arg(long, default_value_t = 10_000, help_heading = "Load")]
    max_in_flight: u32,
    /// Open the slots of a closed load evenly over this time instead of all at once
    #[arg(long, default_value = "0s", value_parser = duration::parse, help_heading = "Load")]
    ramp: Duration,
    /// Requests of each measurement [default: 10 for each slot; 10 s of arrivals; the whole trace]
    #[arg(long, help_heading = "Load")]
    requests: Option<u32>,
    /// Send no more after this time; what is in flight is waited for
    #[arg(long, value_parser = duration::parse, help_heading = "Load")]
    duration: Option<Duration>,
    /// Requests before each measurement that don't count [default: one for each slot, at most 8]
    #[arg(long, help_heading = "Load")]
    warmup: Option<u32>,
    /// Measure everything so many times; the record has each, and their mean [default: 1; at most 10 with --until]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1000), help_heading = "Load")]
    repeats: Option<u32>,
    /// Repeat only until the 95 % interval of a figure's mean is within this, such as output:2%. Figures: output, ttft,
    /// tpot, e2e
    #[arg(long, value_name = "FIGURE:PERCENT", help_heading = "Load")]
    until: Option<Until>,

    #[command(flatten)]
    workload: WorkloadArguments,
    /// Service levels a request must meet to count for goodput, such as ttft:2s,tpot:50ms
    #[arg(long, value_name = "LEVELS", help_heading = "Load")]
    goodput: Option<ServiceLevels>,

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
    /// The run's name: lower-case letters, digits, `-`, `_` and `.` [default: from date, model and time]
    #[arg(long, help_heading = "Record")]
    id: Option<String>,
    /// Measure only the loads that the record of this --id in --out lacks, and add them to it
    #[arg(long, requires = "id", help_heading = "Record")]
    resume: bool,
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
    /// Measure the built-in mock at the same concurrency first, and record how far off this client is. `auto` does so on
    /// a terminal, and not with --plain
    #[arg(long, value_enum, default_value = "auto", help_heading = "Output")]
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
        if !(self.workload.length_range > 0.0 && self.workload.length_range <= 1.0) {
            return Err(usage(format!(
                "--length-range {} is not between 0 and 1",
                self.workload.length_range
            )));
        }
        if self.requests == Some(0) {
            return Err(usage("--requests 0 measures nothing".into()));
        }
        let (points, lengths) = self.points()?;
        let kind = self.workload.kind()?;
        if self.trace.is_some() && kind.turns().is_some() {
            return Err(usage(
                "--trace has single requests, not conversations: choose another --workload".into(),
            ));
        }
        let interface = WorkloadArguments::interface(&kind, self.endpoint)?;
        let plain = self.plain || std::env::var_os("CI").is_some() || !std::io::stderr().is_terminal();
        let api_key = self.api_key()?;
        Ok(Settings {
            shape: RequestShape { target, interface, model: self.model, api_key },
            points,
            kind,
            lengths,
            tokenizer: self.workload.tokenizer.clone(),
            ramp: nanos(self.ramp),
            ceiling: self.max_in_flight as usize,
            requests: self.requests,
            duration: self.duration.map(nanos),
            warmup: self.warmup,
            repeats: self.repeats.unwrap_or(if self.until.is_some() { 10 } else { 1 }),
            until: self.until,
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
            out: self.out.unwrap_or_else(default_folder),
            identity: Identity {
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
            calibrate: match self.calibrate {
                Calibrate::Auto if plain => Calibrate::Never,
                Calibrate::Auto => Calibrate::Always,
                other => other,
            },
            plain,
        })
    }

    /// The loads to measure, and the lengths of their requests.
    fn points(&self) -> Result<(Vec<Point>, Lengths), Failed> {
        let nominal = Lengths::Nominal {
            input: self.workload.input_tokens,
            output: self.workload.output_tokens,
            range: self.workload.length_range,
        };
        if self.burstiness.is_nan() || self.burstiness <= 0.0 {
            return Err(Failed::usage(format!("--burstiness {} is not above 0", self.burstiness)));
        }
        if let Some(path) = &self.trace {
            if !(self.speed > 0.0 && self.speed.is_finite()) {
                return Err(Failed::usage(format!("--speed {} is not above 0", self.speed)));
            }
            let requests = read_trace(path).map_err(|error| Failed::usage(error.to_string()))?;
            let name = path.file_stem().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
            return Ok((vec![Point::Trace { name, speed: self.speed }], Lengths::Trace(requests)));
        }
        if !self.rate.is_empty() {
            if let Some(rate) = self.rate.iter().find(|rate| !(**rate > 0.0 && **rate <= 1e6)) {
                return Err(Failed::usage(format!(
                    "--rate {rate} is not between 0 and a million requests/s"
                )));
            }
            let burstiness = self.burstiness;
            let points = self.rate.iter().map(|rate| Point::Rate { rate: *rate, burstiness }).collect();
            return Ok((points, nominal));
        }
        let slots = if self.concurrency.is_empty() { vec![1] } else { self.concurrency.clone() };
        check_slots(&slots)?;
        Ok((slots.into_iter().map(|slots| Point::Closed { slots }).collect(), nominal))
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

fn check_slots(slots: &[u32]) -> Result<(), Failed> {
    let mut seen = BTreeSet::new();
    let files = socket::raise_open_files();
    for &count in slots {
        if count == 0 {
            return Err(Failed::usage("--concurrency 0 sends nothing: 1 is the least"));
        }
        if count > MAXIMUM_CONCURRENCY {
            return Err(Failed::usage(format!(
                "--concurrency {count} is too much for one client: at most {MAXIMUM_CONCURRENCY}"
            )));
        }
        if u64::from(count) + 64 > files {
            return Err(Failed::usage(format!(
                "--concurrency {count} needs more open files than the {files} that this system allows: raise `ulimit -n`"
            )));
        }
        if !seen.insert(count) {
            return Err(Failed::usage(format!("--concurrency has {count} twice; use --repeats")));
        }
    }
    Ok(())
}

fn default_folder() -> PathBuf {
    let results = PathBuf::from("content/results");
    if results.is_dir() { results } else { PathBuf::from(".") }
}
