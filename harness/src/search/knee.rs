//! The load with the most throughput for its latency.
//!
//! Kleinrock's power, throughput over latency, has its maximum where a deterministic queue begins to fill: the knee of the
//! curve. L. Kleinrock, "Power and deterministic rules of thumb for probabilistic problems in computer communications",
//! Proceedings of ICC 1979, 43.1.1. It needs no smoothing and no sensitivity, unlike Kneedle (Satopää and others 2011).

use super::{Probe, Search, Step};

pub(super) const METHOD: &str = "The load with the most power: output tokens/s over mean end-to-end latency (Kleinrock, \
    ICC 1979). The load is doubled until power falls, then both sides of the best load are halved on a logarithmic scale.";

/// What to do after `probes`, lowest load first.
pub(super) fn next(search: &Search, probes: &[Probe]) -> Step {
    let mut load = search.range.0;
    let mut before: Option<f64> = None;
    loop {
        let Some(probe) = probes.iter().find(|probe| probe.load == load) else { return Step::Measure(load) };
        let found = power(probe);
        if before.is_some_and(|before| found < before) {
            break;
        }
        before = Some(found);
        let Some(next) = search.doubled(load) else { break };
        load = next;
    }
    let best = (0..probes.len())
        .reduce(|best, at| if power(&probes[at]) > power(&probes[best]) { at } else { best });
    let Some(best) = best.filter(|best| power(&probes[*best]) > 0.0) else {
        return search.done(None, None, "no request completed".into());
    };
    let found = probes[best].load;
    let below = best.checked_sub(1).map(|below| probes[below].load);
    let above = probes.get(best + 1).map(|above| above.load);
    // The wider side first.
    let mut sides = [below.map(|below| (below, found)), above.map(|above| (found, above))];
    sides.sort_by(|a, b| {
        let width = |side: &Option<(f64, f64)>| side.map_or(0.0, |(low, high)| high / low);
        width(b).total_cmp(&width(a))
    });
    if let Some(load) = sides.into_iter().flatten().find_map(|(low, high)| search.between(low, high)) {
        return Step::Measure(load);
    }
    let said = search.say(found);
    match below.zip(above) {
        Some((below, above)) => {
            search.done(Some(found), Some([below, above]), format!("the knee is at {said}"))
        }
        None if above.is_none() => search.done(
            None,
            None,
            format!("throughput over latency still grows at {said}, the highest load"),
        ),
        None => search.done(Some(found), None, format!("the knee is at {said}, the lowest load, or below")),
    }
}

/// Throughput over latency; zero where nothing completed.
fn power(probe: &Probe) -> f64 {
    probe.throughput.zip(probe.latency).map_or(0.0, |(throughput, latency)| throughput / latency)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{queue, run, search};
    use record::SearchGoal;

    #[test]
    fn it_is_where_a_deterministic_queue_begins_to_fill() {
        for best in [2.0, 20.0, 100.0, 700.0] {
            let (found, _) = run(&search(SearchGoal::Knee), queue(best));
            assert_eq!(found.load, Some(best), "{found:?}");
            assert_eq!(found.bracket, Some([best - 1.0, best + 1.0]));
        }
    }

    #[test]
    fn at_the_ends_of_the_range_it_says_so() {
        let (found, _) = run(&search(SearchGoal::Knee), queue(1e6));
        assert!(found.load.is_none() && found.conclusion.contains("still grows"), "{found:?}");
        let (found, _) = run(&search(SearchGoal::Knee), queue(1.0));
        assert_eq!((found.load, found.bracket), (Some(1.0), None));
    }
}
