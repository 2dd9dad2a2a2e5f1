//! Reads published HTML the strict way: what its links, ids and images are, and whether its elements nest.

use std::collections::BTreeSet;

/// What a page's HTML holds.
#[derive(Debug, Default)]
pub(crate) struct Scanned {
    /// Every id.
    pub(crate) ids: BTreeSet<String>,
    /// Every address in `href` and `src`, as written, with character references resolved.
    pub(crate) addresses: Vec<String>,
    /// What is wrong with the HTML itself.
    pub(crate) faults: Vec<String>,
}

/// Elements that have no end.
const VOID: [&str; 9] = ["br", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];

/// Scans a whole page.
pub(crate) fn scan(html: &str) -> Scanned {
    let mut scanned = Scanned::default();
    let mut open: Vec<&str> = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        rest = &rest[start..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
        } else if rest.starts_with("<!") || rest.starts_with("<?") {
            rest = rest.find('>').map_or("", |end| &rest[end + 1..]);
        } else if let Some(closing) = rest.strip_prefix("</") {
            let end = closing.find('>').unwrap_or(closing.len());
            let name = closing[..end].trim();
            match open.pop() {
                Some(expected) if expected == name => {}
                Some(expected) => {
                    scanned.faults.push(format!("</{name}> where </{expected}> was expected"));
                    // Carry on as browsers do, so that one fault gives one message.
                    if let Some(position) = open.iter().rposition(|element| *element == name) {
                        open.truncate(position);
                    }
                }
                None => scanned.faults.push(format!("</{name}> closes nothing")),
            }
            rest = closing.get(end + 1..).unwrap_or_default();
        } else {
            rest = opening(&rest[1..], &mut scanned, &mut open);
        }
    }
    for element in open {
        scanned.faults.push(format!("<{element}> is never closed"));
    }
    scanned
}

/// Takes one start tag, without its `<`, and gives what follows it.
fn opening<'a>(text: &'a str, scanned: &mut Scanned, open: &mut Vec<&'a str>) -> &'a str {
    let end = text.find(|c: char| c.is_whitespace() || c == '>' || c == '/').unwrap_or(text.len());
    let (name, mut rest) = text.split_at(end);
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        scanned.faults.push(format!("a `<` that starts no element: <{}", &text[..text.len().min(20)]));
        return rest;
    }
    let mut has_alt = false;
    let mut self_closing = false;
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix('>') {
            rest = after;
            break;
        }
        if let Some(after) = rest.strip_prefix("/>") {
            (self_closing, rest) = (true, after);
            break;
        }
        let Some((attribute, value, after)) = attribute(rest) else {
            scanned.faults.push(format!("<{name}> has an attribute without quotes, or no end"));
            return rest.get(1..).unwrap_or_default();
        };
        match attribute {
            "id" if !scanned.ids.insert(value.clone()) => {
                scanned.faults.push(format!("the id `{value}` is there twice"));
            }
            "href" | "src" => scanned.addresses.push(value),
            "alt" => has_alt = true,
            _ => {}
        }
        rest = after;
    }
    if name == "img" && !has_alt {
        scanned.faults.push("an image without alt".to_owned());
    }
    if !self_closing && !VOID.contains(&name) {
        open.push(name);
    }
    rest
}

/// One attribute: its name, its value, and what follows.
fn attribute(text: &str) -> Option<(&str, String, &str)> {
    let end = text.find(|c: char| c.is_whitespace() || "=/>".contains(c))?;
    let (name, rest) = text.split_at(end);
    if name.is_empty() {
        return None;
    }
    let Some(value) = rest.strip_prefix('=') else { return Some((name, String::new(), rest)) };
    let value = value.strip_prefix('"')?;
    let end = value.find('"')?;
    Some((name, unescaped(&value[..end]), &value[end + 1..]))
}

fn unescaped(text: &str) -> String {
    text.replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&#x27;", "'")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&#x2F;", "/")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_ids_and_images_are_found() {
        let scanned = scan(
            r##"<!doctype html><p id="a"><a href="/x/?a=1&amp;b">x</a><img src="i.png" alt=""><br></p>"##,
        );
        assert_eq!(scanned.addresses, ["/x/?a=1&b", "i.png"]);
        assert!(scanned.ids.contains("a"));
        assert_eq!(scanned.faults, [""; 0]);
    }

    #[test]
    fn each_fault_is_told_once() {
        let faults = |html: &str| scan(html).faults.join("; ");
        assert_eq!(faults("<p><b>x</p>"), "</p> where </b> was expected");
        assert_eq!(faults("<p>"), "<p> is never closed");
        assert_eq!(faults("</p>"), "</p> closes nothing");
        assert_eq!(faults("<img src=\"x\">"), "an image without alt");
        assert_eq!(faults("<p id=\"a\"></p><p id=\"a\"></p>"), "the id `a` is there twice");
        assert_eq!(
            faults("<a href=x>y</a>"),
            "<a> has an attribute without quotes, or no end; </a> closes nothing"
        );
        assert_eq!(faults("1 < 2"), "a `<` that starts no element: < 2");
    }
}
