//! A mock in this process, the command against it, and the record that comes of it.
#![allow(clippy::unwrap_used, dead_code, missing_docs, unused_imports, unreachable_pub)]

pub use harness::mock::{Fault, FaultRate, Mock, Running, Served, Settings, Spread};
use std::{
    path::Path,
    process::{Command, Output},
    time::Duration,
};

/// A running mock and its address.
pub struct Server {
    pub url: String,
    running: Running,
}

impl Server {
    /// Stops it, and what it served.
    pub fn stop(self) -> Vec<Served> {
        self.running.stop().expect("the mock stops")
    }
}

/// Starts a mock on a free port.
pub fn serve(settings: Settings) -> Server {
    let running =
        Mock::bind("127.0.0.1:0".parse().unwrap(), settings).and_then(Mock::spawn).expect("a free port");
    Server { url: format!("http://{}", running.address), running }
}

/// Short latencies, so that tests are quick, and everything kept.
pub fn quick() -> Settings {
    Settings {
        ttft: Spread::Fixed(Duration::from_millis(20)),
        itl: Spread::Fixed(Duration::from_millis(2)),
        keep: true,
        ..Settings::default()
    }
}

/// Runs the command.
pub fn inferencemax(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_inferencemax"))
        .args(arguments)
        .env_remove("INFERENCEMAX_API_KEY")
        .output()
        .expect("the command starts")
}

/// Runs `bench` with a few small requests into a folder that is thrown away.
pub fn bench(url: &str, options: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    bench_into(url, folder.path(), options)
}

/// Runs `bench` with small requests into `out`.
pub fn bench_into(url: &str, out: &Path, options: &[&str]) -> Output {
    let mut arguments =
        vec!["bench", "--url", url, "--model", "m", "--plain", "--out", out.to_str().unwrap()];
    for (option, default) in [("--input-tokens", "16"), ("--output-tokens", "16"), ("--seed", "7")] {
        if !options.contains(&option) {
            arguments.extend([option, default]);
        }
    }
    arguments.extend(options);
    inferencemax(&arguments)
}

/// Checks that `bench` measured. On a machine too busy for it, a measurement is called invalid (4), and that is right.
pub fn measured(output: &Output) {
    assert!(matches!(output.status.code(), Some(0 | 4)), "{:?}: {}", output.status, text(&output.stderr));
}

/// The only record in `folder`, sound by its own rules.
pub fn record(folder: &Path) -> record::Run {
    let paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    assert_eq!(paths.len(), 1, "{paths:?}");
    let read = record::read(&std::fs::read(&paths[0]).unwrap()).expect("a record");
    let problems = record::validate(&read.run, &read.unknown_fields, None);
    assert!(problems.is_empty(), "{problems:?}");
    read.run
}

/// The lines of the only request log in `folder`, without its header.
pub fn requests(folder: &Path) -> Vec<serde_json::Value> {
    let path = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|extension| extension == "jsonl"))
        .expect("a request log");
    let written = std::fs::read_to_string(path).unwrap();
    written.lines().skip(1).map(|line| serde_json::from_str(line).expect("a JSON line")).collect()
}

/// Bytes as text.
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
