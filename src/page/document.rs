//! Pages of prose: documentation, reports, and the page for addresses that lead nowhere.

use super::{LazyPage, Link, Page};
use crate::{
    analysis::Analysis,
    catalog::{Document, Text},
    markdown,
};
use serde_json::{Value, json};

/// Rendered Markdown and its table of contents, for a template.
pub(super) fn prose(text: &Text) -> Value {
    let rendered = markdown::render(&text.markdown);
    json!({ "html": rendered.html, "contents": rendered.contents })
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
        pages.push(Box::new(move || page(document, Link::new("Documentation", "/docs/"))));
    }
    if !catalog.reports.is_empty() {
        pages.push(Box::new(|| {
            list("/reports/", "Reports", "What was measured and what changed, in prose.", &catalog.reports)
        }));
        for report in &catalog.reports {
            pages.push(Box::new(move || page(report, Link::new("Reports", "/reports/"))));
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

fn page(document: &Document, parent: Link) -> Page {
    Page {
        path: format!("{}{}/", parent.href, document.slug),
        title: document.facts.title.clone(),
        description: document.facts.description.clone(),
        template: "document",
        breadcrumbs: vec![parent],
        content: json!({
            "prose": prose(&document.text),
            "date": document.facts.date.map(|day| day.to_string()),
            // Two hundred words a minute, and never less than one.
            "minutes": document.text.words().div_ceil(200).max(1),
        }),
        modified: document.facts.date,
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
