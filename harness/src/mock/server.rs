//! The mock's event loop.

use super::{
    Fault, Served, Settings,
    asked::Asked,
    client::{Client, Request, Stream, reset_on_close},
    script::{self, STREAM_HEAD, Script},
    served::Ledger,
    tokenize,
};
use crate::{
    clock::{Clock, MILLISECOND, Nanos, nanos},
    protocol::Interface,
    socket::{self, Alarm},
};
use mio::{Events, Interest, Poll, Token, Waker, net::TcpListener};
use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

const LISTENER: Token = Token(0);
const ALARM: Token = Token(1);
const WAKER: Token = Token(2);
const FIRST_CLIENT: usize = 3;

/// Steps are taken in batches this far apart, so that the loop doesn't wake for each single token.
const TICK: Nanos = MILLISECOND / 4;

/// Between two bytes of a head that is sent slowly.
const DRIBBLE: Nanos = 20 * MILLISECOND;

/// A mock that is bound to its address and not running yet.
pub struct Mock {
    poll: Poll,
    listener: TcpListener,
    clients: Vec<Option<Client>>,
    free: Vec<usize>,
    /// When to take which client's next step; the last number tells a slot's clients apart.
    steps: BinaryHeap<Reverse<(Nanos, usize, u64)>>,
    ages: Vec<u64>,
    streams: usize,
    /// Completion requests so far.
    asked: u64,
    settings: Settings,
    random: fastrand::Rng,
    clock: Clock,
    ledger: Ledger,
    alarm: Alarm,
    control: Vec<u8>,
    scratch: Vec<u8>,
    buffer: Vec<u8>,
    stop: Arc<AtomicBool>,
}

/// A mock that runs on a thread of its own.
#[derive(Debug)]
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    stop: Arc<AtomicBool>,
    waker: Waker,
    thread: JoinHandle<io::Result<Vec<Served>>>,
}

impl Running {
    /// Stops it. What it served comes back when [`Settings::keep`] was set.
    ///
    /// # Errors
    /// What the mock's own sockets or log met.
    pub fn stop(self) -> io::Result<Vec<Served>> {
        self.stop.store(true, Ordering::Relaxed);
        self.waker.wake()?;
        self.thread.join().unwrap_or_else(|_| Err(io::Error::other("the mock's thread panicked")))
    }
}

impl Mock {
    /// Binds to `address` and opens the log.
    ///
    /// # Errors
    /// When the address is taken or the log can't be written.
    pub fn bind(address: SocketAddr, settings: Settings) -> io::Result<Self> {
        socket::raise_open_files();
        let poll = Poll::new()?;
        let mut listener = TcpListener::bind(address)?;
        poll.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
        Ok(Self {
            alarm: Alarm::new(poll.registry(), ALARM)?,
            poll,
            listener,
            clients: Vec::new(),
            free: Vec::new(),
            steps: BinaryHeap::new(),
            ages: Vec::new(),
            streams: 0,
            asked: 0,
            random: fastrand::Rng::with_seed(settings.seed),
            clock: Clock::start(),
            ledger: Ledger::open(settings.log.as_deref(), settings.keep)?,
            control: socket::control_buffer(),
            scratch: Vec::new(),
            buffer: vec![0; 64 << 10],
            stop: Arc::new(AtomicBool::new(false)),
            settings,
        })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// When the system doesn't tell.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// The flag that ends [`Mock::run`] at its next event, or after 200 ms.
    pub fn stop_flag(&self) -> Arc<AtomicBool> {
        self.stop.clone()
    }

    /// Runs on a thread of its own.
    ///
    /// # Errors
    /// When the thread can't be started.
    pub fn spawn(self) -> io::Result<Running> {
        let (address, stop) = (self.address()?, self.stop.clone());
        let waker = Waker::new(self.poll.registry(), WAKER)?;
        let thread = std::thread::Builder::new().name("mock".into()).spawn(move || self.run())?;
        Ok(Running { address, stop, waker, thread })
    }

    /// Serves until stopped.
    ///
    /// # Errors
    /// When polling fails or the log can't be written.
    pub fn run(mut self) -> io::Result<Vec<Served>> {
        let mut events = Events::with_capacity(1024);
        while !self.stop.load(Ordering::Relaxed) {
            let mut timeout = Duration::from_millis(200);
            if let Some(Reverse((due, ..))) = self.steps.peek() {
                let due = due.next_multiple_of(TICK);
                timeout = self.alarm.set(Duration::from_nanos(due.saturating_sub(self.clock.now())))?;
            }
            match self.poll.poll(&mut events, Some(timeout)) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                result => result?,
            }
            for event in &events {
                match event.token() {
                    LISTENER => self.accept()?,
                    ALARM | WAKER => {}
                    Token(token) => self.ready(token - FIRST_CLIENT, event.is_writable())?,
                }
            }
            self.take_steps()?;
        }
        self.ledger.close()
    }

