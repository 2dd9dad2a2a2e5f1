//! Measurements against the mock: the figures are the mock's own, and whatever goes wrong is counted.

mod served;

use record::{Outcome, RunKind, WorkloadKind};
use served::{
    Fault, FaultRate, Served, Settings, Spread, bench_into, inferencemax, measured, quick, record, requests,
    serve, text,
};
use std::time::Duration;

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let values: Vec<f64> = values.collect();
    values.iter().sum::<f64>() / values.len() as f64
}

#[test]
fn the_record_agrees_with_what_the_mock_sent() {
    let server = serve(quick());
    let out = tempfile::tempdir().unwrap();
    let output = bench_into(
        &server.url,
        out.path(),
        &["--concurrency", "8", "--requests", "40", "--goodput", "ttft:10s,tpot:5s"],
    );
    measured(&output);
    let run = record(out.path());
    let measurement = &run.measurements[0];
    assert_eq!(measurement.framework.key.as_str(), "mock");
    let counted = measurement.requests.as_ref().unwrap();
    assert_eq!((counted.sent, counted.completed, counted.errors.len()), (Some(40), Some(40), 0));
    let tokens = measurement.tokens.as_ref().unwrap();
    assert_eq!((tokens.input, tokens.output), (Some(640), Some(640)));
    let throughput = measurement.throughput.as_ref().unwrap();
    assert_eq!(throughput.goodput, throughput.requests);
    // The mock's truth, less the two probes and eight warm-up requests that came first.
    let served = server.stop();
    let truth = mean(served[served.len() - 40..].iter().filter_map(Served::ttft));
    let ttft = measurement.latency.as_ref().unwrap().ttft.as_ref().unwrap();
    let client = measurement.client.as_ref().unwrap();
    // Within what the client says about itself; between noting a time and writing, a busy machine may stop the mock.
    let allowed = 0.001 + client.error_s.unwrap();
    assert!((ttft.mean.unwrap() - truth).abs() < allowed, "{ttft:?}, truth {truth}");
    assert_eq!((client.peak_in_flight, client.token_mismatches, client.retried), (Some(8), Some(0), Some(0)));
    assert!(client.steady.is_some() && client.latency_by_other_clock.is_some());
    let lines = requests(out.path());
    assert_eq!(lines.len(), 40);
    assert!(lines.iter().all(|line| line["gaps_us"].as_array().unwrap().len() == 15), "{}", lines[0]);
}

#[test]
fn the_servers_own_count_is_beside_ours_and_a_warm_cache_or_company_is_noted() {
    let one = |settings: Settings, options: &[&str]| {
        let server = serve(settings);
        let out = tempfile::tempdir().unwrap();
        measured(&bench_into(
            &server.url,
            out.path(),
            &[&["--concurrency", "4", "--requests", "20"], options].concat(),
        ));
        (record(out.path()).measurements.remove(0), server.stop())
    };
    let (measurement, served) = one(quick(), &["--repeats", "2"]);
    let counts = measurement.server.unwrap();
    assert_eq!((counts.requests, counts.prefix_cache_queried_tokens), (Some(40), Some(640)));
    assert_eq!((counts.prefix_cache_hit_tokens, counts.queue_time_mean_s), (Some(0), None));
    // Warm-up precedes each repeat and isn't in it.
    let sent = served.len();
    let truth =
        mean(served[sent - 20..].iter().chain(&served[sent - 44..sent - 24]).filter_map(Served::ttft));
    assert!((counts.ttft_mean_s.unwrap() / truth - 1.0).abs() < 1e-4, "{counts:?}, truth {truth}");
    assert_eq!(measurement.notes, Vec::<String>::new());

    let warm = Settings { cached_share: 0.5, ..quick() };
    let (measurement, _) = one(warm.clone(), &[]);
    let [note] = &measurement.notes[..] else { panic!("{:?}", measurement.notes) };
    assert!(note.starts_with("The server had 50.0 % of the input tokens in its prefix cache"), "{note}");
    // Where prefixes are shared on purpose, that is no news; nor what a chat template has in common.
    let (measurement, _) = one(warm.clone(), &["--workload", "shared-prefix"]);
    assert_eq!(measurement.notes, Vec::<String>::new());
    let (measurement, _) = one(warm, &["--endpoint", "chat"]);
    assert_eq!(measurement.notes, Vec::<String>::new());
}

