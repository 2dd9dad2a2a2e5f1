//! What differs between two runs, or between two sets of them: what they ran with, what both measured, and what only one
//! did.

use super::{
    Analysis, Basis, Cause, Claim, Compared, Entry, Histories, Judgement, Metric, SeriesKey, causes, judge,
    metric_values, reasons_against, statistics::mean,
};
use record::{Measurement, Run};
use std::collections::BTreeMap;

/// What is compared of a configuration that both runs measured.
const COMPARED: [Metric; 5] = [
    Metric::ThroughputPerAccelerator,
    Metric::Interactivity,
    Metric::TimeToFirstToken,
    Metric::EndToEndLatency,
    Metric::MeasuredEnergyPerToken,
];

/// What differs between the runs before and the runs after.
#[derive(Clone, Debug, Default)]
pub struct RunDifference<'a> {
    /// Every configuration that both measured.
    pub shared: Vec<Shared<'a>>,
    /// What only the runs before have.
    pub only_before: Vec<Unshared<'a>>,
    /// What only the runs after have.
    pub only_after: Vec<Unshared<'a>>,
    /// What both state and state differently, with the number of shared configurations that it concerns.
    pub causes: BTreeMap<Cause<'a>, usize>,
}

/// A configuration that both measured.
#[derive(Clone, Debug)]
pub struct Shared<'a> {
    /// Its newest measurement before.
    pub before: Entry<'a>,
    /// Its newest measurement after.
    pub after: Entry<'a>,
    /// The verdict on each metric that both have, of after over before.
    pub verdicts: Vec<Compared>,
}

/// A configuration that one side measured.
#[derive(Clone, Copy, Debug)]
pub struct Unshared<'a> {
    /// Its newest measurement.
    pub entry: Entry<'a>,
    /// What the other side has of it that doesn't stand: a failure, something withdrawn.
    pub fallen: Option<&'a Measurement>,
}

impl Shared<'_> {
    /// The verdict on a metric, where both sides have it.
    pub fn verdict(&self, metric: Metric) -> Option<&Compared> {
        self.verdicts.iter().find(|verdict| verdict.metric == metric)
    }
}

impl RunDifference<'_> {
    /// How many shared configurations are faster, slower, within noise and not comparable, by throughput.
    pub fn counts(&self) -> [usize; 4] {
        claim_counts(&self.shared)
    }
}

/// How many are faster, slower, within noise and not comparable, by throughput.
pub fn claim_counts(shared: &[Shared<'_>]) -> [usize; 4] {
    let place = |claim: &Claim| match claim {
        Claim::Faster => 0,
        Claim::Slower => 1,
        Claim::WithinNoise => 2,
        Claim::NotComparable(_) => 3,
    };
    let mut counts = [0; 4];
    for one in shared {
        let verdict = one.verdict(Metric::ThroughputPerAccelerator);
        counts[verdict.map_or(3, |verdict| place(&verdict.judgement.claim))] += 1;
    }
    counts
}

/// For each run, by id, other runs, by theirs, each with a number of configurations.
type Related<'a> = BTreeMap<&'a str, BTreeMap<&'a str, (&'a Run, usize)>>;

/// Runs that follow each other: some configuration was measured in the one, next in the other, and in none between.
#[derive(Clone, Debug, Default)]
pub struct Neighbours<'a> {
    following: Related<'a>,
    preceding: Related<'a>,
}

impl<'a> Neighbours<'a> {
    /// The neighbours among all runs.
    pub fn of(histories: &Histories<'a>) -> Self {
        let mut neighbours = Self::default();
        for pair in histories.values().flat_map(|history| history.windows(2)) {
            let (before, after) = (pair[0].run, pair[1].run);
            count(&mut neighbours.following, before, after);
            count(&mut neighbours.preceding, after, before);
        }
        neighbours
    }

