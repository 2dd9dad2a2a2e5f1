//! Changes over time: where a figure of a configuration changed, how sure that is, and what may have caused it.

use super::{
    Api, Document,
    cause::{CandidateOf, Said, Witness, candidates, said, witness},
    figure,
    list::Selection,
    resource::{address, series_segment},
    series::selection,
};
use crate::{
    analysis::{Change, Configuration, SeriesKey, Turn, change_point::Class},
    page::{change_href, difference_href, trend_href},
};
use schemars::JsonSchema;
use serde::Serialize;
use std::cmp::Ordering;

/// The changes of one series.
#[derive(Serialize, JsonSchema)]
pub(super) struct SeriesChanges {
    /// Addresses from the root of the server.
    links: SeriesChangesLinks,
    /// What the measurements of the series have in common.
    of: Selection,
    /// How many of its configurations have runs enough to be watched.
    watched: usize,
    /// Where a figure of one of them changed, newest first.
    change_points: Vec<ChangeOf>,
}

/// Where more about a series' changes is.
#[derive(Serialize, JsonSchema)]
struct SeriesChangesLinks {
    /// This document.
    #[serde(rename = "self")]
    this: String,
    /// The page for people, with its charts.
    html: String,
    /// The measurements that the changes were found in.
    history: String,
    /// The Atom feed of its confirmed changes.
    feed: String,
}

/// A change of one metric of one configuration.
#[derive(Serialize, JsonSchema)]
pub(super) struct ChangeOf {
    /// Its id, which stays.
    id: String,
    /// What the measurements have in common.
    of: Selection,
    /// Hash of all that was set, whatever the run, as measurements have it.
    configuration: String,
    /// The metric.
    metric: &'static str,
    /// Its unit, of `before` and `after`.
    unit: &'static str,
    /// `improvement` or `regression`, by the metric's own direction.
    turn: &'static str,
    /// `confirmed`: two of three voices agree, and three runs lie on either side; `suspect`: in the newest two runs; `candidate`: one detector
    /// alone, or too weak among so many configurations.
    class: &'static str,
    /// Median before.
    before: f64,
    /// Median after.
    after: f64,
    /// After over before.
    ratio: f64,
    /// Interval of that ratio, low and high, at 95 % confidence; of three or four runs on a side it covers some 90 %. Absent where a side has fewer than three runs up to the change next to
    /// it: then the size isn't sure, even where the change is confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    interval: Option<[f64; 2]>,
    /// How many runs the medians before and after are of.
    runs: [usize; 2],
    /// Chance of such a difference without a change, in noise that may remember.
    p: f64,
    /// How many of the three detectors found it.
    votes: u8,
    /// The last measurement before: its page, from the root of the server.
    last_before: String,
    /// The first measurement after.
    first_after: String,
    /// Day of the first measurement after (UTC).
    #[schemars(extend("format" = "date"))]
    date: String,
    /// Whether anything that both runs state differs. Even then nothing is proven.
    explained: bool,
    /// What differs between the two runs, as far as they state it.
    candidates: Vec<CandidateOf>,
    /// Who next states an image before the change.
    #[serde(skip_serializing_if = "Option::is_none")]
    image_before: Option<Witness>,
    /// Who next states an image after the change.
    #[serde(skip_serializing_if = "Option::is_none")]
    image_after: Option<Witness>,
    /// What people say of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    said: Option<Said>,
    /// What is said of it on the page for people, from the root of the server.
    html: String,
    /// What else differs between its two runs, where there is such a page.
    #[serde(skip_serializing_if = "Option::is_none")]
    difference: Option<String>,
}

impl ChangeOf {
    /// The order in which changes are listed.
    pub(super) fn newest_first(&self, other: &Self) -> Ordering {
        (&other.date, &self.id).cmp(&(&self.date, &other.id))
    }
}

/// The changes of a class, newest first.
pub(super) fn changes_of_class<'s>(api: &'s Api<'_>, class: Class) -> impl Iterator<Item = ChangeOf> + 's {
    let changes = api.analysis.trends().changes().into_iter();
    changes
        .filter(move |(_, change)| change.point.class == class)
        .filter_map(|(key, change)| change_of(api, key, change))
}

/// The address of a series' changes.
pub(super) fn series_address(key: &SeriesKey) -> String {
    address("seriesChanges", &[key.model.as_str(), &key.workload.slug(), &series_segment(key)])
}

pub(super) fn documents(api: &Api<'_>) -> Vec<Document> {
    let series = api.analysis.trends().series.iter();
    series.map(|(key, configurations)| document(api, key, configurations)).collect()
}

fn document(api: &Api<'_>, key: &SeriesKey, configurations: &[Configuration<'_>]) -> Document {
    let (workload, segment) = (key.workload.slug(), series_segment(key));
    let changes = configurations.iter().flat_map(Configuration::changes);
    let mut changes: Vec<ChangeOf> = changes.filter_map(|change| change_of(api, key, change)).collect();
    changes.sort_by(ChangeOf::newest_first);
    let html = trend_href(key);
    let document = SeriesChanges {
        links: SeriesChangesLinks {
            this: api.href(&series_address(key)),
            history: api.href(&address("series", &[key.model.as_str(), &workload, &segment, "1"])),
            feed: api.href(&format!("{html}changes.xml")),
            html: api.href(&html),
        },
        of: selection(key),
        watched: configurations.len(),
        change_points: changes,
    };
    Document::new(vec![key.model.to_string(), workload, segment], &document)
}

/// A change as it is published; nothing for one of figures that JSON can't hold.
fn change_of(api: &Api<'_>, key: &SeriesKey, change: &Change<'_>) -> Option<ChangeOf> {
    let point = &change.point;
    let interval = point.interval.and_then(|it| Some([figure(Some(it.low))?, figure(Some(it.high))?]));
    let [image_before, image_after] = change.images.map(|stated| witness(api, stated));
    Some(ChangeOf {
        id: change.id.clone(),
        of: selection(key),
        configuration: change.after.measurement.identify(""),
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
        runs: point.counts,
        p: point.p,
        votes: point.votes,
        last_before: api.href(&change.before.href()),
        first_after: api.href(&change.after.href()),
        date: change.after.run.date.to_string(),
        explained: !change.candidates.is_empty(),
        candidates: candidates(api, change),
        image_before,
        image_after,
        said: said(api, change),
        html: api.href(&change_href(key, change)),
        difference: difference_href(api.analysis, &change.before.run.id, &change.after.run.id)
            .map(|href| api.href(&href)),
    })
}
