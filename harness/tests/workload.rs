//! Kinds of work against the mock: lengths are exact, what answers say is counted, and the record says what was asked.
#![allow(clippy::unwrap_used)]

mod served;

use record::{Measurement, WorkloadKind};
use served::{Fault, FaultRate, Settings, bench_into, measured, quick, record, requests, serve, text};
#[cfg(feature = "tokenizer")]
use std::path::Path;

fn measure_with(settings: Settings, options: &[&str]) -> (Measurement, Vec<serde_json::Value>) {
    let server = serve(settings);
    let out = tempfile::tempdir().unwrap();
    let output = bench_into(&server.url, out.path(), options);
    measured(&output);
    (record(out.path()).measurements.remove(0), requests(out.path()))
}

fn measure(options: &[&str]) -> (Measurement, Vec<serde_json::Value>) {
    measure_with(quick(), options)
}

#[test]
fn every_kind_has_exactly_the_tokens_asked_for_and_its_own_name() {
    for (name, kind) in [
        ("random", WorkloadKind::FixedLength),
        ("chat", WorkloadKind::Chat),
        ("summarisation", WorkloadKind::Summarization),
        ("code", WorkloadKind::Code),
        ("rag", WorkloadKind::RetrievalAugmented),
        ("shared-prefix", WorkloadKind::SharedPrefix),
        ("vision", WorkloadKind::Vision),
    ] {
        let mut options = vec!["--workload", name, "--input-tokens", "400", "--requests", "4"];
        if name == "vision" {
            options.extend(["--image-size", "32x32"]);
        }
        let (measurement, lines) = measure(&options);
        let workload = &measurement.workload;
        assert_eq!(workload.kind, kind);
        let tokenizer = workload.tokenizer.as_ref().unwrap();
        assert_eq!((tokenizer.source.as_str(), tokenizer.name.as_deref()), ("server", Some("/tokenize")));
        for line in lines {
            assert_eq!(line["input_tokens"], 400, "{name}: {line}");
        }
        assert_eq!(measurement.client.unwrap().token_mismatches, Some(0));
        assert_eq!(workload.dataset.as_ref().unwrap().prompts_hash.as_ref().unwrap().len(), 32);
        assert_eq!(workload.unique_prefixes, Some(name != "shared-prefix"));
    }
}

#[test]
fn the_same_seed_makes_the_same_prompts() {
    let hash = |seed: &str| {
        let (measurement, _) =
            measure(&["--workload", "rag", "--input-tokens", "300", "--requests", "3", "--seed", seed]);
        measurement.workload.dataset.unwrap().prompts_hash.unwrap()
    };
    assert_eq!(hash("5"), hash("5"));
    assert_ne!(hash("5"), hash("6"));
}

#[test]
fn lengths_within_a_range_are_exact_too() {
    let (measurement, lines) = measure(&[
        "--workload",
        "summarisation",
        "--input-tokens",
        "300",
        "--length-range",
        "0.5",
        "--requests",
        "6",
    ]);
    assert_eq!(measurement.client.unwrap().token_mismatches, Some(0));
    let lengths: Vec<u64> = lines.iter().map(|line| line["input_tokens"].as_u64().unwrap()).collect();
    assert!(lengths.iter().all(|length| (150..=300).contains(length)), "{lengths:?}");
    assert!(lengths.iter().any(|length| *length != lengths[0]), "{lengths:?}");
}

#[test]
fn answers_by_a_schema_are_held_against_it() {
    for endpoint in ["completions", "chat", "responses"] {
        let options =
            ["--workload", "json", "--endpoint", endpoint, "--requests", "6", "--output-tokens", "200"];
        let (measurement, lines) = measure(&options);
        let requests = measurement.requests.unwrap();
        assert_eq!((requests.completed, requests.conforming), (Some(6), Some(6)), "{endpoint}");
        assert_eq!((requests.calling, requests.tool_calls), (None, None));
        assert!(lines.iter().all(|line| line["conforms"] == true));
        // An answer that ends by itself is shorter than the most, and no mismatch.
        assert!(measurement.tokens.unwrap().output.unwrap() < 6 * 200);
        assert_eq!(
            measurement.workload.endpoint.unwrap(),
            match endpoint {
                "completions" => "/v1/completions",
                "chat" => "/v1/chat/completions",
                _ => "/v1/responses",
            }
        );
    }
    let faults = vec![FaultRate { fault: Fault::OffSchema, share: 1.0 }];
    let (measurement, _) =
        measure_with(Settings { faults, ..quick() }, &["--workload", "json", "--requests", "3"]);
    let requests = measurement.requests.unwrap();
    assert_eq!((requests.completed, requests.conforming), (Some(3), Some(0)));
    // Cut off at the most, a document isn't one.
    let (measurement, _) = measure(&["--workload", "json", "--requests", "3", "--output-tokens", "4"]);
    assert_eq!(measurement.requests.unwrap().conforming, Some(0));
}

