//! Going on with a run that was stopped.

use super::{Plan, Point, Settings, assemble, comparable, notes, preflight::Server};
use crate::cli::Failed;
use record::{Dataset, Environment, Measurement, Outcome, Run, SearchGoal, Workload};

/// The run that `--resume` goes on with, without what was not finished in it. None for a new run.
///
/// # Errors
/// When the record of an `--id` exists and isn't resumed, or when what is to be measured couldn't be compared with what is on
/// record: another model, framework, precision, deployment or machine, another way to measure, or a workload that the site
/// can't tell from the one on record.
pub(crate) fn earlier(
    settings: &Settings,
    server: &Server,
    environment: &Environment,
) -> Result<Option<Run>, Failed> {
    let Some(id) = &settings.identity.id else { return Ok(None) };
    let path = settings.out.join(format!("{id}.json"));
    let Ok(bytes) = std::fs::read(&path) else { return Ok(None) };
    let name = path.display();
    if !settings.resume {
        return Err(Failed::usage(format!(
            "{name} exists: choose another --id, or go on with it by --resume"
        )));
    }
    let mut run = record::read(&bytes).map_err(|error| Failed::usage(format!("{name}: {error}")))?.run;
    let refuse = |differences: Vec<String>| {
        if differences.is_empty() {
            return Ok(());
        }
        let list = differences.join("; ");
        Err(Failed::usage(format!(
            "{name} can't be gone on with: {list}. State what it states, or choose another --id"
        )))
    };
    refuse(comparable::differences(&run, settings, server, environment))?;
    if let Some(asked) = asked(settings) {
        if run.measurements.iter().any(|measurement| clashes(&measurement.workload, &asked)) {
            return Err(Failed::usage(format!(
                "{name} has the same work asked in another way (--endpoint, --length-range, …): choose another --id"
            )));
        }
        let is_same = |measurement: &Measurement| identity(&measurement.workload) == identity(&asked);
        run.measurements.retain(|measurement| {
            !is_same(measurement) || (is_finished(measurement) && has_levels(measurement, settings))
        });
        for measurement in run.measurements.iter().filter(|measurement| is_same(measurement)) {
            refuse(comparable::otherwise(measurement, settings, server))?;
        }
    }
    if run.measurements.is_empty() {
        // Nothing of it is kept, so it begins anew.
        return Ok(None);
    }
    run.search = None;
    run.notes.retain(|note| !note.starts_with(notes::STOPPED));
    Ok(Some(run))
}

/// Whether `run` has a measurement of `point` with this workload.
pub(crate) fn has(run: &Run, settings: &Settings, point: &Point) -> bool {
    run.measurements.iter().any(|measurement| answers(measurement, settings, point))
}

/// Whether `measurement` is one of `point` with this workload.
pub(crate) fn answers(measurement: &Measurement, settings: &Settings, point: &Point) -> bool {
    let (arrival, workload) = (assemble::arrival(settings, point), assemble::workload(settings, point, None));
    measurement.arrival == arrival && identity(&measurement.workload) == identity(&workload)
}

/// The workload of every load that is to be measured.
fn asked(settings: &Settings) -> Option<Workload> {
    let point = match &settings.plan {
        Plan::Sweep(points) => points.first()?.clone(),
        Plan::Search(search) => Point::at(search.over, search.range.0, settings.burstiness),
    };
    Some(assemble::workload(settings, &point, None))
}

/// Whether measurements of these two would have one address, and yet not be of the same work.
fn clashes(found: &Workload, asked: &Workload) -> bool {
    let address = |workload: &Workload| {
        let name = workload.dataset.as_ref().map(|dataset| dataset.name.clone());
        (workload.kind, name, workload.input_tokens, workload.output_tokens)
    };
    address(found) == address(asked) && identity(found) != identity(asked)
}

/// What makes a workload another one: all of it but what may differ between two runs of the same.
fn identity(workload: &Workload) -> Workload {
    let dataset = workload.dataset.clone().map(|dataset| Dataset { prompts_hash: None, ..dataset });
    Workload { dataset, seed: None, tokenizer: None, ..workload.clone() }
}

/// Whether a search for service levels can use it: it must have counted the same ones.
fn has_levels(measurement: &Measurement, settings: &Settings) -> bool {
    let searched = matches!(&settings.plan, Plan::Search(search) if search.goal == SearchGoal::ServiceLevels);
    let counted = measurement.service_levels.first();
    !searched
        || settings.goodput.first().zip(counted).is_some_and(|(levels, counted)| levels.are_those_of(counted))
}

fn is_finished(measurement: &Measurement) -> bool {
    measurement.outcome == Outcome::Ok
        && !measurement.notes.iter().any(|note| note.starts_with(notes::STOPPED))
}
