//! How far the client's figures are from the truth: client and mock on one core each.
//!
//! `cargo bench -p harness` runs the mock with a log on core 0 and the client on core 1, and sets the client's record
//! beside what the mock's log says that it really sent. `-- --long` sends two million tokens where a bound on processor
//! time holds; `-- 256` runs only the rows of 256 streams; `-- --check` ends with an
//! error where a bound is not kept. Figures from a busy machine are worth little: it says how busy.

use nix::sys::resource::{UsageWho, getrusage};
use std::{
    error::Error,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Stdio},
};

/// One row: streams, time between tokens in ms, rounds of 256 tokens a stream, and rounds for two million tokens.
const ROWS: [(u32, u32, u32, u32); 7] = [
    (1, 10, 4, 4),
    (16, 10, 4, 4),
    (64, 10, 4, 4),
    (256, 10, 4, 31),
    (512, 10, 4, 16),
    (1024, 20, 3, 8),
    (4096, 100, 1, 2),
];

/// What the rows must keep to, in their order: errors of mean and p99 of the time to first token and of the mean inter-token
/// latency, and share of the tokens, all as fractions; processor seconds per million tokens, where there are two million; MB.
const BOUNDS: [[f64; 6]; 7] = [
    [0.015, 0.03, 0.001, 0.995, f64::INFINITY, 64.0],
    [0.015, 0.03, 0.001, 0.995, f64::INFINITY, 64.0],
    [0.015, 0.03, 0.001, 0.995, f64::INFINITY, 64.0],
    [0.02, 0.04, 0.002, 0.995, 8.0, 64.0],
    [0.02, 0.10, 0.002, 0.99, 8.0, 96.0],
    [0.06, 0.20, 0.005, 0.99, 9.0, 128.0],
    [f64::INFINITY, f64::INFINITY, 0.01, 0.98, f64::INFINITY, 400.0],
];

/// Tokens of each answer.
const TOKENS: u32 = 256;

type Failure = Box<dyn Error>;

/// What a row came to.
struct Row {
    ttft: (f64, f64),
    ttft_p99: (f64, f64),
    itl: (f64, f64),
    rate: (f64, f64),
    cpu_per_million: f64,
    memory: f64,
    failed: u64,
    verdict: String,
}

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let long = arguments.iter().any(|argument| argument == "--long");
    let only: Vec<u32> = arguments.iter().filter_map(|argument| argument.parse().ok()).collect();
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    say(&format!("load before: {}", load.trim()))?;
    say(
        "| streams | TTFT true, found (ms) | mean | p99 | ITL mean | tok/s of truth | CPU s/M tokens | memory MB | failed | client on itself |",
    )?;
    say("|---|---|---|---|---|---|---|---|---|---|")?;
    let mut missed = Vec::new();
    for ((streams, gap, short, full), bounds) in ROWS.into_iter().zip(BOUNDS) {
        if !only.is_empty() && !only.contains(&streams) {
            continue;
        }
        let row = measure(streams, gap, streams * if long { full } else { short })?;
        let off = |(truth, found): (f64, f64)| format!("{:+.2} %", (found / truth - 1.0) * 100.0);
        say(&format!(
            "| {streams} x {gap} ms | {:.2}, {:.2} | {} | {} | {} | {:.2} % | {:.2} | {:.0} | {} | {} |",
            row.ttft.0 * 1e3,
            row.ttft.1 * 1e3,
            off(row.ttft),
            off(row.ttft_p99),
            off(row.itl),
            row.rate.1 / row.rate.0 * 100.0,
            row.cpu_per_million,
            row.memory,
            row.failed,
            row.verdict,
        ))?;
        missed.extend(row.misses(bounds, long).map(|what| format!("{streams} x {gap} ms: {what}")));
    }
    if arguments.iter().any(|argument| argument == "--check") && !missed.is_empty() {
        return Err(format!("beyond its bound: {}", missed.join("; ")).into());
    }
    Ok(())
}

impl Row {
    /// Which of the bounds it doesn't keep; that on processor time holds in a `long` run.
    fn misses(&self, bounds: [f64; 6], long: bool) -> impl Iterator<Item = &'static str> + use<> {
        let error = |(truth, found): (f64, f64)| (found / truth - 1.0).abs();
        let [ttft, p99, itl, rate, cpu, memory] = bounds;
        [
            ("mean time to first token", error(self.ttft) <= ttft),
            ("p99 of the time to first token", error(self.ttft_p99) <= p99),
            ("mean inter-token latency", error(self.itl) <= itl),
            ("tokens/s of truth", self.rate.1 / self.rate.0 >= rate),
            ("processor time", !long || self.cpu_per_million <= cpu),
            ("memory", self.memory <= memory),
            ("failed requests", self.failed == 0),
        ]
        .into_iter()
        .filter_map(|(what, kept)| (!kept).then_some(what))
    }
}

fn say(line: &str) -> std::io::Result<()> {
    writeln!(std::io::stdout(), "{line}")
}

