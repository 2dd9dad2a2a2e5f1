//! The client against a server whose latencies are known, at the concurrency that is about to be measured.

use super::{
    Point,
    live::{Live, Task},
};
use crate::{
    cli::Failed,
    clock::{Clock, MICROSECOND, Nanos, SECOND},
    load::{Arrival, Drive, Engine, Limits, Protocol, Ramp, Route, Timeouts, open_arrivals},
    measure::{Clocking, Exchange, Tally, distribution, summarise},
    mock::{Mock, Served, Settings, Spread},
    protocol::{Interface, RequestShape, Target},
    workload::{Kind, Lengths, Ruler, Workload},
};
use record::{Calibration, Distribution, RampShape};
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

/// Output tokens of each request, where that isn't too many at once.
const TOKENS: u32 = 16;

/// The mock shares this machine, and perhaps the client's core, so it sends no more tokens a second than this: what is
/// looked for is the client's error at so many streams, not what the machine can carry twice.
const TOKENS_PER_SECOND: u32 = 25_000;

/// The least time between two tokens of an answer.
const GAP: Duration = Duration::from_millis(10);

/// The fewest requests to compare.
const LEAST: u32 = 4;

/// Streams begin this long after each other, for the same reason.
const STAGGER: Nanos = 200 * MICROSECOND;

/// An open load is sent to the mock for so long, and no more than so many of its requests.
const OPEN: (Nanos, u32) = (2 * SECOND, 1000);

/// Measures the mock at the load of `point`: as many streams, or its arrivals.
pub(crate) fn against_mock(
    settings: &super::Settings,
    point: &Point,
    live: &Live,
    stop: &AtomicBool,
) -> Result<Calibration, Failed> {
    let failed = |error: std::io::Error| Failed::here(format!("calibrating against the mock: {error}"));
    let mock = Mock::bind(
        SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
        Settings { keep: true, itl: Spread::Fixed(gap(point)), ..Settings::default() },
    )
    .and_then(Mock::spawn)
    .map_err(failed)?;
    let (arrival, limits) = load(settings, point);
    let output = tokens(point);
    let tally = Arc::new(Tally::default());
    live.show(Task {
        title: "the built-in mock, whose latencies are known".into(),
        load: point.label(),
        phase: "calibrating",
        requests: Some(limits.requests),
        duration: limits.duration,
        tally: tally.clone(),
        ..Task::default()
    });
    let connections = point.preconnect(limits.requests);
    let (exchanges, peak) =
        drive((mock.address, output), connections, arrival, limits, &tally, stop).map_err(failed)?;
    let served = mock.stop().map_err(failed)?;
    Ok(compare(peak, &exchanges, &served))
}

/// How far apart the tokens of an answer are.
fn gap(point: &Point) -> Duration {
    match point {
        Point::Closed { slots } => GAP.max(Duration::from_secs(1) * *slots / TOKENS_PER_SECOND),
        _ => GAP,
    }
}

/// How many tokens an answer has.
fn tokens(point: &Point) -> u32 {
    match point {
        Point::Rate { rate, .. } => ((f64::from(TOKENS_PER_SECOND) / rate) as u32).clamp(2, TOKENS),
        _ => TOKENS,
    }
}

/// The load of `point`, from its start and without its ramp.
fn load(settings: &super::Settings, point: &Point) -> (Arrival, Limits) {
    let (duration, most) = OPEN;
    let open = Limits { requests: most, turns: 1, duration: Some(duration) };
    match point {
        Point::Closed { slots } => {
            let (from, duration) = (1.0, STAGGER * u64::from(*slots));
            let ramp = Ramp { shape: RampShape::Linear, from, duration };
            let arrival = Arrival::Closed { slots: *slots as usize, ramp };
            (arrival, Limits { requests: LEAST.max(*slots), turns: 1, duration: None })
        }
        Point::Rate { rate, burstiness } => {
            let times = open_arrivals(*rate, *burstiness, Ramp::NONE, settings.seed);
            (Arrival::Open { times, ceiling: settings.ceiling }, open)
        }
        Point::Trace { .. } => (settings.arrival(point, settings.seed), open),
    }
}

fn drive(
    (address, output): (SocketAddr, u32),
    connections: usize,
    arrival: Arrival,
    limits: Limits,
    tally: &Tally,
    stop: &AtomicBool,
) -> std::io::Result<(Vec<Exchange>, usize)> {
    let target =
        Target { secure: false, host: address.ip().to_string(), port: address.port(), base: String::new() };
    let shape =
        RequestShape { target, interface: Interface::Completions, model: "mock".into(), api_key: None };
    let limit = Duration::from_secs(30);
    let timeouts = Timeouts { connect: limit, first_token: limit, token_gap: limit, total: limit };
    let route = Route { address, security: None, protocol: Protocol::Http1, timeouts, retries: 0 };
    let mut engine = Engine::new(&route, Clock::start())?;
    let _ = engine.preconnect(connections)?;
    let lengths = Lengths::Nominal { input: 16, output, range: 1.0 };
    let ruler = Ruler::words(Interface::Completions);
    let workload = Workload { shape, kind: Kind::Random, lengths, ruler, seed: 0 };
    let prompts = workload.prepare(limits.requests, limits.requests as usize)?;
    let mut exchanges = Vec::new();
    let ended = &mut |exchange| exchanges.push(exchange);
    let jobs = &prompts.prepared;
    let driven = Drive { engine: &mut engine, jobs, talk: None, limits, stop, tally, ended }.run(arrival)?;
    Ok((exchanges, driven.peak))
}

/// The client's figures less the mock's.
fn compare(concurrency: usize, exchanges: &[Exchange], served: &[Served]) -> Calibration {
    let latency = summarise(exchanges, Clocking::Sent, None, None).record.latency.unwrap_or_default();
    let truth = distribution(&mut served.iter().filter_map(Served::ttft).collect::<Vec<_>>());
    let gaps = served.iter().flat_map(|served| {
        served.sent.windows(2).map(|pair| (pair[1] - pair[0]) as f64 / crate::clock::SECOND as f64)
    });
    let true_itl = distribution(&mut gaps.collect::<Vec<_>>());
    let difference = |ours: &Option<Distribution>,
                      theirs: &Option<Distribution>,
                      figure: fn(&Distribution) -> Option<f64>| {
        Some(figure(ours.as_ref()?)? - figure(theirs.as_ref()?)?)
    };
    Calibration {
        concurrency: u32::try_from(concurrency).unwrap_or(u32::MAX),
        requests: exchanges.len() as u64,
        ttft_mean_s: latency.ttft.as_ref().and_then(|ttft| ttft.mean),
        ttft_mean_error_s: difference(&latency.ttft, &truth, |figures| figures.mean),
        ttft_p99_error_s: difference(&latency.ttft, &truth, |figures| figures.p99),
        itl_mean_error_s: difference(&latency.itl, &true_itl, |figures| figures.mean),
    }
}
