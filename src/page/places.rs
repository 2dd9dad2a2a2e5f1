//! The places of a ranking: shared where two can't be told apart, with how often the order holds.

use crate::{
    analysis::{
        Analysis, Entry, Metric, Noise, Ranked, SeriesKey, Side, Stability, Yardstick, metric_values, rank,
        stability,
    },
    verdict,
};

/// One of those that are put in order.
pub(super) struct Candidate<'a> {
    /// The measurement, or the one that keeps the limits where the value is interpolated.
    pub(super) entry: Entry<'a>,
    /// What it is ranked by.
    pub(super) value: f64,
    /// Whether the value lies between two measurements.
    pub(super) interpolated: bool,
}

/// The places of candidates that are listed best first: indices that share one, best first.
pub(super) struct Places(Vec<Vec<usize>>);

impl Places {
    /// Of candidates by a metric, best first. `None` of fewer than two, or where nothing shows the noise: a lone one has no
    /// place, and without noise nobody knows who shares one.
    pub(super) fn of(analysis: &Analysis<'_>, metric: Metric, best_first: &[Candidate<'_>]) -> Option<Self> {
        let groups =
            |ranked: &[Ranked<'_>], yardstick: Yardstick<'_>| rank(ranked, metric.better(), yardstick);
        with_ranked(analysis, metric, best_first, groups).map(Self)
    }

    /// The indices of those that share the first place, best first.
    pub(super) fn first(&self) -> &[usize] {
        self.0.first().map_or(&[], Vec::as_slice)
    }

    /// The place of the one at an index: `1`, or `2 to 4` where it is shared; nothing for what isn't ranked.
    pub(super) fn at(&self, index: usize) -> String {
        match self.span(index) {
            Some([first, last]) if first == last => first.to_string(),
            Some([first, last]) => format!("{first} to {last}"),
            None => String::new(),
        }
    }

    /// The first and the last place that the one at an index shares, counted from 1; nothing for what isn't ranked.
    pub(super) fn span(&self, index: usize) -> Option<[usize; 2]> {
        let group = self.0.iter().position(|group| group.contains(&index))?;
        let before: usize = self.0[..group].iter().map(Vec::len).sum();
        Some([before + 1, before + self.0[group].len()])
    }
}

/// What may be said of the order of candidates that are listed best first: of the `first` so many, which is said where there
/// are more. `None` as for [`Places::of`].
pub(super) fn stability_sentence(
    analysis: &Analysis<'_>,
    metric: Metric,
    best_first: &[Candidate<'_>],
    first: usize,
) -> Option<String> {
    with_ranked(analysis, metric, best_first, |ranked, yardstick| {
        let noises: Vec<Noise> = ranked.iter().map(|one| yardstick.of(one.side)).collect::<Option<_>>()?;
        let stable = stability(ranked, metric.better(), yardstick, first)?;
        let of = if ranked.len() > first { format!(" of the first {first}") } else { String::new() };
        Some(sentence(&of, &noises, stable))
    })
}

fn sentence(of: &str, noises: &[Noise], stable: Stability) -> String {
    let mut noises: Vec<f64> = noises.iter().map(Noise::threshold).collect();
    noises.sort_by(f64::total_cmp);
    noises.dedup();
    let ends = [noises.first().copied(), noises.last().copied().filter(|_| noises.len() > 1)];
    let noises: Vec<String> = ends.into_iter().flatten().map(verdict::percent).collect();
    format!(
        "Drawn again by what two single runs of the same differ by (95 % of pairs by no more than {}), the order{of} holds in {} and the first place in {}.",
        noises.join(" to "),
        of_draws(stable.order_holds),
        of_draws(stable.first_holds),
    )
}

/// Candidates as a ranking takes them.
fn with_ranked<T>(
    analysis: &Analysis<'_>,
    metric: Metric,
    candidates: &[Candidate<'_>],
    then: impl FnOnce(&[Ranked<'_>], Yardstick<'_>) -> Option<T>,
) -> Option<T> {
    let keys: Vec<SeriesKey> = candidates.iter().map(|one| SeriesKey::of(&one.entry)).collect();
    let ranked = candidates.iter().zip(&keys).map(|(one, series)| Ranked {
        values: match one.interpolated {
            true => vec![one.value],
            false => metric_values(metric, one.entry.measurement, &analysis.economics),
        },
        side: Side { series, interpolated: one.interpolated },
    });
    then(&ranked.collect::<Vec<_>>(), analysis.yardstick(metric))
}

/// A share of draws in words that never claim certainty by rounding.
pub(super) fn of_draws(share: f64) -> String {
    match share {
        1.0 => "all draws".to_owned(),
        0.995.. => "more than 99 % of draws".to_owned(),
        0.005.. => format!("{:.0} % of draws", 100.0 * share),
        _ => "less than 1 % of draws".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_shared_by_those_that_tie() {
        let places = Places(vec![vec![0], vec![1, 2], vec![3]]);
        assert_eq!([0, 1, 2, 3, 4].map(|at| places.at(at)), ["1", "2 to 3", "2 to 3", "4", ""]);
        assert_eq!(places.first(), [0]);
        let said = sentence(" of the first 3", &[], Stability { order_holds: 0.497, first_holds: 0.9996 });
        let end =
            "the order of the first 3 holds in 50 % of draws and the first place in more than 99 % of draws.";
        assert!(said.ends_with(end), "{said}");
    }

    #[test]
    fn a_share_is_never_rounded_to_certainty() {
        let words = [1.0, 0.9999, 0.5, 0.001, 0.0].map(of_draws);
        let few = "less than 1 % of draws";
        assert_eq!(words, ["all draws", "more than 99 % of draws", "50 % of draws", few, few]);
    }
}
