//! The client's event loop: connections, requests and the clock.
//!
//! One thread. Each turn polls, reads everything that is ready into one buffer with a stamp for each read, and only
//! then parses what was read, so that no answer's parsing delays another's stamp. Where the kernel stamps arrivals
//! (Linux), the stamp is the kernel's, and how late this loop was is known exactly and takes no part in the figures.

use super::{
    Job, Route,
    connection::{Active, Connection, Stage},
};
use crate::{
    clock::{Clock, MILLISECOND, Nanos, Stamp, nanos},
    measure::{Exchange, Failure, LoopWatch, Starvation},
    protocol::Answer,
    socket::{self, Alarm},
};
use mio::{Events, Poll, Token, Waker};
use std::{io, sync::Arc, time::Duration};

const ALARM: Token = Token(0);
const WAKER: Token = Token(1);
const FIRST_CONNECTION: usize = 2;

/// Room for what one round of reads brings.
const STAGING: usize = 2 << 20;

/// The most that is read at once from one connection.
const READ: usize = 64 << 10;

/// Deadlines are looked at this often.
const SWEEP: Nanos = 50 * MILLISECOND;

/// Before a request that failed is sent again; twice as long each further time.
const BACK_OFF: Nanos = 100 * MILLISECOND;

/// Bytes that were read and not parsed yet.
struct Staged {
    slot: usize,
    start: usize,
    end: usize,
    at: Nanos,
    /// The poll before had returned by then, and these bytes were not there yet.
    since: Nanos,
    /// How long the loop was busy between the two polls.
    busy: Nanos,
}

/// The event loop.
pub(crate) struct Engine {
    poll: Poll,
    events: Events,
    alarm: Alarm,
    clock: Clock,
    route: Route,
    waker: Arc<Waker>,
    connections: Vec<Option<Connection>>,
    /// Connections that can take a request; the last one used is the first one taken.
    idle: Vec<usize>,
    vacant: Vec<usize>,
    staging: Vec<u8>,
    staged: Vec<Staged>,
    closed: Vec<(usize, Option<Failure>)>,
    control: Vec<u8>,
    /// Requests that failed and are sent again, each at its time.
    again: Vec<(Nanos, Box<Active>)>,
    in_flight: usize,
    swept: Nanos,
    polled: Nanos,
    round: (Nanos, Nanos),
    starvation: Starvation,
    /// Exchanges that have ended since the caller last took them.
    pub(crate) ended: Vec<Exchange>,
    /// How the loop kept up.
    pub(crate) watch: LoopWatch,
    /// The `Server` field of the last answer that had one.
    pub(crate) server: Option<String>,
    /// The last body that was no event stream.
    pub(crate) plain: Vec<u8>,
    /// Connections made.
    pub(crate) connected: u64,
}

impl Engine {
    /// A loop without connections.
    pub(crate) fn new(route: &Route, clock: Clock) -> io::Result<Self> {
        let poll = Poll::new()?;
        Ok(Self {
            alarm: Alarm::new(poll.registry(), ALARM)?,
            waker: Arc::new(Waker::new(poll.registry(), WAKER)?),
            poll,
            events: Events::with_capacity(8192),
            clock,
            route: route.clone(),
            connections: Vec::new(),
            idle: Vec::new(),
            vacant: Vec::new(),
            staging: vec![0; STAGING],
            staged: Vec::new(),
            closed: Vec::new(),
            control: socket::control_buffer(),
            again: Vec::new(),
            in_flight: 0,
            swept: clock.now(),
            polled: clock.now(),
            round: (0, 0),
            starvation: Starvation::watch(),
            ended: Vec::new(),
            watch: LoopWatch::default(),
            server: None,
            plain: Vec::new(),
            connected: 0,
        })
    }

    /// The run's clock.
    pub(crate) fn clock(&self) -> Clock {
        self.clock
    }

    /// Ends the turn that is under way, from another thread.
    pub(crate) fn waker(&self) -> Arc<Waker> {
        self.waker.clone()
    }

    /// Requests under way.
    pub(crate) fn in_flight(&self) -> usize {
        self.in_flight
    }

