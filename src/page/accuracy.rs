//! Accuracy beside speed: the newest evaluation of every configuration, what it differs by, and how fast the same
//! configuration serves.

use super::{
    Page,
    charts::day_words,
    table::{Cell, Column, Table},
    workload::workload_href,
};
use crate::{
    analysis::{Analysis, Entry, Metric, SeriesKey, ServingMethod, WorkloadKey, best_at},
    format,
};
use record::{AcceleratorKey, Accuracy, FrameworkKey, ModelKey, Precision, RunKind};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// Two scores count as different from this many standard errors of their difference on (95 % of a normal distribution).
const STANDARD_ERRORS: f64 = 1.96;

/// What an evaluation and a timed measurement must share to be about the same configuration.
type Configuration<'a> =
    (&'a ModelKey, &'a AcceleratorKey, &'a FrameworkKey, &'a Precision, &'a ServingMethod);

/// An evaluation and the series that it would belong to.
struct Evaluation<'a> {
    entry: Entry<'a>,
    key: SeriesKey,
    accuracy: &'a Accuracy,
}

pub(super) fn page(analysis: &Analysis<'_>) -> Page {
    let mut groups: BTreeMap<(ModelKey, &str), Vec<Evaluation<'_>>> = BTreeMap::new();
    for entry in &analysis.evaluations {
        let Some(accuracy) = &entry.measurement.accuracy else { continue };
        let key = SeriesKey::of(entry);
        let group = groups.entry((key.model.clone(), accuracy.task.as_str())).or_default();
        group.push(Evaluation { entry: *entry, key, accuracy });
    }
    let sections: Vec<_> = groups
        .into_iter()
        .map(|((model, task), evaluations)| {
            let name = analysis.catalog.model_name(&model);
            json!({
                "id": format!("{}-{task}", model.as_str().replace('.', "-")),
                "name": format!("{name}, {task}"),
                "href": analysis.catalog.models.contains_key(&model).then(|| format!("/models/{model}/")),
                "table": table(analysis, &format!("{name}, {task}"), evaluations).html(),
            })
        })
        .collect();
    Page {
        path: "/accuracy/".to_owned(),
        title: "Accuracy".to_owned(),
        description: "What the measured deployments score on accuracy tasks, how sure that is, and how fast the same configuration serves.".to_owned(),
        template: "accuracy",
        content: json!({
            "evaluations": format::plural(analysis.evaluations.len(), "configuration", "configurations"),
            "sections": sections,
            "coverage": coverage(analysis).html(),
        }),
        modified: analysis.evaluations.iter().map(|entry| entry.run.date).max(),
        ..Page::default()
    }
}

/// The evaluations of one model and task, highest score first.
fn table(analysis: &Analysis<'_>, name: &str, mut evaluations: Vec<Evaluation<'_>>) -> Table {
    evaluations.sort_by(|a, b| {
        b.accuracy.score.total_cmp(&a.accuracy.score).then_with(|| a.entry.href().cmp(&b.entry.href()))
    });
    let workload = evaluations.first().and_then(|first| common_workload(analysis, &first.key.model));
    let best = evaluations.first().map(|first| first.accuracy.clone());
    let rows = evaluations
        .iter()
        .map(|evaluation| {
            let (key, accuracy) = (&evaluation.key, evaluation.accuracy);
            let error = accuracy.standard_error.map(|error| format::significant(100.0 * error, 2));
            vec![
                Cell::text(analysis.catalog.accelerator_name(&key.accelerator)),
                Cell::text(analysis.catalog.framework_name(&key.framework))
                    .remark(key.method.special().join(", ")),
                Cell::text(key.precision.as_str().to_uppercase()),
                Cell::link(format::significant(100.0 * accuracy.score, 4), evaluation.entry.href()),
                Cell::text(error.map(|error| format!("± {error}")).unwrap_or_default()),
                Cell::text(accuracy.items.map(|items| format::count(items as usize)).unwrap_or_default()),
                Cell::text(best.as_ref().map(|best| against(best, accuracy)).unwrap_or_default()),
                workload.map_or_else(Cell::default, |workload| speed(analysis, key, workload)),
                Cell::text(day_words(evaluation.entry.run)),
            ]
        })
        .collect();
    let speed = match workload {
        Some(workload) => format!("Best throughput, {}", workload.name()),
        None => "Best throughput".to_owned(),
    };
    Table {
        caption: format!("{name}: newest evaluation of each configuration, highest score first"),
        columns: vec![
            Column::words("Accelerator"),
            Column::words("Framework"),
            Column::words("Precision"),
            Column::figures("Score", "%"),
            Column::figures("Standard error", "%"),
            Column::figures("Items", ""),
            Column::words("Against the highest"),
            Column::figures(speed, "tok/s/accelerator"),
            Column::words("Date"),
        ],
        rows,
    }
}