    /// The runs that follow a run, by id, each with the number of configurations that it measured next.
    pub fn following(&self, id: &str) -> impl Iterator<Item = (&'a Run, usize)> {
        self.following.get(id).into_iter().flat_map(BTreeMap::values).copied()
    }

    /// The runs that a run follows.
    pub fn preceding(&self, id: &str) -> impl Iterator<Item = (&'a Run, usize)> {
        self.preceding.get(id).into_iter().flat_map(BTreeMap::values).copied()
    }

    /// Whether one run follows another.
    pub fn contains(&self, before: &str, after: &str) -> bool {
        self.following.get(before).is_some_and(|following| following.contains_key(after))
    }
}

fn count<'a>(related: &mut Related<'a>, run: &'a Run, other: &'a Run) {
    related.entry(&run.id).or_default().entry(&other.id).or_insert((other, 0)).1 += 1;
}

/// What differs. Each side's runs are in order of date, and the newest measurement of each configuration counts. `between`
/// is all runs in order of date, for the changelog entries of those that lie between.
pub fn run_difference<'a>(
    analysis: &Analysis<'_>,
    before: &[&'a Run],
    after: &[&'a Run],
    between: &'a [Run],
) -> RunDifference<'a> {
    let (mut old, mut new) = (Side::of(before), Side::of(after));
    let mut difference = RunDifference::default();
    let shared: Vec<String> =
        old.standing.keys().filter(|key| new.standing.contains_key(*key)).cloned().collect();
    for key in shared {
        let (Some(before), Some(after)) = (old.standing.remove(&key), new.standing.remove(&key)) else {
            continue;
        };
        for cause in causes(before, after, between) {
            *difference.causes.entry(cause).or_default() += 1;
        }
        let verdicts = COMPARED.into_iter().filter_map(|metric| compared(analysis, metric, before, after));
        difference.shared.push(Shared { before, after, verdicts: verdicts.collect() });
    }
    difference.only_before = old.alone(&new);
    difference.only_after = new.alone(&old);
    difference.shared.sort_by_cached_key(|shared| order(&shared.after));
    difference
}

/// The measurements of one side, by identity whatever the run.
struct Side<'a> {
    standing: BTreeMap<String, Entry<'a>>,
    fallen: BTreeMap<String, &'a Measurement>,
}

impl<'a> Side<'a> {
    fn of(runs: &[&'a Run]) -> Self {
        let mut side = Self { standing: BTreeMap::new(), fallen: BTreeMap::new() };
        for run in runs {
            for measurement in run.measurements.iter().filter(|measured| measured.accuracy.is_none()) {
                let (key, entry) = (measurement.identify(""), Entry { run, measurement });
                if entry.stands() {
                    side.standing.insert(key, entry);
                } else {
                    side.fallen.insert(key, measurement);
                }
            }
        }
        side
    }

    fn alone(&self, other: &Self) -> Vec<Unshared<'a>> {
        let one = |(key, entry): (&String, &Entry<'a>)| Unshared {
            entry: *entry,
            fallen: other.fallen.get(key).copied(),
        };
        let mut alone: Vec<Unshared<'a>> = self.standing.iter().map(one).collect();
        alone.sort_by_cached_key(|unshared| order(&unshared.entry));
        alone
    }
}

/// By what is compared, then by load.
fn order(entry: &Entry<'_>) -> (SeriesKey, Option<u32>, Option<u32>, String) {
    let measurement = entry.measurement;
    (
        SeriesKey::of(entry),
        measurement.deployment.accelerators,
        measurement.arrival.concurrency,
        measurement.id.clone(),
    )
}

