//! The command as its users meet it: help, wrong use, and servers that don't do what they are asked.

mod served;

use served::{Fault, FaultRate, Settings, Spread, bench, inferencemax, measured, record, serve, text};
use std::time::Duration;

#[test]
fn help_and_version_work() {
    let help = inferencemax(&["--help"]);
    assert!(help.status.success());
    let shown = text(&help.stdout);
    assert!(shown.contains("Measures LLM serving engines") && shown.contains("Exit codes"), "{shown}");
    assert_eq!(
        text(&inferencemax(&["--version"]).stdout).trim(),
        concat!("inferencemax ", env!("CARGO_PKG_VERSION"))
    );
    for command in ["bench", "mock", "show", "compare"] {
        let help = inferencemax(&[command, "--help"]);
        assert!(help.status.success() && help.stdout.len() > 100, "{command}");
    }
}

#[test]
fn wrong_use_is_named_and_measures_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let trace = folder.path().join("reversed.csv");
    std::fs::write(&trace, "TIMESTAMP,ContextTokens,GeneratedTokens\n5,1,1\n4,1,1\n").unwrap();
    let trace = trace.to_str().unwrap();
    for (options, expected) in [
        (&["--concurrency", "0"][..], "--concurrency 0 sends nothing"),
        (&["--concurrency", "1000000"], "at most"),
        (&["--concurrency", "4,4"], "twice"),
        (&["--requests", "0"], "measures nothing"),
        (&["--rate", "0"], "--rate 0"),
        (&["--rate", "1", "--burstiness=-1"], "--burstiness"),
        (&["--trace", "/nowhere.csv"], "/nowhere.csv"),
        (&["--trace", trace], "reversed.csv:3: is earlier"),
        (&["--rate", "nan"], "`nan` is not a number"),
        (&["--goodput", "p99:1s"], "not one of"),
        (&["--goodput", "ttft:1s,ttft:2s"], "twice"),
        // What belongs to another mode would do nothing.
        (&["--burstiness", "0.5"], "--rate"),
        (&["--max-in-flight", "5", "--concurrency", "4"], "--max-in-flight"),
        (&["--ramp-from", "2"], "--ramp"),
        (&["--resolution", "2%"], "--find"),
        (&["--turns", "3"], "--turns is for --workload multi-turn"),
        (&["--hit-share", "0.5", "--workload", "chat"], "--hit-share is for --workload shared-prefix"),
        (&["--tools", "2", "--workload", "vision"], "--tools is for --workload tools"),
        (&["--trace", trace, "--input-tokens", "5"], "--input-tokens"),
        (&["--repeat-for", "1m"], "--repeat-for ends repeats"),
        (&["--find", "knee", "--concurrency", "1..4", "--attainment", "50%"], "--attainment is for"),
        (
            &[
                "--find",
                "service-levels",
                "--concurrency",
                "1..4",
                "--goodput",
                "ttft:1s",
                "--requests",
                "20",
            ],
            "44 are the fewest",
        ),
        (&["--ramp", "5"], "is not a duration"),
        (&["--id", "../x"], "can't be part of an address"),
        (&["--url", "localhost"], "is not an address"),
        (&["--api-key-file", "/nowhere"], "can't read the API key"),
    ] {
        // An id is only looked at once the server has answered.
        let server = (options[0] == "--id").then(|| serve(Settings::default()));
        let url = server.as_ref().map_or("http://127.0.0.1:9".to_owned(), |server| server.url.clone());
        let mut arguments = vec!["bench", "--model", "m", "--plain", "--out", out.to_str().unwrap()];
        if !options.contains(&"--url") {
            arguments.extend(["--url", &url]);
        }
        arguments.extend(options);
        let output = inferencemax(&arguments);
        assert_eq!(output.status.code(), Some(2), "{options:?}: {}", text(&output.stderr));
        assert!(text(&output.stderr).contains(expected), "{options:?}: {}", text(&output.stderr));
    }
}

#[test]
fn a_server_that_refuses_is_a_clear_error_with_advice() {
    let down = {
        // Bound and closed again: nobody listens there.
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let with_key = serve(Settings { api_key: Some("right".into()), ..Settings::default() });
    let other_model = serve(Settings { model: Some("other".into()), ..Settings::default() });
    let silent = serve(Settings {
        faults: vec![FaultRate { fault: Fault::Silence, share: 1.0 }],
        ..Settings::default()
    });
    let with_tls = silent.url.replace("http:", "https:");
    let wrong_path = format!("{}/nowhere", with_key.url);
    for (url, options, expected) in [
        (&down, &[][..], "Is the server running"),
        (&with_key.url, &[], "INFERENCEMAX_API_KEY"),
        (&other_model.url, &[], "does not exist"),
        (&silent.url, &["--first-token-timeout", "200ms"], "sent no token"),
        (&wrong_path, &[], "401"),
        // A server without TLS that is asked for it.
        (&with_tls, &["--connect-timeout", "5s"], "write http://"),
    ] {
        let output = bench(url, options);
        assert_eq!(output.status.code(), Some(3), "{expected}: {}", text(&output.stderr));
        assert!(text(&output.stderr).contains(expected), "{}", text(&output.stderr));
    }
}

#[test]
fn a_server_that_never_answers_is_named_while_it_is_waited_for_and_given_up() {
    // Connections are made by the kernel, and nobody reads what they bring.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let begun = std::time::Instant::now();
    let output = bench(&url, &["--first-token-timeout", "3s"]);
    assert_eq!(output.status.code(), Some(3));
    let said = text(&output.stderr);
    assert!(said.contains("waiting for the list of models of"), "{said}");
    assert!(said.contains("waiting for the first answer of") && said.contains("sent no token"), "{said}");
    assert!(begun.elapsed() < Duration::from_secs(60));
}

#[test]
fn an_unwritable_folder_is_told_before_anything_is_measured() {
    let server = serve(Settings::default());
    let output =
        inferencemax(&["bench", "--url", &server.url, "--model", "m", "--plain", "--out", "/proc/nowhere"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("--out"));
}

#[test]
fn the_key_is_sent_and_never_written() {
    let server = serve(Settings {
        api_key: Some("very-secret-key".into()),
        ttft: Spread::Fixed(Duration::from_millis(5)),
        itl: Spread::Fixed(Duration::from_millis(1)),
        ..Settings::default()
    });
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("key");
    std::fs::write(&key, "very-secret-key\n").unwrap();
    let out = folder.path().join("out");
    let output = inferencemax(&[
        "bench",
        "--url",
        &server.url,
        "--model",
        "m",
        "--plain",
        "--out",
        out.to_str().unwrap(),
        "--api-key-file",
        key.to_str().unwrap(),
        "--output-tokens",
        "4",
        "--input-tokens",
        "8",
        "--requests",
        "3",
    ]);
    measured(&output);
    assert_eq!(record(&out).measurements[0].requests.as_ref().unwrap().completed, Some(3));
    for file in std::fs::read_dir(&out).unwrap() {
        let path = file.unwrap().path();
        let mut written = std::fs::read(&path).unwrap();
        if path.extension().is_some_and(|extension| extension == "zst") {
            written = zstd::decode_all(&written[..]).unwrap();
        }
        assert!(!text(&written).contains("very-secret-key"), "{}", path.display());
    }
}
