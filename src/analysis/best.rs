//! Series against each other at a service level.

use super::{Answer, Economics, Entry, Metric, SeriesKey, ServiceLevel, Side, Unanswered};

/// What the answers at a level can be ranked by; the first is what readers get who don't choose.
pub const RANKINGS: [Metric; 3] =
    [Metric::CostPerMillionTokens, Metric::ThroughputPerAccelerator, Metric::ThroughputPerMegawatt];

/// The best of one series at a level, and what follows from its throughput.
#[derive(Clone, Copy, Debug)]
pub struct SeriesAnswer<'s, 'a> {
    /// The series.
    pub key: &'s SeriesKey,
    /// Its best.
    pub answer: Answer<'a>,
    /// Dollars per million tokens; absent without a price.
    pub cost: Option<f64>,
    /// Tokens/s per megawatt of provisioned power; absent without a power.
    pub per_megawatt: Option<f64>,
}

/// All series at a level.
#[derive(Clone, Debug, Default)]
pub struct Best<'s, 'a> {
    /// The series that answer, best first.
    pub answers: Vec<SeriesAnswer<'s, 'a>>,
    /// The series that don't, and why, by their key.
    pub unanswered: Vec<(&'s SeriesKey, Unanswered)>,
}

impl<'s> SeriesAnswer<'s, '_> {
    /// The side that it is of a comparison.
    pub fn side(&self) -> Side<'s> {
        self.answer.side(self.key)
    }

    /// One of the [`RANKINGS`].
    pub fn value(&self, ranking: Metric) -> Option<f64> {
        match ranking {
            Metric::CostPerMillionTokens => self.cost,
            Metric::ThroughputPerMegawatt => self.per_megawatt,
            Metric::ThroughputPerAccelerator => Some(self.answer.throughput),
            _ => None,
        }
    }
}

/// Ranks series at a level. What has no value to rank by comes last; equals stay in the order of their keys.
pub fn best<'s, 'a: 's>(
    series: impl Iterator<Item = (&'s SeriesKey, &'s [Entry<'a>])>,
    level: &ServiceLevel,
    ranking: Metric,
    economics: &Economics<'_>,
) -> Best<'s, 'a> {
    let mut best = Best::default();
    for (key, entries) in series {
        match level.answer(entries) {
            Err(why) => best.unanswered.push((key, why)),
            Ok(answer) => best.answers.push(SeriesAnswer {
                key,
                answer,
                cost: economics.dollars_per_million_tokens(&key.accelerator, answer.throughput),
                per_megawatt: economics.tokens_per_second_per_megawatt(&key.accelerator, answer.throughput),
            }),
        }
    }
    best.answers.sort_by(|a, b| match (a.value(ranking), b.value(ranking)) {
        (Some(a), Some(b)) => ranking.better().signed(b).total_cmp(&ranking.better().signed(a)),
        (a, b) => b.is_some().cmp(&a.is_some()),
    });
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        analysis::{
            DEFAULT, Percentile,
            sample::{measurement, run},
            standing_series,
        },
        catalog::{Edition, PriceTier},
    };
    use record::Run;
    use serde_json::json;

    fn edition() -> Edition {
        toml::from_str(
            "effective = 2026-07-01\nsource = \"test\"\n[accelerator]\n\
             b200 = { power_kw = 2.0, rental = 4.0 }\nh200 = { power_kw = 1.0, rental = 1.0 }\n",
        )
        .expect("an edition")
    }

    fn runs() -> Vec<Run> {
        let on = |accelerator: &str, id: &str, total: f64| {
            let topology = json!({ "aggregated": { "parallelism": { "tensor": 8 } } });
            measurement(&json!({
                "id": id,
                "deployment": { "accelerator": accelerator, "accelerators": 8, "topology": topology },
                "throughput": { "total": total },
            }))
        };
        let all = vec![on("b200", "1", 8000.0), on("h200", "2", 4000.0), on("unknown", "3", 16_000.0)];
        vec![run("a", "2026-01-01", all)]
    }

    fn order(ranking: Metric) -> Vec<String> {
        let (edition, runs) = (edition(), runs());
        let economics = Economics { edition: Some(&edition), tier: PriceTier::Rental };
        let series = standing_series(&runs);
        let all = series.iter().map(|(key, entries)| (key, entries.as_slice()));
        let best = best(all, &DEFAULT.level, ranking, &economics);
        best.answers.iter().map(|answer| answer.key.accelerator.to_string()).collect()
    }

    #[test]
    fn each_ranking_has_its_own_order_and_what_has_no_price_comes_last() {
        assert_eq!(order(RANKINGS[0]), ["h200", "b200", "unknown"], "$0.56 against $1.11");
        assert_eq!(order(RANKINGS[1]), ["unknown", "b200", "h200"]);
        assert_eq!(order(RANKINGS[2]), ["b200", "h200", "unknown"], "equal, so in order of their keys");
    }

    #[test]
    fn a_series_without_an_answer_is_listed_with_the_reason() {
        let runs = runs();
        let series = standing_series(&runs);
        let level = ServiceLevel { first_token_at: Percentile::P90, ..DEFAULT.level };
        let all = series.iter().map(|(key, entries)| (key, entries.as_slice()));
        let best = best(all, &level, RANKINGS[0], &crate::analysis::sample::UNPRICED);
        assert!(best.answers.is_empty());
        assert_eq!(best.unanswered.len(), 3);
        assert!(best.unanswered.iter().all(|(_, why)| *why == Unanswered::NotStated));
    }
}
