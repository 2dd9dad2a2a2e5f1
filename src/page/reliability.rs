//! How often benchmark jobs succeeded, over time; what did not run is no failure.

use super::{
    Page,
    table::{Cell, Column, Table},
};
use crate::{
    analysis::{Analysis, Entry},
    format,
};
use record::{AcceleratorKey, FrameworkKey, JobSet, ModelKey, Outcome, ReliabilityDay};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// Jobs of some days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Jobs {
    days: usize,
    idle_days: usize,
    tried: u64,
    succeeded: u64,
}

impl Jobs {
    fn add(&mut self, day: &ReliabilityDay) {
        let sum =
            |count: fn(&JobSet) -> u64| -> u64 { day.jobs.iter().map(|set| count(set) * set.count).sum() };
        let tried = sum(|set| set.total);
        self.days += usize::from(tried > 0);
        self.idle_days += usize::from(tried == 0);
        self.tried += tried;
        self.succeeded += sum(|set| set.succeeded);
    }

    /// The share that succeeded; unknown where nothing ran.
    fn share(self) -> Option<f64> {
        (self.tried > 0).then(|| 100.0 * self.succeeded as f64 / self.tried as f64)
    }
}

pub(super) fn page(analysis: &Analysis<'_>) -> Page {
    let days = analysis.catalog.reliability.as_ref().map_or(&[][..], |table| &table.days);
    let span = days.iter().map(|day| day.date).min().zip(days.iter().map(|day| day.date).max());
    Page {
        path: "/reliability/".to_owned(),
        title: "Reliability".to_owned(),
        description: "How often benchmark jobs succeeded, by accelerator and month, and what became of the measurements on record."
            .to_owned(),
        template: "reliability",
        content: json!({
            "span": span.map(|(first, last)| format!("{first} to {last}")),
            "months": (!days.is_empty()).then(|| by_month(analysis, days).html()),
            "all": (!days.is_empty()).then(|| totals(analysis, days).html()),
            "models": outcomes(analysis, "Model", |entry| {
                let key: &ModelKey = &entry.measurement.model.key;
                Cell::maybe_link(analysis.catalog.model_name(key), analysis.catalog.model_href(key))
            })
            .html(),
            "frameworks": outcomes(analysis, "Framework", |entry| {
                let key: &FrameworkKey = &entry.measurement.framework.key;
                Cell::maybe_link(analysis.catalog.framework_name(key), analysis.catalog.framework_href(key))
            })
            .html(),
            "fallen": entries(analysis).any(|entry| fell(&entry)),
        }),
        modified: span.map(|(_, last)| last),
        ..Page::default()
    }
}

/// The share of jobs that succeeded, an accelerator a row and a month a column, newest month first.
fn by_month(analysis: &Analysis<'_>, days: &[ReliabilityDay]) -> Table {
    let mut jobs: BTreeMap<&AcceleratorKey, BTreeMap<String, Jobs>> = BTreeMap::new();
    let mut months = BTreeSet::new();
    for day in days {
        let month = day.date.strftime("%Y-%m").to_string();
        months.insert(month.clone());
        jobs.entry(&day.accelerator).or_default().entry(month).or_default().add(day);
    }
    let mut columns = vec![Column::words("Accelerator")];
    columns.extend(months.iter().rev().map(|month| Column::figures(month, "%")));
    let rows = jobs
        .into_iter()
        .map(|(accelerator, by_month)| {
            let mut row = vec![accelerator_cell(analysis, accelerator)];
            row.extend(months.iter().rev().map(|month| match by_month.get(month) {
                None => Cell::default(),
                Some(jobs) => share_cell(*jobs),
            }));
            row
        })
        .collect();
    Table { caption: "Share of jobs that succeeded, by month; a dash has no entry".to_owned(), columns, rows }
}

fn share_cell(jobs: Jobs) -> Cell {
    match jobs.share() {
        Some(share) => {
            Cell::text(format::figure(share)).remark(format!("of {}", format::count(jobs.tried as usize)))
        }
        None => Cell::text("did not run"),
    }
}

