//! A site as it works from a folder, without a server: `file://` in a browser.
//!
//! Every page, chart, table and file is there, and links lead from one to the other. What needs scripts does not work, because
//! browsers load no modules from files: the explorer, live charts, the search, questions in SQL and the answers to service levels
//! that weren't prepared. The choice of theme works, which is a plain script.

use crate::publish::OutputFile;
use rayon::prelude::*;

/// What the folder says of itself.
const README: &str = "Open index.html in a browser.\n\n\
    Every page, chart, table and dataset of the site is here, and links lead from one to the other. What needs scripts does\n\
    not work from a folder: the explorer, charts that answer to the pointer, the search,\n\
    questions in SQL, and service levels of one's own.\n";

/// The same site for a folder. `base_path` is the path that it was built to be published below.
pub fn offline(files: Vec<OutputFile>, base_path: &str) -> Vec<OutputFile> {
    let mut files: Vec<OutputFile> = files
        .into_par_iter()
        .map(|file| match file.path.ends_with(".html") {
            true => page(file, base_path),
            false => file,
        })
        .collect();
    files.push(OutputFile::new("README.txt", README));
    files
}

fn page(file: OutputFile, base_path: &str) -> OutputFile {
    let bytes = file.bytes();
    let html = String::from_utf8_lossy(&bytes);
    let up = "../".repeat(file.path.matches('/').count());
    let html = without(&html, "<script type=\"module\"", "</script>");
    let html = without(&html, "<link rel=\"modulepreload\"", ">");
    let html = without(&html, "<link rel=\"manifest\"", ">");
    // A file has no origin, and what has none can't be checked.
    let html = without(&html, " integrity=\"", "\"");
    let html = relative(&html, "href", base_path, &up);
    let html = relative(&html, "src", base_path, &up);
    OutputFile::new(file.path, html)
}

/// The text without everything from `start` to the next `end`, both included.
fn without(text: &str, start: &str, end: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, found)) = rest.split_once(start) {
        kept.push_str(before);
        rest = found.split_once(end).map_or("", |(_, after)| after);
    }
    kept + rest
}

/// Makes the addresses of an attribute relative to the page. Quotes in text are always escaped, so what is looked for only
/// ever starts an attribute.
fn relative(html: &str, attribute: &str, base_path: &str, up: &str) -> String {
    let start = format!(" {attribute}=\"{base_path}/");
    let mut parts = html.split(&start);
    let mut written = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (address, rest) = part.split_once('"').unwrap_or((part, ""));
        let end = address.find(['#', '?']).unwrap_or(address.len());
        let (path, place) = address.split_at(end);
        let index = if path.is_empty() || path.ends_with('/') { "index.html" } else { "" };
        // Files have no queries.
        let place = place.split_once('#').map(|(_, anchor)| format!("#{anchor}")).unwrap_or_default();
        written.push_str(&format!(" {attribute}=\"{up}{path}{index}{place}\"{rest}"));
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turned(path: &str, html: &str, base_path: &str) -> String {
        let files = offline(vec![OutputFile::new(path, html)], base_path);
        String::from_utf8(files[0].bytes().into_owned()).expect("text")
    }

    #[test]
    fn addresses_lead_to_files_from_wherever_a_page_lies() {
        let html = r##"<a href="/">h</a><a href="/a/b/#c">x</a><a href="/a/?q=1">y</a><img src="/i.png"><a href="#here">z</a><a href="https://e.org/">e</a>"##;
        assert_eq!(
            turned("a/b/index.html", html, ""),
            r##"<a href="../../index.html">h</a><a href="../../a/b/index.html#c">x</a><a href="../../a/index.html">y</a><img src="../../i.png"><a href="#here">z</a><a href="https://e.org/">e</a>"##
        );
        assert_eq!(turned("404.html", r#"<a href="/p/x/">x</a>"#, "/p"), r#"<a href="x/index.html">x</a>"#);
    }

    #[test]
    fn what_a_folder_cannot_load_is_left_out() {
        let html = r#"<link rel="stylesheet" href="/s.css" integrity="sha384-x"><script src="/t.js" integrity="sha384-y"></script><script type="module" src="/m.js" integrity="z"></script><script type="application/ld+json">{}</script>"#;
        assert_eq!(
            turned("index.html", html, ""),
            r#"<link rel="stylesheet" href="s.css"><script src="t.js"></script><script type="application/ld+json">{}</script>"#
        );
    }
}
