//! Withdrawals and corrections: what is left stands everywhere, and what takes its place is one step away.

use super::builder::{SINGLE_NODE, Site, text};
use serde_json::Value;
use site::site::Built;

const RUN: &str = "27213443242";
const OTHER: &str = "29003473063";
const WHY: &str = "The clocks were capped; see \"ticket\" <4>.";

fn json(built: &Built, path: &str) -> Value {
    serde_json::from_str(text(built, path)).unwrap()
}

/// The first measurement of the record at `path`.
fn first(site: &Site) -> String {
    let run = record::read(site.read(SINGLE_NODE).as_bytes()).unwrap().run;
    run.measurements[0].id.clone()
}

/// All items of a list of the API.
fn items(built: &Built, path: &str) -> Vec<Value> {
    json(built, path)["items"].as_array().unwrap().clone()
}

#[test]
fn a_withdrawn_run_is_a_tombstone_on_its_page_in_the_api_and_in_the_tables() {
    let site = Site::fixture();
    let before = site.build();
    let standing = json(&before, "api/v1/index.json")["counts"]["series"].as_u64().unwrap();
    let arguments = ["retract", RUN, "--why", WHY, "--date", "2026-11-24", "--superseded-by", OTHER];
    let ran = site.run(&arguments).exits(0);
    assert!(ran.out.contains("is withdrawn"), "{}", ran.out);
    let built = site.build();

    let page = text(&built, &format!("runs/{RUN}/index.html"));
    let escaped = "Withdrawn on 2026-11-24: The clocks were capped; see &quot;ticket&quot; &lt;4&gt;.";
    assert!(
        page.contains(escaped)
            && page.contains(&format!("<a href=\"/runs/{OTHER}/\">Superseded by run {OTHER}</a>"))
    );
    let successor = text(&built, &format!("runs/{OTHER}/index.html"));
    assert!(successor.contains(&format!("Takes the place of <a href=\"/runs/{RUN}/\">run {RUN}</a>")));
    assert!(text(&built, "gaps/index.html").contains("Run: Withdrawn on 2026-11-24"));
    assert!(text(&built, "feed.json").contains("Withdrawn on 2026-11-24"));

    let record = json(&built, &format!("runs/{RUN}/record.json"));
    assert_eq!(record["retracted"]["superseded_by"], OTHER);
    let runs = items(&built, "api/v1/runs/1.json");
    let run = runs.iter().find(|run| run["id"] == RUN).unwrap();
    assert_eq!(
        (&run["retracted"]["why"], &run["retracted"]["html"]),
        (&WHY.into(), &format!("/runs/{OTHER}/").into())
    );
    let other = runs.iter().find(|run| run["id"] == OTHER).unwrap();
    assert_eq!(other["supersedes"][0], RUN);
    let measurements = items(&built, "api/v1/measurements/months/2026-06/1.json");
    let withdrawn: Vec<&Value> = measurements.iter().filter(|it| it["run"] == RUN).collect();
    assert!(!withdrawn.is_empty());
    assert!(
        withdrawn
            .iter()
            .all(|it| it["retracted"]["when"] == "2026-11-24" && it["links"].get("series").is_none())
    );
    assert_eq!(json(&built, "api/v1/changes.json")["withdrawn"][0]["what"], RUN);
    let after = json(&built, "api/v1/index.json")["counts"]["series"].as_u64().unwrap();
    assert!(after < standing, "its series stand no more: {after} of {standing}");

    let rows: Vec<Value> = serde_json::from_str(text(&built, "data/measurements.json")).unwrap();
    let row = rows.iter().find(|row| row["run"] == RUN).unwrap();
    assert_eq!((&row["retracted_why"], &row["superseded_by"]), (&WHY.into(), &OTHER.into()));
    assert!(
        text(&built, "data/measurements.csv").contains("\"The clocks were capped; see \"\"ticket\"\" <4>.\"")
    );
    assert!(text(&built, "data/runs.json").contains("2026-11-24"));
}

