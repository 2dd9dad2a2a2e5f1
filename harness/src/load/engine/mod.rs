//! The client's event loop: connections, requests and the clock.
//!
//! One thread. Each turn polls, reads everything that is ready into one buffer with a stamp for each read, and only
//! then parses what was read, so that no answer's parsing delays another's stamp. Where the kernel stamps arrivals
//! (Linux), the stamp is the kernel's, and how late this loop was is known exactly and takes no part in the figures.

mod ending;
mod intake;

use super::{
    Job, Route,
    connection::{Active, Connection, Stage},
};
use crate::{
    clock::{Clock, MILLISECOND, Nanos, nanos},
    measure::{Exchange, Failure, LoopWatch, Starvation},
    protocol::Answer,
    socket::{self, Alarm},
};
use intake::{Round, Staged};
use mio::{Events, Poll, Token, Waker};
use std::{io, sync::Arc, time::Duration};

const ALARM: Token = Token(0);
const WAKER: Token = Token(1);
const FIRST_CONNECTION: usize = 2;

/// Room for what one round of reads brings.
const STAGING: usize = 2 << 20;

/// Deadlines are looked at this often.
const SWEEP: Nanos = 50 * MILLISECOND;

/// No poll waits longer than this, so that one which took longer shows that the process did not run.
const HEARTBEAT: Nanos = 5 * MILLISECOND;

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
    round: Round,
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
            // Room for all connections: what a poll leaves out would look as if it had come after it.
            events: Events::with_capacity(1 << 16),
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
            round: Round::begun(clock.now()),
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
        let wait = until.map_or(HEARTBEAT, |until| until.saturating_sub(now)).min(HEARTBEAT);
        let mut timeout = Duration::from_nanos(wait);
        if wait > 0 && wait < HEARTBEAT {
            timeout = self.alarm.set(timeout)?;
        }
        self.take_in(timeout)?;
        if self.clock.now() - self.swept > SWEEP {
            self.sweep()?;
        }
        Ok(())
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
}
