//! Changes over time: from a history to its charts, its feeds, and what people say of it.

use super::{
    builder::{SINGLE_NODE, Site, text},
    committed::BUILT,
};
use serde_json::Value;
use site::site::Built;

/// Where the history's series has its page.
pub(crate) const PAGE: &str = "trends/dsr1/1024-1024/mi355x-sglang-fp4/";

/// The fixture with a history of one configuration: a run a day with `totals` of throughput, with one image for the first
/// half of them and another for the second.
pub(crate) fn with_history(totals: &[f64], images: [&str; 2]) -> Site {
    let site = Site::fixture();
    let pattern = record::read(site.read(SINGLE_NODE).as_bytes()).unwrap().run;
    // The fixture's own run of the configuration would be another point.
    let site = site.edit(SINGLE_NODE, |run| drop(run.measurements.remove(0)));
    totals.iter().enumerate().fold(site, |site, (at, total)| {
        let mut run = pattern.clone();
        run.id = format!("8{at:03}");
        run.date = jiff::civil::date(2026, 1, 1).checked_add(jiff::Span::new().days(at as i64)).unwrap();
        run.measurements.truncate(1);
        let measurement = &mut run.measurements[0];
        measurement.framework.image = Some(images[usize::from(at >= totals.len() / 2)].to_owned());
        measurement.latency = None;
        measurement.power = None;
        let throughput = measurement.throughput.as_mut().unwrap();
        (throughput.input, throughput.output, throughput.total) =
            (Some(total / 2.0), Some(total / 2.0), Some(*total));
        measurement.id = measurement.identify(&run.id);
        site.write(&format!("content/results/{}.json", run.id), run.to_canonical_json())
    })
}

/// Six runs around one value, then six a fifth below.
pub(crate) fn regression() -> Site {
    let values = [800.0, 802.0, 799.0, 801.0, 800.0, 803.0, 640.0, 641.0, 642.0, 639.0, 640.0, 643.0];
    with_history(&values, ["e.org/engine:1", "e.org/engine:2"])
}

fn feed(built: &Built, folder: &str) -> Vec<Value> {
    let feed: Value = serde_json::from_str(text(built, &format!("{folder}changes.json"))).unwrap();
    feed["items"].as_array().unwrap().clone()
}

