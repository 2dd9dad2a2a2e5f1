//! One configuration over time, and what changed between two of its runs.

use super::{Economics, Entry, Metric, SeriesKey, changelog::concerns, standing_entries};
use record::{Change, Run};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

/// Every configuration over time, by its series and, within it, its identity whatever the run.
pub type Histories<'a> = BTreeMap<(SeriesKey, String), Vec<Entry<'a>>>;

/// Every configuration with its measurement in each run that has it, in order of date. The key is the series
/// and, within it, the identity of the measurement whatever the run: topology and load.
/// `runs` are in order of date; where a run states one configuration several times the last counts.
pub fn histories(runs: &[Run]) -> Histories<'_> {
    let mut histories = Histories::new();
    for entry in standing_entries(runs) {
        let history = histories.entry((SeriesKey::of(&entry), entry.measurement.identify(""))).or_default();
        if history.last().is_some_and(|last| last.run.id == entry.run.id) {
            history.pop();
        }
        history.push(entry);
    }
    histories
}

/// The values of a metric over a history, with the entries that have one: what
/// [`super::change_point::change_points`] takes.
pub fn metric_history<'a>(
    history: &[Entry<'a>],
    metric: Metric,
    economics: &Economics<'_>,
) -> (Vec<Entry<'a>>, Vec<f64>) {
    history
        .iter()
        .filter_map(|entry| Some((*entry, metric.value(entry.measurement, economics)?)))
        .filter(|(_, value)| value.is_finite())
        .unzip()
}

/// Something that differs between the run before a change and the run after it: a candidate for its cause, no more.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause<'a> {
    /// Another container image, or the same name with another digest.
    Image(Option<&'a str>, Option<&'a str>),
    /// Another version of the framework.
    FrameworkVersion(Option<&'a str>, Option<&'a str>),
    /// Another launch recipe.
    Recipe(Option<&'a str>, Option<&'a str>),
    /// Another exact model or checkpoint.
    ExactModel(Option<&'a str>, Option<&'a str>),
    /// Another accelerator driver.
    Driver(Option<&'a str>, Option<&'a str>),
    /// An entry of the source's changelog that concerns the configuration, in a run after the one before and up to the one
    /// after.
    Changelog(&'a Change),
}

impl fmt::Display for Cause<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, old, new) = match self {
            Self::Image(old, new) => ("image", old, new),
            Self::FrameworkVersion(old, new) => ("version", old, new),
            Self::Recipe(old, new) => ("recipe", old, new),
            Self::ExactModel(old, new) => ("checkpoint", old, new),
            Self::Driver(old, new) => ("driver", old, new),
            Self::Changelog(change) => return formatter.write_str(&change.description.join(" ")),
        };
        write!(formatter, "{what} from {} to {}", old.unwrap_or("unknown"), new.unwrap_or("unknown"))
    }
}

/// What differs between two entries of one history. What a side doesn't state is no difference. `runs` are in order of date.
pub fn causes<'a>(before: Entry<'a>, after: Entry<'a>, runs: &'a [Run]) -> Vec<Cause<'a>> {
    let (old, new) = (&before.measurement.framework, &after.measurement.framework);
    let driver = |entry: Entry<'a>| {
        entry.run.environment.as_ref().and_then(|environment| environment.driver.as_deref())
    };
    let digests = both_differ(old.image_digest.as_deref(), new.image_digest.as_deref());
    let images = both_differ(old.image.as_deref(), new.image.as_deref()).or(digests);
    let exact = |entry: Entry<'a>| entry.measurement.model.exact.as_deref();
    let stated = [
        images.map(|(old, new)| Cause::Image(old, new)),
        both_differ(old.version.as_deref(), new.version.as_deref())
            .map(|(old, new)| Cause::FrameworkVersion(old, new)),
        both_differ(old.recipe.as_deref(), new.recipe.as_deref()).map(|(old, new)| Cause::Recipe(old, new)),
        both_differ(exact(before), exact(after)).map(|(old, new)| Cause::ExactModel(old, new)),
        both_differ(driver(before), driver(after)).map(|(old, new)| Cause::Driver(old, new)),
    ];
    let mut seen = BTreeSet::new();
    // Whichever comes first; of a run that isn't among them nothing is known to lie between.
    let place = |entry: Entry<'_>| runs.iter().position(|run| run.id == entry.run.id);
    let between = match (place(before), place(after)) {
        (Some(one), Some(other)) => &runs[one.min(other) + 1..=one.max(other)],
        _ => &[],
    };
    let entries = between
        .iter()
        .flat_map(|run| run.changes.iter().filter(move |change| concerns(change, run, after)))
        .filter(|change| seen.insert((&change.configurations, &change.description)))
        .map(Cause::Changelog)
        .collect::<Vec<_>>();
    stated.into_iter().flatten().chain(entries).collect()
}

type Pair<'a> = (Option<&'a str>, Option<&'a str>);

fn both_differ<'a>(old: Option<&'a str>, new: Option<&'a str>) -> Option<Pair<'a>> {
    (old? != new?).then_some((old, new))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        analysis::change_point::{Class, VoteSettings, change_points_of_all},
        catalog::PriceTier,
    };

    #[test]
    fn committed_histories_are_in_order_and_their_changes_have_candidates_for_a_cause() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let catalog = crate::catalog::load(root, false).expect("the committed content");
        let economics = Economics { edition: None, tier: PriceTier::Rental };
        let histories = histories(&catalog.runs);
        let (entries, values): (Vec<_>, Vec<_>) = histories
            .values()
            .map(|history| metric_history(history, Metric::ThroughputPerAccelerator, &economics))
            .unzip();
        let lengths: Vec<usize> = values.iter().map(Vec::len).collect();
        let (mut classes, mut explained) = (BTreeMap::<Class, usize>::new(), 0);
        for (points, entries) in
            change_points_of_all(&values, &VoteSettings::default()).points.iter().zip(&entries)
        {
            assert!(entries.windows(2).all(|pair| pair[0].run.date <= pair[1].run.date));
            for point in points {
                *classes.entry(point.class).or_default() += 1;
                let causes = causes(entries[point.index - 1], entries[point.index], &catalog.runs);
                explained += usize::from(!causes.is_empty());
            }
        }
        eprintln!(
            "{} histories, longest {:?}: {classes:?}, {explained} with causes",
            lengths.len(),
            lengths.iter().max()
        );
        assert!(!lengths.is_empty());
    }
}
