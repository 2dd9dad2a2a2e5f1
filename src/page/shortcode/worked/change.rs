//! A confirmed change: what each detector says, the medians, their ratio, and the control of false discoveries.

use super::{Step, Worked, named, number, percent, work};
use crate::{
    analysis::{
        Analysis, Trends,
        change_point::{FALSE_DISCOVERY_RATE, VoteSettings, asv, otava, perfherder},
    },
    format,
    page::charts::{day_words, lower_first},
};

/// The newest confirmed change of the site.
pub(super) fn confirmed(analysis: &Analysis<'_>) -> Option<Worked> {
    let trends = analysis.trends();
    let (key, change) = trends.confirmed().into_iter().next()?;
    let (_, one) =
        trends.histories().find(|(_, history)| history.changes.iter().any(|known| known.id == change.id))?;
    let settings = VoteSettings::default();
    let (point, before, after) = (&change.point, change.before, change.after);
    let [left, right] = change.levels.clone().map(|level| &one.values[level]);
    let listed = |values: &[f64]| values.iter().map(|value| number(*value)).collect::<Vec<_>>().join(", ");
    let named_runs = |places: Vec<usize>| {
        let days: Vec<String> = places.into_iter().map(|at| day_words(one.entries[at].run)).collect();
        if days.is_empty() { "nothing".to_owned() } else { days.join(", ") }
    };
    let otava_places = otava(&one.values, settings.otava).iter().map(|found| found.index).collect();
    let mut steps = vec![
        Step::new("Runs before", listed(left), format!("median {}", number(point.before))).from(&before),
        Step::new("Runs after", listed(right), format!("median {}", number(point.after))).from(&after),
        Step::new("E-Divisive with a t-test", "all runs, as Apache Otava", named_runs(otava_places)),
        Step::new("Piecewise constant", "all runs, as asv", named_runs(asv(&one.values))),
        Step::new(
            "Local weighted t",
            "all runs, as Perfherder",
            named_runs(perfherder(&one.values, settings.perfherder)),
        ),
        Step::new(
            "Ratio of the medians",
            format!("{} / {}", number(point.after), number(point.before)),
            number(point.after / point.before),
        ),
    ];
    steps.extend(point.interval.map(|interval| {
        let how = format!("{} resamples of both sides", format::count(settings.sampling.resamples));
        Step::new(
            "95 % interval of it",
            how,
            format!("{} to {}", number(interval.low), number(interval.high)),
        )
    }));
    steps.extend(false_discoveries(trends, point.p));
    let stated = match change.candidates.len() {
        0 => "Nothing that the source states differs between the two: it is unexplained.".to_owned(),
        count => format!(
            "The source states {} between the two.",
            format::plural(count, "difference", "differences")
        ),
    };
    Some(Worked {
        caption: format!(
            "the newest confirmed change, {}, {}",
            lower_first(change.metric.name()),
            work(analysis, key)
        ),
        of: vec![named(analysis, &before), named(analysis, &after)],
        steps,
        conclusion: format!("A change of {}. {stated}", percent(point.relative())),
    })
}

/// The place of this p among all, and the bound that Benjamini and Hochberg set there.
fn false_discoveries(trends: &Trends<'_>, p: f64) -> [Step; 2] {
    let all: Vec<f64> = trends
        .histories()
        .flat_map(|(_, history)| {
            let without = history.changes.is_empty().then_some(1.0);
            history.changes.iter().map(|change| change.point.p).chain(without)
        })
        .collect();
    let rank = all.iter().filter(|other| **other <= p).count();
    let bound = FALSE_DISCOVERY_RATE * rank as f64 / all.len() as f64;
    [
        Step::new(
            "p of the step",
            "with noise that remembers, at the best of all places",
            format!("{p:.1e}"),
        ),
        Step::new(
            "Bound for false discoveries",
            format!("{FALSE_DISCOVERY_RATE} · {rank} / {}, rank over tests", format::count(all.len())),
            format!("{bound:.1e}"),
        ),
    ]
}