/// Whether a score is below the best, or can't be told apart from it; nothing where an error isn't known.
fn against(best: &Accuracy, other: &Accuracy) -> String {
    if best == other {
        return "highest".to_owned();
    }
    let (Some(a), Some(b)) = (best.standard_error, other.standard_error) else { return String::new() };
    let (difference, error) = (best.score - other.score, a.hypot(b));
    if difference <= STANDARD_ERRORS * error {
        "within the error".to_owned()
    } else {
        let percent = |value: f64| format::significant(100.0 * value, 2);
        format!("lower by {} ± {}", percent(difference), percent(error))
    }
}

/// The workload that most series of a model were measured with, so that all rows of a table speak of one.
fn common_workload<'s>(analysis: &'s Analysis<'_>, model: &ModelKey) -> Option<&'s WorkloadKey> {
    let mut series: BTreeMap<&WorkloadKey, usize> = BTreeMap::new();
    for key in analysis.series.keys().filter(|key| key.model == *model) {
        *series.entry(&key.workload).or_default() += 1;
    }
    series.into_iter().max_by_key(|(_, count)| *count).map(|(workload, _)| workload)
}

/// The best measured throughput of the configuration that was evaluated.
fn speed(analysis: &Analysis<'_>, evaluated: &SeriesKey, workload: &WorkloadKey) -> Cell {
    let entries =
        analysis.entries(|key| configuration(key) == configuration(evaluated) && key.workload == *workload);
    best_at(&entries, None, Metric::ThroughputPerAccelerator, &analysis.economics)
        .map_or_else(Cell::default, |(entry, value)| Cell::link(format::figure(value), entry.href()))
}

fn configuration(key: &SeriesKey) -> Configuration<'_> {
    (&key.model, &key.accelerator, &key.framework, &key.precision, &key.method)
}

/// How many of each model's timed configurations were evaluated too.
fn coverage(analysis: &Analysis<'_>) -> Table {
    let evaluated: Vec<SeriesKey> = analysis.evaluations.iter().map(SeriesKey::of).collect();
    let evaluated: BTreeSet<Configuration<'_>> = evaluated.iter().map(configuration).collect();
    let mut timed: BTreeMap<&ModelKey, BTreeSet<Configuration<'_>>> = BTreeMap::new();
    for key in analysis.series.keys().filter(|key| key.kind == RunKind::Official) {
        timed.entry(&key.model).or_default().insert(configuration(key));
    }
    let rows = timed
        .into_iter()
        .map(|(model, timed)| {
            let both = timed.intersection(&evaluated).count();
            let missing: BTreeSet<&str> = timed
                .difference(&evaluated)
                .map(|(_, accelerator, ..)| analysis.catalog.accelerator_name(accelerator))
                .collect();
            let first = analysis.series.keys().find(|key| key.model == *model).map(|key| &key.workload);
            let href = first.map(|workload| workload_href(model, workload)).unwrap_or_default();
            vec![
                Cell::link(analysis.catalog.model_name(model), href),
                Cell::text(format::count(timed.len())),
                Cell::text(format::count(both)),
                Cell::text(format::count(timed.len() - both)),
                Cell::text(missing.into_iter().collect::<Vec<_>>().join(", ")),
            ]
        })
        .collect();
    Table {
        caption: "Timed configurations (accelerator, framework, precision, speculation, split) with and without an evaluation"
            .to_owned(),
        columns: vec![
            Column::words("Model"),
            Column::figures("Timed", ""),
            Column::figures("Evaluated too", ""),
            Column::figures("Not evaluated", ""),
            Column::words("Not evaluated on"),
        ],
        rows,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accuracy(score: f64, standard_error: Option<f64>) -> Accuracy {
        Accuracy {
            task: "gsm8k".to_owned(),
            metric: "exact_match".to_owned(),
            score,
            standard_error,
            items: None,
            other_scores: BTreeMap::new(),
        }
    }

    #[test]
    fn a_difference_within_the_errors_is_said_to_be_so_and_one_without_errors_says_nothing() {
        let best = accuracy(0.96, Some(0.006));
        assert_eq!(against(&best, &best), "highest");
        assert_eq!(against(&best, &accuracy(0.95, Some(0.006))), "within the error");
        assert_eq!(against(&best, &accuracy(0.90, Some(0.008))), "lower by 6 ± 1");
        assert_eq!(against(&best, &accuracy(0.90, None)), "");
    }
}
