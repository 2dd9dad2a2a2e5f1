//! From what was measured to the record.

use super::{
    Point, Settings, client, identity,
    measurement::{Measured, Round},
    notes, outcome,
    preflight::Server,
    server_counts,
    settings::trace_rate,
};
use crate::{
    cli::Failed,
    clock::seconds,
    load::TraceRequest,
    measure::{Clocking, Figures, ServiceLevels, summarise},
    workload::{Kind, Lengths},
};
use jiff::{Timestamp, tz::TimeZone};
use record::{
    Arrival, Calibration, Dataset, Environment, HarnessVersion, Measurement, RECORD_VERSION, Repeat, Run,
    ServiceLevel, Source, Throughput, Workload, WorkloadKind, is_slug, round_significant,
};

/// The run, still without measurements.
pub(crate) fn run(
    settings: &Settings,
    server: &Server,
    environment: Environment,
    started_at: Timestamp,
) -> Result<Run, Failed> {
    let zoned = started_at.to_zoned_datetime(TimeZone::UTC);
    let model = identity::model_key(settings);
    let id = settings
        .identity
        .id
        .clone()
        .unwrap_or_else(|| format!("{}-{model}-{}", zoned.date(), zoned.strftime("%H%M%S")));
    let keys = [
        ("--id", Some(&id)),
        ("--accelerator", settings.identity.accelerator.as_ref()),
        ("--framework", settings.identity.framework.as_ref()),
        ("--precision", settings.identity.precision.as_ref()),
        ("--model-key", settings.identity.model_key.as_ref()),
    ];
    for (option, key) in keys.into_iter().filter_map(|(option, key)| Some((option, key?))) {
        if !is_slug(key) {
            return Err(Failed::usage(format!(
                "{option} `{key}` can't be part of an address: use lower-case letters, digits, `-`, `_` and `.`"
            )));
        }
    }
    Ok(Run {
        record_version: RECORD_VERSION,
        id,
        date: zoned.date(),
        date_until: None,
        started_at: Some(started_at),
        kind: settings.identity.kind,
        source: Source {
            project: "inferencemax bench".into(),
            harness: Some(HarnessVersion {
                version: env!("CARGO_PKG_VERSION").into(),
                commit: option_env!("INFERENCEMAX_COMMIT").map(str::to_owned),
            }),
            ..Source::default()
        },
        environment: Some(environment),
        notes: notes::of_run(settings, server),
        retracted: None,
        changes: Vec::new(),
        attempts: Vec::new(),
        search: None,
        measurements: Vec::new(),
        unmapped: Vec::new(),
    })
}

/// The measurement of one load.
pub(crate) fn measurement(
    settings: &Settings,
    server: &Server,
    run: &Run,
    point: &Point,
    measured: &Measured,
    calibration: Option<Calibration>,
) -> Measurement {
    let clocking = point.clocking();
    let figures = figures(settings, measured, clocking);
    let client = client::describe(settings, server, measured, &figures, clocking, calibration);
    let mut requests = figures.record.requests.clone().unwrap_or_default();
    requests.warmup = Some(u64::from(measured.warmup + server.probes));
    let outcome = outcome::of(&settings.shape, measured, &client);
    let grown: Option<Vec<_>> = measured.rounds.iter().map(|round| round.counted).collect();
    let counts = grown.and_then(|grown| server_counts::describe(&grown));
    let notes = notes::of(settings, server, measured, figures.record.tokens.as_ref(), counts.as_ref());
    let repeats = if measured.rounds.len() > 1 {
        measured.rounds.iter().map(|round| of_round(settings, round, clocking).record).collect()
    } else {
        Vec::new()
    };
    let mut measurement = Measurement {
        id: String::new(),
        deployment: identity::deployment(settings, run.environment.as_ref()),
        model: identity::model(settings),
        framework: identity::framework(settings, server),
        precision: identity::precision(settings),
        speculative_decoding: None,
        workload: Workload {
            tokenizer: server.tokenizer.clone(),
            ..workload(settings, point, measured.prompts_hash.clone())
        },
        arrival: arrival(settings, point),
        outcome,
        throughput: figures.record.throughput.clone(),
        latency: figures.record.latency.clone().filter(|latency| latency.ttft.is_some()),
        requests: Some(requests),
        tokens: figures.record.tokens.clone().map(Box::new),
        duration_s: figures.record.duration_s,
        repeats,
        service_levels: service_levels(settings, measured, clocking, figures.record.duration_s),
        client: Some(Box::new(client)),
        server: counts,
        power: None,
        accuracy: None,
        command: Some(command()),
        notes,
        retracted: None,
    };
    measurement.id = measurement.identify(&run.id);
    measurement
}

fn of_round(settings: &Settings, round: &Round, clocking: Clocking) -> Figures {
    summarise(&round.exchanges, clocking, None, settings.goodput.first())
}

