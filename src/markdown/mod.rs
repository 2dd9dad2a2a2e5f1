//! Markdown to HTML: headings with anchors, a table of contents, safe links, no raw HTML.

mod slug;

use crate::html::Escaped;
use pulldown_cmark::{
    CodeBlockKind, CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, html,
};
use slug::Slugs;

/// Rendered Markdown and what was seen in it.
#[derive(Clone, Debug, Default)]
pub struct Rendered {
    /// The HTML.
    pub html: String,
    /// Headings of the second and third level, in order.
    pub contents: Vec<Heading>,
    /// Where its links lead, with the line of each in the Markdown, counted from zero.
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
}

/// Renders `markdown`.
pub fn render(markdown: &str) -> Rendered {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_HEADING_ATTRIBUTES;
    let mut writer = Writer::default();
    let mut events = Vec::new();
    let mut lines = LineCounter { text: markdown, offset: 0, line: 0 };
    for (event, range) in Parser::new_ext(markdown, options).into_offset_iter() {
        let line = lines.at(range.start);
        writer.event(event, line, &mut events);
    }
    html::push_html(&mut writer.rendered.html, events.into_iter());
    writer.rendered
}

#[derive(Default)]
struct Writer<'a> {
    rendered: Rendered,
    slugs: Slugs,
    heading: Option<OpenHeading<'a>>,
    image: Option<String>,
    last_level: u8,
}

struct OpenHeading<'a> {
    level: HeadingLevel,
    id: Option<CowStr<'a>>,
    text: String,
    events: Vec<Event<'a>>,
}

impl<'a> Writer<'a> {
    fn event(&mut self, event: Event<'a>, line: usize, events: &mut Vec<Event<'a>>) {
        let event = match event {
            Event::Html(raw) | Event::InlineHtml(raw) => {
                if !raw.trim_start().starts_with("<!--") {
                    self.remark(line, Remark::RawHtml);
                    Event::Text(raw)
                } else {
                    return;
                }
            }
            Event::Start(Tag::Link { link_type, dest_url, title, .. }) => {
                self.link(link_type, &dest_url, &title, line)
            }
            Event::End(TagEnd::Link) => Event::InlineHtml("</a>".into()),
            // Code and tables scroll on their own, so that the page never does sideways.
            // The keyboard must reach what scrolls.
            Event::Start(Tag::CodeBlock(kind)) => Event::Html(code_start(&kind).into()),
            Event::End(TagEnd::CodeBlock) => Event::Html("</code></pre>\n".into()),
            Event::Start(Tag::Table(alignments)) => {
                events.push(Event::Html("<div class=\"scroll\" tabindex=\"0\">".into()));
                Event::Start(Tag::Table(alignments))
            }
            Event::End(TagEnd::Table) => {
                events.push(Event::End(TagEnd::Table));
                Event::Html("</div>".into())
            }
            other => other,
        };
        match event {
            Event::Start(Tag::Heading { level, id, .. }) => {
                self.heading = Some(OpenHeading { level, id, text: String::new(), events: Vec::new() });
            }
            Event::End(TagEnd::Heading(_)) => self.end_heading(line, events),
            Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
                self.image = Some(String::new());
                // Pages load nothing from elsewhere, so an image must be the site's own.
                let own = is_safe(&dest_url) && !dest_url.contains(':');
                if !own {
                    self.remark(line, Remark::ForeignImage(dest_url.to_string()));
                }
                let dest_url = if own { dest_url } else { "".into() };
                self.push(Event::Start(Tag::Image { link_type, dest_url, title, id }), events);
            }
            Event::End(TagEnd::Image) => {
                if self.image.take().is_some_and(|text| text.trim().is_empty()) {
                    self.remark(line, Remark::NoAlternativeText);
                }
                self.push(event, events);
            }
            Event::Text(ref text) | Event::Code(ref text) => {
                if let Some(alternative) = &mut self.image {
                    alternative.push_str(text);
                }
                if let Some(heading) = &mut self.heading {
                    heading.text.push_str(text);
                }
                self.push(event, events);
            }
            other => self.push(other, events),
        }
    }

    fn push(&mut self, event: Event<'a>, events: &mut Vec<Event<'a>>) {
        match &mut self.heading {
            Some(heading) => heading.events.push(event),
            None => events.push(event),
        }
    }

    fn remark(&mut self, line: usize, remark: Remark) {
        self.rendered.remarks.push((line, remark));
    }

    fn end_heading(&mut self, line: usize, events: &mut Vec<Event<'a>>) {
        let Some(heading) = self.heading.take() else { return };
        let level = heading.level as u8;
        if level == 1 || level > self.last_level.max(1) + 1 {
            self.remark(line, Remark::HeadingOrder(level));
        }
        self.last_level = level;
        let id = match &heading.id {
            Some(stated) => self.slugs.unique(stated),
            None => self.slugs.unique(&heading.text),
        };
        events.push(Event::Html(format!("<h{level} id=\"{}\">", Escaped(&id)).into()));
        events.extend(heading.events);
        let anchor = format!(
            " <a class=\"anchor\" href=\"#{}\" aria-label=\"Link to {}\">#</a></h{level}>\n",
            Escaped(&id),
            Escaped(&heading.text)
        );
        events.push(Event::Html(anchor.into()));
        if matches!(level, 2 | 3) {
            self.rendered.contents.push(Heading { level, id, text: heading.text });
        }
    }

    fn link(&mut self, kind: LinkType, destination: &str, title: &str, line: usize) -> Event<'a> {
        let mut destination = match kind {
            LinkType::Email => format!("mailto:{destination}"),
            _ => destination.to_owned(),
        };
        if !is_safe(&destination) {
            self.remark(line, Remark::UnsafeLink(destination));
            destination = "#".to_owned();
        }
        self.rendered.links.push((line, destination.clone()));
        let external = destination.starts_with("http://") || destination.starts_with("https://");
        let relation = if external { " rel=\"noopener external\"" } else { "" };
        let title = match title {
            "" => String::new(),
            title => format!(" title=\"{}\"", Escaped(title)),
        };
        Event::InlineHtml(format!("<a href=\"{}\"{relation}{title}>", Escaped(&destination)).into())
    }
}