    /// Makes connections until `count` are open and idle, or connecting has taken too long.
    ///
    /// # Errors
    /// Why the first failed connection failed, when none could be made.
    pub(crate) fn preconnect(&mut self, count: usize) -> io::Result<Result<(), Failure>> {
        let deadline = self.clock.now() + nanos(self.route.timeouts.connect);
        let mut failed = None;
        while self.idle.len() < count && self.clock.now() < deadline {
            let pending = self.connections.iter().flatten().count() - self.idle.len();
            // Not more at once than a listening queue of the usual length takes.
            for _ in
                0..(count - self.idle.len()).saturating_sub(pending).min(100_usize.saturating_sub(pending))
            {
                self.connect(None)?;
            }
            self.turn(Some(self.clock.now() + 10 * MILLISECOND))?;
            failed = self.watch.connect_failure.take().or(failed);
            if failed.is_some() {
                break;
            }
        }
        Ok(match failed {
            Some(failure) if self.idle.is_empty() => Err(failure),
            _ => Ok(()),
        })
    }

    /// Sends a request on an idle connection, or on a new one.
    pub(crate) fn start(&mut self, job: Job) -> io::Result<()> {
        self.in_flight += 1;
        let exchange = Exchange::new(job.scheduled, &job.prepared);
        let answer = Answer::new(job.prepared.output_tokens as usize, job.prepared.reading);
        self.dispatch(Box::new(Active { job, exchange, answer }))
    }

    fn dispatch(&mut self, active: Box<Active>) -> io::Result<()> {
        while let Some(slot) = self.idle.pop() {
            if self.connections[slot].as_ref().is_some_and(Connection::is_free) {
                return self.send(slot, active);
            }
        }
        self.connect(Some(active))
    }

    fn connect(&mut self, active: Option<Box<Active>>) -> io::Result<()> {
        let slot = self.vacant.pop().unwrap_or_else(|| {
            self.connections.push(None);
            self.connections.len() - 1
        });
        let token = Token(slot + FIRST_CONNECTION);
        self.connected += 1;
        let opened = Connection::open(&self.route, &self.clock, self.poll.registry(), token);
        match opened {
            Ok(mut connection) => {
                connection.active = active;
                if let Some(active) = &mut connection.active {
                    active.exchange.fresh_connection = true;
                }
                self.connections[slot] = Some(connection);
            }
            Err(error) => {
                self.vacant.push(slot);
                let failure = Failure::of_connecting(&error);
                match active {
                    Some(active) => self.end(active, Some(failure)),
                    None => self.watch.connect_failure = Some(failure),
                }
            }
        }
        Ok(())
    }

    fn send(&mut self, slot: usize, mut active: Box<Active>) -> io::Result<()> {
        let Some(connection) = &mut self.connections[slot] else { return self.connect(Some(active)) };
        let sent = self.clock.now();
        active.exchange.sent.get_or_insert(sent);
        let result = connection.send(
            &active.job.prepared.request,
            self.poll.registry(),
            Token(slot + FIRST_CONNECTION),
        );
        active.exchange.write = self.clock.now() - sent;
        connection.active = Some(active);
        if let Err(error) = result {
            self.close(slot, Some(Failure::of_transfer(&error)))?;
        }
        Ok(())
    }

    /// Waits until something happens, or until `until`, and deals with it.
    pub(crate) fn turn(&mut self, until: Option<Nanos>) -> io::Result<()> {
        let now = self.clock.now();
        let wait = until.map_or(SWEEP, |until| until.saturating_sub(now)).min(SWEEP);
        let mut timeout = Duration::from_nanos(wait);
        if wait > 0 && wait < SWEEP {
            timeout = self.alarm.set(timeout)?;
        }
        let mut ready = self.read_ready(timeout)?;
        // While more is ready, its stamps come first and parsing waits, as long as there is room.
        while ready >= 16 && self.room() >= READ {
            ready = self.read_ready(Duration::ZERO)?;
        }
        self.parse()?;
        if self.clock.now() - self.swept > SWEEP {
            self.sweep()?;
        }
        Ok(())
    }

    fn room(&self) -> usize {
        STAGING - self.staged.last().map_or(0, |staged| staged.end)
    }

