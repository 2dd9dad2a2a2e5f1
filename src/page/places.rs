//! The places of a ranking: shared where two can't be told apart, with how often the order holds.

use crate::{
    analysis::{Analysis, Entry, Metric, Ranked, Ranking, SeriesKey, rank},
    verdict,
};

/// So many make an order of which something is to be said.
const FEWEST: usize = 3;

/// One of those that are put in order.
pub(super) struct Candidate<'a> {
    /// The measurement, or the one that keeps the limits where the value is interpolated.
    pub(super) entry: Entry<'a>,
    /// What it is ranked by.
    pub(super) value: f64,
    /// Whether the value lies between two measurements.
    pub(super) interpolated: bool,
}

/// The places of single runs that are listed best first.
pub(super) struct Places {
    ranking: Ranking,
    noises: Vec<String>,
}

impl Places {
    /// Of candidates by a metric, best first. `None` of fewer than three, or where nothing shows the noise.
    pub(super) fn of(analysis: &Analysis<'_>, metric: Metric, best_first: &[Candidate<'_>]) -> Option<Self> {
        if best_first.len() < FEWEST {
            return None;
        }
        let ranked = |one: &Candidate<'_>| {
            let noise = analysis.noise(metric).of(&SeriesKey::of(&one.entry))?;
            let noise = match one.interpolated {
                true => noise.with_interpolation(1, analysis.interpolation_error()?.of_ratio),
                false => noise,
            };
            Some(Ranked { value: one.value, noise })
        };
        let ranked: Vec<Ranked> = best_first.iter().map(ranked).collect::<Option<_>>()?;
        let mut noises: Vec<f64> = ranked.iter().map(|one| one.noise.total()).collect();
        noises.sort_by(f64::total_cmp);
        noises.dedup();
        let ends = [noises.first().copied(), noises.last().copied().filter(|_| noises.len() > 1)];
        let noises = ends.into_iter().flatten().map(verdict::percent).collect();
        Some(Self { ranking: rank(&ranked, metric.better())?, noises })
    }

    /// How many share the first place.
    pub(super) fn first_shared_by(&self) -> usize {
        self.ranking.groups.first().map_or(0, Vec::len)
    }

    /// The place of the one at an index: `1`, or `2 to 4` where it is shared; nothing for what isn't ranked.
    pub(super) fn at(&self, index: usize) -> String {
        let mut first = 1;
        for group in &self.ranking.groups {
            let last = first + group.len() - 1;
            if group.contains(&index) {
                return if first == last { first.to_string() } else { format!("{first} to {last}") };
            }
            first = last + 1;
        }
        String::new()
    }

    /// What may be said of the order; `of` follows the word.
    pub(super) fn sentence(&self, of: &str) -> String {
        format!(
            "Drawn again within the noise of a ratio of single runs ({}), the order{of} holds in {} and the first place in {}.",
            self.noises.join(" to "),
            of_draws(self.ranking.order_holds),
            of_draws(self.ranking.first_holds),
        )
    }
}

/// A share of draws in words that never claim certainty by rounding.
fn of_draws(share: f64) -> String {
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
        let ranking =
            Ranking { groups: vec![vec![0], vec![1, 2], vec![3]], order_holds: 0.497, first_holds: 0.9996 };
        let places = Places { ranking, noises: vec!["0.83 %".to_owned()] };
        assert_eq!([0, 1, 2, 3, 4].map(|at| places.at(at)), ["1", "2 to 3", "2 to 3", "4", ""]);
        let sentence = places.sentence("");
        assert!(
            sentence.ends_with("holds in 50 % of draws and the first place in more than 99 % of draws."),
            "{sentence}"
        );
    }

    #[test]
    fn a_share_is_never_rounded_to_certainty() {
        let words = [1.0, 0.9999, 0.5, 0.001, 0.0].map(of_draws);
        let few = "less than 1 % of draws";
        assert_eq!(words, ["all draws", "more than 99 % of draws", "50 % of draws", few, few]);
    }
}
