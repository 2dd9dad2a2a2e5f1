//! What differs between two runs: as a page, and as `site diff` says it.

use super::builder::{SINGLE_NODE, Site, text};
use record::Measurement;

/// The run of the fixture that a second one follows.
const BEFORE: &str = "27213443242";
const AFTER: &str = "content/results/2026-06-12-27300000000.json";
const PAGE: &str = "runs/27213443242..27300000000/index.html";

/// The fixture with a run of the next day: everything a tenth faster, one configuration failed, another image.
fn followed() -> Site {
    let site = Site::fixture();
    let record = site.read(SINGLE_NODE);
    site.write(AFTER, record).edit(AFTER, |run| {
        run.id = "27300000000".to_owned();
        run.date = "2026-06-12".parse().unwrap();
        run.source.url = None;
        run.notes.clear();
        run.changes.clear();
        for (at, measurement) in run.measurements.iter_mut().enumerate() {
            measurement.framework.image = Some("sglang:new".to_owned());
            faster(measurement, 1.1);
            if at == 0 {
                measurement.outcome = record::Outcome::OutOfMemory;
            }
            measurement.id = measurement.identify(&run.id);
        }
    })
}

fn faster(measurement: &mut Measurement, by: f64) {
    if let Some(throughput) = &mut measurement.throughput {
        for figure in [&mut throughput.input, &mut throughput.output, &mut throughput.total] {
            *figure = figure.map(|figure| record::round_significant(figure * by));
        }
    }
}

#[test]
fn runs_that_follow_each_other_have_a_page_and_link_to_it() {
    let site = followed();
    let built = site.build();
    let page = text(&built, PAGE);
    assert!(page.contains("shared configurations") && page.contains("1.1×"), "{page}");
    assert!(
        page.contains("Ran out of memory"),
        "what failed after stands among what only the run before has"
    );
    for run in ["runs/27213443242/index.html", "runs/27300000000/index.html"] {
        assert!(text(&built, run).contains("href=\"/runs/27213443242..27300000000/\""), "{run}");
    }
    let findings: Vec<String> = site.findings(&built).iter().map(ToString::to_string).collect();
    assert_eq!(findings, [""; 0]);
    super::snapshots::assert_page(&built, "run-difference", PAGE);
}

#[test]
fn a_terminal_is_told_what_differs() {
    let ran = followed().run(&["diff", BEFORE, "27300000000"]).exits(0);
    assert!(ran.out.starts_with("27213443242 (2026-06-11) → 27300000000 (2026-06-12)\n"), "{}", ran.out);
    for part in
        ["shared configurations: ", "Image from ", "1.1× ", "Only in A: 1 configuration", "Ran out of memory"]
    {
        assert!(ran.out.contains(part), "no {part}:\n{}", ran.out);
    }
    let brief = followed().run(&["diff", BEFORE, "27300000000", "--quiet"]).exits(0);
    assert_eq!(brief.out.lines().count(), 2);
}

#[test]
fn a_program_is_told_the_same() {
    let answer = followed().run(&["diff", BEFORE, "2730", "--format", "json"]).exits(0).json();
    assert_eq!((&answer["before"]["runs"][0], &answer["ok"]), (&BEFORE.into(), &true.into()));
    let counts =
        answer["counts"].as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum::<u64>();
    let shared = answer["shared"].as_array().unwrap();
    assert!(!shared.is_empty() && shared.len() as u64 == counts);
    let throughput = &shared[0]["metrics"][0];
    assert_eq!(throughput["metric"], "throughput");
    let [before, after, ratio] = ["before", "after", "ratio"].map(|name| throughput[name].as_f64().unwrap());
    assert!((after / before / ratio - 1.0).abs() < 1e-9 && (ratio - 1.1).abs() < 1e-4);
    assert_eq!(answer["only_before"][0]["other"], "Ran out of memory");
}

