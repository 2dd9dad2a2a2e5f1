//! Measuring one load.

use super::{Point, Settings, preflight::Server, progress::Progress};
use crate::{
    cli::Failed,
    clock::{Clock, Nanos},
    load::{Arrival, Drive, Driven, Engine, Limits, Ramp},
    measure::{Exchange, Failure, LoopWatch, Usage, process_usage, summarise},
    request_log::RequestLog,
    workload::prepare,
};
use std::sync::atomic::{AtomicBool, Ordering};

/// One repeat of a load, as it went.
pub(crate) struct Round {
    pub(crate) exchanges: Vec<Exchange>,
    pub(crate) driven: Driven,
    pub(crate) watch: LoopWatch,
    pub(crate) connections: u64,
    pub(crate) used: Usage,
    /// How long the round took, waiting for the last answer included.
    pub(crate) elapsed: Nanos,
}

/// All repeats of a load.
pub(crate) struct Measured {
    pub(crate) rounds: Vec<Round>,
    pub(crate) warmup: u32,
    /// Hash of all prompts as sent, where every one was.
    pub(crate) prompts_hash: Option<String>,
}

/// Measures `point`, as often as asked.
pub(crate) fn measure(
    settings: &Settings,
    server: &Server,
    point: &Point,
    index: usize,
    log: &RequestLog,
    stop: &AtomicBool,
) -> Result<Measured, Failed> {
    let mut measured = Measured { rounds: Vec::new(), warmup: 0, prompts_hash: None };
    let (mut hashes, mut repeats) = (Vec::new(), Vec::new());
    for repeat in 0..settings.repeats {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        // Every load and repeat has prompts of its own, so that none finds another's in the server's cache.
        let seed = settings.seed.wrapping_add((index as u64) << 32).wrapping_add(u64::from(repeat) << 20);
        let (round, warmup, hash) = round(settings, server, point, index, seed, log, stop)
            .map_err(|error| Failed::here(format!("measuring {}: {error}", point.label())))??;
        measured.rounds.push(round);
        repeats.extend(settings.until.map(|_| {
            let exchanges = measured.rounds.last().map_or(&[][..], |round| &round.exchanges);
            summarise(exchanges, point.clocking(), None, None).record
        }));
        measured.warmup += warmup;
        hashes.push(hash);
        if settings.until.is_some_and(|until| until.is_met(&repeats)) {
            break;
        }
    }
    let hashes: Option<Vec<String>> = hashes.into_iter().collect();
    measured.prompts_hash = hashes.filter(|hashes| !hashes.is_empty()).map(|hashes| hashes.join("-"));
    Ok(measured)
}

type Outcome = Result<(Round, u32, Option<String>), Failed>;

fn round(
    settings: &Settings,
    server: &Server,
    point: &Point,
    index: usize,
    seed: u64,
    log: &RequestLog,
    stop: &AtomicBool,
) -> std::io::Result<Outcome> {
    let requests = settings.requests(point);
    let clock = Clock::start();
    let mut engine = Engine::new(server.address, server.security.clone(), settings.timeouts, clock)?;
    if let Err(failure) = engine.preconnect(point.preconnect(requests))? {
        return Ok(Err(lost(settings, &failure)));
    }
    let warmup = warm_up(settings, server, point, seed, &mut engine, stop)?;
    engine.watch = LoopWatch::default();

    let ahead = point.preconnect(requests) * 2;
    let (jobs, prompts) =
        prepare(settings.shape.clone(), settings.lengths.clone(), server.fit, seed, requests, ahead)?;
    let (note, written) = log.measurement(index);
    let mut progress = Progress::new(settings, point, requests);
    let before = process_usage();
    let begun = clock.now();
    let driven = Drive {
        engine: &mut engine,
        jobs: &jobs,
        limits: Limits { requests, duration: settings.duration },
        stop,
        ended: &mut |exchange, in_flight| {
            progress.note(&exchange, in_flight);
            note(exchange);
        },
    }
    .run(settings.arrival(point, seed))?;
    progress.clear();
    let elapsed = clock.now() - begun;
    let after = process_usage();
    drop((note, jobs));
    let hash = prompts.join().unwrap_or(None);
    let mut exchanges: Vec<Exchange> = written.iter().collect();
    exchanges.sort_by_key(|exchange| exchange.index);
    let used = Usage { cpu: after.cpu.saturating_sub(before.cpu), peak_memory: after.peak_memory };
    let watch = std::mem::take(&mut engine.watch);
    let round = Round { exchanges, driven, watch, connections: engine.connected, used, elapsed };
    Ok(Ok((round, warmup, hash)))
}

/// Sends the requests that don't count; how many.
fn warm_up(
    settings: &Settings,
    server: &Server,
    point: &Point,
    seed: u64,
    engine: &mut Engine,
    stop: &AtomicBool,
) -> std::io::Result<u32> {
    let count = settings.warmup(point).min(settings.requests(point));
    if count == 0 {
        return Ok(0);
    }
    let slots = match point {
        Point::Closed { slots } => *slots,
        _ => 1,
    };
    let (jobs, _) = prepare(
        settings.shape.clone(),
        settings.lengths.clone(),
        server.fit,
        // Prompts that the measurement doesn't use.
        !seed,
        count,
        count as usize,
    )?;
    let limits = Limits { requests: count, duration: None };
    let arrival = Arrival::Closed { slots: slots.min(count) as usize, ramp: Ramp { duration: 0 } };
    Drive { engine, jobs: &jobs, limits, stop, ended: &mut |_, _| () }.run(arrival)?;
    Ok(count)
}

fn lost(settings: &Settings, failure: &Failure) -> Failed {
    Failed::server(format!("{}: {}", settings.shape.target, failure.explain()))
}
