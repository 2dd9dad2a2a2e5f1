//! What was known by the end of a day, so that a report of then says what it said.

use super::{Catalog, PriceBook};
use jiff::civil::Date;
use record::Run;

/// So much of the hash is enough to notice a change, and short enough to read.
const BASIS_DIGITS: usize = 16;

impl Catalog {
    /// The catalog as of the end of `day`: its runs and its editions of prices; guides and documents stay out. What was
    /// withdrawn later is withdrawn here too: a figure that fell doesn't stand in an old report either.
    pub fn as_of(&self, day: Date) -> Self {
        let editions = self.prices.editions.iter().filter(|edition| edition.effective <= day);
        Self {
            accelerators: self.accelerators.clone(),
            models: self.models.clone(),
            frameworks: self.frameworks.clone(),
            prices: PriceBook { editions: editions.cloned().collect() },
            reliability: self.reliability.clone(),
            runs: self.runs.iter().filter(|run| was_over(run, day)).cloned().collect(),
            ..Self::default()
        }
    }

    /// A short name of everything that figures as of `day` rest on: the records of the runs up to it as they stand in their
    /// files, and the prices.
    pub fn basis(&self, day: Date) -> String {
        let mut hash = blake3::Hasher::new();
        for (_, record) in self.runs.iter().zip(&self.records).filter(|(run, _)| was_over(run, day)) {
            hash.update(&record.contents.bytes());
        }
        for edition in self.prices.editions.iter().filter(|edition| edition.effective <= day) {
            hash.update(serde_json::to_string(edition).unwrap_or_default().as_bytes());
        }
        hash.finalize().to_hex()[..BASIS_DIGITS].to_owned()
    }
}

/// Whether a run was over by the end of a day. One whose day is only known as a span counts from the span's end.
fn was_over(run: &Run, day: Date) -> bool {
    run.date_until.unwrap_or(run.date) <= day
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::sample::{catalog, measurement, run};
    use crate::{catalog::StoredRecord, publish::Contents};
    use serde_json::json;

    fn day(text: &str) -> Date {
        text.parse().expect("a day")
    }

    fn known() -> Catalog {
        let one = || vec![measurement(&json!({}))];
        let mut runs =
            vec![run("a", "2026-05-30", one()), run("b", "2026-05-31", one()), run("c", "2026-06-01", one())];
        runs[1].date_until = Some(day("2026-06-02"));
        let book = "[[edition]]\neffective = 2026-05-01\nsource = \"x\"\n[edition.accelerator]\n[[edition]]\n\
                    effective = 2026-06-01\nsource = \"y\"\n[edition.accelerator]\n";
        let prices = PriceBook::parse(std::path::Path::new("prices.toml"), book).expect("a book");
        let record = |run: &Run| StoredRecord {
            contents: Contents::plain(run.to_canonical_json().into_bytes()),
            ..StoredRecord::default()
        };
        let records = runs.iter().map(record).collect();
        Catalog { prices, records, ..catalog(runs) }
    }

    /// Changes a run, and its record with it.
    fn edit(catalog: &mut Catalog, at: usize, change: impl FnOnce(&mut Run)) {
        change(&mut catalog.runs[at]);
        catalog.records[at].contents = Contents::plain(catalog.runs[at].to_canonical_json().into_bytes());
    }

    #[test]
    fn only_what_was_over_by_then_is_known() {
        let ids = |day: Date| known().as_of(day).runs.into_iter().map(|run| run.id).collect::<Vec<_>>();
        assert_eq!(ids(day("2026-05-29")), [""; 0]);
        assert_eq!(ids(day("2026-05-31")), ["a"], "b may have been later");
        assert_eq!(ids(day("2026-06-02")), ["a", "b", "c"]);
        assert_eq!(known().as_of(day("2026-05-31")).prices.editions.len(), 1);
    }

    #[test]
    fn the_basis_changes_with_the_days_up_to_it_and_with_nothing_later() {
        let until = day("2026-05-31");
        let basis = known().basis(until);
        assert_eq!(basis.len(), BASIS_DIGITS);
        let mut later = known();
        edit(&mut later, 2, |run| run.notes.push("a remark".to_owned()));
        later.prices.editions.pop();
        assert_eq!(later.basis(until), basis);
        let mut earlier = known();
        let retraction = json!({ "when": "2026-07-01", "why": "clocks" });
        edit(&mut earlier, 0, |run| {
            run.measurements[0].retracted = Some(serde_json::from_value(retraction).expect("a retraction"));
        });
        assert_ne!(earlier.basis(until), basis);
        let mut repriced = known();
        repriced.prices.editions.remove(0);
        assert_ne!(repriced.basis(until), basis);
    }
}
