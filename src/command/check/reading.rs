//! Hints on how hard a text is to read. A hint never fails anything: a hard subject may need a hard sentence.
//!
//! The measure is LIX (C.-H. Björnsson, Läsbarhet, 1968): words to a sentence, plus words of more than six letters in a
//! hundred. It needs no syllables, so it works on technical English too. Newspapers lie near 45, hard subjects near 60.

use crate::{catalog::Text, finding::Finding, markdown::outline};

/// Beyond this a section is worth another look.
const HARD: f64 = 60.0;
/// Fewer words than this say nothing about how a section reads.
const FEWEST_WORDS: usize = 60;
/// Beyond so many words a sentence is worth another look.
const LONGEST_SENTENCE: usize = 45;

/// Long sentences and hard sections.
pub(crate) fn hints(text: &Text) -> Vec<Finding> {
    let mut hints = Vec::new();
    for section in outline(&text.markdown) {
        let mut reading = Reading::default();
        for passage in &section.passages {
            for sentence in sentences(&passage.text()) {
                let words = words(sentence).count();
                reading.add(sentence);
                if words > LONGEST_SENTENCE {
                    let message = format!("a sentence of {words} words. Two may read better");
                    hints.push(Finding::hint(&text.file, Some(text.line + passage.line), message));
                }
            }
        }
        if let Some(lix) = reading.lix().filter(|lix| *lix > HARD) {
            let message = format!(
                "this section reads hard (LIX {lix:.0}; newspapers are near 45). Shorter sentences and words may help"
            );
            hints.push(Finding::hint(&text.file, Some(text.line + section.line), message));
        }
    }
    hints
}

#[derive(Default)]
struct Reading {
    words: usize,
    long: usize,
    sentences: usize,
}

impl Reading {
    fn add(&mut self, sentence: &str) {
        let words: Vec<usize> =
            words(sentence).map(|word| word.chars().filter(|c| c.is_alphabetic()).count()).collect();
        self.words += words.len();
        self.long += words.iter().filter(|letters| **letters > 6).count();
        self.sentences += usize::from(!words.is_empty());
    }

    /// The measure; nothing for a text that is too short to have one.
    fn lix(&self) -> Option<f64> {
        if self.words < FEWEST_WORDS {
            return None;
        }
        let (words, long, sentences) = (self.words as f64, self.long as f64, self.sentences as f64);
        Some(words / sentences + 100.0 * long / words)
    }
}

/// What has letters in it.
fn words(sentence: &str) -> impl Iterator<Item = &str> {
    sentence.split_whitespace().filter(|word| word.contains(char::is_alphabetic))
}

/// A sentence ends at a full stop, a question or an exclamation mark, a colon or a semicolon, before a space or at the end of the
/// text. A stop inside a word, as in a version, ends nothing.
fn sentences(text: &str) -> Vec<&str> {
    let mut sentences = Vec::new();
    let mut start = 0;
    for (at, mark) in text.match_indices(['.', '?', '!', ':', ';']) {
        let end = at + mark.len();
        if text[end..].is_empty() || text[end..].starts_with(char::is_whitespace) {
            sentences.push(&text[start..end]);
            start = end;
        }
    }
    sentences.push(&text[start..]);
    sentences
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(markdown: &str) -> Vec<String> {
        let text = Text { markdown: markdown.to_owned(), file: "x.md".into(), line: 1, ..Text::default() };
        hints(&text).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn sentences_end_at_stops_before_a_space() {
        let found: Vec<&str> =
            sentences("Use 1.2 of it. Then stop! No: why?").into_iter().map(str::trim).collect();
        assert_eq!(found, ["Use 1.2 of it.", "Then stop!", "No:", "why?", ""]);
    }

    #[test]
    fn a_long_sentence_and_a_hard_section_give_hints_and_plain_text_gives_none() {
        assert_eq!(said(&"The cat sat on the mat. ".repeat(20)), [""; 0]);
        let long = format!("Short.\n\n{} end.\n", "one ".repeat(50));
        assert_eq!(said(&long), ["x.md:3: hint: a sentence of 51 words. Two may read better"]);
        let hard =
            "Heterogeneous accelerator interconnect specifications necessitate comprehensive documentation. "
                .repeat(10);
        assert_eq!(said(&format!("## A\n\n{hard}")).len(), 1);
        assert!(said(&format!("## A\n\n{hard}"))[0].starts_with("x.md:1: hint: this section reads hard"));
    }
}
