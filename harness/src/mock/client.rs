//! One connection of the mock: requests in, bytes out.

use super::{
    Served,
    http2::{Http2, PREFACE},
    script::Script,
};
use crate::{
    clock::{Clock, Nanos},
    socket,
};
use mio::{Interest, Registry, Token, net::TcpStream};
use std::io::{self, Write};

/// The longest request that is accepted, in bytes.
const MAXIMUM_REQUEST: usize = 256 << 20;

/// A request, taken off the connection.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) authorization: Option<String>,
    pub(crate) body: Vec<u8>,
}

/// What came is no HTTP that is spoken here.
#[derive(Debug)]
pub(crate) struct NotHttp;

/// An answer under way.
#[derive(Debug)]
pub(crate) struct Stream {
    pub(crate) script: Script,
    pub(crate) served: Served,
    /// When the next step is planned; the plan doesn't drift with what was late.
    pub(crate) due: Nanos,
    /// Bytes of the response's head that were sent, while they go one by one.
    pub(crate) dribbled: Option<usize>,
    pub(crate) head_sent: bool,
    /// The whole answer at once.
    pub(crate) whole: bool,
}

/// One connection.
pub(crate) struct Client {
    pub(crate) socket: TcpStream,
    input: Vec<u8>,
    output: Vec<u8>,
    http2: Option<Box<Http2>>,
    waits_to_write: bool,
    /// When the kernel received the last bytes that were read.
    pub(crate) arrived: Nanos,
    pub(crate) stream: Option<Stream>,
    /// Bytes of an endless line that are still to be sent.
    pub(crate) endless: u64,
}

impl Client {
    /// A connection that was just accepted.
    pub(crate) fn new(socket: TcpStream) -> Self {
        let _ = socket.set_nodelay(true);
        socket::stamp_arrivals(&socket);
        Self {
            socket,
            input: Vec::new(),
            output: Vec::new(),
            http2: None,
            waits_to_write: false,
            arrived: 0,
            stream: None,
            endless: 0,
        }
    }

    /// Reads all that is there. False when the other side has closed.
    pub(crate) fn read(&mut self, clock: &Clock, buffer: &mut [u8], control: &mut [u8]) -> io::Result<bool> {
        loop {
            match socket::receive(&self.socket, buffer, control) {
                Ok((0, _)) => return Ok(false),
                Ok((length, stamp)) => {
                    self.arrived = clock.stamp(stamp).at;
                    if self.input.len() + length > MAXIMUM_REQUEST {
                        return Ok(false);
                    }
                    self.input.extend_from_slice(&buffer[..length]);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(true),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// The next complete request.
    ///
    /// # Errors
    /// When what came is not HTTP.
    pub(crate) fn request(&mut self) -> Result<Option<Request>, NotHttp> {
        self.take_frames().map_err(|_| NotHttp)?;
        if let Some(http2) = &mut self.http2 {
            return Ok(http2.request());
        }
        // The beginning of HTTP/2 is no request of HTTP/1.1.
        if PREFACE.starts_with(&self.input) {
            return Ok(None);
        }
        self.request_of_http1().map_err(|_| NotHttp)
    }

    /// Takes in what has come of HTTP/2, where that is spoken: leave to send more among it.
    pub(crate) fn take_frames(&mut self) -> Result<(), h2::Error> {
        if self.http2.is_none() && self.input.starts_with(PREFACE) {
            self.http2 = Some(Box::new(Http2::new()));
        }
        let Some(http2) = &mut self.http2 else { return Ok(()) };
        let input = std::mem::take(&mut self.input);
        http2.take(&input, &mut self.output)
    }

    fn request_of_http1(&mut self) -> Result<Option<Request>, httparse::Error> {
        let mut fields = [httparse::EMPTY_HEADER; 64];
        let mut request = httparse::Request::new(&mut fields);
        let httparse::Status::Complete(head) = request.parse(&self.input)? else { return Ok(None) };
        let field = |name: &str| {
            let field = request.headers.iter().find(|field| field.name.eq_ignore_ascii_case(name))?;
            std::str::from_utf8(field.value).ok()
        };
        let length: usize = field("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        let end = head.saturating_add(length);
        if self.input.len() < end {
            return Ok(None);
        }
        let taken = Request {
            method: request.method.unwrap_or_default().to_owned(),
            path: request.path.unwrap_or_default().to_owned(),
            authorization: field("authorization").map(str::to_owned),
            body: self.input[head..end].to_vec(),
        };
        self.input.drain(..end);
        Ok(Some(taken))
    }

    /// Sends `bytes` of an answer, written as in HTTP/1.1, or keeps what the kernel doesn't take for later.
    pub(crate) fn send(&mut self, bytes: &[u8], registry: &Registry, token: Token) -> io::Result<()> {
        let Some(http2) = &mut self.http2 else { return self.write(bytes, registry, token) };
        let mut frames = Vec::new();
        http2.send(bytes, &mut frames).map_err(io::Error::other)?;
        self.write(&frames, registry, token)
    }

    fn write(&mut self, bytes: &[u8], registry: &Registry, token: Token) -> io::Result<()> {
        let mut rest = bytes;
        while self.output.is_empty() && !rest.is_empty() {
            match self.socket.write(rest) {
                Ok(written) => rest = &rest[written..],
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.output.extend_from_slice(rest);
        self.watch(registry, token)
    }

    /// Sends what was kept, now that the socket takes more.
    pub(crate) fn flush(&mut self, registry: &Registry, token: Token) -> io::Result<()> {
        let kept = std::mem::take(&mut self.output);
        self.write(&kept, registry, token)?;
        while self.endless > 0 && self.output.is_empty() {
            let piece = vec![b'x'; usize::try_from(self.endless).unwrap_or(usize::MAX).min(256 << 10)];
            self.endless -= piece.len() as u64;
            self.write(&piece, registry, token)?;
        }
        self.watch(registry, token)
    }

    /// Asks for write events only while something waits to be written: each of them costs.
    fn watch(&mut self, registry: &Registry, token: Token) -> io::Result<()> {
        let waits = !self.output.is_empty() || self.endless > 0;
        if waits != self.waits_to_write {
            let interest = if waits { Interest::READABLE | Interest::WRITABLE } else { Interest::READABLE };
            registry.reregister(&mut self.socket, token, interest)?;
            self.waits_to_write = waits;
        }
        Ok(())
    }
}

/// Makes closing `socket` a reset instead of an orderly end.
pub(crate) fn reset_on_close(socket: &TcpStream) {
    let linger = nix::libc::linger { l_onoff: 1, l_linger: 0 };
    let _ = nix::sys::socket::setsockopt(socket, nix::sys::socket::sockopt::Linger, &linger);
}
