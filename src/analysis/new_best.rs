//! The bests of some days: measurements that beat everything before them.

use super::{
    Claim, Days, Economics, Entry, Judgement, Metric, NoiseModel, SeriesKey, WorkloadKey, best_at,
    judge_measurements, standing_entries,
};
use record::{AcceleratorKey, ModelKey, Precision, Run, RunKind};
use std::collections::BTreeMap;

const METRIC: Metric = Metric::ThroughputPerAccelerator;

/// What a best is the best of: one model's workload on one accelerator in one precision, whatever the framework.
pub type BestOf = (ModelKey, WorkloadKey, AcceleratorKey, Precision);

/// The most throughput per accelerator so far, and what it beat.
#[derive(Clone, Debug)]
pub struct NewBest<'a> {
    /// What it is the best of.
    pub of: BestOf,
    /// The tokens/s/user that both reach.
    pub level: f64,
    /// The best before, and its throughput per accelerator.
    pub before: (Entry<'a>, f64),
    /// The new one.
    pub now: (Entry<'a>, f64),
    /// The verdict on the new one against the one before.
    pub judgement: Judgement,
}

impl NewBest<'_> {
    /// How many times the best before.
    pub fn ratio(&self) -> f64 {
        self.now.1 / self.before.1
    }

    /// Whether it is no more than the noise between adjacent runs could make it.
    pub fn is_within_noise(&self) -> bool {
        self.judgement.claim == Claim::WithinNoise
    }
}

/// The official measurements of these days that give more throughput per accelerator than any before, at one of the levels
/// of interactivity or above, the greatest gain first. Where one beats another at several levels the highest counts.
pub fn new_bests<'a>(
    runs: &'a [Run],
    days: Days,
    levels: &[f64],
    economics: &Economics<'_>,
    noise: &NoiseModel,
) -> Vec<NewBest<'a>> {
    let mut groups: BTreeMap<BestOf, [Vec<Entry<'a>>; 2]> = BTreeMap::new();
    for entry in standing_entries(runs).filter(|entry| entry.run.kind == RunKind::Official) {
        let side = if days.follow(entry.run) { 0 } else { 1 };
        if side == 0 || days.hold(entry.run) {
            let SeriesKey { model, workload, accelerator, precision, .. } = SeriesKey::of(&entry);
            groups.entry((model, workload, accelerator, precision)).or_default()[side].push(entry);
        }
    }
    let mut found: Vec<NewBest<'a>> = Vec::new();
    for (of, [before, now]) in groups {
        let mut of_group: Vec<NewBest<'a>> = Vec::new();
        for level in levels {
            let best = |entries: &[Entry<'a>]| best_at(entries, Some(*level), METRIC, economics);
            let Some((before, now)) = best(&before).zip(best(&now)).filter(|(before, now)| now.1 > before.1)
            else {
                continue;
            };
            let noise = noise.between(&SeriesKey::of(&before.0), &SeriesKey::of(&now.0));
            let sides = ((now.0.measurement, economics), (before.0.measurement, economics));
            let judgement = judge_measurements(METRIC, sides.0, sides.1, noise);
            of_group.retain(|known| {
                (known.before.0.href(), known.now.0.href()) != (before.0.href(), now.0.href())
            });
            of_group.push(NewBest { of: of.clone(), level: *level, before, now, judgement });
        }
        found.extend(of_group);
    }
    // Stable: equals stay in the order of what they are the best of.
    found.sort_by(|a, b| b.ratio().total_cmp(&a.ratio()));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::sample::{UNPRICED, measurement, run};
    use proptest::prelude::*;
    use serde_json::json;

    const MAY: Days = Days { from: jiff::civil::date(2026, 5, 1), until: jiff::civil::date(2026, 5, 31) };

    /// A run with one measurement of this interactivity and throughput per accelerator.
    fn at(day: &str, speed: f64, throughput: f64) -> Run {
        let fields = json!({
            "id": format!("{:016}", day.replace('-', "")),
            "latency": { "tpot": { "p50": 1.0 / speed } },
            "throughput": { "total": throughput * 8.0 },
        });
        run(day, day, vec![measurement(&fields)])
    }

    fn bests(runs: &[Run]) -> Vec<(f64, String, f64)> {
        let found = new_bests(runs, MAY, &[20.0, 50.0], &UNPRICED, &NoiseModel::default());
        found.iter().map(|best| (best.level, best.now.0.run.id.clone(), best.ratio())).collect()
    }

    #[test]
    fn what_beats_everything_before_is_a_best_at_the_highest_level_where_it_does() {
        let before = [at("2026-04-01", 60.0, 100.0), at("2026-04-02", 30.0, 200.0)];
        let with = |run: Run| [before.to_vec(), vec![run]].concat();
        assert_eq!(bests(&with(at("2026-05-02", 60.0, 150.0))), [(50.0, "2026-05-02".to_owned(), 1.5)]);
        assert_eq!(
            bests(&with(at("2026-05-02", 60.0, 300.0))),
            [(50.0, "2026-05-02".to_owned(), 3.0), (20.0, "2026-05-02".to_owned(), 1.5)],
            "two, since it beats another at each level"
        );
        assert_eq!(bests(&with(at("2026-05-02", 60.0, 100.0))), [], "a tie beats nothing");
        assert_eq!(bests(&with(at("2026-06-01", 60.0, 900.0))), [], "later is another month's");
        assert_eq!(bests(&[at("2026-05-02", 60.0, 900.0)]), [], "the first of its kind beats nothing");
    }

    #[test]
    fn an_unofficial_or_failed_run_is_no_best_and_none_to_beat() {
        let mut runs =
            vec![at("2026-04-01", 60.0, 100.0), at("2026-04-02", 60.0, 900.0), at("2026-05-02", 60.0, 150.0)];
        runs[1].kind = RunKind::Unofficial;
        assert_eq!(bests(&runs).len(), 1);
        runs[2].measurements[0].outcome = record::Outcome::Timeout;
        assert_eq!(bests(&runs), []);
    }

    proptest! {
        #[test]
        fn a_best_is_above_all_that_was_before(
            before in prop::collection::vec((10_u8..90, 1_u16..500), 1..12),
            now in prop::collection::vec((10_u8..90, 1_u16..500), 1..12),
        ) {
            let month = |month: u8, all: &[(u8, u16)]| -> Vec<Run> {
                all.iter().enumerate().map(|(day, (speed, throughput))| {
                    at(&format!("2026-0{month}-{:02}", day + 1), f64::from(*speed), f64::from(*throughput))
                }).collect()
            };
            let runs = [month(4, &before), month(5, &now)].concat();
            for best in new_bests(&runs, MAY, &[20.0, 50.0], &UNPRICED, &NoiseModel::default()) {
                prop_assert!(best.now.1 > best.before.1);
                let reach = |(speed, _): &&(u8, u16)| f64::from(*speed) >= best.level + 1.0;
                let most = before.iter().filter(reach).map(|(_, throughput)| *throughput).max().unwrap_or(0);
                prop_assert!(best.now.1 > f64::from(most) * (1.0 - 1e-9));
            }
        }
    }
}
