//! What to measure, with every option resolved.

use super::TokenizerChoice;
use crate::{
    clock::{Nanos, SECOND, nanos},
    duration,
    load::{Arrival, Protocol, Ramp, Timeouts, TraceRequest, open_arrivals},
    measure::{Clocking, ServiceLevels, Until, needed},
    protocol::RequestShape,
    request_log::LogForm,
    search::Search,
    workload::{Kind, Lengths},
};
use record::{RampShape, RunKind, SearchGoal, SearchOver};
use std::{path::PathBuf, str::FromStr, time::Duration};

/// Whether to measure the built-in mock first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Calibrate {
    /// Yes
    Always,
    /// No
    Never,
}

/// One load.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Point {
    /// So many requests in flight.
    Closed {
        /// Requests in flight.
        slots: u32,
    },
    /// So many requests a second.
    Rate {
        /// Requests/s.
        rate: f64,
        /// Shape of the gaps.
        burstiness: f64,
    },
    /// As recorded.
    Trace {
        /// The trace's name.
        name: String,
        /// How many times as fast.
        speed: f64,
    },
}

/// What comes before a measurement and doesn't count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Warmup {
    /// So many requests, a few at a time.
    Requests(u32),
    /// The load itself, for so long.
    Time(Nanos),
}

impl FromStr for Warmup {
    type Err = String;

    /// Reads `8` or `10s`.
    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(count) = text.parse() {
            return Ok(Self::Requests(count));
        }
        duration::parse(text).map(|time| Self::Time(nanos(time))).map_err(|error| format!("{error}, or 8"))
    }
}

/// How loads come up to what was asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct RampUp {
    pub(crate) shape: RampShape,
    /// Where each begins; by its own size where nobody said.
    pub(crate) from: Option<f64>,
    pub(crate) duration: Nanos,
}

/// Which loads to measure.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Plan {
    /// These.
    Sweep(Vec<Point>),
    /// Those that lead to an answer.
    Search(Search),
}

/// What the record should say about the deployment, where the user said.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    pub(crate) kind: RunKind,
    pub(crate) id: Option<String>,
    pub(crate) accelerator: Option<String>,
    pub(crate) accelerators: Option<u32>,
    pub(crate) tensor_parallel: Option<u32>,
    pub(crate) framework: Option<String>,
    pub(crate) framework_version: Option<String>,
    pub(crate) image: Option<String>,
    pub(crate) precision: Option<String>,
    pub(crate) model_key: Option<String>,
}

/// What to measure.
pub(crate) struct Settings {
    pub(crate) shape: RequestShape,
    pub(crate) plan: Plan,
    pub(crate) kind: Kind,
    pub(crate) lengths: Lengths,
    pub(crate) tokenizer: TokenizerChoice,
    pub(crate) burstiness: f64,
    pub(crate) ramp: RampUp,
    pub(crate) ceiling: usize,
    pub(crate) requests: Option<u32>,
    pub(crate) duration: Option<Nanos>,
    pub(crate) warmup: Option<Warmup>,
    pub(crate) cool_down: Nanos,
    pub(crate) pause: Duration,
    pub(crate) repeats: u32,
    pub(crate) until: Option<Until>,
    pub(crate) repeat_for: Option<Duration>,
    pub(crate) resume: bool,
    pub(crate) seed: u64,
    pub(crate) goodput: Vec<ServiceLevels>,
    pub(crate) protocol: Protocol,
    pub(crate) timeouts: Timeouts,
    pub(crate) retries: u32,
    pub(crate) out: PathBuf,
    pub(crate) request_log: LogForm,
    pub(crate) identity: Identity,
    pub(crate) calibrate: Calibrate,
    pub(crate) plain: bool,
}

impl Settings {
    /// Requests of one measurement at `point`.
    pub(crate) fn requests(&self, point: &Point) -> u32 {
        let available = match &self.lengths {
            Lengths::Trace(requests) => u32::try_from(requests.len()).unwrap_or(u32::MAX),
            Lengths::Nominal { .. } => u32::MAX,
        };
        let wanted = match (self.requests, self.duration, point) {
            (Some(requests), ..) => requests,
            (None, Some(_), _) => u32::MAX,
            (None, None, Point::Closed { slots }) => slots.saturating_mul(10).max(self.telling()),
            (None, None, Point::Rate { rate, .. }) => {
                ((self.ramp(point).arrivals(*rate) + rate * 10.0).ceil() as u32).max(self.telling())
            }
            (None, None, Point::Trace { .. }) => u32::MAX,
        };
        // Conversations are whole: the last one begun is held to its end.
        let turns = self.turns();
        wanted.min(available).div_ceil(turns).saturating_mul(turns)
    }

