//! What a reader of the record should know beside its figures.

use super::{
    Settings,
    client::mismatches,
    identity::{UNKNOWN, framework_key},
    measurement::Measured,
    preflight::Server,
};
use crate::measure::Failure;
use record::{ServerCounts, Tokens};

/// Share of a prompt's tokens from a cache beyond which a measurement says so …
const WARM_PREFIXES: f64 = 0.02;
/// … and tokens that a chat template may put before every prompt alike.
const TEMPLATE_TOKENS: f64 = 64.0;

/// How the note on a measurement that wasn't finished begins.
pub(crate) const STOPPED: &str = "Stopped by the user";

/// About the run: what nobody said.
pub(super) fn of_run(settings: &Settings, server: &Server) -> Vec<String> {
    [
        ("framework", "--framework", framework_key(settings, server) == UNKNOWN),
        ("precision", "--precision", settings.identity.precision.is_none()),
    ]
    .into_iter()
    .filter(|(.., unknown)| *unknown)
    .map(|(what, option, _)| format!("The {what} was not stated; {option} states it."))
    .collect()
}

/// About one measurement.
pub(super) fn of(
    settings: &Settings,
    server: &Server,
    measured: &Measured,
    tokens: Option<&Tokens>,
    counts: Option<&ServerCounts>,
) -> Vec<String> {
    let mut notes = disturbances(settings, server, measured);
    notes.extend(company(measured, counts));
    notes.extend(warm_prefixes(settings, tokens, counts));
    notes
}

fn disturbances(settings: &Settings, server: &Server, measured: &Measured) -> Vec<String> {
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
