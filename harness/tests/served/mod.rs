//! A mock in this process, the command against it, and the record that comes of it.
#![allow(clippy::unwrap_used, dead_code, missing_docs, unused_imports, unreachable_pub)]

pub use harness::mock::{Fault, FaultRate, Mock, Running, Served, Settings, Spread};
use std::{
    io::Read,
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
    let defaults =
        [("--input-tokens", "16"), ("--output-tokens", "16"), ("--seed", "7"), ("--calibrate", "never")];
    // A trace has lengths of its own, and a file prompts.
    let own = |option: &str| match option {
        "--input-tokens" => options.contains(&"--trace") || options.contains(&"--prompts"),
        "--output-tokens" => options.contains(&"--trace"),
        _ => false,
    };
    for (option, default) in defaults {
        if !options.contains(&option) && !own(option) {
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

/// The requests of the only request log in `folder`, without the lines that say whose they are.
pub fn requests(folder: &Path) -> Vec<serde_json::Value> {
    let lines = lines_of(&request_log(folder).expect("a request log"));
    lines.into_iter().filter(|line| line.get("index").is_some()).collect()
}

/// The only request log in `folder`, if there is one.
pub fn request_log(folder: &Path) -> Option<std::path::PathBuf> {
    let names = std::fs::read_dir(folder).ok()?.map(|entry| entry.unwrap().path());
    names.into_iter().find(|path| path.to_string_lossy().contains(".requests.jsonl"))
}

/// All lines of a request log in either form that are whole, as a reader sees them after a crash.
pub fn lines_of(path: &Path) -> Vec<serde_json::Value> {
    let bytes = std::fs::read(path).unwrap();
    let mut text = Vec::new();
    if path.extension().is_some_and(|extension| extension == "zst") {
        // What was decoded before a torn end counts.
        let _ = zstd::Decoder::new(&bytes[..]).unwrap().read_to_end(&mut text);
    } else {
        text = bytes;
    }
    String::from_utf8_lossy(&text).lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// Bytes as text.
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
