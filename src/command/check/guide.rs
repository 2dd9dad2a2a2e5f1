//! Whether a hardware guide is complete. `content/docs/adding-hardware.md` gives the same list to those who write one.

use crate::{
    analysis::Entry,
    catalog::{Accelerator, Catalog},
    finding::Finding,
    markdown::{Section, outline},
};

/// The sections of a guide, in order.
pub(crate) const SECTIONS: [&str; 9] = [
    "What it is good at",
    "Precisions and weights",
    "Memory and interconnect",
    RUN,
    "Environment variables",
    HARNESS,
    "Power telemetry",
    "Pitfalls",
    "Where its results come from",
];
/// Where a reader finds the launch command.
const RUN: &str = "How it is run";
/// Where a reader finds the harness's command.
const HARNESS: &str = "How the harness drives it";

/// Languages of commands.
const SHELL: [&str; 3] = ["bash", "sh", "console"];

/// What each guide lacks. A draft needs the sections only.
pub(crate) fn findings(catalog: &Catalog) -> Vec<Finding> {
    catalog.accelerators.values().flat_map(|known| lacks(known, is_measured(catalog, known))).collect()
}

/// Whether an official measurement of it stands.
fn is_measured(catalog: &Catalog, known: &Accelerator) -> bool {
    let official = catalog.runs.iter().filter(|run| run.kind == record::RunKind::Official);
    let entries =
        official.flat_map(|run| run.measurements.iter().map(move |measurement| Entry { run, measurement }));
    entries.into_iter().any(|entry| entry.stands() && entry.measurement.deployment.accelerator == known.key)
}

fn lacks(known: &Accelerator, measured: bool) -> Vec<Finding> {
    let guide = &known.guide;
    let sections = outline(&guide.markdown);
    let mut checklist = Checklist { known, findings: Vec::new() };
    checklist.order(&sections);
    if !known.specification.draft {
        checklist.sources();
        checklist.contents(&sections);
        let bound = sections.iter().flat_map(|section| &section.passages).any(|passage| passage.bound);
        if measured && !bound {
            checklist
                .lacks(None, "quotes no result, though there are some. Bind a figure with `{{ value … }}`");
        }
    }
    checklist.findings
}

struct Checklist<'a> {
    known: &'a Accelerator,
    findings: Vec<Finding>,
}

impl Checklist<'_> {
    fn lacks(&mut self, line: Option<usize>, message: impl AsRef<str>) {
        let line = line.map(|line| self.known.guide.line + line);
        let message = format!("the guide {}", message.as_ref());
        self.findings.push(Finding::warning(&self.known.guide.file, line, message));
    }

    /// The introduction, then every section once, in order, and something in each.
    fn order(&mut self, sections: &[Section]) {
        if sections.first().is_none_or(|introduction| introduction.passages.is_empty()) {
            self.lacks(
                Some(0),
                "starts without a paragraph that says what it is. Write one before the first `##`",
            );
        }
        let mut after = 0;
        for title in SECTIONS {
            let Some(place) = sections.iter().position(|it| it.level == 2 && it.title.trim() == title) else {
                self.lacks(
                    None,
                    format!("has no section `## {title}`. Add it, if only to say what isn't known"),
                );
                continue;
            };
            if place < after {
                self.lacks(
                    Some(sections[place].line),
                    format!("has `## {title}` out of order. Expected {}", order()),
                );
            }
            after = after.max(place);
            let below = sections[place + 1..].iter().take_while(|section| section.level > 2);
            if sections[place].is_empty()
                && below.into_iter().all(Section::is_empty)
                && !self.known.specification.draft
            {
                self.lacks(
                    Some(sections[place].line),
                    format!("says nothing under `## {title}`. Say what isn't known"),
                );
            }
        }
    }

    fn sources(&mut self) {
        let sources = &self.known.specification.sources;
        if sources.is_empty() {
            self.lacks(None, "has no `sources` in its front matter. List where its figures can be looked up");
        }
        for source in sources.iter().filter(|source| source.url.is_none()) {
            let message = format!("has a source without an address: `{}`. Add its `url`", source.title);
            self.lacks(None, message);
        }
    }

    /// A launch command, a pinned image, and the harness's own command.
    fn contents(&mut self, sections: &[Section]) {
        if let Some(place) = sections.iter().position(|it| it.title.trim() == RUN) {
            let run = &sections[place];
            let whole: Vec<&Section> = std::iter::once(run)
                .chain(sections[place + 1..].iter().take_while(|it| it.level > 2))
                .collect();
            if !whole.iter().any(|section| commands(section).next().is_some()) {
                self.lacks(
                    Some(run.line),
                    format!("has no launch command under `## {RUN}`. Put one into a ```bash block"),
                );
            }
            if !whole.iter().any(|section| pins_an_image(section)) {
                let message = format!(
                    "names no pinned image under `## {RUN}`. Name one with its tag, as in `vllm/vllm-openai:v0.13.0`, or say `No container`"
                );
                self.lacks(Some(run.line), message);
            }
        }
        for section in sections {
            for (line, image) in floating_images(section) {
                let message = format!("runs `{image}`, which is other software tomorrow. Name a version");
                self.lacks(Some(line), message);
            }
        }
        if let Some(section) = sections.iter().find(|it| it.title.trim() == HARNESS) {
            let wanted = format!("--accelerator {}", self.known.key);
            let driven = commands(section).any(|code| {
                code.contains("inferencemax bench")
                    && code.split_whitespace().collect::<Vec<_>>().join(" ").contains(&wanted)
            });
            if !driven {
                let message = format!("has no `inferencemax bench` with `{wanted}` under `## {HARNESS}`");
                self.lacks(Some(section.line), message);
            }
        }
    }
}

