//! Kinds of work as the record has them.

use super::{Kind, Prefixes, Turns};
use record::{Conversation, Images, SharedPrefix, WorkloadKind, round_significant};

impl Kind {
    /// The kind in the record.
    pub(crate) fn recorded(&self) -> WorkloadKind {
        match self {
            Self::Random => WorkloadKind::FixedLength,
            Self::Chat | Self::File { .. } => WorkloadKind::Chat,
            Self::Summarisation => WorkloadKind::Summarization,
            Self::Code => WorkloadKind::Code,
            Self::Retrieval => WorkloadKind::RetrievalAugmented,
            Self::Json(_) => WorkloadKind::StructuredOutput,
            Self::Tools(_) => WorkloadKind::FunctionCalling,
            Self::SharedPrefix(_) => WorkloadKind::SharedPrefix,
            Self::MultiTurn(_) => WorkloadKind::MultiTurn,
            Self::Vision(_) => WorkloadKind::Vision,
        }
    }

    /// The data set's name in the record: whatever tells two workloads of a kind apart is in it, because it is part of
    /// a measurement's identity.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Random => "random-words".into(),
            Self::Chat => "generated-chat".into(),
            Self::Summarisation => "generated-reports".into(),
            Self::Code => "generated-code".into(),
            Self::Retrieval => "generated-passages".into(),
            Self::Json(schema) => {
                format!("schema-{}", &blake3::hash(schema.to_string().as_bytes()).to_hex()[..8])
            }
            Self::Tools(tools) => format!("generated-tools-{}", tools.len()),
            Self::SharedPrefix(Prefixes { tokens, count, share }) => {
                format!("random-words-after-{count}x{tokens}-for-{:.0}-percent", share * 100.0)
            }
            Self::MultiTurn(Turns { count, think }) => {
                format!("generated-conversations-{count}-turns-{}s-apart", think.as_secs_f64())
            }
            Self::Vision(images) => {
                format!("generated-pictures-{}x{}x{}", images.count, images.width, images.height)
            }
            Self::File { name, .. } => name.clone(),
        }
    }

    /// Shared prefixes as the record has them.
    pub(crate) fn recorded_prefixes(&self) -> Option<SharedPrefix> {
        match self {
            Self::SharedPrefix(Prefixes { tokens, count, share }) => {
                Some(SharedPrefix { tokens: *tokens, prefixes: *count, share: round_significant(*share) })
            }
            _ => None,
        }
    }

    /// Conversations as the record has them.
    pub(crate) fn recorded_turns(&self) -> Option<Conversation> {
        let think_time = |turns: Turns| round_significant(turns.think.as_secs_f64());
        self.turns().map(|turns| Conversation { turns: turns.count, think_time_s: think_time(turns) })
    }

    /// Images as the record has them.
    pub(crate) fn recorded_images(&self) -> Option<Images> {
        match self {
            Self::Vision(images) => Some(images.clone()),
            _ => None,
        }
    }

    /// Tools as the record has them.
    pub(crate) fn recorded_tools(&self) -> Option<u32> {
        match self {
            Self::Tools(tools) => u32::try_from(tools.len()).ok(),
            _ => None,
        }
    }
}
