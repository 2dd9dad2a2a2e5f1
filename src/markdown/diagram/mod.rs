//! Diagrams drawn at build from text: a code block of the language `diagram`. The first line is the title, every other one an
//! arrow, and whoever can't see the drawing reads the same in words.
//!
//! ```text
//! How data flows
//! records -> read
//! read -> analyse: a catalog
//! ```

mod draw;
mod layout;

use crate::html::Escaped;
use std::fmt::Write;

/// The language of its code block.
pub(super) const LANGUAGE: &str = "diagram";

/// So many boxes a reader can take in, and a page can carry.
const MOST_BOXES: usize = 40;

/// Boxes and the arrows between them.
#[derive(Debug, PartialEq, Eq)]
struct Diagram<'a> {
    title: &'a str,
    /// What stands in the boxes, in the order in which they are first named.
    boxes: Vec<&'a str>,
    arrows: Vec<Arrow<'a>>,
}

/// An arrow from one box to another, by their places in the list.
#[derive(Debug, PartialEq, Eq)]
struct Arrow<'a> {
    from: usize,
    to: usize,
    label: &'a str,
}

/// The diagram as HTML.
///
/// # Errors
/// Why the text is no diagram, and the line of it, counted from zero.
pub(super) fn render(text: &str) -> Result<String, (usize, String)> {
    let diagram = Diagram::parse(text)?;
    let layers = layout::layers(&diagram).ok_or_else(|| {
        (
            0,
            "the arrows of this diagram lead in a circle. Leave one out, and say in the text what goes back"
                .to_owned(),
        )
    })?;
    let title = Escaped(diagram.title);
    let svg = draw::svg(&diagram, &layers);
    let mut html = format!("<figure class=\"diagram\">\n<div class=\"scroll\" tabindex=\"0\">{svg}</div>\n");
    let _ = write!(
        html,
        "<figcaption>{title}</figcaption>\n<details><summary>The same in words</summary>\n<ul>\n"
    );
    for (index, name) in diagram.boxes.iter().enumerate() {
        let ends: Vec<String> = diagram
            .arrows
            .iter()
            .filter(|arrow| arrow.from == index)
            .map(|arrow| diagram.end(arrow))
            .collect();
        if !ends.is_empty() {
            let _ = writeln!(html, "<li>{} leads to {}</li>", Escaped(name), ends.join(", "));
        }
    }
    html.push_str("</ul>\n</details>\n</figure>\n");
    Ok(html)
}

impl<'a> Diagram<'a> {
    fn parse(text: &'a str) -> Result<Self, (usize, String)> {
        let mut lines =
            text.lines().enumerate().map(|(at, line)| (at, line.trim())).filter(|(_, line)| !line.is_empty());
        let Some((_, title)) = lines.next().filter(|(_, title)| !title.contains("->")) else {
            return Err((0, "a diagram starts with its title on a line of its own".to_owned()));
        };
        let mut diagram = Self { title, boxes: Vec::new(), arrows: Vec::new() };
        for (at, line) in lines {
            let Some((from, rest)) = line.split_once("->") else {
                return Err((
                    at,
                    format!("`{line}` is no arrow. Expected `from -> to` or `from -> to: label`"),
                ));
            };
            let (to, label) = rest.split_once(": ").unwrap_or((rest, ""));
            if from.trim().is_empty() || to.trim().is_empty() {
                return Err((at, format!("`{line}` has an end without a name. Expected `from -> to`")));
            }
            let (from, to) = (diagram.named(from.trim()), diagram.named(to.trim()));
            diagram.arrows.push(Arrow { from, to, label: label.trim() });
        }
        match diagram.boxes.len() {
            0 => Err((0, "a diagram has at least one arrow: `from -> to`".to_owned())),
            many if many > MOST_BOXES => {
                Err((0, format!("a diagram of {many} boxes. Expected at most {MOST_BOXES}; make two of it")))
            }
            _ => Ok(diagram),
        }
    }

    /// The place of a box; a new one at its first name.
    fn named(&mut self, name: &'a str) -> usize {
        self.boxes.iter().position(|known| *known == name).unwrap_or_else(|| {
            self.boxes.push(name);
            self.boxes.len() - 1
        })
    }

    /// Where an arrow leads, in words.
    fn end(&self, arrow: &Arrow<'_>) -> String {
        let to = Escaped(self.boxes[arrow.to]);
        if arrow.label.is_empty() { to.to_string() } else { format!("{to} ({})", Escaped(arrow.label)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn boxes_are_named_once_and_arrows_may_have_labels() {
        let diagram = Diagram::parse("Title\n\na -> b\nb -> c: by <hand>\na -> c\n").expect("a diagram");
        assert_eq!((diagram.title, diagram.boxes.as_slice()), ("Title", ["a", "b", "c"].as_slice()));
        assert_eq!(diagram.arrows[1], Arrow { from: 1, to: 2, label: "by <hand>" });
    }

    #[test]
    fn what_is_no_diagram_is_told_with_its_line() {
        let fault = |text: &str| render(text).expect_err(text);
        assert_eq!(fault("a -> b\n").0, 0);
        assert_eq!(fault("Title\na -> b\nc\n").0, 2);
        assert_eq!(fault("Title\n -> b\n").0, 1);
        assert!(fault("Title\n").1.contains("at least one arrow"));
        assert!(fault("Title\na -> b\nb -> a\n").1.contains("circle"));
        assert!(fault("Title\na -> a\n").1.contains("circle"));
        let many = (0..50).fold("Title\n".to_owned(), |text, box_| text + &format!("a -> b{box_}\n"));
        assert!(fault(&many).1.contains("51 boxes"));
    }

    #[test]
    fn a_diagram_is_drawn_and_told_in_words() {
        insta::assert_snapshot!(render("How data flows\nrecords -> read\nguides -> read\nread -> pages: a catalog\nrecords -> pages\n").expect("a diagram"));
    }

    proptest! {
        #[test]
        fn any_text_is_drawn_or_refused_and_never_runs(text in "[a-c<>&\"' \n:-]{0,60}") {
            if let Ok(html) = render(&format!("T\n{text}")) {
                prop_assert!(!html.contains("<script") && html.matches("<svg").count() == 1);
            }
        }

        #[test]
        fn arrows_always_lead_down(pairs in prop::collection::vec((0_usize..9, 0_usize..9), 1..20)) {
            let text = pairs.iter().filter(|(a, b)| a < b).fold("T\n".to_owned(), |text, (a, b)| text + &format!("n{a} -> n{b}\n"));
            if let Ok(diagram) = Diagram::parse(&text) {
                let layers = layout::layers(&diagram).expect("no circle");
                for arrow in &diagram.arrows {
                    prop_assert!(layers.layer_of(arrow.from) < layers.layer_of(arrow.to));
                }
            }
        }
    }
}
