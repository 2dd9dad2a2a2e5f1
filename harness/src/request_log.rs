//! Every request, as one JSON line, on disk within a second of its end.

use crate::{clock::Nanos, measure::Exchange, workload::Turn};
use std::{
    fmt::Write as _,
    fs::{File, OpenOptions},
    io::{self, BufWriter, Write},
    path::Path,
    sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    thread::JoinHandle,
    time::{Duration, Instant},
};

/// Buffered lines go to the kernel at least this often, so that a killed run loses no more than a second of them.
const FLUSH: Duration = Duration::from_millis(500);

/// Writes exchanges on a thread of its own.
pub(crate) struct RequestLog {
    sender: Sender<Message>,
    thread: JoinHandle<io::Result<()>>,
}

enum Message {
    /// From now on, exchanges belong to this measurement.
    Measurement(usize),
    Line(Box<Exchange>, Sender<Exchange>),
}

impl RequestLog {
    /// Creates the file, or with `resume` goes on with it; the first line is `header`.
    ///
    /// # Errors
    /// When it can't be written.
    pub(crate) fn open(path: &Path, resume: bool, header: &serde_json::Value) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).write(true).append(resume).truncate(!resume).open(path)?;
        let mut file = BufWriter::new(file);
        writeln!(file, "{header}")?;
        file.flush()?;
        let (sender, receiver) = channel();
        let thread =
            std::thread::Builder::new().name("requests".into()).spawn(move || write(&receiver, file))?;
        Ok(Self { sender, thread })
    }

    /// Begins a measurement. What is sent to the first end comes back, written, from the second.
    pub(crate) fn measurement(&self, index: usize) -> (impl Fn(Exchange) + use<>, Receiver<Exchange>) {
        let (written, back) = channel();
        let sender = self.sender.clone();
        let _ = sender.send(Message::Measurement(index));
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

fn write(receiver: &Receiver<Message>, mut file: BufWriter<File>) -> io::Result<()> {
    let (mut result, mut flushed, mut measurement) = (Ok(()), Instant::now(), 0);
    let mut line = String::new();
    loop {
        match receiver.recv_timeout(FLUSH) {
            Ok(Message::Measurement(index)) => measurement = index,
            Ok(Message::Line(exchange, back)) => {
                line.clear();
                render(&exchange, measurement, &mut line);
                // A full disk must not lose what is in memory: exchanges go on, and the error is told at the end.
                if result.is_ok() {
                    result = file.write_all(line.as_bytes());
                }
                let _ = back.send(*exchange);
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        if flushed.elapsed() >= FLUSH && result.is_ok() {
            result = file.flush();
            flushed = Instant::now();
        }
    }
    result.and_then(|()| file.flush())
}

fn render(exchange: &Exchange, measurement: usize, line: &mut String) {
    let time = |name: &str, at: Option<Nanos>, line: &mut String| {
        if let Some(at) = at {
            let _ = write!(line, ",\"{name}\":{at}");
        }
    };
    let _ = write!(line, "{{\"measurement\":{measurement},\"index\":{}", exchange.index);
    time("scheduled_ns", Some(exchange.scheduled), line);
    time("sent_ns", exchange.sent, line);
    time("first_ns", exchange.first, line);
    time("first_answer_ns", exchange.first_answer, line);
    time("last_ns", exchange.last, line);
    time("ended_ns", Some(exchange.ended), line);
    time("input_tokens", exchange.input_tokens, line);
    time("output_tokens", Some(exchange.output_tokens), line);
    let status = exchange.failure.as_ref().map_or_else(|| "ok".to_owned(), super::measure::Failure::kind);
    let _ = write!(line, ",\"status\":\"{status}\"");
    if exchange.retried {
        line.push_str(",\"retried\":true");
    }
    if exchange.retries > 0 {
        let _ = write!(line, ",\"retries\":{}", exchange.retries);
    }
    if let Some(Turn { conversation, turn }) = exchange.turn {
        let _ = write!(line, ",\"conversation\":{conversation},\"turn\":{turn}");
    }
    if let Some(conforms) = exchange.conforms {
        let _ = write!(line, ",\"conforms\":{conforms}");
    }
    if let Some(calls) = exchange.calls {
        let _ = write!(line, ",\"calls\":{calls}");
    }
    list("gaps_us", exchange.gaps.iter().map(|gap| (gap + 500) / 1000), line);
    if !exchange.chunk_tokens.is_empty() {
        list("chunk_tokens", exchange.chunk_tokens.iter().copied(), line);
    }
    line.push_str("}\n");
}

fn list(name: &str, values: impl Iterator<Item = u32>, line: &mut String) {
    let _ = write!(line, ",\"{name}\":[");
    for (index, value) in values.enumerate() {
        if index > 0 {
            line.push(',');
        }
        let _ = write!(line, "{value}");
    }
    line.push(']');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exchanges_are_written_as_they_come_and_come_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("requests.jsonl");
        let log = RequestLog::open(&path, false, &serde_json::json!({"run": "x"})).unwrap();
        let (note, back) = log.measurement(2);
        let mut exchange = Exchange::example();
        exchange.index = 7;
        exchange.gaps = vec![1_000_400, 2_000_600];
        note(exchange);
        assert_eq!(back.recv().unwrap().index, 7);
        // What was noted is on disk before the log is closed.
        let deadline = Instant::now() + Duration::from_secs(20);
        while std::fs::read_to_string(&path).unwrap().lines().count() < 2 {
            assert!(Instant::now() < deadline, "the line was never flushed");
            std::thread::sleep(Duration::from_millis(20));
        }
        drop(note);
        log.close().unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        let line: serde_json::Value = serde_json::from_str(text.lines().nth(1).unwrap()).unwrap();
        assert_eq!((&line["measurement"], &line["gaps_us"]), (&2.into(), &serde_json::json!([1000, 2001])));
        assert_eq!(line["status"], "ok");
    }
}
