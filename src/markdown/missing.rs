//! Links and footnotes that lead to no definition. Markdown shows them as they stand, so nobody sees an error.

use super::{Lines, Remark};
use pulldown_cmark::{BrokenLink, CowStr, Event, LinkType};
use std::{collections::BTreeSet, ops::Range};

/// What was found while a text was parsed, as places in it.
pub(super) struct Missing<'a> {
    text: &'a str,
    places: BTreeSet<(usize, usize)>,
}

impl<'a> Missing<'a> {
    /// Nothing yet.
    pub(super) fn of(text: &'a str) -> Self {
        Self { text, places: BTreeSet::new() }
    }

    /// Takes down what the parser found no definition of, and offers none. A bracket alone may be meant for one; two pairs, or an
    /// address after it, were meant for a link.
    pub(super) fn link<'t>(&mut self, link: &BrokenLink<'_>) -> Option<(CowStr<'t>, CowStr<'t>)> {
        let Range { start, end } = link.span.clone();
        let after = self.text.get(end..).unwrap_or_default();
        let address = after.strip_prefix('(').and_then(|rest| rest.split_once(')')).map(|(inside, _)| inside);
        let is_address = |inside: &&str| inside.starts_with(['/', '#', '.']) || inside.contains("://");
        let end = match (address.filter(is_address), link.link_type) {
            (Some(address), _) => end + address.len() + "()".len(),
            (None, LinkType::Collapsed) => end + "[]".len(),
            (None, LinkType::Reference) => end,
            (None, _) => return None,
        };
        self.places.insert((start, end));
        None
    }

    /// Takes down text that was meant for the mark of a footnote.
    pub(super) fn text(&mut self, event: &Event<'_>, range: &Range<usize>) {
        let around = (self.text.get(..range.start), self.text.get(range.end..));
        if let (Event::Text(mark), (Some(before), Some(after))) = (event, around)
            && mark.starts_with('^')
            && before.ends_with('[')
            && after.starts_with(']')
        {
            self.places.insert((range.start - 1, range.end + 1));
        }
    }

    /// What there is to say of them, with their lines.
    pub(super) fn remarks(self) -> Vec<(usize, Remark)> {
        let mut lines = Lines::of(self.text);
        let written = |(start, end): (usize, usize)| {
            let written = self.text.get(start..end).unwrap_or_default().to_owned();
            (lines.at(start), Remark::NoLink(written))
        };
        self.places.into_iter().map(written).collect()
    }
}
