//! How requests and connections end: by their answer's framing, by the other side, by a deadline, by the user.

use super::Engine;
use crate::{
    clock::{MILLISECOND, Nanos},
    load::connection::{Active, Connection, Stage},
    measure::Failure,
    protocol::Answer,
};
use std::io;

/// Before a request that failed is sent again; twice as long each further time.
const BACK_OFF: Nanos = 100 * MILLISECOND;

impl Engine {
    /// An answer has ended by its own framing.
    pub(super) fn complete(&mut self, slot: usize) -> io::Result<()> {
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
    pub(super) fn close(&mut self, slot: usize, failure: Option<Failure>) -> io::Result<()> {
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

    pub(super) fn end(&mut self, mut active: Box<Active>, failure: Option<Failure>) {
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
    pub(super) fn sweep(&mut self) -> io::Result<()> {
        let now = self.clock.now();
        self.watch.look_at_clock();
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