fn accelerator_cell(analysis: &Analysis<'_>, key: &AcceleratorKey) -> Cell {
    Cell::maybe_link(analysis.catalog.accelerator_name(key), analysis.catalog.accelerator_href(key))
}

/// All days together.
fn totals(analysis: &Analysis<'_>, days: &[ReliabilityDay]) -> Table {
    let mut jobs: BTreeMap<&AcceleratorKey, Jobs> = BTreeMap::new();
    for day in days {
        jobs.entry(&day.accelerator).or_default().add(day);
    }
    let rows = jobs
        .into_iter()
        .map(|(accelerator, jobs)| {
            vec![
                accelerator_cell(analysis, accelerator),
                Cell::text(format::count(jobs.days)),
                Cell::text(format::count(jobs.idle_days)),
                Cell::text(format::count(jobs.tried as usize)),
                Cell::text(format::count(jobs.succeeded as usize)),
                Cell::text(jobs.share().map_or_else(|| "did not run".to_owned(), format::figure)),
            ]
        })
        .collect();
    Table {
        caption: "All jobs on record, as upstream counts them".to_owned(),
        columns: vec![
            Column::words("Accelerator"),
            Column::figures("Days with jobs", ""),
            Column::figures("Days on which nothing ran", ""),
            Column::figures("Jobs tried", ""),
            Column::figures("Succeeded", ""),
            Column::figures("Share", "%"),
        ],
        rows,
    }
}

fn entries<'a>(analysis: &Analysis<'a>) -> impl Iterator<Item = Entry<'a>> {
    let runs = analysis.catalog.runs.iter();
    runs.flat_map(|run| run.measurements.iter().map(move |measurement| Entry { run, measurement }))
}

/// Whether a measurement failed, is invalid, or was withdrawn.
fn fell(entry: &Entry<'_>) -> bool {
    let withdrawn = entry.run.retracted.is_some() || entry.measurement.retracted.is_some();
    withdrawn || entry.measurement.outcome != Outcome::Ok
}

/// What became of the measurements on record.
fn outcomes(analysis: &Analysis<'_>, what: &str, of: impl Fn(&Entry<'_>) -> Cell) -> Table {
    let mut counts: BTreeMap<String, (Cell, [usize; 4])> = BTreeMap::new();
    for entry in entries(analysis) {
        let name = of(&entry);
        let (_, count) = counts.entry(name.text.clone()).or_insert((name, [0; 4]));
        count[0] += 1;
        let withdrawn = entry.run.retracted.is_some() || entry.measurement.retracted.is_some();
        match &entry.measurement.outcome {
            _ if withdrawn => count[3] += 1,
            Outcome::Ok => {}
            Outcome::Invalid { .. } => count[2] += 1,
            Outcome::Failed { .. } | Outcome::OutOfMemory | Outcome::Timeout => count[1] += 1,
        }
    }
    let rows = counts
        .into_values()
        .map(|(name, counts)| {
            let mut row = vec![name];
            row.extend(counts.map(|count| Cell::text(format::count(count))));
            row
        })
        .collect();
    Table {
        caption: format!("Measurements on record, evaluations included, by {}", what.to_lowercase()),
        columns: vec![
            Column::words(what),
            Column::figures("On record", ""),
            Column::figures("Failed", ""),
            Column::figures("Invalid", ""),
            Column::figures("Withdrawn", ""),
        ],
        rows,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_did_not_run_has_no_share_and_counts_as_an_idle_day() {
        let day = |jobs: Vec<JobSet>| ReliabilityDay {
            date: "2026-05-05".parse().expect("a date"),
            accelerator: "h100".into(),
            jobs,
        };
        let mut jobs = Jobs::default();
        jobs.add(&day(vec![JobSet { succeeded: 0, total: 0, count: 24 }]));
        assert_eq!((jobs.share(), jobs.idle_days), (None, 1));
        assert_eq!(share_cell(jobs).text, "did not run");
        jobs.add(&day(vec![JobSet { succeeded: 3, total: 4, count: 2 }]));
        assert_eq!((jobs.share(), jobs.days, jobs.tried), (Some(75.0), 1, 8));
    }
}
