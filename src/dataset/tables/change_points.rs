//! Where a configuration changed from one run to the next.

use crate::{
    analysis::{
        self, Analysis, Candidate, Cause, Entry, Metric, SeriesKey, Turn,
        change_point::{ChangePoint, Class, Shift},
    },
    dataset::{
        DatasetError, Table,
        table::{date, integer, number, read, text},
    },
};
use std::collections::BTreeSet;

/// A change of a metric of one configuration, and the two measurements between which it lies.
struct Change<'a> {
    id: String,
    series: SeriesKey,
    metric: Metric,
    point: ChangePoint,
    before: Entry<'a>,
    after: Entry<'a>,
    turn: Turn,
    candidates: Vec<Candidate<'a>>,
}

pub(super) fn table<'a>(analysis: &Analysis<'a>) -> Result<Table<'a>, DatasetError> {
    let changes = changes(analysis);
    let columns = vec![
        text("measurement", "First measurement after the change", |c: &Change<'a>| {
            Some(c.after.measurement.id.as_str())
        })
        .key()
        .references("measurements"),
        text("id", "Id of the change, as in its feed and on its page", |c: &Change<'a>| Some(c.id.clone()))
            .required(),
        text("metric", "The metric that changed", |c: &Change<'a>| Some(c.metric.key())).key(),
        text("unit", "Unit of the metric", |c: &Change<'a>| Some(c.metric.unit())).required(),
        date("date", "Day of the run after the change", |c: &Change<'a>| Some(c.after.run.date)).required(),
        text("measurement_before", "Last measurement before the change", |c: &Change<'a>| {
            Some(c.before.measurement.id.as_str())
        })
        .required()
        .references("measurements"),
        date("date_before", "Day of the run before the change", |c: &Change<'a>| Some(c.before.run.date))
            .required(),
        text("class", "How sure it is: confirmed, candidate or suspect", |c: &Change<'a>| {
            Some(class(c.point.class))
        })
        .required(),
        text("direction", "Whether the metric rose or fell: up or down", |c: &Change<'a>| {
            Some(if c.point.direction == Shift::Up { "up" } else { "down" })
        })
        .required(),
        text(
            "turn",
            "What it means by the metric's own direction: improvement or regression",
            |c: &Change<'a>| Some(if c.turn == Turn::Improvement { "improvement" } else { "regression" }),
        )
        .required(),
        number("median_before", "as `unit` says", "Median before", |c: &Change<'a>| Some(c.point.before))
            .required(),
        number("median_after", "as `unit` says", "Median after", |c: &Change<'a>| Some(c.point.after))
            .required(),
        number("ratio", "", "Median after over median before", |c: &Change<'a>| {
            Some(c.point.after / c.point.before)
        }),
        number("ratio_low", "", "Lower end of the 95 % bootstrap interval of the ratio", |c: &Change<'a>| {
            c.point.interval.map(|it| it.low)
        }),
        number("ratio_high", "", "Upper end of that interval", |c: &Change<'a>| {
            c.point.interval.map(|it| it.high)
        }),
        number("p", "", "Chance of such a difference without a change", |c: &Change<'a>| Some(c.point.p))
            .required(),
        integer("votes", "detectors", "How many of the three detectors found it", |c: &Change<'a>| {
            Some(c.point.votes)
        })
        .required(),
        text(
            "changed_with_it",
            "What else differs between the two runs, as far as they say; none of it is proof",
            |c: &Change<'a>| changed(&c.candidates),
        ),
        text("model", "Key of the model", |c: &Change<'a>| Some(c.series.model.to_string()))
            .required()
            .references("models"),
        text("workload_key", "The workload", |c: &Change<'a>| Some(c.series.workload.slug())).required(),
        text("accelerator", "Key of the accelerator", |c: &Change<'a>| {
            Some(c.series.accelerator.to_string())
        })
        .required()
        .references("hardware"),
        text("framework", "Key of the serving framework", |c: &Change<'a>| {
            Some(c.series.framework.to_string())
        })
        .required()
        .references("frameworks"),
        text("precision", "Numeric format of the weights", |c: &Change<'a>| {
            Some(c.series.precision.to_string())
        })
        .required(),
        integer("concurrency", "requests", "Requests kept in flight", |c: &Change<'a>| {
            c.after.measurement.arrival.concurrency
        }),
    ];
    Table::new(
        "change_points",
        "Change points",
        "One row a change of one metric of a configuration from one run to the next, with its medians, its interval and what else changed",
        read(&changes, columns),
    )
}

/// Every change that is known, newest first.
fn changes<'a>(analysis: &Analysis<'a>) -> Vec<Change<'a>> {
    let of = |(series, change): (&SeriesKey, &analysis::Change<'a>)| Change {
        id: change.id.clone(),
        series: series.clone(),
        metric: change.metric,
        point: change.point,
        before: change.before,
        after: change.after,
        turn: change.turn(),
        candidates: change.candidates.clone(),
    };
    analysis.trends().changes().into_iter().map(of).collect()
}

fn class(class: Class) -> &'static str {
    match class {
        Class::Confirmed => "confirmed",
        Class::Candidate => "candidate",
        Class::Suspect => "suspect",
    }
}

/// The kinds of what differs, a comma between them; nothing where nothing stated does.
fn changed(candidates: &[Candidate<'_>]) -> Option<String> {
    let kinds: BTreeSet<&str> = candidates
        .iter()
        .map(|candidate| match &candidate.cause {
            Cause::Image(..) => "image",
            Cause::FrameworkVersion(..) => "framework version",
            Cause::Recipe(..) => "recipe",
            Cause::ExactModel(..) => "exact model",
            Cause::Driver(..) => "driver",
            Cause::Changelog(_) => "changelog",
        })
        .collect();
    (!kinds.is_empty()).then(|| kinds.into_iter().collect::<Vec<_>>().join(", "))
}
