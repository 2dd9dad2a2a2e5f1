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
    /// (form, place) of the rows that became a part of this one.
    pub(crate) joined: Vec<(&'static str, String)>,
}

impl Finding {
    /// (form, place) of every row that this comes from.
    pub(crate) fn rows(&self) -> Vec<(&'static str, String)> {
        let own = (self.form.name(), self.place.clone());
        std::iter::once(own).chain(self.joined.iter().cloned()).collect()
    }
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
    /// The address of somebody else's run, where the row names one and its folder no run.
    pub(crate) foreign: Option<Foreign>,
    /// Which attempt of the run.
    pub(crate) attempt: u64,
    /// The row's own day.
    pub(crate) day: Option<Date>,
    /// The row's own moment, as text that sorts; empty when it has none.
    pub(crate) moment: String,
    /// What a row without a run is grouped by, besides its day.
    pub(crate) subject: String,
}

/// Where the measuring project's runs are, before and after it was renamed.
const UPSTREAM: [&str; 2] = [
    "https://github.com/SemiAnalysisAI/InferenceMAX/actions/runs/",
    "https://github.com/SemiAnalysisAI/InferenceX/actions/runs/",
];

/// More attempts than any run can have.
const MOST_ATTEMPTS: u64 = 10_000;

/// The longest address that is kept.
const LONGEST_ADDRESS: usize = 500;

/// The number and the attempt of a run of the measuring project, in an address that is exactly one of its runs, of an
/// attempt at one (`/attempts/<n>`) or of a job in one (`/job/…`). Any other address names no run, however it ends.
pub(crate) fn run_in_url(url: &str) -> Option<(String, u64)> {
    let rest = UPSTREAM.iter().find_map(|upstream| url.strip_prefix(upstream))?;
    let (number, rest) = rest.split_once('/').map_or((rest, None), |(number, rest)| (number, Some(rest)));
    let attempt = match rest.map(|rest| rest.split_once('/').unwrap_or((rest, ""))) {
        None => 0,
        Some(("attempts", attempt)) => {
            let attempt = attempt.parse().ok().filter(|_| is_number(attempt))?;
            (1..=MOST_ATTEMPTS).contains(&attempt).then_some(attempt)?
        }
        Some(("job", job)) if is_plain(job) => 0,
        Some(_) => return None,
    };
    is_number(number).then(|| (number.to_owned(), attempt))
}

/// Whether the rest of an address holds nothing but a number, a query and a step.
fn is_plain(rest: &str) -> bool {
    (1..=100).contains(&rest.len())
        && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-?=&#:".contains(&byte))
}

/// An address of somebody else's run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Foreign {
    /// The address as it stood.
    pub(crate) address: String,
    /// Its host, if it is an address of the web that can be linked to.
    pub(crate) host: Option<String>,
}

impl Foreign {
    pub(crate) fn new(address: &str) -> Self {
        Self { address: address.to_owned(), host: host(address) }
    }

    /// The address, if it can be linked to.
    pub(crate) fn link(&self) -> Option<String> {
        self.host.as_ref().map(|_| self.address.clone())
    }
}

/// The host of an address that is plain: no other scheme, no user before the host, no letters that programs read
/// differently.
fn host(address: &str) -> Option<String> {
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"))?;
    let plain = address.len() <= LONGEST_ADDRESS
        && address.bytes().all(|byte| byte.is_ascii_graphic() && !br#"\"'<>`{}|^"#.contains(&byte));
    let authority = rest.split(['/', '?', '#']).next().filter(|_| plain)?;
    let host = authority.split_once(':').map_or(authority, |(host, _)| host).to_lowercase();
    let port = authority.split_once(':').is_none_or(|(_, port)| port.parse::<u16>().is_ok());
    let named = host.split('.').all(|label| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    });
    (named && port).then_some(host)
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
        let renamed = base.replace("InferenceX", "InferenceMAX");
        assert_eq!(run_in_url(&renamed), Some(("20117712794".into(), 0)));
        assert_eq!(run_in_url(&format!("{base}/job/58?pr=3#step:4:5")), Some(("20117712794".into(), 0)));
    }

    #[test]
    fn only_the_projects_own_addresses_name_a_run() {
        let base = "https://github.com/SemiAnalysisAI/InferenceX/actions/runs";
        for end in [
            "",
            "/",
            "/x",
            "/1x",
            "/1/",
            "/1/attempts",
            "/1/attempts/",
            "/1/attempts/0",
            "/1/attempts/x",
            "/1/attempts/+2",
            "/1/attempts/10001",
            "/1/attempts/99999999999999999999",
            "/1/attempts/2/",
            "/1/attempts/2/runs/3",
            "/1/job",
            "/1/job/",
            "/1/job/../../../../evil",
            "/1/job/\"><script>",
            "/1/other",
            "/1?x",
            "/1#x",
            "/1 ",
            "/1\n",
            "/123456789012345678901",
        ] {
            assert_eq!(run_in_url(&format!("{base}{end}")), None, "{end}");
        }
        for url in [
            "javascript:alert(1)/runs/778",
            "https://evil/runs/777",
            "http://github.com/SemiAnalysisAI/InferenceX/actions/runs/1",
            "https://github.com/semianalysisai/InferenceX/actions/runs/1",
            "https://github.com/somebody/InferenceX/actions/runs/1",
            "https://github.com.evil/SemiAnalysisAI/InferenceX/actions/runs/1",
            "https://github.com@evil/SemiAnalysisAI/InferenceX/actions/runs/1",
            "https://evil/?https://github.com/SemiAnalysisAI/InferenceX/actions/runs/1",
            " https://github.com/SemiAnalysisAI/InferenceX/actions/runs/1",
            "nonsense",
        ] {
            assert_eq!(run_in_url(url), None, "{url}");
        }
    }

    #[test]
    fn a_foreign_address_has_a_host_only_if_it_can_be_linked_to() {
        let host = |address: &str| Foreign::new(address).host;
        assert_eq!(host("https://Evil.example/runs/777").as_deref(), Some("evil.example"));
        assert_eq!(host("http://10.0.0.1:8080?x").as_deref(), Some("10.0.0.1"));
        for address in [
            "javascript:alert(1)/runs/778",
            "https://",
            "https:///x",
            "https://a@evil/x",
            "https://evil\\@github.com/",
            "https://evil:x/",
            "https://evil/\u{1b}[2J",
            "https://evil/ x",
            "https://evil/\"><b>",
            "//evil",
            "HTTPS://evil",
            "https://é/",
            "https://a..b/",
        ] {
            assert_eq!(Foreign::new(address).link(), None, "{address}");
        }
        assert_eq!(host(&format!("https://evil/{}", "x".repeat(1000))), None);
    }
}
