//! One connection of the client and the request that it carries.

use super::{Job, Protocol, Route, http2::Http2};
use crate::{
    clock::{Clock, Nanos},
    measure::{Exchange, Failure},
    protocol::{Answer, Fault},
    socket,
};
use mio::{Interest, Registry, Token, net::TcpStream};
use std::io::{self, Read, Write};

/// Where a connection stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// The TCP connection is being made.
    Connecting,
    /// The TLS handshake is under way.
    Securing,
    /// Ready for a request, or carrying one.
    Open,
}

/// A request under way.
pub(crate) struct Active {
    pub(crate) job: Job,
    pub(crate) exchange: Exchange,
    pub(crate) answer: Answer,
}

/// One connection.
pub(crate) struct Connection {
    pub(crate) socket: TcpStream,
    tls: Option<Box<rustls::ClientConnection>>,
    http2: Option<Box<Http2>>,
    pub(crate) stage: Stage,
    pub(crate) opened: Nanos,
    output: Vec<u8>,
    interest: Interest,
    pub(crate) active: Option<Box<Active>>,
}

impl Connection {
    /// Begins to connect.
    pub(crate) fn open(route: &Route, clock: &Clock, registry: &Registry, token: Token) -> io::Result<Self> {
        let tls = match &route.security {
            Some(security) => Some(Box::new(
                rustls::ClientConnection::new(security.config.clone(), security.name.clone())
                    .map_err(io::Error::other)?,
            )),
            None => None,
        };
        let mut socket = TcpStream::connect(route.address)?;
        let interest = Interest::READABLE | Interest::WRITABLE;
        registry.register(&mut socket, token, interest)?;
        Ok(Self {
            socket,
            tls,
            http2: (route.protocol == Protocol::Http2)
                .then(|| Box::new(Http2::new(route.security.is_some()))),
            stage: Stage::Connecting,
            opened: clock.now(),
            output: Vec::new(),
            interest,
            active: None,
        })
    }

    /// Chunks with output that its answer has so far.
    pub(crate) fn outputs(&self) -> usize {
        self.active.as_ref().map_or(0, |active| active.answer.outputs.len())
    }

    /// Whether it can take a request at once.
    pub(crate) fn is_free(&self) -> bool {
        self.active.is_none()
            && self.stage == Stage::Open
            && self.http2.as_ref().is_none_or(|http2| http2.is_open())
    }

    /// Carries on when the socket has become writable.
    pub(crate) fn writable(&mut self, registry: &Registry, token: Token) -> Result<(), Failure> {
        if self.stage == Stage::Connecting {
            if let Some(error) = self.socket.take_error().unwrap_or_else(Some) {
                return Err(Failure::of_connecting(&error));
            }
            match self.socket.peer_addr() {
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::NotConnected => return Ok(()),
                Err(error) => return Err(Failure::of_connecting(&error)),
            }
            let _ = self.socket.set_nodelay(true);
            socket::stamp_arrivals(&self.socket);
            self.stage = if self.tls.is_some() { Stage::Securing } else { Stage::Open };
        }
        self.flush(registry, token).map_err(|error| Failure::of_transfer(&error))
    }

    /// Sends a request's bytes, or as many of them as the kernel takes now.
    pub(crate) fn send(&mut self, bytes: &[u8], registry: &Registry, token: Token) -> io::Result<()> {
        let mut frames = Vec::new();
        let bytes = match &mut self.http2 {
            Some(http2) => {
                http2.send(bytes, &mut frames)?;
                &frames
            }
            None => bytes,
        };
        self.write(bytes, registry, token)
    }

    fn write(&mut self, bytes: &[u8], registry: &Registry, token: Token) -> io::Result<()> {
        match &mut self.tls {
            Some(tls) => tls.writer().write_all(bytes)?,
            None if self.output.is_empty() && self.stage == Stage::Open => {
                let written = write_some(&mut self.socket, bytes)?;
                self.output.extend_from_slice(&bytes[written..]);
            }
            None => self.output.extend_from_slice(bytes),
        }
        self.flush(registry, token)
    }

    /// Writes what waits, and asks for write events only while something does.
    fn flush(&mut self, registry: &Registry, token: Token) -> io::Result<()> {
        if self.stage == Stage::Connecting {
            return Ok(());
        }
        if let Some(tls) = &mut self.tls {
            while tls.wants_write() {
                tls.write_tls(&mut self.output)?;
            }
        }
        let written = write_some(&mut self.socket, &self.output)?;
        self.output.drain(..written);
        let interest =
            if self.output.is_empty() { Interest::READABLE } else { Interest::READABLE | Interest::WRITABLE };
        if interest != self.interest {
            registry.reregister(&mut self.socket, token, interest)?;
            self.interest = interest;
        }
        Ok(())
    }

    /// Takes in bytes that arrived at `at`.
    pub(crate) fn take(
        &mut self,
        bytes: &[u8],
        at: Nanos,
        registry: &Registry,
        token: Token,
    ) -> Result<(), Failure> {
        if self.tls.is_none() {
            return self.answer(bytes, at, registry, token);
        }
        let plain = self.decrypt(bytes)?;
        self.flush(registry, token).map_err(|error| Failure::of_transfer(&error))?;
        if plain.is_empty() { Ok(()) } else { self.answer(&plain, at, registry, token) }
    }

    fn decrypt(&mut self, mut bytes: &[u8]) -> Result<Vec<u8>, Failure> {
        let mut plain = Vec::new();
        let Some(tls) = &mut self.tls else { return Ok(plain) };
        while !bytes.is_empty() {
            tls.read_tls(&mut bytes).map_err(|error| Failure::of_transfer(&error))?;
            let state = tls.process_new_packets().map_err(|error| Failure::tls(&error))?;
            let start = plain.len();
            plain.resize(start + state.plaintext_bytes_to_read(), 0);
            tls.reader().read_exact(&mut plain[start..]).map_err(|error| Failure::of_transfer(&error))?;
        }
        if !tls.is_handshaking() && self.stage == Stage::Securing {
            if self.http2.is_some() && tls.alpn_protocol() != Some(b"h2") {
                return Err(Failure::Tls("the server doesn't offer HTTP/2".into()));
            }
            self.stage = Stage::Open;
        }
        Ok(plain)
    }

    fn answer(&mut self, bytes: &[u8], at: Nanos, registry: &Registry, token: Token) -> Result<(), Failure> {
        let Some(http2) = &mut self.http2 else {
            let Some(active) = &mut self.active else { return Err(Failure::Fault(Fault::NotHttp)) };
            return active.answer.feed(bytes, at).map_err(Failure::Fault);
        };
        let mut frames = Vec::new();
        let answer = self.active.as_mut().map(|active| &mut active.answer);
        let result = http2.take(bytes, at, answer, &mut frames);
        if !frames.is_empty() {
            self.write(&frames, registry, token).map_err(|error| Failure::of_transfer(&error))?;
        }
        result
    }
}

/// Writes until the socket takes no more; how much went.
fn write_some(socket: &mut TcpStream, bytes: &[u8]) -> io::Result<usize> {
    let mut written = 0;
    while written < bytes.len() {
        match socket.write(&bytes[written..]) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(length) => written += length,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(written)
}
