//! What may have caused a change: what differs between the two runs it lies between, and nothing else.
//!
//! What a run further away states says what ran then. It is named where the run next to the change says nothing
//! ([`StatedImage`]), but no cause rests on it: between the two, anything may have changed.

use super::{Cause, Entry, SeriesKey, causes};
use record::Run;

/// A candidate for the cause of a change, and the measurements whose statements it rests on: those around the change, or
/// others of their series in the same two runs. No proof.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate<'a> {
    /// What differs.
    pub cause: Cause<'a>,
    /// Whose statement is the old one.
    pub before: Entry<'a>,
    /// Whose statement is the new one.
    pub after: Entry<'a>,
}

/// The statement of an image that is nearest to a change on one side of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StatedImage<'a> {
    /// Who states it.
    pub entry: Entry<'a>,
    /// How many runs of the history it is away from the run next to the change; 0 for that run itself.
    pub runs: usize,
}

impl<'a> StatedImage<'a> {
    /// The image.
    pub fn image(&self) -> Option<&'a str> {
        self.entry.measurement.framework.image.as_deref()
    }

    /// The nearest of entries that lead away from a change.
    fn nearest<'e>(entries: impl Iterator<Item = &'e Entry<'a>>) -> Option<Self>
    where
        'a: 'e,
    {
        entries.enumerate().find_map(|(runs, entry)| Some(Self { entry: witness(entry)?, runs }))
    }
}

/// The nearest statements of an image before and after a change: `left` and `right` are the entries of its history on
/// either side, up to the changes next to it, in order of date.
pub(super) fn stated_images<'a>(left: &[Entry<'a>], right: &[Entry<'a>]) -> [Option<StatedImage<'a>>; 2] {
    [StatedImage::nearest(left.iter().rev()), StatedImage::nearest(right.iter())]
}

/// The candidates for a change between two entries. `runs` are in order of date.
pub(super) fn candidates<'a>(before: Entry<'a>, after: Entry<'a>, runs: &'a [Run]) -> Vec<Candidate<'a>> {
    let stated = causes(before, after, runs);
    let known = stated.iter().any(|cause| matches!(cause, Cause::Image(..)));
    let of_series = if known { None } else { image(before, after) };
    let stated = stated.into_iter().map(|cause| Candidate { cause, before, after });
    of_series.into_iter().chain(stated).collect()
}

/// Different images that the same two runs state for the series.
fn image<'a>(before: Entry<'a>, after: Entry<'a>) -> Option<Candidate<'a>> {
    let (before, after) = (witness(&before)?, witness(&after)?);
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

    fn entries(runs: &[Run]) -> Vec<Entry<'_>> {
        runs.iter().map(|run| Entry { run, measurement: &run.measurements[0] }).collect()
    }

    fn place(entry: Entry<'_>) -> String {
        format!("{}/{}", entry.run.id, entry.measurement.id)
    }

    fn found(images: &[(Option<&str>, Option<&str>)], at: usize) -> Vec<(String, String, String)> {
        let runs = runs(images);
        let entries = entries(&runs);
        candidates(entries[at - 1], entries[at], &runs)
            .into_iter()
            .map(|candidate| {
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
    fn a_run_that_is_not_next_to_the_change_is_named_and_never_a_cause() {
        let images = [(Some("a"), None), (None, None), (None, None), (None, Some("b"))];
        assert_eq!(found(&images, 2), []);
        let runs = runs(&images);
        let entries = entries(&runs);
        let stated = stated_images(&entries[..2], &entries[2..]).map(|stated| {
            let stated = stated.expect("a statement");
            (stated.image(), place(stated.entry), stated.runs)
        });
        assert_eq!(stated, [(Some("a"), "r0/c4".into(), 1), (Some("b"), "r3/c8".into(), 1)]);
        assert_eq!(stated_images(&entries[1..2], &entries[2..3]), [None, None]);
        assert_eq!(stated_images(&entries[..1], &entries[3..]).map(|it| it.expect("one").runs), [0, 0]);
    }

    #[test]
    fn one_image_or_none_on_a_side_is_no_candidate() {
        assert_eq!(found(&[(Some("a"), None), (Some("a"), None)], 1), []);
        assert_eq!(found(&[(None, None), (Some("b"), None)], 1), []);
        assert_eq!(found(&[(None, None), (None, None)], 1), []);
    }

    #[test]
    fn neighbours_that_disagree_say_nothing() {
        let mut runs = runs(&[(Some("a"), None), (None, Some("b"))]);
        runs[1].measurements.push(with_image(16, Some("c")));
        let entries = entries(&runs);
        assert_eq!(candidates(entries[0], entries[1], &runs), []);
    }
}
