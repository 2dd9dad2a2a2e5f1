//! Croissant 1.1 (<https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html>): the datasets for machine-learning tools,
//! as JSON-LD. Each table is a record set that is read from its CSV file.

use super::{cite, description, licence_url, slug};
use crate::{
    config::Config,
    dataset::{Format, Kind, Publication, PublishedField, PublishedTable},
};
use serde_json::{Value, json};

/// `croissant.json`.
pub fn croissant(config: &Config, publication: &Publication) -> String {
    let version = &publication.version;
    let mut described = json!({
        "@context": context(),
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        "name": slug(&config.title),
        "description": description(config),
        "url": format!("{}/data/", config.base_url),
        "license": licence_url(config),
        "creator": { "@type": "Organization", "name": config.publisher, "url": format!("{}/", config.base_url) },
        "citeAs": cite(config, version, "/data/"),
        "version": version.version,
        "inLanguage": config.language,
        "isLiveDataset": true,
        "distribution": publication.tables.iter().flat_map(|table| files(config, table)).collect::<Vec<_>>(),
        "recordSet": publication.tables.iter().filter_map(|table| record_set(publication, table)).collect::<Vec<_>>(),
    });
    if let Some(day) = version.date {
        described["datePublished"] = day.to_string().into();
    }
    format!("{described:#}\n")
}

fn files<'a>(config: &'a Config, table: &'a PublishedTable) -> impl Iterator<Item = Value> + 'a {
    table.files.iter().filter_map(|file| {
        let format = file.format?;
        Some(json!({
            "@type": "cr:FileObject",
            "@id": file.name(),
            "name": file.name(),
            "description": file.description,
            "contentUrl": format!("{}{}", config.base_url, file.href),
            "contentSize": format!("{} B", file.size),
            "encodingFormat": format.media_type(),
            "sha256": file.sha256,
        }))
    })
}

fn record_set(publication: &Publication, table: &PublishedTable) -> Option<Value> {
    let file = table.file(Format::Csv)?.name();
    let id = |field: &PublishedField| json!({ "@id": format!("{}/{}", table.name, field.field.name) });
    let keys: Vec<Value> = table.fields.iter().filter(|field| field.field.key).map(id).collect();
    let fields: Vec<Value> = table
        .fields
        .iter()
        .map(|published| {
            let field = &published.field;
            let mut described = id(published);
            described["@type"] = "cr:Field".into();
            described["name"] = field.name.as_ref().into();
            described["description"] = with_unit(published).into();
            described["dataType"] = data_type(field.kind).into();
            described["source"] =
                json!({ "fileObject": { "@id": file }, "extract": { "column": field.name } });
            // Only the key of one column can be referred to.
            let other = publication.tables.iter().find(|other| Some(other.name.as_str()) == field.references);
            if let Some((other, key)) = other.and_then(|other| Some((other, other.fields.first()?))) {
                described["references"] =
                    json!({ "field": { "@id": format!("{}/{}", other.name, key.field.name) } });
            }
            described
        })
        .collect();
    Some(json!({
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": table.description,
        "key": keys,
        "field": fields,
    }))
}

fn with_unit(published: &PublishedField) -> String {
    let field = &published.field;
    if field.unit.is_empty() {
        field.description.to_string()
    } else {
        format!("{} ({})", field.description, field.unit)
    }
}

fn data_type(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "sc:Text",
        Kind::Integer => "sc:Integer",
        Kind::Number => "sc:Float",
        Kind::Boolean => "sc:Boolean",
        Kind::Date => "sc:Date",
    }
}

/// The context that the specification asks for.
fn context() -> Value {
    json!({
        "@language": "en",
        "@vocab": "https://schema.org/",
        "arrayShape": "cr:arrayShape",
        "citeAs": "cr:citeAs",
        "column": "cr:column",
        "conformsTo": "dct:conformsTo",
        "containedIn": "cr:containedIn",
        "cr": "http://mlcommons.org/croissant/",
        "data": { "@id": "cr:data", "@type": "@json" },
        "dataType": { "@id": "cr:dataType", "@type": "@vocab" },
        "dct": "http://purl.org/dc/terms/",
        "description": { "@container": "@language" },
        "equivalentProperty": "cr:equivalentProperty",
        "examples": { "@id": "cr:examples", "@type": "@json" },
        "extract": "cr:extract",
        "field": "cr:field",
        "fileObject": "cr:fileObject",
        "fileProperty": "cr:fileProperty",
        "fileSet": "cr:fileSet",
        "format": "cr:format",
        "includes": "cr:includes",
        "isArray": "cr:isArray",
        "isLiveDataset": "cr:isLiveDataset",
        "jsonPath": "cr:jsonPath",
        "key": "cr:key",
        "md5": "cr:md5",
        "name": { "@container": "@language" },
        "parentField": "cr:parentField",
        "path": "cr:path",
        "rai": "http://mlcommons.org/croissant/RAI/",
        "recordSet": "cr:recordSet",
        "references": "cr:references",
        "regex": "cr:regex",
        "repeated": "cr:repeated",
        "replace": "cr:replace",
        "samplingRate": "cr:samplingRate",
        "sc": "https://schema.org/",
        "separator": "cr:separator",
        "source": "cr:source",
        "subField": "cr:subField",
        "transform": "cr:transform",
    })
}
