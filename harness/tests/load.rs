//! Loads that change or are looked for, and what lies beside the record.
#![allow(clippy::unwrap_used)]

mod served;

use record::{Measurement, RampShape, SearchGoal};
use served::{Settings, bench_into, measured, quick, record, request_log, requests, serve, text};

/// Whether nine requests of ten met the first service levels.
fn met(measurement: &Measurement) -> bool {
    let levels = &measurement.service_levels[0];
    levels.met * 10 >= levels.of * 9
}

#[test]
fn the_highest_load_within_service_levels_is_found_with_its_bracket() {
    // Each other stream makes a token 2 ms later: 15 ms are passed by 8 streams at the latest.
    let server = serve(Settings { batch_slowdown: 1.0, ..quick() });
    let out = tempfile::tempdir().unwrap();
    let options =
        ["--find", "service-levels", "--goodput", "tpot:15ms", "--requests", "48", "--id", "search"];
    let range = ["--concurrency", "1..32"];
    let output = bench_into(&server.url, out.path(), &[&options[..], &range[..]].concat());
    measured(&output);
    let run = record(out.path());
    let search = run.search.as_ref().unwrap();
    assert_eq!((search.goal, search.range), (SearchGoal::ServiceLevels, [1.0, 32.0]));
    let at = |load: f64| {
        let slots = Some(load as u32);
        run.measurements.iter().find(|measurement| measurement.arrival.concurrency == slots).unwrap()
    };
    let [low, high] = search.bracket.unwrap();
    assert_eq!(search.answer, Some(low));
    assert!(high == low + 1.0 && high <= 8.0 && met(at(low)) && !met(at(high)), "{search:?}");
    assert!(
        text(&output.stdout).contains(&format!("concurrency {low} meets them")),
        "{}",
        text(&output.stdout)
    );

    // All that was sound is taken over, and the answer stands.
    let again = [&options[..], &range[..], &["--resume"]].concat();
    measured(&bench_into(&server.url, out.path(), &again));
    let resumed = record(out.path());
    for measurement in &resumed.measurements {
        let before = run.measurements.iter().find(|before| before.id == measurement.id);
        let sound = before.is_some_and(|before| before.outcome == record::Outcome::Ok);
        assert!(!sound || before == Some(measurement), "measured again: {}", measurement.id);
    }
}

#[test]
fn saturation_and_knee_have_an_answer_or_say_why_not() {
    let server = serve(Settings { batch_slowdown: 2.0, ..quick() });
    for (goal, expected) in [("saturation", SearchGoal::Saturation), ("knee", SearchGoal::Knee)] {
        let out = tempfile::tempdir().unwrap();
        let options = ["--find", goal, "--rate", "20..80", "--requests", "20", "--resolution", "50%"];
        let output = bench_into(&server.url, out.path(), &options);
        measured(&output);
        let run = record(out.path());
        let search = run.search.unwrap();
        assert_eq!(search.goal, expected);
        let loads: Vec<f64> = run.measurements.iter().filter_map(|one| one.arrival.rate_per_s).collect();
        assert!(loads.len() >= 2 && loads.iter().all(|load| (20.0..=80.0).contains(load)), "{loads:?}");
        assert!(search.answer.is_none_or(|answer| loads.contains(&answer)), "{search:?}");
        assert!(text(&output.stdout).contains(search.conclusion.split(' ').next().unwrap()));
    }
}

/// When each request was due, in seconds after the first.
fn due(folder: &std::path::Path) -> Vec<f64> {
    let mut times: Vec<u64> =
        requests(folder).iter().map(|line| line["scheduled_ns"].as_u64().unwrap()).collect();
    times.sort_unstable();
    times.iter().map(|time| (time - times[0]) as f64 / 1e9).collect()
}

