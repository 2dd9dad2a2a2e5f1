//! Whether a record's figures rest on enough: repeats, requests, and a client that kept up.

use super::{
    alone::standing,
    review::{Aspect, Remark, share},
};
use crate::{
    analysis::{Entry, NEEDED, Requests},
    format,
};
use record::{Distribution, Latency, Measurement, Run};

/// Repeats from which on an interval is worth stating.
const ENOUGH_REPEATS: usize = 3;
/// A spread of the repeats' throughput, relative to their mean, above which something else was running.
const WIDE: f64 = 0.05;
/// The share of requests that may fail before somebody should ask why.
const FAILED: f64 = 0.01;

pub(super) fn aspect(run: &Run) -> Aspect {
    let all = standing(run).count();
    let count =
        |applies: &dyn Fn(&Entry<'_>) -> bool| standing(run).filter(|(_, entry)| applies(entry)).count();
    let thin = |entry: &Entry<'_>| thin_percentile(entry).is_some();
    let told = [
        (
            count(&|entry| entry.measurement.repeats.len() < ENOUGH_REPEATS),
            "fewer than three repeats, so that there is no interval worth stating".to_owned(),
        ),
        (
            count(&|entry| spread(entry.measurement).is_some_and(|spread| spread > WIDE)),
            format!("repeats whose throughput differs by more than {} % of its mean", 100.0 * WIDE),
        ),
        (
            count(&thin),
            "a high percentile from fewer requests than it needs, which the site flags".to_owned(),
        ),
        (
            count(&|entry| failed_share(entry.measurement).is_some_and(|share| share > FAILED)),
            format!("more than {} % of the requests failed", 100.0 * FAILED),
        ),
        (
            count(&|entry| client_error(entry.measurement)),
            "the client's own error is beyond its bound".to_owned(),
        ),
    ];
    let mut remarks: Vec<Remark> = told
        .into_iter()
        .filter(|(some, _)| *some > 0)
        .map(|(some, what)| Remark::look(format!("{}: {what}", share(some, all))))
        .collect();
    let without = count(&|entry| entry.measurement.client.is_none());
    if without > 0 {
        remarks.push(Remark::known(format!("{}: the client says nothing of itself", share(without, all))));
    }
    let fewest = standing(run).map(|(_, entry)| entry.measurement.repeats.len()).min().unwrap_or_default();
    Aspect::new(
        "Statistics",
        format!("{} or more of each", format::plural(fewest, "repeat", "repeats")),
        remarks,
    )
}

/// The first extreme percentile that is stated and rests on too few requests, or on an unknown number.
fn thin_percentile(entry: &Entry<'_>) -> Option<&'static str> {
    let latency = entry.measurement.latency.as_ref()?;
    let stated = |pick: fn(&Distribution) -> Option<f64>| {
        let all = |it: &Latency| [it.ttft.clone(), it.tpot.clone(), it.e2e.clone()];
        all(latency).iter().flatten().any(|distribution| pick(distribution).is_some())
    };
    let picks: [fn(&Distribution) -> Option<f64>; 4] = [|it| it.p90, |it| it.p95, |it| it.p99, |it| it.p99_9];
    let few = |needed: u64| Requests::of(entry).is_none_or(|requests| requests.count() < needed);
    // The site shows p90 and p99 of everything; p99.9 is for those who read records.
    let shown = NEEDED.into_iter().zip(picks).filter(|((name, _), _)| *name != "p99.9");
    shown.into_iter().find(|((_, needed), pick)| stated(*pick) && few(*needed)).map(|((name, _), _)| name)
}

/// The greatest distance of two repeats' throughputs, relative to their mean.
fn spread(measurement: &Measurement) -> Option<f64> {
    let totals: Option<Vec<f64>> =
        measurement.repeats.iter().map(|repeat| repeat.throughput.as_ref()?.total).collect();
    let totals = totals.filter(|totals| totals.len() > 1)?;
    let mean = totals.iter().sum::<f64>() / totals.len() as f64;
    let most = totals.iter().copied().reduce(f64::max)?;
    let least = totals.iter().copied().reduce(f64::min)?;
    Some((most - least) / mean)
}

fn failed_share(measurement: &Measurement) -> Option<f64> {
    let requests = measurement.requests.as_ref()?;
    let (sent, completed) = (requests.sent?, requests.completed?);
    (sent > 0).then(|| sent.saturating_sub(completed) as f64 / sent as f64)
}

fn client_error(measurement: &Measurement) -> bool {
    measurement.client.as_ref().is_some_and(|client| {
        let mean = client.error_s.zip(client.error_bound_s);
        let each = client.own_errors.iter().map(|own| (own.error_s, own.bound_s));
        each.chain(mean).any(|(error, bound)| error > bound)
    })
}
