//! One measurement in all its detail, as HTML. Large runs have thousands, so this is written straight to a string.

mod client;
mod latencies;
mod repeats;
mod server;

use super::{
    charts::lower_first,
    label,
    roofline::{known_limits, percent},
    tombstone,
};
use crate::{
    analysis::{Analysis, Economics, Entry, Metric, WorkloadKey},
    catalog::Catalog,
    format,
    html::Escaped,
};
use record::{Measurement, Outcome, Parallelism, Reference, Side, Topology};
use std::fmt::Write;

/// How the model is spread, in a phrase: `8 accelerators, TP 8, EP 8, DP attention`.
pub(crate) fn configuration(measurement: &Measurement) -> String {
    let deployment = &measurement.deployment;
    let mut parts = Vec::new();
    if let Some(accelerators) = deployment.accelerators {
        parts.push(format::plural(accelerators as usize, "accelerator", "accelerators"));
    }
    match &deployment.topology {
        Topology::Aggregated(side) => parts.extend(parallelism(&side.parallelism)),
        Topology::Disaggregated { prefill, decode } => {
            parts.push(format!("prefill {}", side_phrase(prefill)));
            parts.push(format!("decode {}", side_phrase(decode)));
        }
    }
    if measurement.speculative_method() != "none" {
        parts.push(measurement.speculative_method().to_uppercase());
    }
    if let Some(offload) = deployment.kv_cache_offload.as_ref().filter(|offload| offload.tier != "none") {
        parts.push(format!("KV cache in {}", offload.tier.to_uppercase()));
    }
    parts.join(", ")
}

fn side_phrase(side: &Side) -> String {
    let workers = side.workers.map_or_else(String::new, |workers| format!("{workers}× "));
    format!("{workers}{}", parallelism(&side.parallelism).join(" "))
}

fn parallelism(parallelism: &Parallelism) -> Vec<String> {
    let degrees = [
        ("TP", parallelism.tensor, 0),
        ("PP", parallelism.pipeline, 1),
        ("EP", parallelism.expert, 1),
        ("PCP", parallelism.prefill_context, 1),
        ("DCP", parallelism.decode_context, 1),
    ];
    let mut parts: Vec<String> = degrees
        .into_iter()
        .filter_map(|(name, degree, dull)| {
            degree.filter(|degree| *degree != dull).map(|degree| format!("{name} {degree}"))
        })
        .collect();
    if parallelism.data_parallel_attention == Some(true) {
        parts.push("DP attention".to_owned());
    }
    parts
}

/// The outcome in words; nothing for a measurement that stands.
pub(crate) fn outcome_words(measurement: &Measurement) -> Option<String> {
    if let Some(retracted) = &measurement.retracted {
        return Some(tombstone::words(retracted));
    }
    match &measurement.outcome {
        Outcome::Ok => None,
        Outcome::Failed { why } => Some(format!("Failed: {why}")),
        Outcome::OutOfMemory => Some("Ran out of memory".to_owned()),
        Outcome::Timeout => Some("Did not end in time".to_owned()),
        Outcome::Invalid { why } => Some(format!("Invalid: {why}")),
    }
}

