//! What has waited too long.

use super::connection::{Connection, Stage};
use crate::{
    clock::{Nanos, nanos},
    measure::Failure,
};
use std::time::Duration;

/// How long to wait for what.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timeouts {
    /// For a connection.
    pub(crate) connect: Duration,
    /// From the request to the first output.
    pub(crate) first_token: Duration,
    /// Between outputs.
    pub(crate) token_gap: Duration,
    /// For a whole exchange.
    pub(crate) total: Duration,
}

/// A connection that has waited too long.
pub(crate) struct Overdue {
    /// For what; none where the whole answer was there and only the end of its body was missing.
    pub(crate) failure: Option<Failure>,
}

impl Timeouts {
    /// What `connection` has waited too long for at `now`, if anything.
    pub(crate) fn overdue(&self, connection: &Connection, now: Nanos) -> Option<Overdue> {
        let past = |since: Nanos, limit: Duration| now.saturating_sub(since) > nanos(limit);
        let overdue = |is_past: bool, failure: Failure| is_past.then_some(Overdue { failure: Some(failure) });
        if connection.stage != Stage::Open {
            return overdue(past(connection.opened, self.connect), Failure::ConnectTimeout);
        }
        let active = connection.active.as_ref()?;
        let sent = active.exchange.sent?;
        match active.answer.outputs.last() {
            _ if past(sent, self.total) => overdue(true, Failure::TotalTimeout),
            None => overdue(past(sent, self.first_token), Failure::FirstTokenTimeout),
            Some(last) if active.answer.is_done() => {
                past(last.at, self.token_gap).then_some(Overdue { failure: None })
            }
            Some(last) => overdue(past(last.at, self.token_gap), Failure::TokenGapTimeout),
        }
    }
}
