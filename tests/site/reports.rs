//! Reports: written by the command, rendered by the build, and the same later on.

use super::builder::{AGENTIC, Ran, SINGLE_NODE, Site, text};
use std::{fs, os::unix::fs::PermissionsExt};

const JUNE: &str = "content/reports/2026-06.md";

/// The fixture with a report on June.
fn june() -> Site {
    let site = Site::fixture();
    site.run(&["report", "--month", "2026-06"]).exits(0);
    site
}

/// What a page says, without what stands around it on every page.
fn main_of(site: &Site, path: &str) -> String {
    let built = site.build();
    let html = text(&built, path);
    let start = html.find("<main").unwrap();
    html[start..html.find("</main>").unwrap()].to_owned()
}

fn page(site: &Site) -> String {
    main_of(site, "reports/2026-06/index.html")
}

#[test]
fn a_report_tells_what_was_measured_what_is_new_and_what_fell() {
    let site = june();
    let html = page(&site);
    for part in [
        "<h1>June 2026</h1>",
        "2 runs with 10 measurements and 1 accuracy evaluation lie from 2026-06-01 to 2026-06-30",
        "<caption>Measured from 2026-06-01 to 2026-06-30, without what failed</caption>",
        "<figure class=\"chart\" id=\"chart-dsr1-8192-1024-interactivity\"",
        "No change was confirmed",
        "Failed: the server stopped answering",
        "edition of 2025-08-01",
    ] {
        assert!(html.contains(part), "no `{part}` in {html}");
    }
    let checked = site.check().exits(0);
    assert_eq!(checked.err, "", "links, anchors and shortcodes of a written report are right");
    assert!(text(&site.build(), "reports/index.html").contains("href=\"/reports/2026-06/\""));
}

#[test]
fn the_text_holds_no_figure_of_its_own() {
    let site = june();
    let prose = site.read(JUNE).split("+++\n").nth(2).unwrap().to_owned();
    let outside: String = prose.split("{{").map(|part| part.rsplit("}}").next().unwrap()).collect();
    let digits: String = outside
        .replace("2026-06-01", "")
        .replace("2026-06-30", "")
        .replace("8k in, 1k out", "")
        .replace("DeepSeek-R1-0528", "");
    assert!(!digits.contains(|c: char| c.is_ascii_digit()), "{digits}");
}

#[test]
fn what_comes_later_changes_no_report_and_what_comes_before_is_told() {
    let site = june();
    let then = page(&site);
    let site = site.remove(AGENTIC).edit("content/results/2026-05-20-26135241056.json", |_| {});
    assert_eq!(page(&site), then, "a run of July adds nothing");
    let prices = site
        .read("content/prices.toml")
        .split("[[edition]]\neffective = 2026-07-01")
        .next()
        .unwrap()
        .to_owned();
    let site = site.write("content/prices.toml", prices);
    assert_eq!(page(&site), then, "nor do prices of July");
    let config = site.read("site.toml").replace("price_tier = \"rental\"", "price_tier = \"neocloud\"");
    let site = site.write("site.toml", config);
    assert_eq!(page(&site), then, "nor does another tier of the site");
    assert!(!then.contains("Since this was written"));
    let site = site.edit(SINGLE_NODE, |run| run.notes.push("Looked at again.".to_owned()));
    assert!(page(&site).contains("Since this was written"));
    site.check().says(&[JUNE, "warning:", "changed since the report was written", "--force", "basis = "]);
}

#[test]
fn a_text_that_was_edited_is_left_alone_until_forced() {
    let site = june();
    let written = site.read(JUNE);
    let again =
        |site: &Site, more: &[&str]| -> Ran { site.run(&[&["report", "--month", "2026-06"], more].concat()) };
    assert!(again(&site, &[]).exits(0).out.contains("Unchanged"));
    let stale = site.edit(SINGLE_NODE, |run| run.notes.push("Looked at again.".to_owned()));
    again(&stale, &[]).exits(0);
    assert_ne!(stale.read(JUNE), written, "nobody edited it, so it is written anew");
    let edited = stale.replace(JUNE, "## New bests", "Our favourites.\n\n## New bests");
    let text = edited.read(JUNE);
    again(&edited, &[]).exits(2).says(&["2026-06.md", "was edited", "--force"]);
    assert_eq!(edited.read(JUNE), text);
    again(&edited, &["--force"]).exits(0);
    assert!(!edited.read(JUNE).contains("favourites"));
}

