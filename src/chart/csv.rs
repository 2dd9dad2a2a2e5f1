//! Every value of a chart for spreadsheets and scripts: RFC 4180 with lines that end in LF.

use super::{Axis, Bar, Chart, Kind, Scale, Series};
use crate::format::spreadsheet_safe as safe;
use ::csv::{Terminator, Writer, WriterBuilder};

/// A chart as CSV, every point of it, with the values as measured. The header names the units. An unknown value is an
/// empty cell. A cell that a spreadsheet would take for a formula starts with an apostrophe.
pub fn csv(chart: &Chart) -> String {
    let mut writer = WriterBuilder::new().terminator(Terminator::Any(b'\n')).from_writer(Vec::new());
    let written = match &chart.kind {
        Kind::Scatter(_) | Kind::Timeline(_) => points(&mut writer, chart, chart.series()),
        Kind::Bars(bars) => rows_of_bars(&mut writer, chart, bars),
    };
    written.expect("writing to memory doesn't fail, and all rows are as long as the first");
    let bytes = writer.into_inner().expect("writing to memory doesn't fail");
    String::from_utf8(bytes).expect("text in, text out")
}

fn points(writer: &mut Writer<Vec<u8>>, chart: &Chart, all: &[Series]) -> ::csv::Result<()> {
    let first = all.iter().find_map(|series| series.points.first());
    let names: Vec<&str> =
        first.iter().flat_map(|point| &point.details).map(|(name, _)| name.as_str()).collect();
    let (x, y) = (chart.x.with_unit(), chart.y.with_unit());
    let fixed = ["Series", "Measurement", x.as_str(), y.as_str()];
    let frontier = chart.has_frontier().then_some("Frontier");
    writer.write_record(
        fixed
            .iter()
            .copied()
            .chain(frontier)
            .chain(names.iter().copied())
            .chain(["Address"])
            .map(|name| safe(name).into_owned()),
    )?;
    for series in all {
        for (index, point) in series.points.iter().enumerate() {
            let mut row = vec![
                safe(&series.name).into(),
                safe(&point.label).into(),
                value(&chart.x, point.x),
                value(&chart.y, point.y),
            ];
            if chart.has_frontier() {
                row.push(if series.frontier.contains(&index) { "yes" } else { "no" }.into());
            }
            row.extend((0..names.len()).map(|column| {
                let detail = point.details.get(column);
                detail.map_or_else(String::new, |(_, value)| safe(value).into())
            }));
            row.push(safe(&point.href).into());
            writer.write_record(row)?;
        }
    }
    Ok(())
}

fn rows_of_bars(writer: &mut Writer<Vec<u8>>, chart: &Chart, bars: &[Bar]) -> ::csv::Result<()> {
    writer.write_record(["Name", &chart.x.with_unit(), "Address"].map(|name| safe(name).into_owned()))?;
    for bar in bars {
        writer.write_record([
            safe(&bar.name).into_owned(),
            bar.value.map_or_else(String::new, number),
            safe(&bar.href).into_owned(),
        ])?;
    }
    Ok(())
}

/// A value as measured; a day as a date.
fn value(axis: &Axis, value: f64) -> String {
    if axis.scale == Scale::Time && value.is_finite() { axis.readable(value) } else { number(value) }
}

fn number(value: f64) -> String {
    if value.is_finite() { value.to_string() } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_disarmed_and_numbers_are_not() {
        assert_eq!(safe("=1+1"), "'=1+1");
        assert_eq!(safe("@SUM(A1)"), "'@SUM(A1)");
        assert_eq!(safe("-x"), "'-x");
        assert_eq!(safe("-1.5"), "-1.5");
        assert_eq!(safe("fp8"), "fp8");
    }
}
