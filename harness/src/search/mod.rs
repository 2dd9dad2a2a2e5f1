//! Which load to measure next, to find the one that is looked for.
//!
//! A search holds nothing: the next step follows from the loads that were measured, so that a stopped one goes on from its
//! record. Every search doubles the load until it has passed what it looks for, and then halves the bracket on a logarithmic
//! scale until its ends are within the resolution.

mod knee;
mod saturation;
mod service_levels;

use record::{SearchGoal, SearchOver, round_significant};

/// No search needs as many: 16 doublings and 17 halvings to a ten-thousandth are fewer.
const MOST_PROBES: usize = 60;

/// What is looked for, and where.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Search {
    pub(crate) goal: SearchGoal,
    pub(crate) over: SearchOver,
    /// Lowest and highest load.
    pub(crate) range: (f64, f64),
    /// The ends of the bracket are to be within this share of each other.
    pub(crate) resolution: f64,
    /// The share of requests that must be shown to meet the service levels.
    pub(crate) attainment: f64,
}

/// A load that was measured, and what of it a search wants to know. A figure is absent where no request completed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Probe {
    pub(crate) load: f64,
    /// Output tokens/s.
    pub(crate) throughput: Option<f64>,
    /// Mean end-to-end latency in seconds.
    pub(crate) latency: Option<f64>,
    /// How many requests met the service levels, and of how many.
    pub(crate) attainment: Option<(u64, u64)>,
}

/// What to do next.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Step {
    /// Measure this load.
    Measure(f64),
    /// Nothing more.
    Done(Answer),
}

/// What a search found.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Answer {
    /// The load; none where no load of the range is one.
    pub(crate) load: Option<f64>,
    /// Measured loads on both sides of it.
    pub(crate) bracket: Option<[f64; 2]>,
    /// The same in a sentence.
    pub(crate) conclusion: String,
}

impl Search {
    /// What to do after `probes`, in any order.
    pub(crate) fn next(&self, probes: &[Probe]) -> Step {
        let (low, high) = self.range;
        let mut probes: Vec<Probe> =
            probes.iter().copied().filter(|probe| (low..=high).contains(&probe.load)).collect();
        probes.sort_by(|a, b| a.load.total_cmp(&b.load));
        if probes.len() >= MOST_PROBES {
            return self.done(None, None, format!("no answer after {MOST_PROBES} loads"));
        }
        match self.goal {
            SearchGoal::Saturation => saturation::next(self, &probes),
            SearchGoal::Knee => knee::next(self, &probes),
            SearchGoal::ServiceLevels => service_levels::next(self, &probes),
        }
    }

    /// The rule, in a sentence, with its source.
    pub(crate) fn method(&self) -> String {
        match self.goal {
            SearchGoal::Saturation => saturation::METHOD.to_owned(),
            SearchGoal::Knee => knee::METHOD.to_owned(),
            SearchGoal::ServiceLevels => service_levels::method(self.attainment),
        }
    }

    /// A load as readers see it.
    pub(crate) fn say(&self, load: f64) -> String {
        match self.over {
            SearchOver::Concurrency => format!("concurrency {load}"),
            SearchOver::RatePerS => format!("{load} requests/s"),
        }
    }

    fn done(&self, load: Option<f64>, bracket: Option<[f64; 2]>, conclusion: String) -> Step {
        Step::Done(Answer { load, bracket, conclusion })
    }

    /// The load after `load` on the way up; none at the top.
    fn doubled(&self, load: f64) -> Option<f64> {
        (load < self.range.1).then(|| round_significant(load * 2.0).min(self.range.1))
    }

    /// The load halfway between two on a logarithmic scale; none when they are near enough.
    fn between(&self, low: f64, high: f64) -> Option<f64> {
        if high <= low * (1.0 + self.resolution) {
            return None;
        }
        let middle = (low * high).sqrt();
        let middle = match self.over {
            SearchOver::Concurrency => middle.round(),
            SearchOver::RatePerS => round_significant(middle),
        };
        if middle > low && middle < high {
            return Some(middle);
        }
        // The geometric mean of 1 and 3 or more rounds to an end only for neighbours.
        None
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A search for `goal` over a concurrency of 1 to 1024, to the last unit.
    pub(in crate::search) fn search(goal: SearchGoal) -> Search {
        let over = SearchOver::Concurrency;
        Search { goal, over, range: (1.0, 1024.0), resolution: 0.001, attainment: 0.9 }
    }

    /// Searches a server whose answer to a load is `answer`; what it found and which loads it measured.
    pub(in crate::search) fn run(search: &Search, answer: impl Fn(f64) -> Probe) -> (Answer, Vec<f64>) {
        let mut probes = Vec::new();
        loop {
            match search.next(&probes) {
                Step::Measure(load) => {
                    assert!(probes.iter().all(|probe: &Probe| probe.load != load), "{load} twice");
                    probes.push(answer(load));
                }
                Step::Done(found) => return (found, probes.iter().map(|probe| probe.load).collect()),
            }
        }
    }

    /// A closed queue of `best` servers that take a second for each request: throughput grows up to `best`, latency from there.
    pub(in crate::search) fn queue(best: f64) -> impl Fn(f64) -> Probe {
        move |load| Probe {
            load,
            throughput: Some(load.min(best)),
            latency: Some((load / best).max(1.0)),
            attainment: Some((if load <= best { 200 } else { 100 }, 200)),
        }
    }

    #[test]
    fn a_search_goes_on_from_what_was_measured() {
        for goal in [SearchGoal::Saturation, SearchGoal::Knee, SearchGoal::ServiceLevels] {
            let search = search(goal);
            let (found, loads) = run(&search, queue(37.0));
            for known in 0..loads.len() {
                let mut probes: Vec<Probe> = loads[..known].iter().map(|load| queue(37.0)(*load)).collect();
                probes.reverse();
                assert_eq!(search.next(&probes), Step::Measure(loads[known]));
            }
            assert!(loads.len() < 25 && found.load.is_some(), "{goal:?} {loads:?}");
        }
    }

    #[test]
    fn a_rate_is_searched_to_its_resolution() {
        let over = SearchOver::RatePerS;
        let search = Search {
            over,
            range: (0.5, 100.0),
            resolution: 0.05,
            ..super::tests::search(SearchGoal::ServiceLevels)
        };
        let (found, _) = run(&search, queue(7.7));
        let [low, high] = found.bracket.unwrap();
        assert!(low <= 7.7 && 7.7 < high && high <= low * 1.05, "{found:?}");
        assert_eq!(found.load, Some(low));
    }

    #[test]
    fn a_search_without_end_is_ended() {
        let noise = |load: f64| Probe { throughput: Some(load.sin().abs()), ..queue(1.0)(load) };
        for goal in [SearchGoal::Saturation, SearchGoal::Knee, SearchGoal::ServiceLevels] {
            let (_, loads) = run(&search(goal), noise);
            assert!(loads.len() <= MOST_PROBES);
        }
    }
}
