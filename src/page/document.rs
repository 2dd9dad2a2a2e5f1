//! Pages of prose: documentation, reports, and the page for addresses that lead nowhere.

use super::{LazyPage, Link, Page, Subject, shortcode};
use crate::{
    analysis::Analysis,
    catalog::{Document, Text},
    chart::Chart,
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
                "href": format!("{path}{}/", document.slug),
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
        path: format!("{}{}/", parent.href, document.slug),
        title: document.facts.title.clone(),
        description: document.facts.description.clone(),
        template: "document",
        breadcrumbs: vec![parent],
        content: json!({
            "prose": prose.content,
            "date": document.facts.date.map(|day| day.to_string()),
        }),
        charts: prose.charts,
        modified: document.facts.date.max(document.text.changed),
        subject: Subject::Article { published: document.facts.date },
        source: Some(document.text.file.clone()),
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
