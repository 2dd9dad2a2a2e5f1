//! Every watched configuration as a small drawing, and what changed lately.

use super::{
    super::{Link, Page, charts::lower_first, workload::full_series_name},
    change, event, feed, formerly, names, trend_href,
};
use crate::{
    analysis::{
        Analysis, Configuration, FEWEST_RUNS, SeriesKey,
        change_point::{Class, Persistence},
    },
    chart::{Spark, spark},
    format,
};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// With more configurations than a page can bear, those without a change are left to the pages of their series.
const MOST_DRAWN: usize = 300;

pub(super) fn page(analysis: &Analysis<'_>) -> Page {
    let trends = analysis.trends();
    let watched = trends.configurations().count();
    let histories: usize = trends.configurations().map(|(_, known)| known.histories.len()).sum();
    let (works, left_out) = works(analysis, watched > MOST_DRAWN);
    let of = |class: Class| trends.changes().iter().filter(|(_, change)| change.point.class == class).count();
    let classes = [
        (
            Class::Confirmed,
            "Confirmed",
            "Two of three voices agree, and there are three runs on either side. Where fewer lie between two changes, it is said.",
        ),
        (Class::Suspect, "Suspects", "In the newest two runs: more runs will tell."),
        (Class::Candidate, "Candidates", "One voice alone, or too weak among so many histories."),
    ];
    let classes: Vec<Value> = classes
        .into_iter()
        .map(|(class, name, note)| {
            json!({
                "id": name.to_lowercase(),
                "name": name,
                "note": note,
                "count": of(class),
                "open": class == Class::Confirmed,
                "events": event::events(analysis, class),
            })
        })
        .collect();
    Page {
        path: "/trends/".to_owned(),
        title: "Trends".to_owned(),
        description: "How throughput, interactivity and time to first token changed from run to run, and what else changed with them."
            .to_owned(),
        template: "trends",
        content: json!({
            "watched": format::plural(watched, "configuration", "configurations"),
            "histories": format::plural(histories, "history", "histories"),
            "fewest": FEWEST_RUNS,
            "works": works,
            "persistence": persistence(trends.persistence),
            "demoted": (trends.demoted > 0).then(|| format::plural(trends.demoted, "change is", "changes are")),
            "left_out": left_out.map(|left_out| format::plural(left_out, "configuration", "configurations")),
            "classes": classes,
            "formerly": formerly::taken_back(analysis, |_| true)
                .map(|known| formerly::row(analysis, known))
                .collect::<Vec<_>>(),
            "feeds": feeds(analysis),
        }),
        changes: Some(feed::of_site(analysis)),
        modified: analysis.newest_day(),
        ..Page::default()
    }
}

/// The series by model and workload, each with its configurations, and how many of these were left out.
fn works(analysis: &Analysis<'_>, only_changed: bool) -> (Vec<Value>, Option<usize>) {
    let mut works: BTreeMap<_, Vec<Value>> = BTreeMap::new();
    let mut left_out = 0;
    for (key, configurations) in &analysis.trends().series {
        let drawn: Vec<Value> = configurations
            .iter()
            .zip(names(configurations))
            .filter(|(known, _)| !only_changed || known.changes().next().is_some())
            .map(|(known, name)| small(key, known, &name))
            .collect();
        left_out += configurations.len() - drawn.len();
        works.entry((&key.model, &key.workload)).or_default().push(json!({
            "name": full_series_name(analysis, key),
            "href": trend_href(key),
            "configurations": drawn,
        }));
    }
    let works = works
        .into_iter()
        .map(|((model, workload), series)| {
            let name = format!("{}, {}", analysis.catalog.model_name(model), workload.name());
            json!({ "id": format!("{model}-{}", workload.slug()), "name": name, "series": series })
        })
        .collect();
    (works, (left_out > 0).then_some(left_out))
}

/// A configuration as a small drawing of its first history, which is that of throughput where it has one.
fn small(key: &SeriesKey, configuration: &Configuration<'_>, name: &str) -> Value {
    let history = configuration.histories.first();
    let values = history.map(|history| history.values.clone()).unwrap_or_default();
    let marks = history.map(|history| history.changes.iter().map(change::mark).collect()).unwrap_or_default();
    json!({
        "href": format!("{}#{}", trend_href(key), history.map_or("", |history| history.metric.key())),
        "name": name,
        "spark": spark(&Spark { values, marks }),
        "newest": history.and_then(|history| history.values.last()).map(|value| format::figure(*value)),
        "unit": history.map(|history| history.metric.unit()),
        "runs": history.map(|history| format::plural(history.values.len(), "run", "runs")),
        "confirmed": confirmed_words(configuration),
    })
}

/// How many changes are confirmed, and of which metric those are that the drawing doesn't show: `1 confirmed`, `2 confirmed in time to
/// first token`.
fn confirmed_words(configuration: &Configuration<'_>) -> Option<String> {
    let counts = configuration.histories.iter().enumerate().filter_map(|(at, history)| {
        let count = history.confirmed().count();
        let name = history.metric.name().split(',').next().unwrap_or_default();
        let of = if at == 0 { String::new() } else { format!(" in {}", lower_first(name)) };
        (count > 0).then(|| format!("{count} confirmed{of}"))
    });
    let counts: Vec<String> = counts.collect();
    (!counts.is_empty()).then(|| counts.join(", "))
}

/// How well what was confirmed holds; nothing where nothing was.
fn persistence(Persistence { announced, standing }: Persistence) -> Option<String> {
    let found = format::plural(announced, "change", "changes");
    (announced > 0).then(|| format!("Looked at after each of their runs, short histories showed {found} as confirmed at some time; {standing} of them are confirmed now."))
}

/// The feeds of models and accelerators.
fn feeds(analysis: &Analysis<'_>) -> Vec<Link> {
    let catalog = analysis.catalog;
    let series = analysis.trends().series.keys();
    let models: BTreeSet<_> = series.clone().map(|key| &key.model).collect();
    let accelerators: BTreeSet<_> = series.map(|key| &key.accelerator).collect();
    let models = models.into_iter().map(|key| (catalog.model_name(key), catalog.model_href(key)));
    let accelerators =
        accelerators.into_iter().map(|key| (catalog.accelerator_name(key), catalog.accelerator_href(key)));
    models
        .chain(accelerators)
        .filter_map(|(name, href)| Some(Link::new(name, format!("{}changes.xml", href?))))
        .collect()
}
