//! Code blocks, coloured at build: classes only, so that a theme decides the colours and a page needs no script.
//!
//! Grammars are those of `bat`, through `syntect`. Of their many scopes a reader tells six apart; those become classes.

use crate::html::Escaped;
use pulldown_cmark::CodeBlockKind;
use std::{
    collections::HashMap,
    fmt::Write,
    sync::{LazyLock, Mutex, PoisonError},
};
use syntect::parsing::{ParseState, Scope, ScopeStack, ScopeStackOp, SyntaxReference, SyntaxSet};

static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);

/// Longer code is shown plain: nobody reads colours in it, and a grammar could be slow on it.
const LONGEST: usize = 50_000;

/// Blocks coloured so far, by language and text. Colouring costs a thousand times more than the rest of a page, and
/// a served site is built again and again.
static COLOURED: LazyLock<Mutex<HashMap<(String, String), String>>> = LazyLock::new(Mutex::default);
/// So many blocks are kept; then it starts anew.
const MOST_KEPT: usize = 4096;

/// A whole code block. The keyboard must reach it, since it scrolls.
pub(super) fn block(kind: &CodeBlockKind<'_>, text: &str) -> String {
    let language = match kind {
        CodeBlockKind::Fenced(info) => info.split([' ', ',', '\t']).next().unwrap_or_default(),
        CodeBlockKind::Indented => "",
    };
    if language.is_empty() {
        return format!("<pre tabindex=\"0\"><code>{}</code></pre>\n", Escaped(text));
    }
    let language_class = Escaped(language);
    format!(
        "<pre tabindex=\"0\"><code class=\"language-{language_class}\">{}</code></pre>\n",
        coloured(language, text)
    )
}

/// The code as HTML: in colours where the language is known, else as it stands.
fn coloured(language: &str, text: &str) -> String {
    let syntax = if text.len() <= LONGEST { SYNTAXES.find_syntax_by_token(language) } else { None };
    let Some(syntax) = syntax else { return Escaped(text).to_string() };
    let kept = || COLOURED.lock().unwrap_or_else(PoisonError::into_inner);
    let key = (language.to_owned(), text.to_owned());
    if let Some(html) = kept().get(&key) {
        return html.clone();
    }
    let html = colour(syntax, text).unwrap_or_else(|| Escaped(text).to_string());
    let mut kept = kept();
    if kept.len() >= MOST_KEPT {
        kept.clear();
    }
    kept.insert(key, html.clone());
    html
}

/// Colours line by line; `None` when the grammar fails on the text.
fn colour(syntax: &SyntaxReference, text: &str) -> Option<String> {
    let mut state = ParseState::new(syntax);
    let mut scopes = ScopeStack::new();
    let mut spans = Spans::default();
    for line in text.split_inclusive('\n') {
        let mut from = 0;
        for (at, change) in state.parse_line(line, &SYNTAXES).ok()? {
            spans.push(class(&scopes), &line[from..at]);
            from = at;
            apply(&mut scopes, &change)?;
        }
        spans.push(class(&scopes), &line[from..]);
    }
    Some(spans.close())
}

fn apply(scopes: &mut ScopeStack, change: &ScopeStackOp) -> Option<()> {
    scopes.apply(change).ok()
}

/// HTML of pieces of code, neighbours of one class joined.
#[derive(Default)]
struct Spans {
    html: String,
    open: Option<&'static str>,
}

impl Spans {
    fn push(&mut self, class: Option<&'static str>, text: &str) {
        if text.is_empty() {
            return;
        }
        // Spaces have no colour, so they never end a span or start one.
        if class != self.open && !text.trim().is_empty() {
            self.end();
            if let Some(class) = class {
                let _ = write!(self.html, "<span class=\"{class}\">");
            }
            self.open = class;
        }
        let _ = write!(self.html, "{}", Escaped(text));
    }

    fn end(&mut self) {
        if self.open.take().is_some() {
            self.html.push_str("</span>");
        }
    }

    fn close(mut self) -> String {
        self.end();
        self.html
    }
}

/// Scopes and their classes. The innermost scope that starts with one of these decides; the first that fits counts.
static CLASSES: LazyLock<Vec<(Scope, Option<&'static str>)>> = LazyLock::new(|| {
    [
        ("comment", Some("c-comment")),
        ("string", Some("c-string")),
        ("constant", Some("c-constant")),
        ("keyword.operator", None),
        ("keyword", Some("c-keyword")),
        ("storage", Some("c-keyword")),
        ("entity.name.function", Some("c-name")),
        ("support.function", Some("c-name")),
        ("variable.function", Some("c-name")),
        ("entity.name", Some("c-key")),
        ("support.type", Some("c-key")),
        ("variable.parameter.option", Some("c-key")),
        ("meta.mapping.key", Some("c-key")),
    ]
    .into_iter()
    .filter_map(|(scope, class)| Some((Scope::new(scope).ok()?, class)))
    .collect()
});

fn class(scopes: &ScopeStack) -> Option<&'static str> {
    let of = |scope: &Scope| CLASSES.iter().find(|(known, _)| known.is_prefix_of(*scope));
    scopes.as_slice().iter().rev().find_map(of).and_then(|(_, class)| *class)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fenced(language: &str, text: &str) -> String {
        block(&CodeBlockKind::Fenced(language.into()), text)
    }

    #[test]
    fn every_language_of_the_guides_has_colours() {
        for (language, text) in [
            ("bash", "# note\nexport A=\"b\" && docker run --gpus all x\n"),
            ("sh", "echo \"a\"\n"),
            ("console", "$ echo\n"),
            ("toml", "# note\n[table]\nkey = \"text\"\nn = 1\n"),
            ("json", "{ \"key\": [1, true, \"text\"] }\n"),
            ("yaml", "# note\nkey: text\nn: 1\n"),
            ("python", "def f(x):\n    return \"text\"  # note\n"),
            ("rust", "fn f() -> u8 { 1 } // note\n"),
            ("dockerfile", "FROM debian\nRUN echo \"a\"\n"),
        ] {
            let html = fenced(language, text);
            let plain = language == "console";
            assert_eq!(html.contains("<span class=\"c-"), !plain, "{language}: {html}");
        }
        insta::assert_snapshot!(fenced("python", "def f(x):\n    return \"a<b\"  # why\n"));
    }

    #[test]
    fn what_is_not_known_or_too_long_is_shown_plain() {
        assert_eq!(fenced("", "<a>"), "<pre tabindex=\"0\"><code>&lt;a&gt;</code></pre>\n");
        assert_eq!(
            fenced("\"x", "<a>"),
            "<pre tabindex=\"0\"><code class=\"language-&quot;x\">&lt;a&gt;</code></pre>\n"
        );
        assert!(!fenced("rust", &"fn ".repeat(LONGEST)).contains("<span"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn colours_change_nothing_but_colours(
            language in prop::sample::select(vec!["bash", "toml", "json", "yaml", "python", "rust"]),
            text in "[ -~\n\té\"'<>&]{0,120}",
        ) {
            let html = coloured(language, &text);
            let mut plain = html.replace("</span>", "");
            while let Some(start) = plain.find("<span class=\"c-") {
                let end = start + plain[start..].find('>').expect("an end");
                plain.replace_range(start..=end, "");
            }
            prop_assert_eq!(plain, Escaped(&text).to_string());
        }
    }
}
