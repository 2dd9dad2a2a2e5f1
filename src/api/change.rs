//! What changed: figures from one run to the next, what authors said that they changed, what was withdrawn.

use super::{Api, Document, figure, list::Selection, resource::address, run::Withdrawal, series::selection};
use crate::analysis::{Change, SeriesKey, Turn, change_point::Class};
use record::{Reference, Retraction};
use schemars::JsonSchema;
use serde::Serialize;

/// So many of each kind are listed.
const NEWEST: usize = 200;

/// The newest changes of each kind.
#[derive(Serialize, JsonSchema)]
pub(super) struct Changes {
    /// Addresses from the root of the server.
    links: ChangeLinks,
    /// Where a figure of a configuration changed, newest first.
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

/// A change of one metric of one configuration.
#[derive(Serialize, JsonSchema)]
struct ChangeOf {
    /// Its id, which stays.
    id: String,
    /// What the measurements have in common.
    of: Selection,
    /// The metric.
    metric: &'static str,
    /// Its unit, of `before` and `after`.
    unit: &'static str,
    /// `improvement` or `regression`, by the metric's own direction.
    turn: &'static str,
    /// `confirmed`: two detectors agree, and three runs lie on either side; `suspect`: in the newest two runs; `candidate`: one detector
    /// alone, or too weak among so many configurations.
    class: &'static str,
    /// Median before.
    before: f64,
    /// Median after.
    after: f64,
    /// After over before.
    ratio: f64,
    /// Interval of that ratio, low and high, where there are enough runs for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    interval: Option<[f64; 2]>,
    /// The last measurement before: its page, from the root of the server.
    last_before: String,
    /// The first measurement after.
    first_after: String,
    /// Day of the first measurement after (UTC).
    #[schemars(extend("format" = "date"))]
    date: String,
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

fn change_points(api: &Api<'_>) -> Vec<ChangeOf> {
    let changes = api.analysis.trends().changes().into_iter();
    changes.filter_map(|(key, change)| change_of(api, key, change)).take(NEWEST).collect()
}

/// A change as it is published; nothing for one of figures that JSON can't hold.
fn change_of(api: &Api<'_>, key: &SeriesKey, change: &Change<'_>) -> Option<ChangeOf> {
    let point = &change.point;
    let interval = point.interval.and_then(|it| Some([figure(Some(it.low))?, figure(Some(it.high))?]));
    Some(ChangeOf {
        id: change.id.clone(),
        of: selection(key),
        metric: change.metric.key(),
        unit: change.metric.unit(),
        turn: match change.turn() {
            Turn::Improvement => "improvement",
            Turn::Regression => "regression",
        },
        class: match point.class {
            Class::Confirmed => "confirmed",
            Class::Suspect => "suspect",
            Class::Candidate => "candidate",
        },
        before: figure(Some(point.before))?,
        after: figure(Some(point.after))?,
        ratio: figure(Some(point.after / point.before))?,
        interval,
        last_before: api.href(&change.before.href()),
        first_after: api.href(&change.after.href()),
        date: change.after.run.date.to_string(),
    })
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
