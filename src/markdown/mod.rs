//! Markdown to HTML: headings with anchors, a table of contents, safe links, coloured code, notes, footnotes and shortcodes;
//! no raw HTML.
//!
//! ```text
//! Markdown ─► shortcode::cut ─► pulldown-cmark ─► Writer ─► HTML
//! ```

mod code;
mod diagram;
mod footnote;
mod link;
mod missing;
mod outline;
mod shortcode;
mod slug;
mod table;
#[cfg(test)]
mod tests;
mod writer;

pub(crate) use link::is_safe;
pub(crate) use outline::{Passage, Piece, Section, outline};
pub use shortcode::{Expansion, Shortcode};

use missing::Missing;
use pulldown_cmark::{BrokenLink, Event, Options, Parser, html};
use std::cell::RefCell;
use writer::Writer;

/// Rendered Markdown and what was seen in it.
#[derive(Clone, Debug, Default)]
pub struct Rendered {
    /// The HTML.
    pub html: String,
    /// Headings of the second and third level, in order.
    pub contents: Vec<Heading>,
    /// What the text sets in bold, in order: the words that it explains.
    pub terms: Vec<String>,
    /// Where its links lead and where its own images are, with the line of each in the Markdown, counted from zero.
    pub links: Vec<(usize, String)>,
    /// Everything worth checking, with its line in the Markdown, counted from zero.
    pub remarks: Vec<(usize, Remark)>,
}

/// A heading of the table of contents.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Heading {
    /// 2 or 3.
    pub level: u8,
    /// The anchor.
    pub id: String,
    /// The text.
    pub text: String,
}

/// Something that `site check` has an opinion on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remark {
    /// An image without alternative text.
    NoAlternativeText,
    /// Raw HTML, which was shown as text.
    RawHtml,
    /// A link with a scheme that browsers could execute; it was made inert.
    UnsafeLink(String),
    /// An image that isn't the site's own; it was left empty.
    ForeignImage(String),
    /// A heading that skips a level, or a first-level heading (the page's title is that).
    HeadingOrder(u8),
    /// What was meant for a link and is none, as written; it was shown as text.
    NoLink(String),
    /// A link or a heading without a word in it: `link`, `heading`.
    NoWords(&'static str),
    /// A footnote that the text never refers to; it was left out.
    UnusedFootnote(String),
    /// A diagram that can't be drawn, and why; its text was shown as it stands.
    Diagram(String),
    /// A table that readers wouldn't see as meant, and why.
    Table(String),
    /// A shortcode that stands for nothing, and why. No page may be built from it.
    Shortcode(String),
}

/// What a shortcode stands for, or why it stands for nothing.
pub type Expand<'e> = dyn FnMut(&Shortcode<'_>) -> Result<Expansion, String> + 'e;

const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_GFM)
    .union(Options::ENABLE_HEADING_ATTRIBUTES);

/// Renders `markdown`. `expand` is asked for each shortcode once, in order.
pub fn render(markdown: &str, expand: &mut Expand<'_>) -> Rendered {
    let (text, found) = shortcode::cut(markdown);
    let mut lines = Lines::of(markdown);
    let missing = RefCell::new(Missing::of(&text));
    let mut writer = Writer::new(&text, found, expand);
    let mut told = |link: BrokenLink<'_>| missing.borrow_mut().link(&link);
    let parser = Parser::new_with_broken_link_callback(&text, OPTIONS, Some(&mut told));
    for (event, range) in parser.into_offset_iter() {
        missing.borrow_mut().text(&event, &range);
        let line = lines.at(range.start);
        writer.event(event, range, line);
    }
    let (mut rendered, events) = writer.finish(markdown);
    rendered.remarks.extend(missing.into_inner().remarks());
    rendered
        .remarks
        .extend(table::faults(&text).into_iter().map(|(line, fault)| (line, Remark::Table(fault))));
    html::push_html(&mut rendered.html, events.into_iter());
    rendered
}

/// Lines of offsets, in one pass where they ascend.
struct Lines<'a> {
    text: &'a str,
    offset: usize,
    line: usize,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        Self { text, offset: 0, line: 0 }
    }

    fn at(&mut self, offset: usize) -> usize {
        if offset > self.offset {
            self.line += self.text[self.offset..offset].matches('\n').count();
            self.offset = offset;
        }
        self.line
    }
}

/// Whether an event is text that a reader sees as such.
fn visible_text<'e>(event: &'e Event<'_>) -> Option<&'e str> {
    match event {
        Event::Text(text) | Event::Code(text) => Some(text),
        _ => None,
    }
}
