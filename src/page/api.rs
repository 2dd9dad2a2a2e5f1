//! The static API for people: the OpenAPI description as a page, nothing of it written twice.

use super::{
    Page, Subject, Variables,
    table::{Cell, Column, Table},
};
use crate::{
    analysis::Analysis,
    api::{OPENAPI, RESOURCES, Reference},
};
use serde_json::{Map, Value, json};

/// The schema of a record has a page of its own kind: the schema itself.
const RECORD: (&str, &str) = ("Run", "/schema/record-1.json");

pub(super) fn page(analysis: &Analysis<'_>, api: &Reference) -> Page {
    let paths = &api.openapi["paths"];
    let operations: Vec<&Value> = RESOURCES.iter().map(|resource| &paths[resource.path]["get"]).collect();
    let schemas = api.openapi["components"]["schemas"].as_object().cloned().unwrap_or_default();
    let resources: Vec<Value> = RESOURCES
        .iter()
        .zip(&operations)
        .zip(&api.examples)
        .map(|((resource, operation), example)| section(resource.path, operation, example.as_deref()))
        .collect();
    let contents: Vec<Value> = resources
        .iter()
        .map(|resource| json!({ "level": 2, "id": resource["id"], "text": resource["summary"] }))
        .chain([json!({ "level": 2, "id": "types", "text": "Types" })])
        .collect();
    let types: Vec<Value> = reachable(&operations, &schemas)
        .into_iter()
        .map(|name| {
            let schema = &schemas[&name];
            json!({
                "name": name,
                "id": anchor(&name),
                "description": words(&schema["description"]),
                "table": fields(&name, schema).map(|table| table.html()),
                "values": values(schema),
            })
        })
        .collect();
    Page {
        path: "/api/".to_owned(),
        title: "API".to_owned(),
        description:
            "Everything on this site as small JSON files with stable addresses, described by OpenAPI."
                .to_owned(),
        template: "api",
        content: json!({
            "info": words(&api.openapi["info"]["description"]),
            "openapi": OPENAPI,
            "contents": contents,
            "resources": resources,
            "types": types,
        }),
        modified: analysis.newest_day(),
        keywords: ["OpenAPI", "JSON", "REST", "curl"].map(str::to_owned).into(),
        subject: Subject::Dataset { files: vec![OPENAPI.to_owned()], variables: Variables::default() },
        ..Page::default()
    }
}

/// A resource as the template shows it.
fn section(path: &str, operation: &Value, example: Option<&str>) -> Value {
    let returned = &operation["responses"]["200"]["content"]["application/json"]["schema"];
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let parameters = parameters.map(
        |parameter| json!({ "name": parameter["name"], "description": words(&parameter["description"]) }),
    );
    json!({
        "id": operation["operationId"],
        "path": path,
        "summary": operation["summary"],
        "description": words(&operation["description"]),
        "deprecated": operation.get("deprecated").is_some(),
        "parameters": parameters.collect::<Vec<_>>(),
        "example": example,
        "returns": link(returned).map(|(text, href)| json!({ "text": text, "href": href })),
    })
}

fn anchor(name: &str) -> String {
    format!("type-{name}")
}

/// The name in a reference to a schema.
fn referred(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.rsplit('/').next()
}

/// The text and the target of a link to what a schema refers to.
fn link(schema: &Value) -> Option<(String, String)> {
    let name = referred(schema)?;
    let href = if name == RECORD.0 { RECORD.1.to_owned() } else { format!("#{}", anchor(name)) };
    Some((name.to_owned(), href))
}

/// The names of the types that documents consist of, each before those that it refers to; without those of records.
fn reachable(operations: &[&Value], schemas: &Map<String, Value>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for operation in operations {
        visit(operation, schemas, &mut found);
    }
    found
}

fn visit(value: &Value, schemas: &Map<String, Value>, found: &mut Vec<String>) {
    if let Some(name) = referred(value).filter(|name| *name != RECORD.0)
        && let Some(schema) = schemas.get(name)
        && !found.iter().any(|known| known == name)
    {
        found.push(name.to_owned());
        visit(schema, schemas, found);
    }
    match value {
        Value::Object(fields) => fields.values().for_each(|value| visit(value, schemas, found)),
        Value::Array(items) => items.iter().for_each(|value| visit(value, schemas, found)),
        _ => {}
    }
}

/// The fields of an object; nothing for another type.
fn fields(name: &str, schema: &Value) -> Option<Table> {
    let properties = schema["properties"].as_object()?;
    let required: Vec<&str> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let rows = properties
        .iter()
        .map(|(field, schema)| {
            let absent = if required.contains(&field.as_str()) { "" } else { "may be absent" };
            let description = words(&schema["description"]);
            vec![Cell::text(field), type_cell(schema).remark(absent), Cell::text(description)]
        })
        .collect();
    Some(Table {
        caption: format!("Fields of {name}"),
        columns: vec![Column::words("Field"), Column::words("Type"), Column::words("Meaning")],
        rows,
    })
}

/// The values of a type that is one of several words.
fn values(schema: &Value) -> Vec<Value> {
    let one_of = schema["oneOf"].as_array().into_iter().flatten();
    one_of
        .filter_map(|value| {
            Some(json!({ "value": value["const"].as_str()?, "description": words(&value["description"]) }))
        })
        .collect()
}

fn type_cell(schema: &Value) -> Cell {
    let (text, href) = type_words(schema);
    Cell::maybe_link(text, href)
}

/// A type in words, and where it is explained.
fn type_words(schema: &Value) -> (String, Option<String>) {
    if let Some((name, href)) = link(schema) {
        return (name, Some(href));
    }
    let alternatives = schema["anyOf"].as_array().into_iter().flatten();
    if let Some(known) = alternatives.map(type_words).find(|(words, _)| words != "null") {
        return known;
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => {
            kinds.iter().filter_map(Value::as_str).filter(|kind| *kind != "null").collect()
        }
        _ => Vec::new(),
    };
    if kinds == ["array"] {
        let (words, href) = type_words(&schema["items"]);
        return (format!("list of {words}"), href);
    }
    let words = match (kinds.as_slice(), schema["format"].as_str()) {
        ([], _) => "any".to_owned(),
        (_, Some("date")) => "date".to_owned(),
        (kinds, _) => kinds.join(" or "),
    };
    (words, None)
}

/// A text of the description on one line, without the marks of Markdown; empty where there is none.
fn words(text: &Value) -> String {
    let words = text.as_str().unwrap_or_default().split_whitespace();
    words.collect::<Vec<_>>().join(" ").replace('`', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_said_in_words() {
        let said = |schema: Value| type_words(&schema).0;
        assert_eq!(said(json!({ "type": ["number", "null"] })), "number");
        assert_eq!(said(json!({ "type": "string", "format": "date" })), "date");
        assert_eq!(
            said(json!({ "type": "array", "items": { "$ref": "#/components/schemas/A" } })),
            "list of A"
        );
        assert_eq!(said(json!({ "anyOf": [{ "$ref": "#/components/schemas/A" }, { "type": "null" }] })), "A");
        assert_eq!(said(json!(true)), "any");
    }
}
