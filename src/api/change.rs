//! What changed: figures from one run to the next, what authors said that they changed, what was withdrawn.

use super::{
    Api, Document,
    change_point::{ChangeOf, changes_of_class},
    resource::address,
    run::Withdrawal,
};
use crate::analysis::change_point::Class;
use record::{Reference, Retraction};
use schemars::JsonSchema;
use serde::Serialize;

/// So many of each kind are listed, and of each class of changes.
const NEWEST: usize = 200;

/// The newest changes of each kind.
#[derive(Serialize, JsonSchema)]
pub(super) struct Changes {
    /// Addresses from the root of the server.
    links: ChangeLinks,
    /// Where a figure of a configuration changed, newest first. What is older is in the documents of the series.
    change_points: Vec<ChangeOf>,
    /// What the authors of runs said that they changed, newest first.
    announced: Vec<Announced>,
    /// What was withdrawn, newest first.
    withdrawn: Vec<Withdrawn>,
}

/// Where more about changes is.
#[derive(Serialize, JsonSchema)]
struct ChangeLinks {
    /// This document.
    #[serde(rename = "self")]
    this: String,
    /// The page for people.
    html: String,
    /// The page for people about changes over time.
    trends: String,
}

/// What the authors of a run said that they changed.
#[derive(Serialize, JsonSchema)]
struct Announced {
    /// Day of the run (UTC).
    #[schemars(extend("format" = "date"))]
    date: String,
    /// The run.
    run: String,
    /// The configurations concerned, in the source's own words.
    configurations: Vec<String>,
    /// What changed, a sentence each.
    description: Vec<String>,
    /// Where the change was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

/// What was withdrawn.
#[derive(Serialize, JsonSchema)]
struct Withdrawn {
    /// `RUN` or `RUN#MEASUREMENT`.
    what: String,
    /// When, why, and what takes its place.
    retracted: Withdrawal,
    /// The page for people, from the root of the server.
    html: String,
}

pub(super) fn documents(api: &Api<'_>) -> Vec<Document> {
    let document = Changes {
        links: ChangeLinks {
            this: api.href(&address("changes", &[])),
            html: api.href("/changes/"),
            trends: api.href("/trends/"),
        },
        change_points: change_points(api),
        announced: announced(api),
        withdrawn: withdrawn(api),
    };
    vec![Document::new(Vec::new(), &document)]
}

/// The newest of each class, so that those that are still open never crowd out what is confirmed.
fn change_points(api: &Api<'_>) -> Vec<ChangeOf> {
    let classes = [Class::Confirmed, Class::Suspect, Class::Candidate];
    let newest = classes.into_iter().flat_map(|class| changes_of_class(api, class).take(NEWEST));
    let mut newest: Vec<ChangeOf> = newest.collect();
    newest.sort_by(ChangeOf::newest_first);
    newest
}

fn announced(api: &Api<'_>) -> Vec<Announced> {
    let runs = api.analysis.catalog.runs.iter().rev();
    runs.flat_map(|run| run.changes.iter().map(move |change| (run, change)))
        .take(NEWEST)
        .map(|(run, change)| Announced {
            date: run.date.to_string(),
            run: run.id.clone(),
            configurations: change.configurations.clone(),
            description: change.description.clone(),
            url: change.url.clone(),
        })
        .collect()
}

fn withdrawn(api: &Api<'_>) -> Vec<Withdrawn> {
    let runs = &api.analysis.catalog.runs;
    let whole = runs.iter().filter_map(|run| Some((Reference::to_run(&run.id), run.retracted.as_ref()?)));
    let each = runs.iter().flat_map(|run| {
        run.measurements.iter().filter_map(|measurement| {
            Some((Reference::to_measurement(&run.id, &measurement.id), measurement.retracted.as_ref()?))
        })
    });
    let mut all: Vec<(Reference, &Retraction)> = whole.chain(each).collect();
    all.sort_by(|(a, one), (b, other)| (other.when, a).cmp(&(one.when, b)));
    all.into_iter()
        .take(NEWEST)
        .map(|(what, retraction)| Withdrawn {
            html: api.href(&what.href()),
            what: what.to_string(),
            retracted: Withdrawal::of(api, retraction),
        })
        .collect()
}
