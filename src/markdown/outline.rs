//! A text as checks see it: its sections, what they say in words, and their code, each with its line.

use super::{Lines, OPTIONS, shortcode};
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};
use std::ops::Range;

/// A heading and everything up to the next one. What stands before the first heading is a section of level 0 without a title.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Section {
    /// 1 to 6; 0 for what stands before the first heading.
    pub(crate) level: u8,
    /// The heading's text.
    pub(crate) title: String,
    /// The heading's line, counted from zero.
    pub(crate) line: usize,
    /// Its paragraphs, lines of lists, and cells of tables.
    pub(crate) passages: Vec<Passage>,
    /// Its blocks of code.
    pub(crate) code: Vec<Code>,
}

/// Words that belong together: a paragraph, a line of a list, a cell, or a heading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Passage {
    /// The line that it starts on, counted from zero.
    pub(crate) line: usize,
    /// Its words, piece by piece with their lines, in order.
    pub(crate) pieces: Vec<Piece>,
    /// Whether it leads out of the site, or to a footnote: it names a source.
    pub(crate) cites: bool,
    /// Whether it holds a shortcode: its figures are bound.
    pub(crate) bound: bool,
    /// What stands at the head of its column; empty outside of tables and in their heads.
    pub(crate) column: String,
}

/// A piece of text without markup in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// Its line, counted from zero.
    pub(crate) line: usize,
    /// The text.
    pub(crate) text: String,
    /// Whether it is code in a sentence.
    pub(crate) is_code: bool,
}

/// A block of code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Code {
    /// The language that its fence names; empty for none.
    pub(crate) language: String,
    /// The line of its fence, counted from zero.
    pub(crate) line: usize,
    /// The code.
    pub(crate) text: String,
}

impl Passage {
    /// The whole text. What is code in a sentence stands in it as written.
    pub(crate) fn text(&self) -> String {
        self.pieces.iter().map(|piece| piece.text.as_str()).collect()
    }
}

impl Section {
    /// Whether nothing stands below its heading.
    pub(crate) fn is_empty(&self) -> bool {
        self.code.is_empty() && self.passages.iter().all(|passage| passage.text().trim().is_empty())
    }
}

/// The sections of `markdown`, in order; the first is what stands before the first heading. The passages of a heading's own
/// words come first in its section.
pub(crate) fn outline(markdown: &str) -> Vec<Section> {
    let (text, found) = shortcode::cut(markdown);
    let bound: Vec<Range<usize>> = found.into_iter().map(|one| one.range).collect();
    let mut lines = Lines::of(markdown);
    let mut outliner =
        Outliner { text: &text, bound, sections: vec![Section::default()], ..Outliner::default() };
    for (event, range) in Parser::new_ext(&text, OPTIONS).into_offset_iter() {
        let line = lines.at(range.start);
        outliner.event(event, &range, line);
    }
    outliner.close();
    outliner.sections
}

/// What is open while the events go by.
#[derive(Default)]
struct Outliner<'a> {
    /// The text, with letters in the place of its shortcodes.
    text: &'a str,
    /// Where those stand.
    bound: Vec<Range<usize>>,
    sections: Vec<Section>,
    passage: Option<Passage>,
    in_heading: bool,
    code: Option<Code>,
    /// The heads of the columns of the table that is open.
    columns: Vec<Passage>,
    row: Option<Row>,
}

/// The row of a table that is open.
#[derive(Default)]
struct Row {
    /// Where its cells start among the section's passages.
    start: usize,
    /// How many cells have begun.
    cells: usize,
}

