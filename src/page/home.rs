//! The home page: what this is, the headline frontier, where to start, what is new.

use super::{
    Link, Page, Styles,
    charts::{Group, Scatter, scatter},
    feed, label,
    workload::{by_accelerator, workload_href},
};
use crate::{
    analysis::{Analysis, Metric, WorkloadKey},
    format,
};
use record::{ModelKey, Run};
use serde_json::json;

pub(super) fn page(analysis: &Analysis<'_>, styles: &Styles) -> Page {
    let catalog = analysis.catalog;
    let workloads = analysis.workloads();
    let headline = headline(analysis, styles);
    let models: Vec<_> = workloads
        .iter()
        .map(|(model, workloads)| {
            let links: Vec<Link> =
                workloads.iter().map(|workload| Link::new(workload.name(), workload_href(model, workload))).collect();
            json!({ "name": catalog.model_name(model), "href": catalog.model_href(model), "workloads": links })
        })
        .collect();
    let hardware: Vec<Link> = analysis
        .measured_accelerators()
        .into_iter()
        .filter_map(|key| Some(Link::new(catalog.accelerator_name(key), catalog.accelerator_href(key)?)))
        .collect();
    let newest: Vec<_> = analysis.newest_runs().take(6).map(|run| run_line(analysis, run)).collect();
    let content = json!({
        "facts": [
            { "value": format::count(analysis.measurement_count()), "name": "measurements" },
            { "value": format::count(analysis.evaluation_count()), "name": "accuracy evaluations" },
            { "value": format::count(analysis.newest_runs().count()), "name": "runs with measurements" },
            { "value": analysis.measured_accelerators().len(), "name": "accelerators" },
            { "value": analysis.measured_frameworks().len(), "name": "serving frameworks" },
        ],
        "newest_date": analysis.newest_day().map(|day| day.to_string()),
        "headline": headline.as_ref().map(|(link, _)| link),
        "models": models,
        "hardware": hardware,
        "newest": newest,
        "reports": !catalog.reports.is_empty(),
    });
    Page {
        path: "/".to_owned(),
        title: analysis.config.title.clone(),
        description: analysis.config.description.clone(),
        template: "home",
        content,
        charts: headline.map(|(_, chart)| chart).into_iter().collect(),
        modified: analysis.newest_day(),
        feed: Some(feed::of_site(analysis)),
        ..Page::default()
    }
}

/// The workload that the site leads with: the configured one, or the first that was measured.
pub(super) fn headline_workload<'s>(analysis: &'s Analysis<'_>) -> Option<(&'s ModelKey, &'s WorkloadKey)> {
    let wanted = &analysis.config.headline;
    let workloads = analysis.workloads();
    let configured = workloads.iter().find_map(|(model, workloads)| {
        let workload = workloads.iter().find(|workload| workload.slug() == wanted.workload)?;
        (model.as_str() == wanted.model).then_some((*model, *workload))
    });
    let first = || workloads.iter().find_map(|(model, workloads)| Some((*model, *workloads.first()?)));
    configured.or_else(first)
}

/// The chart that the page leads with.
fn headline(analysis: &Analysis<'_>, styles: &Styles) -> Option<(Link, crate::chart::Chart)> {
    let (model, workload) = headline_workload(analysis)?;
    let groups: Vec<Group<'_>> = by_accelerator(analysis, styles, model, workload);
    let what = Scatter {
        id: "headline",
        x: Metric::Interactivity,
        y: Metric::ThroughputPerAccelerator,
        frontier_only: true,
    };
    let of = format!("{}, {}", analysis.catalog.model_name(model), workload.name());
    let chart = scatter(analysis, &of, &what, &groups);
    Some((Link::new(of, workload_href(model, workload)), chart))
}

/// A run in one line: when, what, how much.
pub(super) fn run_line(analysis: &Analysis<'_>, run: &Run) -> serde_json::Value {
    let catalog = analysis.catalog;
    let mut models: Vec<&str> = run.measurements.iter().map(|m| catalog.model_name(&m.model.key)).collect();
    let mut accelerators: Vec<&str> =
        run.measurements.iter().map(|m| catalog.accelerator_name(&m.deployment.accelerator)).collect();
    let evaluations = run.measurements.iter().filter(|m| m.accuracy.is_some()).count();
    if models.is_empty() {
        models.extend(run.unmapped.iter().filter_map(|unmapped| unmapped.row.get("model_id")?.as_str()));
    }
    for names in [&mut models, &mut accelerators] {
        names.sort_unstable();
        names.dedup();
    }
    let mut counts = Vec::new();
    let measured = run.measurements.len() - evaluations;
    if measured > 0 {
        counts.push(format::plural(measured, "measurement", "measurements"));
    }
    if evaluations > 0 {
        counts.push(format::plural(evaluations, "evaluation", "evaluations"));
    }
    if !run.unmapped.is_empty() {
        counts.push(format::plural(
            run.unmapped.len(),
            "row that could not be placed",
            "rows that could not be placed",
        ));
    }
    json!({
        "date": run.date.to_string(),
        "until": run.date_until.map(|until| until.to_string()),
        "href": format!("/runs/{}/", run.id),
        "id": run.id,
        "models": models.join(", "),
        "accelerators": accelerators.join(", "),
        "counts": counts.join(", "),
        "label": label::in_list(analysis, run),
    })
}
