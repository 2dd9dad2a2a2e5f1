//! Pages of prose: documentation, reports, and the page for addresses that lead nowhere.

use super::{LazyPage, Link, Page, Subject, shortcode};
use crate::{
    analysis::Analysis,
    catalog::{Catalog, Document, Period, Text},
    chart::Chart,
    finding::Finding,
    markdown::{self, Expansion},
};
use serde_json::{Value, json};

/// A text of the content as a template shows it.
pub(super) struct Prose {
    /// Its HTML, table of contents, minutes to read, and the day of its last change where that is known.
    pub(super) content: Value,
    /// The charts in it.
    pub(super) charts: Vec<Chart>,
}

/// Renders a text of the content.
pub(super) fn prose(analysis: &Analysis<'_>, text: &Text) -> Prose {
    let (rendered, charts) = shortcode::render(analysis, text);
    let content = json!({
        "html": rendered.html,
        "contents": rendered.contents,
        "terms": rendered.terms,
        // Two hundred words a minute, and never less than one.
        "minutes": text.words().div_ceil(200).max(1),
        "changed": text.changed.map(|day| day.to_string()),
    });
    Prose { content, charts }
}

pub(super) fn pages<'a>(analysis: &'a Analysis<'a>) -> Vec<LazyPage<'a>> {
    let catalog = analysis.catalog;
    let mut pages: Vec<LazyPage<'a>> = vec![Box::new(|| {
        list(
            "/docs/",
            "Documentation",
            "How the measurements are made and what they mean, and how to take part.",
            &catalog.documents,
        )
    })];
    for document in &catalog.documents {
        pages.push(Box::new(move || page(analysis, document, Link::new("Documentation", "/docs/"))));
        if document.facts.address.is_some() {
            pages.push(Box::new(move || moved(document, "/docs/")));
        }
    }
    if !catalog.reports.is_empty() {
        pages.push(Box::new(|| {
            list("/reports/", "Reports", "What was measured and what changed, in prose.", &catalog.reports)
        }));
        for report in &catalog.reports {
            pages.push(Box::new(move || page(analysis, report, Link::new("Reports", "/reports/"))));
        }
    }
    pages
}

fn list(path: &str, title: &str, description: &str, documents: &[Document]) -> Page {
    let entries: Vec<_> = documents
        .iter()
        .map(|document| {
            json!({
                "href": document.href(path),
                "title": document.facts.title,
                "description": document.facts.description,
                "date": document.facts.date.map(|day| day.to_string()),
            })
        })
        .collect();
    Page {
        path: path.to_owned(),
        title: title.to_owned(),
        description: description.to_owned(),
        template: "documents",
        content: json!({ "entries": entries }),
        ..Page::default()
    }
}

fn page(analysis: &Analysis<'_>, document: &Document, parent: Link) -> Page {
    let prose = prose(analysis, &document.text);
    Page {
        path: document.href(&parent.href),
        title: document.facts.title.clone(),
        description: document.facts.description.clone(),
        template: "document",
        breadcrumbs: vec![parent],
        content: json!({
            "prose": prose.content,
            "date": document.facts.date.map(|day| day.to_string()),
            "period": document.facts.period.as_ref().map(|period| json!({
                "until": period.until.to_string(),
                "edition": prices_of(analysis, period),
                "changed": has_changed(analysis.catalog, period),
            })),
        }),
        charts: prose.charts,
        modified: document.facts.date.max(document.text.changed),
        subject: Subject::Article { published: document.facts.date },
        source: Some(document.text.file.clone()),
        ..Page::default()
    }
}

/// The prices that a report's costs are worked out with.
fn prices_of(analysis: &Analysis<'_>, period: &Period) -> String {
    let edition = analysis.catalog.prices.on(period.until);
    match edition {
        Some(edition) => format!(
            "Costs are at the prices of the edition of {} ({}), tier “{}”.",
            edition.effective,
            edition.source,
            period.tier.describe()
        ),
        None => "No edition of prices was in force then.".to_owned(),
    }
}

/// Whether a report's figures rest on something else now than when it was written.
fn has_changed(catalog: &Catalog, period: &Period) -> bool {
    catalog.basis(period.until) != period.basis
}

/// What `site check` says of reports whose figures rest on something else now.
pub(super) fn findings(catalog: &Catalog) -> impl Iterator<Item = Finding> + '_ {
    catalog.reports.iter().filter_map(|report| {
        let period = report.facts.period.as_ref().filter(|period| has_changed(catalog, period))?;
        let message = format!(
            "runs up to {} changed since the report was written, and its figures with them. Read it again, then write it anew \
             (`site report --from {} --until {} --force`) or set basis = \"{}\"",
            period.until,
            period.from,
            period.until,
            catalog.basis(period.until)
        );
        Some(Finding::warning(&report.text.file, None, message))
    })
}

/// What stands where a document would, had it no address of its own: where each of its sections is now, under its old name.
fn moved(document: &Document, section: &str) -> Page {
    // No shortcode stands in a heading, so none needs to be worked out.
    let sections = markdown::render(&document.text.markdown, &mut |_| Ok(Expansion::Phrase(String::new())));
    let href = document.href(section);
    let title = &document.facts.title;
    Page {
        path: document.filed_under(section),
        title: format!("{title} has moved"),
        description: format!("{title} is at {href} now, with all of its sections."),
        template: "moved",
        content: json!({
            "document": Link::new(title, &href),
            "sections": sections.contents,
        }),
        moved_to: Some(href),
        ..Page::default()
    }
}

/// The page for addresses that lead nowhere.
pub(super) fn not_found() -> Page {
    Page {
        path: "/404.html".to_owned(),
        title: "Not found".to_owned(),
        description: "There is no page at this address.".to_owned(),
        template: "404",
        content: json!({}),
        ..Page::default()
    }
}
