//! What one row came to, and where it came from.

use super::{classify::Form, raw::RawOutput};
use jiff::civil::Date;
use record::{Attempts, Change, Measurement, Unmapped};
use serde_json::Value;

/// What a row came to.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    Measurement(Box<Measurement>),
    Raw(Box<RawOutput>),
    Unmapped(Box<Unmapped>),
    Attempts(Vec<Attempts>),
    Changes { changes: Vec<Change>, revision: Option<String> },
    Reliability(ReliabilityRow),
}

/// One row of the reliability table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ReliabilityRow {
    pub(crate) date: Date,
    pub(crate) accelerator: String,
    pub(crate) succeeded: u64,
    pub(crate) total: u64,
}

/// A row that says something.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    pub(crate) form: Form,
    pub(crate) place: String,
    pub(crate) origin: Origin,
    pub(crate) body: Body,
    /// Of the row, so that one that was unmapped is known again once it is a measurement.
    pub(crate) print: Fingerprint,
}

/// The hash of a row whose numbers are rounded as records round them.
pub(crate) type Fingerprint = blake3::Hash;

/// The fingerprint of a row.
pub(crate) fn fingerprint(row: &Value) -> Fingerprint {
    let mut hasher = blake3::Hasher::new();
    hash(row, &mut hasher);
    hasher.finalize()
}

fn hash(value: &Value, hasher: &mut blake3::Hasher) {
    match value {
        Value::Number(number) => {
            let rounded = record::round_significant(number.as_f64().unwrap_or_default());
            hasher.update(&rounded.to_bits().to_le_bytes());
        }
        Value::Array(items) => {
            hasher.update(b"[");
            items.iter().for_each(|item| hash(item, hasher));
        }
        Value::Object(fields) => {
            let sorted: std::collections::BTreeMap<&String, &Value> = fields.iter().collect();
            for (key, value) in sorted {
                hasher.update(key.as_bytes());
                hash(value, hasher);
            }
        }
        other => {
            hasher.update(other.to_string().as_bytes());
        }
    }
}

/// Where a row came from, as far as it or its folder says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The project's number of the run.
    pub(crate) run: Option<String>,
    /// The run's address.
    pub(crate) url: Option<String>,
    /// Which attempt of the run.
    pub(crate) attempt: u64,
    /// The row's own day.
    pub(crate) day: Option<Date>,
    /// The row's own moment, as text that sorts; empty when it has none.
    pub(crate) moment: String,
    /// What a row without a run is grouped by, besides its day.
    pub(crate) subject: String,
}

/// The number and the attempt in an address that ends in `/runs/<id>` or `/runs/<id>/attempts/<n>`.
pub(crate) fn run_in_url(url: &str) -> Option<(String, u64)> {
    let rest = url.split_once("/runs/")?.1;
    let mut segments = rest.trim_end_matches('/').split('/');
    let number = segments.next().filter(|number| is_number(number))?.to_owned();
    let attempt = match (segments.next(), segments.next()) {
        (Some("attempts"), Some(attempt)) => attempt.parse().unwrap_or(0),
        _ => 0,
    };
    Some((number, attempt))
}

/// Whether a text is a run number: digits, few enough to be one.
pub(crate) fn is_number(text: &str) -> bool {
    (1..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_named_by_their_address() {
        let base = "https://github.com/SemiAnalysisAI/InferenceX/actions/runs/20117712794";
        assert_eq!(run_in_url(base), Some(("20117712794".into(), 0)));
        assert_eq!(run_in_url(&format!("{base}/attempts/2")), Some(("20117712794".into(), 2)));
        assert_eq!(run_in_url("https://example.org/runs/../../etc"), None);
        assert_eq!(run_in_url("nonsense"), None);
    }
}
