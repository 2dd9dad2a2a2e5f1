//! A Data Package, version 2 (<https://datapackage.org/standard/data-package/>): each table is a resource with its schema.

use super::{description, licence_url, slug};
use crate::{
    config::Config,
    dataset::{Field, Format, Publication, PublishedTable},
};
use serde_json::{Value, json};

/// `datapackage.json`. Its paths are relative to its own place.
pub fn data_package(config: &Config, publication: &Publication) -> String {
    let version = &publication.version;
    let mut described = json!({
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": slug(&config.title),
        "title": config.title,
        "description": description(config),
        "homepage": format!("{}/data/", config.base_url),
        "version": version.version,
        "licenses": [{ "name": config.data_licence, "path": licence_url(config) }],
        "contributors": [{ "title": config.publisher, "roles": ["publisher"] }],
        "sources": [{ "title": config.data_attribution }],
        "resources": publication.tables.iter().filter_map(|table| resource(publication, table)).collect::<Vec<_>>(),
    });
    if let Some(day) = version.date {
        described["created"] = format!("{day}T00:00:00Z").into();
    }
    format!("{described:#}\n")
}

fn resource(publication: &Publication, table: &PublishedTable) -> Option<Value> {
    let file = table.file(Format::Csv)?;
    Some(json!({
        // A resource's name has no underscores.
        "name": slug(&table.name),
        "type": "table",
        "title": table.title,
        "description": table.description,
        "path": file.name(),
        "format": "csv",
        "mediatype": Format::Csv.media_type(),
        "encoding": "utf-8",
        "bytes": file.size,
        "hash": format!("sha256:{}", file.sha256),
        "schema": schema(publication, table),
    }))
}

fn schema(publication: &Publication, table: &PublishedTable) -> Value {
    let fields = || table.fields.iter().map(|published| &published.field);
    let key: Vec<&str> = fields().filter(|field| field.key).map(|field| field.name.as_ref()).collect();
    let foreign: Vec<Value> = fields().filter_map(|field| foreign_key(publication, field)).collect();
    let mut schema = json!({
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "fields": fields().map(described).collect::<Vec<_>>(),
        "missingValues": [""],
        "primaryKey": key,
    });
    if !foreign.is_empty() {
        schema["foreignKeys"] = foreign.into();
    }
    schema
}

fn described(field: &Field) -> Value {
    let mut described = json!({
        "name": field.name,
        "type": field.kind.name(),
        "description": field.description,
    });
    if !field.unit.is_empty() {
        described["unit"] = field.unit.as_ref().into();
    }
    if field.required {
        described["constraints"] = json!({ "required": true });
    }
    described
}

fn foreign_key(publication: &Publication, field: &Field) -> Option<Value> {
    let other = publication.tables.iter().find(|other| Some(other.name.as_str()) == field.references)?;
    let key = other.fields.iter().find(|published| published.field.key)?;
    Some(json!({
        "fields": [field.name],
        "reference": { "resource": slug(&other.name), "fields": [key.field.name] },
    }))
}
