//! `site new` and `site schema`.

use super::builder::{Site, repository, tree};

#[test]
fn every_skeleton_builds_as_a_draft_and_stays_hidden_until_it_is_none() {
    for (kind, folder) in
        [("hardware", "hardware"), ("model", "models"), ("framework", "frameworks"), ("report", "reports")]
    {
        let site = Site::fixture();
        let file = format!("content/{folder}/fresh-1.md");
        let page = format!("public/{folder}/fresh-1/index.html");
        let said = site.run(&["new", kind, "fresh-1"]).exits(0);
        assert!(said.out.contains(&file), "{}", said.out);
        site.run(&["build"]).exits(0);
        assert!(!site.root().join(&page).exists(), "a draft is hidden");
        site.run(&["build", "--drafts"]).exits(0);
        assert!(site.root().join(&page).exists());
        site.run(&["check", "--drafts", "--strict"]).exits(0);
        let site = site.replace(&file, "draft = true\n", "");
        // A guide that is no draft has to be complete.
        let complete = if kind == "hardware" { 2 } else { 0 };
        site.run(&["check", "--strict"]).exits(complete);
        site.run(&["build"]).exits(0);
        assert!(site.root().join(&page).exists());
    }
}

#[test]
fn a_name_that_is_taken_or_cannot_be_an_address_is_refused_and_nothing_is_written() {
    let site = Site::fixture();
    let before = tree(&site.root());
    let refused = |kind: &str, name: &str, parts: &[&str]| {
        site.run(&["new", kind, name]).exits(2).says(parts);
        assert_eq!(tree(&site.root()), before, "{kind} {name}");
    };
    refused("hardware", "b200", &["content/hardware/b200.md", "already there"]);
    refused("report", "first-look", &["content/reports/first-look.md", "already there"]);
    refused("model", "dsr1", &["dsr1.md", "already a spelling"]);
    refused("framework", "sglang-disagg", &["mori-sglang.md", "already a spelling of `mori-sglang`"]);
    for bad in ["H100", "a b", "../x", "a/b", "", ".", "é", "x."] {
        refused("hardware", bad, &["can't be a key"]);
    }
}

#[test]
fn a_folder_that_is_no_site_gets_no_skeleton() {
    let site = Site::fixture().remove("content");
    site.run(&["new", "hardware", "x1"]).exits(2).says(&["no accelerators", "--root"]);
    assert!(!site.root().join("content").exists());
}

#[test]
fn the_schema_that_is_printed_written_published_and_committed_is_one() {
    let site = Site::fixture();
    let committed = repository().join("harness/record/schema/record-1.json");
    let committed = std::fs::read_to_string(committed).unwrap();
    assert_eq!(site.run(&["schema"]).exits(0).out, committed);
    let file = site.beside("schema.json");
    site.run(&["schema", "--out", file.to_str().unwrap()]).exits(0);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), committed);
    assert_eq!(super::builder::text(&site.build(), "schema/record-1.json"), committed);
    site.run(&["schema", "--out", "/proc/nothing/schema.json"]).exits(1).says(&["can't be written"]);
}
