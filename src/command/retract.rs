//! `site retract`: a run or a measurement withdrawn, or a withdrawal taken back.

use super::{Failure, print};
use crate::{
    catalog::{self, Catalog},
    cli::{Common, Format},
    import,
};
use clap::Args;
use jiff::{Timestamp, civil::Date, tz::Offset};
use record::{Reference, Retraction, Run, Severity};
use std::process::ExitCode;

/// Withdraw a run or one measurement of it: its address stays, with the reason, and it counts no more
///
/// Writes into the run's record in content/results. What was corrected names what takes its place.
#[derive(Clone, Debug, Args)]
pub struct RetractArguments {
    /// What to withdraw: RUN, or RUN#MEASUREMENT, as in the address of its page
    #[arg(value_name = "RUN[#MEASUREMENT]")]
    pub what: Reference,
    /// The reason, in a sentence; published word for word
    #[arg(long, value_name = "TEXT", required_unless_present = "undo")]
    pub why: Option<String>,
    /// The run or measurement that takes its place
    #[arg(long, value_name = "RUN[#MEASUREMENT]")]
    pub superseded_by: Option<Reference>,
    /// The day of the withdrawal [default: today, UTC]
    #[arg(long, value_name = "DAY")]
    pub date: Option<Date>,
    /// Take a withdrawal back
    #[arg(long, conflicts_with_all = ["why", "superseded_by", "date"])]
    pub undo: bool,
}

pub(crate) fn run(common: &Common, arguments: &RetractArguments) -> Result<ExitCode, Failure> {
    let catalog = catalog::load(&common.root, true)?;
    let retraction = retraction(arguments)?;
    let (place, mut run) = find(&catalog, &arguments.what)?;
    set(&mut run, &arguments.what, retraction)?;
    check_successor(&catalog, &arguments.what, arguments.superseded_by.as_ref())?;
    let run = run.canonicalise();
    if let Some(problem) =
        record::validate(&run, &[], None).into_iter().find(|problem| problem.severity == Severity::Error)
    {
        return Err(Failure::Refused(problem.to_string()));
    }
    let file = &catalog.records[place].file;
    import::write_file(&common.root.join(file), &run.to_canonical_json())
        .map_err(|error| Failure::Internal(error.to_string()))?;
    let done = if arguments.undo { "stands again" } else { "is withdrawn" };
    match common.format {
        Format::Json => print(
            &serde_json::json!({ "ok": true, "file": file, "what": arguments.what, "retracted": !arguments.undo })
                .to_string(),
        ),
        _ if common.quiet => {}
        Format::Text | Format::Markdown => print(&format!("{}: `{}` {done}. Look at it: git diff", file.display(), arguments.what)),
    }
    Ok(ExitCode::SUCCESS)
}

/// What the arguments ask to be written; nothing to take a withdrawal back.
fn retraction(arguments: &RetractArguments) -> Result<Option<Retraction>, Failure> {
    let Some(why) = &arguments.why else { return Ok(None) };
    let why = why.trim();
    if why.is_empty() {
        return Err(Failure::Refused(
            "`--why` is empty. Say in a sentence what is wrong with the result".into(),
        ));
    }
    let when = arguments.date.unwrap_or_else(|| Offset::UTC.to_datetime(Timestamp::now()).date());
    Ok(Some(Retraction { when, why: why.to_owned(), superseded_by: arguments.superseded_by.clone() }))
}

/// The run that holds it, and its place. A record with fields that this program doesn't know would lose them, and never gets so
/// far: reading the content refuses it.
fn find(catalog: &Catalog, what: &Reference) -> Result<(usize, Run), Failure> {
    let place = catalog.runs.iter().position(|run| run.id == what.run).ok_or_else(|| {
        Failure::Refused(format!(
            "there is no run `{}`. Its id is in the address of its page: /runs/ID/",
            what.run
        ))
    })?;
    Ok((place, catalog.runs[place].clone()))
}

/// Puts a retraction where it belongs, or takes it away.
fn set(run: &mut Run, what: &Reference, retraction: Option<Retraction>) -> Result<(), Failure> {
    let slot = match &what.measurement {
        None => &mut run.retracted,
        Some(id) => {
            let found = run.measurements.iter_mut().find(|measurement| measurement.id == *id);
            let measurement = found.ok_or_else(|| {
                Failure::Refused(format!(
                    "run `{}` has no measurement `{id}`. Its id is in its address: /runs/{}/#m-ID",
                    what.run, what.run
                ))
            })?;
            &mut measurement.retracted
        }
    };
    match (&slot, &retraction) {
        (None, None) => {
            Err(Failure::Refused(format!("`{what}` is not withdrawn, so that there is nothing to take back")))
        }
        (Some(there), Some(_)) => Err(Failure::Refused(format!(
            "`{what}` was withdrawn on {} already: {} Take that back first, with --undo",
            there.when, there.why
        ))),
        _ => {
            *slot = retraction;
            Ok(())
        }
    }
}

/// The next build would refuse a successor that isn't there or that leads back; better now.
fn check_successor(
    catalog: &Catalog,
    what: &Reference,
    successor: Option<&Reference>,
) -> Result<(), Failure> {
    let Some(successor) = successor else { return Ok(()) };
    if successor == what {
        return Err(Failure::Refused(format!("`{what}` can't take its own place")));
    }
    if what.measurement.is_none() && successor.measurement.is_some() {
        return Err(Failure::Refused("a run can't be superseded by one measurement. Name the run".into()));
    }
    let (_, mut run) = find(catalog, successor)?;
    if let Some(id) = &successor.measurement {
        run.measurements.retain(|measurement| measurement.id == *id);
        if run.measurements.is_empty() {
            return Err(Failure::Refused(format!("run `{}` has no measurement `{id}`", successor.run)));
        }
    }
    let withdrawn = run.retracted.is_some()
        || (successor.measurement.is_some() && run.measurements[0].retracted.is_some());
    if withdrawn {
        return Err(Failure::Refused(format!(
            "`{successor}` is withdrawn itself. Name what takes its place"
        )));
    }
    Ok(())
}
