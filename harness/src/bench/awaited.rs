//! A word about what is waited for, where it takes long.

use std::{
    io::Write,
    sync::mpsc::{RecvTimeoutError, Sender, channel},
    thread,
    time::Duration,
};

/// Nobody wonders before.
const SOON: Duration = Duration::from_secs(2);

/// Something is waited for while this value lives.
pub(super) struct Awaited {
    _lives: Sender<()>,
}

impl Awaited {
    /// Says on standard error that `what` is waited for, if it still is after two seconds.
    pub(super) fn new(what: String) -> Self {
        let (lives, ended) = channel::<()>();
        thread::spawn(move || {
            if ended.recv_timeout(SOON) == Err(RecvTimeoutError::Timeout) {
                let _ = writeln!(std::io::stderr(), "inferencemax: waiting for {what}");
            }
        });
        Self { _lives: lives }
    }
}
