//! What changed: throughput from one run to the next, what authors said that they changed, what was withdrawn.

use super::{Api, Document, figure, list::Selection, resource::address, run::Withdrawal, series::selection};
use crate::analysis::{
    Entry, Metric,
    change_point::{Class, VoteSettings, change_points_of_all},
    histories, metric_history,
};
use record::{Reference, Retraction};
use schemars::JsonSchema;
use serde::Serialize;

/// So many of each kind are listed.
const NEWEST: usize = 200;

/// A configuration needs this many runs before a change of it can be told from noise.
const FEWEST_RUNS: usize = 5;

/// So many of a configuration's newest runs are looked at.
const MOST_RUNS: usize = 100;

/// The newest changes of each kind.
#[derive(Serialize, JsonSchema)]
pub(super) struct Changes {
    /// Addresses from the root of the server.
    links: ChangeLinks,
    /// Where the throughput of a configuration changed, newest first.
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

/// A change of throughput per accelerator.
#[derive(Serialize, JsonSchema)]
struct ChangeOf {
    /// What the measurements have in common.
    of: Selection,
    /// `confirmed`: two detectors agree, and three runs lie on either side; `suspect`: in the newest two runs; `candidate`: one detector
    /// alone, or too weak among so many configurations.
    class: &'static str,
    /// Median before, tokens/s per accelerator.
    before: f64,
    /// Median after, tokens/s per accelerator.
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
    let (watched, values): (Vec<_>, Vec<_>) = histories(&api.analysis.catalog.runs)
        .into_iter()
        .map(|((key, _), history)| {
            let newest = &history[history.len().saturating_sub(MOST_RUNS)..];
            let (entries, values) =
                metric_history(newest, Metric::ThroughputPerAccelerator, &api.analysis.economics);
            ((key, entries), values)
        })
        .filter(|(_, values)| values.len() >= FEWEST_RUNS)
        .unzip();
    let found = change_points_of_all(&values, &VoteSettings::default());
    let mut changes: Vec<(Entry<'_>, ChangeOf)> = Vec::new();
    for ((key, entries), points) in watched.iter().zip(found) {
        for point in points {
            let (before, after) = (entries[point.index - 1], entries[point.index]);
            let ratio = point.after / point.before;
            let [Some(low), Some(high), Some(ratio)] =
                [point.before, point.after, ratio].map(|it| figure(Some(it)))
            else {
                continue;
            };
            let interval =
                point.interval.and_then(|it| Some([figure(Some(it.low))?, figure(Some(it.high))?]));
            let class = match point.class {
                Class::Confirmed => "confirmed",
                Class::Suspect => "suspect",
                Class::Candidate => "candidate",
            };
            changes.push((
                after,
                ChangeOf {
                    of: selection(key),
                    class,
                    before: low,
                    after: high,
                    ratio,
                    interval,
                    last_before: api.href(&before.href()),
                    first_after: api.href(&after.href()),
                    date: after.run.date.to_string(),
                },
            ));
        }
    }
    changes.sort_by(|(a, _), (b, _)| (b.run.date, a.href()).cmp(&(a.run.date, b.href())));
    changes.into_iter().map(|(_, change)| change).take(NEWEST).collect()
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