    /// Requests that can show whether a load meets the service levels, even where a few miss them; none where nobody asks.
    fn telling(&self) -> u32 {
        match &self.plan {
            Plan::Search(search) if search.goal == SearchGoal::ServiceLevels => {
                u32::try_from(needed(search.attainment) * 2).unwrap_or(u32::MAX)
            }
            _ => 0,
        }
    }

    /// Requests of a conversation; one, where there are none.
    pub(crate) fn turns(&self) -> u32 {
        self.kind.turns().map_or(1, |turns| turns.count)
    }

    /// How long a trace lasts, where nothing ends it within an hour.
    pub(crate) fn long_trace(&self) -> Option<String> {
        let (Plan::Sweep(points), Lengths::Trace(requests)) = (&self.plan, &self.lengths) else {
            return None;
        };
        let [Point::Trace { speed, .. }] = &points[..] else { return None };
        let last = requests.get(self.requests(&points[0]) as usize - 1)?;
        let span = crate::clock::seconds(last.at) / speed;
        (span > 3600.0 && self.duration.is_none()).then(|| duration::show(span))
    }

    /// What comes before a measurement at `point`.
    pub(crate) fn warmup(&self, point: &Point) -> Warmup {
        self.warmup.unwrap_or(Warmup::Requests(match point {
            Point::Closed { slots } => (*slots).min(8),
            _ => 1,
        }))
    }

    /// How the load comes up at `point`.
    pub(crate) fn ramp(&self, point: &Point) -> Ramp {
        let RampUp { shape, from, duration } = self.ramp;
        match point {
            Point::Trace { .. } => Ramp::NONE,
            _ if duration == 0 => Ramp::NONE,
            Point::Closed { .. } => Ramp { shape, from: from.unwrap_or(1.0), duration },
            Point::Rate { rate, .. } => Ramp { shape, from: from.unwrap_or(rate / 10.0), duration },
        }
    }

    /// The arrivals at `point`, for its repeat with `seed`.
    pub(crate) fn arrival(&self, point: &Point, seed: u64) -> Arrival {
        match (point, &self.lengths) {
            (Point::Closed { slots }, _) => {
                Arrival::Closed { slots: *slots as usize, ramp: self.ramp(point) }
            }
            (Point::Rate { rate, burstiness }, _) => Arrival::Open {
                times: open_arrivals(*rate, *burstiness, self.ramp(point), seed),
                ceiling: self.ceiling,
            },
            (Point::Trace { speed, .. }, Lengths::Trace(requests)) => {
                let speed = *speed;
                let times: Vec<Nanos> =
                    requests.iter().map(|request| (request.at as f64 / speed) as Nanos).collect();
                Arrival::Open { times: Box::new(times.into_iter()), ceiling: self.ceiling }
            }
            (Point::Trace { .. }, _) => Arrival::Open { times: Box::new(std::iter::empty()), ceiling: 1 },
        }
    }
}

impl Point {
    /// The point of a sweep or a search `over` concurrency or rate at `load`.
    pub(crate) fn at(over: SearchOver, load: f64, burstiness: f64) -> Self {
        match over {
            SearchOver::Concurrency => Self::Closed { slots: load as u32 },
            SearchOver::RatePerS => Self::Rate { rate: load, burstiness },
        }
    }

    /// When a request's clock starts in the figures.
    pub(crate) fn clocking(&self) -> Clocking {
        match self {
            Self::Closed { .. } => Clocking::Sent,
            Self::Rate { .. } | Self::Trace { .. } => Clocking::Scheduled,
        }
    }

    /// Whether its requests are those of a trace.
    pub(crate) fn is_trace(&self) -> bool {
        matches!(self, Self::Trace { .. })
    }

    /// Connections to make ahead of the first request.
    pub(crate) fn preconnect(&self, requests: u32) -> usize {
        match self {
            Self::Closed { slots } => (*slots).min(requests) as usize,
            Self::Rate { rate, .. } => (*rate as usize).clamp(1, 64),
            Self::Trace { .. } => 8,
        }
    }

    /// Requests to make ahead of their use. Open arrivals come in bursts, and none must wait for its prompt.
    pub(crate) fn ahead(&self, requests: u32) -> usize {
        let least = if matches!(self, Self::Closed { .. }) { 1 } else { 64 };
        (self.preconnect(requests) * 2).max(least)
    }

    /// What to call it on one line.
    pub(crate) fn label(&self) -> String {
        match self {
            Self::Closed { slots } => format!("concurrency {slots}"),
            Self::Rate { rate, .. } => format!("{rate} requests/s"),
            Self::Trace { name, speed } => format!("{name} x {speed}"),
        }
    }
}

/// Mean arrivals of a trace in requests/s, played `speed` times as fast.
pub(crate) fn trace_rate(requests: &[TraceRequest], speed: f64) -> Option<f64> {
    let span = requests.last()?.at as f64 / SECOND as f64 / speed;
    (span > 0.0).then(|| (requests.len() - 1) as f64 / span)
}
