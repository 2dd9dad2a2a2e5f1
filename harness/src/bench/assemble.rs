//! From what was measured to the record.

use super::{
    Point, Settings,
    client::{self, mismatches},
    measurement::{Measured, Round},
    preflight::Server,
    server_counts,
    settings::trace_rate,
};
use crate::{
    cli::Failed,
    clock::seconds,
    duration::show,
    environment::accelerator_key,
    load::TraceRequest,
    measure::{Clocking, Exchange, Failure, Figures, ServiceLevels, summarise},
    protocol::RequestShape,
    workload::{Kind, Lengths},
};
use jiff::{Timestamp, tz::TimeZone};
use record::{
    AcceleratorKey, Arrival, Calibration, Client, Dataset, Deployment, Environment, Framework, FrameworkKey,
    HarnessVersion, Measurement, Model, ModelKey, Outcome, Parallelism, Precision, RECORD_VERSION, Repeat,
    Run, ServerCounts, ServiceLevel, Side, Source, Throughput, Tokens, Topology, Workload, WorkloadKind,
    is_slug, round_significant,
};

use std::fmt::Write;

/// What a key is called when nobody said.
const UNKNOWN: &str = "unknown";

/// Share of a prompt's tokens from a cache beyond which a measurement says so …
const WARM_PREFIXES: f64 = 0.02;
/// … and tokens that a chat template may put before every prompt alike.
const TEMPLATE_TOKENS: f64 = 64.0;

/// How the note on a measurement that wasn't finished begins.
pub(crate) const STOPPED: &str = "Stopped by the user";

