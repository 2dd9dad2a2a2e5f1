//! Which load comes next, by what the run already has.

use super::{Plan, Point, Settings, resume};
use crate::search::{Answer, Probe, Search, Step};
use record::{Measurement, Run, SearchOver};

/// The next load and its number; none when all is measured.
pub(crate) fn next(settings: &Settings, run: &Run) -> Option<(usize, Point)> {
    match &settings.plan {
        Plan::Sweep(points) => {
            points.iter().cloned().enumerate().find(|(_, point)| !resume::has(run, settings, point))
        }
        Plan::Search(search) => match search.next(&probes(settings, search, run)) {
            Step::Measure(load) => {
                Some((run.measurements.len(), Point::at(search.over, load, settings.burstiness)))
            }
            Step::Done(_) => None,
        },
    }
}

/// Where that load stands in the plan, for people.
pub(crate) fn place(settings: &Settings, run: &Run, index: usize) -> String {
    match &settings.plan {
        Plan::Sweep(points) if points.len() == 1 => String::new(),
        Plan::Sweep(points) => format!("load {} of {}", index + 1, points.len()),
        Plan::Search(_) => format!("load {} of the search", run.measurements.len() + 1),
    }
}

/// What the run looked for, and what it found.
pub(crate) fn search(settings: &Settings, run: &Run) -> Option<record::Search> {
    let Plan::Search(search) = &settings.plan else { return None };
    let answer = match search.next(&probes(settings, search, run)) {
        Step::Done(answer) => answer,
        Step::Measure(_) => {
            Answer { load: None, bracket: None, conclusion: "the search was not finished".into() }
        }
    };
    let levels = settings.goodput.first().map_or(String::new(), |levels| format!(" Levels: {levels}."));
    let method = match search.goal {
        record::SearchGoal::ServiceLevels => search.method() + &levels,
        _ => search.method(),
    };
    Some(record::Search {
        goal: search.goal,
        over: search.over,
        range: search.range.into(),
        resolution: search.resolution,
        method,
        answer: answer.load,
        bracket: answer.bracket,
        conclusion: answer.conclusion,
    })
}

/// The loads that the run has measured, as the search sees them.
fn probes(settings: &Settings, search: &Search, run: &Run) -> Vec<Probe> {
    run.measurements
        .iter()
        .filter_map(|measurement| {
            let load = match search.over {
                SearchOver::Concurrency => f64::from(measurement.arrival.concurrency?),
                SearchOver::RatePerS => measurement.arrival.rate_per_s?,
            };
            let point = Point::at(search.over, load, settings.burstiness);
            resume::answers(measurement, settings, &point).then(|| probe(measurement, load))
        })
        .collect()
}

/// Figures of a measurement that the client calls invalid still say where to look; the record says that they are.
fn probe(measurement: &Measurement, load: f64) -> Probe {
    let levels = measurement.service_levels.first();
    Probe {
        load,
        throughput: measurement.throughput.as_ref().and_then(|throughput| throughput.output),
        latency: measurement.latency.as_ref().and_then(|latency| latency.e2e.as_ref()?.mean),
        attainment: levels.filter(|levels| levels.of > 0).map(|levels| (levels.met, levels.of)),
    }
}
