//! What others offer: where it may stand, what its review says, and the label that it bears.

use super::{
    builder::{Ran, SINGLE_NODE, Site, text},
    hostile::{ending, fill, payload},
    markup,
};
use record::{Environment, HarnessVersion, Outcome, Repeat, Run, RunKind, Severity};
use serde_json::Value;
use std::fs::File;

const FOLDER: &str = "community/acme/2026-06-11-mi355x";
const RECORD: &str = "community/acme/2026-06-11-mi355x/record.json";

/// Another organisation's run of one real configuration, told as the harness tells: three repeats that scatter a little.
fn offered(factor: f64, change: impl FnOnce(&mut Run)) -> String {
    let site = Site::fixture();
    let mut run = record::read(site.read(SINGLE_NODE).as_bytes()).unwrap().run;
    run.id = "2026-06-11-acme".to_owned();
    run.kind = RunKind::Community;
    run.source = record::Source {
        project: "inferencemax bench".to_owned(),
        harness: Some(HarnessVersion { version: "0.1.0".to_owned(), commit: Some("8f6171c".to_owned()) }),
        ..record::Source::default()
    };
    run.environment = Some(Environment {
        cpu: Some("Some processor".to_owned()),
        engine_arguments: vec!["--tp 8".to_owned()],
        ..Environment::default()
    });
    (run.notes, run.changes, run.attempts, run.unmapped) = Default::default();
    run.measurements.retain(|it| it.outcome == Outcome::Ok && it.framework.image.is_some());
    for measurement in &mut run.measurements {
        measurement.power = None;
        measurement.model.exact = Some("deepseek-ai/DeepSeek-R1-0528".to_owned());
        measurement.command = Some("inferencemax bench --url http://127.0.0.1:8000".to_owned());
        let scaled = |factor: f64| {
            let mut throughput = measurement.throughput.clone().unwrap();
            let figures = [
                &mut throughput.input,
                &mut throughput.output,
                &mut throughput.total,
                &mut throughput.requests,
            ];
            for figure in figures {
                *figure = figure.map(|value| value * factor);
            }
            throughput
        };
        let repeats = [0.999, 1.0, 1.001].map(|spread| Repeat {
            throughput: Some(scaled(factor * spread)),
            latency: measurement.latency.clone(),
            ..Repeat::default()
        });
        (measurement.throughput, measurement.repeats) = (Some(scaled(factor)), repeats.into());
        measurement.duration_s = Some(2000.0);
        let completed = (2000.0 * measurement.throughput.as_ref().unwrap().output.unwrap() / 1024.0) as u64;
        let requests =
            record::Requests { completed: Some(completed), sent: Some(completed), ..Default::default() };
        measurement.requests = Some(requests);
        if let Some(ttft) = measurement.latency.as_mut().and_then(|latency| latency.ttft.as_mut()) {
            ttft.mean = ttft.mean.map(|mean| mean * 1.001);
        }
    }
    change(&mut run);
    run.to_canonical_json()
}

fn with(record: impl AsRef<[u8]>) -> Site {
    Site::fixture().write(RECORD, record)
}

fn review(site: &Site) -> Ran {
    site.run(&["check", "--submission", site.root().join(FOLDER).to_str().unwrap()])
}

/// The outcome of an aspect of a review.
fn outcome(site: &Site, aspect: &str) -> String {
    let folder = site.root().join(FOLDER);
    let ran = site.run(&["check", "--format", "json", "--submission", folder.to_str().unwrap()]);
    let review = ran.json();
    let found = review["aspects"].as_array().unwrap().iter().find(|it| it["name"] == aspect);
    found.unwrap_or_else(|| panic!("no {aspect}: {review:#}"))["outcome"].as_str().unwrap().to_owned()
}

#[test]
fn a_submission_is_part_of_the_site_and_bears_its_label_everywhere() {
    let site = with(offered(1.2, |_| {}));
    let built = site.build();
    let run = text(&built, "runs/2026-06-11-acme/index.html");
    assert!(run.contains("▲ </span>community</span></a>, offered by acme"), "{run}");
    let workload = built
        .files
        .iter()
        .filter(|file| file.path.starts_with("models/") && file.path.ends_with("fp4/index.html"));
    let marked =
        workload.filter(|file| String::from_utf8_lossy(&file.bytes()).contains("▲ community (acme)")).count();
    assert!(marked > 0, "no legend tells the source apart");
    let runs: serde_json::Value = serde_json::from_str(text(&built, "api/v1/runs/1.json")).unwrap();
    let summary =
        runs["items"].as_array().unwrap().iter().find(|run| run["id"] == "2026-06-11-acme").unwrap();
    assert_eq!((&summary["label"], &summary["organisation"]), (&"community".into(), &"acme".into()));
    let table = text(&built, "data/runs.csv");
    let labels = table
        .lines()
        .filter(|line| line.contains("2026-06-11-acme") && line.contains(",community,acme,"))
        .count();
    assert_eq!(labels, 1, "{table}");
    assert_eq!(text(&built, "runs/2026-06-11-acme/record.json"), site.read(RECORD));
    site.check().exits(0);
}

