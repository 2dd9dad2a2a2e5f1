//! The client against a server whose latencies are known, at the concurrency that is about to be measured.

use super::Point;
use crate::{
    cli::Failed,
    clock::Clock,
    load::{Arrival, Drive, Engine, Limits, Protocol, Ramp, Route, Timeouts},
    measure::{Clocking, Exchange, distribution, summarise},
    mock::{Mock, Served, Settings},
    protocol::{Interface, RequestShape, Target},
    workload::{Kind, Lengths, Ruler, Workload},
};
use record::{Calibration, Distribution};
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::atomic::AtomicBool,
    time::Duration,
};

/// Output tokens of each request.
const TOKENS: u32 = 32;

/// Measures the mock with as many streams as `point` has; none for an open load, whose streams aren't known ahead.
pub(crate) fn against_mock(point: &Point, stop: &AtomicBool) -> Result<Option<Calibration>, Failed> {
    let Point::Closed { slots } = point else { return Ok(None) };
    let failed = |error: std::io::Error| Failed::here(format!("calibrating against the mock: {error}"));
    let mock = Mock::bind(
        SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
        Settings { keep: true, ..Settings::default() },
    )
    .and_then(Mock::spawn)
    .map_err(failed)?;
    let exchanges = drive(mock.address, *slots, stop).map_err(failed)?;
    let served = mock.stop().map_err(failed)?;
    Ok(Some(compare(*slots, &exchanges, &served)))
}

fn drive(address: SocketAddr, slots: u32, stop: &AtomicBool) -> std::io::Result<Vec<Exchange>> {
    let target =
        Target { secure: false, host: address.ip().to_string(), port: address.port(), base: String::new() };
    let shape =
        RequestShape { target, interface: Interface::Completions, model: "mock".into(), api_key: None };
    let limit = Duration::from_secs(30);
    let timeouts = Timeouts { connect: limit, first_token: limit, token_gap: limit, total: limit };
    let route = Route { address, security: None, protocol: Protocol::Http1, timeouts, retries: 0 };
    let mut engine = Engine::new(&route, Clock::start())?;
    let _ = engine.preconnect(slots as usize)?;
    let lengths = Lengths::Nominal { input: 16, output: TOKENS, range: 1.0 };
    let requests = (slots * 2).max(16);
    let ruler = Ruler::words(Interface::Completions);
    let workload = Workload { shape, kind: Kind::Random, lengths, ruler, seed: 0 };
    let prompts = workload.prepare(requests, requests as usize)?;
    let mut exchanges = Vec::new();
    Drive {
        engine: &mut engine,
        jobs: &prompts.prepared,
        talk: None,
        limits: Limits { requests, turns: 1, duration: None },
        stop,
        ended: &mut |exchange, _| exchanges.push(exchange),
    }
    .run(Arrival::Closed { slots: slots as usize, ramp: Ramp { duration: 0 } })?;
    Ok(exchanges)
}

/// The client's figures less the mock's.
fn compare(concurrency: u32, exchanges: &[Exchange], served: &[Served]) -> Calibration {
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
        concurrency,
        requests: exchanges.len() as u64,
        ttft_mean_s: latency.ttft.as_ref().and_then(|ttft| ttft.mean),
        ttft_mean_error_s: difference(&latency.ttft, &truth, |figures| figures.mean),
        ttft_p99_error_s: difference(&latency.ttft, &truth, |figures| figures.p99),
        itl_mean_error_s: difference(&latency.itl, &true_itl, |figures| figures.mean),
    }
}
