//! Faults in Markdown, front matter and the price book, each told with its file and line.

use super::builder::{Site, tree};
use std::os::unix::fs::symlink;

/// A page of prose whose text starts on line 5.
fn page(text: &str) -> String {
    format!("+++\ntitle = \"A page\"\ndescription = \"It is here for a test.\"\n+++\n{text}")
}

fn checked(text: &str) -> super::builder::Ran {
    Site::fixture().write("content/docs/page.md", page(text)).check()
}

#[test]
fn a_link_to_nowhere_is_told_where_it_is_written() {
    let place = "content/docs/page.md:7: error:";
    let text = |link: &str| format!("Text.\n\n[there]({link})\n");
    for (link, fault) in [
        ("/nowhere/", "leads to no page"),
        ("/docs/method", "leads to no page"),
        ("../methods/", "leads to no page"),
        ("image.png", "leads to no page"),
        ("/docs/method/#nothing", "names an anchor"),
        ("#nothing", "names an anchor"),
        ("/runs/29003473063/#m-0000000000000000", "names an anchor"),
    ] {
        checked(&text(link)).exits(2).says(&[place, &format!("`{link}`"), fault]);
    }
    for good in ["/", "/docs/method/#cost", "../method/", "https://e.org/", "/data/measurements.csv", "#here"]
    {
        checked(&format!("## Here\n\n[there]({good})\n")).exits(0);
    }
}

#[test]
fn what_readers_or_browsers_would_suffer_from_is_told_with_its_line() {
    for (text, line, parts) in [
        ("![](/favicon.svg)\n", 5, ["error:", "no alternative text"]),
        ("Text.\n\n<div>raw</div>\n", 7, ["warning:", "raw HTML is shown as text"]),
        ("Text with <b>bold</b>.\n", 5, ["warning:", "raw HTML is shown as text"]),
        ("\n[x](javascript:alert(1))\n", 6, ["error:", "was made inert"]),
        ("# Title\n", 5, ["warning:", "level 1"]),
        ("## Section\n\n#### Deep\n", 7, ["warning:", "level 4"]),
        ("## Section\n\n##\n", 7, ["warning:", "a heading without a word in it"]),
        ("[](/docs/)\n", 5, ["warning:", "a link without a word in it"]),
        ("See [the method][method].\n", 5, ["warning:", "`[the method][method]` is no link"]),
        ("So it is.[^why]\n", 5, ["warning:", "`[^why]` is no link and no footnote"]),
        ("![A rack](/images/gone.svg)\n", 5, ["error:", "leads to no page"]),
        ("| a | b |\n|---|---|\n| 1 | 2 |\n\n| 3 | 4 |\n", 9, ["warning:", "cut off from its table"]),
        ("| a | b |\n|---|---|\n| 1 |\n", 7, ["warning:", "a row of 1 cell in a table of 2 columns"]),
        ("Text.\n\n| a | b |\n| 1 | 2 |\n", 7, ["warning:", "looks like a table and is none"]),
    ] {
        checked(text).says(&[&format!("content/docs/page.md:{line}: "), parts[0], parts[1]]);
    }
    let built = Site::fixture().write("content/docs/page.md", page("<script>evil()</script>\n")).build();
    assert!(!super::builder::text(&built, "docs/page/index.html").contains("<script>evil"));
}

#[test]
fn the_same_is_found_in_every_folder_of_texts() {
    for file in ["hardware/b200.md", "models/dsr1.md", "frameworks/vllm.md", "reports/first-look.md"] {
        let path = format!("content/{file}");
        let site = Site::fixture();
        let text = site.read(&path) + "\n[x](/nowhere/)\n";
        let line = text.lines().count();
        site.write(&path, text).check().exits(2).says(&[&format!("{path}:{line}: error:"), "/nowhere/"]);
    }
}

#[test]
fn broken_front_matter_is_told_with_its_line() {
    let refused = |text: &str, parts: &[&str]| {
        let site = Site::fixture().write("content/docs/page.md", text);
        site.run(&["build"]).exits(2).says(parts);
        assert!(!site.root().join("public").exists());
    };
    let place = "content/docs/page.md:";
    refused("", &[place, "no front matter"]);
    refused("# No front matter\n", &[place, ":1: error:", "no front matter", "site new"]);
    refused("---\ntitle: YAML\n---\n", &[place, ":1: error:", "no front matter"]);
    refused("+++\ntitle = \"A\"\n", &[place, ":1: error:", "has no end"]);
    refused("+++\ntitle = \n+++\n", &[place, ":2: error:"]);
    refused("+++\ntitle = \"A\"\n+++\n", &[place, "missing field `description`"]);
    refused("+++\ntitle = \"A\"\n\ntags = []\n+++\n", &[place, ":4: error:", "unknown field `tags`"]);
    refused("+++\ntitle = 7\n+++\n", &[place, ":2: error:", "string"]);
    refused("+++\ntitle = \"A\"\ndescription = \"B\"\ndate = \"May\"\n+++\n", &[place, ":4: error:"]);
}

