//! The options of `inferencemax bench` that say what load to send, and for how long.

use super::Failed;
use crate::{
    bench::{Plan, Point, RampUp, Warmup},
    clock::nanos,
    duration,
    load::{TraceRequest, read_trace},
    measure::{Until, needed},
    search::Search,
    socket,
};
use clap::{Args, ValueEnum};
use record::{RampShape, SearchGoal, SearchOver, round_significant};
use std::{path::PathBuf, str::FromStr, time::Duration};

/// More requests in flight than this are refused: no single client is meant to hold them.
const MAXIMUM_CONCURRENCY: f64 = 60_000.0;

/// More requests a second than this are refused.
const MAXIMUM_RATE: f64 = 1e6;

/// What load to send.
#[derive(Debug, Args)]
#[command(next_help_heading = "Load")]
pub(super) struct LoadArguments {
    /// Requests kept in flight; several are measured in turn, and LOW..HIGH doubles from one to the other [default: 1]
    #[arg(long, value_delimiter = ',', value_name = "N,…", conflicts_with_all = ["rate", "trace"])]
    concurrency: Vec<Span>,
    /// Requests/s of an open load; several are measured in turn, and LOW..HIGH doubles from one to the other
    #[arg(long, value_delimiter = ',', value_name = "R,…", conflicts_with = "trace", group = "open")]
    rate: Vec<Span>,
    /// Shape of the gaps between open arrivals: 1 is Poisson, less is burstier, inf is a constant rate
    #[arg(long, default_value_t = 1.0, value_name = "SHAPE", requires = "rate")]
    burstiness: f64,
    /// Replay arrivals and lengths from a trace (CSV as Azure's, JSON lines as Mooncake's)
    #[arg(long, value_name = "FILE", group = "open")]
    trace: Option<PathBuf>,
    /// Replay the trace this many times as fast
    #[arg(long, default_value_t = 1.0, value_name = "FACTOR", requires = "trace")]
    speed: f64,
    /// Drop open arrivals that would be one more in flight than this; dropped ones are counted
    #[arg(long, default_value_t = 10_000, value_name = "N", requires = "open", value_parser = clap::value_parser!(u32).range(1..=60_000))]
    max_in_flight: u32,
    /// Let the concurrency or rate grow over this time instead of starting with all of it
    #[arg(long, default_value = "0s", value_name = "TIME", value_parser = duration::parse)]
    ramp: Duration,
    /// Whether it grows by equal amounts or by equal factors
    #[arg(long, value_enum, default_value = "linear", value_name = "SHAPE", requires = "ramp")]
    ramp_shape: Shape,
    /// What it grows from [default: one request in flight; a tenth of the rate]
    #[arg(long, value_name = "LOAD", requires = "ramp")]
    ramp_from: Option<f64>,

    /// Look for a load between the ends of --concurrency LOW..HIGH or --rate LOW..HIGH instead of measuring each. Every
    /// load that is tried is a measurement of the record, and the record has the answer with its bracket
    #[arg(long, value_enum, value_name = "GOAL", help_heading = "Search")]
    find: Option<Goal>,
    /// Search until the loads on both sides of the answer are within this of each other
    #[arg(long, default_value = "5%", value_name = "PERCENT", value_parser = percent, requires = "find", help_heading = "Search")]
    resolution: f64,
    /// Requests that must meet the first --goodput, for --find service-levels: at least this share, with 99 % confidence
    /// [default: 90%]
    #[arg(long, value_name = "PERCENT", value_parser = percent, requires = "find", help_heading = "Search")]
    attainment: Option<f64>,

    /// Requests of each measurement [default: 10 for each slot; 10 s of arrivals; the whole trace; more where --find
    /// service-levels needs them]
    #[arg(long, value_name = "N", value_parser = requests, help_heading = "Extent")]
    pub(super) requests: Option<u32>,
    /// Send no more after this time; what is in flight is waited for
    #[arg(long, value_name = "TIME", value_parser = duration::parse, help_heading = "Extent")]
    pub(super) duration: Option<Duration>,
    /// What comes before each measurement and doesn't count: a number of requests, or a time under load [default: one
    /// request for each slot, at most 8]
    #[arg(long, value_name = "N|TIME", help_heading = "Extent")]
    pub(super) warmup: Option<Warmup>,
    /// What the steady window leaves out at its end, beside the time in which the last requests run out
    #[arg(long, default_value = "0s", value_name = "TIME", value_parser = duration::parse, help_heading = "Extent")]
    pub(super) cool_down: Duration,
    /// Leave the server alone for so long before each measurement but the first
    #[arg(long, default_value = "0s", value_name = "TIME", value_parser = duration::parse, help_heading = "Extent")]
    pub(super) pause: Duration,
    /// Measure everything so many times; the record has each, and the figures of all [default: 1; at most 10 with --until]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000), help_heading = "Extent")]
    pub(super) repeats: Option<u32>,
    /// Repeat only until the 95 % interval of a figure's mean is within this, such as output:2%. Figures: output, ttft,
    /// tpot, e2e
    #[arg(long, value_name = "FIGURE:PERCENT", help_heading = "Extent")]
    pub(super) until: Option<Until>,
    /// Begin no repeat of a load when its repeats have taken this long
    #[arg(long, value_name = "TIME", value_parser = duration::parse, help_heading = "Extent")]
    pub(super) repeat_for: Option<Duration>,
}