#[test]
fn a_pull_request_is_told_in_markdown_that_holds_no_markup_of_the_records() {
    let site = followed().edit(AFTER, |run| {
        for measurement in &mut run.measurements {
            measurement.framework.image = Some("x|<img src=x>@team".to_owned());
        }
    });
    let ran = site.run(&["diff", BEFORE, "27300000000", "--format", "markdown"]).exits(0);
    assert!(
        ran.out.starts_with("### 27213443242 (2026-06-11) → 27300000000 (2026-06-12)\n\n**"),
        "{}",
        ran.out
    );
    assert!(
        ran.out.contains("\n|---|---|") && ran.out.contains("<details><summary>Only before: 1</summary>")
    );
    assert!(!ran.out.contains("<img") && !ran.out.contains("@team"), "{}", ran.out);
    let rows = ran.out.lines().filter(|line| line.starts_with('|'));
    let columns: Vec<usize> = rows.map(|row| row.replace("\\|", "").matches('|').count()).collect();
    assert!(columns.windows(2).all(|pair| pair[0] == pair[1]), "{columns:?}");
}

#[test]
fn files_and_folders_are_sides_too() {
    let site = followed();
    let [before, after] = [SINGLE_NODE, AFTER].map(|path| site.root().join(path).display().to_string());
    let files = site.run(&["diff", &before, &after]).exits(0);
    assert!(files.out.contains("1.1× "), "{}", files.out);
    let folder = site.root().join("content/results").display().to_string();
    let folders = site.run(&["diff", &before, &folder]).exits(0);
    assert!(folders.out.contains("(8 runs)"), "{}", folders.out);
}

#[test]
fn what_can_t_be_compared_is_refused_with_a_remedy() {
    let site = followed();
    site.run(&["diff", "2721344324x", BEFORE])
        .exits(2)
        .says(&["`2721344324x`", "did you mean `27213443242`"]);
    site.run(&["diff", "27", BEFORE]).exits(2).says(&["`27` is the beginning of 2 runs", "Write more of it"]);
    site.run(&["diff", "", BEFORE]).exits(2).says(&["no run of this site"]);
    site.run(&["diff", BEFORE, "2721"]).exits(2).says(&["the same run", "Name two"]);
    site.run(&["diff", BEFORE, "29003473063"]).exits(2).says(&["no configuration in common"]);
    site.run(&["diff", BEFORE, "site.toml"]).exits(2);
    let site = site.write("broken.json", "{\"id\": 7}");
    let broken = site.root().join("broken.json").display().to_string();
    site.run(&["diff", BEFORE, &broken]).exits(2).says(&["broken.json", "Expected a result record"]);
    site.run(&["build", "--format", "markdown"]).exits(2).says(&["`site diff`"]);
    let nothing = site.run(&["diff", BEFORE, "29003473063", "--format", "json"]).exits(2).json();
    assert_eq!(nothing["ok"], false);
}

#[test]
fn a_record_can_t_steer_the_terminal() {
    let site = followed().edit(AFTER, |run| {
        for measurement in &mut run.measurements {
            measurement.framework.image = Some("\u{1b}[31mred\u{1b}]0;title\u{7}\u{202e}".to_owned());
        }
    });
    let ran = site.run(&["diff", BEFORE, "27300000000"]).exits(0);
    assert!(ran.out.contains("[31mred"), "{}", ran.out);
    let steers = |letter: char| letter != '\n' && (letter.is_control() || letter == '\u{202e}');
    assert!(!ran.out.contains(steers), "{:?}", ran.out);
}

#[test]
fn a_record_that_is_no_result_is_refused_by_the_field_that_is_wrong() {
    let site = followed();
    let mut run: record::Run = serde_json::from_str(&site.read(AFTER)).unwrap();
    run.measurements[1].throughput.as_mut().unwrap().total = Some(-5.0);
    let site = site.write("offered.json", serde_json::to_string(&run).unwrap());
    let record = site.root().join("offered.json").display().to_string();
    let said = ["offered.json: $.measurements[1].throughput.total: -5 is negative", "site check"];
    site.run(&["diff", BEFORE, &record]).exits(2).says(&said);
}
