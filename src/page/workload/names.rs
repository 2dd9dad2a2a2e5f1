//! Series in words, and as keys of charts.

use super::super::label::{source_key, source_words};
use crate::analysis::{Analysis, SeriesKey};

/// A series in the legend: what tells it apart from the others on its page.
pub(in crate::page) fn series_name(analysis: &Analysis<'_>, key: &SeriesKey) -> String {
    let mut name = format!(
        "{}, {}",
        analysis.catalog.accelerator_name(&key.accelerator),
        analysis.catalog.framework_name(&key.framework)
    );
    if key.precision.as_str() != key.precision.family() {
        name.push_str(&format!(", {}", key.precision));
    }
    for words in key.method.special().into_iter().chain(source_words(analysis, key)) {
        name.push_str(&format!(", {words}"));
    }
    name
}

/// A series in words that tell it apart from every other of its workload, whatever the precision.
pub(in crate::page) fn full_series_name(analysis: &Analysis<'_>, key: &SeriesKey) -> String {
    let catalog = analysis.catalog;
    let mut parts = vec![
        catalog.accelerator_name(&key.accelerator).to_owned(),
        catalog.framework_name(&key.framework).to_owned(),
        key.precision.as_str().to_uppercase(),
    ];
    parts.extend(key.method.special());
    parts.extend(source_words(analysis, key));
    parts.join(", ")
}

/// Its key on charts.
pub(in crate::page) fn series_slug(key: &SeriesKey) -> String {
    let method: Vec<String> = key.method.special().into_iter().chain(source_key(key)).collect();
    let parts = format!("{}-{}-{}-{}", key.accelerator, key.framework, key.precision, method.join("-"));
    parts.trim_end_matches('-').replace(' ', "-").to_lowercase()
}
