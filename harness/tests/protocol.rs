//! Interfaces and protocols: each gives the mock's own figures, and what goes wrong on the way is counted by its kind.
#![allow(clippy::unwrap_used)]

mod served;

use served::{
    Fault, FaultRate, Settings, Spread, bench, bench_into, measured, quick, record, requests, serve, text,
};
use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    time::Duration,
};

/// A server of the test's own: each request on each connection is answered by `answer`, which gets the connection and
/// how many requests came on it before. False closes it.
fn serve_by_hand(answer: impl Fn(&mut TcpStream, u32) -> bool + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let answer = std::sync::Arc::new(answer);
    std::thread::spawn(move || {
        for mut socket in listener.incoming().map_while(Result::ok) {
            let answer = answer.clone();
            std::thread::spawn(move || {
                let mut count = 0;
                while take_request(&mut socket).is_some() && answer(&mut socket, count) {
                    count += 1;
                }
            });
        }
    });
    url
}

/// Reads one request to its end.
fn take_request(socket: &mut TcpStream) -> Option<()> {
    let (mut seen, mut buffer) = (Vec::new(), [0; 16384]);
    loop {
        let whole = String::from_utf8_lossy(&seen).to_lowercase();
        if let Some((head, body)) = whole.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.trim().parse().unwrap()) {
                return Some(());
            }
        }
        match socket.read(&mut buffer).ok()? {
            0 => return None,
            length => seen.extend_from_slice(&buffer[..length]),
        }
    }
}

/// An answer of `events` as they stand, whose end is that of the connection's next answer's beginning: it has a length.
fn stream_of(events: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: {}\r\n\r\n{events}",
        events.len()
    )
    .into_bytes()
}

const TWO_TOKENS: &str = "data: {\"choices\":[{\"text\":\" a\"}]}\n\ndata: {\"choices\":[{\"text\":\" b\",\"finish_reason\":\"length\"}]}\n\ndata: {\"choices\":[],\"usage\":{\"prompt_tokens\":16,\"completion_tokens\":2}}\n\ndata: [DONE]\n\n";

#[test]
fn typed_events_give_the_same_tokens_and_times() {
    let settings = Settings { itl: Spread::Fixed(Duration::from_millis(5)), reasoning_tokens: 8, ..quick() };
    let server = serve(settings);
    let out = tempfile::tempdir().unwrap();
    let output = bench_into(&server.url, out.path(), &["--endpoint", "responses", "--requests", "4"]);
    measured(&output);
    let measurement = record(out.path()).measurements.remove(0);
    assert_eq!(measurement.requests.as_ref().unwrap().completed, Some(4));
    let tokens = measurement.tokens.as_ref().unwrap();
    assert_eq!((tokens.input, tokens.output), (Some(64), Some(64)));
    let client = measurement.client.unwrap();
    let ttft = measurement.latency.unwrap().ttft.unwrap();
    // What says at once that a response has begun is not its first token; reasoning is not the answer.
    assert!(ttft.min.unwrap() > 0.015, "{ttft:?}");
    assert!(client.first_answer.unwrap().mean.unwrap() - ttft.mean.unwrap() > 0.025);
    assert!(requests(out.path()).iter().all(|line| line["gaps_us"].as_array().unwrap().len() == 15));
}

#[test]
fn http2_gives_the_same_tokens_on_as_many_connections() {
    for endpoint in ["completions", "chat", "responses"] {
        let server = serve(quick());
        let out = tempfile::tempdir().unwrap();
        let options = ["--http", "2", "--endpoint", endpoint, "--concurrency", "3", "--requests", "9"];
        let output = bench_into(&server.url, out.path(), &options);
        measured(&output);
        let measurement = record(out.path()).measurements.remove(0);
        let counted = measurement.requests.unwrap();
        assert_eq!((counted.completed, counted.errors.len()), (Some(9), 0), "{:?}", counted.errors);
        assert_eq!(measurement.tokens.unwrap().output, Some(9 * 16));
        let client = measurement.client.unwrap();
        assert_eq!((client.protocol.as_deref(), client.connections), (Some("HTTP/2"), Some(3)));
        // The clock is the kernel's here too.
        assert_eq!(client.kernel_stamps, Some(cfg!(target_os = "linux")));
        let served = server.stop();
        let truth: Vec<f64> = served[served.len() - 9..].iter().filter_map(served::Served::ttft).collect();
        let truth = truth.iter().sum::<f64>() / truth.len() as f64;
        let found = measurement.latency.unwrap().ttft.unwrap().mean.unwrap();
        assert!((found - truth).abs() < 0.005 + client.error_s.unwrap(), "{found} {truth}");
    }
}