/// The verdict on after against before; nothing where a side lacks the metric.
fn compared(
    analysis: &Analysis<'_>,
    metric: Metric,
    before: Entry<'_>,
    after: Entry<'_>,
) -> Option<Compared> {
    let values = |entry: Entry<'_>| {
        let values = metric_values(metric, entry.measurement, &analysis.economics);
        (!values.is_empty()).then_some(values)
    };
    let (old, new) = (values(before)?, values(after)?);
    let judgement = match reasons_against(after.measurement, before.measurement) {
        reasons if reasons.is_empty() => {
            let noise = analysis.noise(metric).between(&SeriesKey::of(&after), &SeriesKey::of(&before));
            judge(&new, &old, metric.better(), noise)
        }
        reasons => Judgement { ratio: None, claim: Claim::NotComparable(reasons), basis: Basis::Nothing },
    };
    let [left, right] = [&new, &old].map(|values| Some(mean(values)).filter(|mean| mean.is_finite()));
    Some(Compared { metric, left, right, judgement })
}

/// What the runs' surroundings state differently: name, before, after. What one of them doesn't state is no difference.
pub fn surroundings(before: &Run, after: &Run) -> Vec<(&'static str, String, String)> {
    let (old, new) = (stated(before), stated(after));
    let differs = |((name, old), (_, new)): ((&'static str, Option<String>), (&str, Option<String>))| {
        let (old, new) = (old?, new?);
        (old != new).then_some((name, old, new))
    };
    old.into_iter().zip(new).filter_map(differs).collect()
}

fn stated(run: &Run) -> [(&'static str, Option<String>); 9] {
    let environment = run.environment.as_ref();
    let of = |pick: fn(&record::Environment) -> Option<String>| environment.and_then(pick);
    [
        ("Revision of the measuring code", run.source.revision.clone()),
        ("Harness", run.source.harness.as_ref().map(|harness| harness.version.clone())),
        ("Host", of(|it| it.host.clone())),
        ("Operating system", of(|it| it.operating_system.clone())),
        ("Kernel", of(|it| it.kernel.clone())),
        ("Processor", of(|it| it.cpu.clone())),
        ("Driver", of(|it| it.driver.clone())),
        ("Container", of(|it| it.container.clone())),
        (
            "Engine arguments",
            of(|it| Some(it.engine_arguments.join(" ")).filter(|arguments| !arguments.is_empty())),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        analysis::{
            histories,
            sample::{catalog, measurement, run},
        },
        config::Config,
    };
    use serde_json::json;

    fn at(concurrency: u32, image: &str, total: f64) -> Measurement {
        measurement(&json!({
            "arrival": { "concurrency": concurrency },
            "framework": { "key": "sglang", "image": image },
            "throughput": { "total": total },
        }))
    }

    /// Three runs of the same image that waver by 1 %, and one of another that is a fifth faster, with a point of its own.
    fn runs() -> Vec<Run> {
        let mut runs: Vec<Run> = [1000.0, 1010.0, 1000.0, 1010.0]
            .iter()
            .enumerate()
            .map(|(day, total)| {
                let rows = vec![at(4, "one", *total), at(8, "one", 2.0 * total)];
                run(&format!("r{day}"), &format!("2026-01-0{}", day + 1), rows)
            })
            .collect();
        let failed = measurement(&json!({ "arrival": { "concurrency": 8 }, "outcome": "timeout" }));
        runs.push(run("r4", "2026-01-05", vec![at(4, "two", 1200.0), failed, at(64, "two", 9000.0)]));
        runs[4]
            .changes
            .push(record::Change { description: vec!["Faster kernels.".into()], ..Default::default() });
        runs
    }

    /// Enough runs of something else, all of one image, to tell noise by.
    fn earlier() -> Vec<Run> {
        let at = |day: usize| {
            let mut row = at(4, "other", 500.0 + 5.0 * (day % 2) as f64);
            row.framework.key = record::FrameworkKey::new("vllm");
            run(&format!("e{day}"), &format!("2025-12-{:02}", day + 1), vec![row])
        };
        (0..20).map(at).collect()
    }

    fn difference<T>(before: usize, after: usize, then: impl FnOnce(&RunDifference<'_>) -> T) -> T {
        let config: Config = toml::from_str(include_str!("../../site.toml")).expect("settings");
        let mut all = earlier();
        let [before, after] = [before, after].map(|at| all.len() + at);
        all.extend(runs());
        let catalog = catalog(all);
        let analysis = Analysis::new(&config, &catalog);
        let (before, after) = (&catalog.runs[before], &catalog.runs[after]);
        then(&run_difference(&analysis, &[before], &[after], &catalog.runs))
    }

    #[test]
    fn what_both_measured_is_judged_and_what_one_did_is_listed() {
        difference(3, 4, |found| {
            assert_eq!(found.counts(), [1, 0, 0, 0]);
            let throughput = found.shared[0].verdict(Metric::ThroughputPerAccelerator).expect("both have it");
            assert_eq!((throughput.right, throughput.left), (Some(126.25), Some(150.0)));
            let loads = |list: &[Unshared<'_>]| -> Vec<(Option<u32>, bool)> {
                let load = |one: &Unshared<'_>| one.entry.measurement.arrival.concurrency;
                list.iter().map(|one| (load(one), one.fallen.is_some())).collect()
            };
            assert_eq!(loads(&found.only_before), [(Some(8), true)], "it failed after");
            assert_eq!(loads(&found.only_after), [(Some(64), false)]);
        });
    }

    #[test]
    fn the_image_and_the_changelog_are_what_may_have_caused_it() {
        difference(3, 4, |found| {
            let image = Cause::Image(Some("one"), Some("two"));
            assert_eq!(found.causes.get(&image), Some(&1));
            assert!(found.causes.keys().any(|cause| matches!(cause, Cause::Changelog(_))));
        });
        difference(0, 1, |found| assert!(found.causes.is_empty()));
    }

    #[test]
    fn turned_round_every_verdict_turns_round() {
        difference(3, 4, |forth| {
            difference(4, 3, |back| {
                assert_eq!(back.counts(), [0, 1, 0, 0]);
                let verdicts = forth.shared[0].verdicts.iter().zip(&back.shared[0].verdicts);
                for (forth, back) in verdicts {
                    assert_eq!(forth.judgement.claim, back.judgement.claim.clone().swapped());
                    assert_eq!((forth.left, forth.right), (back.right, back.left));
                }
                assert_eq!(forth.only_after.len(), back.only_before.len());
            });
        });
    }

    #[test]
    fn neighbours_are_the_next_to_measure_the_same() {
        let runs = runs();
        let histories = histories(&runs);
        let found = Neighbours::of(&histories);
        let following: Vec<Vec<(&str, usize)>> = runs
            .iter()
            .map(|run| found.following(&run.id).map(|(run, count)| (run.id.as_str(), count)).collect())
            .collect();
        assert_eq!(following, [vec![("r1", 2)], vec![("r2", 2)], vec![("r3", 2)], vec![("r4", 1)], vec![]]);
        assert_eq!(found.preceding("r4").map(|(run, _)| run.id.as_str()).collect::<Vec<_>>(), ["r3"]);
        assert!(found.contains("r0", "r1") && !found.contains("r1", "r0") && !found.contains("r0", "r2"));
    }

    #[test]
    fn of_several_runs_the_newest_measurement_counts_and_nothing_in_common_is_no_error() {
        let config: Config = toml::from_str(include_str!("../../site.toml")).expect("settings");
        let catalog = catalog(runs());
        let analysis = Analysis::new(&config, &catalog);
        let all: Vec<&Run> = catalog.runs.iter().collect();
        let found = run_difference(&analysis, &all[..3], &all[3..], &catalog.runs);
        assert_eq!(found.shared.len(), 2, "both loads stand somewhere after");
        assert_eq!(found.shared[0].before.run.id, "r2");
        assert_eq!(found.shared[0].after.run.id, "r4");
        let empty = run_difference(&analysis, &[], &all, &catalog.runs);
        assert!(empty.shared.is_empty() && empty.only_before.is_empty());
        assert_eq!(empty.only_after.len(), 3);
    }
}
