//! Sends requests as an arrival process says, until the limits are reached.

use super::{Arrival, Engine, Job, Ramp, follow::FollowUps};
use crate::{
    clock::{MILLISECOND, Nanos},
    measure::{Exchange, Tally},
    workload::{Prepared, Talk},
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
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// After so many requests.
    pub(crate) requests: u32,
    /// So many of them are one conversation's, in which each follows on the answer to the one before.
    pub(crate) turns: u32,
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
    /// Requests, or conversations, begun; dropped ones are among them.
    pub(crate) begun: u32,
    /// Requests sent.
    pub(crate) sent: u32,
    /// Whether the user stopped it.
    pub(crate) interrupted: bool,
}

/// Sends the requests of one measurement.
pub(crate) struct Drive<'a> {
    pub(crate) engine: &'a mut Engine,
    /// The requests; of conversations, the first ones.
    pub(crate) jobs: &'a Receiver<Prepared>,
    /// How conversations go on, where the requests begin any.
    pub(crate) talk: Option<&'a Talk>,
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

    /// A closed workload. A slot is one request at a time; with conversations, one conversation at a time.
    fn closed(&mut self, slots: usize, ramp: Ramp) -> io::Result<Driven> {
        let clock = self.engine.clock();
        let started = clock.now();
        let mut driven = Driven { started, ..Driven::default() };
        let (mut filled, mut drained) = (None, None);
        let mut follow = FollowUps::new(self.talk);
        loop {
            self.follow(&mut follow, &mut driven)?;
            let now = clock.now();
            let open = ramp.open_slots(now - started, slots);
            while self.engine.in_flight() + follow.waiting() < open && self.may_begin(&driven, clock.now()) {
                let Ok(prepared) = self.jobs.recv() else { break };
                driven.begun += 1;
                self.send(prepared, clock.now(), &mut driven)?;
            }
            driven.peak = driven.peak.max(self.engine.in_flight());
            let busy = self.engine.in_flight() + follow.waiting();
            if busy == slots {
                filled.get_or_insert(now);
            } else if !self.may_begin(&driven, now) && busy < slots {
                drained.get_or_insert(now);
            }
            if busy == 0 && !self.may_begin(&driven, now) {
                break;
            }
            let next = (open < slots).then(|| started + ramp.opens_at(open, slots));
            self.turn(next, &mut follow, &mut driven)?;
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
        let mut follow = FollowUps::new(self.talk);
        loop {
            self.follow(&mut follow, &mut driven)?;
            while let Some(&due) = times.peek()
                && due <= clock.now()
                && self.may_begin(&driven, due)
            {
                times.next();
                // A dropped arrival takes its prompt with it, so that the others keep theirs.
                let Ok(prepared) = self.jobs.recv() else { break };
                driven.begun += 1;
                if self.engine.in_flight() >= ceiling {
                    driven.dropped += 1;
                    continue;
                }
                driven.late += u64::from(clock.now() - due > LATE);
                last = due;
                self.send(prepared, due, &mut driven)?;
                driven.peak = driven.peak.max(self.engine.in_flight());
            }
            let next = times.peek().copied().filter(|due| self.may_begin(&driven, *due));
            if next.is_none() && self.engine.in_flight() + follow.waiting() == 0 {
                break;
            }
            if self.turn(next, &mut follow, &mut driven)? > 0 {
                answered.get_or_insert(clock.now());
            }
        }
        driven.steady = answered.map(|from| (from, last)).filter(|(from, until)| from < until);
        Ok(driven)
    }

    /// Whether a request, or the conversation that it begins, may still be begun at `at`.
    fn may_begin(&self, driven: &Driven, at: Nanos) -> bool {
        driven.begun.saturating_mul(self.limits.turns) < self.limits.requests && self.may_send(driven, at)
    }

    /// Whether anything may still be sent at `at`.
    fn may_send(&self, driven: &Driven, at: Nanos) -> bool {
        !driven.interrupted && self.limits.duration.is_none_or(|limit| at - driven.started < limit)
    }

    /// Sends the later turns of conversations whose time has come.
    fn follow(&mut self, follow: &mut FollowUps<'_>, driven: &mut Driven) -> io::Result<()> {
        follow.fetch();
        if !self.may_send(driven, self.engine.clock().now()) {
            follow.clear();
        }
        while let Some((due, prepared)) = follow.take(self.engine.clock().now()) {
            self.send(prepared, due, driven)?;
            driven.peak = driven.peak.max(self.engine.in_flight());
        }
        Ok(())
    }

    fn send(&mut self, prepared: Prepared, scheduled: Nanos, driven: &mut Driven) -> io::Result<()> {
        driven.sent += 1;
        self.engine.start(Job { scheduled, prepared })
    }

    /// One turn of the loop; how many exchanges ended in it.
    fn turn(
        &mut self,
        until: Option<Nanos>,
        follow: &mut FollowUps<'_>,
        driven: &mut Driven,
    ) -> io::Result<usize> {
        let until = until.into_iter().chain(follow.next()).min();
        self.engine.turn(until)?;
        if self.stop.load(Ordering::Relaxed) && !driven.interrupted {
            driven.interrupted = true;
            self.engine.cancel()?;
        }
        let ended = std::mem::take(&mut self.engine.ended);
        let count = ended.len();
        for mut exchange in ended {
            follow.note(&mut exchange);
            self.tally.ended(&exchange);
            (self.ended)(exchange);
        }
        self.tally.stands(self.engine.in_flight(), self.engine.watch.outputs);
        Ok(count)
    }
}