/// The run, still without measurements.
pub(crate) fn run(
    settings: &Settings,
    server: &Server,
    environment: Environment,
    started_at: Timestamp,
) -> Result<Run, Failed> {
    let zoned = started_at.to_zoned_datetime(TimeZone::UTC);
    let model = model_key(settings);
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
    let mut notes = Vec::new();
    for (what, option, unknown) in [
        ("framework", "--framework", framework_key(settings, server) == UNKNOWN),
        ("precision", "--precision", settings.identity.precision.is_none()),
    ] {
        if unknown {
            notes.push(format!("The {what} was not stated; {option} states it."));
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
        notes,
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
    let outcome = outcome(&settings.shape, measured, &client);
    let grown: Option<Vec<_>> = measured.rounds.iter().map(|round| round.counted).collect();
    let counts = grown.and_then(|grown| server_counts::describe(&grown));
    let mut notes = notes(settings, measured, server);
    notes.extend(company(measured, counts.as_ref()));
    notes.extend(warm_prefixes(settings, figures.record.tokens.as_ref(), counts.as_ref()));
    let repeats = if measured.rounds.len() > 1 {
        measured.rounds.iter().map(|round| of_round(settings, round, clocking).record).collect()
    } else {
        Vec::new()
    };
    let mut measurement = Measurement {
        id: String::new(),
        deployment: deployment(settings, run),
        model: Model { key: ModelKey::new(model_key(settings)), exact: Some(settings.shape.model.clone()) },
        framework: Framework {
            key: FrameworkKey::new(framework_key(settings, server)),
            version: settings.identity.framework_version.clone().or_else(|| server.engine.version.clone()),
            image: settings.identity.image.clone(),
            image_digest: None,
            recipe: None,
        },
        precision: Precision::new(settings.identity.precision.as_deref().unwrap_or(UNKNOWN)),
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
        tokens: figures.record.tokens.clone(),
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

fn outcome(shape: &RequestShape, measured: &Measured, client: &Client) -> Outcome {
    let exchanges = || measured.exchanges();
    if !exchanges().any(Exchange::is_complete) {
        let why = exchanges()
            .find_map(|exchange| exchange.failure.as_ref())
            .map_or_else(|| "nothing was sent".to_owned(), |failure| shape.without_key(&failure.explain()));
        return Outcome::Failed { why: format!("no request completed; {why}") };
    }
    disturbed(client).map_or(Outcome::Ok, |why| Outcome::Invalid { why })
}

/// Which figures the client itself may have spoilt, and by what, where it is more than it may be.
fn disturbed(client: &Client) -> Option<String> {
    let beyond: Vec<String> = client
        .own_errors
        .iter()
        .filter(|own| own.error_s > own.bound_s)
        .map(|own| format!("{} by up to {} ({} allowed)", own.name(), show(own.error_s), show(own.bound_s)))
        .collect();
    if beyond.is_empty() {
        return None;
    }
    let mut why = format!("the client itself may have falsified {}", beyond.join(", "));
    let together = client.merged_first_tokens.unwrap_or(0) + client.merged_chunks.unwrap_or(0);
    if together > 0 {
        let _ = write!(why, "; it read {together} chunks together with later ones");
    }
    if let Some(stall) = client.longest_stall_s {
        let _ = write!(why, "; it was away from its sockets for up to {}", show(stall));
    }
    Some(why)
}

fn notes(settings: &Settings, measured: &Measured, server: &Server) -> Vec<String> {
    let mut notes = server.notes.clone();
    if measured.rounds.iter().any(|round| round.driven.interrupted) {
        notes.push(format!("{STOPPED}; what was in flight is counted as cancelled."));
    }
    let exchanges = || measured.exchanges();
    if exchanges().any(|exchange| exchange.is_complete() && !exchange.counted_by_server) {
        notes.push(
            "The server stated no usage for some requests; their output tokens are their chunks.".into(),
        );
    }
    let steps: u64 = measured.rounds.iter().map(|round| round.watch.clock_steps).sum();
    if steps > 0 {
        notes.push(format!(
            "The system's clock was set {steps} times meanwhile; what was read at that moment has wrong arrival times."
        ));
    }
    if measured.rounds.iter().any(|round| round.ramp_unfinished) {
        notes.push("All requests were sent before the ramp had reached the whole load.".into());
    }
    let mut failures = exchanges().filter_map(|exchange| exchange.failure.as_ref());
    if let Some(failure) = failures.find(|failure| **failure != Failure::Cancelled) {
        let words = settings.shape.without_key(&failure.explain());
        notes.push(format!("First failure: {}.", words.trim_end_matches('.')));
    }
    let mismatches = exchanges().filter(|exchange| server.counts && mismatches(exchange)).count();
    if mismatches > 0 {
        notes.push(format!("{mismatches} requests had token counts more than 2 % off what was asked for."));
    }
    notes
}

/// That the server answered others too, by its own count.
fn company(measured: &Measured, counts: Option<&ServerCounts>) -> Option<String> {
    let counted = counts?.requests?;
    let exchanges = measured.exchanges();
    let ours: u64 = exchanges
        .filter(|exchange| exchange.sent.is_some())
        .map(|exchange| 1 + u64::from(exchange.retried) + u64::from(exchange.retries))
        .sum();
    (counted > ours).then(|| {
        format!("The server counts {counted} requests in the time of these {ours}: others used it meanwhile.")
    })
}

/// That prompts which were to be new to the server were in its prefix cache: by what it says of each request, else by its
/// counters.
fn warm_prefixes(
    settings: &Settings,
    tokens: Option<&Tokens>,
    counts: Option<&ServerCounts>,
) -> Option<String> {
    let stated = tokens.and_then(|tokens| tokens.cache_hit_share);
    let share = stated.or_else(|| counts?.prefix_cache_hit_share())?;
    let prompt = tokens?.input_per_request.as_ref()?.mean?;
    let template = if settings.shape.interface.has_messages() { TEMPLATE_TOKENS } else { 0.0 };
    (settings.kind.is_unique() && share * prompt > WARM_PREFIXES * prompt + template).then(|| {
        let percent = share * 100.0;
        format!(
            "The server had {percent:.1} % of the input tokens in its prefix cache, though each prompt begins in its own way: it has seen them before, and the time to first token is flattered. Restart it, or measure with another --seed."
        )
    })
}

fn deployment(settings: &Settings, run: &Run) -> Deployment {
    let detected = run.environment.as_ref().and_then(accelerator_key);
    let accelerator = settings.identity.accelerator.clone().or(detected).unwrap_or_else(|| "cpu".into());
    let side = Side {
        accelerators: settings.identity.accelerators,
        parallelism: Parallelism { tensor: settings.identity.tensor_parallel, ..Parallelism::default() },
        ..Side::default()
    };
    Deployment {
        accelerator: AcceleratorKey::new(accelerator),
        accelerators: settings.identity.accelerators,
        multi_node: None,
        nodes: None,
        topology: Topology::Aggregated(side),
        kv_cache_offload: None,
        router: None,
        kv_transfer: None,
    }
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

/// The model's key: as stated, or the last part of its name as a slug.
fn model_key(settings: &Settings) -> String {
    settings.identity.model_key.clone().unwrap_or_else(|| slug(&settings.shape.model))
}

/// The last part of a model's name, as a slug.
fn slug(name: &str) -> String {
    let last = name.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_lowercase();
    let text: String = last
        .chars()
        .map(
            |character| {
                if character.is_ascii_alphanumeric() || "-_.".contains(character) { character } else { '-' }
            },
        )
        .collect();
    let text = text.replace("..", ".");
    let text = text.trim_matches(['-', '.']).chars().take(60).collect::<String>();
    if is_slug(&text) { text } else { UNKNOWN.to_owned() }
}

/// The framework's key: as stated, or as the server says.
fn framework_key(settings: &Settings, server: &Server) -> String {
    const KNOWN: [(&str, &str); 5] = [
        ("vllm", "vllm"),
        ("sglang", "sglang"),
        ("llamacpp", "llamacpp"),
        ("llama.cpp", "llamacpp"),
        ("mock", "mock"),
    ];
    let said = [server.owner.as_deref(), server.software.as_deref()];
    let detected = server.engine.framework.map(str::to_owned);
    let said = said.into_iter().flatten().find_map(|said| {
        KNOWN.iter().find(|(part, _)| said.to_lowercase().contains(part)).map(|(_, key)| (*key).to_owned())
    });
    settings.identity.framework.clone().or(detected).or(said).unwrap_or_else(|| UNKNOWN.into())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_models_name_becomes_a_key() {
        for (name, key) in [
            ("meta-llama/Llama-3.3-70B-Instruct", "llama-3.3-70b-instruct"),
            ("gpt oss", "gpt-oss"),
            ("/models/x/", "x"),
            ("../..", UNKNOWN),
            ("日本", UNKNOWN),
        ] {
            assert_eq!(slug(name), key, "{name}");
        }
    }
}
