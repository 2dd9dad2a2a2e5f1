//! What is measured: model, framework, precision and deployment, as stated or as found.

use super::{Settings, preflight::Server};
use crate::environment::accelerator_key;
use record::{
    AcceleratorKey, Deployment, Environment, Framework, FrameworkKey, Model, ModelKey, Parallelism,
    Precision, Side, Topology, is_slug,
};

/// What a key is called when nobody said.
pub(super) const UNKNOWN: &str = "unknown";

/// The model, as the server knows it and as the site does.
pub(super) fn model(settings: &Settings) -> Model {
    Model { key: ModelKey::new(model_key(settings)), exact: Some(settings.shape.model.clone()) }
}

/// The framework, as stated, else as the server says.
pub(super) fn framework(settings: &Settings, server: &Server) -> Framework {
    Framework {
        key: FrameworkKey::new(framework_key(settings, server)),
        version: settings.identity.framework_version.clone().or_else(|| server.engine.version.clone()),
        image: settings.identity.image.clone(),
        image_digest: None,
        recipe: None,
    }
}

/// The numeric format, as stated.
pub(super) fn precision(settings: &Settings) -> Precision {
    Precision::new(settings.identity.precision.as_deref().unwrap_or(UNKNOWN))
}

/// What serves, as stated, else as this machine shows.
pub(super) fn deployment(settings: &Settings, environment: Option<&Environment>) -> Deployment {
    let detected = environment.and_then(accelerator_key);
    let accelerator = settings.identity.accelerator.clone().or(detected).unwrap_or_else(|| "cpu".into());
    let side = Side {
        accelerators: settings.identity.accelerators,
        parallelism: Parallelism { tensor: settings.identity.tensor_parallel, ..Parallelism::default() },
        ..Side::default()
    };
    Deployment {
        accelerator: AcceleratorKey::new(accelerator),
        accelerators: settings.identity.accelerators,
        multi_node: None,
        nodes: None,
        topology: Topology::Aggregated(side),
        kv_cache_offload: None,
        router: None,
        kv_transfer: None,
    }
}

/// The model's key: as stated, or the last part of its name as a slug.
pub(super) fn model_key(settings: &Settings) -> String {
    settings.identity.model_key.clone().unwrap_or_else(|| slug(&settings.shape.model))
}

/// The last part of a model's name, as a slug.
fn slug(name: &str) -> String {
    let last = name.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_lowercase();
    let text: String = last
        .chars()
        .map(
            |character| {
                if character.is_ascii_alphanumeric() || "-_.".contains(character) { character } else { '-' }
            },
        )
        .collect();
    let text = text.replace("..", ".");
    let text = text.trim_matches(['-', '.']).chars().take(60).collect::<String>();
    if is_slug(&text) { text } else { UNKNOWN.to_owned() }
}

/// The framework's key: as stated, or as the server says.
pub(super) fn framework_key(settings: &Settings, server: &Server) -> String {
    const KNOWN: [(&str, &str); 5] = [
        ("vllm", "vllm"),
        ("sglang", "sglang"),
        ("llamacpp", "llamacpp"),
        ("llama.cpp", "llamacpp"),
        ("mock", "mock"),
    ];
    let said = [server.owner.as_deref(), server.software.as_deref()];
    let detected = server.engine.framework.map(str::to_owned);
    let said = said.into_iter().flatten().find_map(|said| {
        KNOWN.iter().find(|(part, _)| said.to_lowercase().contains(part)).map(|(_, key)| (*key).to_owned())
    });
    settings.identity.framework.clone().or(detected).or(said).unwrap_or_else(|| UNKNOWN.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_models_name_becomes_a_key() {
        for (name, key) in [
            ("meta-llama/Llama-3.3-70B-Instruct", "llama-3.3-70b-instruct"),
            ("gpt oss", "gpt-oss"),
            ("/models/x/", "x"),
            ("../..", UNKNOWN),
            ("日本", UNKNOWN),
        ] {
            assert_eq!(slug(name), key, "{name}");
        }
    }
}
