//! Everything that pages need to know, computed once.

use super::{
    Days, Economics, Entry, Formerly, Histories, HoldOut, Label, Labels, Metric, Neighbours, News,
    NoiseModel, SeriesKey, Spread, Trends, WorkloadKey, Yardstick, formerly::formerly_confirmed, histories,
    leave_one_out, newly_confirmed, points_of_runs, standing_series,
};
use crate::{catalog::Catalog, config::Config};
use jiff::civil::Date;
use record::{AcceleratorKey, FrameworkKey, Measurement, ModelKey, Run, WorkloadKind};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

/// The catalog, seen through its newest measurements.
#[derive(Debug)]
pub struct Analysis<'a> {
    /// The site's settings.
    pub config: &'a Config,
    /// What was read.
    pub catalog: &'a Catalog,
    /// The prices and powers that figures are derived with.
    pub economics: Economics<'a>,
    /// Every series with the newest measurement of each of its configurations.
    pub series: BTreeMap<SeriesKey, Vec<Entry<'a>>>,
    /// The newest evaluation of each configuration, newest first.
    pub evaluations: Vec<Entry<'a>>,
    /// Every configuration over time, once somebody has asked for it.
    histories: OnceLock<Histories<'a>>,
    /// Runs that follow each other, once somebody has asked for them.
    neighbours: OnceLock<Neighbours<'a>>,
    /// Which results others confirm, once somebody has asked for it.
    labels: OnceLock<Labels<'a>>,
    /// The noise of each metric, once somebody has asked for it.
    noise: [OnceLock<NoiseModel>; Metric::ALL.len()],
    /// How far interpolation is off, once somebody has asked for it.
    hold_out: OnceLock<HoldOut>,
    /// What follows from that, once somebody has asked for it.
    interpolation_error: OnceLock<Option<Spread>>,
    /// What changed over time, once somebody has asked for it.
    trends: OnceLock<Trends<'a>>,
    /// What reports stated and later runs took back, once somebody has asked for it.
    formerly: OnceLock<Vec<Formerly<'a>>>,
    /// What some days confirmed, by the days: a report asks more than once.
    news: Mutex<BTreeMap<(Date, Date), Arc<News<'a>>>>,
}

impl<'a> Analysis<'a> {
    /// Analyses a catalog.
    pub fn new(config: &'a Config, catalog: &'a Catalog) -> Self {
        Self {
            config,
            catalog,
            economics: Economics { edition: catalog.prices.newest(), tier: config.price_tier },
            series: standing_series(&catalog.runs),
            evaluations: newest_evaluations(catalog),
            histories: OnceLock::new(),
            neighbours: OnceLock::new(),
            labels: OnceLock::new(),
            noise: std::array::from_fn(|_| OnceLock::new()),
            hold_out: OnceLock::new(),
            interpolation_error: OnceLock::new(),
            trends: OnceLock::new(),
            formerly: OnceLock::new(),
            news: Mutex::default(),
        }
    }