#[test]
fn without_days_it_is_about_the_last_month_that_is_over() {
    let site = Site::fixture();
    let told = site.run(&["report", "--format", "json"]).exits(0).json();
    assert_eq!(
        (told["report"].as_str(), told["written"].as_bool()),
        (Some("content/reports/2026-07.md"), Some(true))
    );
    assert_eq!((told["from"].as_str(), told["until"].as_str()), (Some("2026-07-01"), Some("2026-07-31")));
    site.run(&["report", "--from", "2026-05-18", "--until", "2026-05-20"]).exits(0);
    assert!(
        site.read("content/reports/2026-05-18-to-2026-05-20.md")
            .contains("title = \"2026-05-18 to 2026-05-20\"")
    );
    site.check().exits(0);
}

#[test]
fn days_that_make_no_sense_are_refused_and_nothing_is_written() {
    let site = Site::fixture();
    for (arguments, parts) in [
        (vec!["--month", "2024-01"], ["no run with a measurement", "from 2026-02-23 to 2026-08-04"]),
        (vec!["--month", "2026-8"], ["--month", "expected a month such as 2026-05"]),
        (vec!["--from", "2026-06-30", "--until", "2026-06-01"], ["--from 2026-06-30", "Swap them"]),
        (vec!["--from", "2026-06-30"], ["--until", "required"]),
        (vec!["--from", "yesterday", "--until", "2026-06-01"], ["--from", "yesterday"]),
    ] {
        let ran = site.run(&[vec!["report"], arguments].concat()).exits(2);
        assert!(parts.iter().all(|part| ran.err.contains(part)), "{parts:?}: {}", ran.err);
    }
    let reports: Vec<_> = fs::read_dir(site.root().join("content/reports")).unwrap().collect();
    assert_eq!(reports.len(), 2, "those of the fixture");
}

/// A stand-in for Chromium: a script that may ask for the page.
fn browser(site: &Site, script: &str) -> String {
    let path = site.beside("browser");
    fs::write(&path, format!("#!/bin/bash\nfor a in \"$@\"; do case $a in --print-to-pdf=*) out=${{a#*=}};; http*) url=$a;; esac; done\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn the_printed_page_is_the_report_as_a_browser_gets_it() {
    let site = Site::fixture();
    let fetch = "hp=${url#http://}; hp=${hp%%/*}; exec 3<>/dev/tcp/${hp%:*}/${hp#*:}\n\
                 printf 'GET /%s HTTP/1.0\\r\\n\\r\\n' \"${url#http://*/}\" >&3; cat <&3 > \"$out\"";
    let chromium = browser(&site, fetch);
    site.run_with(&["report", "--month", "2026-06", "--pdf"], &[("CHROMIUM", &chromium)]).exits(0);
    let printed = fs::read_to_string(site.beside("report-2026-06.pdf")).unwrap();
    assert!(printed.contains("200 OK") && printed.contains("<h1>June 2026</h1>"), "{printed}");
}

#[test]
fn without_a_browser_the_report_is_written_all_the_same_and_the_remedy_is_told() {
    let site = Site::fixture();
    let arguments = ["report", "--month", "2026-06", "--pdf=out.pdf"];
    let missing = site.run_with(&arguments, &[("CHROMIUM", "/nowhere/chromium")]).exits(2);
    missing.says(&["/nowhere/chromium", "apt-get install chromium", JUNE]);
    assert!(site.root().join(JUNE).is_file() && !site.beside("out.pdf").exists());
    let broken = browser(&site, "exit 3");
    site.run_with(&arguments, &[("CHROMIUM", &broken)]).exits(1).says(&["out.pdf", "printed nothing"]);
    assert!(!site.beside("out.pdf").exists());
    let left: Vec<_> = fs::read_dir(site.beside("")).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "only the site and the browser: {left:?}");
}

#[test]
fn what_is_wrong_in_a_report_is_told_with_its_line() {
    let with = |text: &str| {
        let page =
            format!("+++\ntitle = \"A page\"\ndescription = \"It is here for a test.\"\n+++\n{text}\n");
        Site::fixture().write("content/docs/page.md", page).check().exits(2)
    };
    let days = "from=\"2026-06-01\" until=\"2026-06-30\"";
    for (shortcode, fault) in [
        (format!("{{{{ period show=\"best\" {days} }}}}"), "did you mean `bests`?"),
        (format!("So {{{{ count of=\"run\" {days} }}}}."), "did you mean `runs`?"),
        ("{{ period show=\"bests\" from=\"June\" until=\"2026-06-30\" }}".to_owned(), "Expected a day"),
        ("{{ period show=\"bests\" from=\"2026-07-01\" until=\"2026-06-30\" }}".to_owned(), "Swap them"),
        ("{{ period show=\"bests\" until=\"2026-06-30\" }}".to_owned(), "`from` is missing"),
        ("{{ worked example=\"costs\" }}".to_owned(), "did you mean `cost`?"),
        ("{{ hold-out near=\"no\" }}".to_owned(), "Expected \"yes\""),
    ] {
        with(&shortcode).says(&["content/docs/page.md:5: error:", fault]);
    }
}