#[test]
fn each_chunk_form_gives_the_same_tokens() {
    let out_of = |settings: Settings, options: &[&str]| {
        let server = serve(settings);
        let out = tempfile::tempdir().unwrap();
        let output = bench_into(&server.url, out.path(), options);
        measured(&output);
        let measurement = record(out.path()).measurements.remove(0);
        assert_eq!(measurement.tokens.as_ref().unwrap().output, Some(64));
        (measurement.latency.unwrap(), measurement.client.unwrap())
    };
    let few = ["--concurrency", "2", "--requests", "4"];
    let chat = ["--concurrency", "2", "--requests", "4", "--endpoint", "chat"];
    let slow = Settings { itl: Spread::Fixed(Duration::from_millis(5)), ..quick() };

    // Several tokens a chunk: the time per token is the same, and the raw gap is kept beside it.
    let (latency, client) = out_of(Settings { tokens_per_chunk: 4, ..slow.clone() }, &few);
    let itl = latency.itl.unwrap().mean.unwrap();
    let gap = client.chunk_gap.unwrap().mean.unwrap();
    assert!((gap / itl - 4.0).abs() < 0.01, "{gap} {itl}");
    let (latency, _) = out_of(Settings { tokens_per_chunk: 4, running_usage: true, ..slow.clone() }, &few);
    assert!(latency.itl.unwrap().mean.unwrap() < 0.010);

    // A role-only chunk comes at once and is not the first token.
    let (latency, _) = out_of(Settings { role_chunk: true, ..slow.clone() }, &chat);
    assert!(latency.ttft.unwrap().min.unwrap() > 0.015);

    // Reasoning tokens are tokens; the first answer is told apart.
    // Eight of 20 ms: enough that a first token which a busy machine sends late is still far from the answer.
    let slower = Settings { itl: Spread::Fixed(Duration::from_millis(20)), ..slow };
    let (latency, client) = out_of(Settings { role_chunk: true, reasoning_tokens: 8, ..slower }, &chat);
    let (first, answer) = (latency.ttft.unwrap().mean.unwrap(), client.first_answer.unwrap().mean.unwrap());
    assert!(answer - first > 0.025, "{first} {answer}");
}

#[test]
fn every_fault_is_counted_under_its_name_and_the_rest_completes() {
    for (fault, kind) in [
        (Fault::Reset, "reset"),
        (Fault::Stall, "token_gap_timeout"),
        (Fault::TooManyRequests, "http_429"),
        (Fault::InternalError, "http_500"),
        (Fault::Truncate, "truncated"),
        (Fault::Garbage, "malformed"),
        (Fault::InvalidUtf8, "malformed"),
        (Fault::NegativeUsage, "bad_usage"),
        (Fault::Endless, "too_long"),
    ] {
        // The mock's own seed decides which requests are hit; the two probes must get through.
        let faults = vec![FaultRate { fault, share: 0.3 }];
        let server = serve(Settings { faults, faults_after: 2, ..quick() });
        let out = tempfile::tempdir().unwrap();
        let mut options = vec!["--concurrency", "1", "--requests", "24", "--warmup", "0"];
        if fault == Fault::Stall {
            options.extend(["--token-timeout", "500ms"]);
        }
        let output = bench_into(&server.url, out.path(), &options);
        measured(&output);
        let measurement = record(out.path()).measurements.remove(0);
        let requests = measurement.requests.unwrap();
        let failed = requests.errors.get(kind).copied().unwrap_or(0);
        assert_eq!(requests.errors.len(), 1, "{fault:?}: {:?}", requests.errors);
        assert_eq!(failed + requests.completed.unwrap(), 24, "{fault:?}");
        assert!(failed > 0 && failed < 24, "{fault:?}: {failed}");
        // The mock's own account has every request, refused ones too.
        let struck = server.stop().iter().filter(|served| served.fault == Some(fault)).count() as u64;
        assert_eq!(struck, failed, "{fault:?}");
        assert!(measurement.notes.iter().any(|note| note.starts_with("First failure")));
    }
}

