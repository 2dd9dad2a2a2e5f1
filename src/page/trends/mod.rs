//! Changes over time: an overview of every watched configuration, and a page for each series with its full charts.

mod acknowledgement;
pub(super) mod change;
mod charts;
mod event;
mod feed;
mod formerly;
mod overview;
mod series;

pub(super) use acknowledgement::unknown_changes;
pub(super) use event::between;
pub(super) use feed::{of_accelerator, of_model};

use super::{LazyPage, charts::point_label, measurement::configuration, workload::series_slug};
use crate::analysis::{Analysis, Change, Configuration, SeriesKey};
use record::Measurement;
use std::collections::BTreeSet;

pub(super) fn pages<'a>(analysis: &'a Analysis<'a>) -> Vec<LazyPage<'a>> {
    // Asked for here, before pages are made in parallel: the analysis is parallel itself, and a page that waited for it on one of
    // the threads that it needs would wait for ever.
    let series = analysis.trends().series.keys();
    analysis.formerly();
    let overview: LazyPage<'a> = Box::new(|| overview::page(analysis));
    let of_series = series.map(|key| -> LazyPage<'a> { Box::new(move || series::page(analysis, key)) });
    std::iter::once(overview).chain(of_series).collect()
}

/// The address of a series' page.
pub(crate) fn trend_href(key: &SeriesKey) -> String {
    format!("/trends/{}/{}/{}/", key.model, key.workload.slug(), series_slug(key))
}

/// The address of what is said of a change. It never changes, for feeds have it.
pub(crate) fn change_href(key: &SeriesKey, change: &Change<'_>) -> String {
    format!("{}#change-{}", trend_href(key), change.id)
}

/// What a series is measured with: `DeepSeek-R1-0528, 8k in, 1k out`.
fn work(analysis: &Analysis<'_>, key: &SeriesKey) -> String {
    format!("{}, {}", analysis.catalog.model_name(&key.model), key.workload.name())
}

/// Topology and load of a measurement: `8 accelerators, TP 8, concurrency 16`.
fn full_configuration(measurement: &Measurement) -> String {
    let parts = [configuration(measurement), point_label(measurement)];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// A name for each configuration of a series, as short as tells it from the others: its load; how the model is spread, and
/// its load; everything.
fn names(configurations: &[Configuration<'_>]) -> Vec<String> {
    let spread = |measurement: &Measurement| {
        let whole = full_configuration(measurement);
        // The number of accelerators comes first.
        whole.split_once(" accelerators, ").map_or(whole.clone(), |(_, rest)| rest.to_owned())
    };
    let named = |name: &dyn Fn(&Measurement) -> String| -> Vec<String> {
        configurations.iter().filter_map(|known| Some(name(known.newest()?.measurement))).collect()
    };
    let tells_apart = |names: &Vec<String>| names.iter().collect::<BTreeSet<_>>().len() == names.len();
    [named(&point_label), named(&spread)]
        .into_iter()
        .find(tells_apart)
        .unwrap_or_else(|| named(&full_configuration))
}
