//! A client that the system stops in the middle of its measurement, and what it says of the figures then.
#![allow(clippy::unwrap_used)]

mod served;

use record::{Measurement, Outcome};
use served::{Served, Settings, Spread, lines_of, record, request_log, serve};
use std::{
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// A mock with these times to the first token and between tokens.
fn times(ttft: u64, itl: u64) -> Settings {
    Settings {
        ttft: Spread::Fixed(Duration::from_millis(ttft)),
        itl: Spread::Fixed(Duration::from_millis(itl)),
        keep: true,
        ..Settings::default()
    }
}

/// Measures 40 requests, four at a time, and lets `disturb` at the client once the first have ended. What came of it, and the
/// mean time to first token by the mock's own account.
fn measure(settings: Settings, tokens: &str, disturb: impl Fn(&Child)) -> (Measurement, f64) {
    let server = serve(settings);
    let out = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_inferencemax"))
        .args(["bench", "--url", &server.url, "--model", "m", "--plain", "--concurrency", "4"])
        .args(["--requests", "40", "--warmup", "0", "--input-tokens", "16", "--output-tokens", tokens])
        .args(["--calibrate", "never", "--request-log", "jsonl", "--out", out.path().to_str().unwrap()])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the command starts");
    let deadline = Instant::now() + Duration::from_secs(30);
    while request_log(out.path()).is_none_or(|path| lines_of(&path).len() < 4) {
        assert!(Instant::now() < deadline, "no requests were written");
        std::thread::sleep(Duration::from_millis(20));
    }
    disturb(&child);
    child.wait().unwrap();
    let served = server.stop();
    // Two probes came before.
    let first: Vec<f64> = served[served.len() - 40..].iter().filter_map(Served::ttft).collect();
    (record(out.path()).measurements.remove(0), first.iter().sum::<f64>() / first.len() as f64)
}

fn signal(child: &Child, name: &str) {
    let status = Command::new("kill").args([name, &child.id().to_string()]).status().expect("kill runs");
    assert!(status.success());
}

fn stop(child: &Child, milliseconds: u64) {
    signal(child, "-STOP");
    std::thread::sleep(Duration::from_millis(milliseconds));
    signal(child, "-CONT");
}

/// Why the measurement is invalid.
fn why(measurement: &Measurement) -> &str {
    let Outcome::Invalid { why } = &measurement.outcome else { panic!("{:?}", measurement.outcome) };
    why
}

#[test]
fn a_stop_while_tokens_come_is_said_of_the_time_between_them() {
    let (measurement, _) = measure(times(20, 20), "40", |child| stop(child, 500));
    let why = why(&measurement);
    assert!(why.contains("p99 inter-token latency by up to "), "{why}");
    assert!(why.contains("away from its sockets for up to "), "{why}");
    let client = measurement.client.unwrap();
    assert!(client.merged_chunks.unwrap() > 40 && client.longest_stall_s.unwrap() > 0.4, "{client:?}");
    // The time that tokens took together is known.
    let mean = client.own_errors.iter().find(|own| own.figure == "itl.mean").unwrap();
    assert!(mean.error_s < 0.005, "{mean:?}");
}

#[test]
fn stops_while_first_tokens_are_waited_for_are_said_of_them() {
    let (measurement, truth) = measure(times(500, 2), "20", |child| {
        for _ in 0..3 {
            stop(child, 800);
            std::thread::sleep(Duration::from_millis(200));
        }
    });
    assert!(why(&measurement).starts_with("the client itself may have falsified "));
    let client = measurement.client.unwrap();
    let mean = client.own_errors.iter().find(|own| own.figure == "ttft.mean").unwrap();
    assert!(mean.error_s > mean.bound_s && client.merged_first_tokens.unwrap() >= 4, "{client:?}");
    // What it says covers what it is off.
    let found = measurement.latency.unwrap().ttft.unwrap().mean.unwrap();
    let span = found - mean.error_s - 0.001..found + 0.001;
    assert!(span.contains(&truth), "{truth}, found {found}, {mean:?}");
}

#[test]
fn a_client_that_nobody_disturbs_stands_by_its_figures() {
    // A machine that runs other tests may disturb it for longer than there is between two tokens; not every time.
    let stands = || measure(times(100, 60), "12", |_| ()).0.outcome == Outcome::Ok;
    assert!((0..4).any(|_| stands()));
}