#[test]
fn a_connection_that_the_server_closed_is_tried_once_more_and_counted() {
    let faults = vec![FaultRate { fault: Fault::CloseAfter, share: 1.0 }];
    let server = serve(Settings { faults, ..quick() });
    let out = tempfile::tempdir().unwrap();
    let output = bench_into(&server.url, out.path(), &["--concurrency", "4", "--requests", "40"]);
    measured(&output);
    let measurement = record(out.path()).measurements.remove(0);
    let requests = measurement.requests.unwrap();
    assert_eq!((requests.completed, requests.errors.len()), (Some(40), 0), "{:?}", requests.errors);
    let client = measurement.client.unwrap();
    assert!(client.connections.unwrap() > 30, "{client:?}");
}

#[test]
fn an_open_load_is_timed_from_its_schedule_and_drops_are_counted() {
    let server = serve(Settings { ttft: Spread::Fixed(Duration::from_millis(100)), ..quick() });
    let out = tempfile::tempdir().unwrap();
    let output =
        bench_into(&server.url, out.path(), &["--rate", "100", "--requests", "50", "--max-in-flight", "4"]);
    measured(&output);
    let measurement = record(out.path()).measurements.remove(0);
    assert_eq!(measurement.arrival.rate_per_s, Some(100.0));
    let client = measurement.client.unwrap();
    let dropped = client.dropped.unwrap();
    assert!(dropped > 10, "{dropped}");
    assert_eq!(measurement.requests.unwrap().sent.unwrap() + dropped, 50);
    assert_eq!(client.clock.as_deref(), Some("scheduled"));
    assert!(client.peak_in_flight.unwrap() <= 4);
}

#[test]
fn a_trace_is_replayed_with_its_lengths() {
    let server = serve(quick());
    let out = tempfile::tempdir().unwrap();
    let trace = out.path().join("trace.csv");
    let rows: String = (0..20)
        .map(|row| format!("2023-11-16 18:17:0{}.{}00,{},{}\n", row / 10, row % 10, 10 + row, 2 + row))
        .collect();
    std::fs::write(&trace, format!("TIMESTAMP,ContextTokens,GeneratedTokens\n{rows}")).unwrap();
    let output = bench_into(&server.url, out.path(), &["--trace", trace.to_str().unwrap(), "--speed", "10"]);
    measured(&output);
    let run = record(out.path());
    let tokens = run.measurements[0].tokens.as_ref().unwrap();
    assert_eq!((tokens.input, tokens.output), (Some((10..30).sum()), Some((2..22).sum())));
    assert_eq!(run.measurements[0].workload.kind, record::WorkloadKind::Trace);
}

#[test]
fn a_sweep_with_repeats_is_one_record() {
    let server = serve(quick());
    let out = tempfile::tempdir().unwrap();
    let output = bench_into(
        &server.url,
        out.path(),
        &["--concurrency", "1,2", "--repeats", "2", "--requests", "4", "--calibrate", "always"],
    );
    measured(&output);
    let run = record(out.path());
    assert_eq!(run.measurements.len(), 2);
    for measurement in &run.measurements {
        assert_eq!(measurement.repeats.len(), 2);
        assert_eq!(measurement.requests.as_ref().unwrap().sent, Some(8));
        let calibration = measurement.client.as_ref().unwrap().calibration.as_ref().unwrap();
        assert!(calibration.requests == 4 && calibration.ttft_mean_error_s.is_some());
    }
}

