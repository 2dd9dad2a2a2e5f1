//! What makes two measurements' work the same.

use record::{Workload, WorkloadKind};
use schemars::JsonSchema;
use serde::Serialize;

/// A workload that measurements can share.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
pub struct WorkloadKey {
    /// The kind of work.
    pub kind: WorkloadKind,
    /// Nominal input tokens.
    pub input_tokens: Option<u32>,
    /// Nominal output tokens.
    pub output_tokens: Option<u32>,
    /// The data set, where the lengths come from one.
    pub dataset: Option<String>,
}

impl WorkloadKey {
    /// The key of a record's workload.
    pub fn of(workload: &Workload) -> Self {
        let fixed = workload.kind == WorkloadKind::FixedLength;
        Self {
            kind: workload.kind,
            input_tokens: workload.input_tokens,
            output_tokens: workload.output_tokens,
            dataset: workload.dataset.as_ref().filter(|_| !fixed).map(|dataset| dataset.name.clone()),
        }
    }

    /// Part of the page's address: `8192-1024`, `agentic-<data set>`.
    pub fn slug(&self) -> String {
        match (self.kind, self.input_tokens, self.output_tokens) {
            (WorkloadKind::FixedLength, Some(input), Some(output)) => format!("{input}-{output}"),
            _ => {
                let mut slug = kind_name(self.kind).replace(' ', "-");
                for part in [self.input_tokens, self.output_tokens].into_iter().flatten() {
                    slug.push_str(&format!("-{part}"));
                }
                if let Some(dataset) = &self.dataset {
                    slug.push('-');
                    slug.push_str(&dataset_slug(dataset));
                }
                slug
            }
        }
    }

    /// For headings: `8k in, 1k out`.
    pub fn name(&self) -> String {
        match (self.kind, self.input_tokens, self.output_tokens) {
            (WorkloadKind::FixedLength, Some(input), Some(output)) => {
                format!("{} in, {} out", tokens(input), tokens(output))
            }
            _ => {
                let mut name = kind_name(self.kind).to_owned();
                if let Some(dataset) = &self.dataset {
                    name.push_str(&format!(" ({})", dataset.rsplit('/').next().unwrap_or(dataset)));
                }
                name
            }
        }
    }
}

/// A data set's name as part of an address: its last segment, and, where that isn't the whole name as it stands, four
/// digits of its hash, so that no two data sets share an address.
fn dataset_slug(dataset: &str) -> String {
    let last = dataset.rsplit('/').next().unwrap_or(dataset);
    let plain: String = last
        .chars()
        .take(60)
        .map(|c| match c.to_ascii_lowercase() {
            plain @ ('a'..='z' | '0'..='9') => plain,
            _ => '-',
        })
        .collect();
    let plain = plain.trim_matches('-');
    if plain == dataset {
        plain.to_owned()
    } else {
        format!("{plain}-{}", &blake3::hash(dataset.as_bytes()).to_hex()[..4])
    }
}

fn kind_name(kind: WorkloadKind) -> &'static str {
    match kind {
        WorkloadKind::FixedLength => "fixed length",
        WorkloadKind::Agentic => "agentic",
        WorkloadKind::Evaluation => "evaluation",
        WorkloadKind::Chat => "chat",
        WorkloadKind::Summarization => "summarization",
        WorkloadKind::Code => "code",
        WorkloadKind::RetrievalAugmented => "retrieval augmented",
        WorkloadKind::StructuredOutput => "structured output",
        WorkloadKind::FunctionCalling => "function calling",
        WorkloadKind::SharedPrefix => "shared prefix",
        WorkloadKind::MultiTurn => "multi turn",
        WorkloadKind::Vision => "vision",
        WorkloadKind::Trace => "trace",
    }
}

/// `8192` as `8k`: the field counts in units of 1,024.
fn tokens(count: u32) -> String {
    if count >= 1024 && count.is_multiple_of(1024) { format!("{}k", count / 1024) } else { count.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_written_as_the_field_writes_them() {
        let mut key = WorkloadKey {
            kind: WorkloadKind::FixedLength,
            input_tokens: Some(8192),
            output_tokens: Some(1000),
            dataset: None,
        };
        assert_eq!((key.slug().as_str(), key.name().as_str()), ("8192-1000", "8k in, 1000 out"));
        key.kind = WorkloadKind::Agentic;
        (key.input_tokens, key.output_tokens) = (None, None);
        key.dataset = Some("gsm8k".into());
        assert_eq!(key.slug(), "agentic-gsm8k");
        let mut slugs = std::collections::BTreeSet::new();
        for dataset in ["a/b", "a-b", "b", "A/b", "東京", "大阪", "/", &"x".repeat(500), &"x".repeat(501)]
        {
            key.dataset = Some(dataset.to_owned());
            assert!(record::is_slug(&key.slug()), "{}", key.slug());
            assert!(slugs.insert(key.slug()), "{dataset}: {}", key.slug());
        }
    }
}
