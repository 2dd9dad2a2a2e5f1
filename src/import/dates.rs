//! When a run happened: days in rows, and the list that `--dates` names.

use jiff::{
    Timestamp,
    civil::{Date, date},
    tz::Offset,
};
use serde::Deserialize;
use std::{collections::BTreeMap, path::Path};

/// The day or the span of days in which a run happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) first: Date,
    pub(crate) last: Option<Date>,
    /// How the date is known, where it isn't the run's own.
    pub(crate) method: Option<String>,
}

impl Span {
    pub(crate) fn exact(day: Date) -> Self {
        Self { first: day, last: None, method: None }
    }
}

/// Run number → when.
pub(crate) type Dates = BTreeMap<String, Span>;

/// Adds the days that other files of a run tell, where the list has none, or only a span. Of several days the first
/// counts: a run that goes past midnight happened on the day on which it started.
pub(crate) fn learn(dates: &mut Dates, run_days: Vec<(String, Date)>) {
    for (run, day) in run_days {
        let method = Some("start time in the client's own export".to_owned());
        let learned = Span { first: day, last: None, method };
        let known = dates.entry(run).or_insert_with(|| learned.clone());
        let better = known.last.is_some() || (known.method == learned.method && day < known.first);
        if better {
            *known = learned;
        }
    }
}

/// The days that a record may have, both included.
const DAYS: (Date, Date) = (date(2015, 1, 1), date(2100, 1, 1));

/// The day in a text: `2026-05-05`, `20260527-075026` or a time stamp (its day in UTC). No benchmark ran before 2015,
/// and none has run after 2100.
pub(crate) fn day(text: &str) -> Option<Date> {
    spelt(text.trim()).filter(|day| (DAYS.0..=DAYS.1).contains(day))
}

fn spelt(text: &str) -> Option<Date> {
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(Offset::UTC.to_datetime(moment).date());
    }
    let digits = text.get(..8).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    match digits {
        Some(digits) => Date::strptime("%Y%m%d", digits).ok(),
        None => text.get(..10)?.parse().ok(),
    }
}

#[derive(Deserialize)]
struct Line {
    run_id: String,
    date: String,
    #[serde(default)]
    method: String,
}

/// Reads a list of dates: CSV with the columns `run_id` and `date` (a day, or `first..last`), and `method`.
///
/// # Errors
/// A message that names the line.
pub(crate) fn read(path: &Path) -> Result<Dates, String> {
    let mut reader = csv::Reader::from_path(path).map_err(|error| error.to_string())?;
    let mut dates = Dates::new();
    for (index, line) in reader.deserialize().enumerate() {
        let line: Line = line.map_err(|error| error.to_string())?;
        let span = span(&line).ok_or_else(|| {
            format!(
                "line {}: `{}` is not a day (2026-05-05) or a span (2026-05-05..2026-05-07)",
                index + 2,
                line.date
            )
        })?;
        dates.insert(line.run_id.trim().to_owned(), span);
    }
    Ok(dates)
}

fn span(line: &Line) -> Option<Span> {
    let method = Some(line.method.trim()).filter(|method| !method.is_empty()).map(str::to_owned);
    match line.date.split_once("..") {
        Some((first, last)) => {
            let (first, last) = (day(first)?, day(last)?);
            (first <= last).then_some(Span { first, last: (last > first).then_some(last), method })
        }
        None => Some(Span {
            first: day(&line.date)?,
            last: None,
            method: method.filter(|method| method != "recorded"),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_in_every_spelling_seen() {
        let expected: Date = "2026-05-27".parse().expect("a date");
        for text in ["2026-05-27", "20260527-075026", "2026-05-27T23:25:28Z", "2026-05-28T01:25:28+02:00"] {
            assert_eq!(day(text), Some(expected), "{text}");
        }
        for text in ["2015-01-01", "2100-01-01"] {
            assert!(day(text).is_some(), "{text}");
        }
        for text in [
            "",
            "yesterday",
            "2026-13-01",
            "20261301-000000",
            "é",
            "-0001-01-01",
            "soon",
            "2014-12-31",
            "2100-01-02",
            "9999-12-31",
            "00010101",
            "-009999-01-01T00:00:00Z",
        ] {
            assert_eq!(day(text), None, "{text}");
        }
    }

    #[test]
    fn a_list_of_dates_knows_days_and_spans() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("dates.csv");
        let text = "run_id,date,timestamp_utc,method,sources\n\
                    1,2025-10-06,,recorded,x\n2,2025-12-15..2025-12-17,,bracketed,y\n";
        std::fs::write(&path, text).expect("written");
        let dates = read(&path).expect("a list");
        assert_eq!(dates["1"], Span::exact("2025-10-06".parse().expect("a date")));
        assert_eq!(dates["2"].last, Some("2025-12-17".parse().expect("a date")));
        assert_eq!(dates["2"].method.as_deref(), Some("bracketed"));
        std::fs::write(&path, "run_id,date\n1,soon\n").expect("written");
        assert!(read(&path).expect_err("not a day").contains("line 2"));
    }
}