#[test]
fn faults_are_counted_over_http2_too() {
    for (fault, kinds) in [
        (Fault::TooManyRequests, &["http_429"][..]),
        (Fault::Truncate, &["truncated"]),
        // A reset may arrive as the end of the connection.
        (Fault::Reset, &["reset", "truncated"]),
        (Fault::Garbage, &["malformed"]),
        (Fault::NegativeUsage, &["bad_usage"]),
    ] {
        let faults = vec![FaultRate { fault, share: 0.3 }];
        let server = serve(Settings { faults, faults_after: 2, ..quick() });
        let out = tempfile::tempdir().unwrap();
        let options = ["--http", "2", "--requests", "24", "--warmup", "0"];
        measured(&bench_into(&server.url, out.path(), &options));
        let requests = record(out.path()).measurements.remove(0).requests.unwrap();
        let failed: u64 = requests.errors.values().sum();
        assert_eq!(failed + requests.completed.unwrap(), 24);
        assert!(
            failed > 0 && requests.errors.keys().all(|kind| kinds.contains(&kind.as_str())),
            "{fault:?}: {:?}",
            requests.errors
        );
    }
}

#[test]
fn a_large_request_passes_http2_flow_control() {
    let server = serve(quick());
    let out = tempfile::tempdir().unwrap();
    let options = ["--http", "2", "--requests", "2", "--input-tokens", "200000", "--output-tokens", "4"];
    measured(&bench_into(&server.url, out.path(), &options));
    let measurement = record(out.path()).measurements.remove(0);
    assert_eq!(measurement.tokens.unwrap().input, Some(400_000));
}

#[test]
fn a_server_without_http2_is_a_clear_error() {
    let url = serve_by_hand(|socket, _| {
        let _ = socket.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
        false
    });
    let output = bench(&url, &["--http", "2", "--first-token-timeout", "20s"]);
    assert_eq!(output.status.code(), Some(3), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("leave out --http 2"), "{}", text(&output.stderr));
}

#[test]
fn each_timeout_has_its_own_name() {
    let stalls = |fault| {
        // Two probes get through.
        serve(Settings { faults: vec![FaultRate { fault, share: 1.0 }], faults_after: 2, ..quick() })
    };
    for (fault, option, kind) in [
        (Fault::Silence, "--first-token-timeout", "first_token_timeout"),
        (Fault::Stall, "--token-timeout", "token_gap_timeout"),
        (Fault::Stall, "--total-timeout", "total_timeout"),
        (Fault::Silence, "--total-timeout", "total_timeout"),
    ] {
        let server = stalls(fault);
        let out = tempfile::tempdir().unwrap();
        let options = ["--requests", "2", "--warmup", "0", "--concurrency", "2", option, "1s"];
        let output = bench_into(&server.url, out.path(), &options);
        assert_eq!(output.status.code(), Some(4), "{}", text(&output.stderr));
        let measurement = record(out.path()).measurements.remove(0);
        assert_eq!(measurement.requests.unwrap().errors[kind], 2, "{option}");
    }
    // Somebody takes the connection and never says anything in the handshake.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    let output = bench(&url, &["--connect-timeout", "300ms"]);
    assert_eq!(output.status.code(), Some(3), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("connect timeout"), "{}", text(&output.stderr));
}

#[test]
fn retries_happen_only_when_asked_for_and_are_counted() {
    let run = |options: &[&str]| {
        let faults = vec![FaultRate { fault: Fault::TooManyRequests, share: 0.4 }];
        let server = serve(Settings { faults, faults_after: 2, ..quick() });
        let out = tempfile::tempdir().unwrap();
        let options = [&["--requests", "20", "--warmup", "0"], options].concat();
        measured(&bench_into(&server.url, out.path(), &options));
        let measurement = record(out.path()).measurements.remove(0);
        (measurement.requests.unwrap(), measurement.client.unwrap().retries, requests(out.path()))
    };
    let (counted, retries, _) = run(&[]);
    assert!(counted.errors["http_429"] > 0 && retries.is_none(), "{counted:?}");
    let (counted, retries, lines) = run(&["--retries", "20"]);
    assert_eq!((counted.sent, counted.completed), (Some(20), Some(20)));
    assert!(retries.unwrap() > 0);
    // The time of the tries that failed is in the figures: 100 ms of waiting at least.
    let slow = lines.iter().find(|line| line["retries"].as_u64().is_some()).unwrap();
    let time = |name: &str| slow[name].as_u64().unwrap();
    assert!(time("first_ns") - time("sent_ns") > 100_000_000, "{slow}");
}

