//! Requests that follow on answers: the later turns of conversations, each at its own time.

use crate::{
    clock::Nanos,
    measure::Exchange,
    workload::{Answered, Next, Prepared, Talk},
};
use std::collections::BTreeMap;

/// Later turns that wait for their time, or for being written.
pub(super) struct FollowUps<'a> {
    talk: Option<&'a Talk>,
    /// By when they are due, and by their number.
    due: BTreeMap<(Nanos, u32), Prepared>,
    /// Conversations of which it isn't known yet how they go on.
    open: usize,
}

impl<'a> FollowUps<'a> {
    /// None yet; without a `talk` there never will be any.
    pub(super) fn new(talk: Option<&'a Talk>) -> Self {
        Self { talk, due: BTreeMap::new(), open: 0 }
    }

    /// Takes note of an answer that has ended.
    pub(super) fn note(&mut self, exchange: &mut Exchange) {
        let Some((talk, turn)) = self.talk.zip(exchange.turn) else { return };
        talk.answered(Answered {
            turn,
            events: std::mem::take(&mut exchange.events),
            complete: exchange.is_complete(),
            at: exchange.ended,
        });
        self.open += 1;
    }

    /// Fetches what has been written since.
    pub(super) fn fetch(&mut self) {
        while let Some(next) = self.talk.and_then(Talk::next) {
            self.open -= 1;
            if let Next::Request(due, prepared) = next {
                self.due.insert((due, prepared.index), prepared);
            }
        }
    }

    /// The next one that is due by `now`, and since when.
    pub(super) fn take(&mut self, now: Nanos) -> Option<(Nanos, Prepared)> {
        let first = self.due.first_entry().filter(|entry| entry.key().0 <= now)?;
        let ((due, _), prepared) = first.remove_entry();
        Some((due, prepared))
    }

    /// When the next one is due.
    pub(super) fn next(&self) -> Option<Nanos> {
        self.due.first_key_value().map(|((due, _), _)| *due)
    }

    /// Conversations that are between two turns: their slots are taken.
    pub(super) fn waiting(&self) -> usize {
        self.open + self.due.len()
    }

    /// Nothing more will be sent.
    pub(super) fn clear(&mut self) {
        self.talk = None;
        self.due.clear();
        self.open = 0;
    }
}
