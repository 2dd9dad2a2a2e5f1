//! `chart`: one of a workload's views, a chart like any other of the site: interactive, with its table and downloads.

use super::{
    arguments::Arguments,
    selection::{ARGUMENTS, Selection},
};
use crate::{
    analysis::Analysis,
    chart::{self, Chart},
    page::{
        charts::scatter,
        styles::Styles,
        workload::{VIEWS, grouped},
    },
    suggestion::did_you_mean,
};

/// Draws the chart, adds it to those of the page, and gives the slot for its figure.
///
/// # Errors
/// What isn't known or wasn't measured, or a view without a point.
pub(super) fn block(
    analysis: &Analysis<'_>,
    arguments: &Arguments<'_>,
    charts: &mut Vec<Chart>,
) -> Result<String, String> {
    let known: Vec<&str> = ARGUMENTS.into_iter().chain(["view", "accelerator"]).collect();
    arguments.only(&known)?;
    let wanted = arguments.optional("view").unwrap_or(VIEWS[0].id);
    let view = VIEWS.iter().find(|view| view.id == wanted).ok_or_else(|| {
        format!("there is no view `{wanted}`{}", did_you_mean(wanted, &VIEWS.map(|view| view.id)))
    })?;
    let selections = Selection::of(analysis, arguments)?.on_each(&arguments.list("accelerator"))?;
    let (key, _) = selections[0].series()[0];
    let (model, workload) = (&key.model, &key.workload);
    let series = selections.iter().flat_map(Selection::series).copied();
    let groups = grouped(analysis, &Styles::new(analysis.catalog), series);
    let of = format!("{}, {}", analysis.catalog.model_name(model), workload.name());
    let mut drawn = scatter(analysis, &of, view, &groups);
    if drawn.is_empty() {
        return Err(format!(
            "no standing measurement of {} has both figures of the view `{wanted}`",
            selections[0].words()
        ));
    }
    drawn.id = unused_id(&format!("{model}-{}-{}", workload.slug(), view.id), charts);
    drawn.title = format!("{}: {of}", drawn.title);
    let slot = chart::slot(&drawn.id);
    charts.push(drawn);
    Ok(slot)
}

/// A name for the chart and its files that no other chart of the text has.
fn unused_id(wanted: &str, charts: &[Chart]) -> String {
    let wanted = format!("chart-{}", wanted.replace('.', "-"));
    let free = |id: &String| charts.iter().all(|chart| chart.id != *id);
    let numbered = (2..).map(|number| format!("{wanted}-{number}"));
    std::iter::once(wanted.clone()).chain(numbered).find(free).unwrap_or(wanted)
}
