//! What the texts claim to be tested is: every test that the content names is in the source.

use super::builder::{Site, repository};
use std::fs;
use walkdir::WalkDir;

/// A test that a text of the content names.
struct Named {
    text: String,
    file: String,
    name: String,
    by_hand: bool,
}

/// Every test that a text of the content names.
fn named_tests() -> Vec<Named> {
    let texts =
        WalkDir::new(repository().join("content")).sort_by_file_name().into_iter().map(Result::unwrap);
    let texts = texts.filter(|entry| entry.path().extension().is_some_and(|ending| ending == "md"));
    let mut named = Vec::new();
    for text in texts {
        let markdown = fs::read_to_string(text.path()).unwrap();
        for shortcode in markdown.split("{{ test ").skip(1) {
            let shortcode = shortcode.split("}}").next().unwrap();
            let argument = |name: &str| {
                let value = shortcode.split(&format!("{name}=\"")).nth(1).unwrap();
                value.split('"').next().unwrap().to_owned()
            };
            named.push(Named {
                text: text.path().display().to_string(),
                file: argument("file"),
                name: argument("name"),
                by_hand: shortcode.contains("run=\"by hand\""),
            });
        }
    }
    named
}

/// How a source has a test: a function right below a line `#[test]`, as the attributes go.
#[derive(Debug, PartialEq)]
enum Held {
    /// `cargo test` runs it.
    Always,
    /// It is ignored until somebody asks for it.
    ByHand,
}

fn held(source: &str, name: &str) -> Option<Held> {
    let lines: Vec<&str> = source.lines().map(str::trim).collect();
    let here = lines.iter().position(|line| line.starts_with(&format!("fn {name}(")))?;
    let attributes: Vec<&&str> =
        lines[..here].iter().rev().take_while(|line| line.starts_with("#[")).collect();
    let ignored = attributes.iter().any(|line| line.starts_with("#[ignore"));
    attributes.contains(&&"#[test]").then_some(if ignored { Held::ByHand } else { Held::Always })
}

#[test]
fn every_test_that_a_text_names_is_in_the_source_and_one_that_is_left_out_says_so() {
    let named = named_tests();
    assert!(named.len() > 40, "only {} were found", named.len());
    for Named { text, file, name, by_hand } in named {
        let source = fs::read_to_string(repository().join(&file))
            .unwrap_or_else(|error| panic!("{text}: {file}: {error}"));
        let expected = if by_hand { Held::ByHand } else { Held::Always };
        assert_eq!(held(&source, &name), Some(expected), "{text}: {file} has no such test `{name}`");
    }
}

/// The headings of a text from the second level on, each with what stands below it up to the next of its own level or above.
fn sections(markdown: &str) -> Vec<(&str, String)> {
    let lines: Vec<&str> = markdown.lines().collect();
    let level = |line: &str| line.bytes().take_while(|byte| *byte == b'#').count();
    let heading = |line: &str| level(line) >= 2 && line[level(line)..].starts_with(' ');
    let section = |(at, line): (usize, &&'_ str)| {
        let ends = |next: &&&str| heading(next) && level(next) <= level(lines[at]);
        let below = lines[at + 1..].iter().take_while(|next| !ends(next));
        (at, heading(line), below.copied().collect::<Vec<_>>().join("\n"))
    };
    let all = lines.iter().enumerate().map(section);
    all.filter(|(_, heading, _)| *heading).map(|(at, _, below)| (lines[at], below)).collect()
}

#[test]
fn every_section_on_method_names_a_test_that_holds_it() {
    let markdown = fs::read_to_string(repository().join("content/docs/method.md")).unwrap();
    let sections = sections(&markdown);
    assert!(sections.len() > 18, "only {} sections were found", sections.len());
    let without: Vec<&str> = sections
        .iter()
        .filter(|(_, below)| !below.contains("{{ test "))
        .map(|(heading, _)| *heading)
        .collect();
    assert_eq!(without, [""; 0], "sections without a test");
}

