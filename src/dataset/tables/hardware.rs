//! Accelerators as their vendors specify them.

use super::addresses;
use crate::{
    analysis::Analysis,
    catalog::Specification,
    dataset::{
        DatasetError, Table,
        table::{Define, integer, number, read, text},
    },
};
use std::collections::BTreeMap;

/// An accelerator; one that only records name has nothing but its key.
type Row<'a> = (&'a str, Option<&'a Specification>);

pub(super) fn table<'a>(analysis: &Analysis<'a>) -> Result<Table<'a>, DatasetError> {
    let catalog = analysis.catalog;
    let mut rows: BTreeMap<&'a str, Option<&'a Specification>> = BTreeMap::new();
    for measurement in catalog.runs.iter().flat_map(|run| &run.measurements) {
        rows.insert(measurement.deployment.accelerator.as_str(), None);
    }
    let days = catalog.reliability.iter().flat_map(|table| &table.days);
    rows.extend(days.map(|day| (day.accelerator.as_str(), None)));
    let priced = catalog.prices.editions.iter().flat_map(|edition| edition.accelerator.keys());
    rows.extend(priced.map(|key| (key.as_str(), None)));
    rows.extend(catalog.accelerators.values().map(|known| (known.key.as_str(), Some(&known.specification))));
    let rows: Vec<Row<'a>> = rows.into_iter().collect();
    let mut columns = vec![
        text("key", "The accelerator's key; its page is /hardware/<key>/", |(key, _): &Row<'a>| Some(*key))
            .key(),
        words("name", "Product name", |s| Some(s.name.as_str())),
        words("vendor", "Who makes it", |s| Some(s.vendor.as_str())),
        words("architecture", "Architecture or generation", |s| s.architecture.as_deref()),
        words("description", "One sentence about it", |s| Some(s.description.as_str())),
        figure("memory_capacity_gb", "GB", "Memory of one accelerator, in 10⁹ bytes", |s| {
            s.memory.capacity_gb
        }),
        words("memory_technology", "Kind of memory", |s| s.memory.technology.as_deref()),
        figure("memory_bandwidth_tb_per_s", "TB/s", "Bandwidth of its memory", |s| {
            s.memory.bandwidth_tb_per_s
        }),
        figure("fp4_tflops", "TFLOP/s", "Dense peak in four-bit floating point", |s| s.compute.fp4_tflops),
        figure("fp8_tflops", "TFLOP/s", "Dense peak in eight-bit floating point", |s| s.compute.fp8_tflops),
        figure("bf16_tflops", "TFLOP/s", "Dense peak in bfloat16", |s| s.compute.bf16_tflops),
        figure("rated_power_w", "W", "Rated power of one board", |s| s.power.rated_w),
    ];
    columns.extend(networks());
    columns.extend([
        words("note", "Where sources disagree", |s| s.note.as_deref()),
        text(
            "sources",
            "Addresses of the sources, or their titles, `; ` between them",
            |(_, known): &Row<'a>| known.and_then(|known| addresses(&known.sources)),
        ),
    ]);
    Table::new(
        "hardware",
        "Hardware",
        "One row an accelerator, as its vendor specifies it. One that only results name has nothing but its key",
        read(&rows, columns),
    )
}

fn networks<'a>() -> Vec<Define<'a, Row<'a>>> {
    vec![
        words("scale_up_technology", "Network inside a scale-up domain", |s| {
            s.scale_up.technology.as_deref()
        }),
        figure(
            "scale_up_bandwidth_gb_per_s",
            "GB/s",
            "Its bandwidth for one accelerator, one direction",
            |s| s.scale_up.bandwidth_gb_per_s,
        ),
        integer("scale_up_world", "accelerators", "Accelerators in one domain", |(_, known): &Row<'a>| {
            known.and_then(|known| known.scale_up.world)
        }),
        words("scale_up_topology", "Topology of the domain", |s| s.scale_up.topology.as_deref()),
        words("scale_up_switch", "Switch of the domain", |s| s.scale_up.switch.as_deref()),
        words("scale_out_technology", "Network between domains", |s| s.scale_out.technology.as_deref()),
        figure("scale_out_bandwidth_gbit_per_s", "Gbit/s", "Its bandwidth for one accelerator", |s| {
            s.scale_out.bandwidth_gbit_per_s
        }),
        words("scale_out_nic", "Network adapter", |s| s.scale_out.nic.as_deref()),
        words("scale_out_switch", "Switch between domains", |s| s.scale_out.switch.as_deref()),
        words("scale_out_topology", "Topology between domains", |s| s.scale_out.topology.as_deref()),
    ]
}

fn words<'a>(
    name: &'static str,
    description: &'static str,
    value: fn(&'a Specification) -> Option<&'a str>,
) -> Define<'a, Row<'a>> {
    text(name, description, move |(_, known): &Row<'a>| known.and_then(value))
}

fn figure<'a>(
    name: &'static str,
    unit: &'static str,
    description: &'static str,
    value: fn(&'a Specification) -> Option<f64>,
) -> Define<'a, Row<'a>> {
    number(name, unit, description, move |(_, known): &Row<'a>| known.and_then(value))
}
