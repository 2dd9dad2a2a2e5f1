//! `site build` and `site check` as commands: what they say, how they end, and what they leave alone.

use super::builder::{Site, tree};
use std::fs;

#[test]
fn a_build_says_what_it_made_from_what_and_where_it_is() {
    let site = Site::fixture();
    let ran = site.run(&["build"]).exits(0);
    // The fixture has no font for pictures; a note says so first.
    let first = ran.out.lines().find(|line| !line.starts_with("Note: ")).unwrap();
    assert!(first.starts_with("68 pages from 25 measurements and 2 evaluations in 7 runs: "), "{first}");
    assert!(first.ends_with(" written, 0 unchanged, 0 removed."), "{first}");
    assert!(ran.out.contains(&format!("The site is in {}", site.root().join("public").display())));
    assert_eq!(ran.err, "", "nothing is wrong with the fixture");
}

#[test]
fn without_the_small_plotly_a_build_uses_the_crates_and_says_so() {
    let site = Site::fixture().remove("node_modules");
    let ran = site.run(&["build"]).exits(0);
    assert!(ran.out.contains("plotly") && ran.out.contains("npm ci"), "{}", ran.out);
    assert!(site.check().exits(0).err.is_empty());
}

#[test]
fn a_program_reads_the_same_summary_as_json() {
    let site = Site::fixture();
    let summary = site.run(&["build", "--format", "json"]).exits(0).json();
    assert_eq!(summary["ok"], true);
    assert_eq!((&summary["pages"], &summary["runs"]), (&68.into(), &7.into()));
    assert_eq!((&summary["measurements"], &summary["evaluations"]), (&25.into(), &2.into()));
    assert_eq!(summary["written"], summary["files"]);
    assert_eq!(summary["warnings"].as_array().unwrap().len(), 0);
    // The marker is the command's own, and not counted.
    assert_eq!(summary["files"], tree(&site.root().join("public")).len() - 1);
}

#[test]
fn an_error_is_json_too_when_a_program_asks() {
    let site = Site::fixture().write("content/docs/broken.md", "no front matter");
    let ran = site.run(&["build", "--format", "json"]).exits(2);
    let answer = ran.json();
    assert_eq!(answer["ok"], false);
    assert!(answer["errors"][0].as_str().unwrap().starts_with("content/docs/broken.md:1: error:"));
    let findings = Site::fixture().replace("content/docs/method.md", "/data/", "/date/");
    let answer = findings.run(&["check", "--format", "json"]).exits(2).json();
    assert_eq!(answer["findings"][0]["file"], "content/docs/method.md");
    assert_eq!((&answer["findings"][0]["line"], &answer["ok"]), (&11.into(), &false.into()));
}

#[test]
fn quiet_says_nothing_when_nothing_is_wrong() {
    let ran = Site::fixture().run(&["--quiet", "build"]).exits(0);
    assert_eq!((ran.out.as_str(), ran.err.as_str()), ("", ""));
}

#[test]
fn a_command_line_that_makes_no_sense_is_the_users_fault() {
    Site::fixture().run(&["build", "--no-such-option"]).exits(2);
    Site::fixture().run(&["bulid"]).exits(2);
}

#[test]
fn a_warning_passes_a_build_and_fails_a_strict_one() {
    let site = Site::fixture().remove("content/frameworks/vllm.md");
    site.run(&["build"]).exits(0).says(&["2026-07-09-29003473063.json:", "warning:", "`vllm` is not known"]);
    let strict = site.run(&["build", "--strict", "--out", "strict"]).exits(2);
    strict.says(&["2026-07-09-29003473063.json:", "error:", "`vllm` is not known"]);
    assert!(!site.beside("strict").exists(), "a refused build writes nothing");
    site.check().exits(0);
    site.run(&["check", "--strict"]).exits(2);
}

#[test]
fn ten_warnings_are_shown_and_the_others_counted() {
    let site = Site::fixture().remove("content/frameworks/sglang.md");
    let few = site.run(&["build"]).exits(0).says(&["more warnings", "-v"]);
    assert_eq!(few.err.lines().filter(|line| line.contains("not known")).count(), 10);
    let all = site.run(&["build", "-v"]).exits(0);
    assert_eq!(all.err.lines().filter(|line| line.contains("not known")).count(), 20);
}

