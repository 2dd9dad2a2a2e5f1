//! What people read on the terminal of a record, 80 columns wide.

mod measurement;
mod overview;

pub(crate) use measurement::{latency, load, outcome, requests, throughput};
pub(crate) use overview::line;

use record::Run;
use std::fmt::Write;

/// A run's measurements, an overview where there are several, and what a search found.
pub(crate) fn table(run: &Run) -> String {
    let mut text = String::new();
    for measurement in &run.measurements {
        measurement::write(measurement, &mut text);
        text.push('\n');
    }
    if run.measurements.len() > 1 {
        overview::write(&run.measurements, &mut text);
        text.push('\n');
    }
    if let Some(search) = &run.search {
        paragraph("search", &search.conclusion, &mut text);
        if let Some([low, high]) = search.bracket {
            paragraph("bracket", &format!("{low} to {high}"), &mut text);
        }
        paragraph("", &search.method, &mut text);
    }
    for note in &run.notes {
        paragraph("note", note, &mut text);
    }
    text
}

/// Text after a name, in lines of at most 80 columns.
fn paragraph(name: &str, words: &str, text: &mut String) {
    const WIDTH: usize = 80;
    const INDENT: usize = 14;
    let _ = write!(text, "{name:<width$}", width = INDENT - 1);
    let mut column = INDENT - 1;
    for word in words.split(' ') {
        let length = word.chars().count();
        if column > INDENT - 1 && column + 1 + length > WIDTH {
            let _ = write!(text, "\n{:width$}", "", width = INDENT - 1);
            column = INDENT - 1;
        }
        text.push(' ');
        text.push_str(word);
        column += 1 + length;
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_sentences_are_broken_between_words() {
        let mut text = String::new();
        paragraph("note", "seven77 ".repeat(20).trim_end(), &mut text);
        assert!(text.lines().count() == 3 && text.lines().all(|line| line.len() <= 80), "{text}");
        assert!(
            text.starts_with("note          seven77") && text.contains("\n              seven77"),
            "{text}"
        );
    }
}
