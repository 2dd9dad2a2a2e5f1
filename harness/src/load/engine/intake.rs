//! What comes in: read with a stamp as soon as it is ready, parsed when all of it has been read.

use super::{Engine, FIRST_CONNECTION, STAGING};
use crate::{
    clock::{Nanos, Stamp},
    load::connection::Stage,
    measure::Failure,
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
    /// The poll before had returned by then, and these bytes were not there yet.
    since: Nanos,
    /// How long the loop was busy between the two polls.
    busy: Nanos,
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
}
