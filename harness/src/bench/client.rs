//! What the client says about itself, from how the rounds of a load went.

use super::{Settings, measurement::Measured, preflight::Server};
use crate::{
    clock::{MILLISECOND, seconds},
    measure::{Clocking, Exchange, Figures, distribution, percentile_bounds, summarise},
};
use record::{Calibration, Client, Repeat};

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
    let other = if open { Clocking::Sent } else { Clocking::Scheduled };
    let exchanges = || rounds.iter().flat_map(|round| &round.exchanges);
    let lag = distribution(
        &mut exchanges()
            .filter_map(|exchange| Some(seconds(exchange.sent? - exchange.scheduled)))
            .collect::<Vec<_>>(),
    );
    let write = distribution(
        &mut exchanges()
            .filter(|exchange| exchange.sent.is_some())
            .map(|exchange| seconds(exchange.write))
            .collect::<Vec<_>>(),
    );
    let elapsed: f64 = rounds.iter().map(|round| seconds(round.elapsed)).sum();
    let cpu: f64 = rounds.iter().map(|round| round.used.cpu.as_secs_f64()).sum();
    let busy: f64 =
        exchanges().map(|exchange| seconds(exchange.ended - exchange.sent.unwrap_or(exchange.ended))).sum();
    // The last round stands for all: the loop's own watch is not pooled.
    let last = rounds.last();
    let by_other = last.map(|round| summarise(&round.exchanges, other, None, None).record.latency);
    let steady = last.and_then(|round| {
        let window = round.driven.steady?;
        Some(summarise(&round.exchanges, clocking, Some(window), settings.goodput.first()).record)
    });
    let stamped = rounds.iter().all(|round| round.watch.is_stamped());
    let stall = rounds.iter().map(|round| round.watch.stall).max().unwrap_or(0);
    let median = figures.record.latency.as_ref().and_then(|latency| latency.ttft.as_ref()?.p50);
    let merged = merged_error(measured);
    let calibrated = calibration.as_ref().and_then(|calibration| calibration.ttft_mean_error_s);
    let error = [
        lag.as_ref().and_then(|lag| lag.mean).filter(|_| open).unwrap_or(0.0),
        calibrated.map_or(0.0, f64::abs),
        // Without the kernel's stamps, a stall of the loop went into some request's figures.
        if stamped { 0.0 } else { seconds(stall) },
        merged,
    ];
    Client {
        clock: Some(clocking.name().into()),
        latency_by_other_clock: by_other.flatten().filter(|latency| latency.ttft.is_some()),
        window: Some("whole".into()),
        steady,
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
        scheduling_lag: lag,
        write,
        receive_delay: last.and_then(|round| round.watch.delay()),
        kernel_stamps: Some(stamped),
        longest_stall_s: Some(seconds(stall)),
        merged_first_tokens: Some(
            exchanges().filter(|exchange| exchange.first_uncertainty > 0).count() as u64
        ),
        merged_first_tokens_error_s: Some(merged),
        starved_s: last.map(|round| seconds(round.watch.starved)),
        clock_steps: Some(rounds.iter().map(|round| round.watch.clock_steps).sum()),
        cpu_s: Some(cpu),
        cpu_share: (elapsed > 0.0).then(|| cpu / elapsed),
        peak_memory_bytes: last.and_then(|round| round.used.peak_memory),
        calibration,
        error_s: error.into_iter().reduce(f64::max),
        error_bound_s: Some(median.map_or(0.0, |median| median * 0.01).max(seconds(MILLISECOND))),
    }
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
            let exchanges: Vec<Exchange> = measured
                .rounds
                .iter()
                .flat_map(|round| round.exchanges.iter().filter(its).cloned())
                .collect();
            let mut figures = summarise(&exchanges, clocking, None, settings.goodput.first()).record;
            // Over which time would a turn's throughput be?
            (figures.throughput, figures.duration_s) = (None, None);
            figures
        })
        .collect()
}

/// By how much the mean time to first token may be too late, because first tokens were read together with later ones.
fn merged_error(measured: &Measured) -> f64 {
    let exchanges = || measured.rounds.iter().flat_map(|round| &round.exchanges);
    let complete = exchanges().filter(|exchange| exchange.is_complete()).count().max(1) as f64;
    exchanges().map(|exchange| seconds(exchange.first_uncertainty)).sum::<f64>() / complete
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
