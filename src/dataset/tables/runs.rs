//! Every run, one a row.

use crate::{
    analysis::{Analysis, Label},
    dataset::{
        DatasetError, Table,
        table::{date, integer, read, text},
    },
};
use record::Run;
use std::collections::HashMap;

pub(super) fn table<'a>(analysis: &Analysis<'a>) -> Result<Table<'a>, DatasetError> {
    let runs: Vec<&'a Run> = analysis.catalog.runs.iter().collect();
    let labels: HashMap<&str, Label> =
        runs.iter().map(|run| (run.id.as_str(), analysis.run_label(run))).collect();
    let columns = vec![
        text("id", "Identifies the run; its page is /runs/<id>/", |r: &&'a Run| Some(r.id.as_str())).key(),
        date("date", "Day of the run; where only a span is known, its first day", |r: &&'a Run| Some(r.date))
            .required(),
        date("date_until", "Last day of the span, where only a span is known", |r: &&'a Run| r.date_until),
        text("date_method", "How the day is known, where the run doesn't state it", |r: &&'a Run| {
            r.source.date_method.as_deref()
        }),
        text("started_at", "Moment of its start (UTC), RFC 3339", |r: &&'a Run| {
            r.started_at.map(|at| at.to_string())
        }),
        text("kind", "Who stands behind it: official, community or unofficial", |r: &&'a Run| {
            super::word(r.kind)
        })
        .required(),
        text(
            "label",
            "What it is, the most cautious of its measurements: official, reproduced, community, vendor, unofficial or withdrawn",
            move |r: &&'a Run| super::word(labels.get(r.id.as_str())?),
        )
        .required(),
        text("organisation", "The organisation that offers it, where others do", |r: &&'a Run| {
            r.source.organisation.as_deref()
        }),
        text("project", "The measuring project", |r: &&'a Run| Some(r.source.project.as_str())).required(),
        text("run_number", "The project's own number of the run", |r: &&'a Run| {
            r.source.run_number.as_deref()
        }),
        text("url", "Address of the run", |r: &&'a Run| r.source.url.as_deref()),
        text("revision", "Revision of the measuring code", |r: &&'a Run| r.source.revision.as_deref()),
        text("licence", "SPDX licence of the run's data", |r: &&'a Run| r.source.licence.as_deref()),
        text("attribution", "The credit line that the licence asks for", |r: &&'a Run| {
            r.source.attribution.as_deref()
        }),
        text("harness_version", "Version of the harness that measured it", |r: &&'a Run| {
            r.source.harness.as_ref().map(|it| it.version.as_str())
        }),
        text("harness_commit", "Git commit of that harness", |r: &&'a Run| {
            r.source.harness.as_ref().and_then(|it| it.commit.as_deref())
        }),
        text("driver", "Accelerator driver", |r: &&'a Run| {
            r.environment.as_ref().and_then(|it| it.driver.as_deref())
        }),
        integer(
            "measurements",
            "measurements",
            "Measurements in it, evaluations among them",
            |r: &&'a Run| Some(r.measurements.len()),
        )
        .required(),
        integer("unmapped", "rows", "Rows that could not be placed", |r: &&'a Run| Some(r.unmapped.len()))
            .required(),
        date("retracted_when", "Day on which it was withdrawn", |r: &&'a Run| {
            r.retracted.as_ref().map(|it| it.when)
        }),
        text("retracted_why", "Why it was withdrawn", |r: &&'a Run| {
            r.retracted.as_ref().map(|it| it.why.as_str())
        }),
        text("superseded_by", "The run that takes its place", |r: &&'a Run| {
            r.retracted.as_ref()?.superseded_by.as_ref().map(ToString::to_string)
        }),
    ];
    Table::new(
        "runs",
        "Runs",
        "One row a run: one act of measuring, with its source and licence",
        read(&runs, columns),
    )
}
