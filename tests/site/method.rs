//! Method: its address, where it stood before, what is worked out on it; what to choose; and how far interpolation is off.

use super::builder::{Site, text};

#[test]
fn a_document_with_an_address_of_its_own_leaves_its_sections_at_the_old_one() {
    let site = Site::fixture();
    let built = site.build();
    let old = text(&built, "docs/method/index.html");
    assert!(old.contains("<link rel=\"canonical\" href=\"https://fixture.example/method/\">"), "{old}");
    assert!(old.contains("<li id=\"cost\"><a href=\"/method/#cost\">Cost</a></li>"));
    assert!(text(&built, "docs/index.html").contains("href=\"/method/\""));
    for list in ["sitemap.xml", "search/index.json", "llms.txt"] {
        let list = built.files.iter().find(|file| file.path.ends_with(list)).unwrap();
        let list = super::builder::text_of(list);
        assert!(list.contains("method/") && !list.contains("docs/method/"), "{list}");
    }
    assert_eq!(site.findings(&built), []);
}

#[test]
fn an_address_that_is_none_or_taken_is_refused() {
    let with = |address: &str| Site::fixture().replace("content/docs/method.md", "\"/method/\"", address);
    for bad in ["\"/method\"", "\"method/\"", "\"/\"", "\"https://e.org/\"", "\"/../x/\"", "\"/A B/\""] {
        with(bad).check().exits(2).says(&["content/docs/method.md:5: error:", "is not an address of a page"]);
    }
    let ran = with("\"/best/\"").run(&["build"]);
    assert_ne!(ran.code, 0, "two pages can't have one address");
}

#[test]
fn what_to_choose_is_said_with_what_it_rests_on_and_the_price_that_would_change_it() {
    let built = Site::fixture().build();
    let html = text(&built, "best/dsr1/8192-1024/index.html");
    let start = html.find("<h2 id=\"recommended\">").unwrap();
    let section = &html[start..start + html[start..].find("<section class=\"level\">").unwrap()];
    for part in [
        "Cheapest per million tokens",
        "Most throughput per accelerator",
        "Most throughput per megawatt",
        "Next best",
        "What would change it",
        "draws level",
        "an hour instead of",
    ] {
        assert!(section.contains(part), "no `{part}` in {section}");
    }
    assert!(!section.contains("NaN") && !section.contains("inf"));
    let workload = text(&built, "models/dsr1/8192-1024/index.html");
    let sentence = "<li>Cheapest at 40 tok/s per user, first token within 5 s (median): ";
    assert!(workload.contains(sentence) && workload.contains("href=\"/best/dsr1/8192-1024/#recommended\""));
}

#[test]
fn how_far_interpolation_is_off_is_told_in_words_and_as_json() {
    let site = Site::fixture();
    let told = site.run(&["interpolation", "--format", "json"]).exits(0).json();
    let ways = told["ways"].as_array().unwrap();
    assert_eq!((ways.len(), ways.iter().filter(|way| way["ours"] == true).count()), (8, 2));
    let points = told["points"].as_u64().unwrap();
    assert!(points > 0 && ways.iter().all(|way| way["all"]["points"] == points), "{told}");
    let words = site.run(&["interpolation"]).exits(0).out;
    assert!(
        words.starts_with(&format!("{points} measurement"))
            && words.contains("* throughput by Steffen's cubic")
    );
    let empty = Site::fixture().remove("content/results");
    let told = empty.run(&["interpolation", "--format", "json"]).exits(0).json();
    assert_eq!((&told["points"], &told["ways"][0]["all"]), (&0.into(), &serde_json::Value::Null));
}