#[test]
fn the_makers_own_result_is_called_that() {
    let site = Site::fixture().write("community/amd/2026-06-11-own/record.json", offered(1.2, |_| {}));
    let built = site.build();
    assert!(
        text(&built, "runs/2026-06-11-acme/index.html")
            .contains("■ </span>vendor</span></a>, offered by amd")
    );
}

#[test]
fn an_independent_run_that_agrees_makes_both_reproduced_and_each_leads_to_the_other() {
    let other = offered(1.1005, |run| run.id = "2026-06-11-other".to_owned());
    let site = with(offered(1.1, |_| {})).write("community/other-labs/2026-06-11-again/record.json", &other);
    let built = site.build();
    for (id, by) in [("acme", "other"), ("other", "acme")] {
        let page = text(&built, &format!("runs/2026-06-11-{id}/index.html")).to_owned();
        assert!(
            page.contains("◆ </span>reproduced</span>: agrees with <a href=\"/runs/2026-06-11-"),
            "{page}"
        );
        assert!(page.contains(&format!("run 2026-06-11-{by}</a>")), "{page}");
    }
    // One organisation in two folders confirms nothing.
    let site = with(offered(1.1, |_| {})).write("community/acme/2026-06-11-again/record.json", &other);
    assert!(!text(&site.build(), "runs/2026-06-11-acme/index.html").contains("reproduced"));
    // Nor does a copy, nor one that is far off.
    let copy = offered(1.1, |run| run.id = "2026-06-11-other".to_owned());
    let site = with(offered(1.1, |_| {})).write("community/other-labs/2026-06-11-again/record.json", copy);
    assert!(!text(&site.build(), "runs/2026-06-11-acme/index.html").contains("reproduced"));
    let far = offered(1.4, |run| run.id = "2026-06-11-other".to_owned());
    let site = with(offered(1.1, |_| {})).write("community/other-labs/2026-06-11-again/record.json", far);
    assert!(!text(&site.build(), "runs/2026-06-11-acme/index.html").contains("reproduced"));
}

#[test]
fn each_organisation_has_a_series_of_its_own() {
    let other = offered(1.3, |run| run.id = "2026-06-11-other".to_owned());
    let site = with(offered(1.2, |_| {})).write("community/other-labs/2026-06-11-x/record.json", other);
    let built = site.build();
    let standing = |id: &str| {
        let rows = text(&built, "data/measurements.csv").to_owned();
        let mut reader = csv::Reader::from_reader(rows.as_bytes());
        let place =
            |name: &str, headers: &csv::StringRecord| headers.iter().position(|it| it == name).unwrap();
        let headers = reader.headers().unwrap().clone();
        let (run, stands) = (place("run", &headers), place("standing", &headers));
        let rows: Vec<_> = reader.records().map(Result::unwrap).filter(|row| &row[run] == id).collect();
        (rows.len(), rows.iter().filter(|row| &row[stands] == "true").count())
    };
    for id in ["2026-06-11-acme", "2026-06-11-other"] {
        let (all, stands) = standing(id);
        assert!(all > 0 && all == stands, "{id}: {stands} of {all}");
    }
}

#[test]
fn a_record_that_types_its_own_label_is_refused() {
    let official = with(offered(1.2, |run| run.kind = RunKind::Official));
    official.run(&["build"]).exits(2).says(&[
        RECORD,
        "error:",
        "`official` is not for a record to say",
        "Labels are derived",
    ]);
    for field in ["label", "reproduced", "vendor", "status"] {
        let typed = offered(1.2, |_| {}).replacen("{\n", &format!("{{\n  \"{field}\": \"reproduced\",\n"), 1);
        with(typed).run(&["build"]).exits(2).says(&[
            RECORD,
            &format!("$.{field}: a record doesn't say what it is"),
            "labels are derived",
        ]);
    }
    let inside = offered(1.2, |_| {}).replacen("{\"arrival\"", "{\"label\":\"official\",\"arrival\"", 1);
    with(inside).run(&["build"]).exits(2).says(&[RECORD, "$.measurements[0].label: a record doesn't say"]);
    let borrowed = with(offered(1.2, |run| run.source.organisation = Some("nvidia".to_owned())));
    borrowed.run(&["build"]).exits(2).says(&[RECORD, "is not whose folder this is"]);
}

