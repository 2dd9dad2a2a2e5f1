//! What readers can follow without coming back: the newest runs, of the whole site or of one page's subject. Feeds of
//! changes over time are in `trends/feed.rs`.

use super::charts::day_words;
use super::home::run_line;
use crate::{analysis::Analysis, format};
use jiff::civil::Date;
use record::{AcceleratorKey, FrameworkKey, Measurement, ModelKey, Run};
use std::cmp::Reverse;

/// How many runs a feed holds.
const NEWEST: usize = 30;

/// The newest runs, or changes, that a page is about; its files lie beside the page.
#[derive(Clone, Debug)]
pub struct Feed {
    /// Title.
    pub title: String,
    /// The last to change first.
    pub entries: Vec<FeedEntry>,
}

/// One run in a feed, or one change.
#[derive(Clone, Debug)]
pub struct FeedEntry {
    /// The page about it, from the site's root. With the site's address it is also the entry's id, so it never changes.
    pub path: String,
    /// Title.
    pub title: String,
    /// One or two sentences.
    pub summary: String,
    /// The day of the run, or of the first run after the change.
    pub day: Date,
    /// The day of the last change to what is said of it: the run's own, or that of its withdrawal.
    pub changed: Date,
}

/// Every run.
pub(super) fn of_site(analysis: &Analysis<'_>) -> Feed {
    Feed { title: format!("{}: new runs", analysis.config.title), entries: entries(analysis, |_| true) }
}

/// The runs that measured a model; nothing when there is none.
pub(super) fn of_model(analysis: &Analysis<'_>, model: &ModelKey) -> Option<Feed> {
    let what = format!("of {}", analysis.catalog.model_name(model));
    of_measured(analysis, &what, |measurement| measurement.model.key == *model)
}

/// The runs that measured on an accelerator; nothing when there is none.
pub(super) fn of_accelerator(analysis: &Analysis<'_>, accelerator: &AcceleratorKey) -> Option<Feed> {
    let what = format!("on {}", analysis.catalog.accelerator_name(accelerator));
    of_measured(analysis, &what, |measurement| measurement.deployment.accelerator == *accelerator)
}

/// The runs that measured with a framework; nothing when there is none.
pub(super) fn of_framework(analysis: &Analysis<'_>, framework: &FrameworkKey) -> Option<Feed> {
    let what = format!("with {}", analysis.catalog.framework_name(framework));
    of_measured(analysis, &what, |measurement| measurement.framework.key == *framework)
}

fn of_measured(analysis: &Analysis<'_>, what: &str, wanted: impl Fn(&Measurement) -> bool) -> Option<Feed> {
    let entries = entries(analysis, |run| run.measurements.iter().any(&wanted));
    let title = format!("{}: new runs {what}", analysis.config.title);
    (!entries.is_empty()).then_some(Feed { title, entries })
}

fn entries(analysis: &Analysis<'_>, wanted: impl Fn(&Run) -> bool) -> Vec<FeedEntry> {
    let mut runs: Vec<&Run> = analysis.catalog.runs.iter().rev().filter(|run| wanted(run)).collect();
    // A withdrawal is news, however old the run is: whoever quoted it follows this.
    runs.sort_by_key(|run| Reverse(changed(run)));
    runs.into_iter().take(NEWEST).map(|run| entry(analysis, run)).collect()
}

/// The withdrawals of single measurements of a run.
fn withdrawn(run: &Run) -> impl Iterator<Item = Date> {
    run.measurements.iter().filter_map(|measurement| Some(measurement.retracted.as_ref()?.when))
}

/// The day of the last change to what is said of a run.
fn changed(run: &Run) -> Date {
    run.retracted.iter().map(|it| it.when).chain(withdrawn(run)).fold(run.date, Date::max)
}

fn entry(analysis: &Analysis<'_>, run: &Run) -> FeedEntry {
    let line = run_line(analysis, run);
    let text = |name: &str| line[name].as_str().unwrap_or_default();
    let title = match (text("models"), text("accelerators")) {
        ("", _) => run.id.clone(),
        (models, "") => models.to_owned(),
        (models, accelerators) => format!("{models} on {accelerators}"),
    };
    let mut summary = format!("{}. {} run of {}.", text("counts"), run.source.project, day_words(run));
    if let Some(retracted) = &run.retracted {
        summary =
            format!("Withdrawn on {}: {}. {summary}", retracted.when, retracted.why.trim_end_matches('.'));
    }
    if let (None, Some(last)) = (&run.retracted, withdrawn(run).max()) {
        let count = format::plural(withdrawn(run).count(), "measurement", "measurements");
        summary = format!("{count} of it withdrawn, last on {last}. {summary}");
    }
    FeedEntry { path: text("href").to_owned(), title, summary, day: run.date, changed: changed(run) }
}
