//! The sitemap (sitemaps.org, protocol 0.9) and robots.txt.

use super::OutputFile;
use crate::html::Escaped;
use jiff::civil::Date;
use std::fmt::Write;

/// One page, as lists of all pages have it: the sitemap, the search index, `llms.txt`.
#[derive(Clone, Debug, Default)]
pub struct Address {
    /// Path from the site's root.
    pub path: String,
    /// Its title.
    pub title: String,
    /// What it is about, in a sentence.
    pub description: String,
    /// Other words that readers may look for.
    pub keywords: String,
    /// The day of the newest thing on the page, when it has one.
    pub modified: Option<Date>,
}

/// The protocol's limit on the addresses of one file.
const LIMIT: usize = 50_000;

/// `sitemap.xml` (with parts, when there are more addresses than one file may hold) and `robots.txt`.
pub fn sitemap(base_url: &str, addresses: &[Address]) -> Vec<OutputFile> {
    let robots = format!("User-agent: *\nAllow: /\n\nSitemap: {base_url}/sitemap.xml\n");
    let mut files = vec![OutputFile::new("robots.txt", robots)];
    let parts: Vec<&[Address]> = addresses.chunks(LIMIT).collect();
    if let [] | [_] = parts.as_slice() {
        files.push(OutputFile::new("sitemap.xml", part(base_url, addresses)));
        return files;
    }
    let mut index = header("sitemapindex");
    for (number, addresses) in parts.into_iter().enumerate() {
        let name = format!("sitemap-{}.xml", number + 1);
        let _ = writeln!(index, "<sitemap><loc>{}/{name}</loc></sitemap>", Escaped(base_url));
        files.push(OutputFile::new(name, part(base_url, addresses)));
    }
    index.push_str("</sitemapindex>\n");
    files.push(OutputFile::new("sitemap.xml", index));
    files
}

fn header(root: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{root} xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n"
    )
}

fn part(base_url: &str, addresses: &[Address]) -> String {
    let mut xml = header("urlset");
    for address in addresses {
        let _ = write!(xml, "<url><loc>{}{}</loc>", Escaped(base_url), Escaped(&address.path));
        if let Some(day) = address.modified {
            let _ = write!(xml, "<lastmod>{day}</lastmod>");
        }
        xml.push_str("</url>\n");
    }
    xml.push_str("</urlset>\n");
    xml
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_addresses_than_a_file_may_hold_become_an_index() {
        let addresses: Vec<Address> =
            (0..50_001).map(|n| Address { path: format!("/runs/{n}/"), ..Address::default() }).collect();
        let names: Vec<String> =
            sitemap("https://e.org", &addresses).into_iter().map(|file| file.path).collect();
        assert_eq!(names, ["robots.txt", "sitemap-1.xml", "sitemap-2.xml", "sitemap.xml"]);
    }
}
