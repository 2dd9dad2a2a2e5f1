//! One file a kind of page: what it shows, and nothing of how it is written to disk.

mod changes;
mod charts;
mod data;
mod document;
mod framework;
mod gaps;
mod hardware;
mod home;
mod measurement;
mod model;
mod pair;
mod run;
mod styles;
mod table;
mod workload;

pub use data::DatasetFile;
pub use home::run_summary;
pub use styles::Styles;

use crate::{analysis::Analysis, chart::Chart, finding::Finding, markdown};
use jiff::civil::Date;
use serde::Serialize;
use std::path::PathBuf;

/// One page of the site.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// Address, from the site's root, with a slash at both ends. The only exception is `/404.html`.
    pub path: String,
    /// Title, without the site's name.
    pub title: String,
    /// One sentence for search engines and feeds.
    pub description: String,
    /// The template, without its folder and ending.
    pub template: &'static str,
    /// The pages above it, from the home page down.
    pub breadcrumbs: Vec<Link>,
    /// What the template shows.
    pub content: serde_json::Value,
    /// Its charts; the template places each by its id.
    pub charts: Vec<Chart>,
    /// The day of the newest thing on it.
    pub modified: Option<Date>,
    /// Files that belong to the page and lie beside it: name and bytes.
    pub attachments: Vec<(String, Vec<u8>)>,
    /// The file that people edit to change the page.
    pub source: Option<PathBuf>,
}

/// A link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Link {
    /// Its text.
    pub text: String,
    /// Where it leads.
    pub href: String,
}

impl Link {
    /// A link.
    pub fn new(text: impl Into<String>, href: impl Into<String>) -> Self {
        Self { text: text.into(), href: href.into() }
    }
}

/// A page that is made when it is needed, so that a large site's pages are never all in memory.
pub type LazyPage<'a> = Box<dyn Fn() -> Page + Send + Sync + 'a>;

/// Every page of the site. A new kind of page is one file in this folder and one line here.
pub fn all<'a>(
    analysis: &'a Analysis<'a>,
    styles: &'a Styles,
    datasets: &'a [DatasetFile],
) -> Vec<LazyPage<'a>> {
    let mut pages: Vec<LazyPage<'a>> = Vec::new();
    pages.push(Box::new(|| home::page(analysis, styles)));
    pages.extend(model::pages(analysis));
    pages.extend(workload::pages(analysis, styles));
    pages.extend(hardware::pages(analysis, styles));
    pages.extend(pair::pages(analysis, styles));
    pages.extend(framework::pages(analysis));
    pages.extend(run::pages(analysis));
    pages.extend(document::pages(analysis));
    pages.push(Box::new(|| data::page(analysis, datasets)));
    pages.push(Box::new(|| changes::page(analysis)));
    pages.push(Box::new(|| gaps::page(analysis)));
    pages.push(Box::new(document::not_found));
    pages
}

/// What the Markdown of the content gives cause to say.
pub fn prose_findings(analysis: &Analysis<'_>) -> Vec<Finding> {
    let catalog = analysis.catalog;
    let texts = (catalog.accelerators.values().map(|accelerator| &accelerator.guide))
        .chain(catalog.models.values().map(|model| &model.text))
        .chain(catalog.frameworks.values().map(|framework| &framework.text))
        .chain(catalog.documents.iter().chain(&catalog.reports).map(|document| &document.text));
    let mut findings = Vec::new();
    for text in texts {
        for (line, remark) in markdown::render(&text.markdown).remarks {
            let line = Some(text.line + line);
            findings.push(match remark {
                markdown::Remark::NoAlternativeText => Finding::error(
                    &text.file,
                    line,
                    "an image has no alternative text. Say in brackets what it shows: ![text](file)",
                ),
                markdown::Remark::RawHtml => Finding::warning(
                    &text.file,
                    line,
                    "raw HTML is shown as text. Write it in Markdown",
                ),
                markdown::Remark::UnsafeLink(target) => Finding::error(
                    &text.file,
                    line,
                    format!("the link to `{target}` was made inert. Use https://, mailto: or an address of this site"),
                ),
                markdown::Remark::HeadingOrder(level) => Finding::warning(
                    &text.file,
                    line,
                    format!("a heading of level {level} skips a level; the page's title is level 1, so sections start at `##`"),
                ),
            });
        }
    }
    findings
}
