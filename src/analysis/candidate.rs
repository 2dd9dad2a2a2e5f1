//! What may have caused a change: what differs between the two measurements around it, or, where one of them doesn't state
//! its image, between the nearest ones that do.

use super::{Cause, Entry, SeriesKey, causes};
use record::Run;

/// A candidate for the cause of a change, and the measurements whose statements it rests on. No proof.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate<'a> {
    /// What differs.
    pub cause: Cause<'a>,
    /// Whose statement is the old one.
    pub before: Entry<'a>,
    /// Whose statement is the new one.
    pub after: Entry<'a>,
}

/// The candidates for a change between the last entry of `left` and the first of `right`: the entries of its history on
/// either side, up to the changes next to it, in order of date. `runs` are in order of date.
pub(super) fn candidates<'a>(left: &[Entry<'a>], right: &[Entry<'a>], runs: &'a [Run]) -> Vec<Candidate<'a>> {
    let (Some(&before), Some(&after)) = (left.last(), right.first()) else { return Vec::new() };
    let stated = causes(before, after, runs);
    let known = stated.iter().any(|cause| matches!(cause, Cause::Image(..)));
    let inferred = if known { None } else { image(left, right) };
    let stated = stated.into_iter().map(|cause| Candidate { cause, before, after });
    inferred.into_iter().chain(stated).collect()
}

/// Different images of the nearest measurements that state one.
fn image<'a>(left: &[Entry<'a>], right: &[Entry<'a>]) -> Option<Candidate<'a>> {
    let before = left.iter().rev().find_map(witness)?;
    let after = right.iter().find_map(witness)?;
    let (old, new) =
        (before.measurement.framework.image.as_deref(), after.measurement.framework.image.as_deref());
    (old != new).then_some(Candidate { cause: Cause::Image(old, new), before, after })
}

/// Who states the image of an entry: itself, or another configuration of its series in the same run, if all that state
/// one agree.
fn witness<'a>(entry: &Entry<'a>) -> Option<Entry<'a>> {
    if entry.measurement.framework.image.is_some() {
        return Some(*entry);
    }
    let series = SeriesKey::of(entry);
    let mut stating = (entry.run.measurements.iter())
        .map(|measurement| Entry { run: entry.run, measurement })
        .filter(|other| other.measurement.framework.image.is_some() && SeriesKey::of(other) == series);
    let first = stating.next()?;
    let image = &first.measurement.framework.image;
    stating.all(|other| other.measurement.framework.image == *image).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::sample::{measurement, run};
    use serde_json::json;

    fn with_image(concurrency: u32, image: Option<&str>) -> record::Measurement {
        let mut framework = json!({ "key": "sglang" });
        if let Some(image) = image {
            framework["image"] = image.into();
        }
        measurement(
            &json!({ "id": format!("c{concurrency}"), "arrival": { "concurrency": concurrency }, "framework": framework }),
        )
    }

    /// Runs of one configuration, each with what it and a neighbour of its series state.
    fn runs(images: &[(Option<&str>, Option<&str>)]) -> Vec<Run> {
        let of = |(day, (own, neighbour)): (usize, &(Option<&str>, Option<&str>))| {
            let date = format!("2026-01-{:02}", day + 1);
            run(&format!("r{day}"), &date, vec![with_image(4, *own), with_image(8, *neighbour)])
        };
        images.iter().enumerate().map(of).collect()
    }

    fn found(images: &[(Option<&str>, Option<&str>)], at: usize) -> Vec<(String, String, String)> {
        let runs = runs(images);
        let entries: Vec<Entry<'_>> =
            runs.iter().map(|run| Entry { run, measurement: &run.measurements[0] }).collect();
        candidates(&entries[..at], &entries[at..], &runs)
            .into_iter()
            .map(|candidate| {
                let place = |entry: Entry<'_>| format!("{}/{}", entry.run.id, entry.measurement.id);
                (format!("{:?}", candidate.cause), place(candidate.before), place(candidate.after))
            })
            .collect()
    }

    fn image(old: &str, new: &str) -> String {
        format!("Image(Some({old:?}), Some({new:?}))")
    }

    #[test]
    fn what_the_two_measurements_state_comes_first() {
        let images = [(Some("a"), Some("x")), (Some("b"), Some("y"))];
        assert_eq!(found(&images, 1), [(image("a", "b"), "r0/c4".into(), "r1/c4".into())]);
    }

    #[test]
    fn a_neighbour_in_the_same_run_speaks_for_one_that_says_nothing() {
        let images = [(Some("a"), None), (None, Some("b"))];
        assert_eq!(found(&images, 1), [(image("a", "b"), "r0/c4".into(), "r1/c8".into())]);
    }

    #[test]
    fn else_the_nearest_run_that_states_one_does() {
        let images = [(Some("a"), None), (None, None), (None, None), (Some("b"), None)];
        assert_eq!(found(&images, 2), [(image("a", "b"), "r0/c4".into(), "r3/c4".into())]);
    }

    #[test]
    fn one_image_or_none_on_a_side_is_no_candidate() {
        assert_eq!(found(&[(Some("a"), None), (Some("a"), None)], 1), []);
        assert_eq!(found(&[(None, None), (Some("b"), None)], 1), []);
        assert_eq!(found(&[(None, None), (None, None)], 1), []);
        assert_eq!(candidates(&[], &[], &[]), []);
    }

    #[test]
    fn neighbours_that_disagree_say_nothing() {
        let mut runs = runs(&[(Some("a"), None), (None, Some("b"))]);
        runs[1].measurements.push(with_image(16, Some("c")));
        let entries: Vec<Entry<'_>> =
            runs.iter().map(|run| Entry { run, measurement: &run.measurements[0] }).collect();
        assert_eq!(candidates(&entries[..1], &entries[1..], &runs), []);
    }
}