#[test]
fn records_can_be_shown_and_compared() {
    let slow = Settings { ttft: Spread::Fixed(Duration::from_millis(200)), ..quick() };
    let folders = [quick(), slow].map(|settings| {
        let server = serve(settings);
        let out = tempfile::tempdir().unwrap();
        let output = bench_into(
            &server.url,
            out.path(),
            &["--concurrency", "2", "--repeats", "3", "--requests", "4", "--id", "run"],
        );
        measured(&output);
        out
    });
    let paths = folders.each_ref().map(|folder| folder.path().join("run.json").display().to_string());
    let shown = inferencemax(&["show", &paths[0]]);
    assert!(shown.status.success() && text(&shown.stdout).contains("12 of 12 completed"), "{shown:?}");
    for path in &paths {
        // A machine too busy to measure makes them invalid; what is compared here differs by far more.
        let mut run = record::read(&std::fs::read(path).unwrap()).unwrap().run;
        run.measurements[0].outcome = Outcome::Ok;
        std::fs::write(path, run.to_canonical_json()).unwrap();
    }
    let output = inferencemax(&["compare", &paths[0], &paths[1]]);
    let compared = text(&output.stdout);
    let ttft = compared.lines().find(|line| line.contains("mean TTFT")).unwrap();
    assert!(output.status.success() && ttft.ends_with("slower") && ttft.contains('['), "{compared}");
    // Of other lengths nothing is compared, and why is said.
    let mut run = record::read(&std::fs::read(&paths[1]).unwrap()).unwrap().run;
    run.measurements[0].workload.output_tokens = Some(99);
    std::fs::write(&paths[1], run.canonicalise().to_canonical_json()).unwrap();
    let output = inferencemax(&["compare", &paths[0], &paths[1]]);
    let compared = text(&output.stdout);
    assert!(compared.contains("B has 99 output tokens a request, not 16"), "{compared}");
    assert_eq!(output.status.code(), Some(4));
    let broken = folders[0].path().join("broken.json");
    std::fs::write(&broken, "{").unwrap();
    let refused = inferencemax(&["show", broken.to_str().unwrap()]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("broken.json: not valid JSON"), "{}", text(&refused.stderr));
}

#[test]
fn a_stopped_sweep_is_resumed_and_a_finished_load_is_not_measured_again() {
    let server = serve(quick());
    let out = tempfile::tempdir().unwrap();
    let first =
        bench_into(&server.url, out.path(), &["--concurrency", "1", "--requests", "3", "--id", "sweep"]);
    measured(&first);
    let before = record(out.path()).measurements.remove(0);
    let again =
        bench_into(&server.url, out.path(), &["--concurrency", "1,2", "--requests", "3", "--id", "sweep"]);
    assert_eq!(again.status.code(), Some(2));
    assert!(text(&again.stderr).contains("--resume"), "{}", text(&again.stderr));
    let resumed = bench_into(
        &server.url,
        out.path(),
        &["--concurrency", "1,2", "--requests", "3", "--id", "sweep", "--resume"],
    );
    measured(&resumed);
    let after = record(out.path()).measurements;
    assert_eq!(after.len(), 2);
    // What isn't sound is measured again.
    assert_eq!(after[0] == before, before.outcome == Outcome::Ok);
}

#[test]
fn a_resumed_run_takes_other_work_in_but_not_the_same_work_asked_in_another_way() {
    let server = serve(quick());
    let out = tempfile::tempdir().unwrap();
    let run = |options: &[&str]| {
        bench_into(&server.url, out.path(), &[&["--requests", "3", "--id", "work"], options].concat())
    };
    measured(&run(&[]));
    for other in [["--endpoint", "chat"], ["--length-range", "0.5"]] {
        let refused = run(&[&other[..], &["--resume"]].concat());
        assert_eq!(refused.status.code(), Some(2), "{}", text(&refused.stderr));
        assert!(text(&refused.stderr).contains("another --id"), "{}", text(&refused.stderr));
    }
    measured(&run(&["--workload", "chat", "--resume"]));
    let kinds = record(out.path()).measurements.into_iter().map(|measurement| measurement.workload.kind);
    assert_eq!(kinds.collect::<Vec<_>>(), [WorkloadKind::FixedLength, WorkloadKind::Chat]);
}

#[test]
fn a_run_is_not_gone_on_with_as_something_else() {
    let server = serve(quick());
    let out = tempfile::tempdir().unwrap();
    let run = |options: &[&str]| {
        let common = ["--requests", "3", "--id", "one", "--precision", "fp8", "--framework", "vllm"];
        bench_into(&server.url, out.path(), &[&common[..], options].concat())
    };
    measured(&run(&["--concurrency", "1"]));
    let path = out.path().join("one.json");
    let before = std::fs::read_to_string(&path).unwrap();
    for (options, difference) in [
        (&["--repeats", "2"][..], "--repeats: 1 on record, 2 now"),
        (&["--accelerator", "h100"], "deployment accelerator: cpu on record, h100 now"),
        (&["--framework-version", "0.9"], "framework version: not stated on record, 0.9 now"),
        (&["--retries", "1"], "--retries: none on record, some now"),
        (&["--kind", "community"], "kind: unofficial on record, community now"),
    ] {
        let refused = run(&[&["--concurrency", "1,2", "--resume"], options].concat());
        assert_eq!(refused.status.code(), Some(2), "{}", text(&refused.stderr));
        assert!(text(&refused.stderr).contains(difference), "{}", text(&refused.stderr));
    }
    // On another machine.
    let other = before.replacen("\"cpu_count\":", "\"cpu_count\":9", 1);
    assert_ne!(before, other);
    std::fs::write(&path, other).unwrap();
    let refused = run(&["--concurrency", "1,2", "--resume"]);
    assert!(text(&refused.stderr).contains("machine cpu count: 9"), "{}", text(&refused.stderr));
    std::fs::write(&path, before).unwrap();
    measured(&run(&["--concurrency", "1,2", "--resume"]));
    assert_eq!(record(out.path()).measurements.len(), 2);
}