#[test]
fn a_rate_grows_by_equal_factors() {
    let server = serve(quick());
    let out = tempfile::tempdir().unwrap();
    let ramp = ["--ramp", "1s", "--ramp-shape", "exponential", "--ramp-from", "5"];
    let load = ["--rate", "50", "--burstiness", "inf", "--duration", "2s"];
    measured(&bench_into(&server.url, out.path(), &[&ramp[..], &load[..]].concat()));
    let times = due(out.path());
    // The schedule is kept whatever the machine does: 45 / ln 10 arrivals in the first second, 50 in the next.
    let first = times.iter().filter(|at| **at < 1.0).count();
    assert!((19..=21).contains(&first) && (69..=71).contains(&times.len()), "{first} of {}", times.len());
    let ramp = record(out.path()).measurements[0].arrival.ramp.clone().unwrap();
    assert_eq!((ramp.shape, ramp.from, ramp.duration_s), (RampShape::Exponential, 5.0, 1.0));
}

#[test]
fn slots_open_over_the_ramp_and_a_ramp_that_is_cut_short_is_said() {
    let server =
        serve(Settings { ttft: served::Spread::Fixed(std::time::Duration::from_secs(2)), ..quick() });
    let out = tempfile::tempdir().unwrap();
    let options = ["--concurrency", "4", "--ramp", "600ms", "--requests", "4", "--warmup", "0"];
    measured(&bench_into(&server.url, out.path(), &options));
    let times = due(out.path());
    for (at, earliest) in times.iter().zip([0.0, 0.2, 0.4, 0.6]) {
        // Some may be late, none early.
        assert!(*at >= earliest - 0.01, "{times:?}");
    }
    let server = serve(quick());
    let out = tempfile::tempdir().unwrap();
    let options = ["--concurrency", "4", "--ramp", "60s", "--requests", "2", "--warmup", "0"];
    measured(&bench_into(&server.url, out.path(), &options));
    let notes = &record(out.path()).measurements[0].notes;
    assert!(notes.iter().any(|note| note.contains("before the ramp")), "{notes:?}");
}

#[test]
fn warm_up_and_cool_down_stay_out_of_the_steady_window() {
    let server = serve(quick());
    let out = tempfile::tempdir().unwrap();
    let options = ["--concurrency", "2", "--warmup", "500ms", "--duration", "2s", "--cool-down", "500ms"];
    measured(&bench_into(&server.url, out.path(), &options));
    let measurement = record(out.path()).measurements.remove(0);
    // Two probes, and what two slots sent within half a second.
    assert!(measurement.requests.unwrap().warmup.unwrap() > 4);
    let client = measurement.client.unwrap();
    assert_eq!(client.cool_down_s, Some(0.5));
    let steady = client.steady.unwrap().duration_s.unwrap();
    assert!(steady < measurement.duration_s.unwrap() - 0.4, "{steady} of {:?}", measurement.duration_s);
}

#[test]
fn an_open_load_is_calibrated_with_its_own_arrivals() {
    let server = serve(quick());
    let out = tempfile::tempdir().unwrap();
    let options = ["--rate", "20", "--burstiness", "inf", "--requests", "4", "--calibrate", "always"];
    measured(&bench_into(&server.url, out.path(), &options));
    let calibration = record(out.path()).measurements.remove(0).client.unwrap().calibration.unwrap();
    // Two seconds of them, the first at once.
    assert_eq!(calibration.requests, 40);
    assert!(calibration.ttft_mean_error_s.is_some() && calibration.concurrency > 0);
}

#[test]
fn several_service_levels_are_counted_in_one_run() {
    let server = serve(quick());
    let out = tempfile::tempdir().unwrap();
    let levels = ["--goodput", "ttft:60s", "--goodput", "ttft:1ms,tpot:1us"];
    let options = [&["--requests", "10", "--request-log", "none"][..], &levels].concat();
    measured(&bench_into(&server.url, out.path(), &options));
    assert_eq!(request_log(out.path()), None);
    let measurement = record(out.path()).measurements.remove(0);
    let counted: Vec<(u64, u64)> =
        measurement.service_levels.iter().map(|levels| (levels.met, levels.of)).collect();
    assert_eq!(counted, [(10, 10), (0, 10)]);
    assert_eq!(measurement.service_levels[1].tpot_s, Some(1e-6));
    assert_eq!(measurement.throughput.unwrap().goodput, measurement.service_levels[0].goodput);
    let bounds = measurement.client.unwrap().percentile_bounds;
    assert!(bounds.iter().all(|bound| bound.requests == 10 && bound.at_most_s.is_none()), "{bounds:?}");
}

