//! What readers get, as snapshots: the `<main>` of the fixture's key pages, and its feeds and data.

use super::{
    builder::{Site, text},
    trends::{PAGE, regression},
};
use site::site::Built;

/// The content of a page, an element a line. Drawings are left out (they have snapshots of their own), and so is what
/// changes with the bytes of other files.
fn main_of(built: &Built, path: &str) -> String {
    let html = text(built, path);
    let start = html.find("<main").unwrap();
    let end = html.find("</main>").unwrap();
    let mut main = html[start..end].to_owned();
    while let Some(start) = main.find("<svg ") {
        let end = start + main[start..].find("</svg>").unwrap() + "</svg>".len();
        main.replace_range(start..end, "[drawing]");
    }
    let breaks =
        ["<tr>", "<li", "<h", "<p", "<section", "<div", "<table", "<figure", "<details", "<dl", "<dt"];
    for element in breaks {
        main = main.replace(element, &format!("\n{element}"));
    }
    let lines: Vec<&str> = main.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}

fn without_hashes(text: &str) -> String {
    let is_hash = |word: &str| word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    text.split_inclusive(['<', '>', ' '])
        .map(|part| if is_hash(part.trim_end_matches(['<', '>', ' '])) { "[hash]<" } else { part })
        .collect()
}

/// Scripts change their names and checks with their bytes.
fn without_fingerprints(text: &str) -> String {
    let is_script = |part: &str| part.contains("integrity=\"sha384-");
    text.split_inclusive('>').filter(|part| !is_script(part)).collect()
}

pub(crate) fn assert_page(built: &Built, name: &str, path: &str) {
    assert_text(name, &without_hashes(&without_fingerprints(&main_of(built, path))));
}

fn assert_text(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[test]
fn the_key_pages_say_what_they_said() {
    let built = Site::fixture().build();
    for (name, path) in [
        ("home", "index.html"),
        ("model", "models/dsr1/index.html"),
        ("workload", "models/dsr1/8192-1024/index.html"),
        ("precision", "models/dsr1/8192-1024/fp4/index.html"),
        ("best", "best/index.html"),
        ("best-workload", "best/dsr1/8192-1024/index.html"),
        ("calculator", "calculator/index.html"),
        ("hardware", "hardware/b200/index.html"),
        ("pair", "hardware/b200-vs-mi355x/index.html"),
        ("run", "runs/27213443242/index.html"),
        ("run-agentic", "runs/29003473063/index.html"),
        ("run-withdrawn", "runs/26135241056/index.html"),
        ("run-unmapped", "runs/raw-20260804-qwen3.5-397b-a17b-fp8-12432219/index.html"),
        ("accuracy", "accuracy/index.html"),
        ("power", "power/index.html"),
        ("reliability", "reliability/index.html"),
        ("gaps", "gaps/index.html"),
        ("changes", "changes/index.html"),
        ("data", "data/index.html"),
    ] {
        assert_page(&built, name, path);
    }
    assert_page(&built, "embed", "embed/models/dsr1/8192-1024/interactivity/index.html");
}

#[test]
fn the_pages_over_time_say_what_they_said() {
    let built = regression().build();
    assert_page(&built, "trends", "trends/index.html");
    assert_page(&built, "trend", &format!("{PAGE}index.html"));
    assert_text("feed-changes", text(&built, "trends/changes.xml"));
}

#[test]
fn feed_sitemap_and_data_say_what_they_said() {
    let built = Site::fixture().build();
    for (name, path) in [
        ("feed", "feed.xml"),
        ("feed-model", "models/dsr1/feed.json"),
        ("llms", "llms.txt"),
        ("sitemap", "sitemap.xml"),
        ("measurements", "data/measurements.csv"),
    ] {
        assert_text(name, text(&built, path));
    }
}
