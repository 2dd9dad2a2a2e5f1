//! What the server adds to pages: the script that reloads them, and the error of a failed build.
//!
//! Everything comes as files of our own, which the pages' content-security policy allows.

use super::live::Live;

/// Reloads the page when the site is another.
pub(super) const SCRIPT: &str = "\
const { version } = document.currentScript.dataset;
const events = new EventSource(`/_site/events?version=${version}`);
events.addEventListener('message', () => location.reload());
";

/// How errors look.
pub(super) const STYLE: &str = "\
#site-error {
  position: fixed; inset: auto 0 0 0; z-index: 2147483647; max-height: 60vh; overflow: auto;
  margin: 0; padding: 1rem 1.5rem; background: #2b0a0a; color: #fff; border-top: 4px solid #e5484d;
  font: 1rem/1.5 system-ui, sans-serif;
}
#site-error pre { margin: .5rem 0 0; font: .9rem/1.5 ui-monospace, monospace; white-space: pre-wrap; }
";

/// A page that is nothing but the error: there has been no good build.
pub(super) const EMPTY_PAGE: &str = "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\">\
    <title>The site can't be built</title></head>\n<body>\n</body>\n</html>\n";

/// A page for addresses that the site doesn't have, when it has no `404.html`.
pub(super) const NOT_FOUND_PAGE: &str = "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\">\
    <title>Not found</title></head>\n<body>\n<p>There is no such page. <a href=\"/\">Start page</a></p>\n\
    </body>\n</html>\n";

/// The page with what the server adds.
pub(super) fn add_to(page: &[u8], live: &Live) -> Vec<u8> {
    let mut added =
        format!("<script src=\"/_site/reload.js\" data-version=\"{}\"></script>\n", live.version());
    if let Some(error) = live.error() {
        added.push_str(&format!(
            "<link rel=\"stylesheet\" href=\"/_site/error.css\">\n<section id=\"site-error\" role=\"alert\">\
             <strong>The site can't be built</strong><pre>{}</pre></section>\n",
            escape(error)
        ));
    }
    let end = page.windows(7).rposition(|part| part.eq_ignore_ascii_case(b"</body>")).unwrap_or(page.len());
    [&page[..end], added.as_bytes(), &page[end..]].concat()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn added(page: &str, error: Option<&str>) -> String {
        let mut live = Live::new();
        if let Some(error) = error {
            live.update(Err(error.to_owned()));
        }
        String::from_utf8(add_to(page.as_bytes(), &live)).unwrap()
    }

    #[test]
    fn the_script_goes_to_the_end_of_the_body() {
        let page = added("<p>The text &lt;/body> is no end</p></BODY></html>", None);
        assert!(page.starts_with("<p>The text &lt;/body> is no end</p><script src"), "{page}");
        assert!(page.ends_with("</script>\n</BODY></html>") && !page.contains("site-error"), "{page}");
        assert!(added("<p>no body", None).starts_with("<p>no body<script"));
    }

    #[test]
    fn an_error_is_text_and_nothing_else() {
        let page = added("<body></body>", Some("content/a.md:3: <script>alert(1)</script> & \"more\""));
        assert!(page.contains("<pre>content/a.md:3: &lt;script&gt;alert(1)&lt;/script&gt; &amp; "), "{page}");
    }
}
