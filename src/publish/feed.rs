//! The Atom feed (RFC 4287) of new runs.

use super::OutputFile;
use crate::html::Escaped;
use jiff::civil::Date;
use std::fmt::Write;

/// One entry of a feed.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Path from the site's root; with the site's address it is also the entry's id, so it never changes.
    pub path: String,
    /// Title.
    pub title: String,
    /// One or two sentences.
    pub summary: String,
    /// The day.
    pub day: Date,
}

/// The feed at `path`. Times come from the entries, never from the clock, so that a build can be repeated.
pub fn atom(base_url: &str, path: &str, title: &str, author: &str, entries: &[Entry]) -> OutputFile {
    let updated = entries.iter().map(|entry| entry.day).max().unwrap_or(Date::constant(1970, 1, 1));
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n\
         <id>{base}/{path}</id>\n<title>{title}</title>\n<updated>{updated}T00:00:00Z</updated>\n\
         <author><name>{author}</name></author>\n<link href=\"{base}/\"/>\n<link rel=\"self\" href=\"{base}/{path}\"/>\n",
        base = Escaped(base_url),
        title = Escaped(title),
        author = Escaped(author),
    );
    for entry in entries {
        let _ = writeln!(
            xml,
            "<entry><id>{base}{path}</id><title>{title}</title><updated>{day}T00:00:00Z</updated>\
             <link href=\"{base}{path}\"/><summary>{summary}</summary></entry>",
            base = Escaped(base_url),
            path = Escaped(&entry.path),
            title = Escaped(&entry.title),
            day = entry.day,
            summary = Escaped(&entry.summary),
        );
    }
    xml.push_str("</feed>\n");
    OutputFile::new(path, xml)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(path: &str, title: &str, day: &str) -> Entry {
        let day = day.parse().expect("a date");
        Entry { path: path.into(), title: title.into(), summary: "Two & <three>.".into(), day }
    }

    #[test]
    fn the_newest_entry_dates_the_feed_and_ids_are_addresses() {
        let entries = [entry("/runs/1/", "One", "2026-01-02"), entry("/runs/2/", "Two", "2026-01-01")];
        let file = atom("https://e.org/p", "feed.xml", "Runs", "Us", &entries);
        assert_eq!(file.path, "feed.xml");
        insta::assert_snapshot!(String::from_utf8(file.bytes).expect("text"));
    }

    #[test]
    fn a_feed_of_nothing_is_still_a_feed_and_never_names_today() {
        let xml = String::from_utf8(atom("https://e.org", "feed.xml", "R", "U", &[]).bytes).expect("text");
        assert!(xml.contains("<updated>1970-01-01T00:00:00Z</updated>") && xml.ends_with("</feed>\n"));
    }

    #[test]
    fn text_from_outside_is_escaped() {
        let hostile = [entry("/runs/1/", "</title><script>", "2026-01-01")];
        let xml = String::from_utf8(atom("https://e.org", "f", "\"<", "&", &hostile).bytes).expect("text");
        assert!(!xml.contains("<script>") && xml.contains("Two &amp; &lt;three&gt;."), "{xml}");
        assert!(xml.contains("<title>&quot;&lt;</title>") && xml.contains("<name>&amp;</name>"));
    }
}