/// One load, or all from one to another.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Span {
    low: f64,
    high: f64,
}

impl FromStr for Span {
    type Err = String;

    /// Reads `16` or `1..256`.
    fn from_str(text: &str) -> Result<Self, String> {
        let number = |text: &str| {
            let number: Option<f64> = text.trim().parse().ok();
            let number = number.filter(|number| !number.is_nan());
            number.map(round_significant).ok_or_else(|| format!("`{text}` is not a number"))
        };
        let (low, high) = text.split_once("..").unwrap_or((text, text));
        let span = Self { low: number(low)?, high: number(high)? };
        if span.low <= span.high {
            Ok(span)
        } else {
            Err(format!("`{text}` runs backwards: write LOW..HIGH"))
        }
    }
}

impl Span {
    /// Both ends, and between them each load that is twice the one before.
    fn doublings(self) -> impl Iterator<Item = f64> {
        let lower = std::iter::successors(Some(self.low), |load| Some(round_significant(load * 2.0)));
        lower.take_while(move |load| *load < self.high).chain(std::iter::once(self.high))
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Shape {
    /// By equal amounts
    Linear,
    /// By equal factors
    Exponential,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Goal {
    /// The lowest load from which throughput no longer grows
    Saturation,
    /// The load with the most throughput for its latency
    Knee,
    /// The highest load that meets --goodput
    ServiceLevels,
}

impl LoadArguments {
    /// The loads to measure, and the requests of a trace.
    pub(super) fn plan(&self, has_levels: bool) -> Result<(Plan, Option<Vec<TraceRequest>>), Failed> {
        if self.burstiness.is_nan() || self.burstiness <= 0.0 {
            return Err(Failed::usage(format!("--burstiness {} is not above 0", self.burstiness)));
        }
        if let Some(path) = &self.trace {
            return self.replay(path);
        }
        let (option, over, spans) = if self.rate.is_empty() {
            ("--concurrency", SearchOver::Concurrency, &self.concurrency)
        } else {
            ("--rate", SearchOver::RatePerS, &self.rate)
        };
        for load in spans.iter().flat_map(|span| [span.low, span.high]) {
            match over {
                SearchOver::Concurrency => check_slots(load)?,
                SearchOver::RatePerS => check_rate(load)?,
            }
        }
        let plan = match self.find {
            Some(goal) => {
                let [Span { low, high }] = spans[..] else { return Err(needs_range()) };
                if low == high {
                    return Err(needs_range());
                }
                Plan::Search(self.search(goal, over, (low, high), has_levels)?)
            }
            None if spans.is_empty() => Plan::Sweep(vec![self.point(over, 1.0)]),
            None => {
                let loads: Vec<f64> = spans.iter().flat_map(|span| span.doublings()).collect();
                for (index, load) in loads.iter().enumerate() {
                    if loads[..index].contains(load) {
                        return Err(Failed::usage(format!("{option} has {load} twice; use --repeats")));
                    }
                }
                Plan::Sweep(loads.into_iter().map(|load| self.point(over, load)).collect())
            }
        };
        let least = spans.iter().map(|span| span.low).fold(f64::INFINITY, f64::min);
        if let Some(from) = self.ramp_from
            && !(from > 0.0 && from <= least.min(MAXIMUM_RATE))
        {
            return Err(Failed::usage(format!(
                "--ramp-from {from} is not above 0 and at most {option} {least}"
            )));
        }
        Ok((plan, None))
    }

    fn search(
        &self,
        goal: Goal,
        over: SearchOver,
        range: (f64, f64),
        has_levels: bool,
    ) -> Result<Search, Failed> {
        let goal = match goal {
            Goal::Saturation => SearchGoal::Saturation,
            Goal::Knee => SearchGoal::Knee,
            Goal::ServiceLevels if has_levels => SearchGoal::ServiceLevels,
            Goal::ServiceLevels => {
                return Err(Failed::usage("--find service-levels needs them: --goodput ttft:2s,tpot:50ms"));
            }
        };
        let attainment = self.attainment(goal)?;
        Ok(Search { goal, over, range, resolution: self.resolution, attainment })
    }

    /// The share of requests that must meet the service levels, where so many requests can show it.
    fn attainment(&self, goal: SearchGoal) -> Result<f64, Failed> {
        let share = self.attainment.unwrap_or(0.9);
        if goal != SearchGoal::ServiceLevels {
            return match self.attainment {
                Some(_) => Err(Failed::usage("--attainment is for --find service-levels")),
                None => Ok(share),
            };
        }
        if share >= 1.0 {
            return Err(Failed::usage("--attainment 100% can't be shown by any number of requests: 99% can"));
        }
        let needed = needed(share);
        match self.requests {
            Some(requests) if u64::from(requests) < needed => Err(Failed::usage(format!(
                "--requests {requests} can't show that {} % meet the levels: {needed} are the fewest",
                (share * 1e6).round() / 1e4
            ))),
            _ => Ok(share),
        }
    }

    fn replay(&self, path: &std::path::Path) -> Result<(Plan, Option<Vec<TraceRequest>>), Failed> {
        if !(self.speed > 0.0 && self.speed.is_finite()) {
            return Err(Failed::usage(format!("--speed {} is not above 0", self.speed)));
        }
        if self.find.is_some() {
            return Err(needs_range());
        }
        if !self.ramp.is_zero() {
            return Err(Failed::usage("a trace has its own arrivals: leave --ramp out"));
        }
        let requests = read_trace(path).map_err(|error| Failed::usage(error.to_string()))?;
        let name = path.file_stem().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        Ok((Plan::Sweep(vec![Point::Trace { name, speed: self.speed }]), Some(requests)))
    }

    fn point(&self, over: SearchOver, load: f64) -> Point {
        Point::at(over, load, self.burstiness)
    }

    /// The shape of open arrivals, for the points that a search makes.
    pub(super) fn burstiness(&self) -> f64 {
        self.burstiness
    }

    /// Most requests of an open load in flight.
    pub(super) fn ceiling(&self) -> usize {
        self.max_in_flight as usize
    }

    /// How loads come up.
    pub(super) fn ramp(&self) -> RampUp {
        RampUp {
            shape: match self.ramp_shape {
                Shape::Linear => RampShape::Linear,
                Shape::Exponential => RampShape::Exponential,
            },
            from: self.ramp_from,
            duration: nanos(self.ramp),
        }
    }
}

fn needs_range() -> Failed {
    Failed::usage("--find needs one range to search, such as --concurrency 1..512 or --rate 0.5..64")
}

fn check_rate(rate: f64) -> Result<(), Failed> {
    if rate > 0.0 && rate <= MAXIMUM_RATE {
        return Ok(());
    }
    Err(Failed::usage(format!("--rate {rate} is not between 0 and a million requests/s")))
}

fn check_slots(count: f64) -> Result<(), Failed> {
    if count.fract() != 0.0 || count < 0.0 {
        return Err(Failed::usage(format!("--concurrency {count} is not a whole number")));
    }
    if count == 0.0 {
        return Err(Failed::usage("--concurrency 0 sends nothing: 1 is the least"));
    }
    if count > MAXIMUM_CONCURRENCY {
        return Err(Failed::usage(format!(
            "--concurrency {count} is too much for one client: at most {MAXIMUM_CONCURRENCY}"
        )));
    }
    let files = socket::raise_open_files();
    if count as u64 + 64 > files {
        return Err(Failed::usage(format!(
            "--concurrency {count} needs more open files than the {files} that this system allows: raise `ulimit -n`"
        )));
    }
    Ok(())
}

fn requests(text: &str) -> Result<u32, String> {
    match text.parse() {
        Ok(0) => Err("0 measures nothing".into()),
        Ok(count) => Ok(count),
        Err(_) => Err("not a number of requests".into()),
    }
}

/// Reads `5%` as a share.
fn percent(text: &str) -> Result<f64, String> {
    let number: Option<f64> = text.strip_suffix('%').and_then(|number| number.trim().parse().ok());
    match number {
        Some(number) if number > 0.0 && number <= 100.0 => Ok(number / 100.0),
        _ => Err(format!("`{text}` is not a percentage such as 5%")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_a_load_or_its_doublings() {
        let loads = |text: &str| text.parse::<Span>().unwrap().doublings().collect::<Vec<_>>();
        assert_eq!(loads("16"), [16.0]);
        assert_eq!(loads("1..8"), [1.0, 2.0, 4.0, 8.0]);
        assert_eq!(loads("1..6"), [1.0, 2.0, 4.0, 6.0]);
        assert_eq!(loads("0.5..1.5"), [0.5, 1.0, 1.5]);
        for bad in ["", "x", "8..1", "1..", "nan", "1..nan"] {
            assert!(bad.parse::<Span>().is_err(), "{bad}");
        }
    }

    #[test]
    fn shares_are_percentages() {
        assert_eq!(percent("5%"), Ok(0.05));
        for bad in ["5", "0%", "101%", "x%"] {
            assert!(percent(bad).is_err(), "{bad}");
        }
    }
}
