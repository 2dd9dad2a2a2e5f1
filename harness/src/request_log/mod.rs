//! Every request, as one JSON line, on disk within a second of its end.
//!
//! The compressed form is a row of zstd frames, each with the lines of half a second: what was written before a crash is whole
//! frames, and every zstd tool reads it. The first line of a file names the run, and a line before each repeat its load.

mod line;
mod read;

use crate::measure::Exchange;
use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    path::Path,
    sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    thread::JoinHandle,
    time::{Duration, Instant},
};

pub(crate) use read::{LoggedRepeat, read};

/// Lines go to the kernel at least this often, so that a killed run loses no more than a second of them.
const FLUSH: Duration = Duration::from_millis(500);

/// More than this is not kept back.
const MOST_HELD: usize = 4 << 20;

/// zstd's own default.
const LEVEL: i32 = 3;

/// The form of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum LogForm {
    /// JSON lines in zstd frames, RUN.requests.jsonl.zst
    Zstd,
    /// JSON lines, RUN.requests.jsonl
    Jsonl,
    /// No file
    None,
}

impl LogForm {
    /// What the file's name ends in; none where there is no file.
    pub(crate) fn extension(self) -> Option<&'static str> {
        match self {
            Self::Zstd => Some("requests.jsonl.zst"),
            Self::Jsonl => Some("requests.jsonl"),
            Self::None => None,
        }
    }
}

/// Writes exchanges on a thread of its own.
pub(crate) struct RequestLog {
    sender: Sender<Message>,
    thread: JoinHandle<io::Result<()>>,
}

enum Message {
    /// From now on, exchanges belong to this repeat of this measurement, which the line describes.
    Repeat(usize, u32, String),
    Line(Box<Exchange>, Sender<Exchange>),
}

impl RequestLog {
    /// Creates the file, or with `resume` goes on with it; the first line is `header`. Without a path, exchanges only pass.
    ///
    /// # Errors
    /// When it can't be written.
    pub(crate) fn open(path: Option<&Path>, resume: bool, header: &serde_json::Value) -> io::Result<Self> {
        let mut sink = Sink { file: None, compress: false, held: Vec::new() };
        if let Some(path) = path {
            let file = OpenOptions::new().create(true).write(true).truncate(!resume).open(path)?;
            if resume {
                // What a crash has torn at the end would hide everything that follows.
                file.set_len(read::sound_length(&std::fs::read(path)?) as u64)?;
            }
            let file = OpenOptions::new().append(true).open(path)?;
            sink =
                Sink { file: Some(file), compress: path.extension().is_some_and(|it| it == "zst"), ..sink };
            writeln!(sink.held, "{header}")?;
            sink.flush()?;
        }
        let (sender, receiver) = channel();
        let thread =
            std::thread::Builder::new().name("requests".into()).spawn(move || write(&receiver, sink))?;
        Ok(Self { sender, thread })
    }

    /// Begins a repeat of a measurement of `load`. What is sent to the first end comes back, written, from the second.
    pub(crate) fn repeat(
        &self,
        index: usize,
        repeat: u32,
        load: &str,
        clock: &str,
    ) -> (impl Fn(Exchange) + use<>, Receiver<Exchange>) {
        let (written, back) = channel();
        let sender = self.sender.clone();
        let line =
            serde_json::json!({ "measurement": index, "repeat": repeat, "load": load, "clock": clock });
        let _ = sender.send(Message::Repeat(index, repeat, line.to_string()));
        let note = move |exchange| {
            if let Err(lost) = sender.send(Message::Line(Box::new(exchange), written.clone()))
                && let Message::Line(exchange, back) = lost.0
            {
                let _ = back.send(*exchange);
            }
        };
        (note, back)
    }

    /// Writes out what is left.
    ///
    /// # Errors
    /// The first error that writing met; the exchanges themselves are not lost by it.
    pub(crate) fn close(self) -> io::Result<()> {
        drop(self.sender);
        self.thread.join().unwrap_or_else(|_| Err(io::Error::other("the log's thread panicked")))
    }
}