    fn accept(&mut self) -> io::Result<()> {
        loop {
            let mut socket = match self.listener.accept() {
                Ok((socket, _)) => socket,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                // Nobody waits, or there is no room; the next connection attempt wakes us again.
                Err(_) => return Ok(()),
            };
            let slot = self.free.pop().unwrap_or_else(|| {
                self.clients.push(None);
                self.ages.push(0);
                self.clients.len() - 1
            });
            self.poll.registry().register(&mut socket, Token(slot + FIRST_CLIENT), Interest::READABLE)?;
            self.clients[slot] = Some(Client::new(socket));
        }
    }

    fn ready(&mut self, slot: usize, writable: bool) -> io::Result<()> {
        let Some(client) = &mut self.clients[slot] else { return Ok(()) };
        if writable && client.flush(self.poll.registry(), Token(slot + FIRST_CLIENT)).is_err() {
            return self.drop_client(slot);
        }
        if !client.read(&self.clock, &mut self.buffer, &mut self.control).unwrap_or(false) {
            return self.drop_client(slot);
        }
        let token = Token(slot + FIRST_CLIENT);
        if client.take_frames().is_err() || client.flush(self.poll.registry(), token).is_err() {
            return self.drop_client(slot);
        }
        self.take_requests(slot)
    }

    fn take_requests(&mut self, slot: usize) -> io::Result<()> {
        while let Some(client) = &mut self.clients[slot]
            && client.stream.is_none()
        {
            match client.request() {
                Ok(None) => break,
                Ok(Some(request)) => self.answer(slot, &request)?,
                Err(_) => {
                    self.send(slot, &script::error(400, "not an HTTP/1.1 request"))?;
                    self.drop_client(slot)?;
                }
            }
        }
        Ok(())
    }

    fn answer(&mut self, slot: usize, request: &Request) -> io::Result<()> {
        let expected = self.settings.api_key.as_ref().map(|key| format!("Bearer {key}"));
        let path = request.path.split('?').next().unwrap_or_default();
        let bytes = match (request.method.as_str(), path) {
            ("GET", "/health") => script::plain(200, "{}"),
            _ if expected.is_some() && request.authorization != expected => {
                script::error(401, "Incorrect API key provided")
            }
            ("GET", "/v1/models") => {
                let model = self.settings.model.as_deref().unwrap_or("mock");
                let list = serde_json::json!({"object": "list", "data": [{"id": model, "object": "model", "owned_by": "inferencemax-mock"}]});
                script::plain(200, &list.to_string())
            }
            ("GET", "/metrics") => script::plain(200, &self.ledger.metrics(self.settings.cached_share)),
            ("POST", "/v1/completions") => {
                return self.complete(slot, &request.body, Interface::Completions);
            }
            ("POST", "/v1/chat/completions") => return self.complete(slot, &request.body, Interface::Chat),
            ("POST", "/v1/responses") => return self.complete(slot, &request.body, Interface::Responses),
            ("POST", "/tokenize") if self.settings.tokenize => tokenize::answer(&request.body),
            (_, path) => script::error(404, &format!("no such path: {path}")),
        };
        self.send(slot, &bytes)
    }