#[test]
fn the_record_says_who_stands_behind_the_run() {
    let server = serve(quick());
    for (options, kind) in [(&[][..], RunKind::Unofficial), (&["--kind", "official"], RunKind::Official)] {
        let out = tempfile::tempdir().unwrap();
        measured(&bench_into(&server.url, out.path(), &[&["--requests", "2"], options].concat()));
        assert_eq!(record(out.path()).kind, kind);
    }
}

#[test]
fn repeats_end_when_their_interval_is_narrow_enough() {
    let server = serve(quick());
    let out = tempfile::tempdir().unwrap();
    let output =
        bench_into(&server.url, out.path(), &["--requests", "2", "--until", "output:99%", "--repeats", "50"]);
    measured(&output);
    let repeats = record(out.path()).measurements[0].repeats.len();
    assert!((3..50).contains(&repeats), "{repeats}");
}

#[test]
fn a_key_that_the_server_echoes_is_in_no_record_and_in_nothing_that_is_said() {
    // Answers every request with what it was sent, as a proxy in a bad mood does.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        use std::io::{Read, Write};
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut buffer = [0; 8192];
            let length = stream.read(&mut buffer).unwrap_or(0);
            let sent = String::from_utf8_lossy(&buffer[..length]);
            let body = format!("\u{1b}[31mwho is {sent}");
            let _ = write!(
                stream,
                "HTTP/1.1 403 No\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            );
        }
    });
    let out = tempfile::tempdir().unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_inferencemax"))
        .args(["bench", "--url", &url, "--model", "m", "--plain", "--requests", "2", "--out"])
        .arg(out.path())
        .env("INFERENCEMAX_API_KEY", "sk-very-secret")
        .output()
        .unwrap();
    let said = text(&output.stderr) + &text(&output.stdout);
    assert!(said.contains("***") && !said.contains("very-secret") && !said.contains('\u{1b}'), "{said}");
}

#[test]
fn a_run_writes_over_no_other_that_was_begun() {
    let server = serve(quick());
    let out = tempfile::tempdir().unwrap();
    // What a crash has left: no record, and files beside it.
    std::fs::write(out.path().join("k.series.csv"), "left").unwrap();
    let options = ["--concurrency", "1", "--requests", "2", "--id", "k"];
    let output = bench_into(&server.url, out.path(), &options);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("was begun before"), "{}", text(&output.stderr));
    assert_eq!(std::fs::read_to_string(out.path().join("k.series.csv")).unwrap(), "left");
    measured(&bench_into(&server.url, out.path(), &[&options[..], &["--resume"]].concat()));
}

#[test]
fn a_server_whose_every_request_fails_gives_a_failed_measurement() {
    // Two probes and no warm-up get through; what follows doesn't.
    let server = serve(Settings { itl: Spread::Fixed(Duration::from_millis(100)), ..quick() });
    let out = tempfile::tempdir().unwrap();
    let output = bench_into(
        &server.url,
        out.path(),
        &["--requests", "2", "--warmup", "0", "--total-timeout", "250ms"],
    );
    assert_eq!(output.status.code(), Some(4), "{}", text(&output.stderr));
    let measurement = record(out.path()).measurements.remove(0);
    assert!(matches!(measurement.outcome, Outcome::Failed { .. }), "{:?}", measurement.outcome);
    assert_eq!(measurement.requests.unwrap().errors["total_timeout"], 2);
    assert!(measurement.latency.is_none());
}
