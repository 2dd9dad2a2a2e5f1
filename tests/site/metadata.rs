//! What programs read of a site: feeds, JSON-LD, `llms.txt`, the manifest, oEmbed.

use super::{
    builder::{Site, text},
    hostile::hostile,
};
use serde_json::Value;
use site::site::Built;
use std::collections::BTreeSet;

fn json(built: &Built, path: &str) -> Value {
    serde_json::from_str(text(built, path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The files whose paths have an ending.
fn ending<'a>(built: &'a Built, end: &str) -> Vec<&'a str> {
    let paths = built.files.iter().map(|file| file.path.as_str());
    paths.filter(|path| path.ends_with(end)).collect()
}

/// A string that must be there.
fn string<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}"))
}

/// The description in JSON-LD of a page, where it has one.
fn linked_data(html: &str) -> Option<Value> {
    let (_, rest) = html.split_once("<script type=\"application/ld+json\">")?;
    let (text, _) = rest.split_once("</script>").unwrap();
    Some(serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}")))
}

/// The part of a page's description that is of a kind.
fn part(built: &Built, path: &str, kind: &str) -> Value {
    let described = linked_data(text(built, path)).unwrap_or_else(|| panic!("{path} is not described"));
    let graph = described["@graph"].as_array().unwrap();
    graph.iter().find(|it| it["@type"] == kind).unwrap_or_else(|| panic!("{path} is no {kind}")).clone()
}

/// Every published file of the site that an absolute address may name.
fn addresses(built: &Built, base: &str) -> BTreeSet<String> {
    built.files.iter().map(|file| format!("{base}/{}", file.path.trim_end_matches("index.html"))).collect()
}

/// Every address of the site itself in a JSON value.
fn own_addresses<'a>(value: &'a Value, base: &str, found: &mut Vec<&'a str>) {
    match value {
        Value::String(text) if text.starts_with(base) && !text.contains(' ') => found.push(text),
        Value::Array(items) => items.iter().for_each(|item| own_addresses(item, base, found)),
        Value::Object(fields) => fields.values().for_each(|field| own_addresses(field, base, found)),
        _ => {}
    }
}

#[test]
fn every_feed_has_what_its_format_requires_and_both_formats_say_the_same() {
    let built = Site::fixture().build();
    let feeds = ending(&built, "feed.json");
    for wanted in
        ["feed.json", "models/dsr1/feed.json", "hardware/b200/feed.json", "frameworks/vllm/feed.json"]
    {
        assert!(feeds.contains(&wanted), "{wanted} is not among {feeds:?}");
    }
    let there = addresses(&built, "https://fixture.example");
    for path in feeds {
        let feed = json(&built, path);
        assert_eq!(feed["version"], "https://jsonfeed.org/version/1.1");
        assert_eq!(string(&feed, "feed_url"), format!("https://fixture.example/{path}"));
        assert!(there.contains(string(&feed, "home_page_url")), "{path}");
        let items = feed["items"].as_array().unwrap();
        let atom = text(&built, &path.replace(".json", ".xml"));
        assert_eq!(super::markup::fault(atom), None, "{path}");
        for required in ["<id>", "<title>", "<updated>", "<author><name>"] {
            assert!(atom.split("<entry>").next().unwrap().contains(required), "{path} has no {required}");
        }
        assert_eq!(atom.matches("<entry>").count(), items.len(), "{path}");
        assert!(!items.is_empty(), "{path} is empty");
        for (item, entry) in items.iter().zip(atom.split("<entry>").skip(1)) {
            assert!(there.contains(string(item, "id")), "{item}");
            assert!(entry.starts_with(&format!("<id>{}</id><title>", string(item, "id"))), "{entry}");
            assert!(!string(item, "content_text").is_empty() && !string(item, "title").is_empty());
            for (name, element) in [("date_published", "published"), ("date_modified", "updated")] {
                let time: jiff::Timestamp = string(item, name).parse().unwrap();
                assert!(entry.contains(&format!("<{element}>{time}</{element}>")), "{entry}");
            }
        }
    }
}

#[test]
fn a_feed_holds_the_runs_of_its_page_and_no_others() {
    let built = Site::fixture().build();
    let runs = |path: &str| -> BTreeSet<String> {
        let feed = json(&built, path);
        let ids = feed["items"].as_array().unwrap().iter().map(|item| string(item, "id"));
        ids.map(|id| id.trim_end_matches('/').rsplit('/').next().unwrap().to_owned()).collect()
    };
    let named = |ids: &[&str]| -> BTreeSet<String> { ids.iter().map(|id| (*id).to_owned()).collect() };
    assert_eq!(runs("models/kimik2.7/feed.json"), named(&["29003473063"]));
    assert_eq!(runs("hardware/h200/feed.json"), named(&["26135241056"]));
    assert!(
        runs("feed.json").contains("raw-20260804-qwen3.5-397b-a17b-fp8-12432219"),
        "what wasn't placed is news too"
    );
}

#[test]
fn a_page_with_a_feed_links_to_it_and_one_without_does_not() {
    let built = Site::fixture().remove("content/results/2026-07-09-29003473063.json").build();
    let model = text(&built, "models/dsr1/index.html");
    for link in [
        "<link rel=\"alternate\" type=\"application/atom+xml\" href=\"/models/dsr1/feed.xml\" title=\"Fixture: new runs of DeepSeek-R1-0528\">",
        "<link rel=\"alternate\" type=\"application/feed+json\" href=\"/models/dsr1/feed.json\" title=\"Fixture: new runs of DeepSeek-R1-0528\">",
        "<a href=\"/models/dsr1/feed.xml\">Atom feed</a>",
        "<a href=\"/models/dsr1/feed.json\">JSON Feed</a>",
    ] {
        assert!(model.contains(link), "{link} is missing");
    }
    let unmeasured = text(&built, "models/kimik2.7/index.html");
    assert!(!unmeasured.contains("kimik2.7/feed"), "a model without a run has nothing to follow");
    assert!(!built.files.iter().any(|file| file.path.starts_with("models/kimik2.7/feed")));
}

