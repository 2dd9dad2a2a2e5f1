//! How often jobs succeed, by accelerator and day: a table of its own, since its rows name no run.

use crate::{AcceleratorKey, Source, canonical::rounded, is_slug, validate::implausible_day};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{collections::BTreeSet, fmt::Write};

/// The version of the table that this crate writes.
pub const RELIABILITY_VERSION: u32 = 1;

/// Successes and totals of a project's jobs, by day and accelerator.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Reliability {
    /// Version of this format; see [`RELIABILITY_VERSION`].
    pub reliability_version: u32,
    /// Where the figures came from.
    pub source: Source,
    /// One entry a day and accelerator.
    #[serde(default)]
    pub days: Vec<ReliabilityDay>,
}

/// The jobs of one accelerator on one day.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ReliabilityDay {
    /// The day (UTC).
    #[schemars(with = "String", extend("format" = "date"))]
    pub date: Date,
    /// The accelerator; a label that the importer doesn't know stands as it was.
    pub accelerator: AcceleratorKey,
    /// The source's rows of the day, equal ones counted.
    pub jobs: Vec<JobSet>,
}

/// Equal rows of one day.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct JobSet {
    /// Jobs that succeeded.
    pub succeeded: u64,
    /// Jobs that were tried. Zero means that nothing ran, which is not a success rate of zero.
    pub total: u64,
    /// How many rows of the day say so.
    pub count: u64,
}

impl Reliability {
    /// The table as a file: sorted, keys in alphabetical order, one day and accelerator a line, and a final newline.
    pub fn to_canonical_json(&self) -> String {
        let mut days = self.days.clone();
        for day in &mut days {
            day.jobs.sort();
        }
        days.sort();
        let line = |value: Value| rounded(value).to_string();
        let rows: Vec<String> = days
            .iter()
            .map(|day| format!("    {}", line(serde_json::to_value(day).unwrap_or_default())))
            .collect();
        let mut text = String::from("{\n");
        let list = if rows.is_empty() { "[]".to_owned() } else { format!("[\n{}\n  ]", rows.join(",\n")) };
        let _ = writeln!(text, "  \"days\": {list},");
        let _ = writeln!(text, "  \"reliability_version\": {},", self.reliability_version);
        let _ =
            writeln!(text, "  \"source\": {}", line(serde_json::to_value(&self.source).unwrap_or_default()));
        text.push_str("}\n");
        text
    }

    /// Reads the table.
    ///
    /// # Errors
    /// What is wrong, and where; a version from the future among it.
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        let table: Self = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        if table.reliability_version > RELIABILITY_VERSION {
            let found = table.reliability_version;
            return Err(format!(
                "reliability_version is {found}; this program reads up to {RELIABILITY_VERSION}"
            ));
        }
        Ok(table)
    }

    /// Everything that is wrong with the figures, one message each with its place. A table with problems must not be
    /// published.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let mut seen = BTreeSet::new();
        for (index, day) in self.days.iter().enumerate() {
            let path = format!("$.days[{index}]");
            let (date, accelerator) = (day.date, day.accelerator.as_str());
            problems.extend(implausible_day(date).map(|message| format!("{path}.date: {message}")));
            if !is_slug(accelerator) {
                problems.push(format!(
                    "{path}.accelerator: {accelerator:?} is not allowed: use lower-case letters, digits, `-`, `_` and \
                     inner `.`, at most 100"
                ));
            }
            if !seen.insert((date, accelerator)) {
                problems
                    .push(format!("{path}: {date} and {accelerator:?} stand twice. Join the two entries"));
            }
            for (index, JobSet { succeeded, total, .. }) in day.jobs.iter().enumerate() {
                if succeeded > total {
                    problems.push(format!(
                        "{path}.jobs[{index}]: {succeeded} succeeded of {total} tried. Correct or remove it"
                    ));
                }
            }
        }
        problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_reads_back_as_it_was_written() {
        let date: Date = "2026-05-05".parse().expect("a date");
        let jobs =
            vec![JobSet { succeeded: 3, total: 4, count: 2 }, JobSet { succeeded: 0, total: 0, count: 24 }];
        let table = Reliability {
            reliability_version: RELIABILITY_VERSION,
            source: Source { project: "InferenceMAX".into(), ..Source::default() },
            days: vec![ReliabilityDay { date, accelerator: "h100".into(), jobs }],
        };
        let text = table.to_canonical_json();
        let again = Reliability::read(text.as_bytes()).expect("its own output");
        assert_eq!(text, again.to_canonical_json());
        assert_eq!(again.days[0].jobs[0].total, 0);
    }
    #[test]
    fn more_successes_than_jobs_are_a_problem_that_names_its_place() {
        let text = r#"{"reliability_version": 1, "source": {"project": "x"}, "days": [
            {"date": "2026-05-05", "accelerator": "h100", "jobs": [{"succeeded": 1, "total": 1, "count": 1}]},
            {"date": "1999-05-05", "accelerator": "<b>", "jobs": [{"succeeded": 2, "total": 1, "count": 1}]},
            {"date": "2026-05-05", "accelerator": "h100", "jobs": []}
        ]}"#;
        let problems = Reliability::read(text.as_bytes()).expect("readable").problems();
        assert_eq!(problems.len(), 4, "{problems:?}");
        assert!(problems[0].starts_with("$.days[1].date: 1999-05-05 is not a day"), "{problems:?}");
        assert!(problems[1].starts_with("$.days[1].accelerator: \"<b>\""), "{problems:?}");
        assert!(problems[2].starts_with("$.days[1].jobs[0]: 2 succeeded of 1"), "{problems:?}");
        assert!(problems[3].starts_with("$.days[2]: "), "{problems:?}");
        let negative = text.replace("\"total\": 1", "\"total\": -1");
        assert!(Reliability::read(negative.as_bytes()).is_err());
    }
}
