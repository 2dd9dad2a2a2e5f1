//! The measurements of one model and workload as data for the scripts of the site: one compact file that holds every
//! measurement that ever stood, column by column, so that a browser can draw any view of them on any past day.
//!
//! The scripts compute from the same figures as the build does, in the same order of operations: what a browser draws is
//! what the build would have drawn. `static/js/measurements.js` reads it.

use super::{
    Styles,
    charts::{day_words, point_label},
    compare::{self, serving, source, speculation},
    measurement::configuration,
    repeated,
    workload::{accelerator_group, full_series_name, group_key, series_name, series_slug},
};
use crate::{
    analysis::{
        Analysis, Entry, Metric, Requests, SeriesKey, Spread, WorkloadKey, measured_joules_per_token,
        standing_entries,
    },
    chart::Style,
};
use record::{Distribution, Measurement, ModelKey};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The address of a workload's data.
pub(super) fn view_href(model: &ModelKey, workload: &WorkloadKey) -> String {
    format!("/data/view/{model}/{}.json", workload.slug())
}

/// The data of every model and workload, each with its address, and the index of what there is to choose from.
pub fn views<'a>(analysis: &'a Analysis<'a>, styles: &Styles) -> Vec<(String, Value)> {
    let mut entries: BTreeMap<(&ModelKey, WorkloadKey), Vec<Entry<'a>>> = BTreeMap::new();
    for entry in standing_entries(&analysis.catalog.runs) {
        let key = (&entry.measurement.model.key, WorkloadKey::of(&entry.measurement.workload));
        entries.entry(key).or_default().push(entry);
    }
    let view = |((model, workload), entries): ((&ModelKey, WorkloadKey), Vec<Entry<'a>>)| {
        (view_href(model, &workload), view(analysis, styles, model, &workload, &entries))
    };
    let index = compare::index_file(analysis).map(|index| ("/data/view/index.json".to_owned(), index));
    entries.into_iter().map(view).chain(index).collect()
}

