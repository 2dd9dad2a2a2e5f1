//! Measuring one load.

use super::{Point, Settings, preflight::Server, progress::Progress};
use crate::{
    cli::Failed,
    clock::{Clock, Nanos},
    load::{Arrival, Drive, Driven, Engine, Limits, Ramp},
    measure::{Exchange, Failure, LoopWatch, Usage, process_usage, summarise},
    request_log::RequestLog,
    workload::{Inspector, Requests, Talk, Workload},
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
    let mut engine = Engine::new(&server.route, clock)?;
    if let Err(failure) = engine.preconnect(point.preconnect(requests))? {
        return Ok(Err(lost(settings, &failure)));
    }
    let warmup = warm_up(settings, server, point, seed, &mut engine, stop)?;
    engine.watch = LoopWatch::default();

    let ahead = point.preconnect(requests) * 2;
    let workload = server.workload(settings, seed);
    let mut prompts = workload.clone().prepare(requests / settings.turns(), ahead)?;
    let talk = talk(settings, workload, &mut prompts, &engine)?;
    let (note, written) = log.measurement(index);
    let inspector = Inspector::of(&settings.kind, settings.shape.interface, note)?;
    let mut progress = Progress::new(settings, point, requests);
    let before = process_usage();
    let begun = clock.now();
    let driven = Drive {
        engine: &mut engine,
        jobs: &prompts.prepared,
        talk: talk.as_ref(),
        limits: Limits { requests, turns: settings.turns(), duration: settings.duration },
        stop,
        ended: &mut |exchange, in_flight| {
            progress.note(&exchange, in_flight);
            match &inspector {
                Ok(inspector) => inspector.take(exchange),
                Err(note) => note(exchange),
            }
        },
    }
    .run(settings.arrival(point, seed))?;
    progress.clear();
    let elapsed = clock.now() - begun;
    let after = process_usage();
    // The log's last line has come when every way to it is closed.
    match inspector {
        Ok(inspector) => inspector.finish(),
        Err(note) => drop(note),
    }
    let hash = prompts.hash();
    let mut exchanges: Vec<Exchange> = written.iter().collect();
    exchanges.sort_by_key(|exchange| exchange.index);
    let used = Usage { cpu: after.cpu.saturating_sub(before.cpu), peak_memory: after.peak_memory };
    let watch = std::mem::take(&mut engine.watch);
    let round = Round { exchanges, driven, watch, connections: engine.connected, used, elapsed };
    Ok(Ok((round, warmup, hash)))
}

/// The other end of conversations, where the workload has any.
fn talk(
    settings: &Settings,
    workload: Workload,
    prompts: &mut Requests,
    engine: &Engine,
) -> std::io::Result<Option<Talk>> {
    let Some(conversations) = prompts.conversations.take().filter(|_| settings.kind.turns().is_some()) else {
        return Ok(None);
    };
    let waker = engine.waker();
    let wake = move || {
        // A loop that has ended needs no waking.
        let _ = waker.wake();
    };
    Talk::spawn(workload, conversations, wake).map(Some)
}

/// Sends the requests that don't count; how many. Of conversations, it is the first turns.
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
    // Prompts that the measurement doesn't use.
    let prompts = server.workload(settings, !seed).prepare(count, count as usize)?;
    let limits = Limits { requests: count, turns: 1, duration: None };
    let arrival = Arrival::Closed { slots: slots.min(count) as usize, ramp: Ramp { duration: 0 } };
    Drive { engine, jobs: &prompts.prepared, talk: None, limits, stop, ended: &mut |_, _| () }
        .run(arrival)?;
    Ok(count)
}

fn lost(settings: &Settings, failure: &Failure) -> Failed {
    Failed::server(format!("{}: {}", settings.shape.target, failure.explain()))
}
