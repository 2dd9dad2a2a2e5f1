//! Shortcodes: `{{ name argument="text" }}` in Markdown, for what only the build can know.
//!
//! They are found in running text only, so code shows them as they stand, and `\{{` does in text. An argument's text is
//! everything between its quotes; there is no escape inside, and no nesting.

use super::OPTIONS;
use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use std::{borrow::Cow, ops::Range};

/// A shortcode as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shortcode<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its arguments, in order; no two have one name.
    pub arguments: Vec<(&'a str, &'a str)>,
}

/// What a shortcode stands for, as HTML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expansion {
    /// Part of a sentence.
    Phrase(String),
    /// A block, which needs a paragraph of its own.
    Block(String),
}

const OPENING: &str = "{{";
const CLOSING: &str = "}}";

/// A shortcode and where it stood, in bytes of the Markdown.
#[derive(Debug)]
pub(super) struct Found<'a> {
    pub(super) range: Range<usize>,
    /// What it says; or that it is never closed or malformed.
    pub(super) shortcode: Result<Shortcode<'a>, String>,
}

/// Cuts the shortcodes out of `markdown`, so that nothing in them is taken for Markdown. As many letters take the place of
/// each, so that offsets stay what they were; who renders the text finds the places by their offsets.
pub(super) fn cut(markdown: &str) -> (Cow<'_, str>, Vec<Found<'_>>) {
    let found = if markdown.contains(OPENING) { find(markdown) } else { Vec::new() };
    if found.is_empty() {
        return (Cow::Borrowed(markdown), found);
    }
    let mut left = String::with_capacity(markdown.len());
    for one in &found {
        left.push_str(&markdown[left.len()..one.range.start]);
        left.extend(std::iter::repeat_n('x', one.range.end - left.len()));
    }
    left.push_str(&markdown[left.len()..]);
    (Cow::Owned(left), found)
}

/// Every shortcode in running text. One ends in the paragraph, cell or heading that it starts in.
fn find(markdown: &str) -> Vec<Found<'_>> {
    let mut found: Vec<Found<'_>> = Vec::new();
    let mut blocks: Vec<Range<usize>> = Vec::new();
    let mut in_code = false;
    for (event, range) in Parser::new_ext(markdown, OPTIONS).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => in_code = false,
            Event::Start(Tag::Paragraph | Tag::Heading { .. } | Tag::TableCell) => blocks.push(range),
            // The lines of a tight list may hold further lists.
            Event::Start(Tag::Item) => {
                let end = markdown[range.clone()].find('\n').map_or(range.end, |line| range.start + line);
                blocks.push(range.start..end);
            }
            Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::TableCell | TagEnd::Item) => {
                blocks.pop();
            }
            Event::Text(_) if !in_code => {
                let limit = blocks.last().map_or(range.end, |block| block.end.max(range.end));
                find_in(markdown, range, limit, &mut found);
            }
            _ => {}
        }
    }
    found
}

/// The shortcodes that start in one piece of text and end before `limit`.
fn find_in<'a>(markdown: &'a str, text: Range<usize>, limit: usize, found: &mut Vec<Found<'a>>) {
    let mut from = found.last().map_or(text.start, |last| last.range.end.max(text.start));
    while let Some(at) = markdown.get(from..text.end).and_then(|rest| rest.find(OPENING)) {
        let start = from + at;
        // A backslash that stands for itself belongs to the text; one that escapes does not.
        if start == text.start && markdown[..start].ends_with('\\') {
            from = start + OPENING.len();
            continue;
        }
        let rest = &markdown[start..limit];
        let (end, shortcode) = match length(rest) {
            Some(length) => (start + length, Shortcode::parse(&rest[..length])),
            None => (start + rest.trim_end().len(), Err(UNCLOSED.to_owned())),
        };
        found.push(Found { range: start..end, shortcode });
        from = end;
    }
}

const UNCLOSED: &str = "a shortcode is never closed. Expected `}}` in the same paragraph, list line or cell, and every \
                        quote in a pair; write \\{{ where braces are meant";

/// How long the shortcode is that `text` starts with; `None` when a quote or the shortcode itself is never closed.
fn length(text: &str) -> Option<usize> {
    let mut quoted = false;
    for (at, byte) in text.bytes().enumerate().skip(OPENING.len()) {
        match byte {
            b'"' => quoted = !quoted,
            b'}' if !quoted && text[at..].starts_with(CLOSING) => return Some(at + CLOSING.len()),
            _ => {}
        }
    }
    None
}

