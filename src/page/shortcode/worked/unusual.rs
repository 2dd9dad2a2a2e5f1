//! A run far from the runs before it.

use super::{Step, Worked, named, number, work};
use crate::analysis::{
    Analysis, Metric, SeriesKey,
    statistics::{median, robust_deviation},
};

/// The newest departure from its own past.
pub(super) fn departure(analysis: &Analysis<'_>) -> Option<Worked> {
    let of_throughput = analysis
        .trends()
        .histories()
        .filter_map(|(_, history)| (history.metric == Metric::ThroughputPerAccelerator).then_some(history));
    let found = of_throughput.flat_map(|history| {
        let far = history.departures().into_iter();
        far.map(|it| (history.entries[it.index], &history.values[..=it.index], it))
    });
    let (entry, values, departure) =
        found.max_by_key(|(entry, ..)| (entry.run.date, std::cmp::Reverse(entry.href())))?;
    let (value, past) = values.split_last()?;
    let past = &past[past.len().saturating_sub(departure.history)..];
    let logarithms: Vec<f64> = past.iter().map(|value| value.ln()).collect();
    let (centre, spread) = (median(&logarithms), robust_deviation(&logarithms));
    let listed: Vec<String> = past.iter().map(|value| number(*value)).collect();
    Some(Worked {
        caption: format!("a run far from its past, {}", work(analysis, &SeriesKey::of(&entry))),
        of: vec![named(analysis, &entry)],
        steps: vec![
            Step::new("Runs before", listed.join(", "), format!("median {}", number(centre.exp()))),
            Step::new("This run", "as measured", format!("{} tok/s", number(*value))).from(&entry),
            Step::new(
                "Distance",
                format!("|ln({} / {})|", number(*value), number(centre.exp())),
                number((value.ln() - centre).abs()),
            ),
            Step::new(
                "Five robust deviations of the logarithms",
                format!("5 · {}", number(spread)),
                number(5.0 * spread),
            ),
            Step::new("A factor of 1.5", "ln 1.5", number(1.5_f64.ln())),
        ],
        conclusion:
            "The distance is larger than both, so the run is listed among the gaps. It stays in every chart."
                .to_owned(),
    })
}
