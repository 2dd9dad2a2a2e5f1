//! Takes the parser's events and turns those that need more than the plain HTML.

use super::{
    Expand, Expansion, Heading, Lines, Remark, Rendered, code, diagram, footnote::Footnotes, link,
    shortcode::Found, slug::Slugs, visible_text,
};
use crate::html::Escaped;
use pulldown_cmark::{BlockQuoteKind, CodeBlockKind, CowStr, Event, HeadingLevel, Tag, TagEnd};
use std::ops::Range;

/// What is seen while the events go by.
pub(super) struct Writer<'a> {
    text: &'a str,
    rendered: Rendered,
    events: Vec<Event<'a>>,
    slugs: Slugs,
    footnotes: Footnotes<'a>,
    shortcodes: Vec<Placed>,
    heading: Option<OpenHeading<'a>>,
    footnote: Option<OpenFootnote<'a>>,
    /// The block of code that is open: the line of its fence, its kind, its text.
    code: Option<(usize, CodeBlockKind<'a>, String)>,
    image: Option<OpenImage>,
    /// Where the text of the paragraph that is open stands, without space around it.
    paragraph: Range<usize>,
    /// The link that is open: its line, and the words in it so far.
    link: Option<(usize, String)>,
    /// The words in bold so far, while they are open.
    bold: Option<String>,
    /// Whether the paragraph that is open was replaced by a block.
    replaced: bool,
    last_level: u8,
}

/// A shortcode, what it stands for, and whether that was written.
struct Placed {
    range: Range<usize>,
    expansion: Result<Expansion, String>,
    written: bool,
}

struct OpenHeading<'a> {
    level: HeadingLevel,
    id: Option<CowStr<'a>>,
    text: String,
    events: Vec<Event<'a>>,
}

struct OpenImage {
    /// Its address; empty for one that isn't the site's own.
    source: String,
    title: String,
    /// The alternative text so far.
    text: String,
    /// Whether it is all that its paragraph holds.
    alone: bool,
}

struct OpenFootnote<'a> {
    label: CowStr<'a>,
    line: usize,
    /// What was written before it, and goes on after it.
    outside: Vec<Event<'a>>,
}

