//! What is watched over time, and how it changed: every configuration that was measured often enough, by every metric
//! that is worth an alarm, with the false discoveries controlled over all of them together.

use super::{
    Candidate, Departure, Direction, Economics, Entry, Metric, SeriesKey,
    candidate::{StatedImage, candidates, stated_images},
    change_point::{ChangePoint, Class, Persistence, Shift, VoteSettings, change_points_of_all},
    departures, histories, metric_history,
};
use record::Run;
use std::{collections::BTreeMap, ops::Range};

/// The metrics that are watched, each by its own direction: what the deployment does, what a user waits for, and what a
/// user reads at. Time per output token is the reciprocal of the last, so it isn't watched a second time.
pub const WATCHED: [Metric; 3] =
    [Metric::ThroughputPerAccelerator, Metric::Interactivity, Metric::TimeToFirstToken];

/// A configuration needs this many runs before a change of it can be told from noise.
pub const FEWEST_RUNS: usize = 5;

/// So many of its newest runs are looked at: what is older has had its verdict.
const MOST_RUNS: usize = 100;

/// Everything that is watched.
#[derive(Clone, Debug, Default)]
pub struct Trends<'a> {
    /// The configurations of each series with enough runs, in order of load.
    pub series: BTreeMap<SeriesKey, Vec<Configuration<'a>>>,
    /// How well changes that were confirmed after fewer runs hold now.
    pub persistence: Persistence,
    /// How many changes are only candidates because the control of false discoveries let them not pass.
    pub demoted: usize,
}

/// One configuration of a series: a topology under a load.
#[derive(Clone, Debug)]
pub struct Configuration<'a> {
    /// Its identity, whatever the run; see [`record::Measurement::identify`].
    pub id: String,
    /// A history for each watched metric that enough of its runs state, in the order of [`WATCHED`].
    pub histories: Vec<History<'a>>,
}

/// A metric of one configuration, run by run.
#[derive(Clone, Debug)]
pub struct History<'a> {
    /// The metric.
    pub metric: Metric,
    /// The measurements that state it, in order of date.
    pub entries: Vec<Entry<'a>>,
    /// Its value in each of them.
    pub values: Vec<f64>,
    /// Where it changed, oldest first.
    pub changes: Vec<Change<'a>>,
}

/// A change of one metric of one configuration, and the two measurements between which it lies.
#[derive(Clone, Debug)]
pub struct Change<'a> {
    /// Follows from the metric and the two measurements, whose ids hold run and configuration: never from a position.
    pub id: String,
    /// The metric.
    pub metric: Metric,
    /// Where, how large and how sure.
    pub point: ChangePoint,
    /// The last measurement before.
    pub before: Entry<'a>,
    /// The first measurement after.
    pub after: Entry<'a>,
    /// The stretches of the history before and after, whose medians are compared: indices of its values.
    pub levels: [Range<usize>; 2],
    /// What may have caused it: what differs between these two runs.
    pub candidates: Vec<Candidate<'a>>,
    /// Who next states an image before it and after it, on the same level.
    pub images: [Option<StatedImage<'a>>; 2],
}

/// What a change means to those who use the metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Turn {
    /// Better after.
    Improvement,
    /// Worse after.
    Regression,
}

impl Change<'_> {
    /// Improvement or regression, by the metric's own direction.
    pub fn turn(&self) -> Turn {
        match (self.metric.better(), self.point.direction) {
            (Direction::Higher, Shift::Up) | (Direction::Lower, Shift::Down) => Turn::Improvement,
            (Direction::Higher, Shift::Down) | (Direction::Lower, Shift::Up) => Turn::Regression,
        }
    }
}

impl<'a> Trends<'a> {
    /// Watches all configurations of `runs`, which are in order of date.
    pub fn new(runs: &'a [Run], economics: &Economics<'_>) -> Self {
        Self::with_settings(runs, economics, &VoteSettings::default())
    }