#[test]
fn a_section_holds_its_subsections_and_not_what_follows() {
    let found = sections("# A\n## B\nb\n### C\nc\n## D\n#no heading\n");
    let expected = [("## B", "b\n### C\nc"), ("### C", "c"), ("## D", "#no heading")];
    assert_eq!(found, expected.map(|(heading, below)| (heading, below.to_owned())));
}

#[test]
fn a_function_that_is_no_test_holds_no_claim() {
    let source = "#[test]\n#[ignore]\nfn a_claim() {}\n\nfn a_helper() {}\n";
    assert_eq!(held(source, "a_claim"), Some(Held::ByHand));
    assert_eq!([held(source, "a_helper"), held(source, "a_cla")], [None, None]);
    assert_eq!(held(&source.replace("#[ignore]\n", ""), "a_claim"), Some(Held::Always));
}

#[test]
fn a_test_is_a_link_to_its_file_and_nothing_else_can_be() {
    let with = |arguments: &str| {
        let page =
            format!("+++\ntitle = \"A\"\ndescription = \"B.\"\n+++\nHeld by {{{{ test {arguments} }}}}.\n");
        Site::fixture().write("content/docs/page.md", page)
    };
    let built = with("file=\"src/analysis/frontier.rs\" name=\"it_is_what_brute_force_finds\"").build();
    let html = super::builder::text(&built, "docs/page/index.html");
    assert!(
        html.contains("/blob/main/src/analysis/frontier.rs\"")
            && html.contains(">it is what brute force finds</a>")
    );
    for (arguments, fault) in [
        ("file=\"../secrets.rs\" name=\"a\"", "Expected a file of the repository"),
        ("file=\"src/a.md\" name=\"a\"", "Expected a file of the repository"),
        ("file=\"src/a.rs\" name=\"a b\"", "Expected the name of a function"),
        ("file=\"src/a.rs\"", "the argument `name` is missing"),
        ("file=\"src/a.rs\" name=\"a\" run=\"never\"", "Expected \"by hand\""),
    ] {
        with(arguments).check().exits(2).says(&["content/docs/page.md:5: error:", fault]);
    }
}

/// The names that follow `before` in a source.
fn names_after<'s>(source: &'s str, before: &str) -> Vec<&'s str> {
    let name = |rest: &'s str| rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next();
    source.split(before).skip(1).filter_map(name).filter(|name| !name.is_empty()).collect()
}

#[test]
fn every_environment_variable_that_is_read_is_in_the_documentation() {
    let document = fs::read_to_string(repository().join("content/docs/environment-variables.md")).unwrap();
    let mut known = 0;
    for folder in ["src", "harness", "tests", "clients", "static"] {
        let files = WalkDir::new(repository().join(folder)).into_iter().map(Result::unwrap);
        let is_source = |path: &std::path::Path| {
            path.extension().is_some_and(|ending| ["rs", "js", "py"].iter().any(|it| ending == *it))
        };
        for file in files.filter(|file| is_source(file.path())) {
            let source = fs::read_to_string(file.path()).unwrap();
            let reads =
                ["env::var(\"", "env::var_os(\"", "process.env.", "os.environ.get(\"", "os.environ[\""];
            for name in reads.iter().flat_map(|before| names_after(&source, before)) {
                if name.starts_with("CARGO_") {
                    continue;
                }
                known += 1;
                let place = file.path().display();
                assert!(
                    document.contains(&format!("`{name}`")),
                    "{place} reads {name}, which the document lacks"
                );
            }
        }
    }
    assert!(known > 12, "only {known} were found");
}

#[test]
fn every_secret_of_a_workflow_is_in_the_documentation() {
    let document = fs::read_to_string(repository().join("content/docs/environment-variables.md")).unwrap();
    let workflows = fs::read_dir(repository().join(".github/workflows")).unwrap().map(Result::unwrap);
    let mut known = 0;
    for workflow in workflows {
        let text = fs::read_to_string(workflow.path()).unwrap();
        for secret in names_after(&text, "${{ secrets.") {
            known += 1;
            assert!(document.contains(&format!("`{secret}`")), "{secret} of {:?}", workflow.path());
        }
    }
    assert!(known > 3, "only {known} were found");
}
