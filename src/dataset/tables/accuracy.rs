//! Scores of evaluations, one a row.

use super::retraction;
use crate::{
    analysis::{Analysis, Entry, Label},
    dataset::{
        DatasetError, Table,
        table::{Define, boolean, date, integer, number, read, text},
    },
};
use record::{Accuracy, Outcome};
use std::collections::HashMap;

/// One score of an evaluation.
struct Score<'a> {
    entry: Entry<'a>,
    accuracy: &'a Accuracy,
    metric: &'a str,
    score: f64,
    /// Whether it is the one that the evaluation is known by.
    main: bool,
}

pub(super) fn table<'a>(analysis: &Analysis<'a>, entries: &[Entry<'a>]) -> Result<Table<'a>, DatasetError> {
    let scores: Vec<Score<'a>> = entries.iter().flat_map(|entry| scores(*entry)).collect();
    let mut columns = scored();
    columns.extend(standing(analysis, entries));
    Table::new(
        "accuracy",
        "Accuracy",
        "One row a score of an evaluation. Rows of one measurement are scores of the same answers, counted in different ways",
        read(&scores, columns),
    )
}

/// What was scored, and how it went.
fn scored<'a>() -> Vec<Define<'a, Score<'a>>> {
    vec![
        text("measurement", "The evaluation's measurement", |s: &Score<'a>| {
            Some(s.entry.measurement.id.as_str())
        })
        .key()
        .references("measurements"),
        text("metric", "What the score counts", |s: &Score<'a>| Some(s.metric)).key(),
        boolean("main", "Whether the evaluation is known by this score", |s: &Score<'a>| Some(s.main))
            .required(),
        text("task", "The task", |s: &Score<'a>| Some(s.accuracy.task.as_str())).required(),
        number("score", "share", "The score, 0 to 1", |s: &Score<'a>| Some(s.score)).required(),
        number("standard_error", "share", "Standard error of the main score", |s: &Score<'a>| {
            s.accuracy.standard_error.filter(|_| s.main)
        }),
        integer("items", "items", "Items scored", |s: &Score<'a>| s.accuracy.items),
        text("run", "The run", |s: &Score<'a>| Some(s.entry.run.id.as_str())).required().references("runs"),
        date("date", "Day of the run", |s: &Score<'a>| Some(s.entry.run.date)).required(),
        text("model", "Key of the model", |s: &Score<'a>| Some(s.entry.measurement.model.key.as_str()))
            .required()
            .references("models"),
        text("accelerator", "Key of the accelerator", |s: &Score<'a>| {
            Some(s.entry.measurement.deployment.accelerator.as_str())
        })
        .required()
        .references("hardware"),
        text("framework", "Key of the serving framework", |s: &Score<'a>| {
            Some(s.entry.measurement.framework.key.as_str())
        })
        .required()
        .references("frameworks"),
        text("precision", "Numeric format of the weights", |s: &Score<'a>| {
            Some(s.entry.measurement.precision.as_str())
        })
        .required(),
    ]
}

/// Whose it is, and whether it stands.
fn standing<'a>(analysis: &Analysis<'a>, entries: &[Entry<'a>]) -> Vec<Define<'a, Score<'a>>> {
    let labels: HashMap<&'a str, Label> =
        entries.iter().map(|entry| (entry.measurement.id.as_str(), analysis.label(entry))).collect();
    vec![
        text("kind", "Who stands behind the run: official, community or unofficial", |s: &Score<'a>| {
            super::word(s.entry.run.kind)
        })
        .required(),
        text("label", "What the evaluation is; see /docs/community-results/", move |s: &Score<'a>| {
            super::word(labels.get(s.entry.measurement.id.as_str())?)
        })
        .required(),
        boolean("standing", "Whether it counts: outcome ok, and not withdrawn", |s: &Score<'a>| {
            Some(retraction(&s.entry).is_none() && s.entry.measurement.outcome == Outcome::Ok)
        })
        .required(),
        date("retracted_when", "Day on which it, or its run, was withdrawn", |s: &Score<'a>| {
            retraction(&s.entry).map(|it| it.when)
        }),
        text("retracted_why", "Why it was withdrawn", |s: &Score<'a>| {
            retraction(&s.entry).map(|it| it.why.as_str())
        }),
        text("superseded_by", "What takes its place: RUN, or RUN#MEASUREMENT", |s: &Score<'a>| {
            retraction(&s.entry)?.superseded_by.as_ref().map(ToString::to_string)
        }),
    ]
}

fn scores(entry: Entry<'_>) -> impl Iterator<Item = Score<'_>> {
    entry.measurement.accuracy.iter().flat_map(move |accuracy| {
        let main = Score { entry, accuracy, metric: &accuracy.metric, score: accuracy.score, main: true };
        let others = accuracy.other_scores.iter().filter(|(metric, _)| **metric != accuracy.metric);
        let others =
            others.map(move |(metric, score)| Score { entry, accuracy, metric, score: *score, main: false });
        std::iter::once(main).chain(others)
    })
}
