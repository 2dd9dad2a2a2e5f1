//! What to choose at a service level, how sure that is, and what would change it.
//!
//! With throughputs T and prices C per accelerator-hour two series cost the same when `C₁ / T₁ = C₂ / T₂`. So the winner loses
//! its place at a price above `C₂ × T₁ / T₂`, or when its rival's falls below `C₁ × T₂ / T₁`. For efficiency the same holds of
//! provisioned power. Neither moves two series on one accelerator against each other, so the rival is the best on another.

use super::{
    Best, Direction, Economics, Judgement, Metric, Ranked, Reason, SeriesAnswer, Yardstick, judge,
    metric_values, rank, reasons_against, stability,
};

/// The best series by one of the [`super::RANKINGS`].
#[derive(Clone, Debug)]
pub struct Recommendation<'s, 'a> {
    /// What it is best by.
    pub metric: Metric,
    /// The best.
    pub winner: SeriesAnswer<'s, 'a>,
    /// Those that can't be told apart from it and so share its place, best first.
    pub tied: Vec<SeriesAnswer<'s, 'a>>,
    /// The share of draws within the noise in which it stays first; absent where nothing shows the noise, or it is alone.
    pub stays_first: Option<f64>,
    /// The next best, tied or not; absent where there is none.
    pub next: Option<Next<'s, 'a>>,
    /// What would change the winner; absent where no other accelerator answers, or for throughput no other series.
    pub flip: Option<Flip<'s, 'a>>,
}

/// The next best, and how sure it is that it is only that.
#[derive(Clone, Debug)]
pub struct Next<'s, 'a> {
    /// The series.
    pub answer: SeriesAnswer<'s, 'a>,
    /// The verdict on the winner against it.
    pub judgement: Judgement,
    /// What else differs and forbids a plain comparison, such as the precision.
    pub caveats: Vec<Reason>,
}

impl Next<'_, '_> {
    /// How many times better the winner is, whichever way is better.
    pub fn lead(&self, better: Direction) -> Option<f64> {
        self.judgement.ratio.map(|ratio| if better == Direction::Higher { ratio } else { ratio.recip() })
    }
}

/// What the order depends on beside what was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lever {
    /// Dollars per accelerator-hour.
    Price,
    /// Provisioned kilowatts per accelerator.
    Power,
    /// Tokens/s per accelerator, where nothing else counts.
    Throughput,
}

/// Where the rival draws level: when the winner's lever is moved to one figure, or the rival's to another.
#[derive(Clone, Copy, Debug)]
pub struct Flip<'s, 'a> {
    /// What is moved.
    pub lever: Lever,
    /// Who draws level.
    pub rival: SeriesAnswer<'s, 'a>,
    /// The winner's figure as it is, and at which the two are equal.
    pub of_winner: (f64, f64),
    /// The rival's figure as it is, and at which the two are equal.
    pub of_rival: (f64, f64),
}

/// The best answer by `metric`, one of the [`super::RANKINGS`]. Prices and powers are factors without an error of their own,
/// so the yardstick of throughput is that of all three. `None` when nothing has a value to rank by.
pub fn recommendation<'s, 'a>(
    best: &Best<'s, 'a>,
    metric: Metric,
    economics: &Economics<'_>,
    yardstick: Yardstick<'_>,
) -> Option<Recommendation<'s, 'a>> {
    let signed =
        |answer: &SeriesAnswer<'_, '_>| answer.value(metric).map(|value| metric.better().signed(value));
    let mut ranked: Vec<SeriesAnswer<'s, 'a>> =
        best.answers.iter().filter(|answer| signed(answer).is_some_and(f64::is_finite)).copied().collect();
    // Of equals the first by key, whatever the order of the input.
    ranked.sort_by(|a, b| {
        let (a_value, b_value) = (signed(a).unwrap_or_default(), signed(b).unwrap_or_default());
        b_value.total_cmp(&a_value).then_with(|| a.key.cmp(b.key))
    });
    let (winner, others) = ranked.split_first()?;
    let one = |answer: &SeriesAnswer<'s, 'a>| Ranked {
        values: values(answer, metric, economics),
        side: answer.side(),
    };
    let in_order: Vec<Ranked<'_>> = ranked.iter().map(one).collect();
    let groups = rank(&in_order, metric.better(), yardstick).unwrap_or_default();
    let tied = groups.first().into_iter().flatten().filter(|at| **at != 0).map(|at| ranked[*at]).collect();
    Some(Recommendation {
        metric,
        winner: *winner,
        tied,
        stays_first: stability(&in_order, metric.better(), yardstick, 1).map(|stable| stable.first_holds),
        next: others.first().map(|answer| next(winner, answer, metric, economics, yardstick)),
        flip: others.iter().find_map(|rival| flip(winner, rival, metric, economics)),
    })
}