#[test]
fn a_folder_that_breaks_a_rule_is_refused_with_its_path() {
    let record = offered(1.2, |_| {});
    for (path, part) in [
        ("community/Acme/2026-06-11-x/record.json", "is no name"),
        ("community/official/2026-06-11-x/record.json", "pass for a label"),
        ("community/acme/2026-06-31-x/record.json", "is no day"),
        ("community/acme/latest/record.json", "is no name for a submission"),
        ("community/acme/2026-06-11-x/deep/record.json", "is a folder"),
        ("community/acme/record.json", "Expected a folder for each submission"),
        ("community/record.json", "doesn't belong here"),
        ("community/acme/2026-06-12-x/record.json", "the run is of 2026-06-11, and its folder of 2026-06-12"),
        ("community/acme/2026-06-11-x/results.json", "has no `record.json`"),
    ] {
        let site = Site::fixture().write(path, &record);
        site.run(&["build"]).exits(2).says(&["community/", "error:", part]);
    }
    for name in ["x.svg", "run.sh", "page.html", ".hidden.txt", "no-ending"] {
        let site = with(&record).write(&format!("{FOLDER}/{name}"), "x");
        site.run(&["build"]).exits(2).says(&[name, "is of a kind that isn't taken"]);
    }
    let many = (0..10).fold(with(&record), |site, index| site.write(&format!("{FOLDER}/{index}.txt"), "x"));
    many.run(&["build"]).exits(2).says(&[FOLDER, "has 11 files"]);
    let fine = with(&record)
        .write(&format!("{FOLDER}/README.md"), "<script>evil()</script>")
        .write("community/README.md", "x");
    let built = fine.build();
    assert!(
        built.files.iter().all(|file| !String::from_utf8_lossy(&file.bytes()).contains("evil()")),
        "nothing but the record is published"
    );
}

#[cfg(unix)]
#[test]
fn a_path_that_leaves_the_folder_is_refused() {
    use std::os::unix::fs::symlink;
    let record = offered(1.2, |_| {});
    let linked = |at: &str, target: &str| {
        let site = Site::fixture().write("community/README.md", "x").write("elsewhere/record.json", &record);
        let path = site.root().join(at);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        symlink(target, path).unwrap();
        site
    };
    for (at, target) in [
        ("community/acme/2026-06-11-x/record.json", "../../../elsewhere/record.json"),
        ("community/acme/2026-06-11-x/passwords.txt", "/etc/passwd"),
        ("community/acme/2026-06-11-x", "../../elsewhere"),
        ("community/acme", "/etc"),
    ] {
        linked(at, target).run(&["build"]).exits(2).says(&[at, "error: is a symbolic link"]);
    }
    let site = with(&record).write("elsewhere/record.json", &record);
    for path in [
        "community/../elsewhere",
        "../../../../../../etc/passwd",
        "/etc/passwd",
        "elsewhere/record.json",
        "community",
        "community/acme",
    ] {
        let ran = site.run(&["check", "--submission", path]).exits(2);
        assert!(
            ran.err.contains("is not below `community/`") || ran.err.contains("can't be read"),
            "{path}: {}",
            ran.err
        );
    }
    review(&linked("community/acme/2026-06-11-mi355x/record.json", "../../../elsewhere/record.json"))
        .exits(2);
}

