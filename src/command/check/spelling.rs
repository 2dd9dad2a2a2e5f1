//! Product names as their makers write them: the list is `product_names` in `site.toml`.

use crate::{
    catalog::Text,
    finding::Finding,
    markdown::{Piece, Section, outline},
};
use std::collections::{BTreeMap, BTreeSet};

/// The most words that a name has.
const LONGEST: usize = 3;

/// Names by their letters and digits alone, in lower case.
pub(crate) struct Names<'a>(BTreeMap<String, &'a str>);

impl<'a> Names<'a> {
    /// The names of a site.
    pub(crate) fn new(names: &'a [String]) -> Self {
        Self(names.iter().map(|name| (letters(name), name.as_str())).collect())
    }

    /// Every name that is written in another way, once a line.
    pub(crate) fn findings(&self, text: &Text) -> Vec<Finding> {
        let sections = outline(&text.markdown);
        let mut told = BTreeSet::new();
        for section in &sections {
            told.extend(self.slips(&section.title).map(|slip| (section.line, slip)));
            for piece in pieces(section).filter(|piece| !piece.is_code) {
                told.extend(self.slips(&piece.text).map(|slip| (piece.line, slip)));
            }
        }
        let finding = |(line, (found, meant)): (usize, (String, String))| {
            let message =
                format!("`{found}` is written `{meant}`. Write it so, or put it in code where it is a key");
            Finding::warning(&text.file, Some(text.line + line), message)
        };
        told.into_iter().map(finding).collect()
    }

    /// What is written, and how it should be.
    fn slips(&self, text: &str) -> impl Iterator<Item = (String, String)> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let mut slips = Vec::new();
        let mut at = 0;
        while at < words.len() {
            let known = (1..=LONGEST.min(words.len() - at)).rev().find_map(|count| {
                let words = words[at..at + count].join(" ");
                let bare = bare(&words);
                let name = self.0.get(&letters(bare))?;
                Some((count, bare.to_owned(), (*name).to_owned()))
            });
            match known {
                Some((count, found, meant)) => {
                    at += count;
                    if found != meant {
                        slips.push((found, meant));
                    }
                }
                None => at += 1,
            }
        }
        slips.into_iter()
    }
}

fn pieces(section: &Section) -> impl Iterator<Item = &Piece> {
    section.passages.iter().flat_map(|passage| &passage.pieces)
}

/// A word without the punctuation around it and without a genitive.
fn bare(word: &str) -> &str {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    ["'s", "’s"].iter().find_map(|ending| word.strip_suffix(ending)).unwrap_or(word)
}

fn letters(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(markdown: &str) -> Vec<String> {
        let names = ["TensorRT-LLM", "vLLM", "llama.cpp", "Hugging Face", "NVLink"].map(str::to_owned);
        let text = Text { markdown: markdown.to_owned(), file: "x.md".into(), line: 5, ..Text::default() };
        Names::new(&names).findings(&text).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn another_spelling_is_told_with_its_line_and_once() {
        assert_eq!(
            said("TensorRT LLM and\nvllm, Vllm’s and vllm.\n\n## About nvlink\n"),
            [
                "x.md:5: warning: `TensorRT LLM` is written `TensorRT-LLM`. Write it so, or put it in code where it is a key",
                "x.md:6: warning: `Vllm` is written `vLLM`. Write it so, or put it in code where it is a key",
                "x.md:6: warning: `vllm` is written `vLLM`. Write it so, or put it in code where it is a key",
                "x.md:8: warning: `nvlink` is written `NVLink`. Write it so, or put it in code where it is a key",
            ]
        );
    }

    #[test]
    fn names_as_they_are_code_addresses_and_shortcodes_pass() {
        assert_eq!(
            said(
                "vLLM's (TensorRT-LLM), llama.cpp. `vllm` [Hugging Face](/vllm/)\n\n```bash\nvllm serve\n```\n\n{{ value framework=\"vllm\" }}\n"
            ),
            [""; 0]
        );
    }
}
