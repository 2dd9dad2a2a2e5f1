//! One file a kind of page: what it shows, and nothing of how it is written to disk.

mod accuracy;
mod api;
mod best;
mod calculator;
mod changes;
mod charts;
mod compare;
mod coverage;
mod data;
mod document;
mod feed;
mod framework;
mod gaps;
mod hardware;
mod head_to_head;
mod home;
mod label;
mod measurement;
mod model;
mod pair;
mod percentile;
mod places;
mod power;
mod reliability;
mod repeated;
mod roofline;
mod run;
mod run_difference;
mod search;
mod shortcode;
mod styles;
mod table;
mod tombstone;
mod trends;
mod unusual;
mod view;
mod workload;

pub(crate) use best::Order;
pub use feed::{Feed, FeedEntry};
pub(crate) use measurement::{configuration, heading, outcome_words};
pub use run_difference::difference_href;
pub use styles::Styles;
pub(crate) use trends::{change_href, trend_href};
pub use view::views;

use crate::{
    analysis::Analysis,
    api::Reference,
    catalog::{Catalog, Text},
    chart::Chart,
    dataset::Publication,
    finding::{Finding, Findings},
    markdown,
};
use jiff::civil::Date;
use rayon::prelude::*;
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
    /// Other words that a reader may search for: spellings, names of what it is about.
    pub keywords: Vec<String>,
    /// What it is, to those who only see it from outside.
    pub subject: Subject,
    /// The newest runs that it is about, for those who follow it; published beside it.
    pub feed: Option<Feed>,
    /// The confirmed changes of what it is about, for those who follow them; published beside it.
    pub changes: Option<Feed>,
    /// The file that people edit to change the page.
    pub source: Option<PathBuf>,
    /// Where its content is now; no list of pages has it then.
    pub moved_to: Option<String>,
}

/// What a page is, to search engines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Subject {
    /// A page like others.
    #[default]
    Page,
    /// A text that people write.
    Article {
        /// The day of its publication, where that is known.
        published: Option<Date>,
    },
    /// Data.
    Dataset {
        /// The files that hold them, beside those of the page's charts: addresses from the site's root.
        files: Vec<String>,
        /// What they measure.
        variables: Variables,
    },
}

/// What data measure, and which version of them it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Variables {
    /// The version, where the data have one.
    pub version: Option<String>,
    /// What is measured: the columns of a table.
    pub measured: Vec<Variable>,
}

/// Something that data measure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Its name: that of the column.
    pub name: String,
    /// Its unit; empty where it has none.
    pub unit: String,
    /// What it means.
    pub description: String,
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
    publication: &'a Publication,
    api: &'a Reference,
) -> Vec<LazyPage<'a>> {
    let mut pages: Vec<LazyPage<'a>> = Vec::new();
    pages.push(Box::new(|| home::page(analysis, styles)));
    pages.extend(compare::pages(analysis, styles));
    pages.extend(model::pages(analysis));
    pages.extend(workload::pages(analysis, styles));
    pages.extend(best::pages(analysis));
    pages.push(Box::new(|| calculator::page(analysis)));
    pages.extend(hardware::pages(analysis, styles));
    pages.extend(pair::pages(analysis, styles));
    pages.extend(framework::pages(analysis));
    pages.extend(run::pages(analysis));
    pages.extend(run_difference::pages(analysis));
    pages.extend(document::pages(analysis));
    pages.extend(data::pages(analysis, publication));
    pages.push(Box::new(|| api::page(analysis, api)));
    pages.push(Box::new(|| changes::page(analysis)));
    pages.extend(trends::pages(analysis));
    pages.push(Box::new(|| accuracy::page(analysis)));
    pages.extend(power::pages(analysis, styles));
    pages.push(Box::new(|| reliability::page(analysis)));
    pages.push(Box::new(|| gaps::page(analysis)));
    pages.push(Box::new(search::page));
    pages.push(Box::new(document::not_found));
    pages
}

/// A link in somebody's Markdown.
#[derive(Clone, Debug)]
pub struct ProseLink {
    /// The Markdown file.
    pub file: PathBuf,
    /// The line in it, counted from one.
    pub line: usize,
    /// The published page that shows it: `hardware/h100/index.html`.
    pub page: String,
    /// Where it leads, as written.
    pub address: String,
}