#[test]
fn calls_of_functions_are_counted() {
    for endpoint in ["chat", "responses"] {
        let options = ["--workload", "tools", "--tools", "3", "--endpoint", endpoint, "--requests", "5"];
        let (measurement, lines) = measure(&options);
        let requests = measurement.requests.unwrap();
        assert_eq!((requests.calling, requests.tool_calls), (Some(5), Some(5)), "{endpoint}");
        assert_eq!((requests.conforming, measurement.workload.tools), (None, Some(3)));
        assert!(lines.iter().all(|line| line["calls"] == 1));
    }
    let faults = vec![FaultRate { fault: Fault::OffSchema, share: 1.0 }];
    let (measurement, _) =
        measure_with(Settings { faults, ..quick() }, &["--workload", "tools", "--requests", "3"]);
    let requests = measurement.requests.unwrap();
    assert_eq!((requests.completed, requests.calling, requests.tool_calls), (Some(3), Some(0), Some(0)));
}

#[test]
fn conversations_carry_what_was_said_and_think_in_between() {
    let (measurement, lines) = measure(&[
        "--workload",
        "multi-turn",
        "--turns",
        "3",
        "--think-time",
        "20ms",
        "--concurrency",
        "2",
        "--requests",
        "7",
        "--output-tokens",
        "8",
        "--warmup",
        "0",
    ]);
    // Whole conversations: three of them for seven requests.
    assert_eq!(measurement.requests.as_ref().unwrap().completed, Some(9));
    let conversation = measurement.workload.conversation.unwrap();
    assert_eq!((conversation.turns, conversation.think_time_s), (3, 0.02));
    assert_eq!(measurement.workload.unique_prefixes, Some(false));
    let client = measurement.client.unwrap();
    assert_eq!(client.turns.len(), 3);
    assert!(client.turns.iter().all(|turn| turn.requests.as_ref().unwrap().completed == Some(3)));
    for conversation in 0..3 {
        let mut turns: Vec<_> = lines.iter().filter(|line| line["conversation"] == conversation).collect();
        turns.sort_by_key(|line| line["turn"].as_u64());
        assert_eq!(turns.len(), 3);
        for pair in turns.windows(2) {
            let number = |line: &serde_json::Value, name: &str| line[name].as_u64().unwrap();
            // All of the turn before, its answer of eight tokens, and a new question.
            assert!(number(pair[1], "input_tokens") >= number(pair[0], "input_tokens") + 8 + 10, "{pair:?}");
            assert!(number(pair[1], "scheduled_ns") >= number(pair[0], "ended_ns"));
        }
    }
}

#[test]
fn open_conversations_end_too_and_a_failure_ends_its_conversation() {
    let faults = vec![FaultRate { fault: Fault::Truncate, share: 1.0 }];
    // Two probes and the first three requests get through.
    let settings = Settings { faults, faults_after: 5, ..quick() };
    let (measurement, _) = measure_with(
        settings,
        &[
            "--workload",
            "multi-turn",
            "--turns",
            "2",
            "--rate",
            "20",
            "--requests",
            "10",
            "--output-tokens",
            "4",
            "--warmup",
            "0",
        ],
    );
    let requests = measurement.requests.unwrap();
    assert_eq!(requests.completed, Some(3));
    let sent = requests.sent.unwrap();
    assert!((5..=8).contains(&sent), "{sent}");
    assert_eq!(requests.errors["truncated"] + 3, sent);
}

#[test]
fn shared_prefixes_are_stated() {
    let (measurement, _) = measure(&[
        "--workload",
        "shared-prefix",
        "--input-tokens",
        "64",
        "--prefix-tokens",
        "40",
        "--prefixes",
        "2",
        "--hit-share",
        "0.5",
        "--requests",
        "4",
    ]);
    let prefix = measurement.workload.shared_prefix.unwrap();
    assert_eq!((prefix.tokens, prefix.prefixes, prefix.share), (40, 2, 0.5));
    assert_eq!(measurement.workload.dataset.unwrap().name, "random-words-after-2x40-for-50-percent");
}