/// The values of an answer: one a repeat where it was measured with repeats.
fn values(answer: &SeriesAnswer<'_, '_>, metric: Metric, economics: &Economics<'_>) -> Vec<f64> {
    match answer.answer.misses {
        None => metric_values(metric, answer.answer.keeps.entry.measurement, economics),
        Some(_) => answer.value(metric).into_iter().collect(),
    }
}

fn next<'s, 'a>(
    winner: &SeriesAnswer<'s, 'a>,
    answer: &SeriesAnswer<'s, 'a>,
    metric: Metric,
    economics: &Economics<'_>,
    yardstick: Yardstick<'_>,
) -> Next<'s, 'a> {
    let [ours, theirs] = [winner, answer].map(|answer| values(answer, metric, economics));
    let noise = yardstick.between(winner.side(), answer.side());
    let measurement = |answer: &SeriesAnswer<'s, 'a>| answer.answer.keeps.entry.measurement;
    Next {
        answer: *answer,
        judgement: judge(&ours, &theirs, metric.better(), noise),
        caveats: reasons_against(measurement(winner), measurement(answer)),
    }
}

/// Where this rival draws level; `None` for one that the lever can't set apart from the winner.
fn flip<'s, 'a>(
    winner: &SeriesAnswer<'s, 'a>,
    rival: &SeriesAnswer<'s, 'a>,
    metric: Metric,
    economics: &Economics<'_>,
) -> Option<Flip<'s, 'a>> {
    let throughputs = (winner.answer.throughput, rival.answer.throughput);
    let (lever, now) = match metric {
        Metric::ThroughputPerAccelerator => (Lever::Throughput, throughputs),
        _ if winner.key.accelerator == rival.key.accelerator => return None,
        _ => {
            let priced = metric.better() == Direction::Lower;
            let of = |answer: &SeriesAnswer<'_, '_>| {
                let accelerator = &answer.key.accelerator;
                if priced {
                    economics.dollars_per_hour(accelerator)
                } else {
                    economics.kilowatts(accelerator)
                }
            };
            let lever = if priced { Lever::Price } else { Lever::Power };
            (lever, (of(winner)?, of(rival)?))
        }
    };
    let level = match lever {
        Lever::Throughput => (now.1, now.0),
        Lever::Price | Lever::Power => {
            (now.1 * throughputs.0 / throughputs.1, now.0 * throughputs.1 / throughputs.0)
        }
    };
    Some(Flip { lever, rival: *rival, of_winner: (now.0, level.0), of_rival: (now.1, level.1) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        analysis::{
            Basis, Claim, DEFAULT, NoiseModel, RANKINGS, Spread, best,
            sample::{measurement, run},
            standing_series,
        },
        catalog::{Edition, PriceTier},
    };
    use proptest::prelude::*;
    use record::{AcceleratorKey, Run};
    use serde_json::json;

    /// (accelerator, framework, precision, tokens/s per accelerator)
    type Row = (&'static str, &'static str, &'static str, f64);

    fn runs(rows: &[Row]) -> Vec<Run> {
        let one = |(at, (accelerator, framework, precision, throughput)): (usize, &Row)| {
            let topology = json!({ "aggregated": { "parallelism": { "tensor": 8 } } });
            measurement(&json!({
                "id": format!("{at:016}"),
                "deployment": { "accelerator": accelerator, "accelerators": 8, "topology": topology },
                "framework": { "key": framework },
                "precision": precision,
                "throughput": { "total": throughput * 8.0 },
            }))
        };
        vec![run("a", "2026-01-01", rows.iter().enumerate().map(one).collect())]
    }

    fn edition(prices: &[(&str, f64, f64)]) -> Edition {
        let line = |(key, rental, power): &(&str, f64, f64)| {
            format!("{key} = {{ rental = {rental:?}, power_kw = {power:?} }}\n")
        };
        let lines: String = prices.iter().map(line).collect();
        toml::from_str(&format!("effective = 2026-07-01\nsource = \"test\"\n[accelerator]\n{lines}"))
            .expect("an edition")
    }

    /// What is said of these runs at these prices.
    fn said<T>(
        rows: &[Row],
        edition: &Edition,
        metric: Metric,
        look: impl Fn(&Recommendation<'_, '_>) -> T,
    ) -> Option<T> {
        let runs = runs(rows);
        let economics = Economics { edition: Some(edition), tier: PriceTier::Rental };
        let series = standing_series(&runs);
        let all = series.iter().map(|(key, entries)| (key, entries.as_slice()));
        let best = best(all, &DEFAULT.level, RANKINGS[0], &economics);
        let yardstick = Yardstick { noise: &NoiseModel::default(), interpolation: None };
        recommendation(&best, metric, &economics, yardstick).as_ref().map(look)
    }

    const ROWS: [Row; 4] = [
        ("b200", "sglang", "fp8", 1000.0),
        ("b200", "vllm", "fp8", 900.0),
        ("h200", "sglang", "fp8", 400.0),
        ("mi355x", "sglang", "nvfp4", 800.0),
    ];

    #[test]
    fn the_price_at_which_the_order_flips_is_the_one_worked_out_by_hand() {
        let edition = edition(&[("b200", 4.0, 2.0), ("h200", 2.0, 1.0), ("mi355x", 3.6, 2.5)]);
        // Per million tokens: b200 4e6/3.6e6 = $1.11 and $1.23, h200 $1.39, mi355x $1.25.
        let cost = said(&ROWS, &edition, RANKINGS[0], |it| {
            let flip = it.flip.expect("another accelerator");
            let next = it.next.as_ref().expect("a next");
            let names = [it.winner.key, next.answer.key, flip.rival.key]
                .map(|key| format!("{} {}", key.accelerator, key.framework));
            (names.join(", "), flip.lever, flip.of_winner, flip.of_rival)
        });
        // b200 at 3.6 × 1000 / 800 costs what mi355x does; mi355x at 4 × 800 / 1000 what b200 does.
        let expected =
            ("b200 sglang, b200 vllm, mi355x sglang".to_owned(), Lever::Price, (4.0, 4.5), (3.6, 3.2));
        assert_eq!(cost, Some(expected));
        let power = said(&ROWS, &edition, RANKINGS[2], |it| {
            let flip = it.flip.expect("another accelerator");
            (flip.lever, flip.rival.key.accelerator.to_string(), flip.of_winner, flip.of_rival)
        });
        // tok/s/MW: b200 500,000, h200 400,000, mi355x 320,000.
        assert_eq!(power, Some((Lever::Power, "h200".to_owned(), (2.0, 2.5), (1.0, 0.8))));
        let throughput = said(&ROWS, &edition, RANKINGS[1], |it| {
            let flip = it.flip.expect("another series");
            (flip.lever, flip.rival.key.framework.to_string(), flip.of_rival)
        });
        assert_eq!(throughput, Some((Lever::Throughput, "vllm".to_owned(), (900.0, 1000.0))));
    }

    #[test]
    fn nothing_is_said_of_what_is_not_known() {
        let unpriced = edition(&[]);
        assert!(said(&ROWS, &unpriced, RANKINGS[0], |_| ()).is_none());
        let alone = said(&ROWS[..1], &unpriced, RANKINGS[1], |it| (it.next.is_none(), it.flip.is_none()));
        assert_eq!(alone, Some((true, true)));
        let same = edition(&[("b200", 4.0, 2.0)]);
        assert_eq!(
            said(&ROWS[..2], &same, RANKINGS[0], |it| it.flip.is_none()),
            Some(true),
            "one accelerator"
        );
    }

    #[test]
    fn the_verdict_says_what_it_rests_on_and_what_else_differs() {
        let edition = edition(&[("b200", 4.0, 2.0), ("mi355x", 3.3, 2.5)]);
        let rows = [ROWS[0], ROWS[3]];
        let next = said(&rows, &edition, RANKINGS[0], |it| {
            it.next.clone().map(|next| (next.judgement, next.caveats))
        });
        let (judgement, caveats) = next.flatten().expect("a next");
        assert_eq!(judgement.claim, Claim::NotComparable(vec![Reason::NoNoiseEstimate]));
        assert_eq!(judgement.basis, Basis::Nothing);
        assert!((judgement.ratio.expect("values") - (4.0 / 1000.0) / (3.3 / 800.0)).abs() < 1e-12);
        assert_eq!(caveats, [Reason::Precision]);
    }

    /// A series that is interpolated at 40 tok/s per user, halfway between 8,000 and 6,000, and one that was measured there.
    fn interpolated_and_measured() -> Vec<Run> {
        let at = |id: &str, tpot: f64, total: f64, framework: &str| {
            measurement(&json!({
                "id": id,
                // A load each, so that they are configurations of their own.
                "arrival": { "concurrency": id.parse::<u32>().expect("a number") },
                "framework": { "key": framework },
                "latency": { "tpot": { "p50": tpot }, "ttft": { "p50": 1.0 } },
                "throughput": { "total": total },
            }))
        };
        let rows = vec![
            at("1", 1.0 / 30.0, 8000.0, "sglang"),
            at("2", 1.0 / 50.0, 6000.0, "sglang"),
            at("3", 1.0 / 40.0, 6700.0, "vllm"),
        ];
        vec![run("a", "2026-01-01", rows)]
    }

    #[test]
    fn a_lead_that_interpolation_can_explain_is_a_tie() {
        let runs = interpolated_and_measured();
        let series = standing_series(&runs);
        let all = series.iter().map(|(key, entries)| (key, entries.as_slice()));
        let unpriced = crate::analysis::sample::UNPRICED;
        let best = best(all, &DEFAULT.level, RANKINGS[1], &unpriced);
        let noise = NoiseModel::of_all(0.005, 1000);
        let told = |deviation: Option<f64>| {
            let off = deviation.map(|deviation| Spread::normal(deviation, 1000));
            let yardstick = Yardstick { noise: &noise, interpolation: off.as_ref() };
            recommendation(&best, RANKINGS[1], &unpriced, yardstick).expect("answers")
        };
        let claim = |interpolation| told(interpolation).next.expect("a next").judgement.claim;
        // The lead is 7,000 / 6,700, 4.4 % as a logarithm; the noise alone allows 0.98 %, 3 % of interpolation 5.96 %.
        let lead = told(None).next.expect("a next").lead(Direction::Higher).expect("values");
        assert!((lead - 7000.0 / 6700.0).abs() < 1e-12);
        assert_eq!((claim(Some(0.03)), claim(Some(0.02))), (Claim::WithinNoise, Claim::Faster));
        assert_eq!((told(Some(0.03)).tied.len(), told(Some(0.02)).tied.len()), (1, 0));
        assert!(told(Some(0.03)).stays_first < told(Some(0.02)).stays_first);
        // How far it is off isn't known, so nothing is claimed.
        assert_eq!(claim(None), Claim::NotComparable(vec![Reason::NoNoiseEstimate]));
        assert_eq!((told(None).tied.len(), told(None).stays_first), (0, None));
    }

    fn cost(price: f64, throughput: f64) -> f64 {
        let edition = edition(&[("x", price, 1.0)]);
        let economics = Economics { edition: Some(&edition), tier: PriceTier::Rental };
        economics.dollars_per_million_tokens(&AcceleratorKey::from("x"), throughput).expect("priced")
    }

    proptest! {
        #[test]
        fn at_the_price_of_the_flip_both_cost_the_same_and_beyond_it_the_order_is_the_other(
            throughputs in (10.0_f64..20_000.0, 10.0_f64..20_000.0),
            prices in (0.2_f64..20.0, 0.2_f64..20.0),
            step in 0.001_f64..0.5,
        ) {
            let rows: [Row; 2] = [("b200", "sglang", "fp8", throughputs.0), ("h200", "sglang", "fp8", throughputs.1)];
            let told = |prices: (f64, f64)| {
                let edition = edition(&[("b200", prices.0, 1.0), ("h200", prices.1, 1.0)]);
                said(&rows, &edition, RANKINGS[0], |it| {
                    let flip = it.flip.expect("another accelerator");
                    (it.winner.key.accelerator.to_string(), it.winner.answer.throughput, flip.rival.answer.throughput, flip.of_winner, flip.of_rival)
                }).expect("priced")
            };
            let (winner, fast, slow, of_winner, of_rival) = told(prices);
            let level = cost(of_winner.1, fast) / cost(of_rival.0, slow) - 1.0;
            prop_assert!(level.abs() < 1e-12, "{level}");
            let level = cost(of_winner.0, fast) / cost(of_rival.1, slow) - 1.0;
            prop_assert!(level.abs() < 1e-12, "{level}");
            let with = |of_winner: f64, of_rival: f64| if winner == "b200" { (of_winner, of_rival) } else { (of_rival, of_winner) };
            prop_assert_eq!(&told(with(of_winner.1 * (1.0 - step), of_rival.0)).0, &winner, "below it nothing changes");
            prop_assert_ne!(&told(with(of_winner.1 * (1.0 + step), of_rival.0)).0, &winner, "above it the rival is cheaper");
            prop_assert_eq!(&told(with(of_winner.0, of_rival.1 * (1.0 + step))).0, &winner, "above it nothing changes");
            prop_assert_ne!(&told(with(of_winner.0, of_rival.1 * (1.0 - step))).0, &winner, "below it the rival is cheaper");
        }
    }
}