/// What the Markdown of the content gives cause to say, and its links.
///
/// # Errors
/// Every shortcode that stands for nothing: no page may be built from it.
pub fn check_prose(analysis: &Analysis<'_>) -> Result<(Vec<Finding>, Vec<ProseLink>), Findings> {
    let texts: Vec<_> = prose_pages(analysis.catalog).collect();
    let rendered: Vec<_> = texts.par_iter().map(|(text, _)| shortcode::render(analysis, text).0).collect();
    let (mut faults, mut links) = (Vec::new(), Vec::new());
    let mut findings: Vec<Finding> = document::findings(analysis.catalog).collect();
    for ((text, page), rendered) in texts.into_iter().zip(rendered) {
        for (line, remark) in rendered.remarks {
            let stops = matches!(remark, markdown::Remark::Shortcode(_));
            let finding = remark_finding(text, text.line + line, &remark);
            if stops { &mut faults } else { &mut findings }.push(finding);
        }
        links.extend(rendered.links.into_iter().map(|(line, address)| ProseLink {
            file: text.file.clone(),
            line: text.line + line,
            page: page.clone(),
            address,
        }));
    }
    findings.extend(trends::unknown_changes(analysis));
    if faults.is_empty() { Ok((findings, links)) } else { Err(Findings(faults)) }
}

/// Every text of the content and the published file that shows it.
fn prose_pages(catalog: &Catalog) -> impl Iterator<Item = (&Text, String)> {
    let hardware =
        catalog.accelerators.values().map(|known| (&known.guide, format!("hardware/{}", known.key)));
    let models = catalog.models.values().map(|known| (&known.text, format!("models/{}", known.key)));
    let frameworks =
        catalog.frameworks.values().map(|known| (&known.text, format!("frameworks/{}", known.key)));
    let folder = |href: String| href.trim_matches('/').to_owned();
    let documents = catalog.documents.iter().map(move |known| (&known.text, folder(known.href("/docs/"))));
    let reports = catalog.reports.iter().map(move |known| (&known.text, folder(known.href("/reports/"))));
    let notebooks = catalog.notebooks.iter().map(|known| (&known.text, format!("notebooks/{}", known.slug)));
    // What is said of a change stands on its series' page; links from there are checked as from the overview.
    let changes = catalog.acknowledgements.iter().map(|known| (&known.text, "trends".to_owned()));
    let documents = documents.chain(reports).chain(notebooks).chain(changes);
    let all = hardware.chain(models).chain(frameworks).chain(documents);
    all.map(|(text, folder)| (text, format!("{folder}/index.html")))
}

fn remark_finding(text: &Text, line: usize, remark: &markdown::Remark) -> Finding {
    let (file, line) = (&text.file, Some(line));
    match remark {
        markdown::Remark::NoAlternativeText => {
            let message = "an image has no alternative text. Say in brackets what it shows: ![text](file)";
            Finding::error(file, line, message)
        }
        markdown::Remark::RawHtml => {
            Finding::warning(file, line, "raw HTML is shown as text. Write it in Markdown")
        }
        markdown::Remark::UnsafeLink(target) => {
            let message = format!(
                "the link to `{target}` was made inert. Use https://, mailto: or an address of this site"
            );
            Finding::error(file, line, message)
        }
        markdown::Remark::ForeignImage(target) => {
            let message = format!(
                "the image `{target}` is not the site's own and was left out. Put the file into static/"
            );
            Finding::error(file, line, message)
        }
        markdown::Remark::NoLink(written) => {
            let message = format!(
                "`{written}` is no link and no footnote: readers see it as it stands. Define what it refers to, or write an address without spaces, or \\[ where a bracket is meant"
            );
            Finding::warning(file, line, message)
        }
        markdown::Remark::NoWords(what) => Finding::warning(
            file,
            line,
            format!("a {what} without a word in it. Say what it is, or remove it"),
        ),
        markdown::Remark::UnusedFootnote(label) => {
            let message =
                format!("the text never refers to the footnote `{label}`. Write [^{label}] or remove it");
            Finding::warning(file, line, message)
        }
        markdown::Remark::Diagram(fault) => Finding::error(file, line, fault),
        markdown::Remark::Shortcode(fault) => Finding::error(file, line, fault),
        markdown::Remark::Table(fault) => Finding::warning(file, line, fault),
        markdown::Remark::HeadingOrder(level) => {
            let message = format!(
                "a heading of level {level} skips a level; the page's title is level 1, so sections start at `##`"
            );
            Finding::warning(file, line, message)
        }
    }
}
