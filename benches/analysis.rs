//! Every analysis of a build, on 100,000 measurements in 10,000 configurations of up to 50 days: wall and CPU time of each.
//!
//! `taskset -c 0,1 cargo bench --bench analysis` runs it on two cores. The project asks for less than 8 s there.
#![allow(clippy::unwrap_used, reason = "a benchmark that can't go on should panic")]

use rayon::prelude::*;
use record::{Measurement, Run};
use serde_json::json;
use site::{
    analysis::{
        Analysis, Days, Entry, Metric, RANKINGS, SeriesKey, best, compare_like_with_like, limits, new_bests,
        outliers, presets_for, recommendation, run_difference, standing_entries, statistics::Random,
    },
    catalog,
    config::Config,
};
use std::{collections::BTreeMap, io::Write, path::Path, time::Instant};

const CONFIGURATIONS: usize = 10_000;
const MEASUREMENTS: usize = 100_000;
/// Configurations of one series: loads.
const LOADS: usize = 25;
const DAYS: usize = 50;

/// Asks one kind of question of everything there is, and gives the number of answers.
type Part = fn(&Analysis<'_>) -> usize;

const PARTS: [(&str, Part); 9] = [
    ("histories, and runs that follow each other", |analysis| {
        analysis.neighbours();
        analysis.histories().len()
    }),
    ("noise of every metric", |analysis| {
        Metric::ALL.into_par_iter().map(|metric| analysis.noise(metric)).count()
    }),
    ("error of interpolation", |analysis| {
        usize::from(analysis.interpolation_error().is_some()) + analysis.hold_out().points.len()
    }),
    ("changes over time", |analysis| analysis.trends().changes().len()),
    ("changes that the last month confirmed", |analysis| analysis.news(last_month(analysis)).changes.len()),
    ("recommendations at every prepared level", recommendations),
    ("accelerators compared at every speed", comparisons),
    ("runs compared with those that follow", differences),
    ("limits, outliers, departures, new bests", unusual),
];

fn main() {
    if !std::env::args().any(|argument| argument == "--bench") {
        say("left out: only `cargo bench` runs this");
        return;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let config = Config::load(root).unwrap();
    let committed = catalog::load(root, false).unwrap();
    let catalog = catalog::Catalog { runs: runs(), records: Vec::new(), reports: Vec::new(), ..committed };
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    say(&format!("{} threads, load before: {}", rayon::current_num_threads(), load.trim()));
    say("  wall s   CPU s   answers");
    let (start, cpu) = (Instant::now(), cpu_seconds());
    let analysis = timed("series and what stands", || {
        let analysis = Analysis::new(&config, &catalog);
        let count = analysis.series.len();
        (analysis, count)
    });
    for (name, part) in PARTS {
        timed(name, || ((), part(&analysis)));
    }
    say(&format!("{:8.2}{:8.2}   all", start.elapsed().as_secs_f64(), cpu_seconds() - cpu));
}

/// Does something and prints what it took.
fn timed<T>(name: &str, work: impl FnOnce() -> (T, usize)) -> T {
    let (start, cpu) = (Instant::now(), cpu_seconds());
    let (result, answers) = work();
    let (wall, cpu) = (start.elapsed().as_secs_f64(), cpu_seconds() - cpu);
    say(&format!("{wall:8.2}{cpu:8.2}{answers:10}   {name}"));
    result
}

/// One line on standard output.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

fn last_month(analysis: &Analysis<'_>) -> Days {
    Days::month_of(analysis.newest_day().unwrap())
}

fn recommendations(analysis: &Analysis<'_>) -> usize {
    let yardstick = analysis.yardstick(Metric::ThroughputPerAccelerator);
    let workloads = analysis.workloads();
    let asked = workloads.iter().flat_map(|(model, works)| works.iter().map(move |work| (*model, *work)));
    let of_work = |(model, work)| {
        let levels = presets_for(model).map(|preset| &preset.level);
        let of_level = |level| {
            let found = best(analysis.series_of(model, work), level, RANKINGS[0], &analysis.economics);
            let by = |metric: &Metric| recommendation(&found, *metric, &analysis.economics, yardstick);
            RANKINGS.iter().filter_map(by).count()
        };
        levels.map(of_level).sum::<usize>()
    };
    asked.collect::<Vec<_>>().into_par_iter().map(of_work).sum()
}

fn comparisons(analysis: &Analysis<'_>) -> usize {
    let mut works: BTreeMap<_, Vec<&[Entry<'_>]>> = BTreeMap::new();
    for (key, entries) in &analysis.series {
        works.entry((&key.model, &key.workload)).or_default().push(entries);
    }
    let pairs: Vec<_> = works.values().filter_map(|sides| Some((*sides.first()?, *sides.get(1)?))).collect();
    let compared = pairs.par_iter().map(|(left, right)| compare_like_with_like(analysis, left, right));
    compared.map(|methods| methods.iter().map(|(_, levels)| levels.len()).sum::<usize>()).sum()
}

fn differences(analysis: &Analysis<'_>) -> usize {
    let runs = &analysis.catalog.runs;
    let of_run = |run| {
        let following = analysis.neighbours().following(&Run::clone(run).id).collect::<Vec<_>>();
        let shared = |(after, _)| run_difference(analysis, &[run], &[after], runs).shared.len();
        following.into_iter().map(shared).sum::<usize>()
    };
    runs.par_iter().map(of_run).sum()
}

fn unusual(analysis: &Analysis<'_>) -> usize {
    let catalog = analysis.catalog;
    let mut curves: BTreeMap<(SeriesKey, &str), Vec<(f64, f64)>> = BTreeMap::new();
    let mut found = 0;
    for entry in standing_entries(&catalog.runs) {
        let measurement = entry.measurement;
        let known = catalog.accelerators.get(&measurement.deployment.accelerator);
        if let Some((hardware, model)) = known.zip(catalog.models.get(&measurement.model.key)) {
            let limits = limits(measurement, &hardware.specification, model);
            found += limits.iter().filter(|limit| limit.is_exceeded()).count();
        }
        let value = |metric: Metric| metric.value(measurement, &analysis.economics);
        let point = value(Metric::Interactivity).zip(value(Metric::ThroughputPerAccelerator));
        curves.entry((SeriesKey::of(&entry), &entry.run.id)).or_default().extend(point);
    }
    found += curves.values().map(|curve| outliers(curve).len()).sum::<usize>();
    found += analysis.trends().histories().map(|(_, history)| history.departures().len()).sum::<usize>();
    let noise = analysis.noise(Metric::ThroughputPerAccelerator);
    let levels = [10.0, 30.0, 100.0];
    found + new_bests(&catalog.runs, last_month(analysis), &levels, &analysis.economics, noise).len()
}

/// Factors of 2 to 50 runs, 10 on average; one history in five has a step of 5 to 30 %.
fn factors() -> Vec<Vec<f64>> {
    let mut random = Random::new(42);
    let mut lengths: Vec<usize> =
        (0..CONFIGURATIONS).map(|at| [2, 3, 4, 5, 6, 6, 7, 8, 9, DAYS][at % 10]).collect();
    random.shuffle(&mut lengths);
    assert_eq!(lengths.iter().sum::<usize>(), MEASUREMENTS);
    let one = |length: usize| {
        let step = if random.below(5) == 0 { 1.05 + 0.25 * random.uniform() } else { 1.0 };
        let at = random.below(length);
        (0..length).map(|t| if t < at { 1.0 } else { step } * (1.0 + 0.01 * random.normal())).collect()
    };
    lengths.into_iter().map(one).collect()
}

/// The runs of fifty days that hold them.
fn runs() -> Vec<Run> {
    let factors = factors();
    let of_day = |day: usize| {
        let rows =
            factors.iter().enumerate().filter_map(|(at, factors)| Some(row(day, at, *factors.get(day)?)));
        let date = jiff::civil::date(2025, 1, 1).checked_add(jiff::Span::new().days(day as i64)).unwrap();
        let record = json!({
            "record_version": 1, "id": format!("r{day:02}"), "date": date.to_string(), "kind": "official",
            "source": { "project": "synthetic" },
        });
        Run { measurements: rows.collect(), ..serde_json::from_value(record).unwrap() }
    };
    (0..DAYS).into_par_iter().map(of_day).collect()
}

/// One measurement: two accelerators by turns, a workload for each two series, throughput and latencies that grow with the load.
fn row(day: usize, at: usize, factor: f64) -> Measurement {
    const ACCELERATORS: [&str; 2] = ["b200", "h200"];
    let (series, load) = (at / LOADS, at % LOADS + 1);
    let total = 4000.0 * (load as f64).powf(0.7) * factor;
    let tpot = 0.005 * (1.0 + 0.2 * load as f64) / factor;
    serde_json::from_value(json!({
        "id": format!("{day:06}{at:010}"),
        "deployment": {
            "accelerator": ACCELERATORS[series % 2],
            "accelerators": 8,
            "topology": { "aggregated": { "parallelism": { "tensor": 8, "expert": 1 } } },
        },
        "model": { "key": "dsr1" },
        "framework": { "key": "sglang", "image": "synthetic:1" },
        "precision": "fp8",
        "workload": { "kind": "fixed_length", "input_tokens": 1024 + series / 2, "output_tokens": 1024 },
        "arrival": { "concurrency": load },
        "outcome": "ok",
        "throughput": { "input": total / 2.0, "output": total / 2.0, "total": total },
        "latency": { "tpot": { "p50": tpot, "p99": 2.0 * tpot }, "ttft": { "p50": 30.0 * tpot } },
    }))
    .unwrap()
}

/// CPU seconds of this process, in user mode and in the kernel, from Linux's clock of 100 ticks a second; 0 elsewhere.
fn cpu_seconds() -> f64 {
    let ticks = || {
        let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
        let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
        let ticks = |at: usize| fields.get(at)?.parse::<f64>().ok();
        Some(ticks(11)? + ticks(12)?)
    };
    ticks().unwrap_or_default() / 100.0
}