    fn complete(&mut self, slot: usize, body: &[u8], interface: Interface) -> io::Result<()> {
        let asked: Asked = match serde_json::from_slice(body) {
            Ok(asked) => asked,
            Err(error) => return self.refuse(slot, 0, None, (400, &error.to_string())),
        };
        let input = asked.input_tokens();
        if let Some(model) = self.settings.model.as_ref().filter(|model| **model != asked.model) {
            let message = format!("The model `{}` does not exist; `{model}` does", asked.model);
            return self.refuse(slot, input, None, (404, &message));
        }
        let fault = self.draw_fault();
        match fault {
            Some(Fault::TooManyRequests) => return self.refuse(slot, input, fault, (429, "slow down")),
            Some(Fault::InternalError) => return self.refuse(slot, input, fault, (500, "something broke")),
            _ => {}
        }
        let Some(client) = &mut self.clients[slot] else { return Ok(()) };
        let script = Script::new(&asked, interface, &self.settings, fault);
        let received = client.arrived;
        let prefill = self.settings.prefill_per_token.as_nanos() as f64 * asked.input_tokens() as f64;
        let mut wait = nanos(self.settings.ttft.draw(&mut self.random)) + prefill as Nanos;
        if !asked.stream {
            wait += nanos(self.settings.itl.draw(&mut self.random)) * u64::from(asked.output_tokens() - 1);
        }
        let served = Served {
            received,
            sent: Vec::with_capacity(if self.ledger.wants_times() {
                asked.output_tokens() as usize
            } else {
                1
            }),
            input_tokens: asked.input_tokens(),
            output_tokens: 0,
            fault,
            status: 200,
        };
        let role = (asked.stream && script.role_first).then(|| script.role());
        let dribbled = (fault == Some(Fault::SlowHeaders)).then_some(0);
        let due = if dribbled.is_some() { received } else { received + wait };
        client.stream =
            Some(Stream { script, served, due, dribbled, head_sent: role.is_some(), whole: !asked.stream });
        self.streams += 1;
        self.steps.push(Reverse((due, slot, self.ages[slot])));
        match role {
            Some(role) => self.send(slot, &[STREAM_HEAD, &role].concat()),
            None => Ok(()),
        }
    }

    /// Answers a completion request with an error, and notes that.
    fn refuse(
        &mut self,
        slot: usize,
        input_tokens: u64,
        fault: Option<Fault>,
        (status, message): (u16, &str),
    ) -> io::Result<()> {
        if let Some(client) = &self.clients[slot] {
            let (received, sent) = (client.arrived, Vec::new());
            self.ledger.note(Served { received, sent, input_tokens, output_tokens: 0, fault, status })?;
        }
        self.send(slot, &script::error(status, message))
    }

    fn draw_fault(&mut self) -> Option<Fault> {
        let mut point = self.random.f64();
        self.asked += 1;
        if self.asked <= self.settings.faults_after {
            return None;
        }
        self.settings.faults.iter().find_map(|rate| {
            point -= rate.share;
            (point < 0.0).then_some(rate.fault)
        })
    }

    fn take_steps(&mut self) -> io::Result<()> {
        let now = self.clock.now();
        while let Some(Reverse((due, slot, age))) = self.steps.peek().copied()
            && due <= now
        {
            self.steps.pop();
            if self.ages[slot] == age {
                self.step(slot)?;
            }
        }
        Ok(())
    }

    /// The next step of a client's answer: usually, one chunk.
    fn step(&mut self, slot: usize) -> io::Result<()> {
        let Some(client) = &mut self.clients[slot] else { return Ok(()) };
        let Some(stream) = &mut client.stream else { return Ok(()) };
        if let Some(position) = stream.dribbled {
            let byte = &STREAM_HEAD[position..=position];
            let next = position + 1;
            stream.dribbled = (next < STREAM_HEAD.len()).then_some(next);
            stream.head_sent = stream.dribbled.is_none();
            stream.due += DRIBBLE;
            self.steps.push(Reverse((stream.due, slot, self.ages[slot])));
            return self.send(slot, byte);
        }
        if stream.whole {
            let bytes = stream.script.whole();
            stream.served.output_tokens = u64::from(stream.script.tokens());
            self.send(slot, &bytes)?;
            return self.finish(slot);
        }
        if let Some(fault) = stream.script.fault
            && (stream.script.is_half_sent() || fault == Fault::Silence)
            && self.strike(slot, fault)?
        {
            return Ok(());
        }
        self.send_chunk(slot)
    }