#[test]
fn seconds_and_histograms_lie_beside_the_record() {
    use hdrhistogram::serialization::interval_log::{IntervalLogIterator, LogEntry};
    let server = serve(quick());
    let out = tempfile::tempdir().unwrap();
    let options = ["--concurrency", "2,4", "--repeats", "2", "--requests", "20", "--id", "run"];
    measured(&bench_into(&server.url, out.path(), &options));
    let series = std::fs::read_to_string(out.path().join("run.series.csv")).unwrap();
    let mut lines = series.lines();
    let columns: Vec<&str> = lines.next().unwrap().split(',').collect();
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
    let sum = |name: &str| -> u64 {
        let at = columns.iter().position(|column| *column == name).unwrap();
        rows.iter().map(|row| row[at].parse::<u64>().unwrap()).sum()
    };
    assert_eq!((sum("sent"), sum("completed"), sum("failed"), sum("output_tokens")), (80, 80, 0, 80 * 16));

    let log = std::fs::read(out.path().join("run.hlog")).unwrap();
    let tags: Vec<String> = IntervalLogIterator::new(&log)
        .map(|entry| entry.expect("a line that the format allows"))
        .filter_map(|entry| match entry {
            LogEntry::Interval(interval) => interval.tag().map(|tag| tag.as_str().to_owned()),
            _ => None,
        })
        .collect();
    assert_eq!(tags.len(), 2 * 2 * 4, "{tags:?}");
    assert!(tags.contains(&"1.1.ttft".to_owned()), "{tags:?}");
}

#[test]
fn without_a_terminal_each_load_is_a_line_without_escapes() {
    let server = serve(quick());
    let out = tempfile::tempdir().unwrap();
    let output = bench_into(&server.url, out.path(), &["--concurrency", "1,2", "--requests", "4"]);
    measured(&output);
    let shown = text(&output.stderr);
    assert!(shown.lines().any(|line| line.starts_with("concurrency 2: ")), "{shown}");
    assert!(!shown.contains('\u{1b}') && text(&output.stdout).contains("load "), "{shown}");
}

#[test]
fn repeats_end_with_their_time() {
    let server = serve(quick());
    let out = tempfile::tempdir().unwrap();
    let options = ["--requests", "4", "--repeats", "1000", "--repeat-for", "1s", "--pause", "1ms"];
    measured(&bench_into(&server.url, out.path(), &options));
    let repeats = record(out.path()).measurements[0].repeats.len();
    assert!(repeats < 900, "{repeats}");
}

/// Runs the command where no file may grow beyond `blocks` of 512 bytes, as on a disk that is full.
fn with_room(blocks: u32, url: &str, out: &std::path::Path, options: &[&str]) -> std::process::Output {
    std::process::Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f \"$1\"; shift; exec \"$@\"", "sh", &blocks.to_string()])
        .args([env!("CARGO_BIN_EXE_inferencemax"), "bench", "--url", url, "--model", "m", "--plain"])
        .args([
            "--input-tokens",
            "16",
            "--output-tokens",
            "16",
            "--id",
            "full",
            "--out",
            out.to_str().unwrap(),
        ])
        .args(options)
        .output()
        .expect("a shell")
}

#[test]
fn where_the_disk_is_full_it_says_so_and_what_was_measured_is_not_lost() {
    let server = serve(quick());
    let out = tempfile::tempdir().unwrap();
    let many = ["--concurrency", "16", "--requests", "800", "--request-log", "jsonl"];
    let output = with_room(128, &server.url, out.path(), &many);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("full.requests.jsonl is not complete"), "{}", text(&output.stderr));
    // The record has all, and the log what there was room for.
    assert_eq!(record(out.path()).measurements[0].requests.as_ref().unwrap().sent, Some(800));
    assert!((1..800).contains(&requests(out.path()).len()));

    // Not even the record can be written: the summary is said.
    let out = tempfile::tempdir().unwrap();
    let output = with_room(2, &server.url, out.path(), &["--requests", "4"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("can't write"), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("4 of 4 completed"), "{}", text(&output.stdout));
    assert!(!out.path().join("full.json").exists());
}
