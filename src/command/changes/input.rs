//! Reading a series from JSON or CSV.

use super::super::Failure;
use crate::analysis::statistics::median;
use jiff::{Timestamp, civil};
use serde_json::Value;
use std::{io::Read, path::Path};

/// A series as the detectors take it, and where its values came from.
#[derive(Debug, PartialEq)]
pub(super) struct Series {
    /// Finite values in order of time.
    pub(super) values: Vec<f64>,
    /// The position in the file of each value, counted from 0.
    pub(super) positions: Vec<usize>,
    /// The time of each value, as the file has it.
    pub(super) times: Vec<Option<String>>,
    /// What was done to the input beyond reading it.
    pub(super) notes: Vec<String>,
}

/// A value as it stands in the file.
#[derive(Debug)]
struct Point {
    position: usize,
    /// The time, comparable and as written.
    time: Option<(f64, String)>,
    value: Option<f64>,
}

/// Reads a file, or standard input for `-`.
pub(super) fn read(file: &Path, column: &str) -> Result<Series, Failure> {
    let refused = |message: String| Failure::Refused(format!("{}: {message}", file.display()));
    let mut text = String::new();
    let result = if file == Path::new("-") {
        std::io::stdin().read_to_string(&mut text).map(|_| ())
    } else {
        std::fs::read_to_string(file).map(|content| text = content)
    };
    result.map_err(|error| refused(format!("can't be read: {error}")))?;
    parse(&text, column).map_err(refused)
}

/// Parses a series.
fn parse(text: &str, column: &str) -> Result<Series, String> {
    let text = text.trim_start_matches('\u{feff}').trim();
    let points = if text.starts_with(['[', '{']) { from_json(text)? } else { from_csv(text, column)? };
    in_order(points)
}

const JSON_EXPECTED: &str = "Expected an array of numbers or nulls, or of {\"time\": …, \"value\": …}";

fn from_json(text: &str) -> Result<Vec<Point>, String> {
    let document: Value = serde_json::from_str(text).map_err(|error| {
        // Python writes them.
        let remedy = if text.contains("NaN") || text.contains("Infinity") {
            ". JSON has no NaN and no Infinity: write null where there is no value"
        } else {
            ""
        };
        format!("isn't JSON: {error}{remedy}")
    })?;
    let Value::Array(elements) = document else {
        return Err(format!("holds no array. {JSON_EXPECTED}"));
    };
    let point = |(position, element): (usize, &Value)| {
        let (value, time) = match element {
            Value::Object(fields) => {
                let value =
                    fields.get("value").ok_or(format!("element {position} has no value. {JSON_EXPECTED}"))?;
                (value, fields.get("time").filter(|time| !time.is_null()))
            }
            plain => (plain, None),
        };
        let value = match value {
            Value::Null => None,
            Value::Number(number) => Some(finite(number.as_f64().unwrap_or(f64::NAN), position)?),
            other => return Err(format!("element {position} is {other}, not a number. {JSON_EXPECTED}")),
        };
        let time = match time {
            None => None,
            Some(Value::String(text)) => Some(moment(text, position)?),
            Some(Value::Number(number)) => Some((number.as_f64().unwrap_or(f64::NAN), number.to_string())),
            Some(other) => return Err(format!("element {position} has the time {other}. {TIME_EXPECTED}")),
        };
        Ok(Point { position, time, value })
    };
    elements.iter().enumerate().map(point).collect()
}

/// Columns of a CSV file.
struct Columns {
    value: usize,
    time: Option<usize>,
    has_header: bool,
}

