//! Atom (RFC 4287).

use crate::{
    config::Config,
    html::Escaped,
    page::{Feed, FeedEntry},
};
use jiff::civil::Date;
use std::fmt::Write;

/// The feed of a page as Atom, at `own` without its ending. A feed of nothing is dated 1970-01-01, since the format asks for a day.
pub(super) fn atom(config: &Config, page: &str, own: &str, feed: &Feed) -> String {
    let base = &config.base_url;
    let updated = feed.entries.iter().map(|entry| entry.changed).max();
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{language}\">\n\
         <id>{own}.xml</id>\n<title>{title}</title>\n<updated>{updated}T00:00:00Z</updated>\n\
         <author><name>{author}</name></author>\n<link href=\"{address}\"/>\n\
         <link rel=\"self\" type=\"application/atom+xml\" href=\"{own}.xml\"/>\n",
        language = text(&config.language),
        address = text(&format!("{base}{page}")),
        own = text(&format!("{base}{own}")),
        title = text(&feed.title),
        updated = updated.unwrap_or(Date::constant(1970, 1, 1)),
        author = text(&config.publisher),
    );
    for entry in &feed.entries {
        write_entry(&mut xml, base, entry);
    }
    xml.push_str("</feed>\n");
    xml
}

fn write_entry(xml: &mut String, base: &str, entry: &FeedEntry) {
    let address = text(&format!("{base}{}", entry.path));
    let _ = writeln!(
        xml,
        "<entry><id>{address}</id><title>{title}</title><published>{day}T00:00:00Z</published>\
         <updated>{changed}T00:00:00Z</updated><link href=\"{address}\"/><summary>{summary}</summary></entry>",
        title = text(&entry.title),
        day = entry.day,
        changed = entry.changed,
        summary = text(&entry.summary),
    );
}

/// Escaped text without the characters that XML 1.0 has no place for, not even escaped: one of them makes readers refuse
/// the whole feed.
fn text(text: &str) -> String {
    let has_no_place =
        |c: char| (c.is_control() && !"\t\n\r".contains(c)) || matches!(c, '\u{fffe}' | '\u{ffff}');
    Escaped(&text.chars().filter(|c| !has_no_place(*c)).collect::<String>()).to_string()
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn the_newest_change_dates_the_feed_and_text_from_outside_is_only_text() {
        insta::assert_snapshot!(atom(&samples::config(), "/models/a/", "/models/a/feed", &samples::feed()));
    }

    #[test]
    fn a_feed_of_nothing_is_still_a_feed_and_never_names_today() {
        let xml = atom(&samples::config(), "/", "/feed", &Feed { title: "R".into(), entries: Vec::new() });
        assert!(xml.contains("<updated>1970-01-01T00:00:00Z</updated>") && xml.ends_with("</feed>\n"));
    }
}
