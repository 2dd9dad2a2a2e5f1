//! What was not clean, noted while reading.

use super::anomaly::Anomaly;
use std::collections::BTreeMap;

/// How many places are kept as examples of one thing; all are counted.
const EXAMPLES: usize = 20;

/// How often something was met, and where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Places {
    pub(crate) count: u64,
    pub(crate) examples: Vec<String>,
}

impl Places {
    pub(crate) fn add(&mut self, place: impl Into<String>) {
        self.count += 1;
        if self.examples.len() < EXAMPLES {
            self.examples.push(place.into());
        }
    }

    fn absorb(&mut self, other: Self) {
        self.count += other.count;
        let room = EXAMPLES.saturating_sub(self.examples.len());
        self.examples.extend(other.examples.into_iter().take(room));
    }
}

/// (form of the row, key) → how often.
pub(crate) type KeyCounts = BTreeMap<(&'static str, String), u64>;

/// Everything that reading found besides results. Notes of several files add up in the order of the files.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notes {
    pub(crate) anomalies: BTreeMap<Anomaly, Places>,
    /// (what the label names, the label) → how often.
    pub(crate) unknown_labels: BTreeMap<(&'static str, String), u64>,
    /// Keys that the importer has never heard of.
    pub(crate) new_keys: KeyCounts,
    /// Keys that it knows, but the record has no field for.
    pub(crate) unstored_keys: KeyCounts,
    /// Files and rows that are known not to be results, by what they are.
    pub(crate) not_results: BTreeMap<&'static str, Places>,
    /// (path, its top-level keys or first words) of what is not recognised at all.
    pub(crate) not_recognised: Vec<(String, String)>,
    /// (place, why) of every row and file that could hold results and was left out.
    pub(crate) skipped: Vec<(String, String)>,
}

impl Notes {
    pub(crate) fn anomaly(&mut self, kind: Anomaly, place: impl Into<String>) {
        self.anomalies.entry(kind).or_default().add(place);
    }

    pub(crate) fn skip(&mut self, place: impl Into<String>, why: impl Into<String>) {
        self.skipped.push((place.into(), why.into()));
    }

    pub(crate) fn not_a_result(&mut self, what: &'static str, place: impl Into<String>) {
        self.not_results.entry(what).or_default().add(place);
    }

    pub(crate) fn absorb(&mut self, other: Self) {
        for (kind, places) in other.anomalies {
            self.anomalies.entry(kind).or_default().absorb(places);
        }
        for (what, places) in other.not_results {
            self.not_results.entry(what).or_default().absorb(places);
        }
        add_counts(&mut self.unknown_labels, other.unknown_labels);
        add_counts(&mut self.new_keys, other.new_keys);
        add_counts(&mut self.unstored_keys, other.unstored_keys);
        self.not_recognised.extend(other.not_recognised);
        self.skipped.extend(other.skipped);
    }
}

fn add_counts<K: Ord>(into: &mut BTreeMap<K, u64>, from: BTreeMap<K, u64>) {
    for (key, count) in from {
        *into.entry(key).or_default() += count;
    }
}
