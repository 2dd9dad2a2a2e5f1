//! What stands around the content: settings, templates, style sheet, scripts.

use super::builder::Site;

#[test]
fn a_folder_without_settings_is_no_site() {
    Site::fixture().remove("site.toml").run(&["build"]).exits(2).says(&["site.toml", "--root"]);
    Site::fixture().remove("site.toml").check().exits(2).says(&["site.toml", "--root"]);
}

#[test]
fn a_mistake_in_the_settings_is_told_with_its_line() {
    let said = |from: &str, to: &str, parts: &[&str]| {
        Site::fixture().replace("site.toml", from, to).run(&["build"]).exits(2).says(parts);
    };
    said("title =", "tilte =", &["site.toml:2: error:", "unknown field `tilte`"]);
    said("\"rental\"", "\"rentall\"", &["site.toml:", "error:", "rentall"]);
    said("https://fixture.example", "fixture.example", &["site.toml", "base_url is `fixture.example`"]);
    said("https://fixture.example", "https://fixture.example/", &["site.toml", "no slash at the end"]);
    said("[headline]", "[headline", &["site.toml:", "error:"]);
}

#[test]
fn a_headline_that_was_never_measured_falls_back_to_one_that_was() {
    let site = Site::fixture().replace("site.toml", "\"dsr1\"", "\"nothing\"");
    let built = site.build();
    assert!(super::builder::text(&built, "index.html").contains("DeepSeek-R1-0528"));
    assert_eq!(site.findings(&built), []);
}

#[test]
fn a_broken_template_is_told_with_its_name() {
    let broken = Site::fixture().write("templates/gaps.html", "{% extends \"base.html\" %}{% block main %}");
    broken.run(&["build"]).exits(2).says(&["template"]);
    assert!(!broken.root().join("public").exists());
    let unknown = Site::fixture().replace("templates/index.html", "content.intro", "content.introo");
    unknown.run(&["build"]).exits(2).says(&["templates/index.html", "introo"]);
    let missing = Site::fixture().remove("templates/gaps.html");
    missing.run(&["build"]).exits(2).says(&["gaps.html"]);
    Site::fixture().remove("templates").run(&["build"]).exits(2).says(&["templates", "can't be read"]);
}

#[test]
fn a_template_that_does_not_nest_is_found_by_check() {
    let site = Site::fixture().replace("templates/gaps.html", "</ul>", "</ol>");
    site.check().exits(2).says(&["public/gaps/index.html", "HTML:", "</ol>"]);
}

#[test]
fn broken_css_and_missing_files_are_told() {
    let css = |text: &str| Site::fixture().write("static/css/site.css", text);
    let broken = css("a { color: }} }");
    broken.run(&["build"]).exits(2).says(&["static/css/site.css"]);
    Site::fixture().remove("static").run(&["build"]).exits(2).says(&["static"]);
    Site::fixture().remove("static/js").run(&["build"]).exits(2).says(&["static"]);
}
