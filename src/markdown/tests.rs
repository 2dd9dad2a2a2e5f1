//! What Markdown becomes, and what it can't be made to become.

use super::*;
use proptest::prelude::*;

/// `{{ bold text="…" }}` is a phrase, `{{ box text="…" }}` a block; others stand for nothing.
fn expand(shortcode: &Shortcode<'_>) -> Result<Expansion, String> {
    let text = shortcode.arguments.iter().map(|(_, text)| crate::html::Escaped(text).to_string());
    let text: String = text.collect();
    match shortcode.name {
        "bold" => Ok(Expansion::Phrase(format!("<b>{text}</b>"))),
        "box" => Ok(Expansion::Block(format!("<section>{text}</section>"))),
        other => Err(format!("there is no `{other}`")),
    }
}

fn render(markdown: &str) -> Rendered {
    super::render(markdown, &mut expand)
}

#[test]
fn headings_get_unique_anchors_and_a_table_of_contents() {
    let rendered = render("## A & B\n\ntext\n\n### Part\n\n## A & B\n");
    let ids: Vec<&str> = rendered.contents.iter().map(|heading| heading.id.as_str()).collect();
    assert_eq!(ids, ["a-b", "part", "a-b-2"]);
    assert!(rendered.html.contains("<h2 id=\"a-b\">A &amp; B <a class=\"anchor\""), "{}", rendered.html);
    assert_eq!(rendered.remarks, []);
}

#[test]
fn the_words_in_bold_are_the_terms_of_a_text() {
    let rendered =
        render("| Term |\n|---|\n| **TTFT**, time to first token |\n\n**`site` build** and *not this*\n");
    assert_eq!(rendered.terms, ["TTFT", "site build"]);
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

#[test]
fn links_that_are_none_are_told_as_written_and_brackets_alone_are_not() {
    let said = |markdown: &str| render(markdown).remarks;
    let none = |written: &str| Remark::NoLink(written.to_owned());
    assert_eq!(
        said("See [a][nowhere],\n[b][] and [^gone].\n\n[c d](/x y/) and [e](https://e.org/x y)\n"),
        [
            (0, none("[a][nowhere]")),
            (1, none("[b][]")),
            (1, none("[^gone]")),
            (3, none("[c d](/x y/)")),
            (3, none("[e](https://e.org/x y)")),
        ]
    );
    assert_eq!(
        said("An array [1], a range [0, 1] (both ends), `x[a][b]`, \\[a][b\\].\n\n[a][A]\n\n[a]: /docs/\n"),
        []
    );
}

#[test]
fn links_and_headings_without_words_are_told() {
    let remarks = render("##\n\n[](/docs/) [ ![picture](/a.svg) ](/docs/)\n\n## `code`\n").remarks;
    assert_eq!(remarks, [(0, Remark::NoWords("heading")), (2, Remark::NoWords("link"))]);
}

proptest! {
    #[test]
    fn no_markdown_makes_it_panic_or_emit_a_script(text in "[ -~\n<>`#*|\\[\\]()]{0,200}") {
        let html = render(&text).html.to_lowercase();
        prop_assert!(!html.contains("<script") && !html.contains("=\"javascript:"));
    }
}

#[test]
fn shortcodes_become_phrases_in_text_and_blocks_alone() {
    let html =
        render("A {{ bold text=\"*x* & y\" }} *and {{ bold text=\"z\" }}*.\n\n{{ box text=\"w\" }}\n").html;
    assert_eq!(html, "<p>A <b>*x* &amp; y</b> <em>and <b>z</b></em>.</p>\n<section>w</section>");
    let quoted = render("> [!NOTE]\n> Says {{ bold text=\"x\" }}.\n>\n> {{ box text=\"y\" }}\n");
    assert_eq!(quoted.remarks, []);
    assert!(quoted.html.contains("<p>Says <b>x</b>.</p>\n<section>y</section></div>"), "{}", quoted.html);
}

#[test]
fn code_and_escapes_show_a_shortcode_as_it_stands() {
    let rendered = render("`{{ bold }}` \\{{ bold }}\n\n```\n{{ box }}\n```\n");
    assert_eq!(rendered.remarks, []);
    assert_eq!(rendered.html.matches("{{ b").count(), 3, "{}", rendered.html);
}

#[test]
fn a_shortcode_that_stands_for_nothing_is_told_with_its_line() {
    for (markdown, line, part) in [
        ("x\n\n{{ nothing }}\n", 2, "there is no `nothing`"),
        ("x {{ box }} y\n", 0, "empty line before and after"),
        ("x\n{{ box }}\n", 1, "empty line before and after"),
        ("{{ box }}\n{{ box }}\n", 0, "empty line before and after"),
        ("- {{ box }}\n", 0, "empty line before and after"),
        ("\n## {{ bold }}\n", 1, "can't stand in a heading"),
        ("[{{ bold }}](/x/)\n", 0, "can't stand in a heading, a link"),
        ("![{{ bold }}](/x.svg)\n", 0, "can't stand in a heading, a link, an image"),
        ("a\nb {{ bold\n", 1, "never closed"),
        ("{{ bold a=\"`\" }} `{{ bold }}`\n", 0, "can't stand in"),
    ] {
        let remarks = render(markdown).remarks;
        let told = remarks.iter().any(
            |(at, remark)| matches!(remark, Remark::Shortcode(fault) if *at == line && fault.contains(part)),
        );
        assert!(told, "{markdown}: {remarks:?}");
    }
}

#[test]
fn notes_tasks_and_footnotes_are_marked_up_for_everybody() {
    let markdown = "> [!WARNING]\n> Hot.\n\n- [x] one\n- [ ] two\n\nSaid[^b] and[^a], again[^b].\n\n[^a]: First `x`.\n[^b]: Second.\n[^c]: Never.\n";
    let rendered = render(markdown);
    insta::assert_snapshot!(rendered.html);
    assert_eq!(rendered.remarks, [(10, Remark::UnusedFootnote("c".to_owned()))]);
}

#[test]
fn an_image_alone_with_a_title_is_a_figure_with_a_caption() {
    let html = render("![A <b> map](/images/map.svg \"Where *it* stands\")\n").html;
    assert_eq!(
        html,
        "<figure class=\"picture\"><img src=\"/images/map.svg\" alt=\"A &lt;b&gt; map\" loading=\"lazy\"><figcaption>Where *it* stands</figcaption></figure>\n"
    );
    assert!(render("![A](/a.svg) text\n").html.starts_with("<p><img"));
}

proptest! {
    #[test]
    fn whatever_a_shortcode_says_is_escaped(text in "[ -~\n<>`#*|\\[\\]{}\"]{0,120}") {
        let html = render(&format!("a {{{{ bold text=\"{text}\" }}}}\n\n{{{{ box text=\"{text}\" }}}}\n{text}")).html;
        let bare = html.to_lowercase();
        prop_assert!(!bare.contains("<script") && !bare.contains("<i>"), "{}", html);
    }
}
