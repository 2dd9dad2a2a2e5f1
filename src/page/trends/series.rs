//! One series over time: a full chart for each metric, and everything that is known of its changes.

use super::{
    super::{
        Link, Page, Subject, Variables,
        charts::day_words,
        table::{Cell, Column, Table},
        workload::{full_series_name, workload_href},
    },
    acknowledgement::all_said,
    change, charts, feed, formerly, full_configuration, trend_href, work,
};
use crate::{
    analysis::{Analysis, Configuration, Entry, FEWEST_RUNS, SeriesKey, WATCHED, change_point::Class},
    format,
};
use serde_json::{Value, json};

pub(super) fn page(analysis: &Analysis<'_>, key: &SeriesKey) -> Page {
    let configurations = analysis.trends().series.get(key).map(Vec::as_slice).unwrap_or_default();
    let (name, work) = (full_series_name(analysis, key), work(analysis, key));
    let mut charts: Vec<_> = WATCHED
        .into_iter()
        .filter_map(|metric| charts::over_time((key, configurations), &format!("{name}, {work}"), metric))
        .collect();
    let drawn: Vec<String> = charts.iter().map(|chart| chart.id.clone()).collect();
    let classes = [
        (Class::Confirmed, "Confirmed changes", "confirmed"),
        (Class::Suspect, "Suspects in the newest two runs", "suspects"),
        (Class::Candidate, "Candidates", "candidates"),
    ];
    let classes: Vec<Value> = classes
        .into_iter()
        .map(|(class, name, id)| json!({ "name": name, "id": id, "changes": cards(analysis, key, configurations, class) }))
        .collect();
    let newest = configurations.iter().filter_map(Configuration::newest).map(|entry| entry.run.date).max();
    let changes: Vec<_> = configurations.iter().flat_map(Configuration::changes).collect();
    let confirmed = changes.iter().filter(|change| change.point.class == Class::Confirmed).count();
    let (said, charts_in_prose) = all_said(analysis, &changes);
    charts.extend(charts_in_prose);
    let watched = format::plural(configurations.len(), "configuration", "configurations");
    Page {
        path: trend_href(key),
        title: format!("{name} over time: {work}"),
        description: format!(
            "{watched} of this series run by run: throughput, interactivity and time to first token, with {}.",
            format::plural(confirmed, "confirmed change", "confirmed changes"),
        ),
        template: "trend",
        breadcrumbs: vec![Link::new("Trends", "/trends/")],
        content: json!({
            "name": name,
            "work": { "text": work, "href": workload_href(&key.model, &key.workload) },
            "watched": watched,
            "fewest": FEWEST_RUNS,
            "drawn": drawn,
            "classes": classes,
            "formerly": formerly::of_series(analysis, key, &changes),
            "said": said,
            "table": table(analysis, &name, configurations).html(),
        }),
        charts,
        modified: newest,
        subject: Subject::Dataset { files: Vec::new(), variables: Variables::default() },
        changes: Some(feed::of_series(analysis, key, &format!("{name}, {work}"))),
        ..Page::default()
    }
}

/// The changes of a class, newest first.
fn cards(
    analysis: &Analysis<'_>,
    key: &SeriesKey,
    configurations: &[Configuration<'_>],
    class: Class,
) -> Vec<Value> {
    let mut changes: Vec<_> = configurations
        .iter()
        .flat_map(|configuration| &configuration.histories)
        .flat_map(|history| history.changes.iter().map(move |change| (history, change)))
        .filter(|(_, change)| change.point.class == class)
        .collect();
    // A stable order: what is of one day keeps that of load and metric.
    changes.sort_by_key(|(_, change)| std::cmp::Reverse(change.after.run.date));
    changes.into_iter().map(|(history, change)| change::card(analysis, key, history, change)).collect()
}

/// Every configuration with its runs and its newest figures.
fn table(analysis: &Analysis<'_>, name: &str, configurations: &[Configuration<'_>]) -> Table {
    let mut columns = vec![
        Column::words("Configuration"),
        Column::figures("Runs", ""),
        Column::words("First run"),
        Column::words("Newest run"),
    ];
    columns.extend(WATCHED.map(|metric| Column::figures(metric.name(), metric.unit())));
    let rows = configurations
        .iter()
        .filter_map(|configuration| {
            let entries = &configuration.histories.first()?.entries;
            let (first, newest) = (entries.first()?, entries.last()?);
            let run = |entry: &Entry<'_>| Cell::link(day_words(entry.run), entry.href());
            let mut row = vec![
                Cell::text(full_configuration(newest.measurement)),
                Cell::text(format::count(entries.len())),
                run(first),
                run(newest),
            ];
            row.extend(
                WATCHED.map(|metric| Cell::figure(metric.value(newest.measurement, &analysis.economics))),
            );
            Some(row)
        })
        .collect();
    Table {
        caption: format!("{name}: the watched configurations, with the figures of the newest run of each"),
        columns,
        rows,
    }
}