impl<'a> Shortcode<'a> {
    /// Reads a whole shortcode, from `{{` to `}}`.
    ///
    /// # Errors
    /// What is wrong with it, and what was expected.
    pub(super) fn parse(text: &'a str) -> Result<Self, String> {
        let inner = text.strip_prefix(OPENING).and_then(|rest| rest.strip_suffix(CLOSING)).unwrap_or(text);
        let (name, mut rest) = word(inner.trim());
        if name.is_empty() {
            return Err("a shortcode has no name. Expected {{ name argument=\"text\" }}; \
                        write \\{{ where braces are meant"
                .to_owned());
        }
        let mut arguments: Vec<(&str, &str)> = Vec::new();
        while !rest.trim_start().is_empty() {
            let (argument, value, after) = argument(rest.trim_start()).ok_or_else(|| {
                let found: String = rest.trim_start().chars().take(30).collect();
                format!(
                    "`{name}`: `{found}` is no argument. Expected argument=\"text\", with straight quotes"
                )
            })?;
            if arguments.iter().any(|(known, _)| *known == argument) {
                return Err(format!("`{name}`: the argument `{argument}` is there twice. Remove one"));
            }
            arguments.push((argument, value));
            rest = after;
        }
        Ok(Self { name, arguments })
    }
}

/// The letters, digits and hyphens that `text` starts with, and what follows them.
fn word(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).unwrap_or(text.len());
    text.split_at(end)
}

/// The argument that `text` starts with: its name, its value, and what follows.
fn argument(text: &str) -> Option<(&str, &str, &str)> {
    let (name, rest) = word(text);
    let value = rest.trim_start().strip_prefix('=')?.trim_start().strip_prefix('"')?;
    let (value, rest) = value.split_once('"')?;
    let separate = rest.is_empty() || rest.starts_with(char::is_whitespace);
    (!name.is_empty() && separate).then_some((name, value, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn arguments_are_read_in_order_over_lines_and_may_hold_braces() {
        let text = "{{ value model=\"dsr1\"\n  note = \"a }} b\" }} and more";
        let end = length(text).expect("closed");
        assert_eq!(&text[end..], " and more");
        let shortcode = Shortcode::parse(&text[..end]).expect("valid");
        assert_eq!(shortcode.name, "value");
        assert_eq!(shortcode.arguments, [("model", "dsr1"), ("note", "a }} b")]);
        assert_eq!(Shortcode::parse("{{note}}").expect("no arguments").name, "note");
    }

    #[test]
    fn what_is_never_closed_has_no_length() {
        for open in ["{{ value", "{{ value model=\"}}", "{{", "{{ a }"] {
            assert_eq!(length(open), None, "{open}");
        }
    }

    #[test]
    fn what_is_malformed_says_what_was_expected() {
        for (text, part) in [
            ("{{ }}", "has no name"),
            ("{{ \"x\" }}", "has no name"),
            ("{{ a b }}", "`b` is no argument"),
            ("{{ a b=c }}", "`b=c` is no argument"),
            ("{{ a b=“c” }}", "straight quotes"),
            ("{{ a b=\"c\"d=\"e\" }}", "is no argument"),
            ("{{ a b=\"1\" b=\"2\" }}", "there twice"),
            ("{{ a {{ b }}", "is no argument"),
        ] {
            let message = Shortcode::parse(text).expect_err(text);
            assert!(message.contains(part), "{text}: {message}");
        }
    }

    fn names(markdown: &str) -> Vec<&str> {
        let (left, found) = cut(markdown);
        assert_eq!(left.len(), markdown.len());
        found.iter().map(|one| one.shortcode.as_ref().map_or("fault", |shortcode| shortcode.name)).collect()
    }

    #[test]
    fn only_running_text_has_shortcodes() {
        for (markdown, expected) in [
            ("{{ a }} and {{ b }}", vec!["a", "b"]),
            ("- {{ a }}\n- x\n\n| h |\n|---|\n| {{ b }} |\n", vec!["a", "b"]),
            ("{{ a b=\"*c* _d_ <e> [f](g)\" }} *h*", vec!["a"]),
            ("`{{ a }}` and\n\n```\n{{ b }}\n```\n\n    {{ c }}\n", vec![]),
            ("\\{{ a }} and \\{\\{ b }}", vec![]),
            ("\\\\{{ a }}", vec!["a"]),
            ("{{ a\n  b=\"c\" }}", vec!["a"]),
            ("{{ a\n\nb }}", vec!["fault"]),
            ("- {{ a\n  - b }}", vec!["fault"]),
            ("[x]({{a}}) <!-- {{ b }} -->", vec![]),
        ] {
            assert_eq!(names(markdown), expected, "{markdown}");
        }
    }

    #[test]
    fn ten_thousand_open_shortcodes_are_one_fault_a_paragraph() {
        assert_eq!(names(&"{{ a ".repeat(10_000)), ["fault"]);
        assert_eq!(names(&"{{ a \"\n\n".repeat(10_000)).len(), 10_000);
        assert_eq!(names(&"{{ a }} ".repeat(10_000)).len(), 10_000);
    }

    proptest! {
        #[test]
        fn a_cut_keeps_every_offset(text in "[ -~\n“é\"{}\\\\`*|-]{0,120}") {
            let (left, found) = cut(&text);
            prop_assert_eq!(left.len(), text.len());
            prop_assert!(found.windows(2).all(|pair| pair[0].range.end <= pair[1].range.start));
        }

        #[test]
        fn anything_is_read_or_refused(text in "\\{\\{[ -~\n“”é\"{}=]{0,80}") {
            if let Some(end) = length(&text) {
                prop_assert!(text[..end].ends_with("}}"));
                let _ = Shortcode::parse(&text[..end]);
            }
        }
    }
}
