//! Builds once, and again after each change.

use std::any::Any;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use tokio::sync::watch::Sender;

use super::live::Live;
use super::watch::Watch;
use crate::publish::OutputFile;

/// While files keep changing, a build starts after this many times the debounce all the same.
const PATIENCE: u32 = 10;

/// Builds until nothing is left to watch.
pub(super) fn keep_building(
    mut build: impl FnMut() -> Result<Vec<OutputFile>, String>,
    mut watch: Watch,
    debounce: Duration,
    live: &Sender<Live>,
    mut terminal: impl Write,
) {
    loop {
        let start = Instant::now();
        let built = catch_unwind(AssertUnwindSafe(&mut build)).unwrap_or_else(|panic| Err(message(&*panic)));
        let report = report(&built, start.elapsed(), live.borrow().has_site());
        // Nobody to tell when the terminal is gone.
        let _ = writeln!(terminal, "{report}");
        live.send_if_modified(|live| live.update(built));

        let Ok(first) = watch.changes().recv() else { return };
        let changed = settle(first, watch.changes(), debounce);
        watch.refresh(&changed);
        let _ = writeln!(terminal, "{}", summary(&changed));
    }
}

fn report(built: &Result<Vec<OutputFile>, String>, time: Duration, has_site: bool) -> String {
    match built {
        Ok(files) => format!("Built {} files in {} ms", files.len(), time.as_millis()),
        Err(error) if has_site => format!("Error: {error}\nThe last good build stays up."),
        Err(error) => format!("Error: {error}\nThere is nothing to show yet."),
    }
}

fn summary(changed: &[PathBuf]) -> String {
    match changed {
        [] => "Something changed".to_owned(),
        [only] => format!("Changed: {}", only.display()),
        [first, others @ ..] => format!("Changed: {} and {} more", first.display(), others.len()),
    }
}

/// Waits until nothing changes any more. Says what has changed, each path once.
fn settle(first: PathBuf, changes: &Receiver<PathBuf>, debounce: Duration) -> Vec<PathBuf> {
    let deadline = Instant::now() + debounce * PATIENCE;
    let mut changed = vec![first];
    while Instant::now() < deadline
        && let Ok(next) = changes.recv_timeout(debounce)
    {
        if !changed.contains(&next) {
            changed.push(next);
        }
    }
    changed
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("the build panicked: {}. This is a fault of the site builder", text.unwrap_or("no message"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    #[test]
    fn one_save_is_one_build() {
        let (sender, receiver) = mpsc::channel();
        for name in ["b", "a", "b"] {
            sender.send(PathBuf::from(name)).unwrap();
        }
        let changed = settle(PathBuf::from("a"), &receiver, Duration::from_millis(1));
        assert_eq!(changed, ["a", "b"].map(PathBuf::from));
        assert_eq!(summary(&changed), "Changed: a and 1 more");
    }
}
