//! Measuring one load.

use super::{
    Point, Settings, Warmup,
    live::{Live, Task},
    preflight::Server,
    server_counts::{Counters, Reader},
};
use crate::{
    cli::Failed,
    clock::{Clock, Nanos},
    load::{Arrival, Drive, Driven, Engine, Limits, Ramp},
    measure::{Exchange, Failure, LoopWatch, Tally, process_usage, summarise},
    request_log::RequestLog,
    workload::{Inspector, Requests, Talk, Workload},
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant, SystemTime},
};

/// One repeat of a load, as it went.
pub(crate) struct Round {
    pub(crate) exchanges: Vec<Exchange>,
    pub(crate) driven: Driven,
    pub(crate) watch: LoopWatch,
    pub(crate) connections: u64,
    /// Processor time of the process.
    pub(crate) used: Duration,
    /// When it began, by the system's clock.
    pub(crate) began: SystemTime,
    /// Whether the requests ran out before the whole load was reached.
    pub(crate) ramp_unfinished: bool,
    /// How long the round took, waiting for the last answer included.
    pub(crate) elapsed: Nanos,
    /// How far the engine's own counters grew; none where it has none that we know.
    pub(crate) counted: Option<Counters>,
}

/// All repeats of a load.
pub(crate) struct Measured {
    pub(crate) rounds: Vec<Round>,
    pub(crate) warmup: u32,
    /// Hash of all prompts as sent, where every one was.
    pub(crate) prompts_hash: Option<String>,
}

impl Measured {
    /// The exchanges of all repeats.
    pub(crate) fn exchanges(&self) -> impl Iterator<Item = &Exchange> + Clone {
        self.rounds.iter().flat_map(|round| &round.exchanges)
    }
}

/// One load of a run: what it takes to measure it.
pub(crate) struct Bench<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) server: &'a Server,
    pub(crate) log: &'a RequestLog,
    pub(crate) live: &'a Live,
    pub(crate) stop: &'a AtomicBool,
    pub(crate) point: &'a Point,
    /// The load's number in the run.
    pub(crate) index: usize,
    /// The same, for people.
    pub(crate) place: String,
}

type Outcome = Result<(Round, u32, Option<String>), Failed>;

