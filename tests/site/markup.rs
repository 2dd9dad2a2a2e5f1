//! Whether markup nests and which pages it leads to, by a reader that shares no code with the one of `site check`.

use rayon::prelude::*;
use site::site::Built;
use std::collections::{BTreeMap, BTreeSet};

/// The first fault of an XML document (or of HTML written as strictly), if it has one.
pub(crate) fn fault(markup: &str) -> Option<String> {
    const VOID: [&str; 6] = ["meta", "link", "br", "hr", "img", "input"];
    let mut open: Vec<&str> = Vec::new();
    let mut rest = markup;
    while let Some(start) = rest.find('<') {
        if let Some(stray) = rest[..start].find('>') {
            return Some(format!("a stray > in {:?}", excerpt(&rest[stray.saturating_sub(10)..])));
        }
        rest = &rest[start + 1..];
        let end = tag_end(rest)?;
        let tag = &rest[..end];
        rest = &rest[end + 1..];
        let name = tag.trim_start_matches('/').split([' ', '\n', '/']).next().unwrap_or_default();
        if tag.starts_with(['?', '!']) || tag.ends_with('/') || VOID.contains(&name) {
            continue;
        }
        if !tag.starts_with('/') {
            open.push(name);
        } else if open.pop() != Some(name) {
            return Some(format!("</{name}> closes nothing"));
        }
    }
    open.pop().map(|name| format!("<{name}> is never closed"))
}

/// Where a tag ends: at the first `>` outside of quotes.
fn tag_end(text: &str) -> Option<usize> {
    let mut quoted = false;
    text.char_indices().find_map(|(index, character)| {
        quoted ^= character == '"';
        (character == '>' && !quoted).then_some(index)
    })
}

fn excerpt(text: &str) -> String {
    text.chars().take(40).collect()
}

/// The pages that no chain of links from the home page leads to.
pub(crate) fn unreachable(built: &Built) -> Vec<String> {
    let pages = built.files.par_iter().filter(|file| file.path.ends_with(".html"));
    let links: BTreeMap<&str, Vec<String>> = pages
        .map(|file| (file.path.as_str(), addresses(std::str::from_utf8(&file.bytes()).unwrap())))
        .collect();
    // Nobody should be led to the page for addresses that lead nowhere.
    let mut reached = BTreeSet::from(["index.html", "404.html"]);
    let mut next = vec!["index.html"];
    while let Some(page) = next.pop() {
        for target in &links[page] {
            if let Some((target, _)) = links.get_key_value(target.as_str())
                && reached.insert(target)
            {
                next.push(target);
            }
        }
    }
    // What has moved is only there for those who come from outside.
    let moved =
        |page: &str| super::builder::text(built, page).contains("<meta name=\"robots\" content=\"noindex\">");
    links.keys().filter(|page| !reached.contains(*page) && !moved(page)).map(ToString::to_string).collect()
}

/// The pages of this site that a page links to, as files.
fn addresses(html: &str) -> Vec<String> {
    html.match_indices(" href=\"/")
        .map(|(start, opening)| {
            let address = &html[start + opening.len()..];
            let path = address[..address.find('"').unwrap()].split('#').next().unwrap_or_default();
            format!("{path}index.html")
        })
        .collect()
}

#[test]
fn a_fault_is_found() {
    assert_eq!(fault("<?xml?><a><b c=\">\"/></a>"), None);
    assert!(fault("<a><b></a>").is_some() && fault("<a>").is_some() && fault("<p>a > b</p>").is_some());
}
