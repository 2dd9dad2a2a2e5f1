//! Five lines with which anybody gets a figure of a head-to-head page out of the published data.

use crate::{
    analysis::{Analysis, Entry, Metric, WorkloadKey, best_at},
    dataset::Format,
    format,
    page::{Link, pair},
};
use record::{AcceleratorKey, ModelKey};
use serde_json::{Value, json};

/// Interactivities that people ask for, tokens/s/user, the highest first: one at which both have a measurement is taken.
const LEVELS: [u32; 7] = [150, 100, 75, 50, 30, 20, 10];

/// What a head-to-head page compares.
#[derive(Clone, Copy)]
pub(in crate::page) struct Compared<'a> {
    /// The two accelerators.
    pub(in crate::page) accelerators: [&'a AcceleratorKey; 2],
    /// The model.
    pub(in crate::page) model: &'a ModelKey,
    /// The workload.
    pub(in crate::page) workload: &'a WorkloadKey,
    /// The family of precisions.
    pub(in crate::page) family: &'a str,
}

/// The figure and the lines; nothing where the two have no interactivity in common.
pub(in crate::page) fn reproduction(
    analysis: &Analysis<'_>,
    compared: Compared<'_>,
    sides: &[Vec<Entry<'_>>; 2],
) -> Option<Value> {
    let [a, b] = compared.accelerators;
    let best = |side: &[Entry<'_>], level: u32| {
        let metric = Metric::ThroughputPerAccelerator;
        best_at(side, Some(f64::from(level)), metric, &analysis.economics).map(|(_, value)| value)
    };
    let (level, values) = LEVELS
        .into_iter()
        .find_map(|level| Some((level, [best(&sides[0], level)?, best(&sides[1], level)?])))?;
    let names = compared.accelerators.map(|key| analysis.catalog.accelerator_name(key));
    Some(json!({
        "page": Link::new(format!("{} against {}", names[0], names[1]), pair::pair_href(a, b)),
        "of": format!(
            "{}, {}, {}",
            analysis.catalog.model_name(compared.model),
            compared.workload.name(),
            compared.family.to_uppercase()
        ),
        "level": level,
        "figures": names.iter().zip(values).map(|(name, value)| json!({ "name": name, "value": format::figure(value) })).collect::<Vec<_>>(),
        "lines": lines(&analysis.config.base_url, compared, level),
    }))
}

/// Whatever these say, somebody can copy: keys are slugs, so they end no string.
fn lines(base: &str, compared: Compared<'_>, level: u32) -> String {
    let [a, b] = compared.accelerators;
    let format = if Format::Parquet.is_built_in() { Format::Parquet } else { Format::Csv };
    let file = format!("measurements.{}", format.ending());
    let Compared { model, family, .. } = compared;
    let workload = compared.workload.slug();
    [
        format!("curl -sO {base}/data/{file}"),
        "python3 -m pip install --quiet duckdb".to_owned(),
        format!("python3 -c \"import duckdb; duckdb.sql('''SELECT accelerator, max(throughput_per_accelerator) AS best FROM '{file}'"),
        format!("  WHERE standing AND kind = 'official' AND model = '{model}' AND workload_key = '{workload}' AND precision_family = '{family}'"),
        format!("  AND accelerator IN ('{a}', '{b}') AND interactivity_p50 >= {level} GROUP BY accelerator ORDER BY accelerator''').show()\""),
    ]
    .join("\n")
}

/// A figure of the workload that the home page leads with, where two accelerators share it; else of another.
pub(super) fn headline(analysis: &Analysis<'_>) -> Option<Value> {
    let headline = &analysis.config.headline;
    let compared = |(a, b)| pair::shared(analysis, a, b).into_iter().map(move |shared| ([a, b], shared));
    let mut all: Vec<_> = pair::measured_pairs(analysis).into_iter().flat_map(compared).collect();
    // The headline's come first; the order stays as it is otherwise.
    all.sort_by_key(|(_, (model, workload, _))| {
        model.as_str() != headline.model || workload.slug() != headline.workload
    });
    all.into_iter().find_map(|(accelerators, (model, workload, family))| {
        let sides =
            accelerators.map(|accelerator| pair::side(analysis, accelerator, (model, workload, &family)));
        reproduction(analysis, Compared { accelerators, model, workload, family: &family }, &sides)
    })
}
