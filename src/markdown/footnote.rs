//! Footnotes: numbered in the order in which the text refers to them, and listed at its end, each with a way back.

use super::slug::Slugs;
use crate::html::Escaped;
use pulldown_cmark::Event;
use std::{collections::BTreeMap, fmt::Write};

/// The footnotes of a text.
#[derive(Default)]
pub(super) struct Footnotes<'a> {
    notes: BTreeMap<String, Note<'a>>,
    /// Labels in the order in which the text refers to them.
    order: Vec<String>,
}

#[derive(Default)]
struct Note<'a> {
    /// The anchor of the note.
    id: String,
    /// The anchors of the places that refer to it.
    references: Vec<String>,
    /// What it says, and the line of the Markdown on which that starts.
    text: Option<(usize, Vec<Event<'a>>)>,
}

impl<'a> Footnotes<'a> {
    /// The mark in the text.
    pub(super) fn reference(&mut self, label: &str, slugs: &mut Slugs) -> String {
        let note = self.notes.entry(label.to_owned()).or_default();
        if note.references.is_empty() {
            self.order.push(label.to_owned());
            note.id = slugs.unique(&format!("footnote-{}", self.order.len()));
        }
        let reference = slugs.unique(&format!("{}-reference", note.id));
        let number = note.id.trim_start_matches("footnote-");
        let html = format!(
            "<sup><a class=\"footnote\" id=\"{reference}\" href=\"#{}\" aria-label=\"Footnote {number}\">{number}</a></sup>",
            note.id
        );
        note.references.push(reference);
        html
    }

    /// Takes what a footnote says.
    pub(super) fn define(&mut self, label: &str, line: usize, text: Vec<Event<'a>>) {
        self.notes.entry(label.to_owned()).or_default().text = Some((line, text));
    }

    /// Adds the list of all notes that the text refers to. Gives the lines of the others, with their labels.
    pub(super) fn finish(mut self, events: &mut Vec<Event<'a>>) -> Vec<(usize, String)> {
        if !self.order.is_empty() {
            let html = "<section class=\"footnotes\" aria-label=\"Footnotes\"><ol>\n";
            events.push(Event::Html(html.into()));
            for label in &self.order {
                let note = self.notes.remove(label).unwrap_or_default();
                events.push(Event::Html(format!("<li id=\"{}\">", note.id).into()));
                events.extend(note.text.into_iter().flat_map(|(_, text)| text));
                events.push(Event::Html(way_back(&note.references).into()));
            }
            events.push(Event::Html("</ol></section>\n".into()));
        }
        let unused = |(label, note): (String, Note<'a>)| Some((note.text?.0, label));
        self.notes.into_iter().filter_map(unused).collect()
    }
}

fn way_back(references: &[String]) -> String {
    let mut html = String::from("<p>");
    for reference in references {
        let _ = write!(html, "<a href=\"#{}\" aria-label=\"Back to the text\">↩</a> ", Escaped(reference));
    }
    html.push_str("</p></li>\n");
    html
}
