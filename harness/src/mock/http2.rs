//! HTTP/2 on a connection of the mock: requests out of frames, and answers, written as in HTTP/1.1, into frames. One
//! stream at a time.

use super::client::Request;
use crate::{pipe::Pipe, protocol::Decoder};
use bytes::Bytes;
use h2::{
    RecvStream, SendStream,
    server::{Connection, SendResponse},
};
use std::{
    collections::VecDeque,
    future::Future,
    pin::Pin,
    task::{Context, Poll, Waker},
};

/// How a connection that speaks HTTP/2 begins.
pub(super) const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

type Handshake = Pin<Box<dyn Future<Output = Result<Connection<Pipe, Bytes>, h2::Error>> + Send>>;

enum State {
    Shaking(Handshake),
    Open(Box<Connection<Pipe, Bytes>>),
}

/// A request whose body is on its way.
struct Arriving {
    parts: http::request::Parts,
    stream: RecvStream,
    body: Vec<u8>,
    response: SendResponse<Bytes>,
}

/// An answer under way.
struct Answering {
    response: SendResponse<Bytes>,
    decoder: Decoder,
    stream: Option<SendStream<Bytes>>,
}

/// One connection's HTTP/2.
pub(super) struct Http2 {
    pipe: Pipe,
    state: State,
    arriving: Vec<Arriving>,
    arrived: VecDeque<(Request, SendResponse<Bytes>)>,
    answering: Option<Answering>,
}

impl Http2 {
    /// A connection that has just begun.
    pub(super) fn new() -> Self {
        let pipe = Pipe::default();
        let mut builder = h2::server::Builder::new();
        builder.initial_window_size(16 << 20).initial_connection_window_size(64 << 20);
        let end = pipe.clone();
        let handshake = Box::pin(async move { builder.handshake(end).await });
        Self {
            pipe,
            state: State::Shaking(handshake),
            arriving: Vec::new(),
            arrived: VecDeque::new(),
            answering: None,
        }
    }

    /// Takes in bytes; what there is to send goes to `output`.
    pub(super) fn take(&mut self, bytes: &[u8], output: &mut Vec<u8>) -> Result<(), h2::Error> {
        self.pipe.feed(bytes);
        let result = self.turn().and_then(|()| self.turn());
        self.pipe.drain(output);
        result
    }

    fn turn(&mut self) -> Result<(), h2::Error> {
        let mut context = Context::from_waker(Waker::noop());
        if let State::Shaking(handshake) = &mut self.state {
            match handshake.as_mut().poll(&mut context) {
                Poll::Pending => return Ok(()),
                Poll::Ready(opened) => self.state = State::Open(Box::new(opened?)),
            }
        }
        let State::Open(connection) = &mut self.state else { return Ok(()) };
        while let Poll::Ready(Some(accepted)) = connection.poll_accept(&mut context) {
            let (request, response) = accepted?;
            let (parts, stream) = request.into_parts();
            self.arriving.push(Arriving { parts, stream, body: Vec::new(), response });
        }
        let mut rest = Vec::new();
        for mut arriving in self.arriving.drain(..) {
            if receive(&mut arriving, &mut context)? {
                self.arrived.push_back((request(&arriving.parts, arriving.body), arriving.response));
            } else {
                rest.push(arriving);
            }
        }
        self.arriving = rest;
        Ok(())
    }

    /// The next complete request; what is sent next is its answer.
    pub(super) fn request(&mut self) -> Option<Request> {
        let (request, response) = self.arrived.pop_front()?;
        self.answering = Some(Answering { response, decoder: Decoder::new(), stream: None });
        Some(request)
    }

    /// Sends a piece of an answer that is written as in HTTP/1.1.
    pub(super) fn send(&mut self, bytes: &[u8], output: &mut Vec<u8>) -> Result<(), h2::Error> {
        if let Some(answering) = &mut self.answering {
            let mut body = Vec::new();
            // The mock writes its own answers, and they are sound.
            let _ = answering.decoder.feed(bytes, &mut |piece| body.extend_from_slice(piece));
            if answering.stream.is_none()
                && let Some(head) = answering.decoder.head()
            {
                let kind =
                    if head.event_stream { "text/event-stream; charset=utf-8" } else { "application/json" };
                let head = http::Response::builder()
                    .status(head.status)
                    .header("server", "inferencemax-mock")
                    .header("content-type", kind)
                    .body(());
                if let Ok(head) = head {
                    answering.stream = Some(answering.response.send_response(head, false)?);
                }
            }
            let ends = answering.decoder.is_complete();
            if let Some(stream) = &mut answering.stream
                && (ends || !body.is_empty())
            {
                stream.send_data(body.into(), ends)?;
            }
            if ends {
                self.answering = None;
            }
        }
        let result = self.turn();
        self.pipe.drain(output);
        result
    }
}

/// Takes in what has come of a body; whether that is all.
fn receive(arriving: &mut Arriving, context: &mut Context<'_>) -> Result<bool, h2::Error> {
    while let Poll::Ready(data) = arriving.stream.poll_data(context) {
        let Some(data) = data else { return Ok(true) };
        let data = data?;
        arriving.body.extend_from_slice(&data);
        arriving.stream.flow_control().release_capacity(data.len())?;
    }
    Ok(false)
}

fn request(parts: &http::request::Parts, body: Vec<u8>) -> Request {
    let authorization = parts.headers.get("authorization").and_then(|value| value.to_str().ok());
    Request {
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        authorization: authorization.map(str::to_owned),
        body,
    }
}
