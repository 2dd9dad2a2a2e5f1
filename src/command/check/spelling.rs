//! Product names as their makers write them: the list is `product_names` in `site.toml`.

use crate::{
    catalog::Text,
    finding::Finding,
    markdown::{Piece, Section, outline},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

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
            told.extend(self.slips(&section.title).into_iter().map(|slip| (section.line, slip)));
            for piece in pieces(section).filter(|piece| !piece.is_code) {
                told.extend(self.slips(&piece.text).into_iter().map(|slip| (piece.line, slip)));
            }
        }
        let finding = |(line, (found, meant)): (usize, (String, String))| {
            let message =
                format!("`{found}` is written `{meant}`. Write it so, or put it in code where it is a key");
            Finding::warning(&text.file, Some(text.line + line), message)
        };
        told.into_iter().map(finding).collect()
    }

    /// The same for words that have no line, such as a title.
    pub(crate) fn findings_in(&self, text: &Text, what: &str, words: &str) -> Vec<Finding> {
        let told: BTreeSet<_> = self.slips(words).into_iter().collect();
        let finding = |(found, meant): (String, String)| {
            let message =
                format!("the {what} in the front matter writes `{found}` for `{meant}`. Write it so");
            Finding::warning(&text.file, None, message)
        };
        told.into_iter().map(finding).collect()
    }

    /// What is written, and how it should be.
    fn slips(&self, text: &str) -> Vec<(String, String)> {
        let words = words(text);
        let mut slips = Vec::new();
        let mut at = 0;
        while at < words.len() {
            let known = (1..=LONGEST.min(words.len() - at)).rev().find_map(|count| {
                let written = &text[words[at].start..words[at + count - 1].end];
                // What stands between the words of one name divides no sentence.
                let whole = !written.contains(|c: char| !c.is_alphanumeric() && !" -.\n".contains(c))
                    && !written.contains(". ");
                let name = self.0.get(&letters(written)).filter(|_| whole)?;
                Some((count, written, *name))
            });
            match known {
                Some((count, found, meant)) => {
                    at += count;
                    if found != meant {
                        slips.push((found.to_owned(), meant.to_owned()));
                    }
                }
                None => at += 1,
            }
        }
        slips
    }
}

fn pieces(section: &Section) -> impl Iterator<Item = &Piece> {
    section.passages.iter().flat_map(|passage| &passage.pieces)
}

/// Where the words of a text stand: letters and digits, and stops between them as in `llama.cpp`. An address has none.
fn words(text: &str) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut at = 0;
    for token in text.split_inclusive(char::is_whitespace) {
        let is_address = token.contains("://") || token.contains('@');
        for part in token.split_inclusive(|c: char| !c.is_alphanumeric() && c != '.') {
            let word = part.trim_matches(|c: char| !c.is_alphanumeric());
            let start = at + part.find(word).unwrap_or_default();
            if !word.is_empty() && !is_address {
                words.push(start..start + word.len());
            }
            at += part.len();
        }
    }
    words
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
    fn compounds_are_read_word_by_word_and_addresses_not_at_all() {
        let found = |text: &str| {
            let said = said(text);
            said.iter().map(|it| it.split('`').nth(1).unwrap_or_default().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(
            found("A vllm-based server, nvlink/PCIe, tensorrt-llm-like (Tensor RT-LLM), huggingface."),
            ["Tensor RT-LLM", "huggingface", "nvlink", "tensorrt-llm", "vllm"]
        );
        assert_eq!(found("<https://github.com/vllm-project/vllm> by vllm@e.org, hugging. Face"), [""; 0]);
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
