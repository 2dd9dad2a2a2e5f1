//! From the figures of one measurement to the metrics that charts show, and how many requests a percentile needs.

use super::{Step, Worked, named, number, series, work};
use crate::{
    analysis::{Analysis, Entry, NEEDED, Requests, SeriesKey},
    format,
};

/// Time per output token to interactivity, and throughput to throughput per accelerator.
pub(super) fn metrics(analysis: &Analysis<'_>) -> Option<Worked> {
    series(analysis).into_iter().flat_map(|(_, entries)| entries).find_map(|entry| of_entry(analysis, entry))
}

fn of_entry(analysis: &Analysis<'_>, entry: &Entry<'_>) -> Option<Worked> {
    let measurement = entry.measurement;
    let tpot = measurement.latency.as_ref()?.tpot.as_ref()?;
    // A source may state interactivity beside the time that it follows from; then nothing is derived.
    if measurement.latency.as_ref()?.interactivity.is_some() {
        return None;
    }
    let (median, slow) = (tpot.p50?, tpot.p99?);
    let (total, accelerators) =
        (measurement.throughput.as_ref()?.total?, measurement.deployment.accelerators?);
    let key = SeriesKey::of(entry);
    Some(Worked {
        caption: format!("metrics of a measurement, {}", work(analysis, &key)),
        of: vec![named(analysis, entry)],
        steps: vec![
            Step::new(
                "Interactivity, median",
                format!("1 / {} s", number(median)),
                format!("{} tok/s/user", number(median.recip())),
            )
            .from(entry),
            Step::new(
                "Interactivity, p99",
                format!("1 / {} s, the p99 of time per output token", number(slow)),
                format!("{} tok/s/user", number(slow.recip())),
            ),
            Step::new(
                "Throughput per accelerator",
                format!("{} tok/s / {accelerators} accelerators", number(total)),
                format!("{} tok/s", number(total / f64::from(accelerators))),
            ),
        ],
        conclusion: "The p99 is the slower figure: 99 of 100 requests reached it or more.".to_owned(),
    })
}

/// A measurement that states a p99 of too few requests.
pub(super) fn percentile(analysis: &Analysis<'_>) -> Option<Worked> {
    let (name, needed) = *NEEDED.iter().find(|(name, _)| *name == "p99")?;
    let (entry, requests) =
        series(analysis).into_iter().flat_map(|(_, entries)| entries).find_map(|entry| {
            entry.measurement.latency.as_ref()?.ttft.as_ref()?.p99?;
            let requests = Requests::of(entry)?;
            (requests.count() < needed).then_some((entry, requests))
        })?;
    let concurrency = entry.measurement.arrival.concurrency;
    let counted = match (requests, concurrency) {
        (Requests::Inferred(count), Some(concurrency)) => Step::new(
            "Requests",
            format!("10 for each of {concurrency} slots"),
            format::count(count as usize),
        ),
        (requests, _) => Step::new("Requests", "as stated", format::count(requests.count() as usize)),
    };
    let least = 0.01_f64.ln() / 0.99_f64.ln();
    Some(Worked {
        caption: "whether a p99 may be stated".to_owned(),
        of: vec![named(analysis, entry)],
        steps: vec![
            Step::new("Rule", "0.99ⁿ ≤ 0.01", "the smallest such n"),
            Step::new(
                "Requests needed",
                format!("ln 0.01 / ln 0.99 = {}, rounded up", number(least)),
                format::count(needed as usize),
            ),
            counted.from(entry),
        ],
        conclusion: format!("Too few for a {name}, so this one is shown with a flag."),
    })
}