#[test]
fn one_measurement_can_be_withdrawn_and_the_rest_of_its_run_stands() {
    let site = Site::fixture();
    let id = first(&site);
    site.run(&["retract", &format!("{RUN}#{id}"), "--why", WHY, "--date", "2026-11-24"]).exits(0);
    let built = site.build();
    let page = text(&built, &format!("runs/{RUN}/index.html"));
    assert_eq!(page.matches("Withdrawn on 2026-11-24").count(), 1);
    let measurements = items(&built, "api/v1/measurements/months/2026-06/1.json");
    let withdrawn: Vec<&Value> =
        measurements.iter().filter(|it| it.get("retracted").is_some_and(|it| it["why"] == WHY)).collect();
    assert_eq!(withdrawn.iter().map(|it| it["id"].as_str().unwrap()).collect::<Vec<_>>(), [id.as_str()]);
    assert_eq!(json(&built, "api/v1/changes.json")["withdrawn"][0]["what"], format!("{RUN}#{id}"));
}

#[test]
fn what_was_taken_back_is_the_same_bytes_as_before() {
    let site = Site::fixture();
    let before = site.read(SINGLE_NODE);
    site.run(&["retract", RUN, "--why", WHY]).exits(0);
    assert_ne!(site.read(SINGLE_NODE), before);
    site.run(&["retract", RUN, "--undo"]).exits(0);
    assert_eq!(site.read(SINGLE_NODE), before);
}

#[test]
fn a_withdrawal_that_makes_no_sense_is_refused_and_changes_nothing() {
    let site = Site::fixture();
    let before = site.read(SINGLE_NODE);
    let unknown = format!("{RUN}#0123456789abcdef");
    let this = format!("{RUN}#{}", first(&site));
    let refused: [(&[&str], &str); 9] = [
        (&["nowhere", "--why", "x"], "there is no run `nowhere`"),
        (&[&unknown, "--why", "x"], "has no measurement `0123456789abcdef`"),
        (&[RUN, "--why", " "], "`--why` is empty"),
        (&[RUN], "--why"),
        (&[RUN, "--undo"], "is not withdrawn"),
        (&[RUN, "--why", "x", "--superseded-by", "nowhere"], "there is no run `nowhere`"),
        (&[RUN, "--why", "x", "--superseded-by", RUN], "its own place"),
        (&[RUN, "--why", "x", "--superseded-by", &this], "by one measurement"),
        (&["../x", "--why", "x"], "names no run"),
    ];
    for (arguments, said) in refused {
        let ran = site.run(&[&["retract"], arguments].concat()).exits(2);
        assert!(ran.err.contains(said), "{arguments:?}: {}", ran.err);
    }
    assert_eq!(site.read(SINGLE_NODE), before);
    site.run(&["retract", RUN, "--why", "x"]).exits(0);
    site.run(&["retract", RUN, "--why", "again"]).exits(2).says(&["was withdrawn", "already", "--undo"]);
}

#[test]
fn a_successor_that_is_not_there_and_a_circle_stop_the_build_with_their_files() {
    let retraction = |by: &str| {
        serde_json::from_value(serde_json::json!({ "when": "2026-09-01", "why": "x", "superseded_by": by }))
            .unwrap()
    };
    let site = Site::fixture().edit(SINGLE_NODE, |run| run.retracted = Some(retraction("nowhere")));
    site.check().exits(2).says(&[SINGLE_NODE, "`nowhere`, which is not there"]);
    let site = Site::fixture().edit(SINGLE_NODE, |run| run.retracted = Some(retraction(RUN)));
    site.check().exits(2).says(&[SINGLE_NODE, "in the end"]);
    let site = Site::fixture().replace(
        SINGLE_NODE,
        "\"notes\"",
        "\"retracted\": {\"when\":\"2026-09-01\",\"why\":\"x\",\"superseded_by\":\"../x\"},\n  \"notes\"",
    );
    site.check().exits(2).says(&[SINGLE_NODE, "names no run"]);
}
