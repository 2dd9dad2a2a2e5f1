//! Markdown files with TOML front matter between `+++` lines.

use crate::{finding::Finding, suggestion::close_matches};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use std::path::Path;

/// A file's front matter and what follows it.
#[derive(Clone, Debug)]
pub(super) struct Parsed<T> {
    /// The front matter.
    pub front: T,
    /// The front matter as it is written, for [`line_at`].
    pub source: String,
    /// The Markdown after it.
    pub body: String,
    /// The line of the file on which the body starts.
    pub body_line: usize,
}

/// Splits `text` at its `+++` lines and parses what is between them.
///
/// # Errors
/// A finding with the line: no front matter, no end, or TOML that doesn't fit `T`.
pub(super) fn parse<T: DeserializeOwned>(file: &Path, text: &str) -> Result<Parsed<T>, Finding> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (front, body) = split(text).map_err(|message| Finding::error(file, Some(1), message))?;
    let front_lines = front.matches('\n').count();
    let parsed = toml::from_str(front).map_err(|error| {
        let line = error.span().map_or(2, |span| line_at(front, span.start));
        Finding::error(
            file,
            Some(line),
            format!("front matter: {}{}", error.message(), remedy(error.message())),
        )
    })?;
    Ok(Parsed { front: parsed, source: front.to_owned(), body: body.to_owned(), body_line: front_lines + 3 })
}

/// The line of the file that holds a byte of the front matter, whose first line is the file's second.
pub(super) fn line_at(front: &str, byte: usize) -> usize {
    front[..byte].matches('\n').count() + 2
}

/// What to do about a field that isn't known or is missing; nothing for other faults, whose message says it.
fn remedy(message: &str) -> String {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    match quoted.as_slice() {
        [unknown, known @ ..] if message.starts_with("unknown field") => {
            match close_matches(unknown, known.iter().map(|name| (*name, *name))).first() {
                Some(close) => format!("; did you mean `{close}`?"),
                None => ". Remove it".to_owned(),
            }
        }
        [missing] if message.starts_with("missing field") => {
            format!(". Add {missing} = \"…\" between the `+++` lines")
        }
        _ => String::new(),
    }
}

fn split(text: &str) -> Result<(&str, &str), &'static str> {
    const MISSING: &str = "no front matter. Expected a first line `+++`, TOML, and another line `+++`; \
                           `site new` writes a valid skeleton";
    let mut lines = text.split_inclusive('\n');
    let opening = lines.next().unwrap_or_default();
    if opening.trim_end() != "+++" {
        return Err(MISSING);
    }
    let start = opening.len();
    let mut end = start;
    for line in lines {
        if line.trim_end() == "+++" {
            return Ok((&text[start..end], &text[end + line.len()..]));
        }
        end += line.len();
    }
    Err("front matter has no end. Expected a second line `+++` before the text")
}

/// Where a fact or a statement comes from.
#[derive(Clone, Debug, PartialEq, serde::Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceLink {
    /// Title of the source.
    pub title: String,
    /// Its address, when it has one.
    #[serde(default, deserialize_with = "web_address")]
    pub url: Option<String>,
}

/// An address that a browser can open but never run: `https://…` or `http://…`.
pub(super) fn web_address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let stated = String::deserialize(deserializer)?;
    if stated.starts_with("https://") || stated.starts_with("http://") {
        return Ok(Some(stated));
    }
    let message = format!("`{stated}` is not an address of the web. Expected https://…");
    Err(serde::de::Error::custom(message))
}

/// A TOML date without a time.
pub(super) fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<jiff::civil::Date, D::Error> {
    let stated = toml::value::Datetime::deserialize(deserializer)?;
    stated.to_string().parse().map_err(serde::de::Error::custom)
}

/// A page's own address: `/method/`.
pub(super) fn page_address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let stated = String::deserialize(deserializer)?;
    let inner = stated.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'));
    if inner.is_some_and(|inner| inner.split('/').all(record::is_slug)) {
        return Ok(Some(stated));
    }
    let message = format!("`{stated}` is not an address of a page. Expected one such as /method/");
    Err(serde::de::Error::custom(message))
}

/// An optional TOML date without a time.
pub(super) fn optional_date<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<jiff::civil::Date>, D::Error> {
    date(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Front {
        name: String,
    }

    #[test]
    fn the_body_starts_after_the_second_fence_and_knows_its_line() {
        let parsed: Parsed<Front> =
            parse(Path::new("a.md"), "+++\nname = \"A\"\n+++\nText\n").expect("valid");
        assert_eq!(parsed.front.name, "A");
        assert_eq!((parsed.body.as_str(), parsed.body_line), ("Text\n", 4));
        let windows: Parsed<Front> = parse(Path::new("a.md"), "\u{feff}+++\r\nname = \"A\"\r\n+++\r\nText")
            .expect("CRLF and a byte order mark");
        assert_eq!(windows.body, "Text");
    }

    #[test]
    fn faults_are_told_with_file_line_and_remedy() {
        let fault =
            |text: &str| parse::<Front>(Path::new("content/a.md"), text).expect_err("broken").to_string();
        insta::assert_snapshot!(fault("# Heading\n"), @"content/a.md:1: error: no front matter. Expected a first line `+++`, TOML, and another line `+++`; `site new` writes a valid skeleton");
        insta::assert_snapshot!(fault("+++\nname = \"A\"\n"), @"content/a.md:1: error: front matter has no end. Expected a second line `+++` before the text");
        insta::assert_snapshot!(fault("+++\n\nnmae = \"A\"\n+++\n"), @"content/a.md:3: error: front matter: unknown field `nmae`, expected `name`; did you mean `name`?");
        insta::assert_snapshot!(fault("+++\nname = \n+++\n"), @"content/a.md:2: error: front matter: string values must be quoted, expected literal string");
    }
}
