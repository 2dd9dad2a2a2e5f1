//! What the client says about itself, from how the rounds of a load went.

use super::{Settings, measurement::Measured, preflight::Server};
use crate::{
    clock::seconds,
    measure::{
        Clocking, Exchange, Figures, Known, LoopWatch, distribution, own_errors, percentile_bounds,
        process_usage, summarise,
    },
};
use record::{Calibration, Client, Latency, Repeat};

/// Counts that differ by more than this share from what was asked for are flagged.
const TOKEN_TOLERANCE: f64 = 0.02;

/// What the record says about the client over all rounds of a load.
pub(crate) fn describe(
    settings: &Settings,
    server: &Server,
    measured: &Measured,
    figures: &Figures,
    clocking: Clocking,
    calibration: Option<Calibration>,
) -> Client {
    let rounds = &measured.rounds;
    let open = clocking == Clocking::Scheduled;
    let exchanges = || measured.exchanges();
    let elapsed: f64 = rounds.iter().map(|round| seconds(round.elapsed)).sum();
    let cpu: f64 = rounds.iter().map(|round| round.used.as_secs_f64()).sum();
    let busy: f64 =
        exchanges().map(|exchange| seconds(exchange.ended - exchange.sent.unwrap_or(exchange.ended))).sum();
    let mut client = Client {
        clock: Some(clocking.name().into()),
        latency_by_other_clock: by_other_clock(measured, clocking),
        window: Some("whole".into()),
        steady: steady(settings, measured, clocking),
        cool_down_s: Some(seconds(settings.cool_down)).filter(|cool_down| *cool_down > 0.0),
        percentile_bounds: percentile_bounds(&first_tokens(exchanges(), clocking)),
        chunk_gap: figures.chunk_gap.clone(),
        first_answer: figures.first_answer.clone(),
        peak_in_flight: rounds
            .iter()
            .map(|round| round.driven.peak)
            .max()
            .and_then(|peak| u32::try_from(peak).ok()),
        mean_in_flight: (elapsed > 0.0).then(|| busy / elapsed),
        connections: Some(rounds.iter().map(|round| round.connections).sum()),
        protocol: Some(server.route.protocol.name().into()),
        retries: (settings.retries > 0)
            .then(|| exchanges().map(|exchange| u64::from(exchange.retries)).sum()),
        turns: turns(settings, measured, clocking),
        retried: Some(exchanges().filter(|exchange| exchange.retried).count() as u64),
        dropped: open.then(|| rounds.iter().map(|round| round.driven.dropped).sum()),
        late: open.then(|| rounds.iter().map(|round| round.driven.late).sum()),
        token_mismatches: server
            .counts
            .then(|| exchanges().filter(|exchange| mismatches(exchange)).count() as u64),
        cpu_s: Some(cpu),
        cpu_share: (elapsed > 0.0).then(|| cpu / elapsed),
        calibration,
        ..Client::default()
    };
    watched(&mut client, measured);
    judge(&mut client, measured, figures, clocking);
    // The figures have been made by now, which takes memory too.
    client.peak_memory_bytes = process_usage().peak_memory;
    client
}

/// What the event loop noted about itself.
fn watched(client: &mut Client, measured: &Measured) {
    let rounds = &measured.rounds;
    let exchanges = || measured.exchanges();
    client.scheduling_lag = distribution(
        &mut exchanges()
            .filter_map(|exchange| Some(seconds(exchange.sent? - exchange.scheduled)))
            .collect::<Vec<_>>(),
    );
    client.write = distribution(
        &mut exchanges()
            .filter(|exchange| exchange.sent.is_some())
            .map(|exchange| seconds(exchange.write))
            .collect::<Vec<_>>(),
    );
    client.receive_delay = LoopWatch::delay(rounds.iter().map(|round| &round.watch));
    client.kernel_stamps = Some(rounds.iter().all(|round| round.watch.is_stamped()));
    client.longest_stall_s = rounds.iter().map(|round| round.watch.stall).max().map(seconds);
    client.starved_s = Some(rounds.iter().map(|round| seconds(round.watch.starved)).sum());
    client.clock_steps = Some(rounds.iter().map(|round| round.watch.clock_steps).sum());
    let merged = || exchanges().flat_map(|exchange| &exchange.merged);
    let first = merged().filter(|merged| merged.first == 0).count() as u64;
    // Of each read the last chunk's arrival is known.
    let all: u64 = merged().map(|merged| u64::from(merged.last - merged.first)).sum();
    client.merged_first_tokens = Some(first);
    client.merged_chunks = Some(all - first);
    let complete = exchanges().filter(|exchange| exchange.is_complete()).count().max(1) as f64;
    let late: f64 = exchanges().map(|exchange| seconds(exchange.first_uncertainty())).sum();
    client.merged_first_tokens_error_s = Some(late / complete);
}