    /// Polls once and reads what is ready; how many connections were.
    fn read_ready(&mut self, timeout: Duration) -> io::Result<usize> {
        self.round = (self.polled, self.clock.now() - self.polled);
        match self.poll.poll(&mut self.events, Some(timeout)) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(0),
            result => result?,
        }
        self.polled = self.clock.now();
        let events = std::mem::replace(&mut self.events, Events::with_capacity(0));
        let mut ready = 0;
        for event in events.iter().filter(|event| event.token().0 >= FIRST_CONNECTION) {
            ready += 1;
            let slot = event.token().0 - FIRST_CONNECTION;
            if event.is_writable() {
                self.writable(slot)?;
            }
            if event.is_readable() || event.is_read_closed() {
                self.read(slot, event.is_read_closed())?;
            }
        }
        self.events = events;
        Ok(ready)
    }

    fn writable(&mut self, slot: usize) -> io::Result<()> {
        let Some(connection) = &mut self.connections[slot] else { return Ok(()) };
        let before = connection.stage;
        if let Err(failure) = connection.writable(self.poll.registry(), Token(slot + FIRST_CONNECTION)) {
            return self.close(slot, Some(failure));
        }
        if before != Stage::Open && connection.stage == Stage::Open {
            return self.opened(slot);
        }
        Ok(())
    }

    /// A connection has become ready for its request.
    fn opened(&mut self, slot: usize) -> io::Result<()> {
        let active = self.connections[slot].as_mut().and_then(|connection| connection.active.take());
        match active {
            Some(active) => self.send(slot, active),
            None => {
                self.idle.push(slot);
                Ok(())
            }
        }
    }

    /// Reads from a connection into the staging buffer. With edge-triggered events a short read means that all was read,
    /// except that the other side's end may follow.
    fn read(&mut self, slot: usize, to_the_end: bool) -> io::Result<()> {
        loop {
            if self.room() < READ {
                self.parse()?;
            }
            let Some(connection) = &self.connections[slot] else { return Ok(()) };
            if connection.stage == Stage::Connecting {
                return Ok(());
            }
            let start = self.staged.last().map_or(0, |staged| staged.end);
            let buffer = &mut self.staging[start..start + READ];
            match socket::receive(&connection.socket, buffer, &mut self.control) {
                Ok((0, _)) => {
                    self.closed.push((slot, None));
                    return Ok(());
                }
                Ok((length, stamp)) => {
                    let Stamp { at, delay } = self.clock.stamp(stamp);
                    self.watch.read(delay);
                    let (since, busy) = self.round;
                    self.staged.push(Staged { slot, start, end: start + length, at, since, busy });
                    if length < READ && !to_the_end {
                        return Ok(());
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.closed.push((slot, Some(Failure::of_transfer(&error))));
                    return Ok(());
                }
            }
        }
    }

    /// Parses what was read, then deals with the connections that have closed.
    fn parse(&mut self) -> io::Result<()> {
        let staged = std::mem::take(&mut self.staged);
        let mut starved = None;
        for piece in &staged {
            let Some(connection) = &mut self.connections[piece.slot] else { continue };
            let before = connection.stage;
            let outputs = connection.outputs();
            let bytes = &self.staging[piece.start..piece.end];
            let token = Token(piece.slot + FIRST_CONNECTION);
            let result = connection.take(bytes, piece.at, self.poll.registry(), token);
            self.watch.outputs += connection.outputs().saturating_sub(outputs) as u64;
            if outputs == 0 && connection.outputs() > 1 {
                // The stamp is the last token's. The first can't have come before the poll before, nor have waited longer
                // than this loop was busy or kept from running.
                let starved =
                    *starved.get_or_insert_with(|| self.starvation.since_last().unwrap_or(Nanos::MAX));
                let most = starved.saturating_add(piece.busy).min(piece.at.saturating_sub(piece.since));
                if let Some(active) = &mut connection.active {
                    active.exchange.first_uncertainty = most;
                }
            }
            let (stage, complete) = (
                connection.stage,
                connection.active.as_ref().is_some_and(|active| active.answer.is_complete()),
            );
            match result {
                Err(failure) => self.close(piece.slot, Some(failure))?,
                Ok(()) if before != Stage::Open && stage == Stage::Open => self.opened(piece.slot)?,
                Ok(()) if complete => self.complete(piece.slot)?,
                Ok(()) => {}
            }
        }
        self.staged = staged;
        self.staged.clear();
        for (slot, failure) in std::mem::take(&mut self.closed) {
            self.close(slot, failure)?;
        }
        Ok(())
    }

    /// An answer has ended by its own framing.
    fn complete(&mut self, slot: usize) -> io::Result<()> {
        let Some(connection) = &mut self.connections[slot] else { return Ok(()) };
        let Some(mut active) = connection.active.take() else { return Ok(()) };
        let keeps = active.answer.keeps_alive();
        let failure = active.answer.verdict().map(Failure::Fault);
        if keeps {
            self.idle.push(slot);
        } else {
            self.discard(slot);
        }
        self.end(active, failure);
        Ok(())
    }

    /// A connection is of no more use. A request on it that had no answer yet goes out once more when the connection had
    /// been idle before: then the server closed it just as we wrote.
    fn close(&mut self, slot: usize, failure: Option<Failure>) -> io::Result<()> {
        let Some(mut connection) = self.discard(slot) else { return Ok(()) };
        let Some(mut active) = connection.active.take() else {
            if connection.stage != Stage::Open {
                self.watch.connect_failure = Some(failure.unwrap_or(Failure::Reset));
            }
            return Ok(());
        };
        let stale = matches!(failure, None | Some(Failure::Reset))
            && !active.exchange.fresh_connection
            && active.answer.is_untouched()
            && !active.exchange.retried;
        if stale {
            active.exchange.retried = true;
            return self.connect(Some(active));
        }
        let verdict = active.answer.verdict();
        let failure = match failure {
            Some(Failure::Reset) if verdict.is_none() => None,
            None if connection.stage != Stage::Open => Some(Failure::Reset),
            None => verdict.map(Failure::Fault),
            failure => failure,
        };
        self.end(active, failure);
        Ok(())
    }

    fn discard(&mut self, slot: usize) -> Option<Connection> {
        let mut connection = self.connections[slot].take()?;
        let _ = self.poll.registry().deregister(&mut connection.socket);
        self.idle.retain(|idle| *idle != slot);
        self.vacant.push(slot);
        Some(connection)
    }

    fn end(&mut self, mut active: Box<Active>, failure: Option<Failure>) {
        if let Some(failure) = &failure
            && failure.may_pass()
            && active.answer.outputs.is_empty()
            && active.exchange.retries < self.route.retries
        {
            let wait = BACK_OFF << active.exchange.retries.min(10);
            active.exchange.retries += 1;
            active.answer =
                Answer::new(active.job.prepared.output_tokens as usize, active.job.prepared.reading);
            self.again.push((self.clock.now() + wait, active));
            return;
        }
        self.in_flight -= 1;
        if let Some(server) = active.answer.head().and_then(|head| head.server.as_ref())
            && self.server.as_ref() != Some(server)
        {
            self.server = Some(server.clone());
        }
        if !active.answer.plain_body().is_empty() {
            self.plain = active.answer.plain_body().to_vec();
        }
        active.exchange.close(&mut active.answer, failure, self.clock.now());
        self.ended.push(active.exchange);
    }

    /// Ends what has waited too long.
    fn sweep(&mut self) -> io::Result<()> {
        let now = self.clock.now();
        self.watch.swept(now - self.swept, SWEEP);
        self.starvation.since_last();
        self.watch.starved = self.starvation.total;
        self.swept = now;
        for slot in 0..self.connections.len() {
            let overdue = self.connections[slot]
                .as_ref()
                .and_then(|connection| self.route.timeouts.overdue(connection, now));
            if let Some(overdue) = overdue {
                self.close(slot, overdue.failure)?;
            }
        }
        let (due, later): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.again).into_iter().partition(|(due, _)| *due <= now);
        self.again = later;
        due.into_iter().try_for_each(|(_, active)| self.dispatch(active))
    }

    /// Ends everything that is under way, as cancelled.
    pub(crate) fn cancel(&mut self) -> io::Result<()> {
        for (_, active) in std::mem::take(&mut self.again) {
            self.end(active, Some(Failure::Cancelled));
        }
        for slot in 0..self.connections.len() {
            if self.connections[slot].as_ref().is_some_and(|connection| connection.active.is_some()) {
                self.close(slot, Some(Failure::Cancelled))?;
            }
        }
        Ok(())
    }
}
