//! A real engine, llama.cpp's own server with a small model of random weights, measured over both of its interfaces. What the
//! engine counts and times itself is the truth that the record is held to.
//!
//! `INFERENCEMAX_ENGINE` names the Python that `engine/install` prints; `tests/run` sets it. Without it these tests pass and
//! say that they left the engine out.
#![allow(clippy::unwrap_used)]

mod served;

use record::{Outcome, Run};
use served::{bench_into, measured, record, requests, text};
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
};

/// The engine at work; it ends with this value, since its standard input does.
struct Engine {
    url: String,
    process: Child,
}

impl Drop for Engine {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

impl Engine {
    /// Writes a model into `folder` and serves it; `None`, with a word about it, where no engine is installed.
    fn start(folder: &Path) -> Option<Self> {
        let Some(python) = std::env::var_os("INFERENCEMAX_ENGINE") else {
            eprintln!("left out: no engine. INFERENCEMAX_ENGINE=$(harness/engine/install) brings one");
            return None;
        };
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("engine");
        let model = folder.join("random.gguf");
        let written = Command::new(&python)
            .arg(scripts.join("random_model.py"))
            .arg(&model)
            .output()
            .expect("Python starts");
        assert!(written.status.success(), "{}", text(&written.stderr));
        let mut process = Command::new(&python)
            .arg(scripts.join("serve.py"))
            .arg(&model)
            .args(["--slots", "4", "--name", "m"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the engine starts");
        let mut address = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut address).expect("its address");
        assert!(address.starts_with("http://"), "the engine serves: `{address}`");
        Some(Self { url: address.trim().to_owned(), process })
    }

    /// A counter of the engine's own metrics.
    fn counter(&self, name: &str) -> u64 {
        let host = self.url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(host).unwrap();
        write!(stream, "GET /metrics HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let line = answer.lines().find_map(|line| line.strip_prefix(name)).expect("the counter is there");
        line.trim().parse::<f64>().expect("a number") as u64
    }
}

/// What every measurement of the engine has to satisfy; 24 requests of 32 tokens.
fn check(run: &Run, interface: &str) {
    let measurement = &run.measurements[0];
    assert!(
        matches!(measurement.outcome, Outcome::Ok | Outcome::Invalid { .. }),
        "{interface}: {:?}",
        measurement.outcome
    );
    let counted = measurement.requests.as_ref().unwrap();
    assert_eq!(
        (counted.sent, counted.completed, counted.errors.len()),
        (Some(24), Some(24), 0),
        "{interface}: {:?}",
        counted.errors
    );
    assert_eq!(measurement.tokens.as_ref().unwrap().output, Some(24 * 32), "{interface}");
    let client = measurement.client.as_ref().unwrap();
    assert_eq!(client.peak_in_flight, Some(4), "{interface}");
    // Prompts are cut to length by the engine's own count.
    assert_eq!(client.token_mismatches, Some(0), "{interface}: {:?}", measurement.notes);
    let tokenizer = measurement.workload.tokenizer.as_ref().unwrap();
    assert_eq!(tokenizer.source, "server", "{interface}");
    // The engine looked up every token that we sent, and no other.
    let counts = measurement.server.as_ref().unwrap();
    assert_eq!(counts.prefix_cache_queried_tokens, measurement.tokens.as_ref().unwrap().input, "{interface}");
    let latency = measurement.latency.as_ref().unwrap();
    let mean = |figure: &Option<record::Distribution>| figure.as_ref().unwrap().mean.unwrap();
    // Each of the three is rounded to six digits.
    let expected = mean(&latency.ttft) + 31.0 * mean(&latency.tpot);
    assert!((mean(&latency.e2e) / expected - 1.0).abs() < 2e-5, "{interface}: {latency:?}");
}

#[test]
fn a_real_engine_is_measured_and_agrees_on_every_token() {
    let folder = tempfile::tempdir().unwrap();
    let Some(engine) = Engine::start(folder.path()) else { return };
    for interface in ["completions", "chat"] {
        let out = tempfile::tempdir().unwrap();
        let before = engine.counter("llamacpp:tokens_predicted_total");
        let options = ["--endpoint", interface, "--concurrency", "4", "--requests", "24", "--warmup", "0"];
        let output = bench_into(
            &engine.url,
            out.path(),
            &[&options[..], &["--input-tokens", "128", "--output-tokens", "32", "--calibrate", "never"]]
                .concat(),
        );
        measured(&output);
        let run = record(out.path());
        check(&run, interface);
        // Two probes of two tokens come before the measurement.
        let counted = engine.counter("llamacpp:tokens_predicted_total") - before;
        assert!((24 * 32..=24 * 32 + 8).contains(&counted), "{interface}: the engine made {counted} tokens");
        assert_eq!(run.measurements[0].framework.key.as_str(), "llamacpp", "{interface}");
        assert_eq!(requests(out.path()).len(), 24, "{interface}");
    }
}