impl Bench<'_> {
    /// Measures the load, as often as asked.
    pub(crate) fn measure(&self) -> Result<Measured, Failed> {
        let (settings, point) = (self.settings, self.point);
        let mut measured = Measured { rounds: Vec::new(), warmup: 0, prompts_hash: None };
        let (mut hashes, mut repeats) = (Vec::new(), Vec::new());
        let begun = Instant::now();
        for repeat in 0..settings.repeats {
            let spent = settings.repeat_for.is_some_and(|limit| repeat > 0 && begun.elapsed() >= limit);
            if self.stop.load(Ordering::Relaxed) || spent {
                break;
            }
            if self.index > 0 || repeat > 0 {
                self.pause(settings.pause);
            }
            let (round, warmup, hash) = self
                .round(repeat)
                .map_err(|error| Failed::here(format!("measuring {}: {error}", point.label())))??;
            repeats.extend(
                settings.until.map(|_| summarise(&round.exchanges, point.clocking(), None, None).record),
            );
            measured.rounds.push(round);
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

    /// Leaves the server alone, unless the user stops it.
    fn pause(&self, pause: Duration) {
        let until = Instant::now() + pause;
        while !self.stop.load(Ordering::Relaxed) && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(20).min(until - Instant::now()));
        }
    }

    fn round(&self, repeat: u32) -> std::io::Result<Outcome> {
        let Bench { settings, server, point, .. } = *self;
        // Every load and repeat has prompts of its own, so that none finds another's in the server's cache.
        let seed =
            settings.seed.wrapping_add((self.index as u64) << 32).wrapping_add(u64::from(repeat) << 20);
        let requests = settings.requests(point);
        let clock = Clock::start();
        let mut engine = Engine::new(&server.route, clock)?;
        if let Err(failure) = engine.preconnect(point.preconnect(requests))? {
            return Ok(Err(lost(settings, &failure)));
        }
        let warmup = self.warm_up(repeat, seed, &mut engine)?;
        engine.watch = LoopWatch::default();

        let workload = server.workload(settings, seed);
        let mut prompts = workload.clone().prepare(requests / settings.turns(), point.ahead(requests))?;
        let talk = talk(settings, workload, &mut prompts, &engine)?;
        let (note, written) = self.log.repeat(self.index, repeat, &point.label(), point.clocking().name());
        let inspector = Inspector::of(&settings.kind, settings.shape.interface, note)?;
        let limits = Limits { requests, turns: settings.turns(), duration: settings.duration };
        let task = self.task(repeat, "measuring", limits);
        let counters = Reader { route: &server.aside, shape: &settings.shape, stop: self.stop };
        let counted = server.has_counters.then(|| counters.read()).transpose()?;
        let before = process_usage();
        let (begun, began) = (clock.now(), SystemTime::now());
        let mut driven = Drive {
            engine: &mut engine,
            jobs: &prompts.prepared,
            talk: talk.as_ref(),
            limits,
            stop: self.stop,
            tally: &task,
            ended: &mut |exchange| match &inspector {
                Ok(inspector) => inspector.take(exchange),
                Err(note) => note(exchange),
            },
        }
        .run(settings.arrival(point, seed))?;
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
        let answered = exchanges.iter().filter(|exchange| exchange.first.is_some()).count() as u64;
        let counted = counted.map(|before| counters.grown(&before, answered)).transpose()?;
        let ramp_unfinished = self.trim(&mut driven, &exchanges);
        let used = after.cpu.saturating_sub(before.cpu);
        let watch = std::mem::take(&mut engine.watch);
        let connections = engine.connected;
        let round =
            Round { exchanges, driven, watch, connections, used, began, ramp_unfinished, elapsed, counted };
        Ok(Ok((round, warmup, hash)))
    }

    /// Takes ramp and cool-down out of the steady window. Whether the ramp was cut short.
    fn trim(&self, driven: &mut Driven, exchanges: &[Exchange]) -> bool {
        let ramped = driven.started + self.settings.ramp(self.point).duration;
        driven.steady = driven
            .steady
            .map(|(from, until)| (from.max(ramped), until.saturating_sub(self.settings.cool_down)))
            .filter(|(from, until)| from < until);
        let last = exchanges.iter().filter_map(|exchange| exchange.sent).max();
        last.is_some_and(|last| last < ramped)
    }

    /// Shows what begins now; the counts that it is shown from.
    fn task(&self, repeat: u32, phase: &'static str, limits: Limits) -> Arc<Tally> {
        let settings = self.settings;
        let tally = Arc::new(Tally::default());
        let mut place = self.place.clone();
        if settings.repeats > 1 {
            let comma = if place.is_empty() { "" } else { ", " };
            let most = if settings.until.is_some() { "at most " } else { "" };
            place.push_str(&format!("{comma}repeat {} of {most}{}", repeat + 1, settings.repeats));
        }
        self.live.show(Task {
            title: format!("{} at {}", settings.shape.model, settings.shape.target),
            place,
            load: self.point.label(),
            phase,
            requests: Some(limits.requests).filter(|requests| *requests < u32::MAX),
            duration: limits.duration,
            tally: tally.clone(),
        });
        tally
    }

    /// Sends the requests that don't count; how many. Of conversations, it is the first turns.
    fn warm_up(&self, repeat: u32, seed: u64, engine: &mut Engine) -> std::io::Result<u32> {
        let Bench { settings, point, .. } = *self;
        // Prompts that the measurement doesn't use.
        let seed = !seed;
        let most = settings.requests(point);
        let (limits, arrival) = match settings.warmup(point) {
            Warmup::Requests(count) => {
                let slots = match point {
                    Point::Closed { slots } => (*slots).min(count),
                    _ => 1,
                };
                let arrival = Arrival::Closed { slots: slots as usize, ramp: Ramp::NONE };
                (Limits { requests: count.min(most), turns: 1, duration: None }, arrival)
            }
            Warmup::Time(time) => {
                let requests = if point.is_trace() { most } else { u32::MAX };
                (Limits { requests, turns: 1, duration: Some(time) }, settings.arrival(point, seed))
            }
        };
        if limits.requests == 0 {
            return Ok(0);
        }
        let workload = self.server.workload(settings, seed);
        let prompts = workload.prepare(limits.requests, point.ahead(limits.requests))?;
        let tally = self.task(repeat, "warming up", limits);
        let ended = &mut |_| ();
        let jobs = &prompts.prepared;
        let driven =
            Drive { engine, jobs, talk: None, limits, stop: self.stop, tally: &tally, ended }.run(arrival)?;
        Ok(driven.sent)
    }
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

fn lost(settings: &Settings, failure: &Failure) -> Failed {
    Failed::server(format!("{}: {}", settings.shape.target, settings.shape.without_key(&failure.explain())))
}
