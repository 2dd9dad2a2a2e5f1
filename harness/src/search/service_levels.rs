//! The highest load that meets the service levels.
//!
//! That load is what Zhong and others call goodput ("DistServe", OSDI 2024): the most that can be served with a given share of
//! requests, there 90 %, within their levels. Whether a load does is decided as MLPerf decides on a percentile: it does where so
//! few of its requests missed them that, were the share any less, that would be chance in one of a hundred.

use crate::measure::shows;

use super::{Probe, Search, Step};

pub(super) fn method(attainment: f64) -> String {
    format!(
        "The highest load that shows with 99 % confidence (binomial) that {} of the requests, failed and dropped ones \
         included, meet the service levels (goodput as in DistServe, OSDI 2024). The load is doubled until they don't, then the bracket is halved on a \
         logarithmic scale.",
        percent(attainment)
    )
}

/// What to do after `probes`, lowest load first.
pub(super) fn next(search: &Search, probes: &[Probe]) -> Step {
    let met = |probe: &Probe| probe.attainment.is_some_and(|(met, of)| shows(search.attainment, met, of));
    let missed = probes.iter().position(|probe| !met(probe));
    let above = missed.map(|missed| probes[missed]);
    // What meets them above a load that doesn't is luck.
    let below = probes[..missed.unwrap_or(probes.len())].last();
    let Some(below) = below else {
        return match above {
            Some(above) if above.load == search.range.0 => {
                let conclusion = format!(
                    "{}, the lowest load, doesn't show that it meets them: {}",
                    search.say(above.load),
                    of(&above)
                );
                search.done(None, None, conclusion)
            }
            _ => Step::Measure(search.range.0),
        };
    };
    let Some(above) = above else {
        return match search.doubled(below.load) {
            Some(load) => Step::Measure(load),
            None => {
                let said = search.say(below.load);
                let conclusion = format!("{said}, the highest load, still meets them: {}", of(below));
                search.done(Some(below.load), None, conclusion)
            }
        };
    };
    match search.between(below.load, above.load) {
        Some(load) => Step::Measure(load),
        None => {
            let conclusion = format!(
                "{} meets them ({}), and {} doesn't show it ({})",
                search.say(below.load),
                of(below),
                search.say(above.load),
                of(&above)
            );
            search.done(Some(below.load), Some([below.load, above.load]), conclusion)
        }
    }
}

fn of(probe: &Probe) -> String {
    let share =
        |(met, of): (u64, u64)| format!("{met} of {of} requests, {}", percent(met as f64 / of as f64));
    probe.attainment.map_or("no request".into(), share)
}

/// A share in percent, with a decimal only where it says something.
fn percent(share: f64) -> String {
    format!("{} %", (share * 1000.0).round() / 10.0)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{queue, run, search};
    use super::*;
    use record::SearchGoal;

    #[test]
    fn it_is_the_last_load_that_meets_them() {
        for best in [1.0, 2.0, 37.0, 512.0, 1023.0] {
            let (found, loads) = run(&search(SearchGoal::ServiceLevels), queue(best));
            assert_eq!((found.load, found.bracket), (Some(best), Some([best, best + 1.0])), "{loads:?}");
        }
    }

    #[test]
    fn at_the_ends_of_the_range_it_says_so() {
        let (found, loads) = run(&search(SearchGoal::ServiceLevels), queue(0.5));
        assert_eq!((found.load, &loads[..]), (None, &[1.0][..]), "{found:?}");
        let (found, _) = run(&search(SearchGoal::ServiceLevels), queue(5000.0));
        assert_eq!((found.load, found.bracket), (Some(1024.0), None));
        // Nine in ten of a hundred don't show that it is nine in ten of all.
        let luck = |load| Probe { attainment: Some((90, 100)), ..queue(5000.0)(load) };
        let (found, _) = run(&search(SearchGoal::ServiceLevels), luck);
        assert!(found.load.is_none() && found.conclusion.ends_with("90 of 100 requests, 90 %"), "{found:?}");
        let silent = |load| Probe { attainment: None, ..queue(1.0)(load) };
        assert_eq!(run(&search(SearchGoal::ServiceLevels), silent).0.load, None);
    }
}