/// The command with a gigabyte of addresses, so that a file of that size can't be held in memory.
#[cfg(target_os = "linux")]
fn in_little_memory(site: &Site, arguments: &str) -> Ran {
    let command = format!(
        "ulimit -v 900000; exec '{}' --root '{}' {arguments}",
        env!("CARGO_BIN_EXE_site"),
        site.root().display()
    );
    let mut shell = std::process::Command::new("bash");
    // A thread has addresses of its own set aside for it.
    shell.args(["-c", &command]).env("RAYON_NUM_THREADS", "2").env("MALLOC_ARENA_MAX", "2");
    Ran::from(shell.output().unwrap())
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_of_a_gigabyte_is_refused_by_its_size_and_never_read() {
    let sound = with(offered(1.2, |_| {}));
    in_little_memory(&sound, "build").exits(0);
    for (path, part) in [
        (RECORD, "is larger than 16 MiB"),
        ("community/acme/2026-06-11-mi355x/log.txt", "is larger than 1 MiB"),
        ("content/results/huge.json", "is larger than 256 MiB"),
        ("content/hardware/huge.md", "larger than 8 MiB"),
        ("content/reliability.json", "larger than 8 MiB"),
        ("static/images/huge.svg", "larger than 32 MiB"),
    ] {
        let site = with(offered(1.2, |_| {})).write(path, "");
        // A hole: it takes no room on the disk.
        File::options().write(true).open(site.root().join(path)).unwrap().set_len(1 << 30).unwrap();
        in_little_memory(&site, "build").exits(2).says(&[path, part]);
        if path.starts_with("community/") {
            in_little_memory(&site, &format!("check --submission '{}'", site.root().join(FOLDER).display()))
                .exits(2);
        }
    }
}

#[test]
fn a_review_names_every_aspect_in_three_forms() {
    let site = with(offered(1.2, |_| {}));
    let folder = site.root().join(FOLDER);
    let folder = folder.to_str().unwrap();
    let aspects = [
        "Record",
        "Units",
        "Physical limits",
        "Statistics",
        "Completeness",
        "Reproducibility",
        "Duplicates",
        "Outliers",
        "Label",
    ];
    let text = review(&site).exits(0).out;
    let markdown = site.run(&["check", "--format", "markdown", "--submission", folder]).exits(0).out;
    let json = site.run(&["check", "--format", "json", "--submission", folder]).exits(0).json();
    let names: Vec<&str> =
        json["aspects"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
    assert_eq!(names, aspects);
    assert_eq!((&json["ok"], &json["run"]), (&true.into(), &"2026-06-11-acme".into()));
    for aspect in aspects {
        assert!(
            text.contains(aspect) && markdown.contains(&format!("| {aspect} | ")),
            "{aspect}\n{text}\n{markdown}"
        );
    }
    assert!(text.contains("would be shown as ▲ community"), "{text}");
    assert!(review(&site).out.starts_with(&format!("{FOLDER}: ")), "{text}");
    let record = site.root().join(RECORD);
    site.run(&["check", "--submission", record.to_str().unwrap()]).exits(0);
    site.run(&["check", "--format", "markdown"]).exits(2).says(&["--submission"]);
}

#[test]
fn a_review_refuses_what_is_wrong_and_points_at_what_is_odd() {
    let sound = with(offered(1.2, |_| {}));
    assert!(review(&sound).exits(0).out.starts_with(&format!("{FOLDER}: nothing stands against it")));
    type Change = fn(&mut Run);
    let wrong: [(&str, &str, Change); 9] = [
        ("Record", "refused", |run| run.measurements[0].deployment.accelerators = Some(0)),
        ("Units", "refused", |run| {
            // Milliseconds for seconds.
            for measurement in &mut run.measurements {
                measurement.throughput.as_mut().unwrap().requests = Some(1000.0);
            }
        }),
        ("Physical limits", "refused", |run| {
            let throughput = run.measurements[1].throughput.as_mut().unwrap();
            for figure in [&mut throughput.input, &mut throughput.output, &mut throughput.total] {
                *figure = figure.map(|tokens| tokens * 1e3);
            }
        }),
        ("Statistics", "look", |run| run.measurements[0].repeats.clear()),
        ("Completeness", "refused", |run| run.measurements.clear()),
        ("Completeness", "look", |run| run.measurements[0].latency.as_mut().unwrap().e2e = None),
        ("Reproducibility", "refused", |run| run.measurements[0].command = None),
        ("Reproducibility", "look", |run| {
            run.measurements[0].framework.image = Some("lmsysorg/sglang:latest".to_owned());
        }),
        ("Reproducibility", "look", |run| run.environment = None),
    ];
    for (aspect, expected, change) in wrong {
        assert_eq!(outcome(&with(offered(1.2, change)), aspect), expected, "{aspect}");
    }
    assert_eq!(outcome(&with(offered(2.0, |_| {})), "Outliers"), "look");
    // The very figures of a run that the site has.
    let copied = with(offered(1.0, |run| {
        let original = record::read(Site::fixture().read(SINGLE_NODE).as_bytes()).unwrap().run;
        run.measurements = original.measurements;
        run.measurements.retain(|measurement| measurement.accuracy.is_none());
    }));
    assert_eq!(outcome(&copied, "Duplicates"), "refused");
    review(&copied).exits(2);
    let taken = with(offered(1.2, |run| run.id = "27213443242".to_owned()));
    assert_eq!(outcome(&taken, "Record"), "refused");
    let look = with(offered(2.0, |_| {}));
    review(&look).exits(0);
    let folder = look.root().join(FOLDER);
    look.run(&["check", "--strict", "--submission", folder.to_str().unwrap()]).exits(2);
}

#[test]
fn a_broken_submission_is_reviewed_and_not_a_crash() {
    for record in ["", "{", "[]", "null", "{\"record_version\": 1}", "{\"record_version\": 99}"] {
        let site = with(record);
        let said = review(&site).exits(2);
        assert!(said.out.contains("✗ refused  Record"), "{}", said.out);
    }
}

#[test]
fn a_strangers_words_neither_steer_a_terminal_nor_become_markup_in_a_comment() {
    let hostile = "\u{1b}[2J<script>evil()</script>|@team `x`";
    let site = with(offered(1.2, |_| {}).replacen(
        "\"outcome\":\"ok\"",
        &format!("\"outcome\":{}", serde_json::json!(hostile)),
        1,
    ));
    let text = review(&site).exits(2).out;
    assert!(!text.contains('\u{1b}'), "{text:?}");
    let folder = site.root().join(FOLDER);
    let comment =
        site.run(&["check", "--format", "markdown", "--submission", folder.to_str().unwrap()]).exits(2).out;
    assert!(
        !comment.contains("<script>") && !comment.contains("@team") && !comment.contains('\u{1b}'),
        "{comment}"
    );
}

/// The paths of all texts in a JSON value.
fn texts(value: &Value, path: String, found: &mut Vec<String>) {
    match value {
        Value::String(_) => found.push(path),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, item)| texts(item, format!("{path}/{at}"), found));
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                // As RFC 6901 has it.
                let name = name.replace('~', "~0").replace('/', "~1");
                texts(field, format!("{path}/{name}"), found);
            }
        }
        _ => {}
    }
}