#[test]
fn a_draft_is_built_only_when_asked_for() {
    let site = Site::fixture();
    let draft = "public/reports/draft/index.html";
    site.run(&["build"]).exits(0);
    assert!(!site.root().join(draft).exists());
    assert!(!site.read("public/sitemap.xml").contains("draft"));
    site.run(&["build", "--drafts"]).exits(0);
    assert!(site.read(draft).contains("Unfinished thoughts"));
    site.run(&["build"]).exits(0);
    assert!(!site.root().join(draft).exists(), "the next build takes it away again");
}

#[test]
fn a_site_can_be_published_below_a_path() {
    let site = Site::fixture();
    site.run(&["build", "--base-url", "https://e.org/preview/"]).exits(0);
    let pages = tree(&site.root().join("public"));
    for (path, bytes) in pages.iter().filter(|(path, _)| path.extension().is_some_and(|it| it == "html")) {
        let html = String::from_utf8(bytes.clone()).unwrap();
        for attribute in ["href", "src", "content"] {
            for (start, _) in html.match_indices(&format!(" {attribute}=\"/")) {
                let address = &html[start + attribute.len() + 3..];
                assert!(address.starts_with("/preview/"), "{}: {}", path.display(), &address[..40]);
            }
        }
    }
    for path in ["public/sitemap.xml", "public/feed.xml"] {
        let xml = site.read(path);
        assert!(xml.contains("https://e.org/preview/runs/29003473063/"), "{xml}");
        assert!(!xml.contains("fixture.example"), "{path} names the old place");
    }
    let config = site.read("site.toml").replace("https://fixture.example", "https://e.org/preview");
    site.write("site.toml", config).check().exits(0);
}

#[test]
fn a_bad_base_url_is_refused_before_anything_is_written() {
    for bad in ["e.org", "ftp://e.org", "https://", "https://e.org/a b", "https://e.org/\"><script>"] {
        let site = Site::fixture();
        site.run(&["build", "--base-url", bad]).exits(2).says(&[
            "--base-url",
            "base_url is",
            "Expected http",
        ]);
        assert!(!site.root().join("public").exists());
    }
}

#[test]
fn only_the_output_folder_is_written_to() {
    let site = Site::fixture().write("content/docs/notes.txt", "mine");
    let before = tree(&site.root());
    site.run(&["build", "--out", "out/deep"]).exits(0);
    site.check().exits(0);
    assert_eq!(tree(&site.root()), before);
    let mut beside: Vec<_> =
        fs::read_dir(site.beside("")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    beside.sort();
    assert_eq!(beside, ["out", "site"]);
}

#[test]
fn a_folder_with_other_peoples_files_is_refused() {
    let site = Site::fixture().write("public/thesis.tex", "years of work");
    site.run(&["build"]).exits(2).says(&["public", "didn't write", "--out"]);
    assert_eq!(tree(&site.root().join("public")).len(), 1);
    for input in ["content", "templates", "static", "content/docs"] {
        let out = site.root().join(input);
        site.run(&["build", "--out", out.to_str().unwrap()]).exits(2);
    }
}

#[test]
fn an_output_folder_that_cannot_be_made_is_a_clear_error_and_leaves_nothing() {
    let site = Site::fixture().write("file", "a file, no folder");
    let below = site.root().join("file/public");
    let before = tree(&site.root());
    let ran = site.run(&["build", "--out", below.to_str().unwrap()]);
    assert!([1, 2].contains(&ran.code) && ran.err.contains("file/public"), "{}", ran.err);
    let ran = site.run(&["build", "--out", "/proc/site-test/public"]);
    assert!([1, 2].contains(&ran.code) && ran.err.contains("/proc"), "{}", ran.err);
    assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
    assert_eq!(tree(&site.root()), before);
}

#[test]
fn a_build_that_fails_leaves_the_old_site_as_it_was() {
    let site = Site::fixture();
    site.run(&["build"]).exits(0);
    let before = tree(&site.root().join("public"));
    let site = site.write("content/results/bad.json", "[");
    site.run(&["build"]).exits(2);
    assert_eq!(tree(&site.root().join("public")), before);
}