impl Outliner<'_> {
    fn event(&mut self, event: Event<'_>, range: &Range<usize>, line: usize) {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                self.close();
                self.sections.push(Section { level: level as u8, line, ..Section::default() });
                self.in_heading = true;
            }
            Event::End(TagEnd::Heading(_)) => self.in_heading = false,
            Event::Start(Tag::CodeBlock(kind)) => {
                let language = match kind {
                    CodeBlockKind::Fenced(info) => {
                        info.split([' ', ',']).next().unwrap_or_default().to_owned()
                    }
                    CodeBlockKind::Indented => String::new(),
                };
                self.code = Some(Code { language, line, text: String::new() });
            }
            Event::End(TagEnd::CodeBlock) => {
                let code = self.code.take();
                self.section().code.extend(code);
            }
            Event::Start(Tag::Paragraph | Tag::Item) => {
                self.close();
                self.passage = Some(Passage { line, ..Passage::default() });
            }
            Event::End(TagEnd::Paragraph | TagEnd::Item) => self.close(),
            Event::Start(Tag::TableHead | Tag::TableRow | Tag::TableCell)
            | Event::End(TagEnd::TableRow | TagEnd::TableCell) => {
                self.table(&event, line);
            }
            Event::Start(Tag::Link { dest_url, .. }) => {
                self.passage().cites |= dest_url.starts_with("http://") || dest_url.starts_with("https://");
            }
            Event::FootnoteReference(_) => self.passage().cites = true,
            Event::Text(words) => self.text(&words, range, line, false),
            Event::Code(words) => self.text(&words, range, line, true),
            Event::SoftBreak | Event::HardBreak => self.text(" ", &(0..0), line, false),
            _ => {}
        }
    }

    /// What belongs to a table: a cell is a passage that knows the head of its column, and who cites in a row does so for all of it.
    fn table(&mut self, event: &Event<'_>, line: usize) {
        match event {
            Event::Start(Tag::TableHead) => self.columns.clear(),
            Event::Start(Tag::TableRow) => {
                self.row = Some(Row { start: self.section().passages.len(), cells: 0 });
            }
            Event::Start(Tag::TableCell) => {
                let head = self.row.as_mut().and_then(|row| {
                    row.cells += 1;
                    self.columns.get(row.cells - 1)
                });
                let (column, cites) = head.map_or_else(Default::default, |head| (head.text(), head.cites));
                self.passage = Some(Passage { line, column, cites, ..Passage::default() });
            }
            Event::End(TagEnd::TableCell) => {
                if self.row.is_none() {
                    self.columns.push(self.passage.clone().unwrap_or_default());
                }
                self.close();
            }
            _ => {
                let start = self.row.take().map_or(0, |row| row.start);
                let cells = self.section().passages.get_mut(start..).unwrap_or_default();
                let cites = cells.iter().any(|cell| cell.cites);
                cells.iter_mut().for_each(|cell| cell.cites |= cites);
            }
        }
    }

    fn text(&mut self, words: &str, range: &Range<usize>, line: usize, is_code: bool) {
        if let Some(code) = &mut self.code {
            code.text.push_str(words);
        } else if self.in_heading {
            self.section().title.push_str(words);
        } else {
            let (text, bound) =
                if is_code { (words.to_owned(), false) } else { self.without_shortcodes(words, range) };
            let passage = self.passage();
            passage.bound |= bound;
            passage.pieces.push(Piece { line, text, is_code });
        }
    }

    /// The words without what was cut out of them, and whether something was: a shortcode is no word of the text.
    fn without_shortcodes(&self, words: &str, range: &Range<usize>) -> (String, bool) {
        // The text of a character reference isn't what stands in the source, and holds no shortcode.
        if self.text.get(range.clone()) != Some(words) {
            return (words.to_owned(), false);
        }
        let (mut left, mut from) = (String::new(), range.start);
        for place in self.bound.iter().filter(|place| range.start <= place.start && place.end <= range.end) {
            left.push_str(&self.text[from..place.start]);
            left.push(' ');
            from = place.end;
        }
        left.push_str(&self.text[from..range.end]);
        (left, from != range.start)
    }

    fn section(&mut self) -> &mut Section {
        // There is always the first one.
        let last = self.sections.len() - 1;
        &mut self.sections[last]
    }

    fn passage(&mut self) -> &mut Passage {
        self.passage.get_or_insert_default()
    }

    /// Puts the passage that is open where it belongs.
    fn close(&mut self) {
        if let Some(passage) = self.passage.take()
            && !passage.pieces.is_empty()
        {
            self.section().passages.push(passage);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_passages_and_code_keep_their_lines() {
        let sections = outline(
            "Before,\nwith `code`.\n\n## First\n\n- one\n- [two](https://e.org)\n\n```bash\nrun it\n```\n\n### Second\n",
        );
        let shape: Vec<_> = sections.iter().map(|it| (it.level, it.title.as_str(), it.line)).collect();
        assert_eq!(shape, [(0, "", 0), (2, "First", 3), (3, "Second", 12)]);
        assert_eq!(sections[0].passages[0].text(), "Before, with code.");
        let items: Vec<_> = sections[1].passages.iter().map(|it| (it.line, it.text(), it.cites)).collect();
        assert_eq!(items, [(5, "one".to_owned(), false), (6, "two".to_owned(), true)]);
        let code = Code { language: "bash".into(), line: 8, text: "run it\n".into() };
        assert_eq!(sections[1].code, [code]);
        assert!(sections[2].is_empty() && !sections[1].is_empty());
    }

    #[test]
    fn a_cell_knows_its_column_and_who_cites_in_a_row_cites_for_all_of_it() {
        let sections =
            outline("| what | tok/s |\n|---|---|\n| [a](https://e.org) | 1 |\n| b | 2 |\n\nAfter.\n");
        let cells: Vec<_> =
            sections[0].passages.iter().map(|it| (it.text(), it.column.as_str(), it.cites)).collect();
        let expected = [
            ("what", "", false),
            ("tok/s", "", false),
            ("a", "what", true),
            ("1", "tok/s", true),
            ("b", "what", false),
            ("2", "tok/s", false),
            ("After.", "", false),
        ];
        assert_eq!(cells, expected.map(|(text, column, cites)| (text.to_owned(), column, cites)));
    }

    #[test]
    fn a_shortcode_is_no_word_and_marks_its_passage() {
        let sections =
            outline("It gives {{ value metric=\"cost\" framework=\"vllm\" }}.\n\nAnd `{{ value }}` not.\n");
        let passages = &sections[0].passages;
        assert_eq!((passages[0].text().as_str(), passages[0].bound), ("It gives  .", true));
        assert!(!passages[1].bound);
    }
}