    fn send_chunk(&mut self, slot: usize) -> io::Result<()> {
        let Some(stream) = self.clients[slot].as_mut().and_then(|client| client.stream.as_mut()) else {
            return Ok(());
        };
        let mut bytes = std::mem::take(&mut self.scratch);
        bytes.clear();
        if !std::mem::replace(&mut stream.head_sent, true) {
            bytes.extend_from_slice(STREAM_HEAD);
        }
        let (tokens, last) = stream.script.next(&mut bytes);
        stream.served.output_tokens += u64::from(tokens);
        let gap = nanos(self.settings.itl.draw(&mut self.random)) * u64::from(tokens);
        let slowdown = 1.0 + self.settings.batch_slowdown * (self.streams - 1) as f64;
        stream.due += (gap as f64 * slowdown) as Nanos;
        if !last {
            self.steps.push(Reverse((stream.due, slot, self.ages[slot])));
        }
        if self.ledger.wants_times() || stream.served.sent.is_empty() {
            stream.served.sent.push(self.clock.now());
        }
        self.send(slot, &bytes)?;
        self.scratch = bytes;
        if last { self.finish(slot) } else { Ok(()) }
    }

    /// Lets a fault happen. Whether that was the answer's last step.
    fn strike(&mut self, slot: usize, fault: Fault) -> io::Result<bool> {
        match fault {
            Fault::Stall | Fault::Silence => {}
            Fault::Reset => {
                if let Some(client) = &self.clients[slot] {
                    reset_on_close(&client.socket);
                }
                self.drop_client(slot)?;
            }
            Fault::Truncate => self.drop_client(slot)?,
            Fault::Garbage => self.send(slot, &script::framed("data: {\"choices\":[{\n\n"))?,
            Fault::InvalidUtf8 => {
                self.send(slot, b"1c\r\ndata: {\"choices\":[{\"text\":\"\xff\r\n")?;
                self.send(slot, &script::framed("\"}]}\n\n"))?;
            }
            Fault::Endless => {
                self.send(slot, b"40000000\r\ndata: ")?;
                if let Some(client) = &mut self.clients[slot] {
                    client.endless = 1 << 30;
                    let token = Token(slot + FIRST_CLIENT);
                    if client.flush(self.poll.registry(), token).is_err() {
                        self.drop_client(slot)?;
                    }
                }
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn send(&mut self, slot: usize, bytes: &[u8]) -> io::Result<()> {
        let Some(client) = &mut self.clients[slot] else { return Ok(()) };
        if client.send(bytes, self.poll.registry(), Token(slot + FIRST_CLIENT)).is_err() {
            return self.drop_client(slot);
        }
        Ok(())
    }

    fn finish(&mut self, slot: usize) -> io::Result<()> {
        let Some(stream) = self.clients[slot].as_mut().and_then(|client| client.stream.take()) else {
            return Ok(());
        };
        self.streams -= 1;
        let closes = stream.script.fault == Some(Fault::CloseAfter);
        self.ledger.note(stream.served)?;
        if closes { self.drop_client(slot) } else { self.take_requests(slot) }
    }

    fn drop_client(&mut self, slot: usize) -> io::Result<()> {
        let Some(client) = self.clients[slot].take() else { return Ok(()) };
        self.ages[slot] += 1;
        self.free.push(slot);
        if let Some(stream) = client.stream {
            self.streams -= 1;
            self.ledger.note(stream.served)?;
        }
        Ok(())
    }
}