/// The command pinned to a core, where `taskset` is there to do it.
fn pinned(core: &str) -> Command {
    let binary = env!("CARGO_BIN_EXE_inferencemax");
    if Command::new("taskset").arg("-V").stdout(Stdio::null()).status().is_ok_and(|status| status.success()) {
        let mut command = Command::new("taskset");
        command.args(["-c", core, binary]);
        return command;
    }
    Command::new(binary)
}

fn measure(streams: u32, gap: u32, requests: u32) -> Result<Row, Failure> {
    let folder = tempfile::tempdir()?;
    let log = folder.path().join("mock.jsonl");
    let mut mock = pinned("0")
        .args(["mock", "--port", "0", "--ttft", "100ms", "--itl", &format!("{gap}ms")])
        .arg("--log")
        .arg(&log)
        .stdout(Stdio::piped())
        .spawn()?;
    let result = client(&mut mock, folder.path(), streams, requests);
    stop(&mut mock)?;
    let cpu = result?;
    compare(folder.path(), &log, cpu)
}

/// Runs the client to its end; its processor seconds.
fn client(mock: &mut Child, folder: &Path, streams: u32, requests: u32) -> Result<f64, Failure> {
    let mut line = String::new();
    BufReader::new(mock.stdout.take().ok_or("no output")?).read_line(&mut line)?;
    let url = line.trim().strip_prefix("serving on ").ok_or("the mock didn't start")?;
    let before = children_cpu()?;
    let output = pinned("1")
        .args(["bench", "--url", url, "--model", "m", "--plain", "--warmup", "0", "--input-tokens", "64"])
        .args(["--concurrency", &streams.to_string(), "--requests", &requests.to_string()])
        .args(["--output-tokens", &TOKENS.to_string(), "--seed", "1", "--id", "truth"])
        .arg("--out")
        .arg(folder)
        .output()?;
    // 4: the client calls its own measurement invalid, which the table shows.
    if !matches!(output.status.code(), Some(0 | 4)) {
        let words = String::from_utf8_lossy(&output.stderr);
        return Err(format!("the client ended with {}: {words}", output.status).into());
    }
    Ok(children_cpu()? - before)
}

/// Processor seconds of the children that have ended. The mock is waited for after the client.
fn children_cpu() -> Result<f64, Failure> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let seconds = |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    Ok(seconds(usage.user_time()) + seconds(usage.system_time()))
}

fn stop(mock: &mut Child) -> Result<(), Failure> {
    // The mock writes the rest of its log when it is asked to stop.
    Command::new("kill").args(["-INT", &mock.id().to_string()]).status()?;
    mock.wait()?;
    Ok(())
}

fn compare(folder: &Path, log: &Path, cpu: f64) -> Result<Row, Failure> {
    let run = record::read(&std::fs::read(folder.join("truth.json"))?)?.run;
    let measurement = run.measurements.into_iter().next().ok_or("no measurement")?;
    let missing = "a figure is missing";
    let latency = measurement.latency.ok_or(missing)?;
    let (ttft, itl) = (latency.ttft.ok_or(missing)?, latency.itl.ok_or(missing)?);
    let requests = measurement.requests.unwrap_or_default();

    let (mut first, mut gaps, mut tokens) = (Vec::new(), (0.0, 0.0), 0.0);
    let (mut begin, mut end) = (f64::INFINITY, 0.0_f64);
    for line in std::fs::read_to_string(log)?.lines() {
        let served: serde_json::Value = serde_json::from_str(line)?;
        let number = |name: &str| served[name].as_f64().unwrap_or(f64::NAN);
        // The two probes asked for less.
        if served["output_tokens"].as_u64() != Some(u64::from(TOKENS)) {
            continue;
        }
        first.push((number("first_ns") - number("received_ns")) / 1e9);
        gaps =
            (gaps.0 + (number("last_ns") - number("first_ns")) / 1e9, gaps.1 + number("output_tokens") - 1.0);
        tokens += number("output_tokens");
        begin = begin.min(number("received_ns") / 1e9);
        end = end.max(number("last_ns") / 1e9);
    }
    first.sort_unstable_by(f64::total_cmp);
    let position = 0.99 * (first.len() - 1) as f64;
    let (below, above) = (first[position.floor() as usize], first[position.ceil() as usize]);
    let client = measurement.client.unwrap_or_default();
    let outcome = if measurement.outcome == record::Outcome::Ok { "ok" } else { "invalid" };
    let own = client.error_s.unwrap_or(f64::NAN) * 1e3;
    let starved = client.starved_s.unwrap_or(f64::NAN);
    Ok(Row {
        ttft: (first.iter().sum::<f64>() / first.len() as f64, ttft.mean.ok_or(missing)?),
        ttft_p99: (below + (above - below) * position.fract(), ttft.p99.ok_or(missing)?),
        itl: (gaps.0 / gaps.1, itl.mean.ok_or(missing)?),
        rate: (tokens / (end - begin), measurement.throughput.and_then(|rate| rate.output).ok_or(missing)?),
        cpu_per_million: cpu / tokens * 1e6,
        memory: client.peak_memory_bytes.unwrap_or(0) as f64 / 1e6,
        verdict: format!("{outcome}, own error {own:.2} ms, starved {starved:.2} s"),
        failed: requests.sent.unwrap_or(0) - requests.completed.unwrap_or(0),
    })
}