#[test]
fn prompts_of_a_file_are_sent_with_their_own_lengths() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("questions.jsonl");
    std::fs::write(
        &path,
        "{\"prompt\":\"one two three\",\"output_tokens\":5}\n{\"messages\":[{\"role\":\"user\",\"content\":\"one\"}]}\n",
    )
    .unwrap();
    let (measurement, lines) =
        measure(&["--prompts", path.to_str().unwrap(), "--requests", "4", "--output-tokens", "9"]);
    let mut pairs: Vec<_> =
        lines.iter().map(|line| (line["input_tokens"].as_u64(), line["output_tokens"].as_u64())).collect();
    pairs.sort_unstable();
    assert_eq!(pairs, [(Some(1), Some(9)), (Some(1), Some(9)), (Some(3), Some(5)), (Some(3), Some(5))]);
    assert_eq!(measurement.workload.dataset.unwrap().name, "questions");
    assert_eq!(
        (measurement.workload.input_tokens, measurement.client.unwrap().token_mismatches),
        (None, Some(0))
    );
}

#[test]
fn without_a_tokenizer_two_probes_tell_the_length() {
    for (settings, options) in [
        (Settings { tokenize: false, ..quick() }, &["--requests", "3"][..]),
        (quick(), &["--requests", "3", "--tokenizer", "probes"]),
    ] {
        let (measurement, lines) = measure_with(settings, options);
        assert_eq!(measurement.workload.tokenizer.unwrap().source, "probes");
        assert!(lines.iter().all(|line| line["input_tokens"] == 16));
    }
}

/// A tokenizer that counts words, as the mock does, or letters.
#[cfg(feature = "tokenizer")]
fn write_tokenizer(path: &Path, per_word: bool) {
    let pre_tokenizer = if per_word {
        serde_json::json!({"type": "WhitespaceSplit"})
    } else {
        serde_json::json!({"type": "Split", "pattern": {"Regex": "."}, "behavior": "Isolated", "invert": false})
    };
    let tokenizer = serde_json::json!({
        "version": "1.0", "truncation": null, "padding": null, "added_tokens": [], "normalizer": null,
        "pre_tokenizer": pre_tokenizer, "post_processor": null, "decoder": null,
        "model": {"type": "WordLevel", "vocab": {"[UNK]": 0}, "unk_token": "[UNK]"},
    });
    std::fs::write(path, tokenizer.to_string()).unwrap();
}

#[cfg(feature = "tokenizer")]
#[test]
fn a_tokenizer_of_our_own_cuts_prompts_and_another_models_is_flagged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tokenizer.json");
    let options = [
        "--workload",
        "chat",
        "--input-tokens",
        "200",
        "--requests",
        "3",
        "--tokenizer",
        path.to_str().unwrap(),
    ];
    write_tokenizer(&path, true);
    let (measurement, lines) = measure(&options);
    let tokenizer = measurement.workload.tokenizer.unwrap();
    assert_eq!((tokenizer.source.as_str(), tokenizer.hash.unwrap().len()), ("file", 32));
    assert!(lines.iter().all(|line| line["input_tokens"] == 200));

    write_tokenizer(&path, false);
    let (measurement, _) = measure(&options);
    assert!(
        measurement.notes.iter().any(|note| note.contains("may not be the model's")),
        "{:?}",
        measurement.notes
    );
    assert_eq!(measurement.client.unwrap().token_mismatches, Some(3));
}

#[test]
fn wrong_use_of_workloads_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let bad = file("bad.jsonl", "{\"prompt\":\"a\"}\n{\"prompt\":\n");
    let trace = file("trace.csv", "t,i,o\n0,1,1\n");
    let not_one = file("weights.json", "{}");
    for (options, expected) in [
        (&["--workload", "vision", "--endpoint", "completions"][..], "needs chat or responses"),
        (&["--workload", "vision", "--image-size", "0x5"], "WIDTHxHEIGHT"),
        (&["--workload", "poetry"], "invalid value"),
        (&["--workload", "multi-turn", "--trace", &trace], "not conversations"),
        (&["--workload", "shared-prefix", "--hit-share", "2"], "--hit-share 2"),
        (&["--workload", "shared-prefix", "--input-tokens", "8", "--prefix-tokens", "8"], "leaves nothing"),
        (&["--prompts", &bad], "bad.jsonl:2: not a prompt"),
        (&["--prompts", "/nowhere.jsonl"], "/nowhere.jsonl"),
        (&["--tokenizer", &not_one], "weights.json: not a tokenizer.json"),
        (&["--tokenizer", "nobody/nothing"], "nobody/nothing"),
    ] {
        let output = bench_into("http://127.0.0.1:9", folder.path(), options);
        assert_eq!(output.status.code(), Some(2), "{options:?}: {}", text(&output.stderr));
        assert!(text(&output.stderr).contains(expected), "{options:?}: {}", text(&output.stderr));
    }
    let server = serve(Settings { tokenize: false, ..quick() });
    let output = bench_into(&server.url, folder.path(), &["--tokenizer", "server"]);
    assert_eq!(output.status.code(), Some(3), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("/tokenize counts no tokens"), "{}", text(&output.stderr));
}
