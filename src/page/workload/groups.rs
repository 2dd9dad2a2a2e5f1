//! What the charts of a workload draw as one line: the measurements of an accelerator in a family of precisions.

use super::super::{
    Styles,
    charts::Group,
    label::{source_key, source_words},
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
    let mut groups: BTreeMap<GroupKey, (&SeriesKey, Vec<Entry<'a>>)> = BTreeMap::new();
    for (key, entries) in series {
        let group = groups.entry(group_key(key)).or_insert_with(|| (key, Vec::new()));
        group.1.extend_from_slice(entries);
    }
    groups
        .into_values()
        .map(|(any, entries)| Group { entries, ..accelerator_group(analysis, styles, any) })
        .collect()
}

/// An accelerator, a precision family, and who measured.
pub(in crate::page) type GroupKey = (AcceleratorKey, String, RunKind, Option<String>);

/// The group that a series belongs to.
pub(in crate::page) fn group_key(series: &SeriesKey) -> GroupKey {
    let family = series.precision.family().to_owned();
    (series.accelerator.clone(), family, series.kind, series.organisation.clone())
}

/// The group of a series, still without measurements.
pub(in crate::page) fn accelerator_group(
    analysis: &Analysis<'_>,
    styles: &Styles,
    series: &SeriesKey,
) -> Group<'static> {
    let (accelerator, family) = (&series.accelerator, series.precision.family());
    let (mut key, mut name) = (
        format!("{accelerator}-{family}"),
        format!("{}, {}", analysis.catalog.accelerator_name(accelerator), family.to_uppercase()),
    );
    if let (Some(part), Some(words)) = (source_key(series), source_words(analysis, series)) {
        key.push_str(&format!("-{part}"));
        name.push_str(&format!(", {words}"));
    }
    Group { key, name, style: styles.group(series), entries: Vec::new() }
}