fn from_csv(text: &str, column: &str) -> Result<Vec<Point>, String> {
    let first = text.lines().next().unwrap_or_default();
    let delimiter = if first.contains(';') { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .comment(Some(b'#'))
        .trim(csv::Trim::All)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let rows: Result<Vec<csv::StringRecord>, csv::Error> = reader.records().collect();
    let rows = rows.map_err(|error| format!("isn't CSV: {error}"))?;
    let Some(first) = rows.first() else { return Ok(Vec::new()) };
    if let Some(cell) = rows.iter().flatten().find(|cell| delimiter == b';' && has_decimal_comma(cell)) {
        return Err(format!("has `{cell}`, with a decimal comma. Write decimals with a point"));
    }
    let columns = columns(first, column)?;
    if !columns.has_header
        && columns.time.is_some()
        && delimiter == b','
        && rows.iter().all(may_be_one_number)
    {
        return Err(format!(
            "may have decimal commas: is `{}` one number, or a time and a value? Write decimals with a point, or name the \
             columns in a first row: time,value",
            first.iter().collect::<Vec<_>>().join(",")
        ));
    }
    rows.iter()
        .skip(usize::from(columns.has_header))
        .enumerate()
        .map(|(position, row)| {
            let cell = row.get(columns.value).unwrap_or_default();
            let value = number(cell).ok_or(format!("row {position} has `{cell}`, not a number"))?;
            let value = value.map(|value| finite(value, position)).transpose()?;
            let time = columns.time.and_then(|at| row.get(at)).filter(|time| !time.is_empty());
            Ok(Point { position, time: time.map(|time| moment(time, position)).transpose()?, value })
        })
        .collect()
}

/// Whether a cell is a number as many countries write it: `1,5`.
fn has_decimal_comma(cell: &str) -> bool {
    let unsigned = cell.trim_start_matches(['+', '-']);
    unsigned.split_once(',').is_some_and(|(whole, decimals)| is_digits(whole) && is_digits(decimals))
}

/// Whether two cells may be one number that its decimal comma cut in two.
fn may_be_one_number(row: &csv::StringRecord) -> bool {
    let mut cells = row.iter();
    let whole = cells.next().unwrap_or_default().trim_start_matches(['+', '-']);
    is_digits(whole) && cells.all(is_digits)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Which column is which, by the names in the first row, or by their number where that row holds a value.
fn columns(first: &csv::StringRecord, column: &str) -> Result<Columns, String> {
    let named = |wanted: &str| first.iter().position(|name| name.eq_ignore_ascii_case(wanted));
    if first.iter().filter(|name| name.eq_ignore_ascii_case(column)).count() > 1 {
        return Err(format!("has several columns `{column}`. Rename all but one"));
    }
    let time = named("time").or_else(|| named("date"));
    if let Some(value) = named(column) {
        return Ok(Columns { value, time: time.filter(|time| *time != value), has_header: true });
    }
    let last = first.len().saturating_sub(1);
    let is_value = first.get(last).and_then(number).is_some();
    match first.len() {
        1 | 2 if is_value => Ok(Columns { value: last, time: (last == 1).then_some(0), has_header: false }),
        1 => Ok(Columns { value: 0, time: None, has_header: true }),
        _ => Err(format!(
            "has no column `{column}`, but {}. Name the one with the values: --column NAME",
            first.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
        )),
    }
}

/// A cell: a number, or nothing where the value is missing. `None` for anything else.
fn number(cell: &str) -> Option<Option<f64>> {
    let missing = ["", "nan", "null", "na", "n/a"];
    if missing.iter().any(|word| cell.eq_ignore_ascii_case(word)) {
        return Some(None);
    }
    cell.parse().ok().map(Some)
}

fn finite(value: f64, position: usize) -> Result<f64, String> {
    if value.is_finite() { Ok(value) } else { Err(format!("element {position} isn't finite")) }
}

const TIME_EXPECTED: &str = "Expected a number, a day (2026-05-05) or a moment (2026-05-05T12:00:00Z)";

/// A time as a number to sort by: seconds since 1970 for dates.
fn moment(text: &str, position: usize) -> Result<(f64, String), String> {
    let utc = |time: civil::DateTime| jiff::tz::TimeZone::UTC.to_timestamp(time).ok();
    let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
    let seconds = number.or_else(|| {
        let day = || utc(text.parse::<civil::Date>().ok()?.at(0, 0, 0, 0));
        let local = || utc(text.parse::<civil::DateTime>().ok()?);
        let moment = text.parse::<Timestamp>().ok().or_else(local).or_else(day)?;
        Some(moment.as_second() as f64 + f64::from(moment.subsec_nanosecond()) * 1e-9)
    });
    let seconds = seconds.ok_or(format!("element {position} has the time `{text}`. {TIME_EXPECTED}"))?;
    Ok((seconds, text.to_owned()))
}

/// Leaves missing values out, sorts by time, and takes equal times together.
fn in_order(points: Vec<Point>) -> Result<Series, String> {
    let count = points.len();
    let mut points: Vec<Point> = points.into_iter().filter(|point| point.value.is_some()).collect();
    let mut notes = Vec::new();
    if points.len() < count {
        notes.push(format!("left out {} without a value", count - points.len()));
    }
    let timed = points.iter().filter(|point| point.time.is_some()).count();
    if timed > 0 && timed < points.len() {
        return Err("some values have a time and some don't. Give all a time, or none".to_owned());
    }
    let is_number = |point: &&Point| point.time.as_ref().is_some_and(|(_, text)| text.parse::<f64>().is_ok());
    if ![0, timed].contains(&points.iter().filter(is_number).count()) {
        return Err("some times are numbers and some are days or moments. Give all in one form".to_owned());
    }
    let key = |point: &Point| point.time.as_ref().map_or(0.0, |(seconds, _)| *seconds);
    if !points.is_sorted_by(|a, b| key(a) <= key(b)) {
        points.sort_by(|a, b| key(a).total_cmp(&key(b)));
        notes.push("the values weren't in order of time and were sorted".to_owned());
    }
    let mut series = Series { values: Vec::new(), positions: Vec::new(), times: Vec::new(), notes };
    let before = points.len();
    for together in points.chunk_by(|a, b| a.time.is_some() && key(a) == key(b)) {
        let values: Vec<f64> = together.iter().filter_map(|point| point.value).collect();
        series.values.push(median(&values));
        series.positions.push(together[0].position);
        series.times.push(together[0].time.as_ref().map(|(_, text)| text.clone()));
    }
    if series.values.len() < before {
        let more = before - series.values.len();
        series
            .notes
            .push(format!("{more} with a time that another has too were taken together by their median"));
    }
    Ok(series)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<f64> {
        parse(text, "value").expect("a series").values
    }

    #[test]
    fn every_form_is_read() {
        assert_eq!(values("[1, null, 2.5]"), [1.0, 2.5]);
        assert_eq!(values("[]"), [0.0; 0]);
        assert_eq!(values(""), [0.0; 0]);
        assert_eq!(values("1\n2\nNaN\n3\n"), [1.0, 2.0, 3.0]);
        assert_eq!(values("tokens\n1\n2\n"), [1.0, 2.0]);
        assert_eq!(values("2026-05-05,1\n2026-05-06,2\n"), [1.0, 2.0]);
        assert_eq!(values("time;commit;value\n2026-05-05;a;1\n2026-05-06;b;\n"), [1.0]);
        assert_eq!(values("1,100.5\n2,101\n"), [100.5, 101.0], "a point shows that the commas part columns");
        assert_eq!(values("time,value\n1,5\n2,6\n"), [5.0, 6.0]);
        let otava = "time,commit,metric1,metric2\n1,a,154023,10.43\n";
        assert_eq!(parse(otava, "metric2").expect("a series").values, [10.43]);
    }

    #[test]
    fn times_order_the_values_and_equal_times_are_one() {
        let text = r#"[{"time": "2026-05-06", "value": 3}, {"time": "2026-05-05", "value": 1},
                       {"time": "2026-05-06", "value": 5}, {"time": "2026-05-05T12:00:00Z", "value": 2}]"#;
        let series = parse(text, "value").expect("a series");
        assert_eq!(series.values, [1.0, 2.0, 4.0]);
        assert_eq!(series.positions, [1, 3, 0]);
        assert_eq!(series.notes.len(), 2, "{:?}", series.notes);
    }

    #[test]
    fn what_cannot_be_used_is_refused_with_a_reason() {
        for (text, reason) in [
            ("{\"a\": 1}", "no array"),
            ("[1, \"x\"]", "element 1"),
            ("[1, 1e999]", "isn't JSON"),
            ("[[1]]", "not a number"),
            ("[{\"time\": 1}]", "no value"),
            ("[{\"time\": \"yesterday\", \"value\": 1}]", "yesterday"),
            ("[{\"time\": 1, \"value\": 1}, {\"value\": 1}]", "Give all a time"),
            ("[1, 2", "isn't JSON"),
            ("[{\"time\": 1, \"value\": 1}, {\"time\": \"2026-01-01\", \"value\": 1}]", "in one form"),
            ("[1, NaN, 2]", "write null"),
            ("value,value\n1,2\n", "several columns `value`"),
            ("1\ninf\n", "isn't finite"),
            ("1\nx\n", "row 1"),
            ("a,b,c\n1,2,3\n", "--column"),
            ("1,5;2,5", "decimal comma"),
            ("time;value\n1;1,5\n", "decimal comma"),
            ("1,5\n2,5\n", "decimal commas"),
            ("1,5", "decimal commas"),
        ] {
            let error = parse(text, "value").expect_err(text);
            assert!(error.contains(reason), "{text}: {error}");
        }
    }
}
