//! The `bench` command: ask the server a little, measure each load, write the record, say what came out.

mod assemble;
mod calibrate;
mod client;
mod measurement;
mod preflight;
mod progress;
mod resume;
mod ruler;
mod settings;

use crate::{
    cli::Failed,
    environment,
    record_writer::{self, WriteError},
    report,
    request_log::RequestLog,
};
use jiff::Timestamp;
use record::{Outcome, Run};
use signal_hook::consts::{SIGINT, SIGTERM};
use std::{
    fs,
    io::Write,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

pub(crate) use ruler::TokenizerChoice;
pub(crate) use settings::{Calibrate, Identity, Point, Settings};

/// The exit code when a measurement is invalid or failed.
const NOT_VALID: u8 = 4;

/// The exit code when the user stopped it.
const STOPPED: u8 = 130;

/// Measures everything that `settings` asks for; the exit code.
pub(crate) fn run(settings: &Settings) -> Result<u8, Failed> {
    let stop = watch_for_stop()?;
    prepare_folder(&settings.out)?;
    let started_at = Timestamp::now();
    let server = preflight::ask(settings, &stop)?;
    let mut run = match resume::earlier(settings)? {
        Some(run) => run,
        None => assemble::run(settings, &server, environment::capture(), started_at)?,
    };
    let log_path = settings.out.join(format!("{}.requests.jsonl", run.id));
    let header = serde_json::json!({
        "run": run.id,
        "started_at": started_at.to_string(),
        "clock": "nanoseconds; each measurement and repeat counts from its own origin",
    });
    let log = RequestLog::open(&log_path, settings.resume, &header)
        .map_err(|error| Failed::here(format!("can't write {}: {error}", log_path.display())))?;
    measure_all(settings, &server, &mut run, &log, &stop)?;
    let path = write(&run, &settings.out)?;
    let _ = std::io::stdout().write_all(report::table(&run).as_bytes());
    let _ = writeln!(std::io::stdout(), "record    {}\nrequests  {}", path.display(), log_path.display());
    // The record stands even where the requests could not all be written.
    log.close().map_err(|error| Failed::here(format!("{}: {error}", log_path.display())))?;
    Ok(exit_code(&run, &stop))
}

/// Measures each load that the run doesn't have yet.
fn measure_all(
    settings: &Settings,
    server: &preflight::Server,
    run: &mut Run,
    log: &RequestLog,
    stop: &AtomicBool,
) -> Result<(), Failed> {
    for (index, point) in settings.points.iter().enumerate() {
        if resume::has(run, settings, point) {
            continue;
        }
        if stop.load(Ordering::Relaxed) {
            run.notes.push(format!("{} before {} was measured.", assemble::STOPPED, point.label()));
            break;
        }
        let calibration = match settings.calibrate {
            Calibrate::Always => calibrate::against_mock(point, stop)?,
            _ => None,
        };
        let measured = measurement::measure(settings, server, point, index, log, stop)?;
        let measurement = assemble::measurement(settings, server, run, point, &measured, calibration);
        run.measurements.push(measurement);
        // After each load, so that a crash in a later one leaves the earlier ones on record.
        write(run, &settings.out)?;
    }
    Ok(())
}

fn exit_code(run: &Run, stop: &AtomicBool) -> u8 {
    if stop.load(Ordering::Relaxed) {
        STOPPED
    } else if run.measurements.iter().any(|measurement| measurement.outcome != Outcome::Ok) {
        NOT_VALID
    } else {
        0
    }
}

/// The first Ctrl-C ends the run in order; a second one ends the process.
fn watch_for_stop() -> Result<Arc<AtomicBool>, Failed> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        signal_hook::flag::register_conditional_shutdown(signal, i32::from(STOPPED), stop.clone())
            .and_then(|_| signal_hook::flag::register(signal, stop.clone()))
            .map_err(|error| Failed::here(format!("can't watch for Ctrl-C: {error}")))?;
    }
    Ok(stop)
}

/// Makes sure that results can be written before anything is measured.
fn prepare_folder(folder: &Path) -> Result<(), Failed> {
    let fail = |error: std::io::Error| {
        Failed::here(format!(
            "can't write to {}: {error}. Choose another folder with --out",
            folder.display()
        ))
    };
    fs::create_dir_all(folder).map_err(fail)?;
    tempfile::Builder::new().prefix(".probe-").tempfile_in(folder).map_err(fail)?;
    Ok(())
}

fn write(run: &Run, folder: &Path) -> Result<std::path::PathBuf, Failed> {
    record_writer::write(run, folder).map_err(|error| match &error {
        WriteError::Invalid(_) | WriteError::Io { .. } => Failed::here(error.to_string()),
    })
}
