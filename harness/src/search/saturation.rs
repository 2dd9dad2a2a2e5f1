//! The lowest load from which throughput no longer grows.

use super::{Probe, Search, Step};

/// A doubling that gains less than this share has gained nothing, and this much below the most is the most.
const GAIN: f64 = 0.05;

pub(super) const METHOD: &str = "The lowest load whose output tokens/s are within 5 % of the most that any load \
    reached. The load is doubled until that gains less than 5 %, then the bracket is halved on a logarithmic scale.";

/// What to do after `probes`, lowest load first.
pub(super) fn next(search: &Search, probes: &[Probe]) -> Step {
    let throughput = |probe: &Probe| probe.throughput.unwrap_or(0.0);
    let mut load = search.range.0;
    let mut before: Option<f64> = None;
    loop {
        let Some(probe) = probes.iter().find(|probe| probe.load == load) else { return Step::Measure(load) };
        let found = throughput(probe);
        if before.is_some_and(|before| found <= before * (1.0 + GAIN)) {
            break;
        }
        before = Some(found);
        let Some(next) = search.doubled(load) else {
            let conclusion = format!("throughput still grows at {}, the highest load", search.say(load));
            return search.done(None, None, conclusion);
        };
        load = next;
    }
    let most = probes.iter().map(throughput).fold(0.0, f64::max);
    let enough = |probe: &Probe| throughput(probe) > 0.0 && throughput(probe) >= most * (1.0 - GAIN);
    let Some(at) = probes.iter().position(enough) else {
        return search.done(None, None, "no request completed".into());
    };
    let found = probes[at].load;
    let Some(below) = at.checked_sub(1).map(|below| probes[below].load) else {
        let conclusion = format!("throughput doesn't grow beyond {}, the lowest load", search.say(found));
        return search.done(Some(found), None, conclusion);
    };
    match search.between(below, found) {
        Some(load) => Step::Measure(load),
        None => {
            let conclusion =
                format!("throughput stops growing at {}, at {most:.1} tok/s at most", search.say(found));
            search.done(Some(found), Some([below, found]), conclusion)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{queue, run, search};
    use super::*;
    use record::SearchGoal;

    #[test]
    fn it_is_where_throughput_is_within_five_percent_of_the_most() {
        for (best, expected) in [(1.0, 1.0), (20.0, 19.0), (100.0, 95.0), (450.0, 428.0)] {
            let (found, _) = run(&search(SearchGoal::Saturation), queue(best));
            assert_eq!(found.load, Some(expected), "{found:?}");
            if let Some([low, high]) = found.bracket {
                assert_eq!((low, high), (expected - 1.0, expected));
            }
        }
    }

    #[test]
    fn without_an_end_of_growth_there_is_no_answer() {
        let (found, loads) = run(&search(SearchGoal::Saturation), queue(1e6));
        assert_eq!((found.load, loads.len()), (None, 11));
        let silent = |load| Probe { throughput: None, ..queue(1.0)(load) };
        let (found, _) = run(&search(SearchGoal::Saturation), silent);
        assert_eq!(found.conclusion, "no request completed");
    }
}
