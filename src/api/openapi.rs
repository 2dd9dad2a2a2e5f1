//! The OpenAPI 3.1 description, from the list of resources.

use super::{Parameter, RESOURCES, Resource};
use crate::config::Config;
use schemars::{SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

/// What every address means, for whoever reads nothing else.
const DESCRIPTION: &str = "Everything that this site knows, as static JSON files. There is no server behind them: no keys, no limits, no \
    queries; a filter is a choice of address. Start at /api/v1/index.json and follow `links`, which are addresses from the root of the \
    server. Lists come in pages, oldest first. What isn't known is absent, never zero. Within v1 addresses don't change, and documents \
    only gain fields.";

/// The description of the API of a site. `examples` are the values of the parameters of one address of each resource, where it has
/// one.
pub(super) fn openapi(config: &Config, examples: &[Option<Vec<String>>]) -> Value {
    describe(config, RESOURCES, examples)
}

fn describe(config: &Config, resources: &[Resource], examples: &[Option<Vec<String>>]) -> Value {
    let mut settings = SchemaSettings::draft2020_12();
    settings.definitions_path = "/components/schemas".into();
    settings.meta_schema = None;
    let mut generator = settings.into_generator();
    let paths: Map<String, Value> = resources
        .iter()
        .zip(examples)
        .map(|(resource, example)| {
            let operation = operation(resource, example.as_deref(), &mut generator);
            (resource.path.to_owned(), json!({ "get": operation }))
        })
        .collect();
    json!({
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": format!("{}: static API", config.title),
            "version": "1.0.0",
            "description": DESCRIPTION,
            "license": { "name": config.data_licence, "identifier": config.data_licence },
            "contact": { "name": config.publisher, "url": config.repository },
        },
        "servers": [{ "url": config.base_url }],
        "externalDocs": { "url": format!("{}/api/", config.base_url), "description": "The same for people" },
        "paths": paths,
        "components": { "schemas": generator.take_definitions(true) },
    })
}

fn operation(resource: &Resource, example: Option<&[String]>, generator: &mut SchemaGenerator) -> Value {
    let schema = (resource.schema)(generator);
    let parameters = resource.parameters.iter().enumerate();
    let parameters = parameters.map(|(at, it)| parameter(it, example.and_then(|values| values.get(at))));
    let mut operation = json!({
        "operationId": resource.id,
        "summary": resource.summary,
        "description": resource.description,
        "parameters": parameters.collect::<Vec<_>>(),
        "responses": {
            "200": {
                "description": resource.summary,
                "content": { "application/json": { "schema": schema } },
            },
            "404": { "description": "There is nothing under these keys." },
        },
    });
    if let Some(why) = resource.deprecated {
        operation["deprecated"] = true.into();
        operation["description"] = format!("{} Deprecated: {why}", resource.description).into();
    }
    operation
}

fn parameter(parameter: &Parameter, example: Option<&String>) -> Value {
    let mut described = json!({
        "name": parameter.name,
        "in": "path",
        "required": true,
        "description": parameter.description,
        "schema": { "type": "string" },
    });
    if let Some(example) = example {
        described["example"] = example.as_str().into();
    }
    described
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_to_go_says_so_with_what_takes_its_place() {
        let config: Config = toml::from_str(include_str!("../../site.toml")).expect("settings");
        let old = Resource {
            id: "old",
            path: "/api/v1/old.json",
            summary: "Old",
            description: "Old.",
            parameters: &[],
            deprecated: Some("since 2026-11-24, gone on 2027-11-24; use /api/v1/index.json."),
            schema: |generator| generator.subschema_for::<String>(),
            documents: None,
        };
        let described = describe(&config, &[old], &[None]);
        let operation = &described["paths"]["/api/v1/old.json"]["get"];
        assert_eq!(operation["deprecated"], true);
        assert!(
            operation["description"].as_str().is_some_and(|text| text.contains("use /api/v1/index.json"))
        );
        assert_eq!(
            openapi(&config, &vec![None; RESOURCES.len()])["paths"]["/api/v1/index.json"]["get"]
                .get("deprecated"),
            None
        );
    }
}
