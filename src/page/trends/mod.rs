//! Changes over time: every confirmed change of a configuration's throughput, with what else changed between its runs.

use super::{Page, charts::day_words, measurement::configuration, workload::series_name};
use crate::{
    analysis::{
        Analysis, Cause, Entry, Metric, SeriesKey, causes,
        change_point::{ChangePoint, Class, VoteSettings, change_points_of_all},
        histories, metric_history,
    },
    format,
};
use serde_json::{Value, json};

/// A change of one configuration, and the two runs between which it lies.
struct Change<'a> {
    series: SeriesKey,
    point: ChangePoint,
    before: Entry<'a>,
    after: Entry<'a>,
}

/// So many of its newest runs are looked at: what is older has had its verdict.
const MOST_RUNS: usize = 100;

/// A configuration needs this many runs before a change of it can be told from noise.
const FEWEST_RUNS: usize = 5;

pub(super) fn page(analysis: &Analysis<'_>) -> Page {
    let (watched, changes) = changes(analysis);
    let of = |class: Class| changes.iter().filter(move |change| change.point.class == class);
    let lines = |class: Class| -> Vec<Value> { of(class).map(|change| line(analysis, change)).collect() };
    Page {
        path: "/trends/".to_owned(),
        title: "Trends".to_owned(),
        description:
            "Where throughput changed from one run to the next, by how much, and what else changed with it."
                .to_owned(),
        template: "trends",
        content: json!({
            "watched": format::plural(watched, "configuration", "configurations"),
            "fewest": FEWEST_RUNS,
            "classes": [
                { "name": "Confirmed", "id": "confirmed", "changes": lines(Class::Confirmed), "note": "Two detectors agree, and there are three runs on either side." },
                { "name": "Suspects", "id": "suspects", "changes": lines(Class::Suspect), "note": "In the newest two runs: more runs will tell." },
                { "name": "Candidates", "id": "candidates", "changes": lines(Class::Candidate), "note": "One detector alone, or too weak among so many configurations." },
            ],
        }),
        modified: analysis.newest_day(),
        ..Page::default()
    }
}

/// How many configurations have a history, and the changes in them, newest first.
fn changes<'a>(analysis: &Analysis<'a>) -> (usize, Vec<Change<'a>>) {
    let (watched, values): (Vec<(SeriesKey, Vec<Entry<'a>>)>, Vec<Vec<f64>>) =
        histories(&analysis.catalog.runs)
            .into_iter()
            .map(|((series, _), history)| {
                let newest = &history[history.len().saturating_sub(MOST_RUNS)..];
                let (entries, values) =
                    metric_history(newest, Metric::ThroughputPerAccelerator, &analysis.economics);
                ((series, entries), values)
            })
            .filter(|(_, values)| values.len() >= FEWEST_RUNS)
            .unzip();
    let found = change_points_of_all(&values, &VoteSettings::default());
    let mut changes: Vec<Change<'a>> = watched
        .iter()
        .zip(found)
        .flat_map(|((series, entries), points)| {
            points.into_iter().map(move |point| Change {
                series: series.clone(),
                before: entries[point.index - 1],
                after: entries[point.index],
                point,
            })
        })
        .collect();
    changes.sort_by(|a, b| (b.after.run.date, a.after.href()).cmp(&(a.after.run.date, b.after.href())));
    (watched.len(), changes)
}

/// A change as the template shows it.
fn line(analysis: &Analysis<'_>, change: &Change<'_>) -> Value {
    let Change { series, point, before, after } = change;
    let load =
        after.measurement.arrival.concurrency.map_or_else(String::new, |c| format!(", concurrency {c}"));
    let interval = point.interval.map(|interval| {
        format!("{}× to {}×", format::significant(interval.low, 3), format::significant(interval.high, 3))
    });
    json!({
        "change": if point.after > point.before { "Improvement" } else { "Regression" },
        "ratio": format!("{}×", format::significant(point.after / point.before, 3)),
        "interval": interval,
        "work": format!("{}, {}", analysis.catalog.model_name(&series.model), series.workload.name()),
        "configuration": format!(
            "{}, {}, {}{load}",
            series_name(analysis, series),
            series.precision.as_str().to_uppercase(),
            configuration(after.measurement),
        ),
        "before": format::figure(point.before),
        "after": format::figure(point.after),
        "from": { "text": day_words(before.run), "href": before.href() },
        "to": { "text": day_words(after.run), "href": after.href() },
        "cause": explanation(*before, *after, &causes(*before, *after, &analysis.catalog.runs)),
    })
}

/// The candidates for a cause in words. None is proof; where nothing stated differs, the change is unexplained.
fn explanation(before: Entry<'_>, after: Entry<'_>, causes: &[Cause<'_>]) -> String {
    if causes.is_empty() {
        let unstated = [before, after].iter().any(|entry| entry.measurement.framework.image.is_none());
        return if unstated {
            "Unexplained: the source doesn’t state the image of both runs, and nothing else that it states differs."
        } else {
            "Unexplained: nothing that the source states differs."
        }
        .to_owned();
    }
    let stated = |what: &str, old: Option<&str>, new: Option<&str>| {
        format!("{what} from {} to {}", old.unwrap_or("unknown"), new.unwrap_or("unknown"))
    };
    let words: Vec<String> = causes
        .iter()
        .map(|cause| match cause {
            Cause::Image(old, new) => stated("image", *old, *new),
            Cause::FrameworkVersion(old, new) => stated("version", *old, *new),
            Cause::Recipe(old, new) => stated("recipe", *old, *new),
            Cause::ExactModel(old, new) => stated("checkpoint", *old, *new),
            Cause::Driver(old, new) => stated("driver", *old, *new),
            Cause::Changelog(change) => change.description.join(" "),
        })
        .collect();
    format!("What else changed: {}.", words.join("; "))
}