#[test]
fn a_kept_connection_that_closes_under_a_request_is_tried_once_on_a_fresh_one() {
    // Each connection answers one request and closes when the next one has come.
    let url = serve_by_hand(|socket, before| before == 0 && socket.write_all(&stream_of(TWO_TOKENS)).is_ok());
    let out = tempfile::tempdir().unwrap();
    let options = [
        "--requests",
        "8",
        "--warmup",
        "0",
        "--tokenizer",
        "probes",
        "--output-tokens",
        "2",
        "--concurrency",
        "2",
    ];
    measured(&bench_into(&url, out.path(), &options));
    let measurement = record(out.path()).measurements.remove(0);
    let requests = measurement.requests.unwrap();
    assert_eq!((requests.completed, requests.errors.len()), (Some(8), 0), "{:?}", requests.errors);
    let client = measurement.client.unwrap();
    assert!(client.retried.unwrap() > 0 && client.retries.is_none(), "{client:?}");
}

#[test]
fn every_form_of_stream_is_read_wherever_it_breaks() {
    let forms = [
        TWO_TOKENS.to_owned(),
        TWO_TOKENS.replace('\n', "\r\n"),
        format!(
            ": keep-alive\n\n{}",
            TWO_TOKENS.replace("data: {", ": ping\n\nevent: chunk\nid: 1\ndata: {")
        ),
        TWO_TOKENS.replace(" a", "日本語 é").replace("data: ", "data:"),
    ];
    for form in forms {
        let url = serve_by_hand(move |socket, _| {
            // A byte at a time, which cuts characters, field names and line ends in two.
            let _ = socket.set_nodelay(true);
            stream_of(&form).iter().all(|byte| socket.write_all(&[*byte]).is_ok())
        });
        let out = tempfile::tempdir().unwrap();
        let options = ["--requests", "2", "--warmup", "0", "--tokenizer", "probes", "--output-tokens", "2"];
        measured(&bench_into(&url, out.path(), &options));
        let measurement = record(out.path()).measurements.remove(0);
        assert_eq!(measurement.requests.unwrap().completed, Some(2));
        assert_eq!(measurement.tokens.unwrap().output, Some(4));
    }
}

#[test]
fn counts_that_differ_from_what_was_asked_for_are_flagged_and_printed() {
    // Whatever is asked, the server says that it was 16 tokens, and two came.
    let url = serve_by_hand(|socket, _| socket.write_all(&stream_of(TWO_TOKENS)).is_ok());
    let out = tempfile::tempdir().unwrap();
    let options = ["--requests", "3", "--warmup", "0", "--input-tokens", "64", "--output-tokens", "9"];
    let output = bench_into(&url, out.path(), &options);
    measured(&output);
    assert!(
        text(&output.stdout).contains("3 requests had token counts more than 2 % off"),
        "{}",
        text(&output.stdout)
    );
    assert_eq!(record(out.path()).measurements.remove(0).client.unwrap().token_mismatches, Some(3));
}

#[test]
fn probes_of_tokens_that_make_no_text_are_good_for_their_counts() {
    // As llama.cpp does with tokens that are not a whole character together.
    let (_, end) = TWO_TOKENS.split_once("\n\n").unwrap();
    let silent = end.replace(" b", "");
    let url = serve_by_hand(move |socket, _| socket.write_all(&stream_of(&silent)).is_ok());
    let out = tempfile::tempdir().unwrap();
    let output = bench_into(&url, out.path(), &["--requests", "3", "--warmup", "0"]);
    assert_eq!(output.status.code(), Some(4), "{}", text(&output.stderr));
    let measurement = record(out.path()).measurements.remove(0);
    assert_eq!(measurement.requests.unwrap().errors["no_output"], 3);
    assert!(measurement.client.unwrap().token_mismatches.is_some());
}

#[test]
fn a_gigabyte_without_a_line_end_takes_little_memory() {
    let faults = vec![FaultRate { fault: Fault::Endless, share: 1.0 }];
    let server = serve(Settings { faults, faults_after: 2, ..quick() });
    let out = tempfile::tempdir().unwrap();
    let output = bench_into(&server.url, out.path(), &["--requests", "2", "--warmup", "0"]);
    assert_eq!(output.status.code(), Some(4), "{}", text(&output.stderr));
    let measurement = record(out.path()).measurements.remove(0);
    assert_eq!(measurement.requests.unwrap().errors["too_long"], 2);
    assert!(measurement.client.unwrap().peak_memory_bytes.unwrap() < 200 << 20);
}