impl<'a> Writer<'a> {
    /// `text` is the Markdown with its shortcodes cut out; `found` are those.
    pub(super) fn new(text: &'a str, found: Vec<Found<'_>>, expand: &mut Expand<'_>) -> Self {
        let place = |one: Found<'_>| {
            let expansion = one.shortcode.and_then(|shortcode| expand(&shortcode));
            Placed { range: one.range, expansion, written: false }
        };
        Self {
            text,
            rendered: Rendered::default(),
            events: Vec::new(),
            slugs: Slugs::default(),
            footnotes: Footnotes::default(),
            shortcodes: found.into_iter().map(place).collect(),
            heading: None,
            footnote: None,
            code: None,
            image: None,
            paragraph: 0..0,
            link: None,
            bold: None,
            replaced: false,
            last_level: 0,
        }
    }

    /// Takes one event, its place in the text, and its line.
    pub(super) fn event(&mut self, event: Event<'a>, range: Range<usize>, line: usize) {
        self.listen(&event);
        match event {
            Event::Start(tag) => self.start(tag, range, line),
            Event::End(tag) => self.end(tag, line),
            Event::Text(text) => self.text(text, range),
            Event::Html(raw) | Event::InlineHtml(raw) => {
                if !raw.trim_start().starts_with("<!--") {
                    self.remark(line, Remark::RawHtml);
                    self.push(Event::Text(raw));
                }
            }
            Event::FootnoteReference(label) => {
                let mark = self.footnotes.reference(&label, &mut self.slugs);
                self.push(Event::InlineHtml(mark.into()));
            }
            Event::TaskListMarker(done) => {
                let (sign, word) = if done { ("☑", "done") } else { ("☐", "to do") };
                let html = format!("<span class=\"task\" role=\"img\" aria-label=\"{word}\">{sign}</span> ");
                self.push(Event::InlineHtml(html.into()));
            }
            other => self.push(other),
        }
    }

    /// Takes down what stands in bold.
    fn listen(&mut self, event: &Event<'_>) {
        match (event, &mut self.bold) {
            (Event::Start(Tag::Strong), bold) => *bold = Some(String::new()),
            (Event::Text(text) | Event::Code(text), Some(term)) => term.push_str(text),
            (Event::End(TagEnd::Strong), bold) => self.rendered.terms.extend(bold.take()),
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'a>, range: Range<usize>, line: usize) {
        match tag {
            Tag::Paragraph => self.start_paragraph(range),
            Tag::Heading { level, id, .. } => {
                self.heading = Some(OpenHeading { level, id, text: String::new(), events: Vec::new() });
            }
            Tag::CodeBlock(kind) => self.code = Some((line, kind, String::new())),
            // A table scrolls on its own, so that the page never does sideways. The keyboard must reach what scrolls.
            Tag::Table(alignments) => {
                self.push(Event::Html("<div class=\"scroll\" tabindex=\"0\">".into()));
                self.push(Event::Start(Tag::Table(alignments)));
            }
            Tag::BlockQuote(Some(kind)) => self.push(Event::Html(callout(kind).into())),
            Tag::FootnoteDefinition(label) => {
                let outside = std::mem::take(&mut self.events);
                self.footnote = Some(OpenFootnote { label, line, outside });
            }
            Tag::Link { link_type, dest_url, title, .. } => {
                self.link = Some((line, String::new()));
                let mut destination = link::destination(link_type, &dest_url);
                if !link::is_safe(&destination) {
                    self.remark(line, Remark::UnsafeLink(destination));
                    destination = "#".to_owned();
                }
                self.push(Event::InlineHtml(link::opening(&destination, &title).into()));
                self.rendered.links.push((line, destination));
            }
            Tag::Image { dest_url, title, .. } => {
                let own = link::is_own(&dest_url);
                if !own {
                    self.remark(line, Remark::ForeignImage(dest_url.to_string()));
                }
                let source = if own { dest_url.to_string() } else { String::new() };
                if own {
                    self.rendered.links.push((line, source.clone()));
                }
                let alone = range == self.paragraph;
                let image = OpenImage { source, title: title.to_string(), text: String::new(), alone };
                self.image = Some(image);
            }
            other => self.push(Event::Start(other)),
        }
    }

    fn end(&mut self, tag: TagEnd, line: usize) {
        match tag {
            TagEnd::Paragraph if std::mem::take(&mut self.replaced) => {}
            TagEnd::Heading(_) => self.end_heading(line),
            TagEnd::CodeBlock => {
                if let Some((line, kind, text)) = self.code.take() {
                    let html = self.code_block(&kind, &text, line);
                    self.push(Event::Html(html.into()));
                }
            }
            TagEnd::Table => {
                self.push(Event::End(TagEnd::Table));
                self.push(Event::Html("</div>".into()));
            }
            TagEnd::BlockQuote(Some(_)) => self.push(Event::Html("</div>\n".into())),
            TagEnd::FootnoteDefinition => {
                if let Some(OpenFootnote { label, line, outside }) = self.footnote.take() {
                    let text = std::mem::replace(&mut self.events, outside);
                    self.footnotes.define(&label, line, text);
                }
            }
            TagEnd::Link => {
                let wordless = self.link.take().filter(|(_, words)| words.trim().is_empty());
                if let Some((line, _)) = wordless {
                    self.remark(line, Remark::NoWords("link"));
                }
                self.push(Event::InlineHtml("</a>".into()));
            }
            TagEnd::Image => {
                let Some(image) = self.image.take() else { return };
                if image.text.trim().is_empty() {
                    self.remark(line, Remark::NoAlternativeText);
                }
                self.write_image(&image);
            }
            other => self.push(Event::End(other)),
        }
    }

    /// A block of code, or the diagram that it describes. `line` is that of its fence.
    fn code_block(&mut self, kind: &CodeBlockKind<'_>, text: &str, line: usize) -> String {
        if matches!(kind, CodeBlockKind::Fenced(info) if info.trim() == diagram::LANGUAGE) {
            match diagram::render(text) {
                Ok(html) => return html,
                Err((below, fault)) => self.remark(line + 1 + below, Remark::Diagram(fault)),
            }
        }
        code::block(kind, text)
    }

    /// A paragraph, or the block that its one shortcode stands for.
    fn start_paragraph(&mut self, range: Range<usize>) {
        let text = &self.text[range.clone()];
        let start = range.start + text.len() - text.trim_start().len();
        let alone = start..range.start + text.trim_end().len();
        self.paragraph = alone.clone();
        let index = self.shortcodes.partition_point(|placed| placed.range.start < alone.start);
        if let Some(placed) = self.shortcodes.get_mut(index)
            && placed.range == alone
            && let Ok(Expansion::Block(html)) = &placed.expansion
        {
            let html = html.clone();
            (placed.written, self.replaced) = (true, true);
            self.push(Event::Html(html.into()));
        } else {
            self.push(Event::Start(Tag::Paragraph));
        }
    }

    /// An image; one that stands alone and has a title is a figure with that as its caption.
    fn write_image(&mut self, image: &OpenImage) {
        let img = format!(
            "<img src=\"{}\" alt=\"{}\" loading=\"lazy\">",
            Escaped(&image.source),
            Escaped(&image.text)
        );
        if image.alone && !image.title.is_empty() {
            // The paragraph that was just opened becomes the figure.
            self.events.pop();
            self.replaced = true;
            let caption = Escaped(&image.title);
            let html =
                format!("<figure class=\"picture\">{img}<figcaption>{caption}</figcaption></figure>\n");
            self.push(Event::Html(html.into()));
        } else {
            self.push(Event::InlineHtml(img.into()));
        }
    }

    /// Text, with what stands for the shortcodes in it.
    fn text(&mut self, text: CowStr<'a>, range: Range<usize>) {
        if let Some((_, _, code)) = &mut self.code {
            code.push_str(&text);
            return;
        }
        if self.replaced {
            return;
        }
        // The text of a character reference isn't what stands in the source, and holds no shortcode.
        let source = self.text;
        let first = self.shortcodes.partition_point(|placed| placed.range.start < range.start);
        let in_here = self.shortcodes[first..].iter().take_while(|placed| placed.range.end <= range.end);
        let count = if source[range.clone()] == *text { in_here.count() } else { 0 };
        if count == 0 {
            self.push(Event::Text(text));
            return;
        }
        let mut from = range.start;
        for index in first..first + count {
            let place = self.shortcodes[index].range.clone();
            self.push_text(&source[from..place.start]);
            self.write_phrase(index);
            from = place.end;
        }
        self.push_text(&source[from..range.end]);
    }

    fn push_text(&mut self, text: &'a str) {
        if !text.is_empty() {
            self.push(Event::Text(text.into()));
        }
    }

    /// What a shortcode in the middle of text stands for; nothing where it can't be, which is told in the end.
    fn write_phrase(&mut self, index: usize) {
        let placeable = self.heading.is_none() && self.image.is_none() && self.link.is_none();
        let placed = &mut self.shortcodes[index];
        if let Ok(Expansion::Phrase(html)) = &placed.expansion
            && placeable
        {
            let html = html.clone();
            placed.written = true;
            self.push(Event::InlineHtml(html.into()));
        }
    }

    fn push(&mut self, event: Event<'a>) {
        if let (Some((_, words)), Some(text)) = (&mut self.link, visible_text(&event)) {
            words.push_str(text);
        }
        if let Some(image) = &mut self.image {
            // Only words can stand for a picture.
            image.text.push_str(visible_text(&event).unwrap_or(" "));
            return;
        }
        if let (Some(heading), Some(text)) = (&mut self.heading, visible_text(&event)) {
            heading.text.push_str(text);
        }
        match &mut self.heading {
            Some(heading) => heading.events.push(event),
            None => self.events.push(event),
        }
    }

    fn remark(&mut self, line: usize, remark: Remark) {
        self.rendered.remarks.push((line, remark));
    }

    fn end_heading(&mut self, line: usize) {
        let Some(heading) = self.heading.take() else { return };
        let level = heading.level as u8;
        if level == 1 || level > self.last_level.max(1) + 1 {
            self.remark(line, Remark::HeadingOrder(level));
        }
        if heading.text.trim().is_empty() {
            self.remark(line, Remark::NoWords("heading"));
        }
        self.last_level = level;
        let id = self.slugs.unique(heading.id.as_deref().unwrap_or(&heading.text));
        self.push(Event::Html(format!("<h{level} id=\"{}\">", Escaped(&id)).into()));
        self.events.extend(heading.events);
        let anchor = format!(
            " <a class=\"anchor\" href=\"#{}\" aria-label=\"Link to {}\">#</a></h{level}>\n",
            Escaped(&id),
            Escaped(&heading.text)
        );
        self.push(Event::Html(anchor.into()));
        if matches!(level, 2 | 3) {
            self.rendered.contents.push(Heading { level, id, text: heading.text });
        }
    }

    /// What was rendered, all but its HTML, and the events that this is made of. `markdown` is the text as written.
    pub(super) fn finish(mut self, markdown: &str) -> (Rendered, Vec<Event<'a>>) {
        let mut lines = Lines::of(markdown);
        for (line, label) in self.footnotes.finish(&mut self.events) {
            self.rendered.remarks.push((line, Remark::UnusedFootnote(label)));
        }
        for placed in self.shortcodes.into_iter().filter(|placed| !placed.written) {
            let fault = match placed.expansion {
                Err(fault) => fault,
                Ok(Expansion::Block(_)) => ALONE.to_owned(),
                Ok(Expansion::Phrase(_)) => MISPLACED.to_owned(),
            };
            let line = lines.at(placed.range.start);
            self.rendered.remarks.push((line, Remark::Shortcode(fault)));
        }
        (self.rendered, self.events)
    }
}

const ALONE: &str = "this shortcode is a block of its own. Put an empty line before and after it";
const MISPLACED: &str =
    "a shortcode can't stand in a heading, a link, an image or code. Move it into a sentence";

/// The start of a note; GitHub shows the same from the same Markdown.
fn callout(kind: BlockQuoteKind) -> String {
    let (class, word) = match kind {
        BlockQuoteKind::Note => ("note", "Note"),
        BlockQuoteKind::Tip => ("tip", "Tip"),
        BlockQuoteKind::Important => ("important", "Important"),
        BlockQuoteKind::Warning => ("warning", "Warning"),
        BlockQuoteKind::Caution => ("caution", "Caution"),
    };
    format!("<div class=\"callout callout-{class}\" role=\"note\"><p class=\"callout-title\">{word}</p>\n")
}