#[test]
fn a_text_that_is_not_utf8_is_told_with_its_line() {
    let mut bytes = page("fine\n").into_bytes();
    bytes.extend(b"not \xff\xfe\n");
    let site = Site::fixture().write("content/docs/page.md", bytes);
    site.check().exits(2).says(&["content/docs/page.md:6: error:", "not UTF-8"]);
}

#[test]
fn a_text_without_a_title_line_or_with_windows_line_ends_is_fine() {
    Site::fixture().write("content/docs/page.md", page("")).check().exits(0);
    let windows = format!("\u{feff}{}", page("Text.\n\n[x](/nowhere/)\n").replace('\n', "\r\n"));
    Site::fixture().write("content/docs/page.md", windows).check().exits(2).says(&["page.md:7: error:"]);
}

#[test]
fn two_files_with_one_key_are_refused_with_both_names() {
    let site = Site::fixture();
    let guide = site.read("content/hardware/b200.md");
    let site = site.write("content/hardware/a/b200.md", guide);
    site.check().exits(2).says(&[
        "content/hardware/b200.md: error:",
        "`b200` is already the key of content/hardware/a/b200.md",
    ]);
}

#[test]
fn a_page_that_would_be_written_over_another_is_refused() {
    let site = Site::fixture();
    let guide = site.read("content/hardware/b200.md");
    let site = site.write("content/hardware/b200-vs-mi355x.md", guide);
    let said = ["two files would be written to \"hardware/b200-vs-mi355x/index.html\"", "Rename"];
    site.check().exits(2).says(&said);
    site.run(&["build"]).exits(2).says(&said);
    assert!(!site.root().join("public").exists());
}

#[test]
fn a_file_name_that_cannot_be_an_address_is_refused() {
    for name in ["B200", "b 200", "é", "a..b"] {
        let site = Site::fixture();
        let guide = site.read("content/hardware/b200.md");
        let file = format!("content/hardware/{name}.md");
        site.write(&file, guide).check().exits(2).says(&[&file, "is not a key"]);
    }
}

#[test]
fn a_spelling_that_two_models_claim_is_refused() {
    let alias = "aliases = [\"amd/Kimi-K2.7-Code-MXFP4\"";
    let taken = "aliases = [\"DEEPSEEK-AI/deepseek-r1-0528\"";
    let site = Site::fixture().replace("content/models/kimik2.7.md", alias, taken);
    let said = ["content/models/kimik2.7.md", "error:", "also stands in content/models/dsr1.md"];
    site.check().exits(2).says(&said);
    let site =
        Site::fixture().replace("content/frameworks/vllm.md", "aliases = []", "aliases = [\"sglang\"]");
    site.check().exits(2).says(&["content/frameworks/vllm.md", "sglang"]);
}

#[test]
fn mistakes_in_the_price_book_are_refused_and_its_absence_is_a_warning() {
    let book = "content/prices.toml";
    let said = |from: &str, to: &str, parts: &[&str]| {
        Site::fixture().replace(book, from, to).check().exits(2).says(parts);
    };
    said("rental = 3.70", "rental = 0", &["content/prices.toml", "b200", "not positive"]);
    said("rental = 3.70", "rental = nan", &["content/prices.toml", "b200", "not positive"]);
    said("rental = 3.70", "rent = 3.70", &["content/prices.toml:", "unknown field `rent`"]);
    said("2026-07-01", "2025-08-01", &["content/prices.toml", "two editions"]);
    let without = Site::fixture().remove(book);
    without.run(&["build"]).exits(0).says(&["content/prices.toml", "warning:", "no cost"]);
    without.check().exits(0);
}

#[test]
fn a_link_in_the_content_is_refused_wherever_it_leads() {
    let site = Site::fixture();
    let outside = site.beside("outside");
    std::fs::create_dir(&outside).unwrap();
    std::fs::write(outside.join("secret.md"), page("A secret.\n")).unwrap();
    std::fs::write(outside.join("secret.json"), "{}").unwrap();
    symlink(outside.join("secret.md"), site.root().join("content/docs/secret.md")).unwrap();
    symlink(outside.join("secret.json"), site.root().join("content/results/secret.json")).unwrap();
    symlink(&outside, site.root().join("content/docs/folder")).unwrap();
    symlink("nowhere", site.root().join("content/reports/dangling.md")).unwrap();
    let ran = site.run(&["build"]).exits(2);
    for link in ["docs/secret.md", "results/secret.json", "docs/folder", "reports/dangling.md"] {
        assert!(ran.err.contains(&format!("content/{link}: error: is a symbolic link")), "{}", ran.err);
    }
    assert!(!site.root().join("public").exists());
}

#[test]
fn every_page_can_be_reached_from_the_home_page() {
    assert_eq!(super::markup::unreachable(&Site::fixture().build()), [""; 0]);
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let site = Site::fixture()
        .write("content/docs/a.md", "broken")
        .write("content/hardware/b.md", "broken")
        .write("content/results/c.json", "broken");
    let before = tree(&site.root());
    let ran = site.run(&["build"]).exits(2);
    assert_eq!(ran.err.lines().count(), 3, "{}", ran.err);
    assert_eq!(tree(&site.root()), before);
}
