//! An HTTP/1.1 response, decoded as its bytes come.

/// The longest response head that is accepted, in bytes.
pub(crate) const MAXIMUM_HEAD: usize = 64 << 10;

/// Header fields that are accepted in a response.
const MAXIMUM_FIELDS: usize = 100;

/// What is wrong with a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ResponseError {
    /// Not HTTP/1.
    NotHttp,
    /// The head is longer than [`MAXIMUM_HEAD`].
    HeadTooLong,
    /// Chunk sizes that are none.
    BadChunk,
    /// Bytes after the response's end.
    Surplus,
}

/// What a response's head says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Head {
    /// Status code.
    pub(crate) status: u16,
    /// Whether the connection can carry another request.
    pub(crate) keep_alive: bool,
    /// Whether the body is `text/event-stream`.
    pub(crate) event_stream: bool,
    /// The `Server` field.
    pub(crate) server: Option<String>,
}

#[derive(Debug)]
enum State {
    Head,
    Length(u64),
    /// In a chunk's size line: the size so far, digits seen, and whether an extension has begun.
    ChunkSize {
        size: u64,
        digits: u8,
        extension: bool,
    },
    ChunkData(u64),
    /// Between a chunk's data and its line end.
    ChunkEnd,
    /// In the trailer; whether its current line has anything in it.
    Trailer {
        empty: bool,
    },
    UntilClose,
    Complete,
}

/// Decodes one response.
#[derive(Debug)]
pub(crate) struct Decoder {
    state: State,
    pending: Vec<u8>,
    head: Option<Head>,
}

impl Decoder {
    /// A decoder that expects a status line.
    pub(crate) fn new() -> Self {
        Self { state: State::Head, pending: Vec::new(), head: None }
    }

    /// The head, once it is complete.
    pub(crate) fn head(&self) -> Option<&Head> {
        self.head.as_ref()
    }

    /// Whether the response has ended by its own framing.
    pub(crate) fn is_complete(&self) -> bool {
        matches!(self.state, State::Complete)
    }

    /// Whether only the connection's end will end the body.
    pub(crate) fn ends_with_connection(&self) -> bool {
        matches!(self.state, State::UntilClose)
    }

    /// Whether nothing of a response has come yet.
    pub(crate) fn is_untouched(&self) -> bool {
        matches!(self.state, State::Head) && self.pending.is_empty() && self.head.is_none()
    }

    /// Takes a head that came by itself, as in HTTP/2. The body then comes by other ways than [`Decoder::feed`].
    pub(crate) fn begin(&mut self, head: Head) {
        self.head = Some(head);
        self.state = State::UntilClose;
    }

    /// The body has ended, by other ways than [`Decoder::feed`].
    pub(crate) fn finish(&mut self) {
        self.state = State::Complete;
    }

    /// Takes in `bytes` and calls `body` with the pieces of the body that they hold.
    pub(crate) fn feed(&mut self, bytes: &[u8], body: &mut impl FnMut(&[u8])) -> Result<(), ResponseError> {
        if !matches!(self.state, State::Head) {
            return self.feed_body(bytes, body);
        }
        self.pending.extend_from_slice(bytes);
        while matches!(self.state, State::Head) {
            let Some(length) = self.parse_head()? else { return Ok(()) };
            self.pending.drain(..length);
        }
        let rest = std::mem::take(&mut self.pending);
        self.feed_body(&rest, body)
    }

    /// Parses the head at the start of `pending`; its length when it is complete.
    fn parse_head(&mut self) -> Result<Option<usize>, ResponseError> {
        let mut fields = [httparse::EMPTY_HEADER; MAXIMUM_FIELDS];
        let mut response = httparse::Response::new(&mut fields);
        let length = match response.parse(&self.pending) {
            Ok(httparse::Status::Complete(length)) => length,
            Ok(httparse::Status::Partial) if self.pending.len() > MAXIMUM_HEAD => {
                return Err(ResponseError::HeadTooLong);
            }
            Ok(httparse::Status::Partial) => return Ok(None),
            Err(_) => return Err(ResponseError::NotHttp),
        };
        let status = response.code.unwrap_or_default();
        let (mut size, mut chunked, mut event_stream, mut server) = (None, false, false, None);
        let mut keep_alive = response.version == Some(1);
        for field in response.headers.iter() {
            let value = String::from_utf8_lossy(field.value).trim().to_ascii_lowercase();
            match field.name.to_ascii_lowercase().as_str() {
                "content-length" => size = Some(value.parse().map_err(|_| ResponseError::NotHttp)?),
                "transfer-encoding" => chunked = value.ends_with("chunked"),
                "content-type" => event_stream = value.starts_with("text/event-stream"),
                "connection" if value.contains("close") => keep_alive = false,
                "connection" if value.contains("keep-alive") => keep_alive = true,
                "server" => server = Some(value.chars().take(100).collect()),
                _ => {}
            }
        }
        // An interim response (100 Continue, 103 Early Hints) has no body; the real one follows.
        if (100..200).contains(&status) {
            return Ok(Some(length));
        }
        self.state = match (chunked, size) {
            _ if status == 204 || status == 304 => State::Complete,
            (true, _) => State::ChunkSize { size: 0, digits: 0, extension: false },
            (false, Some(0)) => State::Complete,
            (false, Some(size)) => State::Length(size),
            (false, None) => State::UntilClose,
        };
        keep_alive &= !matches!(self.state, State::UntilClose);
        self.head = Some(Head { status, keep_alive, event_stream, server });
        Ok(Some(length))
    }

