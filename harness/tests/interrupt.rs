//! What is left when a run is stopped.
#![allow(clippy::unwrap_used)]

mod served;

use served::{quick, record, requests, serve};
use std::{
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

fn start(url: &str, out: &std::path::Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_inferencemax"))
        .args(["bench", "--url", url, "--model", "m", "--plain", "--concurrency", "4", "--duration", "60s"])
        .args(["--input-tokens", "16", "--output-tokens", "16", "--out", out.to_str().unwrap()])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the command starts")
}

/// Waits until some requests are on disk.
fn wait_for_requests(out: &std::path::Path) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !has_requests(out) {
        assert!(Instant::now() < deadline, "no requests were written");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn has_requests(out: &std::path::Path) -> bool {
    let logs = std::fs::read_dir(out).into_iter().flatten().filter_map(Result::ok).map(|entry| entry.path());
    logs.filter(|path| path.extension().is_some_and(|extension| extension == "jsonl"))
        .any(|path| std::fs::read_to_string(path).is_ok_and(|text| text.lines().count() > 5))
}

fn signal(child: &Child, name: &str) {
    let status = Command::new("kill").args([name, &child.id().to_string()]).status().expect("kill runs");
    assert!(status.success());
}

#[test]
fn ctrl_c_leaves_a_sound_partial_record() {
    let server = serve(quick());
    let out = tempfile::tempdir().unwrap();
    let mut child = start(&server.url, out.path());
    wait_for_requests(out.path());
    signal(&child, "-INT");
    let status = child.wait().unwrap();
    assert_eq!(status.code(), Some(130));
    let measurement = record(out.path()).measurements.remove(0);
    let counted = measurement.requests.unwrap();
    assert!(counted.completed.unwrap() > 0);
    assert!(counted.errors.keys().all(|kind| kind == "cancelled"), "{:?}", counted.errors);
    assert!(measurement.notes.iter().any(|note| note.starts_with("Stopped by the user")));
}

#[test]
fn kill_leaves_the_requests_that_had_ended() {
    let server = serve(quick());
    let out = tempfile::tempdir().unwrap();
    let mut child = start(&server.url, out.path());
    wait_for_requests(out.path());
    signal(&child, "-KILL");
    child.wait().unwrap();
    let written = std::fs::read_dir(out.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|extension| extension == "jsonl"))
        .unwrap();
    let text = std::fs::read_to_string(written).unwrap();
    // All but a line that was being written are whole.
    let whole = text.lines().filter(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()).count();
    assert!(whole > 5 && whole + 1 >= text.lines().count());
    let _ = requests;
}