fn write(receiver: &Receiver<Message>, mut sink: Sink) -> io::Result<()> {
    let (mut result, mut flushed, mut place) = (Ok(()), Instant::now(), (0, 0));
    let mut line = String::new();
    loop {
        match receiver.recv_timeout(FLUSH) {
            Ok(Message::Repeat(index, repeat, described)) => {
                place = (index, repeat);
                sink.hold(&described);
                sink.hold("\n");
            }
            Ok(Message::Line(exchange, back)) => {
                line.clear();
                line::render(&exchange, place.0, place.1, &mut line);
                sink.hold(&line);
                let _ = back.send(*exchange);
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        if flushed.elapsed() >= FLUSH || sink.held.len() > MOST_HELD {
            // A full disk must not lose what is in memory: exchanges go on, and the first error is told at the end.
            result = result.and(sink.flush());
            flushed = Instant::now();
        }
    }
    result.and(sink.flush())
}

/// The file and the lines that are not in it yet. Once a write has failed there is no file any more.
struct Sink {
    file: Option<File>,
    compress: bool,
    held: Vec<u8>,
}

impl Sink {
    fn hold(&mut self, line: &str) {
        if self.file.is_some() {
            self.held.extend_from_slice(line.as_bytes());
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        let Some(file) = self.file.as_mut().filter(|_| !self.held.is_empty()) else { return Ok(()) };
        let result = if self.compress {
            zstd::bulk::compress(&self.held, LEVEL).and_then(|frame| file.write_all(&frame))
        } else {
            file.write_all(&self.held)
        };
        self.held.clear();
        if result.is_err() {
            self.file = None;
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use super::{read::Logged, *};
    use crate::workload::Turn;

    fn logged(path: &Path) -> Vec<Logged> {
        read(&std::fs::read(path).unwrap()).unwrap().0
    }

    #[test]
    fn exchanges_are_written_as_they_come_and_come_back() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["requests.jsonl", "requests.jsonl.zst"] {
            let path = folder.path().join(name);
            let log = RequestLog::open(Some(&path), false, &serde_json::json!({"run": "x"})).unwrap();
            let (note, back) = log.repeat(2, 1, "concurrency 4", "sent");
            let mut exchange = Exchange::example();
            exchange.index = 7;
            exchange.turn = Some(Turn { conversation: 3, turn: 1 });
            (exchange.retries, exchange.conforms, exchange.calls) = (2, Some(false), Some(4));
            // The last of them a server that stood still for longer than 32 bits of nanoseconds.
            exchange.gaps = vec![1_000_400, 2_000_600, 61_000_000_000];
            note(exchange);
            assert_eq!(back.recv().unwrap().index, 7);
            // What was noted is on disk before the log is closed.
            let deadline = Instant::now() + Duration::from_secs(20);
            while logged(&path).iter().all(|run| run.repeats.iter().all(|repeat| repeat.exchanges.is_empty()))
            {
                assert!(Instant::now() < deadline, "the line was never flushed");
                std::thread::sleep(Duration::from_millis(20));
            }
            drop(note);
            log.close().unwrap();
            let runs = logged(&path);
            assert_eq!(runs[0].run, "x");
            let repeat = &runs[0].repeats[0];
            assert_eq!((repeat.measurement, repeat.repeat, repeat.load.as_str()), (2, 1, "concurrency 4"));
            let found = &repeat.exchanges[0];
            assert_eq!(found.gaps, [1_000_000, 2_001_000, 61_000_000_000]);
            assert_eq!(found.turn, Some(Turn { conversation: 3, turn: 1 }));
            assert_eq!((found.retries, found.conforms, found.calls), (2, Some(false), Some(4)));
        }
    }

    #[test]
    fn a_torn_end_is_cut_off_before_more_is_written() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["requests.jsonl", "requests.jsonl.zst"] {
            let path = folder.path().join(name);
            for part in 0..2 {
                let header = serde_json::json!({ "run": format!("part-{part}") });
                let log = RequestLog::open(Some(&path), part > 0, &header).unwrap();
                let (note, _back) = log.repeat(0, 0, "concurrency 1", "sent");
                note(Exchange::example());
                drop(note);
                log.close().unwrap();
                let whole = std::fs::read(&path).unwrap();
                std::fs::write(&path, &whole[..whole.len() - 3]).unwrap();
                let (_, torn) = read(&std::fs::read(&path).unwrap()).unwrap();
                assert!(torn, "{name}");
                std::fs::write(&path, &whole).unwrap();
                let mut torn = whole.clone();
                torn.extend_from_slice(&whole[..whole.len() / 3]);
                std::fs::write(&path, torn).unwrap();
            }
            let names: Vec<String> = logged(&path).into_iter().map(|run| run.run).collect();
            assert!(
                names.contains(&"part-0".to_owned()) && names.contains(&"part-1".to_owned()),
                "{names:?}"
            );
        }
    }

    #[test]
    fn a_full_disk_is_told_and_the_exchanges_go_on() {
        // The kernel's own full disk.
        if !Path::new("/dev/full").exists() {
            return;
        }
        let file = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let sink = Sink { file: Some(file), compress: true, held: Vec::new() };
        let (sender, receiver) = channel();
        let thread = std::thread::spawn(move || write(&receiver, sink));
        let (back, written) = channel();
        for _ in 0..100 {
            sender.send(Message::Line(Box::new(Exchange::example()), back.clone())).unwrap();
        }
        drop((sender, back));
        assert_eq!(written.iter().count(), 100);
        assert_eq!(thread.join().unwrap().unwrap_err().kind(), io::ErrorKind::StorageFull);
    }
}