/// The id of the only change of a history, from its page.
fn change(built: &Built) -> String {
    let html = text(built, &format!("{PAGE}index.html"));
    let (_, rest) = html.split_once("id=\"change-").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

#[test]
fn a_change_can_be_followed_from_a_feed_to_its_chart_and_to_both_runs() {
    let site = regression();
    let built = site.build();
    let id = change(&built);
    let goal = format!("https://results.example.org/{PAGE}#change-{id}");
    for folder in ["trends/", "models/dsr1/", "hardware/mi355x/", PAGE] {
        let items = feed(&built, folder);
        assert_eq!(items.len(), 1, "{folder}");
        let entry = items[0].as_object().unwrap();
        let address = entry["id"].as_str().unwrap();
        assert!(address.ends_with(&goal[goal.find("/trends").unwrap()..]), "{folder}: {address}");
        assert_eq!(entry["url"], entry["id"]);
        assert_eq!(entry["date_published"], "2026-01-07T00:00:00Z");
        assert!(entry["title"].as_str().unwrap().starts_with("Regression −20 %, throughput"), "{entry:?}");
        let summary = entry["content_text"].as_str().unwrap();
        assert!(summary.contains("image from e.org/engine:1 to e.org/engine:2"), "{summary}");
        let atom = text(&built, &format!("{folder}changes.xml"));
        assert!(atom.contains(&format!("<entry><id>{address}</id>")), "{atom}");
        let page = text(&built, &format!("{folder}index.html"));
        assert!(page.contains(&format!("href=\"/{folder}changes.xml\" title=")), "{folder} has no alternate");
        assert!(page.contains(&format!("<a href=\"/{folder}changes.json\">")), "{folder} has no link");
    }
    let html = text(&built, &format!("{PAGE}index.html"));
    for day in ["8005", "8006"] {
        let (_, rest) = html.split_once(&format!("href=\"/runs/{day}/#m-")).expect("a link to the run");
        let measurement = rest.split('"').next().unwrap();
        assert!(text(&built, &format!("runs/{day}/index.html")).contains(&format!("id=\"m-{measurement}\"")));
    }
    assert_eq!(site.findings(&built), []);
}

#[test]
fn every_confirmed_change_of_the_committed_data_leads_from_its_feed_to_its_chart_and_to_both_runs() {
    /// A feed is cut after so many entries.
    const LONGEST_FEED: usize = 100;
    let built = &*BUILT;
    let entries: Vec<Value> = feed(built, "trends/");
    let told: Vec<&Value> = (entries.iter())
        .filter(|entry| !entry["title"].as_str().unwrap().starts_with("No longer confirmed"))
        .collect();
    let page = text(built, "trends/index.html");
    let confirmed = page.split_once("Confirmed (").unwrap().1.split_once(')').unwrap().0;
    let confirmed: usize = confirmed.parse().unwrap();
    assert!(told.len() == confirmed || (told.len() < confirmed && entries.len() == LONGEST_FEED));
    for entry in told {
        let address = entry["url"].as_str().unwrap();
        let (page, anchor) = address.split_once("/trends/").unwrap().1.split_once('#').unwrap();
        let page = text(built, &format!("trends/{page}index.html"));
        assert!(page.contains("<figure class=\"chart\""), "{address} has no chart");
        let card = page.split_once(&format!("id=\"{anchor}\"")).unwrap_or_else(|| panic!("{address}")).1;
        let card = card.split("</li>").next().unwrap();
        assert!(card.contains("What else changed: ") || card.contains("Unexplained: "), "{card}");
        let runs: Vec<&str> = card.split("href=\"/runs/").skip(1).collect();
        let measurements = runs.iter().filter_map(|link| link.split('"').next()?.split_once("/#"));
        let measurements: Vec<(&str, &str)> = measurements.collect();
        assert_eq!(measurements.len(), 2, "{card}");
        for (run, measurement) in measurements {
            let run = text(built, &format!("runs/{run}/index.html"));
            assert!(run.contains(&format!("id=\"{measurement}\"")), "{address}");
        }
    }
}

#[test]
fn the_full_chart_has_its_days_its_levels_and_its_change_in_every_face() {
    let built = regression().build();
    let csv = text(&built, &format!("{PAGE}throughput.csv"));
    assert!(csv.starts_with("Series,Measurement,Day of the run,"), "{csv}");
    assert!(!csv.contains("Frontier"), "{csv}");
    assert_eq!(csv.lines().filter(|line| line.contains(",2026-01-")).count(), 12);
    assert_eq!(csv.matches("Confirmed regression, −20 %").count(), 1);
    let figure: Value = serde_json::from_str(text(&built, &format!("{PAGE}throughput.json"))).unwrap();
    assert_eq!(figure["layout"]["xaxis"]["type"], "date");
    let traces = figure["data"].as_array().unwrap();
    let skipped = traces.iter().filter(|trace| trace["hoverinfo"] == "skip").count();
    assert_eq!((traces.len(), skipped), (2 + 1 + 1, 2), "two levels, one history, one change");
    // The first of January 2026, in milliseconds since 1970.
    assert_eq!(traces[2]["x"][0], 1_767_225_600_000.0);
    let leads = traces[3]["customdata"][0].as_str().unwrap();
    assert_eq!(leads, format!("/{PAGE}#change-{}", change(&built)));
    let svg = text(&built, &format!("{PAGE}throughput.svg"));
    assert_eq!((svg.matches("class=\"level ").count(), svg.matches("class=\"turn ").count()), (2, 1));
    assert_eq!(svg.matches("class=\"turn open").count(), 0, "it is confirmed");
}

#[test]
fn an_open_change_is_shown_and_never_in_a_feed() {
    let values = [800.0, 802.0, 799.0, 801.0, 800.0, 803.0, 800.0, 801.0, 802.0, 640.0, 641.0];
    let built = with_history(&values, ["e.org/engine:1"; 2]).build();
    let html = text(&built, &format!("{PAGE}index.html"));
    assert!(
        html.contains("id=\"suspects\"") && html.contains("Unexplained: both runs state the image"),
        "{html}"
    );
    assert_eq!(feed(&built, "trends/").len() + feed(&built, PAGE).len(), 0);
}

#[test]
fn short_and_flat_histories_have_no_change_and_four_runs_no_page() {
    for count in 1..=6 {
        let site = with_history(&vec![800.0; count], ["e.org/engine:1"; 2]);
        let built = site.build();
        let has_page = built.files.iter().any(|file| file.path == format!("{PAGE}index.html"));
        assert_eq!(has_page, count >= 5, "{count}");
        assert_eq!(feed(&built, "trends/").len(), 0);
        assert_eq!(site.findings(&built), []);
    }
    assert!(text(&Site::fixture().build(), "trends/index.html").contains("No configuration has 5 runs yet"));
}

#[test]
fn no_infinity_reaches_a_page_or_a_chart() {
    let mut values = vec![1e-9; 8];
    values.extend([1e-300, 1e12, 640.0, 640.0, 641.0, 639.0, 640.0, 642.0]);
    let site = with_history(&values, ["e.org/engine:1", "e.org/engine:2"]);
    let built = site.build();
    for file in built.files.iter().filter(|file| file.path.starts_with("trends/")) {
        let bytes = file.bytes();
        let shown = String::from_utf8_lossy(&bytes);
        for word in ["NaN", "inf,", "inf ", "Infinity", ":null,null"] {
            assert!(!shown.contains(word), "{} has {word}", file.path);
        }
    }
}

#[test]
fn what_a_record_says_is_never_markup_on_a_trends_page() {
    let hostile = "\"><script>alert(1)</script>";
    let values = [800.0, 802.0, 799.0, 801.0, 800.0, 803.0, 640.0, 641.0, 642.0, 639.0, 640.0, 643.0];
    let built = with_history(&values, ["e.org/engine:1", hostile]).build();
    for file in
        built.files.iter().filter(|file| file.path.contains("trends/") && file.path.ends_with(".html"))
    {
        assert!(!String::from_utf8_lossy(&file.bytes()).contains("<script>alert"), "{}", file.path);
    }
}

/// A file about changes; the first of them stands on line 2.
fn about(changes: &[&str], more: &str) -> String {
    let changes = changes.join("\", \"");
    format!("+++\nchanges = [\"{changes}\"]\n{more}\n+++\nThe scheduler was **rewritten**.\n")
}

const EXPLAINED: &str = "status = \"explained\"\ncause = \"Another scheduler.\"\nby = \"A reader\"\ndate = 2026-02-01\n[[sources]]\ntitle = \"The change\"\nurl = \"https://e.org/1\"";

#[test]
fn what_is_known_of_a_change_is_shown_beside_it_and_in_the_feeds() {
    let site = regression();
    let id = change(&site.build());
    let site = site.write("content/changes/scheduler.md", about(&[&id], EXPLAINED));
    site.run(&["check", "--strict"]).exits(0);
    let built = site.build();
    let html = text(&built, &format!("{PAGE}index.html"));
    for part in [
        "<strong>Explained.</strong> Another scheduler.",
        "href=\"#said-scheduler\"",
        "id=\"said-scheduler\"",
        "<strong>rewritten</strong>",
        "A reader",
        "https://e.org/1",
    ] {
        assert!(html.contains(part), "no {part}");
    }
    assert!(text(&built, "trends/index.html").contains("<strong>Explained.</strong> Another scheduler."));
    let entry = &feed(&built, "trends/")[0];
    assert!(entry["content_text"].as_str().unwrap().starts_with("Explained: Another scheduler. "), "{entry}");
    assert_eq!(entry["date_modified"], "2026-02-01T00:00:00Z");
}

#[test]
fn what_is_wrong_with_a_file_about_changes_is_told_with_its_line_and_a_remedy() {
    let site = regression();
    let id = change(&site.build());
    let seen = "status = \"acknowledged\"";
    let checked = |files: &[(&str, String)]| {
        let site = regression();
        let write = |site: Site, (name, text): &(&str, String)| {
            site.write(&format!("content/changes/{name}.md"), text)
        };
        files.iter().fold(site, write).check()
    };
    checked(&[("a", about(&["000000000000"], seen))]).exits(0).says(&[
        "content/changes/a.md:2: warning:",
        "no change has the id `000000000000`",
        "Copy it",
    ]);
    checked(&[("a", about(&[&id], seen)), ("b", about(&[&id], seen))]).exits(2).says(&[
        "content/changes/b.md:2: error:",
        "also stands in content/changes/a.md",
        "Keep it in one",
    ]);
    checked(&[("a", about(&[&id, &id], seen))]).exits(2).says(&[
        "content/changes/a.md:2: error:",
        "twice, first in line 2",
        "Remove one",
    ]);
    checked(&[("a", about(&[&id], "status = \"explained\"\ncause = \"A guess.\""))]).exits(2).says(&[
        "content/changes/a.md:1: error:",
        "no source",
        "[[sources]]",
    ]);
    checked(&[("a", about(&[&id], "status = \"artefact\""))])
        .exits(2)
        .says(&["content/changes/a.md:1: error:", "no cause"]);
    checked(&[("a", about(&[&id], "status = \"solved\""))])
        .exits(2)
        .says(&["content/changes/a.md:3: error:", "acknowledged"]);
    checked(&[("a", "+++\nchanges = []\nstatus = \"acknowledged\"\n+++\n".to_owned())])
        .exits(2)
        .says(&["content/changes/a.md:1: error:", "names none"]);
    let broken = about(&[&id], seen) + "[there](/nowhere/)\n";
    checked(&[("a", broken)]).exits(2).says(&["content/changes/a.md:6: error:", "/nowhere/"]);
}

#[test]
fn a_skeleton_for_a_change_names_it_and_is_a_draft_until_its_reader_says_otherwise() {
    let site = regression();
    let id = change(&site.build());
    let file = format!("content/changes/{id}.md");
    let said = site.run(&["new", "change", &id]).exits(0);
    assert!(said.out.contains(&file), "{}", said.out);
    site.run(&["check", "--strict", "--drafts"]).exits(0);
    assert!(!text(&site.build(), &format!("{PAGE}index.html")).contains("Acknowledged"));
    let site = site.replace(&file, "draft = true\n", "");
    site.run(&["check", "--strict"]).exits(0);
    assert!(text(&site.build(), &format!("{PAGE}index.html")).contains("<strong>Acknowledged.</strong>"));
}