    /// The same with other settings of the vote.
    pub(super) fn with_settings(runs: &'a [Run], economics: &Economics<'_>, settings: &VoteSettings) -> Self {
        let mut histories: Vec<((SeriesKey, String), History<'a>)> = histories(runs)
            .into_iter()
            .flat_map(|(key, history)| {
                let newest = &history[history.len().saturating_sub(MOST_RUNS)..];
                let of_metrics = WATCHED.map(|metric| History::of(newest, metric, economics));
                of_metrics.into_iter().flatten().map(move |history| (key.clone(), history))
            })
            .collect();
        let values: Vec<&[f64]> = histories.iter().map(|(_, history)| history.values.as_slice()).collect();
        let found = change_points_of_all(&values, settings);
        let mut trends =
            Self { series: BTreeMap::new(), persistence: found.persistence, demoted: found.demoted };
        for (((series, id), mut history), points) in histories.drain(..).zip(found.points) {
            history.changes = points.into_iter().map(|point| history.change(point, runs)).collect();
            let configurations = trends.series.entry(series).or_default();
            match configurations.last_mut().filter(|last| last.id == id) {
                Some(last) => last.histories.push(history),
                None => configurations.push(Configuration { id, histories: vec![history] }),
            }
        }
        for configurations in trends.series.values_mut() {
            configurations.sort_by_cached_key(Configuration::order);
        }
        trends
    }

    /// Every configuration with its series.
    pub fn configurations(&self) -> impl Iterator<Item = (&SeriesKey, &Configuration<'a>)> {
        self.series.iter().flat_map(|(key, configurations)| {
            configurations.iter().map(move |configuration| (key, configuration))
        })
    }

    /// Every history, with its series, its configuration and its metric's key.
    pub fn histories(&self) -> impl Iterator<Item = ((&SeriesKey, &str, &'static str), &History<'a>)> {
        self.configurations().flat_map(|(key, configuration)| {
            let id = configuration.id.as_str();
            configuration.histories.iter().map(move |history| ((key, id, history.metric.key()), history))
        })
    }

    /// Every change with its series, newest first.
    pub fn changes(&self) -> Vec<(&SeriesKey, &Change<'a>)> {
        let mut changes: Vec<_> = self
            .configurations()
            .flat_map(|(key, configuration)| configuration.changes().map(move |change| (key, change)))
            .collect();
        changes.sort_by_key(|(_, change)| (std::cmp::Reverse(change.after.run.date), &change.id));
        changes
    }

    /// The changes that are sure, newest first.
    pub fn confirmed(&self) -> Vec<(&SeriesKey, &Change<'a>)> {
        let mut changes = self.changes();
        changes.retain(|(_, change)| change.point.class == Class::Confirmed);
        changes
    }
}

impl<'a> Configuration<'a> {
    /// The newest measurement of its first history.
    pub fn newest(&self) -> Option<Entry<'a>> {
        self.histories.first()?.entries.last().copied()
    }

    /// Its changes, metric by metric.
    pub fn changes(&self) -> impl Iterator<Item = &Change<'a>> {
        self.histories.iter().flat_map(|history| &history.changes)
    }

    /// Little load before much, then small deployments before large ones.
    fn order(&self) -> (Option<u32>, Option<u32>, String) {
        let measurement = self.newest().map(|entry| entry.measurement);
        (
            measurement.and_then(|measurement| measurement.arrival.concurrency),
            measurement.and_then(|measurement| measurement.deployment.accelerators),
            self.id.clone(),
        )
    }
}

impl<'a> History<'a> {
    /// The history of a metric, still without its changes; nothing where too few runs state it.
    fn of(history: &[Entry<'a>], metric: Metric, economics: &Economics<'_>) -> Option<Self> {
        let (entries, values) = metric_history(history, metric, economics);
        (values.len() >= FEWEST_RUNS).then(|| Self { metric, entries, values, changes: Vec::new() })
    }

    /// Its confirmed changes, oldest first.
    pub fn confirmed(&self) -> impl Iterator<Item = &Change<'a>> {
        self.changes.iter().filter(|change| change.point.class == Class::Confirmed)
    }

    /// Its runs that are far from those before them on their own level.
    pub fn departures(&self) -> Vec<Departure> {
        let borders: Vec<usize> = self.confirmed().map(|change| change.point.index).collect();
        departures(&self.values, &borders)
    }

    fn change(&self, point: ChangePoint, runs: &'a [Run]) -> Change<'a> {
        let [before, after] = point.counts;
        let levels = [point.index - before..point.index, point.index..point.index + after];
        let [left, right] = levels.clone().map(|level| &self.entries[level]);
        let (before, after) = (self.entries[point.index - 1], self.entries[point.index]);
        let identity = [self.metric.key(), &before.measurement.id, &after.measurement.id].join("\n");
        Change {
            id: blake3::hash(identity.as_bytes()).to_hex()[..12].to_owned(),
            metric: self.metric,
            point,
            before,
            after,
            candidates: candidates(before, after, runs),
            images: stated_images(left, right),
            levels,
        }
    }
}
