//! How close measurements come to what their hardware can do at most.

use super::{
    table::{Cell, Column, Table},
    workload::workload_href,
};
use crate::{
    analysis::{Analysis, Entry, Limit, LimitKind, WorkloadKey, limits},
    catalog::Catalog,
    format,
};
use record::{AcceleratorKey, ModelKey, RunKind};
use std::collections::BTreeMap;

/// The measurement of a workload that comes closest to a limit.
type Closest<'a> = BTreeMap<LimitKind, (Entry<'a>, Limit)>;

/// What an accelerator was measured with: model, workload, precision family.
type Work<'s> = (&'s ModelKey, &'s WorkloadKey, String);

/// How close an accelerator's measurements come to its limits.
pub(super) struct Distance {
    /// For each workload the measurement closest to each limit.
    pub(super) table: Table,
    /// For how many measurements each limit is known, a sentence.
    pub(super) known: String,
}

/// The limits of a measurement that are known; none where its hardware or its model has no page.
pub(super) fn known_limits(catalog: &Catalog, entry: &Entry<'_>) -> Vec<Limit> {
    let measurement = entry.measurement;
    let hardware = catalog.accelerators.get(&measurement.deployment.accelerator);
    let model = catalog.models.get(&measurement.model.key);
    let both = hardware.zip(model);
    both.map(|(hardware, model)| limits(measurement, &hardware.specification, model)).unwrap_or_default()
}

/// A share of a limit as per cent, two digits.
pub(super) fn percent(limit: &Limit) -> String {
    format::significant(100.0 * limit.share(), 2)
}

impl Distance {
    /// Of the official measurements on an accelerator.
    pub(super) fn of(analysis: &Analysis<'_>, accelerator: &AcceleratorKey) -> Self {
        let mut works: BTreeMap<Work<'_>, Closest<'_>> = BTreeMap::new();
        let mut counts: BTreeMap<LimitKind, usize> = BTreeMap::new();
        let mut all = 0;
        let official =
            analysis.select(|key| key.accelerator == *accelerator && key.kind == RunKind::Official);
        for (key, entries) in official {
            let closest =
                works.entry((&key.model, &key.workload, key.precision.family().to_owned())).or_default();
            all += entries.len();
            for entry in entries {
                for limit in known_limits(analysis.catalog, entry) {
                    *counts.entry(limit.kind).or_default() += 1;
                    let further =
                        closest.get(&limit.kind).is_none_or(|(_, best)| best.share() < limit.share());
                    if further {
                        closest.insert(limit.kind, (*entry, limit));
                    }
                }
            }
        }
        works.retain(|_, closest| !closest.is_empty());
        Self { table: table(analysis, &works), known: known(&counts, all) }
    }
}

fn table(analysis: &Analysis<'_>, works: &BTreeMap<Work<'_>, Closest<'_>>) -> Table {
    let cell = |closest: &Closest<'_>, kind: LimitKind| {
        closest.get(&kind).map_or_else(Cell::default, |(entry, limit)| {
            let unit = kind.unit();
            let (measured, most) = (format::figure(limit.measured), format::figure(limit.limit));
            Cell::link(format!("{} %", percent(limit)), entry.href())
                .remark(format!("{measured} of {most} {unit}"))
        })
    };
    let rows = works.iter().map(|((model, workload, family), closest)| {
        let name = analysis.catalog.model_name(model);
        let mut row = vec![
            Cell::link(format!("{name}, {}", workload.name()), workload_href(model, workload)),
            Cell::text(family.to_uppercase()),
        ];
        row.extend(LimitKind::ALL.map(|kind| cell(closest, kind)));
        row
    });
    let mut columns = vec![Column::words("Model, workload"), Column::words("Precision")];
    columns.extend(LimitKind::ALL.map(|kind| Column::figures(kind.name(), "reached of the limit")));
    Table {
        caption: "How much of each limit was reached: the measurement that comes closest to it".to_owned(),
        rows: rows.collect(),
        columns,
    }
}

/// `Of 41 measurements the limit by memory bandwidth is known for 30, …`.
fn known(counts: &BTreeMap<LimitKind, usize>, all: usize) -> String {
    let one = |kind: LimitKind| {
        format!("by {} for {}", kind.name().to_lowercase(), counts.get(&kind).copied().unwrap_or(0))
    };
    let parts: Vec<String> = LimitKind::ALL.map(one).into();
    format!(
        "Of {} a limit is known {}.",
        format::plural(all, "measurement", "measurements"),
        crate::verdict::listed(&parts)
    )
}