    /// Every configuration with its measurement in each run that has it; see [`histories`].
    pub fn histories(&self) -> &Histories<'a> {
        self.histories.get_or_init(|| histories(&self.catalog.runs))
    }

    /// Runs that follow each other.
    pub fn neighbours(&self) -> &Neighbours<'a> {
        self.neighbours.get_or_init(|| Neighbours::of(self.histories()))
    }

    /// Which results others confirm.
    pub fn labels(&self) -> &Labels<'a> {
        self.labels.get_or_init(|| Labels::new(self))
    }

    /// What a measurement is, by what is known of it.
    pub fn label(&self, entry: &Entry<'_>) -> Label {
        self.labels().of(self.catalog, entry)
    }

    /// What a run is, by what is known of it.
    pub fn run_label(&self, run: &Run) -> Label {
        self.labels().of_run(self.catalog, run)
    }

    /// How much a metric differs from run to run. A figure that derives from a throughput by constants, such as cost, has
    /// the noise of that throughput.
    pub fn noise(&self, metric: Metric) -> &NoiseModel {
        let metric = metric.measured();
        self.noise[metric as usize].get_or_init(|| NoiseModel::new(self.histories(), metric, &self.economics))
    }

    /// What differences in a metric are held against.
    pub fn yardstick(&self, metric: Metric) -> Yardstick<'_> {
        Yardstick { noise: self.noise(metric), interpolation: self.interpolation_error() }
    }

    /// How far interpolation is off, over all series of all runs.
    pub fn hold_out(&self) -> &HoldOut {
        self.hold_out.get_or_init(|| {
            let points = points_of_runs(&self.catalog.runs, &self.economics);
            leave_one_out(points.iter().map(Vec::as_slice))
        })
    }

    /// How far an interpolated throughput is off, where one may be interpolated; absent where too little is known.
    pub fn interpolation_error(&self) -> Option<&Spread> {
        self.interpolation_error.get_or_init(|| self.hold_out().interpolation_error()).as_ref()
    }

    /// Every configuration that is watched over time, and its changes.
    ///
    /// The work goes on in parallel, and a thread that waits for its part may take up another page that asks for the same:
    /// so nothing is held meanwhile, and at worst it is done twice.
    pub fn trends(&self) -> &Trends<'a> {
        if let Some(known) = self.trends.get() {
            return known;
        }
        let trends = Trends::new(&self.catalog.runs, &self.economics);
        self.trends.get_or_init(|| trends)
    }

    /// The changes that some days confirmed. Nothing is held meanwhile, as in [`Self::trends`].
    pub fn news(&self, days: Days) -> Arc<News<'a>> {
        let known = || self.news.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (days.from, days.until);
        if let Some(news) = known().get(&key) {
            return Arc::clone(news);
        }
        let runs = &self.catalog.runs;
        // Runs are in order of date, so what was there by a day is what stands before the first of a later one.
        let by = |last: Date| &runs[..runs.partition_point(|run| run.date <= last)];
        let before = days.from.yesterday().map_or(&runs[..0], by);
        let news = Arc::new(newly_confirmed(before, by(days.until), &self.economics));
        Arc::clone(known().entry(key).or_insert(news))
    }

    /// The changes that reports stated as confirmed and that aren't confirmed changes of today; see [`Formerly`]. Nothing is
    /// held meanwhile, as in [`Self::trends`].
    pub fn formerly(&self) -> &[Formerly<'a>] {
        if let Some(known) = self.formerly.get() {
            return known;
        }
        let mut periods: Vec<Days> = (self.catalog.reports.iter())
            .filter_map(|report| report.facts.period.as_ref())
            .map(|period| Days { from: period.from, until: period.until })
            .collect();
        periods.sort_by_key(|days| (days.until, days.from));
        let looks = periods.into_iter().map(|days| (days.until, self.news(days)));
        let found = formerly_confirmed(self.trends(), looks);
        self.formerly.get_or_init(|| found)
    }

    /// The workloads measured for each model.
    pub fn workloads(&self) -> BTreeMap<&ModelKey, BTreeSet<&WorkloadKey>> {
        let mut workloads: BTreeMap<&ModelKey, BTreeSet<&WorkloadKey>> = BTreeMap::new();
        for key in self.series.keys() {
            workloads.entry(&key.model).or_default().insert(&key.workload);
        }
        workloads
    }

    /// The series of one model and workload.
    pub fn series_of<'s>(
        &'s self,
        model: &'s ModelKey,
        workload: &'s WorkloadKey,
    ) -> impl Iterator<Item = (&'s SeriesKey, &'s [Entry<'a>])> {
        self.select(move |key| key.model == *model && key.workload == *workload)
    }

    /// The series that `wanted` accepts.
    pub fn select<'s>(
        &'s self,
        wanted: impl Fn(&SeriesKey) -> bool + 's,
    ) -> impl Iterator<Item = (&'s SeriesKey, &'s [Entry<'a>])> {
        self.series.iter().filter(move |(key, _)| wanted(key)).map(|(key, entries)| (key, entries.as_slice()))
    }

    /// The measurements of the series that `wanted` accepts, together.
    pub fn entries(&self, wanted: impl Fn(&SeriesKey) -> bool) -> Vec<Entry<'a>> {
        self.select(wanted).flat_map(|(_, entries)| entries.iter().copied()).collect()
    }

    /// Accelerators with at least one measurement that stands.
    pub fn measured_accelerators(&self) -> BTreeSet<&AcceleratorKey> {
        self.series.keys().map(|key| &key.accelerator).collect()
    }

    /// Frameworks with at least one measurement that stands.
    pub fn measured_frameworks(&self) -> BTreeSet<&FrameworkKey> {
        self.series.keys().map(|key| &key.framework).collect()
    }

    /// Runs with at least one measurement, newest first. The others hold only rows that could not be placed.
    pub fn newest_runs(&self) -> impl Iterator<Item = &'a Run> {
        self.catalog.runs.iter().rev().filter(|run| !run.measurements.is_empty())
    }

    /// The day of the newest run with a measurement.
    pub fn newest_day(&self) -> Option<Date> {
        self.newest_runs().next().map(|run| run.date)
    }

    /// All measurements of all runs, evaluations left out.
    pub fn measurement_count(&self) -> usize {
        self.count(|measurement| measurement.accuracy.is_none())
    }

    /// All evaluations of all runs.
    pub fn evaluation_count(&self) -> usize {
        self.count(|measurement| measurement.accuracy.is_some())
    }

    fn count(&self, wanted: impl Fn(&Measurement) -> bool) -> usize {
        self.catalog
            .runs
            .iter()
            .flat_map(|run| &run.measurements)
            .filter(|measurement| wanted(measurement))
            .count()
    }
}

/// The newest evaluation of each accelerator, framework, model, precision, speculative method and task.
fn newest_evaluations(catalog: &Catalog) -> Vec<Entry<'_>> {
    let mut newest = BTreeMap::new();
    for run in catalog.runs.iter().filter(|run| run.retracted.is_none()) {
        for measurement in &run.measurements {
            let Some(accuracy) = &measurement.accuracy else { continue };
            if measurement.workload.kind == WorkloadKind::Evaluation && measurement.retracted.is_none() {
                let entry = Entry { run, measurement };
                newest.insert((SeriesKey::of(&entry), &accuracy.task), entry);
            }
        }
    }
    let mut entries: Vec<Entry<'_>> = newest.into_values().collect();
    entries.sort_by(|a, b| (b.run.date, &a.measurement.id).cmp(&(a.run.date, &b.measurement.id)));
    entries
}
