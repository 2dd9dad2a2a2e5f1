//! Going on with a run that was stopped.

use super::{Plan, Point, Settings, assemble};
use crate::cli::Failed;
use record::{Dataset, Measurement, Outcome, Run, SearchGoal, Workload};

/// The run that `--resume` goes on with, without what was not finished in it. None for a new run.
///
/// # Errors
/// When the record of an `--id` exists and isn't resumed, or is resumed with another model, or with a workload that the site
/// can't tell from the one on record.
pub(crate) fn earlier(settings: &Settings) -> Result<Option<Run>, Failed> {
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
    let other = run
        .measurements
        .iter()
        .find(|measurement| measurement.model.exact.as_deref() != Some(settings.shape.model.as_str()));
    if let Some(other) = other {
        let model = other.model.exact.as_deref().unwrap_or("unknown");
        return Err(Failed::usage(format!("{name} is of another model, {model}: choose another --id")));
    }
    let Some(asked) = asked(settings) else { return Ok(Some(run)) };
    if run.measurements.iter().any(|measurement| clashes(&measurement.workload, &asked)) {
        return Err(Failed::usage(format!(
            "{name} has the same work asked in another way (--endpoint, --length-range, …): choose another --id"
        )));
    }
    run.measurements.retain(|measurement| {
        let other_work = identity(&measurement.workload) != identity(&asked);
        other_work || (is_finished(measurement) && has_levels(measurement, settings))
    });
    run.search = None;
    run.notes.retain(|note| !note.starts_with(assemble::STOPPED));
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
        && !measurement.notes.iter().any(|note| note.starts_with(assemble::STOPPED))
}
