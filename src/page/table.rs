//! A table as data, and as HTML.

use super::{Link, label};
use crate::{
    analysis::{Claim, Label},
    html::Escaped,
    verdict,
};
use std::fmt::Write;

/// A table.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    /// What the table shows.
    pub(super) caption: String,
    /// Its columns.
    pub(super) columns: Vec<Column>,
    /// Its rows; each has a cell for each column, the first being the row's heading.
    pub(super) rows: Vec<Vec<Cell>>,
}

/// A column.
#[derive(Clone, Debug)]
pub(super) struct Column {
    /// Heading.
    pub(super) label: String,
    /// Unit, in small print under the heading.
    pub(super) unit: &'static str,
    /// Whether its cells are figures, set flush right.
    pub(super) numeric: bool,
}

/// A cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Cell {
    /// The text; an absent figure is an empty text, and is shown as a gap.
    pub(super) text: String,
    /// Where it leads.
    pub(super) href: Option<String>,
    /// A remark in small print.
    pub(super) remark: String,
    /// What the result in it is, where it isn't official.
    pub(super) label: Option<Label>,
    /// The two measurements that an interpolated value lies between.
    pub(super) between: Option<[Link; 2]>,
    /// Whether it is the best of its kind.
    pub(super) best: bool,
    /// A class of its own; empty for none.
    pub(super) class: &'static str,
}

impl Column {
    /// A column of words.
    pub(super) fn words(label: impl Into<String>) -> Self {
        Self { label: label.into(), unit: "", numeric: false }
    }

    /// A column of figures.
    pub(super) fn figures(label: impl Into<String>, unit: &'static str) -> Self {
        Self { label: label.into(), unit, numeric: true }
    }
}

impl Cell {
    /// Plain text.
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// A link.
    pub(super) fn link(text: impl Into<String>, href: impl Into<String>) -> Self {
        Self { text: text.into(), href: Some(href.into()), ..Self::default() }
    }

    /// A link where there is a page that it can lead to, else plain text.
    pub(super) fn maybe_link(text: impl Into<String>, href: Option<String>) -> Self {
        Self { text: text.into(), href, ..Self::default() }
    }

    /// A figure, or a gap.
    pub(super) fn figure(value: Option<f64>) -> Self {
        Self::text(value.map(crate::format::figure).unwrap_or_default())
    }

    /// What is claimed of a comparison.
    pub(super) fn claim(text: impl Into<String>, claim: &Claim) -> Self {
        Self { class: verdict::claim_class(claim), ..Self::text(text) }
    }

    /// The same cell with the label of the result in it, where that isn't official.
    pub(super) fn label(mut self, label: Label) -> Self {
        self.label = (label != Label::Official).then_some(label);
        self
    }

    /// The same cell with a remark.
    pub(super) fn remark(mut self, remark: impl Into<String>) -> Self {
        self.remark = remark.into();
        self
    }
}

impl Table {
    /// The table as HTML, in a frame of its own that scrolls sideways when it must.
    pub(super) fn html(&self) -> String {
        let mut html = String::with_capacity(256 + self.rows.len() * self.columns.len() * 24);
        let caption = Escaped(&self.caption);
        let _ =
            write!(html, "<div class=\"scroll\" role=\"region\" aria-label=\"{caption}\" tabindex=\"0\">");
        let _ = write!(html, "<table><caption>{caption}</caption><thead><tr>");
        for column in &self.columns {
            let class = if column.numeric { " class=\"n\"" } else { "" };
            let _ = write!(html, "<th scope=\"col\"{class}>{}", Escaped(&column.label));
            if !column.unit.is_empty() {
                let _ = write!(html, " <small>{}</small>", Escaped(column.unit));
            }
            html.push_str("</th>");
        }
        html.push_str("</tr></thead><tbody>");
        for row in &self.rows {
            html.push_str("<tr>");
            for (index, (cell, column)) in row.iter().zip(&self.columns).enumerate() {
                cell.write(&mut html, index == 0, column.numeric);
            }
            html.push_str("</tr>");
        }
        html.push_str("</tbody></table></div>");
        html
    }
}

impl Cell {
    fn write(&self, html: &mut String, heading: bool, numeric: bool) {
        html.push_str(if heading { "<th scope=\"row\"" } else { "<td" });
        let classes = [(numeric, "n"), (numeric && self.best, "best"), (!self.class.is_empty(), self.class)];
        let classes: Vec<&str> =
            classes.into_iter().filter_map(|(applies, class)| applies.then_some(class)).collect();
        if !classes.is_empty() {
            let _ = write!(html, " class=\"{}\"", classes.join(" "));
        }
        html.push('>');
        if self.text.is_empty() && self.remark.is_empty() {
            html.push_str("<span class=\"gap\">—</span>");
        } else if let Some(href) = &self.href {
            let _ = write!(html, "<a href=\"{}\">{}</a>", Escaped(href), Escaped(&self.text));
        } else {
            let _ = write!(html, "{}", Escaped(&self.text));
        }
        if let Some(label) = self.label {
            let _ = write!(html, " {}", label::html(label));
        }
        if !self.remark.is_empty() {
            let start = if self.text.is_empty() { "<small class=\"how\">" } else { " <small>" };
            let _ = write!(html, "{start}{}</small>", Escaped(&self.remark));
        }
        if let Some([below, above]) = &self.between {
            let _ = write!(
                html,
                " <small class=\"between\">between <a href=\"{}\">{}</a> and <a href=\"{}\">{}</a></small>",
                Escaped(&below.href),
                Escaped(&below.text),
                Escaped(&above.href),
                Escaped(&above.text)
            );
        }
        html.push_str(if heading { "</th>" } else { "</td>" });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_is_a_dash_and_never_a_zero_and_text_is_escaped() {
        let table = Table {
            caption: "Figures <of> things".into(),
            columns: vec![Column::words("Name"), Column::figures("Throughput", "tok/s")],
            rows: vec![
                vec![Cell::link("<b>", "/a/?x=1&y=2"), Cell::figure(None)],
                vec![Cell::text("B"), Cell::figure(Some(1234.5)).remark("measured")],
            ],
        };
        insta::assert_snapshot!(table.html());
    }
}
