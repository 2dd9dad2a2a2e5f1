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
