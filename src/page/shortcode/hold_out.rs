//! `hold-out`: how far values between measurements are off, in every way that they could be made.

use super::arguments::Arguments;
use crate::{
    analysis::{Analysis, Join, Quantity, WAYS, Way},
    format,
    page::table::{Cell, Column, Table},
};

/// The table as HTML, of all points or (`near="yes"`) of those where the site interpolates.
///
/// # Errors
/// An argument that isn't known.
pub(super) fn block(analysis: &Analysis<'_>, arguments: &Arguments<'_>) -> Result<String, String> {
    arguments.only(&["near"])?;
    let near = match arguments.optional("near") {
        None => false,
        Some("yes") => true,
        Some(other) => return Err(format!("`near` is \"{other}\". Expected \"yes\", or nothing at all")),
    };
    let found = analysis.hold_out();
    let Some(first) = found.errors(0, near) else {
        return Ok("<p class=\"notice\">No series has a point that could be left out.</p>".to_owned());
    };
    let columns = [
        ("Mean error", "%"),
        ("Median", "%"),
        ("90th percentile", "%"),
        ("Largest", "%"),
        ("Typical factor", ""),
    ];
    let columns = columns.map(|(label, unit)| Column::figures(label, unit));
    let rows = WAYS.into_iter().enumerate().filter_map(|(at, way)| {
        let errors = found.errors(at, near)?;
        let shares = [errors.mean, errors.median, errors.p90, errors.largest];
        let mut row = vec![Cell { best: way.is_ours(), ..Cell::text(words(way)) }];
        row.extend(shares.map(|share| Cell::figure(Some(100.0 * share))));
        row.push(Cell::text(format!("{:.3}", errors.factor)));
        Some(row)
    });
    let points = format::plural(first.points, "measurement", "measurements");
    let of = if near {
        "those whose neighbours lie within a factor of two".to_owned()
    } else {
        format!("every inner point of {}", format::plural(found.series, "frontier", "frontiers"))
    };
    let table = Table {
        caption: format!("Leave-one-out errors of {points}: {of}"),
        columns: std::iter::once(Column::words("Way")).chain(columns).collect(),
        rows: rows.collect(),
    };
    Ok(table.html())
}

fn words(way: Way) -> String {
    let what = match (way.quantity, way.through) {
        (Quantity::Throughput, _) => "Throughput",
        (Quantity::Cost, Quantity::Throughput) => "Cost or energy, derived from throughput",
        (Quantity::Cost, Quantity::Cost) => "Cost or energy itself",
    };
    let join = match way.join {
        Join::Steffen => "Steffen’s cubic",
        Join::Line => "straight lines",
        Join::LogLine => "straight lines of the logarithm",
    };
    let ours = if way.is_ours() { " (ours)" } else { "" };
    format!("{what}, {join}{ours}")
}