/// One measurement as a section of its run's page.
pub(super) fn section(html: &mut String, analysis: &Analysis<'_>, entry: &Entry<'_>, with_raw_record: bool) {
    let (catalog, measurement) = (analysis.catalog, entry.measurement);
    let id = Escaped(&measurement.id);
    let heading = heading(catalog, measurement);
    let _ = write!(
        html,
        "<section class=\"measurement\" id=\"m-{id}\"><h3>{} <a class=\"anchor\" href=\"#m-{id}\" aria-label=\"Link to {}\">#</a></h3>",
        Escaped(&heading),
        Escaped(&heading),
    );
    match (&measurement.retracted, outcome_words(measurement)) {
        (Some(retracted), _) => {
            let _ = write!(html, "<p class=\"warning\">{}</p>", tombstone::html(retracted));
        }
        (None, Some(words)) => {
            let _ = write!(html, "<p class=\"warning\">{}</p>", Escaped(&words));
        }
        (None, None) => {}
    }
    let reference = Reference::to_measurement(&entry.run.id, &measurement.id);
    for replaced in tombstone::replaced(&catalog.corrections, &reference) {
        let (href, text) = (Escaped(&replaced.href), Escaped(&replaced.text));
        let _ = write!(
            html,
            "<p class=\"note\">Takes the place of <a href=\"{href}\">{text}</a>, which was withdrawn.</p>"
        );
    }
    if let Some(label) = label::of_measurement(analysis, entry) {
        let _ = write!(html, "<p class=\"note\">{label}</p>");
    }
    facts(html, catalog, &analysis.economics, entry);
    latencies::write(html, entry);
    repeats::write(html, &analysis.economics, measurement);
    client::write(html, measurement);
    server::write(html, measurement);
    for note in &measurement.notes {
        let _ = write!(html, "<p class=\"note\">{}</p>", Escaped(note));
    }
    if let Some(command) = &measurement.command {
        let _ = write!(html, "<p>Repeat it:</p><pre tabindex=\"0\"><code>{}</code></pre>", Escaped(command));
    }
    if let Some(raw) = with_raw_record.then(|| serde_json::to_string(measurement).ok()).flatten() {
        let _ = write!(
            html,
            "<details><summary>Raw record</summary><pre tabindex=\"0\"><code>{}</code></pre></details>",
            Escaped(&raw)
        );
    }
    html.push_str("</section>");
}

/// What was measured: model, accelerator, framework, precision and load.
pub(crate) fn heading(catalog: &Catalog, measurement: &Measurement) -> String {
    let load = match (measurement.arrival.concurrency, measurement.arrival.rate_per_s) {
        (Some(concurrency), _) => format!(", concurrency {concurrency}"),
        (None, Some(rate)) => format!(", {} req/s", format::figure(rate)),
        (None, None) => String::new(),
    };
    format!(
        "{} on {}, {}, {}{load}",
        catalog.model_name(&measurement.model.key),
        catalog.accelerator_name(&measurement.deployment.accelerator),
        catalog.framework_name(&measurement.framework.key),
        measurement.precision.as_str().to_uppercase(),
    )
}