fn order() -> String {
    SECTIONS.map(|title| format!("`{title}`")).join(", ")
}

/// The text of a section's shell blocks.
fn commands(section: &Section) -> impl Iterator<Item = &str> {
    section.code.iter().filter(|code| SHELL.contains(&code.language.as_str())).map(|code| code.text.as_str())
}

/// Whether a section names an image with a version, or says that there is none.
fn pins_an_image(section: &Section) -> bool {
    let words = |text: &str| text.split_whitespace().any(|word| image(word).is_some_and(is_version));
    section.passages.iter().any(|passage| {
        passage.text().to_lowercase().contains("no container")
            || passage.pieces.iter().any(|piece| piece.is_code && words(&piece.text))
    }) || section.code.iter().any(|code| words(&code.text))
}

/// Images in commands whose tag moves.
fn floating_images(section: &Section) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for code in section.code.iter().filter(|code| SHELL.contains(&code.language.as_str())) {
        for (at, line) in code.text.lines().enumerate() {
            let moving = line.split_whitespace().filter(|word| {
                image(word).is_some_and(|tag| ["latest", "nightly", "main", "dev"].contains(&tag))
            });
            found.extend(moving.map(|word| (code.line + 1 + at, word.to_owned())));
        }
    }
    found
}

/// The tag of a word that is an image: `registry/name:tag`.
fn image(word: &str) -> Option<&str> {
    let word = word.trim_matches(['"', '\'', ',', '(', ')']);
    let (name, tag) = word.rsplit_once(':')?;
    let sound = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let is_image = name.contains('/')
        && !name.contains("//")
        && !name.starts_with(['/', '-', '.'])
        && !name.contains('=');
    (is_image && !tag.is_empty() && tag.chars().all(sound)).then_some(tag)
}

/// Whether a tag is a version rather than a name that moves.
fn is_version(tag: &str) -> bool {
    tag.contains(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Text;

    const COMPLETE: &str = include_str!("guide_example.md");

    fn said(markdown: &str, front: &str, measured: bool) -> Vec<String> {
        let known = Accelerator {
            key: "x100".into(),
            specification: toml::from_str(&format!(
                "name = \"X100\"\nvendor = \"Example\"\ndescription = \"It is an example.\"\n{front}"
            ))
            .expect("front matter"),
            guide: Text {
                markdown: markdown.to_owned(),
                file: "content/hardware/x100.md".into(),
                line: 10,
                ..Text::default()
            },
        };
        lacks(&known, measured).iter().map(ToString::to_string).collect()
    }

    const SOURCED: &str = "sources = [{ title = \"Data sheet\", url = \"https://example.com/x100\" }]";

    #[test]
    fn a_complete_guide_lacks_nothing_and_results_have_to_be_bound() {
        assert_eq!(said(COMPLETE, SOURCED, false), [""; 0]);
        let bound = format!("{COMPLETE}\nIt gave {{{{ value metric=\"cost\" }}}}.\n");
        assert_eq!(said(&bound, SOURCED, true), [""; 0]);
        assert_eq!(
            said(COMPLETE, SOURCED, true),
            [
                "content/hardware/x100.md: warning: the guide quotes no result, though there are some. Bind a figure with `{{ value … }}`"
            ]
        );
    }

    #[test]
    fn what_is_missing_is_told_with_its_line() {
        let without = |from: &str, to: &str| {
            assert!(COMPLETE.contains(from), "{from}");
            said(&COMPLETE.replace(from, to), SOURCED, false).join("\n")
        };
        assert!(without("## Pitfalls\n", "").contains("has no section `## Pitfalls`"));
        assert!(
            without("```bash\ndocker run", "```text\ndocker run")
                .contains("x100.md:24: warning: the guide has no launch command")
        );
        assert!(
            without("example/engine:v1.2", "example/engine:latest")
                .contains("x100.md:27: warning: the guide runs `example/engine:latest`")
        );
        assert!(
            without("--accelerator x100", "--accelerator h100").contains("with `--accelerator x100` under")
        );
        assert!(
            without("The X100 is an example.\n", "")
                .contains("x100.md:10: warning: the guide starts without")
        );
        assert!(without("Its power is not known.\n", "").contains("says nothing under `## Power telemetry`"));
        assert!(said(COMPLETE, "", false).join("\n").contains("has no `sources`"));
        assert!(said(COMPLETE, "sources = [{ title = \"A book\" }]", false).join("\n").contains("`A book`"));
    }

    #[test]
    fn a_section_out_of_order_is_told() {
        let without = COMPLETE.replace("## Pitfalls\n\nNone.\n\n", "");
        let moved = without.replace("## What it is good at", "## Pitfalls\n\nNone.\n\n## What it is good at");
        let said = said(&moved, SOURCED, false);
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(
            said[0].contains("x100.md:12: warning: the guide has `## Pitfalls` out of order"),
            "{said:?}"
        );
    }

    #[test]
    fn the_skeleton_of_site_new_has_the_structure() {
        let skeleton = include_str!("../new/hardware.md");
        let body = skeleton.rsplit_once("+++\n").expect("front matter").1;
        assert_eq!(said(body, "draft = true", false), [""; 0]);
    }

    #[test]
    fn an_image_is_told_from_paths_addresses_and_ports() {
        for (word, tag) in [
            ("vllm/vllm-openai:v0.13.0", Some("v0.13.0")),
            ("nvcr.io/nvidia/x:1.0rc2", Some("1.0rc2")),
            ("http://127.0.0.1:8000", None),
            ("/a/b:c", None),
            ("-v=/dev/shm:/dev/shm", None),
            ("127.0.0.1:80", None),
        ] {
            assert_eq!(image(word), tag, "{word}");
        }
    }
}
