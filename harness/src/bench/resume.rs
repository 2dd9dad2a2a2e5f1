//! Going on with a run that was stopped.

use super::{Point, Settings, assemble};
use crate::cli::Failed;
use record::{Measurement, Outcome, Run, Workload};

/// The run that `--resume` goes on with, without what was not finished in it. None for a new run.
///
/// # Errors
/// When the record of an `--id` exists and isn't resumed, or is resumed with another model.
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
    run.measurements.retain(is_finished);
    run.notes.retain(|note| !note.starts_with(assemble::STOPPED));
    Ok(Some(run))
}

/// Whether `run` has a measurement of `point` with this workload.
pub(crate) fn has(run: &Run, settings: &Settings, point: &Point) -> bool {
    let (arrival, workload) = (assemble::arrival(settings, point), assemble::workload(settings, point, None));
    run.measurements.iter().any(|measurement| {
        let found = &measurement.workload;
        measurement.arrival == arrival
            && found.kind == workload.kind
            && found.endpoint == workload.endpoint
            && name(found) == name(&workload)
            && (found.input_tokens, found.output_tokens) == (workload.input_tokens, workload.output_tokens)
    })
}

/// What tells two workloads of a kind apart.
fn name(workload: &Workload) -> Option<&str> {
    workload.dataset.as_ref().map(|dataset| dataset.name.as_str())
}

fn is_finished(measurement: &Measurement) -> bool {
    measurement.outcome == Outcome::Ok
        && !measurement.notes.iter().any(|note| note.starts_with(assemble::STOPPED))
}