fn view(
    analysis: &Analysis<'_>,
    styles: &Styles,
    model: &ModelKey,
    workload: &WorkloadKey,
    entries: &[Entry<'_>],
) -> Value {
    let yardstick = analysis.yardstick(Metric::ThroughputPerAccelerator);
    let of_rows: Vec<SeriesKey> = entries.iter().map(SeriesKey::of).collect();
    let keys: Vec<&SeriesKey> = of_rows.iter().collect::<BTreeSet<_>>().into_iter().collect();
    let mut columns = Columns::default();
    for (entry, key) in entries.iter().zip(&of_rows) {
        columns.push(analysis, entry, keys.partition_point(|known| *known < key));
    }
    columns.columns.retain(|_, values| values.iter().any(|value| !value.is_null()));
    let groups: BTreeMap<_, &SeriesKey> = keys.iter().rev().map(|key| (group_key(key), *key)).collect();
    let group_place = |key: &SeriesKey| groups.keys().position(|group| *group == group_key(key));
    let series: Vec<Value> = keys
        .iter()
        .map(|key| {
            json!({
                "key": series_slug(key),
                "name": series_name(analysis, key),
                "full_name": full_series_name(analysis, key),
                "style": slots(styles.series(key)),
                "group": group_place(key),
                "accelerator": key.accelerator,
                "framework": key.framework,
                "precision": key.precision.family(),
                "speculation": speculation(key),
                "serving": serving(key),
                "source": source(key),
                "noise": noise(analysis, key),
            })
        })
        .collect();
    let groups: Vec<Value> = groups
        .values()
        .map(|any| {
            let group = accelerator_group(analysis, styles, any);
            json!({ "key": group.key, "name": group.name, "style": slots(group.style) })
        })
        .collect();
    let mut view = json!({
        "model": { "key": model, "name": analysis.catalog.model_name(model) },
        "workload": { "key": workload.slug(), "name": workload.name() },
        "groups": groups,
        "series": series,
        "reach_of_interpolation": yardstick.interpolation.and_then(Spread::reach),
        "runs": columns.runs,
        "labels": columns.labels.values,
        "configurations": columns.configurations.values,
        "columns": columns.columns,
    });
    if let Some(pairs) = repeated::pairs(entries, &of_rows) {
        view["repeats"] = pairs.into();
    }
    view
}

/// What single runs of a series are told apart by; cost and efficiency derive from the same throughput.
fn noise(analysis: &Analysis<'_>, key: &SeriesKey) -> Option<Value> {
    let noise = analysis.noise(Metric::ThroughputPerAccelerator).of(key)?;
    Some(json!({ "reach": noise.threshold() }))
}

fn slots(style: Style) -> [usize; 3] {
    [style.color, style.shape, style.dash]
}

/// Texts that many rows share, each written once.
#[derive(Default)]
struct Texts {
    values: Vec<String>,
    places: BTreeMap<String, usize>,
}

impl Texts {
    fn place(&mut self, text: String) -> usize {
        *self.places.entry(text).or_insert_with_key(|text| {
            self.values.push(text.clone());
            self.values.len() - 1
        })
    }
}

/// The rows, column by column, and the lists that they point into.
#[derive(Default)]
struct Columns {
    columns: BTreeMap<&'static str, Vec<Value>>,
    runs: Vec<Value>,
    run_ids: Texts,
    identities: Texts,
    labels: Texts,
    configurations: Texts,
}

impl Columns {
    fn push(&mut self, analysis: &Analysis<'_>, entry: &Entry<'_>, series: usize) {
        let (run, measurement) = (entry.run, entry.measurement);
        let run_place = self.run_ids.place(run.id.to_string());
        if run_place == self.runs.len() {
            self.runs.push(json!({ "id": run.id, "date": run.date, "day": day_words(run) }));
        }
        let framework = analysis.catalog.framework_name(&measurement.framework.key);
        let configuration = format!("{framework}, {}", configuration(measurement));
        let row = [
            ("id", json!(measurement.id)),
            ("run", json!(run_place)),
            ("series", json!(series)),
            // What must be measured again to take this measurement's place.
            ("identity", json!(self.identities.place(measurement.identify("")))),
            ("label", json!(self.labels.place(point_label(measurement)))),
            ("configuration", json!(self.configurations.place(configuration))),
            ("accelerators", json!(measurement.deployment.accelerators)),
            ("requests", json!(Requests::of(entry).map(Requests::count))),
        ];
        let figures = figures(measurement).map(|(name, figure)| (name, json!(figure)));
        for (name, value) in row.into_iter().chain(figures) {
            self.columns.entry(name).or_default().push(value);
        }
    }
}

/// The figures that the metrics of [`crate::analysis::Metric`] are computed from.
fn figures(measurement: &Measurement) -> [(&'static str, Option<f64>); 14] {
    let throughput = measurement.throughput.as_ref();
    let latency = measurement.latency.as_ref();
    let ttft = latency.and_then(|latency| latency.ttft.as_ref());
    let tpot = latency.and_then(|latency| latency.tpot.as_ref());
    let e2e = latency.and_then(|latency| latency.e2e.as_ref());
    let stated = latency.and_then(|latency| latency.interactivity.as_ref());
    type Percentile = fn(&Distribution) -> Option<f64>;
    let (p50, p90, p99): (Percentile, Percentile, Percentile) = (|it| it.p50, |it| it.p90, |it| it.p99);
    // Stated interactivity counts only where none can be derived from the time per output token.
    let underived = |percentile: Percentile| {
        stated.filter(|_| tpot.and_then(percentile).is_none_or(|tpot| tpot <= 0.0)).and_then(percentile)
    };
    [
        ("total", throughput.and_then(|it| it.total)),
        ("output", throughput.and_then(|it| it.output)),
        ("input", throughput.and_then(|it| it.input)),
        ("ttft", ttft.and_then(p50)),
        ("ttft_p90", ttft.and_then(p90)),
        ("ttft_p99", ttft.and_then(p99)),
        ("tpot", tpot.and_then(p50)),
        ("tpot_p90", tpot.and_then(p90)),
        ("tpot_p99", tpot.and_then(p99)),
        ("interactivity", underived(p50)),
        ("interactivity_p90", underived(p90)),
        ("interactivity_p99", underived(p99)),
        ("e2e", e2e.and_then(p50)),
        ("energy", measured_joules_per_token(measurement)),
    ]
}
