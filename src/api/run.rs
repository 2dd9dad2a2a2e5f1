//! Runs, and what was withdrawn.

use super::{
    Api, Document,
    list::{About, Selection, pages},
    resource::address,
};
use crate::analysis::{Entry, Label};
use record::{Reference, Retraction, RunKind};
use schemars::JsonSchema;
use serde::Serialize;

/// A run in short; all of it is in its record.
#[derive(Serialize, JsonSchema)]
pub(super) struct RunSummary {
    /// Its id, which never changes.
    id: String,
    /// The day of the run (UTC); the first day, where only a span is known.
    #[schemars(extend("format" = "date"))]
    date: String,
    /// The last day that it can have happened on, where the exact day isn't known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date"))]
    date_until: Option<String>,
    /// Who stands behind it.
    kind: RunKind,
    /// What it is, by the rules of /docs/community-results/.
    label: Label,
    /// Which organisation offers it, where others do.
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<String>,
    /// The project that measured.
    project: String,
    /// SPDX licence of its data, where the source states one.
    #[serde(skip_serializing_if = "Option::is_none")]
    licence: Option<String>,
    /// The credit that its source asks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    attribution: Option<String>,
    /// Its measurements, evaluations included.
    measurements: usize,
    /// Its rows that could not be placed.
    unmapped: usize,
    /// Set where the run was withdrawn: its figures must not be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    retracted: Option<Withdrawal>,
    /// What it took the place of: `RUN` or `RUN#MEASUREMENT`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    supersedes: Vec<String>,
    /// Addresses from the root of the server.
    links: RunLinks,
}

/// Where more about a run is.
#[derive(Serialize, JsonSchema)]
struct RunLinks {
    /// The page for people.
    html: String,
    /// The record.
    record: String,
}

/// Why and when something was withdrawn: what is left of it is its address and this.
#[derive(Serialize, JsonSchema)]
pub(super) struct Withdrawal {
    /// The day of the withdrawal.
    #[schemars(extend("format" = "date"))]
    when: String,
    /// The reason.
    why: String,
    /// What takes its place, `RUN` or `RUN#MEASUREMENT`, where it was corrected.
    #[serde(skip_serializing_if = "Option::is_none")]
    superseded_by: Option<String>,
    /// The page of what takes its place, from the root of the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    html: Option<String>,
}

impl Withdrawal {
    pub(super) fn of(api: &Api<'_>, retraction: &Retraction) -> Self {
        Self {
            when: retraction.when.to_string(),
            why: retraction.why.clone(),
            superseded_by: retraction.superseded_by.as_ref().map(ToString::to_string),
            html: retraction.superseded_by.as_ref().map(|successor| api.href(&successor.href())),
        }
    }
}

/// The word for a kind in records and addresses.
pub(super) fn kind(kind: RunKind) -> &'static str {
    match kind {
        RunKind::Official => "official",
        RunKind::Community => "community",
        RunKind::Unofficial => "unofficial",
    }
}

impl Api<'_> {
    fn replaced_by(&self, successor: &Reference) -> Vec<String> {
        self.analysis.catalog.corrections.replaced_by(successor).iter().map(ToString::to_string).collect()
    }

    /// What a measurement took the place of.
    pub(super) fn replaced_by_measurement(&self, entry: Entry<'_>) -> Vec<String> {
        self.replaced_by(&Reference::to_measurement(&entry.run.id, &entry.measurement.id))
    }
}

pub(super) fn documents(api: &Api<'_>) -> Vec<Document> {
    let summary = |run: &record::Run| RunSummary {
        id: run.id.clone(),
        date: run.date.to_string(),
        date_until: run.date_until.map(|day| day.to_string()),
        kind: run.kind,
        label: api.analysis.run_label(run),
        organisation: run.source.organisation.clone(),
        project: run.source.project.clone(),
        licence: run.source.licence.clone(),
        attribution: run.source.attribution.clone(),
        measurements: run.measurements.len(),
        unmapped: run.unmapped.len(),
        retracted: run.retracted.as_ref().map(|it| Withdrawal::of(api, it)),
        supersedes: api.replaced_by(&Reference::to_run(&run.id)),
        links: RunLinks {
            html: api.href(&format!("/runs/{}/", run.id)),
            record: api.href(&address("runRecord", &[&run.id])),
        },
    };
    let runs: Vec<RunSummary> = api.analysis.catalog.runs.iter().map(summary).collect();
    let about =
        About { id: "runs", values: Vec::new(), of: Selection::default(), html: Some("/runs/".into()) };
    pages(api, &about, runs)
}
