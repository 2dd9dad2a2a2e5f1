//! HTTP/2 on a connection of the client: the frames are the `h2` library's, the bytes and their stamps the event loop's.
//!
//! A connection carries one request at a time, as with HTTP/1.1, so that no answer waits behind another's bytes and each
//! read's stamp belongs to one answer. Each read is fed by itself, so output bears the kernel's stamp here too.

use crate::{
    clock::Nanos,
    measure::Failure,
    pipe::Pipe,
    protocol::{Answer, Fault, Head},
};
use bytes::Bytes;
use h2::{
    RecvStream,
    client::{Connection, ResponseFuture, SendRequest},
};
use std::{
    future::Future,
    io,
    pin::Pin,
    task::{Context, Poll, Waker},
};

/// What a server may send before we say that we have taken it in, a stream and a connection.
const STREAM_WINDOW: u32 = 4 << 20;
const CONNECTION_WINDOW: u32 = 16 << 20;

type Opened = (SendRequest<Bytes>, Connection<Pipe, Bytes>);
type Handshake = Pin<Box<dyn Future<Output = Result<Opened, h2::Error>> + Send>>;

enum State {
    Shaking(Handshake),
    Open(Box<Opened>),
    /// The other side wants no more requests on it.
    Over,
}

enum Receiving {
    Head(ResponseFuture),
    Body(RecvStream),
}

/// One connection's HTTP/2.
pub(super) struct Http2 {
    pipe: Pipe,
    state: State,
    receiving: Option<Receiving>,
    scheme: &'static str,
}

impl Http2 {
    /// A connection that is about to say hello, over TLS or in the clear.
    pub(super) fn new(secure: bool) -> Self {
        let pipe = Pipe::default();
        let mut builder = h2::client::Builder::new();
        builder
            .enable_push(false)
            .initial_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW);
        let end = pipe.clone();
        let handshake = Box::pin(async move { builder.handshake(end).await });
        Self {
            pipe,
            state: State::Shaking(handshake),
            receiving: None,
            scheme: if secure { "https" } else { "http" },
        }
    }

    /// Sends a request that is written as in HTTP/1.1.
    pub(super) fn send(&mut self, request: &[u8], output: &mut Vec<u8>) -> io::Result<()> {
        let (request, body) = translate(request, self.scheme).ok_or(io::ErrorKind::InvalidInput)?;
        let _ = self.turn(None, 0);
        let State::Open(opened) = &mut self.state else { return Err(io::ErrorKind::ConnectionReset.into()) };
        // Whatever is wrong with a connection that was idle, a fresh one may do better.
        let gone = |_| io::Error::from(io::ErrorKind::ConnectionReset);
        let (response, mut stream) = opened.0.send_request(request, false).map_err(gone)?;
        stream.send_data(body, true).map_err(gone)?;
        self.receiving = Some(Receiving::Head(response));
        let _ = self.turn(None, 0);
        self.pipe.drain(output);
        Ok(())
    }

    /// Takes in bytes that arrived at `at`, and gives `answer` what they hold; what there is to send goes to `output`.
    pub(super) fn take(
        &mut self,
        bytes: &[u8],
        at: Nanos,
        mut answer: Option<&mut Answer>,
        output: &mut Vec<u8>,
    ) -> Result<(), Failure> {
        self.pipe.feed(bytes);
        // The second time for what the first has made possible, such as leave to send more.
        let result = self.turn(answer.as_deref_mut(), at).and_then(|()| self.turn(answer, at));
        self.pipe.drain(output);
        result
    }

    /// Lets the library do what it can do now.
    fn turn(&mut self, answer: Option<&mut Answer>, at: Nanos) -> Result<(), Failure> {
        let mut context = Context::from_waker(Waker::noop());
        if let State::Shaking(handshake) = &mut self.state {
            let Poll::Ready(opened) = handshake.as_mut().poll(&mut context) else { return Ok(()) };
            self.state = State::Open(Box::new(opened.map_err(|error| failure(&error))?));
        }
        let State::Open(opened) = &mut self.state else { return Ok(()) };
        let polled = Pin::new(&mut opened.1).poll(&mut context);
        // What was received before the end counts before the end does.
        if let Some(answer) = answer {
            self.receive(answer, at, &mut context)?;
        }
        if let Poll::Ready(result) = polled {
            self.state = State::Over;
            result.map_err(|error| failure(&error))?;
        }
        Ok(())
    }

    fn receive(&mut self, answer: &mut Answer, at: Nanos, context: &mut Context<'_>) -> Result<(), Failure> {
        if let Some(Receiving::Head(response)) = &mut self.receiving {
            let Poll::Ready(response) = Pin::new(response).poll(context) else { return Ok(()) };
            let (parts, body) = response.map_err(|error| failure(&error))?.into_parts();
            answer.begin(head(&parts));
            self.receiving = Some(Receiving::Body(body));
        }
        let Some(Receiving::Body(body)) = &mut self.receiving else { return Ok(()) };
        while let Poll::Ready(data) = body.poll_data(context) {
            let Some(data) = data else {
                answer.finish();
                self.receiving = None;
                break;
            };
            let data = data.map_err(|error| failure(&error))?;
            let _ = body.flow_control().release_capacity(data.len());
            answer.feed_body(&data, at).map_err(Failure::Fault)?;
        }
        Ok(())
    }

    /// Whether it can take another request.
    pub(super) fn is_open(&self) -> bool {
        !matches!(self.state, State::Over)
    }
}

/// A request written as in HTTP/1.1 as one of HTTP/2, and its body.
fn translate(bytes: &[u8], scheme: &str) -> Option<(http::Request<()>, Bytes)> {
    let mut fields = [httparse::EMPTY_HEADER; 16];
    let mut parsed = httparse::Request::new(&mut fields);
    let httparse::Status::Complete(length) = parsed.parse(bytes).ok()? else { return None };
    let mut authority = "";
    let mut request = http::Request::builder().method(parsed.method?).version(http::Version::HTTP_2);
    for field in parsed.headers.iter() {
        if field.name.eq_ignore_ascii_case("host") {
            authority = std::str::from_utf8(field.value).ok()?;
        } else {
            request = request.header(field.name, field.value);
        }
    }
    let request = request.uri(format!("{scheme}://{authority}{}", parsed.path?)).body(()).ok()?;
    Some((request, Bytes::copy_from_slice(&bytes[length..])))
}

fn head(parts: &http::response::Parts) -> Head {
    let field = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
    Head {
        status: parts.status.as_u16(),
        keep_alive: true,
        event_stream: field("content-type").is_some_and(|value| value.starts_with("text/event-stream")),
        server: field("server").map(|value| value.to_ascii_lowercase().chars().take(100).collect()),
    }
}

fn failure(error: &h2::Error) -> Failure {
    match error.get_io() {
        Some(error) => Failure::of_transfer(error),
        None if error.is_reset() || error.is_go_away() => Failure::Http2(error.to_string()),
        None => Failure::Fault(Fault::NotHttp),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_keeps_its_path_its_fields_and_its_body() {
        let bytes = b"POST /base/v1/completions HTTP/1.1\r\nHost: localhost:1\r\nAuthorization: Bearer k\r\nContent-Length: 2\r\n\r\n{}";
        let (request, body) = translate(bytes, "http").unwrap();
        assert_eq!(request.uri(), "http://localhost:1/base/v1/completions");
        assert_eq!(request.method(), "POST");
        assert_eq!(request.headers()["authorization"], "Bearer k");
        assert!(!request.headers().contains_key("host"));
        assert_eq!(&body[..], b"{}");
        assert!(translate(b"nonsense", "http").is_none());
    }
}
