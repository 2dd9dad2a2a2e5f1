//! One request at a time, where nothing is measured.

use super::{Engine, Job};
use crate::measure::Exchange;
use std::{
    io,
    sync::atomic::{AtomicBool, Ordering},
};

impl Engine {
    /// Sends one request and waits for its end.
    pub(crate) fn exchange(&mut self, job: Job, stop: &AtomicBool) -> io::Result<Exchange> {
        self.start(job)?;
        loop {
            if let Some(exchange) = self.ended.pop() {
                return Ok(exchange);
            }
            if stop.load(Ordering::Relaxed) {
                self.cancel()?;
            } else {
                self.turn(None)?;
            }
        }
    }
}
