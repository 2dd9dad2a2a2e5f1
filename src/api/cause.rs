//! What may have caused a change, who states it, and what people say of it: the same as the trends pages.

use super::Api;
use crate::analysis::{Candidate, Cause, Change, Entry, StatedImage};
use schemars::JsonSchema;
use serde::Serialize;

/// Something that differs between the two runs of a change: a candidate for its cause, and no proof.
#[derive(Serialize, JsonSchema)]
pub(super) struct CandidateOf {
    /// What differs: `image`, `framework_version`, `recipe`, `exact_model`, `driver`, or `changelog` for an entry of a changelog that
    /// concerns the configuration.
    what: &'static str,
    /// What the run before states; absent for an entry of a changelog.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<String>,
    /// What the run after states; absent for an entry of a changelog.
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<String>,
    /// The sentences of an entry of a changelog.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    description: Vec<String>,
    /// Where an entry of a changelog was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// The measurement that states `before`: another configuration of the same run where its own says nothing. From the root of the
    /// server, as the next is.
    stated_before: String,
    /// The measurement that states `after`.
    stated_after: String,
}

/// The statement of an image that is nearest to a change on one side of it, on the same level: what ran then, and no cause where it
/// isn't of the run next to the change.
#[derive(Serialize, JsonSchema)]
pub(super) struct Witness {
    /// The image.
    image: String,
    /// How many runs of the history it is away from the run next to the change; 0 for that run itself.
    runs_away: usize,
    /// Day of that run (UTC).
    #[schemars(extend("format" = "date"))]
    date: String,
    /// The measurement that states it: its page, from the root of the server.
    stated_by: String,
}

/// What people say of a change, in a file of `content/changes/`.
#[derive(Serialize, JsonSchema)]
pub(super) struct Said {
    /// `acknowledged`, `explained`, or `artefact`: the measuring changed, and not what was measured.
    status: &'static str,
    /// The cause, in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<String>,
    /// Who says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
}

pub(super) fn candidates(api: &Api<'_>, change: &Change<'_>) -> Vec<CandidateOf> {
    change.candidates.iter().map(|candidate| candidate_of(api, candidate)).collect()
}

fn candidate_of(api: &Api<'_>, candidate: &Candidate<'_>) -> CandidateOf {
    let page = |entry: Entry<'_>| api.href(&entry.href());
    let (what, before, after) = match &candidate.cause {
        Cause::Image(before, after) => ("image", *before, *after),
        Cause::FrameworkVersion(before, after) => ("framework_version", *before, *after),
        Cause::Recipe(before, after) => ("recipe", *before, *after),
        Cause::ExactModel(before, after) => ("exact_model", *before, *after),
        Cause::Driver(before, after) => ("driver", *before, *after),
        Cause::Changelog(_) => ("changelog", None, None),
    };
    let entry = match &candidate.cause {
        Cause::Changelog(entry) => Some(*entry),
        _ => None,
    };
    CandidateOf {
        what,
        before: before.map(str::to_owned),
        after: after.map(str::to_owned),
        description: entry.map(|entry| entry.description.clone()).unwrap_or_default(),
        url: entry.and_then(|entry| entry.url.clone()),
        stated_before: page(candidate.before),
        stated_after: page(candidate.after),
    }
}

/// Who next states an image before a change, or after it.
pub(super) fn witness(api: &Api<'_>, stated: Option<StatedImage<'_>>) -> Option<Witness> {
    let stated = stated?;
    Some(Witness {
        image: stated.image()?.to_owned(),
        runs_away: stated.runs,
        date: stated.entry.run.date.to_string(),
        stated_by: api.href(&stated.entry.href()),
    })
}

/// What is said of a change; nothing where nobody speaks of it.
pub(super) fn said(api: &Api<'_>, change: &Change<'_>) -> Option<Said> {
    let mut known = api.analysis.catalog.acknowledgements.iter();
    let known = known.find(|known| known.changes().any(|(id, _)| id == change.id))?;
    Some(Said {
        status: known.facts.status.key(),
        cause: known.facts.cause.clone(),
        by: known.facts.by.clone(),
    })
}
