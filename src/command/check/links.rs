//! Whether every internal address leads somewhere, down to its anchor.

use super::html::{Scanned, scan};
use crate::{finding::Finding, markdown::is_safe, publish::OutputFile};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The published pages, scanned, and the paths of all files.
pub(crate) struct Pages {
    pages: BTreeMap<String, Scanned>,
    files: BTreeSet<String>,
    base_path: String,
}

impl Pages {
    /// Scans the pages among `files`. `base_path` is the path that the site is published below; empty for none.
    pub(crate) fn new(files: &[OutputFile], base_path: &str) -> Self {
        let pages = files
            .par_iter()
            .filter(|file| file.path.ends_with(".html"))
            .map(|file| (file.path.clone(), scan(&String::from_utf8_lossy(&file.bytes()))))
            .collect();
        let files = files.iter().map(|file| file.path.clone()).collect();
        Self { pages, files, base_path: base_path.to_owned() }
    }

    /// Faults of the HTML and addresses that lead nowhere, by page.
    pub(crate) fn findings(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (path, page) in &self.pages {
            for fault in &page.faults {
                findings.push(Finding::error(
                    format!("public/{path}"),
                    None,
                    format!("HTML: {fault}. Mend the template"),
                ));
            }
            let broken: BTreeSet<String> = page
                .addresses
                .iter()
                .filter_map(|address| Some(format!("the link to `{address}` {}", self.fault(path, address)?)))
                .collect();
            findings.extend(
                broken.into_iter().map(|message| Finding::error(format!("public/{path}"), None, message)),
            );
        }
        findings
    }

    /// Why `address`, on the page at `path`, leads nowhere; nothing when it leads somewhere, or out of the site.
    pub(crate) fn fault(&self, path: &str, address: &str) -> Option<String> {
        if !is_safe(address) {
            return Some(
                "could run something in a browser. Use https:// or an address of this site".to_owned(),
            );
        }
        if ["https://", "http://", "mailto:"].iter().any(|scheme| address.starts_with(scheme)) {
            return None;
        }
        let (target, anchor) =
            address.split_once('#').map_or((address, None), |(to, anchor)| (to, Some(anchor)));
        let target = target.split('?').next().unwrap_or_default();
        let file = match self.resolve(path, target) {
            Some(file) => file,
            None => return Some("leads to no page of this site. Correct it or remove it".to_owned()),
        };
        let anchor = anchor.filter(|anchor| !anchor.is_empty())?;
        let page = self.pages.get(&file)?;
        (!page.ids.contains(anchor))
            .then(|| format!("names an anchor that /{file} doesn't have. Correct it or remove it"))
    }

    /// The file that an address names.
    fn resolve(&self, path: &str, target: &str) -> Option<String> {
        let joined = if target.is_empty() {
            path.to_owned()
        } else if let Some(absolute) = target.strip_prefix('/') {
            let below = format!("/{absolute}");
            below.strip_prefix(&self.base_path)?.trim_start_matches('/').to_owned()
        } else {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
            for part in target.split('/') {
                match part {
                    "." => {}
                    ".." => {
                        parts.pop()?;
                    }
                    part => parts.push(part),
                }
            }
            parts.join("/")
        };
        let file =
            if joined.is_empty() || joined.ends_with('/') { format!("{joined}index.html") } else { joined };
        self.files.contains(&file).then_some(file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages(base_path: &str) -> Pages {
        let files = [
            OutputFile::new("index.html", "<h1 id=\"top\">x</h1>"),
            OutputFile::new("a/index.html", "<a href=\"b.csv\">x</a><a href=\"/nowhere/\">x</a>"),
            OutputFile::new("a/b.csv", ""),
        ];
        Pages::new(&files, base_path)
    }

    #[test]
    fn addresses_are_followed_as_a_browser_would() {
        let pages = pages("");
        for good in
            ["/", "/a/", "/#top", "#", "../", "b.csv", "/a/b.csv?x=1", "https://e.org/x", "mailto:a@e.org"]
        {
            assert_eq!(pages.fault("a/index.html", good), None, "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            "javascript://x",
            "data:text/html,x",
            "/nowhere/",
            "/a",
            "/#missing",
            "c.csv",
            "../../../x",
        ] {
            assert!(pages.fault("a/index.html", bad).is_some(), "{bad}");
        }
        let findings: Vec<String> = pages.findings().iter().map(ToString::to_string).collect();
        insta::assert_snapshot!(findings.join("\n"), @"public/a/index.html: error: the link to `/nowhere/` leads to no page of this site. Correct it or remove it");
    }

    #[test]
    fn below_a_path_only_links_below_it_lead_somewhere() {
        let pages = pages("/preview");
        assert_eq!(pages.fault("index.html", "/preview/a/"), None);
        assert!(pages.fault("index.html", "/a/").is_some());
    }
}
