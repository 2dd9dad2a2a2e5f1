//! What the charts of a workload draw as one line: the measurements of an accelerator in a family of precisions.

use super::super::{
    Styles,
    charts::{Group, kind_words},
};
use crate::analysis::{Analysis, Entry, SeriesKey, WorkloadKey};
use record::{AcceleratorKey, ModelKey, RunKind};
use std::collections::BTreeMap;

/// All measurements of each accelerator and precision family, whatever the framework: what the hardware was shown to
/// do at its best.
pub(in crate::page) fn by_accelerator<'a>(
    analysis: &Analysis<'a>,
    styles: &Styles,
    model: &ModelKey,
    workload: &WorkloadKey,
) -> Vec<Group<'a>> {
    grouped(analysis, styles, analysis.series_of(model, workload))
}

/// The same for some series only.
pub(in crate::page) fn grouped<'a: 's, 's>(
    analysis: &Analysis<'a>,
    styles: &Styles,
    series: impl Iterator<Item = (&'s SeriesKey, &'s [Entry<'a>])>,
) -> Vec<Group<'a>> {
    let mut groups: BTreeMap<(AcceleratorKey, String, RunKind), Vec<Entry<'a>>> = BTreeMap::new();
    for (key, entries) in series {
        let group = (key.accelerator.clone(), key.precision.family().to_owned(), key.kind);
        groups.entry(group).or_default().extend_from_slice(entries);
    }
    groups
        .into_iter()
        .map(|((accelerator, family, kind), entries)| Group {
            entries,
            ..accelerator_group(analysis, styles, &accelerator, &family, kind)
        })
        .collect()
}

/// The group of an accelerator and a precision family, still without measurements.
pub(in crate::page) fn accelerator_group(
    analysis: &Analysis<'_>,
    styles: &Styles,
    accelerator: &AcceleratorKey,
    family: &str,
    kind: RunKind,
) -> Group<'static> {
    let (mut key, mut name) = (
        format!("{accelerator}-{family}"),
        format!("{}, {}", analysis.catalog.accelerator_name(accelerator), family.to_uppercase()),
    );
    if let Some(word) = kind_words(kind) {
        key.push_str(&format!("-{word}"));
        name.push_str(&format!(", {word}"));
    }
    Group { key, name, style: styles.accelerator(accelerator, family), entries: Vec::new() }
}
