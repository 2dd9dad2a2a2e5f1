//! Server-sent events, split out of a byte stream that may break anywhere.

/// The longest line and the longest event that are accepted, in bytes. A server that sends more without a line end is
/// broken, and must not fill our memory.
pub(crate) const MAXIMUM_EVENT: usize = 4 << 20;

/// The line or event is longer than [`MAXIMUM_EVENT`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooLong;

/// Splits bytes into the `data` of events (WHATWG HTML, section 9.2.6). Other fields and comments are skipped.
#[derive(Debug, Default)]
pub(crate) struct Splitter {
    /// A line whose end has not come yet.
    line: Vec<u8>,
    /// The data lines of the event so far, joined by line feeds.
    data: Vec<u8>,
    has_data: bool,
    /// The last byte was a carriage return: a line feed next belongs to it.
    after_return: bool,
    /// Whether anything was read; a byte-order mark is skipped only at the very start.
    started: bool,
}

impl Splitter {
    /// Takes in `bytes` and calls `event` with the data of each event that they complete.
    pub(crate) fn feed(&mut self, mut bytes: &[u8], event: &mut impl FnMut(&[u8])) -> Result<(), TooLong> {
        while !bytes.is_empty() {
            if std::mem::take(&mut self.after_return) && bytes[0] == b'\n' {
                bytes = &bytes[1..];
                continue;
            }
            let Some(end) = memchr::memchr2(b'\n', b'\r', bytes) else {
                return self.keep(bytes);
            };
            let (start, rest) = bytes.split_at(end);
            self.after_return = rest[0] == b'\r';
            bytes = &rest[1..];
            if self.line.is_empty() {
                self.line(start, event)?;
            } else {
                self.keep(start)?;
                let mut line = std::mem::take(&mut self.line);
                self.line(&line, event)?;
                line.clear();
                self.line = line;
            }
        }
        Ok(())
    }

    fn keep(&mut self, bytes: &[u8]) -> Result<(), TooLong> {
        if self.line.len() + bytes.len() > MAXIMUM_EVENT {
            return Err(TooLong);
        }
        self.line.extend_from_slice(bytes);
        Ok(())
    }

    fn line(&mut self, mut line: &[u8], event: &mut impl FnMut(&[u8])) -> Result<(), TooLong> {
        if !std::mem::replace(&mut self.started, true) {
            line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
        }
        if line.is_empty() {
            if std::mem::take(&mut self.has_data) {
                event(&self.data);
                self.data.clear();
            }
            return Ok(());
        }
        let value = match line.strip_prefix(b"data:") {
            Some(value) => value.strip_prefix(b" ").unwrap_or(value),
            None if line == b"data" => b"",
            None => return Ok(()),
        };
        if self.data.len() + value.len() > MAXIMUM_EVENT {
            return Err(TooLong);
        }
        if std::mem::replace(&mut self.has_data, true) {
            self.data.push(b'\n');
        }
        self.data.extend_from_slice(value);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn split(pieces: &[&[u8]]) -> Vec<String> {
        let (mut splitter, mut events) = (Splitter::default(), Vec::new());
        for piece in pieces {
            splitter
                .feed(piece, &mut |data| events.push(String::from_utf8_lossy(data).into_owned()))
                .unwrap();
        }
        events
    }

    #[test]
    fn every_form_of_event_is_split() {
        let cases: &[(&str, &[&str])] = &[
            ("data: a\n\ndata: b\n\n", &["a", "b"]),
            ("data: a\r\n\r\ndata: b\r\n\r\n", &["a", "b"]),
            ("data: a\r\rdata: b\r\r", &["a", "b"]),
            ("data:a\n\n", &["a"]),
            (": keep-alive\n\ndata: a\n\n", &["a"]),
            ("event: message\nid: 7\nretry: 10\ndata: a\n\n", &["a"]),
            ("data: a\ndata: b\n\n", &["a\nb"]),
            ("data\n\n", &[""]),
            ("data: \n\n", &[""]),
            ("\u{feff}data: a\n\n", &["a"]),
            ("data: a", &[]),
            ("data: a\n", &[]),
            ("\n\n\n", &[]),
            ("database: a\n\n", &[]),
        ];
        for (text, events) in cases {
            assert_eq!(split(&[text.as_bytes()]), *events, "{text:?}");
        }
    }

    #[test]
    fn a_line_without_an_end_is_refused_before_it_fills_memory() {
        let mut splitter = Splitter::default();
        let megabyte = vec![b'x'; 1 << 20];
        let results: Vec<_> = (0..6).map(|_| splitter.feed(&megabyte, &mut |_| ())).collect();
        assert!(results.contains(&Err(TooLong)));
        assert!(splitter.line.len() <= MAXIMUM_EVENT);
    }

    proptest! {
        #[test]
        fn where_the_bytes_break_changes_nothing(
            breaks in proptest::collection::vec(0_usize..160, 0..12),
            end in prop_oneof![Just("\n"), Just("\r\n"), Just("\r")],
        ) {
            let text = [": ping", "", "data: {\"é\":\"日本\"}", "", "data: two", "data: lines", "", "data: [DONE]", "", ""]
                .join(end);
            let bytes = text.as_bytes();
            let mut breaks: Vec<usize> = breaks.into_iter().map(|at| at.min(bytes.len())).collect();
            breaks.sort_unstable();
            let mut pieces = Vec::new();
            let mut start = 0;
            for at in breaks {
                pieces.push(&bytes[start..at]);
                start = at;
            }
            pieces.push(&bytes[start..]);
            prop_assert_eq!(split(&pieces), vec!["{\"é\":\"日本\"}", "two\nlines", "[DONE]"]);
        }
    }
}
