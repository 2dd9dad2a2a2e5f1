//! Sends requests as an arrival process says, until the limits are reached.

use super::{Arrival, Engine, Job, Ramp};
use crate::{
    clock::{MILLISECOND, Nanos},
    measure::{Exchange, Tally},
    workload::Prepared,
};
use std::{
    io,
    sync::{
        atomic::{AtomicBool, Ordering},
        mpsc::Receiver,
    },
};

/// An arrival that is sent this much after its time is counted as late.
const LATE: Nanos = MILLISECOND;

/// When to stop sending.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Limits {
    /// After so many requests.
    pub(crate) requests: u32,
    /// After so long.
    pub(crate) duration: Option<Nanos>,
}

/// What happened while requests were sent. Times are on the run's clock.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Driven {
    /// When the first request was due.
    pub(crate) started: Nanos,
    /// From when to when every slot was busy; in an open workload, from the first answer to the last arrival.
    pub(crate) steady: Option<(Nanos, Nanos)>,
    /// Most requests in flight at once.
    pub(crate) peak: usize,
    /// Arrivals that were dropped at the ceiling.
    pub(crate) dropped: u64,
    /// Arrivals that were sent late.
    pub(crate) late: u64,
    /// Requests sent.
    pub(crate) sent: u32,
    /// Whether the user stopped it.
    pub(crate) interrupted: bool,
}

/// Sends the requests of one measurement.
pub(crate) struct Drive<'a> {
    pub(crate) engine: &'a mut Engine,
    pub(crate) jobs: &'a Receiver<Prepared>,
    pub(crate) limits: Limits,
    pub(crate) stop: &'a AtomicBool,
    /// Is told how things stand, for whoever watches.
    pub(crate) tally: &'a Tally,
    /// Is told about each exchange that ends.
    pub(crate) ended: &'a mut dyn FnMut(Exchange),
}

impl Drive<'_> {
    /// Runs until the limits are reached and every answer has ended.
    pub(crate) fn run(mut self, arrival: Arrival) -> io::Result<Driven> {
        match arrival {
            Arrival::Closed { slots, ramp } => self.closed(slots, ramp),
            Arrival::Open { times, ceiling } => self.open(times, ceiling),
        }
    }

    fn closed(&mut self, slots: usize, ramp: Ramp) -> io::Result<Driven> {
        let clock = self.engine.clock();
        let started = clock.now();
        let mut driven = Driven { started, ..Driven::default() };
        let (mut filled, mut drained) = (None, None);
        loop {
            let now = clock.now();
            let open = ramp.open_slots(now - started, slots);
            while self.engine.in_flight() < open && self.may_send(&driven, clock.now()) {
                let Ok(prepared) = self.jobs.recv() else { break };
                self.send(prepared, clock.now(), &mut driven)?;
            }
            driven.peak = driven.peak.max(self.engine.in_flight());
            if self.engine.in_flight() == slots {
                filled.get_or_insert(now);
            } else if !self.may_send(&driven, now) && self.engine.in_flight() < slots {
                drained.get_or_insert(now);
            }
            if self.engine.in_flight() == 0 && !self.may_send(&driven, now) {
                break;
            }
            let next = (open < slots).then(|| started + ramp.opens_at(open, slots));
            self.turn(next, &mut driven)?;
        }
        driven.steady = filled.zip(drained).filter(|(from, until)| from < until);
        Ok(driven)
    }

    fn open(&mut self, times: Box<dyn Iterator<Item = Nanos>>, ceiling: usize) -> io::Result<Driven> {
        let clock = self.engine.clock();
        let started = clock.now();
        let mut driven = Driven { started, ..Driven::default() };
        let mut times = times.map(|time| started + time).peekable();
        let (mut answered, mut last) = (None, started);
        loop {
            while let Some(&due) = times.peek()
                && due <= clock.now()
                && self.may_send(&driven, due)
            {
                times.next();
                // A dropped arrival takes its prompt with it, so that the others keep theirs.
                let Ok(prepared) = self.jobs.recv() else { break };
                if self.engine.in_flight() >= ceiling {
                    driven.dropped += 1;
                    driven.sent += 1;
                    continue;
                }
                driven.late += u64::from(clock.now() - due > LATE);
                last = due;
                self.send(prepared, due, &mut driven)?;
                driven.peak = driven.peak.max(self.engine.in_flight());
            }
            let next = times.peek().copied().filter(|due| self.may_send(&driven, *due));
            if next.is_none() && self.engine.in_flight() == 0 {
                break;
            }
            if self.turn(next, &mut driven)? > 0 {
                answered.get_or_insert(clock.now());
            }
        }
        driven.sent -= u32::try_from(driven.dropped).unwrap_or(u32::MAX);
        driven.steady = answered.map(|from| (from, last)).filter(|(from, until)| from < until);
        Ok(driven)
    }

    /// Whether a request may still be sent at `at`.
    fn may_send(&self, driven: &Driven, at: Nanos) -> bool {
        !driven.interrupted
            && driven.sent < self.limits.requests
            && self.limits.duration.is_none_or(|limit| at - driven.started < limit)
    }

    fn send(&mut self, prepared: Prepared, scheduled: Nanos, driven: &mut Driven) -> io::Result<()> {
        driven.sent += 1;
        self.engine.start(Job {
            index: prepared.index,
            scheduled,
            input_tokens: prepared.input_tokens,
            output_tokens: prepared.output_tokens,
            request: prepared.request,
        })
    }

    /// One turn of the loop; how many exchanges ended in it.
    fn turn(&mut self, until: Option<Nanos>, driven: &mut Driven) -> io::Result<usize> {
        self.engine.turn(until)?;
        if self.stop.load(Ordering::Relaxed) && !driven.interrupted {
            driven.interrupted = true;
            self.engine.cancel()?;
        }
        let ended = std::mem::take(&mut self.engine.ended);
        let count = ended.len();
        for exchange in ended {
            self.tally.ended(&exchange);
            (self.ended)(exchange);
        }
        self.tally.stands(self.engine.in_flight(), self.engine.watch.outputs);
        Ok(count)
    }
}