fn facts(html: &mut String, catalog: &Catalog, economics: &Economics<'_>, entry: &Entry<'_>) {
    let measurement = entry.measurement;
    html.push_str("<dl class=\"facts\">");
    let mut fact = |name: &str, value: &str, unit: &str| {
        if !value.is_empty() {
            let _ =
                write!(html, "<div><dt>{name}</dt><dd>{} <small>{unit}</small></dd></div>", Escaped(value));
        }
    };
    for metric in [
        Metric::ThroughputPerAccelerator,
        Metric::OutputThroughputPerAccelerator,
        Metric::InputThroughputPerAccelerator,
        Metric::Interactivity,
        Metric::CostPerMillionTokens,
        Metric::ThroughputPerMegawatt,
        Metric::MeasuredEnergyPerToken,
    ] {
        let value = metric.value(measurement, economics).map(format::figure).unwrap_or_default();
        fact(metric.name(), &value, metric.unit());
    }
    if let Some(accuracy) = &measurement.accuracy {
        let error = accuracy
            .standard_error
            .map(|error| format!(" ± {}", format::significant(100.0 * error, 2)))
            .unwrap_or_default();
        let name = format!("{} ({})", accuracy.task, accuracy.metric);
        fact(
            &Escaped(&name).to_string(),
            &format!("{}{error}", format::significant(100.0 * accuracy.score, 4)),
            "%",
        );
    }
    if let Some(watts) = measurement.power.as_ref().and_then(|power| power.average_per_accelerator_w) {
        fact("Measured board power", &format::figure(watts), "W/accelerator");
    }
    for limit in known_limits(catalog, entry) {
        let name = format!("Reached of the limit by {}", lower_first(limit.kind.name()));
        fact(&name, &percent(&limit), "%");
    }
    if let Some(completed) = measurement.requests.as_ref().and_then(|requests| requests.completed) {
        fact("Completed requests", &format::count(completed as usize), "");
    }
    if let Some(seconds) = measurement.duration_s {
        fact("Measured window", &format::figure(seconds), "s");
    }
    fact("Workload", &WorkloadKey::of(&measurement.workload).name(), "");
    fact("Deployment", &configuration(measurement), "");
    fact("Framework", catalog.framework_name(&measurement.framework.key), "");
    fact("Image", measurement.framework.image.as_deref().unwrap_or_default(), "");
    fact("Served model", measurement.model.exact.as_deref().unwrap_or_default(), "");
    html.push_str("</dl>");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        analysis::sample::{catalog, measurement, run},
        config::Config,
    };
    use serde_json::{Value, json};

    fn shown(fields: &Value) -> String {
        let run = run("a", "2026-01-01", vec![measurement(fields)]);
        let mut html = String::new();
        let entry = Entry { run: &run, measurement: &run.measurements[0] };
        let config: Config = toml::from_str(include_str!("../../../site.toml")).expect("settings");
        let catalog = catalog(Vec::new());
        section(&mut html, &Analysis::new(&config, &catalog), &entry, true);
        html
    }

    #[test]
    fn a_configuration_names_what_is_not_the_default() {
        assert_eq!(configuration(&measurement(&json!({}))), "8 accelerators, TP 8");
        let offload = json!({ "tier": "dram" });
        let topology = json!({ "aggregated": { "parallelism":
            { "tensor": 4, "expert": 4, "pipeline": 1, "data_parallel_attention": true } } });
        let rich = json!({
            "deployment": { "accelerator": "b200", "accelerators": 1, "topology": topology, "kv_cache_offload": offload },
            "speculative_decoding": { "method": "mtp" },
        });
        assert_eq!(
            configuration(&measurement(&rich)),
            "1 accelerator, TP 4, EP 4, DP attention, MTP, KV cache in DRAM"
        );
    }

    #[test]
    fn the_two_sides_of_a_disaggregated_deployment_are_told_apart() {
        let side =
            |workers: u32, tensor: u32| json!({ "workers": workers, "parallelism": { "tensor": tensor } });
        let topology = json!({ "disaggregated": { "prefill": side(1, 8), "decode": side(2, 16) } });
        let fields = json!({ "deployment": { "accelerator": "b200", "topology": topology } });
        assert_eq!(configuration(&measurement(&fields)), "prefill 1× TP 8, decode 2× TP 16");
    }

    #[test]
    fn a_measurement_that_fell_says_why_and_one_that_stands_says_nothing() {
        let words = |fields: Value| outcome_words(&measurement(&fields));
        assert_eq!(words(json!({})), None);
        assert_eq!(words(json!({ "outcome": "timeout" })).as_deref(), Some("Did not end in time"));
        assert_eq!(words(json!({ "outcome": "out_of_memory" })).as_deref(), Some("Ran out of memory"));
        assert_eq!(words(json!({ "outcome": { "failed": { "why": "x" } } })).as_deref(), Some("Failed: x"));
        assert_eq!(words(json!({ "outcome": { "invalid": { "why": "x" } } })).as_deref(), Some("Invalid: x"));
        let both = json!({ "outcome": "timeout", "retracted": { "when": "2026-02-01", "why": "clocks" } });
        assert_eq!(words(both).as_deref(), Some("Withdrawn on 2026-02-01: clocks"));
    }

    #[test]
    fn an_absent_figure_has_no_row_and_an_absent_percentile_is_a_dash() {
        let html =
            shown(&json!({ "latency": { "ttft": { "p50": 1.5 }, "e2e": { "p50": 20.0, "p99": 30.0 } } }));
        assert!(html.contains(
            "<th scope=\"row\">TTFT</th><td class=\"n\">1.5</td><td class=\"n\"><span class=\"gap\">"
        ));
        assert!(!html.contains("TPOT") && !html.contains("p99.9") && !html.contains("Measured board power"));
        assert!(!html.contains("Cost per million tokens"), "there is no price");
        assert!(!shown(&json!({ "latency": {} })).contains("<table>"));
    }

    #[test]
    fn every_word_of_the_record_is_escaped() {
        let hostile = "\"><script>x</script>";
        let html = shown(&json!({
            "id": hostile,
            "model": { "key": hostile, "exact": hostile },
            "framework": { "key": hostile, "image": hostile },
            "precision": hostile,
            "outcome": { "failed": { "why": hostile } },
            "accuracy": { "task": hostile, "metric": hostile, "score": 0.5 },
            "notes": [hostile],
            "command": hostile,
        }));
        assert!(!html.contains("<script") && !html.contains("\">x"), "{html}");
    }
}
