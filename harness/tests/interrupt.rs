//! What is left when a run is stopped.
#![allow(clippy::unwrap_used)]

mod served;

use served::{inferencemax, lines_of, quick, record, request_log, requests, serve, text};
use std::{
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

fn start(url: &str, out: &std::path::Path) -> Child {
    start_with(url, out, &[])
}

fn start_with(url: &str, out: &std::path::Path, options: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_inferencemax"))
        .args(["bench", "--url", url, "--model", "m", "--plain", "--duration", "60s", "--concurrency", "4"])
        .args(["--input-tokens", "16", "--output-tokens", "16", "--out", out.to_str().unwrap()])
        .args(options)
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
    request_log(out).is_some_and(|path| lines_of(&path).len() > 7)
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
    let shown = inferencemax(&["show", request_log(out.path()).unwrap().to_str().unwrap()]);
    assert!(shown.status.success(), "{}", text(&shown.stderr));
    let shown = text(&shown.stdout);
    assert!(shown.contains("1. concurrency 4, repeat 1") && shown.contains(" completed, in "), "{shown}");
    assert!(requests(out.path()).len() > 5);
}

#[test]
fn a_kill_loses_only_what_ended_just_before_it() {
    // What the claim is, one second, may take a while longer on a busy machine; not every time.
    for form in ["zstd", "jsonl"] {
        assert!((0..3).any(|_| loses_a_second_at_most(form)), "{form}");
    }
}

fn loses_a_second_at_most(form: &str) -> bool {
    let server = serve(quick());
    let out = tempfile::tempdir().unwrap();
    let mut child = start_with(&server.url, out.path(), &["--request-log", form]);
    wait_for_requests(out.path());
    std::thread::sleep(Duration::from_millis(2500));
    signal(&child, "-KILL");
    child.wait().unwrap();
    let written = requests(out.path()).len();
    let ends: Vec<u64> = server.stop().iter().filter_map(|served| served.sent.last().copied()).collect();
    let killed = ends.iter().max().unwrap();
    let safe = ends.iter().filter(|end| **end + 1_000_000_000 < *killed).count();
    assert!(safe > 6, "{form}: {safe}");
    // Two probes and four warm-up requests are not written.
    written + 6 >= safe
}

#[test]
fn a_sweep_that_was_stopped_or_killed_is_resumed_to_its_end() {
    for name in ["-INT", "-KILL"] {
        let server = serve(quick());
        let out = tempfile::tempdir().unwrap();
        let sweep = ["--id", "sweep", "--concurrency", "4,1,2"];
        let mut child = start_with(&server.url, out.path(), &sweep[..2]);
        wait_for_requests(out.path());
        signal(&child, name);
        child.wait().unwrap();
        let before = requests(out.path()).len();
        let out_path = out.path().to_str().unwrap();
        let resumed =
            inferencemax(
                &[
                    &[
                        "bench",
                        "--url",
                        &server.url,
                        "--model",
                        "m",
                        "--plain",
                        "--resume",
                        "--requests",
                        "8",
                    ][..],
                    &["--input-tokens", "16", "--output-tokens", "16", "--out", out_path],
                    &sweep,
                ]
                .concat(),
            );
        assert!(matches!(resumed.status.code(), Some(0 | 4)), "{}", text(&resumed.stderr));
        let run = record(out.path());
        let slots: Vec<_> = run.measurements.iter().map(|one| one.arrival.concurrency.unwrap()).collect();
        assert_eq!(slots, [1, 2, 4], "{name}");
        let stopped = |note: &String| note.starts_with("Stopped");
        assert!(
            run.notes
                .iter()
                .chain(run.measurements.iter().flat_map(|one| &one.notes))
                .all(|note| !stopped(note))
        );
        // The log goes on behind what the first part left.
        assert_eq!(requests(out.path()).len(), before + 3 * 8, "{name}");
    }
}
