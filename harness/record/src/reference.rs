//! How one record names a run or a measurement of another: `RUN` or `RUN#MEASUREMENT`.

use crate::is_slug;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A run, or one measurement of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String", description = "`RUN` or `RUN#MEASUREMENT`, by their ids.")]
pub struct Reference {
    /// Id of the run.
    pub run: String,
    /// Id of the measurement; absent for the whole run.
    pub measurement: Option<String>,
}

impl Reference {
    /// A whole run.
    pub fn to_run(run: impl Into<String>) -> Self {
        Self { run: run.into(), measurement: None }
    }

    /// One measurement of a run.
    pub fn to_measurement(run: impl Into<String>, measurement: impl Into<String>) -> Self {
        Self { run: run.into(), measurement: Some(measurement.into()) }
    }

    /// Its address on the site, from the root: `/runs/RUN/#m-MEASUREMENT`.
    pub fn href(&self) -> String {
        match &self.measurement {
            None => format!("/runs/{}/", self.run),
            Some(measurement) => format!("/runs/{}/#m-{measurement}", self.run),
        }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.measurement {
            None => formatter.write_str(&self.run),
            Some(measurement) => write!(formatter, "{}#{measurement}", self.run),
        }
    }
}

impl FromStr for Reference {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (run, measurement) = match text.split_once('#') {
            None => (text, None),
            // An address copied from a page has `m-` in front.
            Some((run, measurement)) => (run, Some(measurement.strip_prefix("m-").unwrap_or(measurement))),
        };
        let is_id = |id: &str| id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_slug(run) || !measurement.is_none_or(is_id) {
            return Err(format!(
                "`{text}` names no run and no measurement. Expected a run's id, or RUN#MEASUREMENT with the 16 digits of its id"
            ));
        }
        Ok(Self { run: run.to_owned(), measurement: measurement.map(str::to_owned) })
    }
}

impl TryFrom<String> for Reference {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Reference> for String {
    fn from(reference: Reference) -> Self {
        reference.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_what_names_nothing_is_refused() {
        for text in ["27213443242", "a-b", "27213443242#0123456789abcdef"] {
            assert_eq!(text.parse::<Reference>().expect("a reference").to_string(), text);
        }
        let copied: Reference = "a#m-0123456789abcdef".parse().expect("an address of a page");
        assert_eq!(copied, Reference::to_measurement("a", "0123456789abcdef"));
        for bad in ["", "#0123456789abcdef", "a#", "a#12", "../a", "A B", "a#0123456789abcdeg", "a#b#c"] {
            assert!(bad.parse::<Reference>().is_err(), "{bad}");
        }
    }
}
