//! Questions to the data in SQL, answered in the reader's browser.

use super::{
    question::{PATH, questions},
    views,
};
use crate::{
    analysis::Analysis,
    dataset::{Publication, PublishedTable},
    format,
    page::{Link, Page},
};
use serde_json::{Value, json};

pub(super) fn page(analysis: &Analysis<'_>, publication: &Publication) -> Page {
    let headline = &analysis.config.headline;
    let model = analysis.catalog.models.keys().find(|key| key.as_str() == headline.model);
    let name = model.map_or(headline.model.as_str(), |key| analysis.catalog.model_name(key));
    let questions = questions(headline, name);
    Page {
        path: PATH.to_owned(),
        title: "Ask in SQL".to_owned(),
        description: "Any question to the measurements in SQL, answered in your browser as a table, a chart and CSV; its address can be shared."
            .to_owned(),
        template: "query",
        breadcrumbs: vec![Link::new("Data", "/data/")],
        content: json!({
            "database": publication.zipped.as_ref().map(|file| json!({ "href": file.href, "size": file.size })),
            "whole": publication.whole.first().map(|file| Link::new(file.name(), &file.href)),
            "first": questions.first().map(|question| &question.sql),
            "questions": questions.iter().map(|question| Link::new(&question.title, question.href())).collect::<Vec<_>>(),
            "tables": publication.tables.iter().map(table).collect::<Vec<_>>(),
            "views": views(),
        }),
        modified: publication.version.date,
        keywords: vec!["query".to_owned(), "database".to_owned(), "SQLite".to_owned()],
        ..Page::default()
    }
}

/// What can be asked for of a table.
fn table(table: &PublishedTable) -> Value {
    let columns = table.fields.iter().map(|published| {
        let field = &published.field;
        json!({ "name": field.name, "unit": field.unit, "meaning": field.description })
    });
    json!({
        "name": table.name,
        "href": table.href(),
        "description": table.description,
        "rows": format::plural(table.rows, "row", "rows"),
        "columns": columns.collect::<Vec<_>>(),
    })
}
