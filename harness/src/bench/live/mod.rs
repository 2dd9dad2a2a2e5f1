//! What people see while it measures: a view on a terminal, or else a line for each load.
//!
//! The view is drawn by a thread of its own from what the measuring thread has counted; measuring never waits for it.

mod view;

use crate::{
    clock::Nanos,
    measure::{Tally, process_usage},
};
use ratatui::{Terminal, TerminalOptions, Viewport, backend::CrosstermBackend, prelude::Widget, text::Line};
use std::{
    io::{Stderr, Write},
    sync::{
        Arc, Mutex,
        mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use view::{History, Scene};

/// The view is drawn anew this often.
const REFRESH: Duration = Duration::from_millis(250);

/// What is under way.
#[derive(Clone, Debug, Default)]
pub(crate) struct Task {
    /// Model and server.
    pub(crate) title: String,
    /// Which load of how many, which repeat of how many.
    pub(crate) place: String,
    /// The load.
    pub(crate) load: String,
    /// What is done with it: `warming up`, `measuring`.
    pub(crate) phase: &'static str,
    /// Requests after which it ends.
    pub(crate) requests: Option<u32>,
    /// Time after which no more are sent.
    pub(crate) duration: Option<Nanos>,
    /// Its counts.
    pub(crate) tally: Arc<Tally>,
}

/// The view, or the lines.
pub(crate) struct Live {
    drawing: Option<Drawing>,
}

struct Drawing {
    task: Arc<Mutex<(Task, Instant)>>,
    sender: Sender<String>,
    thread: JoinHandle<()>,
}

impl Live {
    /// A view on the terminal that standard error is; with `plain`, or where there can be none, lines.
    pub(crate) fn start(plain: bool) -> Self {
        if plain {
            return Self { drawing: None };
        }
        let viewport = Viewport::Inline(view::HEIGHT);
        let backend = CrosstermBackend::new(std::io::stderr());
        let Ok(terminal) = Terminal::with_options(backend, TerminalOptions { viewport }) else {
            return Self { drawing: None };
        };
        let task = Arc::new(Mutex::new((Task::default(), Instant::now())));
        let (sender, receiver) = channel();
        let shared = task.clone();
        let thread =
            std::thread::Builder::new().name("view".into()).spawn(move || draw(terminal, &shared, &receiver));
        Self { drawing: thread.ok().map(|thread| Drawing { task, sender, thread }) }
    }

    /// Shows `task` from now on.
    pub(crate) fn show(&self, task: Task) {
        if let Some(drawing) = &self.drawing
            && let Ok(mut shown) = drawing.task.lock()
        {
            *shown = (task, Instant::now());
        }
    }

    /// Says something that stays, above the view.
    pub(crate) fn say(&self, line: String) {
        match &self.drawing {
            Some(drawing) => {
                let _ = drawing.sender.send(line);
            }
            None => {
                let _ = writeln!(std::io::stderr(), "{line}");
            }
        }
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        if let Some(drawing) = self.drawing.take() {
            drop(drawing.sender);
            let _ = drawing.thread.join();
        }
    }
}

/// Draws until nobody can say anything more, then takes the view away.
fn draw(
    mut terminal: Terminal<CrosstermBackend<Stderr>>,
    task: &Mutex<(Task, Instant)>,
    lines: &Receiver<String>,
) {
    // On Linux this is the thread's own: where there are too few processors, measuring comes first.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::nice(15);
    let (mut history, mut usage) = (History::default(), (Instant::now(), process_usage().cpu));
    let mut own = None;
    loop {
        match lines.recv_timeout(REFRESH) {
            Ok(line) => {
                let _ = terminal.insert_before(1, |buffer| Line::raw(line).render(buffer.area, buffer));
                continue;
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        let Ok((shown, since)) = task.lock().map(|task| task.clone()) else { break };
        let snapshot = shown.tally.snapshot();
        history.note(&shown.tally, since, &snapshot);
        let elapsed = usage.0.elapsed();
        if elapsed >= Duration::from_secs(1) {
            let cpu = process_usage().cpu;
            own = Some(cpu.saturating_sub(usage.1).as_secs_f64() / elapsed.as_secs_f64());
            usage = (Instant::now(), cpu);
        }
        let scene =
            Scene { task: &shown, elapsed: since.elapsed().as_secs_f64(), snapshot, history: &history, own };
        let _ = terminal.draw(|frame| scene.draw(frame));
    }
    // What comes next begins where the view was.
    let top = terminal.get_frame().area().as_position();
    let _ = terminal.clear();
    let _ = terminal.set_cursor_position(top);
    let _ = terminal.show_cursor();
}