/// A sound record in which every text that may be free holds script: whatever the schema and the rules let through.
fn hostile() -> Run {
    let record = offered(1.2, |run| {
        run.measurements.truncate(3);
        fill(run);
        run.date_until = None;
    });
    let mut run = record::read(record.as_bytes()).unwrap().run;
    let mut paths = Vec::new();
    texts(&serde_json::to_value(&run).unwrap(), String::new(), &mut paths);
    for path in paths {
        let mut value = serde_json::to_value(&run).unwrap();
        let Some(text) = value.pointer_mut(&path) else { continue };
        *text = payload(path.rsplit('/').next().unwrap()).into();
        let changed = serde_json::from_value::<Run>(value).ok().map(Run::canonicalise);
        let sound =
            |run: &Run| record::validate(run, &[], None).iter().all(|it| it.severity == Severity::Warning);
        run = changed.filter(|changed| sound(changed)).unwrap_or(run);
    }
    run.source.organisation = None;
    run
}

#[test]
fn script_in_every_text_of_a_submission_is_text_on_every_page() {
    let run = hostile();
    let mut paths = Vec::new();
    let value = serde_json::to_value(&run).unwrap();
    texts(&value, String::new(), &mut paths);
    let filled = paths
        .iter()
        .filter(|path| value.pointer(path).unwrap().as_str().unwrap().contains("<script>"))
        .count();
    assert!(filled > 40, "{filled} of {} texts hold script", paths.len());
    let site = with(run.to_canonical_json());
    let built = site.build();
    assert!(
        text(&built, &format!("runs/{}/index.html", run.id)).contains("&lt;script&gt;evil()"),
        "it is there, as text"
    );
    for (path, markup) in ending(&built, &[".html", ".svg", ".xml"]) {
        let lower = markup.to_lowercase();
        for code in ["<script>evil", "<img src=x", "\"'><", "href=\"javascript:"] {
            assert!(!lower.contains(code), "{path} has {code}");
        }
        assert_eq!(markup::fault(&markup), None, "{path}");
        let policy = path.ends_with(".html") && !path.starts_with("embed/");
        assert!(!policy || markup.contains("http-equiv=\"Content-Security-Policy\""), "{path} has no policy");
    }
    let faults: Vec<String> =
        site.findings(&built).iter().filter(|it| it.is_error()).map(ToString::to_string).collect();
    assert_eq!(faults, [""; 0]);
    let comment = site.run(&[
        "check",
        "--format",
        "markdown",
        "--submission",
        site.root().join(FOLDER).to_str().unwrap(),
    ]);
    assert!(!comment.out.contains("<script>") && !comment.out.contains("<img"), "{}", comment.out);
}
