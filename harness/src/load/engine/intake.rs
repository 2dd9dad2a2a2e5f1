//! What comes in: read with a stamp as soon as it is ready, parsed when all of it has been read.

use super::{Engine, FIRST_CONNECTION, STAGING};
use crate::{
    clock::{MILLISECOND, Nanos, Stamp, nanos},
    load::connection::Stage,
    measure::{Failure, Merged},
    socket,
};
use mio::{Events, Token};
use std::{io, time::Duration};

/// The most that is read at once from one connection.
const READ: usize = 64 << 10;

/// Bytes that were read and not parsed yet.
pub(super) struct Staged {
    slot: usize,
    start: usize,
    end: usize,
    at: Nanos,
    /// When they were read.
    read: Nanos,
    round: Round,
}

/// A poll that the process slept through for longer than this beyond its end did not end when it should have.
const LATE: Nanos = MILLISECOND;

/// One poll.
#[derive(Clone, Copy)]
pub(super) struct Round {
    /// The poll before had returned by then, and what this one brought was not there yet.
    since: Nanos,
    called: Nanos,
    returned: Nanos,
    /// How long it was to wait at most.
    timeout: Nanos,
}

impl Round {
    /// The state of a loop that hasn't polled.
    pub(super) fn begun(at: Nanos) -> Self {
        Self { since: at, called: at, returned: at, timeout: 0 }
    }

    /// How long bytes may have lain unread that this poll brought, that were read at `read`, and the last of which came at
    /// `at`: not since before the poll before, and not while the loop waited for them and would have been woken. It
    /// wasn't while it was busy, while it was ready to run and others ran (`starved`), and where the poll took longer
    /// than both explain: then the process was stopped.
    fn unread(&self, at: Nanos, read: Nanos, starved: Nanos) -> Nanos {
        let busy = (self.called - self.since) + read.saturating_sub(self.returned);
        let waited = self.returned - self.called;
        let stopped = if waited.saturating_sub(starved) > self.timeout + LATE { waited } else { 0 };
        busy.saturating_add(starved).saturating_add(stopped).min(at.saturating_sub(self.since))
    }

    /// How much longer the loop was away than the poll was to wait.
    fn stall(&self) -> Nanos {
        (self.called - self.since) + (self.returned - self.called).saturating_sub(self.timeout)
    }
}

impl Engine {
    /// Reads what is ready within `timeout`, and parses it.
    pub(super) fn take_in(&mut self, timeout: Duration) -> io::Result<()> {
        let mut ready = self.read_ready(timeout)?;
        // While more is ready, its stamps come first and parsing waits, as long as there is room.
        while ready >= 16 && self.room() >= READ {
            ready = self.read_ready(Duration::ZERO)?;
        }
        self.parse()
    }

    fn room(&self) -> usize {
        STAGING - self.staged.last().map_or(0, |staged| staged.end)
    }

    /// Polls once and reads what is ready; how many connections were.
    fn read_ready(&mut self, timeout: Duration) -> io::Result<usize> {
        let (since, called) = (self.round.returned, self.clock.now());
        match self.poll.poll(&mut self.events, Some(timeout)) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(0),
            result => result?,
        }
        self.round = Round { since, called, returned: self.clock.now(), timeout: nanos(timeout) };
        self.watch.polled(self.round.stall());
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
                    let (read, round) = (at + delay.unwrap_or(0), self.round);
                    self.staged.push(Staged { slot, start, end: start + length, at, read, round });
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
            let now = connection.outputs();
            self.watch.outputs += now.saturating_sub(outputs) as u64;
            if now > outputs + 1
                && let Some(active) = &mut connection.active
            {
                // The stamp is the last chunk's; how much sooner may the first have come?
                let starved =
                    *starved.get_or_insert_with(|| self.starvation.since_last().unwrap_or(Nanos::MAX));
                active.exchange.merged.push(Merged {
                    first: outputs as u32,
                    last: now as u32 - 1,
                    within: piece.round.unread(piece.at, piece.read, starved),
                });
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
}