/// The figures of all repeats together: latencies pooled, throughput as tokens of all over the time of all.
fn figures(settings: &Settings, measured: &Measured, clocking: Clocking) -> Figures {
    if let [round] = &measured.rounds[..] {
        return of_round(settings, round, clocking);
    }
    let mut pooled = summarise(measured.exchanges(), clocking, None, settings.goodput.first());
    let rounds: Vec<Repeat> =
        measured.rounds.iter().map(|round| of_round(settings, round, clocking).record).collect();
    let total: Option<f64> = rounds.iter().map(|round| round.duration_s).sum();
    pooled.record.duration_s = total;
    let mean = |figure: fn(&Throughput) -> Option<f64>| {
        let weighted: Option<f64> =
            rounds.iter().map(|round| Some(figure(round.throughput.as_ref()?)? * round.duration_s?)).sum();
        Some(weighted? / total?)
    };
    pooled.record.throughput = Some(Throughput {
        input: mean(|throughput| throughput.input),
        output: mean(|throughput| throughput.output),
        total: mean(|throughput| throughput.total),
        requests: mean(|throughput| throughput.requests),
        goodput: mean(|throughput| throughput.goodput),
        ..Throughput::default()
    })
    .filter(|throughput| throughput.output.is_some());
    pooled
}

/// How many requests of all repeats met each set of levels.
fn service_levels(
    settings: &Settings,
    measured: &Measured,
    clocking: Clocking,
    duration_s: Option<f64>,
) -> Vec<ServiceLevel> {
    let dropped = measured.rounds.iter().map(|round| round.driven.dropped).sum();
    let exchanges = || measured.exchanges();
    let counted = |levels: &ServiceLevels| levels.count(exchanges(), clocking, dropped, duration_s);
    settings.goodput.iter().map(counted).collect()
}

pub(crate) fn workload(settings: &Settings, point: &Point, prompts_hash: Option<String>) -> Workload {
    let kind = &settings.kind;
    let (input, output, range) = match &settings.lengths {
        Lengths::Nominal { input, output, range } => (Some(*input), Some(*output), Some(*range)),
        Lengths::Trace(_) => (None, None, None),
    };
    let (recorded, name) = match point {
        Point::Trace { name, .. } if matches!(kind, Kind::Random) => (WorkloadKind::Trace, name.clone()),
        Point::Trace { name, .. } => (WorkloadKind::Trace, format!("{name}-with-{}", kind.name())),
        _ => (kind.recorded(), kind.name()),
    };
    Workload {
        kind: recorded,
        // Prompts of a file are as long as they are.
        input_tokens: input.filter(|_| kind.has_length()),
        output_tokens: output,
        length_range: range.map(round_significant),
        dataset: Some(Dataset { name, version: None, prompts_hash }),
        seed: Some(settings.seed),
        chat_template: Some(settings.shape.interface.has_messages()),
        endpoint: Some(settings.shape.interface.path().into()),
        unique_prefixes: Some(kind.is_unique()),
        shared_prefix: kind.recorded_prefixes(),
        conversation: kind.recorded_turns(),
        images: kind.recorded_images(),
        tools: kind.recorded_tools(),
        tokenizer: None,
    }
}

pub(crate) fn arrival(settings: &Settings, point: &Point) -> Arrival {
    let ramp = settings.ramp(point);
    let ramp = (ramp.duration > 0).then(|| record::Ramp {
        shape: ramp.shape,
        from: round_significant(ramp.from),
        duration_s: round_significant(seconds(ramp.duration)),
    });
    match (point, &settings.lengths) {
        (Point::Closed { slots }, _) => Arrival { concurrency: Some(*slots), ramp, ..Arrival::default() },
        (Point::Rate { rate, burstiness }, _) => Arrival {
            concurrency: None,
            rate_per_s: Some(*rate),
            burstiness: Some(*burstiness).filter(|burstiness| burstiness.is_finite()).map(round_significant),
            constant: burstiness.is_infinite().then_some(true),
            ramp,
        },
        (Point::Trace { speed, .. }, Lengths::Trace(requests)) => {
            let sent = &requests[..requests.len().min(settings.requests(point) as usize)];
            let within = |request: &TraceRequest| {
                settings.duration.is_none_or(|duration| (request.at as f64) < duration as f64 * speed)
            };
            let replayed = &sent[..sent.partition_point(within)];
            Arrival { rate_per_s: trace_rate(replayed, *speed).map(round_significant), ..Arrival::default() }
        }
        (Point::Trace { .. }, _) => Arrival::default(),
    }
}

/// The command line as typed. No option takes a secret.
fn command() -> String {
    let quoted = |argument: String| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:=,@%+".contains(&byte);
        if !argument.is_empty() && argument.bytes().all(plain) {
            argument
        } else {
            format!("'{}'", argument.replace('\'', r"'\''"))
        }
    };
    let arguments = std::env::args().skip(1).map(quoted);
    std::iter::once("inferencemax".to_owned()).chain(arguments).collect::<Vec<_>>().join(" ")
}