fn code_start(kind: &CodeBlockKind<'_>) -> String {
    let language = match kind {
        CodeBlockKind::Fenced(info) => info.split_whitespace().next().unwrap_or_default(),
        CodeBlockKind::Indented => "",
    };
    match language {
        "" => "<pre tabindex=\"0\"><code>".to_owned(),
        language => format!("<pre tabindex=\"0\"><code class=\"language-{}\">", Escaped(language)),
    }
}

/// Only addresses that can't run anything: relative ones and those with a known scheme.
pub(crate) fn is_safe(destination: &str) -> bool {
    let scheme_end = destination.find(|c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c)));
    match scheme_end.filter(|&end| destination[end..].starts_with(':')) {
        Some(end) => matches!(destination[..end].to_ascii_lowercase().as_str(), "http" | "https" | "mailto"),
        None => {
            !destination.contains(|c: char| c.is_control()) && !destination.trim_start().starts_with("//")
        }
    }
}

/// Lines of ascending offsets, in one pass.
struct LineCounter<'a> {
    text: &'a str,
    offset: usize,
    line: usize,
}

impl LineCounter<'_> {
    fn at(&mut self, offset: usize) -> usize {
        if offset > self.offset {
            self.line += self.text[self.offset..offset].matches('\n').count();
            self.offset = offset;
        }
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn headings_get_unique_anchors_and_a_table_of_contents() {
        let rendered = render("## A & B\n\ntext\n\n### Part\n\n## A & B\n");
        let ids: Vec<&str> = rendered.contents.iter().map(|heading| heading.id.as_str()).collect();
        assert_eq!(ids, ["a-b", "part", "a-b-2"]);
        assert!(rendered.html.contains("<h2 id=\"a-b\">A &amp; B <a class=\"anchor\""), "{}", rendered.html);
        assert_eq!(rendered.remarks, []);
    }

    #[test]
    fn raw_html_is_shown_as_text_and_reported_with_its_line() {
        let rendered = render("fine\n\n<script>alert(1)</script>\n\nand <b>inline</b>\n");
        assert!(!rendered.html.contains("<script>") && !rendered.html.contains("<b>"), "{}", rendered.html);
        assert!(rendered.remarks.contains(&(2, Remark::RawHtml)));
    }

    #[test]
    fn links_that_could_run_code_are_made_inert() {
        for hostile in
            ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x", "//evil.example"]
        {
            let rendered = render(&format!("[x](<{hostile}>)"));
            assert!(rendered.html.contains("href=\"#\""), "{hostile}: {}", rendered.html);
            assert_eq!(rendered.remarks.len(), 1);
        }
        let html = render("[a](https://example.org/?a=1&b=2) [b](/docs/) [c](#here) <x@example.org>").html;
        assert!(html.contains("<a href=\"https://example.org/?a=1&amp;b=2\" rel=\"noopener external\">"));
        assert!(html.contains("<a href=\"/docs/\">") && html.contains("<a href=\"#here\">"));
        assert!(html.contains("mailto:x@example.org"));
    }

    #[test]
    fn an_image_from_elsewhere_is_left_empty() {
        for foreign in ["javascript:alert(1)", "https://evil.example/p.png", "//evil.example/p.png"] {
            let rendered = render(&format!("![x](<{foreign}>)"));
            assert!(rendered.html.contains("src=\"\""), "{foreign}: {}", rendered.html);
            assert_eq!(rendered.remarks, [(0, Remark::ForeignImage(foreign.to_owned()))]);
        }
        assert!(render("![x](/images/a.svg)").html.contains("src=\"/images/a.svg\""));
    }

    #[test]
    fn what_check_should_say_is_remarked() {
        let remarks = render("# Title\n\n![](a.png)\n\n#### Deep\n").remarks;
        assert_eq!(
            remarks,
            [(0, Remark::HeadingOrder(1)), (2, Remark::NoAlternativeText), (4, Remark::HeadingOrder(4))]
        );
    }

    proptest! {
        #[test]
        fn no_markdown_makes_it_panic_or_emit_a_script(text in "[ -~\n<>`#*|\\[\\]()]{0,200}") {
            let html = render(&text).html.to_lowercase();
            prop_assert!(!html.contains("<script") && !html.contains("=\"javascript:"));
        }
    }
}