/// How far off the figures may be.
fn judge(client: &mut Client, measured: &Measured, figures: &Figures, clocking: Clocking) {
    let Some(latency) = &figures.record.latency else { return };
    let complete: Vec<&Exchange> = measured.exchanges().filter(|exchange| exchange.is_complete()).collect();
    let calibration = client.calibration.clone().unwrap_or_default();
    let known = Known {
        unstamped: client.longest_stall_s.filter(|_| client.kernel_stamps == Some(false)).unwrap_or(0.0),
        calibrated: [calibration.ttft_mean_error_s, calibration.itl_mean_error_s]
            .map(|error| error.map_or(0.0, f64::abs)),
    };
    client.own_errors = own_errors(&complete, clocking, latency, known);
    let mean = client.own_errors.iter().find(|error| error.figure == "ttft.mean");
    (client.error_s, client.error_bound_s) =
        (mean.map(|error| error.error_s), mean.map(|error| error.bound_s));
}

/// Latency by the clock that the figures don't use, over all repeats.
fn by_other_clock(measured: &Measured, clocking: Clocking) -> Option<Latency> {
    let other = if clocking == Clocking::Scheduled { Clocking::Sent } else { Clocking::Scheduled };
    let latency = summarise(measured.exchanges(), other, None, None).record.latency;
    latency.filter(|latency| latency.ttft.is_some())
}

/// The figures of the last repeat while every slot was busy: windows of several repeats are not one window.
fn steady(settings: &Settings, measured: &Measured, clocking: Clocking) -> Option<Repeat> {
    let round = measured.rounds.last()?;
    let window = round.driven.steady?;
    Some(summarise(&round.exchanges, clocking, Some(window), settings.goodput.first()).record)
}

/// Times to first token in seconds, sorted.
fn first_tokens<'a>(exchanges: impl Iterator<Item = &'a Exchange>, clocking: Clocking) -> Vec<f64> {
    let mut values: Vec<f64> = exchanges
        .filter(|exchange| exchange.is_complete())
        .filter_map(|exchange| Some(seconds(exchange.first?.saturating_sub(clocking.start(exchange)))))
        .collect();
    values.sort_unstable_by(f64::total_cmp);
    values
}

/// The figures of each turn of conversations, over all rounds; none where there are no conversations.
fn turns(settings: &Settings, measured: &Measured, clocking: Clocking) -> Vec<Repeat> {
    if settings.kind.turns().is_none() {
        return Vec::new();
    }
    (0..settings.turns())
        .map(|turn| {
            let its = |exchange: &&Exchange| exchange.turn.is_some_and(|place| place.turn == turn);
            let exchanges = measured.exchanges().filter(its);
            let mut figures = summarise(exchanges, clocking, None, settings.goodput.first()).record;
            // Over which time would a turn's throughput be?
            (figures.throughput, figures.duration_s) = (None, None);
            figures
        })
        .collect()
}

/// Whether the server's counts are far from what was asked for. One token more or less is none of it.
pub(crate) fn mismatches(exchange: &Exchange) -> bool {
    let far = |asked: Option<u32>, counted: Option<u64>| {
        let Some((asked, counted)) = asked.zip(counted) else { return false };
        let difference = (counted as f64 - f64::from(asked)).abs();
        difference > 1.0 && difference > f64::from(asked) * TOKEN_TOLERANCE
    };
    exchange.is_complete()
        && (far(exchange.asked_input, exchange.input_tokens)
            || far(exchange.asked_output, Some(exchange.output_tokens)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_that_are_off_are_flagged_but_not_by_a_token() {
        let mut exchange = Exchange::example();
        (exchange.asked_input, exchange.asked_output) = (Some(100), Some(50));
        exchange.first = Some(1);
        for (input, output, flagged) in [(100, 50, false), (101, 49, false), (103, 50, true), (100, 45, true)]
        {
            exchange.input_tokens = Some(input);
            exchange.output_tokens = output;
            assert_eq!(mismatches(&exchange), flagged, "{input} {output}");
        }
        // What nobody asked for can't be off.
        (exchange.asked_input, exchange.asked_output) = (None, None);
        assert!(!mismatches(&exchange));
    }
}
