//! What a row measured: the part that artifact, API, agentic and accuracy rows have in common.

use super::{
    label,
    row::Row,
    topology::{self, Counts},
};
use record::{
    AcceleratorKey, Arrival, Deployment, Framework, KvCacheOffload, Measurement, Model, Outcome, Precision,
    SpeculativeDecoding, Topology, Workload, WorkloadKind,
};

/// Why a row is no measurement.
#[derive(Debug)]
pub(crate) struct Rejection(pub(crate) String);

/// A measurement without figures, for `workload`.
pub(crate) fn configuration(row: &Row<'_>, workload: Workload) -> Result<Measurement, Rejection> {
    let accelerator = or_stand_in(row, accelerator(row), AcceleratorKey::from)?;
    let framework = or_stand_in(row, framework(row), nameless)?;
    let model = or_stand_in(row, model(row), |name| Model { key: name.into(), exact: None })?;
    let precision = or_stand_in(row, precision(row), Precision::from)?;
    let known = row.context.names.framework(framework.key.as_str());
    let disaggregated = row.flag("disagg").unwrap_or_else(|| known.is_some_and(|known| known.disaggregated));
    let counts = match workload.kind {
        WorkloadKind::Evaluation => Counts::Products,
        _ => Counts::Accelerators,
    };
    let shape = topology::shape(row, &accelerator, disaggregated, counts);
    let deployment = Deployment {
        accelerator,
        accelerators: shape.accelerators,
        multi_node: row.flag("is_multinode"),
        nodes: row.count("num_nodes"),
        topology: shape.topology,
        kv_cache_offload: None,
        router: router(row),
        kv_transfer: row.text("kv_p2p_transfer").map(str::to_owned),
    };
    let method = row.first_text(&["spec_decoding", "spec_method"]).map(|method| method.trim().to_lowercase());
    Ok(Measurement {
        id: String::new(),
        deployment,
        model,
        framework,
        precision,
        speculative_decoding: method.map(|method| SpeculativeDecoding { method, accepted_length: None }),
        workload,
        arrival: Arrival {
            concurrency: row.count("conc").or_else(|| row.count("users")),
            ..Arrival::default()
        },
        outcome: Outcome::Ok,
        throughput: None,
        latency: None,
        requests: None,
        tokens: None,
        duration_s: None,
        repeats: Vec::new(),
        service_levels: Vec::new(),
        client: None,
        server: None,
        power: None,
        accuracy: None,
        command: None,
        notes: Vec::new(),
        retracted: None,
    })
}

/// A workload of which only the kind is known.
pub(crate) fn workload(kind: WorkloadKind) -> Workload {
    Workload {
        kind,
        input_tokens: None,
        output_tokens: None,
        length_range: None,
        dataset: None,
        seed: None,
        chat_template: None,
        endpoint: None,
        unique_prefixes: None,
        shared_prefix: None,
        conversation: None,
        images: None,
        tools: None,
        tokenizer: None,
    }
}

/// What was read, or where names only stand in, something that goes on.
fn or_stand_in<T>(
    row: &Row<'_>,
    read: Result<T, Rejection>,
    stand_in: impl FnOnce(&'static str) -> T,
) -> Result<T, Rejection> {
    read.or_else(|rejection| if row.context.stand_in { Ok(stand_in("unknown")) } else { Err(rejection) })
}

fn nameless(name: &str) -> Framework {
    Framework { key: name.into(), version: None, image: None, image_digest: None, recipe: None }
}

fn precision(row: &Row<'_>) -> Result<Precision, Rejection> {
    let stated = row.text("precision").map(|text| text.trim().to_lowercase());
    let stated = stated.ok_or_else(|| Rejection("no precision is stated".into()))?;
    if !record::is_slug(&stated) {
        row.context.unknown_label("precision", &stated);
        return Err(Rejection(format!("unknown precision `{stated}`")));
    }
    Ok(Precision::new(stated))
}

fn accelerator(row: &Row<'_>) -> Result<AcceleratorKey, Rejection> {
    let stated = row.first_text(&["decode_hw", "hw", "hardware"]);
    row.touch(&["hw", "hardware"]);
    let stated = stated.ok_or_else(|| Rejection("no accelerator is stated".into()))?;
    label::accelerator(row.context.names, stated).cloned().ok_or_else(|| {
        row.context.unknown_label("accelerator", stated);
        Rejection(format!("unknown accelerator `{stated}`"))
    })
}

fn framework(row: &Row<'_>) -> Result<Framework, Rejection> {
    row.touch(&["framework_version", "image", "recipe_fingerprint"]);
    let stated = row.text("framework").ok_or_else(|| Rejection("no framework is stated".into()))?;
    let known = label::framework(row.context.names, stated).ok_or_else(|| {
        row.context.unknown_label("framework", stated);
        Rejection(format!("unknown framework `{stated}`"))
    })?;
    Ok(Framework {
        key: known.key.clone(),
        version: row.text("framework_version").map(str::to_owned),
        image: row.text("image").map(|image| image.replace('#', "/")),
        image_digest: None,
        recipe: row.text("recipe_fingerprint").map(str::to_owned),
    })
}

fn model(row: &Row<'_>) -> Result<Model, Rejection> {
    let prefix = row.first_text(&["infmax_model_prefix", "model_prefix"]);
    let exact = row.text("model");
    let key = label::model(row.context.names, prefix, exact).cloned().ok_or_else(|| {
        let stated = prefix.or(exact).unwrap_or("");
        row.context.unknown_label("model", stated);
        Rejection(format!("unknown model `{stated}`"))
    })?;
    // The API names only the key, which is not what was served.
    let exact = exact.filter(|exact| *exact != key.as_str()).map(str::to_owned);
    Ok(Model { key, exact })
}

fn router(row: &Row<'_>) -> Option<String> {
    if row.get("router")?.is_string() {
        return row.text("router").map(str::to_owned);
    }
    let router = row.object("router")?;
    let version = router.text("version").map(|version| format!(" {version}")).unwrap_or_default();
    Some(format!("{}{version}", router.text("name")?))
}

/// Key-value cache offloading in any generation's spelling, and a remark where the record has no field for a part.
pub(crate) fn offload(row: &Row<'_>) -> (Option<KvCacheOffload>, Option<String>) {
    let Some(stated) = row.first_text(&["kv_offloading", "offload_mode", "offloading"]) else {
        return (None, None);
    };
    let tier = match stated.to_lowercase().as_str() {
        "off" | "none" | "false" => "none".to_owned(),
        "on" | "cpu" | "true" | "dram" => "dram".to_owned(),
        other => other.to_owned(),
    };
    let (mut backend, mut remark) = (None, None);
    match row.get("kv_offload_backend") {
        Some(serde_json::Value::String(name)) => backend = Some(name.clone()),
        Some(serde_json::Value::Object(_)) => {
            if let Some(object) = row.object("kv_offload_backend") {
                backend = object.text("name").map(str::to_owned);
                let version = object.text("version").zip(backend.as_ref());
                remark =
                    version.map(|(version, name)| format!("Key-value cache offloading by {name} {version}."));
            }
        }
        _ => {}
    }
    let capacity_gb = row.amount("allocated_cpu_dram_gb").filter(|capacity| *capacity > 0.0);
    (Some(KvCacheOffload { tier, backend, capacity_gb }), remark)
}

/// Whether a measurement's sides are equal.
pub(crate) fn equal_sides(measurement: &Measurement) -> bool {
    match &measurement.deployment.topology {
        Topology::Aggregated(_) => false,
        Topology::Disaggregated { prefill, decode } => prefill == decode,
    }
}