#[test]
fn pages_say_what_they_are_and_every_address_in_it_leads_somewhere() {
    let site = Site::fixture();
    let built = site.build();
    let crumbs = part(&built, "models/dsr1/8192-1024/fp4/index.html", "BreadcrumbList");
    assert_eq!(crumbs["itemListElement"].as_array().unwrap().len(), 5);
    let data = part(&built, "data/index.html", "Dataset");
    assert_eq!(data["distribution"][0]["contentUrl"], "https://fixture.example/data/measurements.csv");
    assert_eq!(data["distribution"][0]["encodingFormat"], "text/csv");
    assert_eq!(data["dateModified"], "2026-07-09");
    let workload = part(&built, "models/dsr1/8192-1024/index.html", "Dataset");
    assert_eq!(
        workload["distribution"][1]["contentUrl"],
        "https://fixture.example/models/dsr1/8192-1024/interactivity.json"
    );
    let report = part(&built, "reports/first-look/index.html", "Article");
    assert_eq!(report["publisher"]["name"], "The InferenceMAX contributors");
    assert!(report["datePublished"].is_string(), "{report}");
    let guide = part(&built, "hardware/h200/index.html", "Article");
    assert!(guide.get("datePublished").is_none(), "nobody knows when the guide was published");
    let there = addresses(&built, "https://fixture.example");
    for path in ending(&built, ".html") {
        let Some(described) = linked_data(text(&built, path)) else { continue };
        let mut own = Vec::new();
        own_addresses(&described, "https://fixture.example", &mut own);
        own.retain(|address| !there.contains(*address));
        assert_eq!(own, [""; 0], "{path}");
    }
}

#[test]
fn below_a_path_everything_that_programs_read_names_it() {
    let base = "https://e.org/preview";
    let site = Site::fixture().replace("site.toml", "https://fixture.example", base);
    let built = site.build();
    let there = addresses(&built, base);
    for path in ["feed.json", "models/dsr1/feed.json", "oembed/hardware/memory-bandwidth.json"] {
        let value = json(&built, path);
        let mut own = Vec::new();
        own_addresses(&value, "https://", &mut own);
        own.retain(|address| !there.contains(*address) && !address.starts_with("https://jsonfeed.org/"));
        assert_eq!(own, [""; 0], "{path}");
    }
    let model = text(&built, "models/dsr1/index.html");
    for link in [
        "href=\"/preview/models/dsr1/feed.xml\" title",
        "href=\"/preview/feed.json\" title",
        "<link rel=\"manifest\" href=\"/preview/manifest.webmanifest\">",
    ] {
        assert!(model.contains(link), "{link} is missing");
    }
    let crumbs = part(&built, "models/dsr1/index.html", "BreadcrumbList");
    assert_eq!(crumbs["itemListElement"][0]["item"], "https://e.org/preview/");
    assert_eq!(json(&built, "manifest.webmanifest")["start_url"], "./");
    let llms = text(&built, "llms.txt");
    for (start, opening) in llms.match_indices("](") {
        let address = &llms[start + opening.len()..];
        let address = &address[..address.find(')').unwrap()];
        assert!(there.contains(address), "{address}");
    }
}

#[test]
fn hostile_texts_stay_texts_for_programs() {
    let built = hostile().build();
    let document = text(&built, "method/index.html");
    let described = part(&built, "method/index.html", "Article");
    assert_eq!(described["headline"], "\"><script>evil()</script>");
    assert_eq!(document.to_lowercase().matches("<script>").count(), 0);
    let guide = part(&built, "hardware/b200/index.html", "BreadcrumbList");
    assert_eq!(guide["itemListElement"][2]["name"], "B200 \"><script>evil()</script>");
    assert_eq!(
        json(&built, "hardware/b200/feed.json")["title"],
        "Fixture: new runs on B200 \"><script>evil()</script>"
    );
    let llms = text(&built, "llms.txt");
    assert!(llms.contains("B200 \"\\>\\<script\\>evil()"), "{llms}");
    let plain = |line: &&str| {
        line.is_empty() || ["# ", "## ", "> ", "- [", "Every figure"].iter().any(|it| line.starts_with(it))
    };
    assert_eq!(llms.lines().find(|line| !plain(line)), None);
}

#[test]
fn a_chart_describes_its_frame_as_oembed_asks() {
    let built = Site::fixture().build();
    let described = json(&built, "oembed/models/dsr1/8192-1024/interactivity.json");
    assert_eq!((&described["version"], &described["type"]), (&"1.0".into(), &"rich".into()));
    assert!(described["width"].is_u64() && described["height"].is_u64(), "{described}");
    assert_eq!(string(&described, "provider_url"), "https://fixture.example/");
    let frame = string(&described, "html");
    let source = "<iframe src=\"https://fixture.example/embed/models/dsr1/8192-1024/interactivity/\"";
    assert!(frame.starts_with(source) && frame.ends_with("></iframe>"), "{frame}");
    let page = text(&built, "models/dsr1/8192-1024/index.html");
    assert!(page.contains("type=\"application/json+oembed\" href=\"https://fixture.example/oembed/models/dsr1/8192-1024/interactivity.json\""));
}