    fn feed_body(&mut self, mut bytes: &[u8], body: &mut impl FnMut(&[u8])) -> Result<(), ResponseError> {
        while let Some(&first) = bytes.first() {
            match &mut self.state {
                State::UntilClose => {
                    body(bytes);
                    return Ok(());
                }
                State::Length(left) | State::ChunkData(left) => {
                    let length = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len());
                    body(&bytes[..length]);
                    bytes = &bytes[length..];
                    *left -= length as u64;
                    if *left == 0 {
                        self.state = match self.state {
                            State::Length(_) => State::Complete,
                            _ => State::ChunkEnd,
                        };
                    }
                }
                State::Head | State::Complete => return Err(ResponseError::Surplus),
                _ => {
                    self.framing(first)?;
                    bytes = &bytes[1..];
                }
            }
        }
        Ok(())
    }

    /// Takes one byte of chunked framing.
    fn framing(&mut self, byte: u8) -> Result<(), ResponseError> {
        self.state = match self.state {
            State::ChunkSize { size, digits, .. } if byte == b'\n' => match (digits, size) {
                (0, _) => return Err(ResponseError::BadChunk),
                (_, 0) => State::Trailer { empty: true },
                _ => State::ChunkData(size),
            },
            State::ChunkSize { size, digits, extension } => match char::from(byte).to_digit(16) {
                Some(digit) if !extension => {
                    if digits == 15 {
                        return Err(ResponseError::BadChunk);
                    }
                    State::ChunkSize { size: size * 16 + u64::from(digit), digits: digits + 1, extension }
                }
                None if !extension && !matches!(byte, b';' | b'\r' | b' ' | b'\t') => {
                    return Err(ResponseError::BadChunk);
                }
                _ => State::ChunkSize { size, digits, extension: true },
            },
            State::ChunkEnd if byte == b'\n' => State::ChunkSize { size: 0, digits: 0, extension: false },
            State::ChunkEnd if byte == b'\r' => State::ChunkEnd,
            State::Trailer { empty } if byte == b'\n' => {
                if empty {
                    State::Complete
                } else {
                    State::Trailer { empty: true }
                }
            }
            State::Trailer { empty } => State::Trailer { empty: empty && byte == b'\r' },
            _ => return Err(ResponseError::BadChunk),
        };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decode(pieces: &[&[u8]]) -> Result<(Decoder, String), ResponseError> {
        let (mut decoder, mut body) = (Decoder::new(), Vec::new());
        for piece in pieces {
            decoder.feed(piece, &mut |bytes| body.extend_from_slice(bytes))?;
        }
        Ok((decoder, String::from_utf8_lossy(&body).into_owned()))
    }

    const CHUNKED: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nServer: x\r\nContent-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;a=b\r\n world\r\n0\r\nTrailer: x\r\n\r\n";

    #[test]
    fn each_framing_ends_where_it_should() {
        let (decoder, body) = decode(&[CHUNKED]).unwrap();
        assert_eq!((body.as_str(), decoder.is_complete()), ("hello world", true));
        let head = decoder.head().unwrap();
        assert!(head.event_stream && head.keep_alive && head.status == 200);
        let (decoder, body) =
            decode(&[b"HTTP/1.1 429 No\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc"]).unwrap();
        assert_eq!((body.as_str(), decoder.is_complete()), ("abc", true));
        assert!(!decoder.head().unwrap().keep_alive);
        let (decoder, body) = decode(&[b"HTTP/1.0 200 OK\r\n\r\nabc"]).unwrap();
        assert_eq!((body.as_str(), decoder.is_complete()), ("abc", false));
        assert!(decoder.ends_with_connection());
        assert!(decode(&[b"HTTP/1.1 204 No\r\n\r\n"]).unwrap().0.is_complete());
    }

    #[test]
    fn what_is_not_http_is_an_error() {
        for (bytes, error) in [
            (&b"SSH-2.0-OpenSSH\r\n\r\n"[..], ResponseError::NotHttp),
            (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", ResponseError::NotHttp),
            (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", ResponseError::BadChunk),
            (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n", ResponseError::BadChunk),
            (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab", ResponseError::Surplus),
        ] {
            assert_eq!(decode(&[bytes]).err(), Some(error), "{}", String::from_utf8_lossy(bytes));
        }
        let endless = [b"HTTP/1.1 200 OK\r\nA: ".as_slice(), &vec![b'x'; MAXIMUM_HEAD]].concat();
        assert_eq!(decode(&[&endless]).err(), Some(ResponseError::HeadTooLong));
    }

    proptest! {
        #[test]
        fn where_the_bytes_break_changes_nothing(first in 0_usize..CHUNKED.len(), second in 0_usize..CHUNKED.len()) {
            let (low, high) = (first.min(second), first.max(second));
            let (decoder, body) = decode(&[&CHUNKED[..low], &CHUNKED[low..high], &CHUNKED[high..]]).unwrap();
            prop_assert_eq!(body, "hello world");
            prop_assert!(decoder.is_complete());
        }
    }
}
