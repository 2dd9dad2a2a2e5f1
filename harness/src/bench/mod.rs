//! The `bench` command: ask the server a little, measure each load, write the record, say what came out.

mod assemble;
mod awaited;
mod beside;
mod calibrate;
mod client;
mod comparable;
mod engine_info;
mod identity;
mod live;
mod measurement;
mod notes;
mod outcome;
mod plan;
mod preflight;
mod resume;
mod ruler;
mod server_counts;
mod settings;

use crate::{cli::Failed, environment, record_writer, report, request_log::RequestLog};
use beside::Beside;
use jiff::Timestamp;
use live::Live;
use measurement::Bench;
use record::{Environment, Outcome, Run};
use signal_hook::consts::{SIGINT, SIGTERM, SIGXFSZ};
use std::{
    fs,
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

pub(crate) use ruler::TokenizerChoice;
pub(crate) use settings::{Calibrate, Identity, Plan, Point, RampUp, Settings, Warmup};

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
    let engine_arguments = server.engine.arguments.clone();
    let environment = Environment { engine_arguments, ..environment::capture() };
    let mut run = match resume::earlier(settings, &server, &environment)? {
        Some(run) => run,
        None => assemble::run(settings, &server, environment, started_at)?,
    };
    if !settings.resume {
        claim(settings, &mut run)?;
    }
    let mut files = Files::open(settings, &run, started_at)?;
    measure_all(settings, &server, &mut run, &mut files, &stop)?;
    run.search = plan::search(settings, &run);
    let written = write(&run, &settings.out);
    // What was measured is said even where it can't be written.
    let _ = std::io::stdout().write_all(report::table(&run).as_bytes());
    if let Ok(path) = &written {
        let _ = writeln!(std::io::stdout(), "record        {}", path.display());
    }
    // Each that failed is said, the record first.
    match (written, files.close()) {
        (Ok(_), Ok(())) => Ok(exit_code(&run, &stop)),
        (Err(record), Err(beside)) => Err(Failed::here(format!("{record}. {beside}"))),
        (Err(failed), Ok(())) | (Ok(_), Err(failed)) => Err(failed),
    }
}

/// The files beside the record.
struct Files {
    log: RequestLog,
    log_path: Option<PathBuf>,
    beside: Beside,
    /// The first error that writing met. The record stands even where these files could not all be written.
    failed: Option<Failed>,
}

impl Files {
    fn open(settings: &Settings, run: &Run, started_at: Timestamp) -> Result<Self, Failed> {
        let log_path = settings
            .request_log
            .extension()
            .map(|extension| settings.out.join(format!("{}.{extension}", run.id)));
        let header = serde_json::json!({
            "run": run.id,
            "started_at": started_at.to_string(),
            "times": "nanoseconds from an origin of each repeat",
        });
        let here = |error: std::io::Error| {
            Failed::here(format!("can't write beside the record in {}: {error}", settings.out.display()))
        };
        Ok(Self {
            log: RequestLog::open(log_path.as_deref(), settings.resume, &header).map_err(here)?,
            log_path,
            beside: Beside::open(&settings.out, &run.id, settings.resume).map_err(here)?,
            failed: None,
        })
    }

    /// Writes what is left, and says where everything is.
    fn close(self) -> Result<(), Failed> {
        let written = self.log.close();
        if let Some(path) = &self.log_path {
            written.map_err(|error| incomplete(path, &error))?;
            let _ = writeln!(std::io::stdout(), "requests      {}", path.display());
        }
        if let Some(failed) = self.failed {
            return Err(failed);
        }
        for (name, path) in ["seconds", "latencies"].into_iter().zip(&self.beside.paths) {
            let _ = writeln!(std::io::stdout(), "{name:<14}{}", path.display());
        }
        Ok(())
    }
}

fn incomplete(path: &Path, error: &std::io::Error) -> Failed {
    Failed::here(format!("{} is not complete: {error}", path.display()))
}

/// Measures each load that the run doesn't have yet.
fn measure_all(
    settings: &Settings,
    server: &preflight::Server,
    run: &mut Run,
    files: &mut Files,
    stop: &AtomicBool,
) -> Result<(), Failed> {
    let live = Live::start(settings.plain);
    if let Some(long) = settings.long_trace() {
        live.say(format!("the trace lasts {long} at this speed; --duration and --speed make it shorter"));
    }
    while let Some((index, point)) = plan::next(settings, run) {
        if stop.load(Ordering::Relaxed) {
            run.notes.push(format!("{} before {} was measured.", notes::STOPPED, point.label()));
            break;
        }
        let calibration = match settings.calibrate {
            Calibrate::Always => Some(calibrate::against_mock(settings, &point, &live, stop)?),
            Calibrate::Never => None,
        };
        let place = plan::place(settings, run, index);
        let bench =
            Bench { settings, server, log: &files.log, live: &live, stop, point: &point, index, place };
        let measured = bench.measure()?;
        let measurement = assemble::measurement(settings, server, run, &point, &measured, calibration);
        let measurement = outcome::settle(run, measurement);
        live.say(report::line(&measurement));
        run.measurements.push(measurement);
        if let Err(error) = files.beside.add(index, &point, &measured) {
            files.failed.get_or_insert(incomplete(&files.beside.paths[0], &error));
        }
        // After each load, so that a crash in a later one leaves the earlier ones on record.
        if let Err(failed) = write(run, &settings.out) {
            live.say(format!("inferencemax: {failed}"));
        }
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
    // Writing beyond a limit on the size of files is then an error like that of a full disk, and not the end of the process.
    signal_hook::flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)))
        .map_err(|error| Failed::here(format!("can't watch for the limit on files: {error}")))?;
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

/// Makes the run's files its own, so that it writes over no other's: one that another has just begun, or that a crash has left
/// without a record. An id that nobody chose gives way.
fn claim(settings: &Settings, run: &mut Run) -> Result<(), Failed> {
    let first = run.id.clone();
    for number in 2.. {
        let path = settings.out.join(format!("{}.series.csv", run.id));
        match fs::OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(_) => break,
            Err(error) if error.kind() != ErrorKind::AlreadyExists => {
                return Err(Failed::here(format!("can't write {}: {error}", path.display())));
            }
            Err(_) if settings.identity.id.is_some() => {
                return Err(Failed::usage(format!(
                    "{} exists: a run of this id was begun before. Choose another --id, or go on with it by --resume",
                    path.display()
                )));
            }
            Err(_) => run.id = format!("{first}-{number}"),
        }
    }
    Ok(())
}

/// Writes the record, or where that fails, at least to the folder for temporary files: it may have taken hours.
fn write(run: &Run, folder: &Path) -> Result<PathBuf, Failed> {
    record_writer::write(run, folder).map_err(|error| {
        let rescued = record_writer::write(run, &std::env::temp_dir()).ok();
        let instead = rescued.map_or(String::new(), |path| format!(". It is in {}", path.display()));
        Failed::here(format!("{error}{instead}"))
    })
}
