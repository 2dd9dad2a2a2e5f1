//! What people say of a change, beside it.

use super::super::document::prose;
use crate::{
    analysis::{Analysis, Change},
    catalog::{Acknowledgement, Catalog},
    chart::Chart,
    finding::Finding,
    markdown::is_safe,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Who speaks of a change.
pub(super) fn acknowledgement_of<'a>(
    catalog: &'a Catalog,
    change: &Change<'_>,
) -> Option<&'a Acknowledgement> {
    catalog.acknowledgements.iter().find(|known| known.changes().any(|(id, _)| id == change.id))
}

/// What is said of a change in short, with where more is said; nothing where nobody speaks of it.
pub(super) fn said_of(catalog: &Catalog, change: &Change<'_>) -> Option<Value> {
    let known = acknowledgement_of(catalog, change)?;
    Some(
        json!({ "status": known.facts.status.word(), "cause": known.facts.cause, "href": format!("#said-{}", known.slug) }),
    )
}

/// Everything that people say of these changes, each file once, and the charts in it.
pub(super) fn all_said(analysis: &Analysis<'_>, changes: &[&Change<'_>]) -> (Vec<Value>, Vec<Chart>) {
    let speaks = |known: &&Acknowledgement| {
        known.changes().any(|(id, _)| changes.iter().any(|change| change.id == id))
    };
    let said = analysis.catalog.acknowledgements.iter().filter(speaks).map(|known| said(analysis, known));
    let (said, charts): (Vec<Value>, Vec<Vec<Chart>>) = said.unzip();
    (said, charts.into_iter().flatten().collect())
}

fn said(analysis: &Analysis<'_>, known: &Acknowledgement) -> (Value, Vec<Chart>) {
    let facts = &known.facts;
    let sources: Vec<Value> = (facts.sources.iter())
        .map(|source| json!({ "title": source.title, "url": source.url.as_ref().filter(|url| is_safe(url)) }))
        .collect();
    let prose = prose(analysis, &known.text);
    let content = json!({
        "id": format!("said-{}", known.slug),
        "status": facts.status.word(),
        "cause": facts.cause,
        "by": facts.by,
        "date": facts.date.map(|date| date.to_string()),
        "html": prose.content["html"],
        "sources": sources,
    });
    (content, prose.charts)
}

/// Acknowledgements of changes that the histories don't have: mistyped, or moved by runs that came later.
pub(crate) fn unknown_changes(analysis: &Analysis<'_>) -> Vec<Finding> {
    if analysis.catalog.acknowledgements.is_empty() {
        return Vec::new();
    }
    let found = analysis.trends().changes();
    let ids: BTreeSet<&str> = found.iter().map(|(_, change)| change.id.as_str()).collect();
    let named = analysis
        .catalog
        .acknowledgements
        .iter()
        .flat_map(|known| known.changes().map(move |(id, line)| (known, id, line)));
    named
        .filter(|(_, id, _)| !ids.contains(id))
        .map(|(known, id, line)| {
            let message = format!(
                "no change has the id `{id}`. Copy it from the trends page of its series; if later runs moved the change, take its new id, and if they undid it, remove this one"
            );
            Finding::warning(&known.text.file, Some(line), message)
        })
        .collect()
}
