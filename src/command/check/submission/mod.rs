//! `site check --submission`: what a maintainer wants to know of a result that somebody offers, before reading it.

mod alone;
mod beside;
mod json;
mod markdown;
mod review;
mod statistics;
mod text;

use super::super::{Failure, print};
use crate::{
    analysis::Analysis,
    catalog::{self, Submission},
    cli::{Common, Format},
    config::Config,
};
use jiff::{Timestamp, civil::Date, tz::Offset};
use review::{Aspect, Outcome, Remark, Review};
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

/// Reviews the submission at a path. Exit code 0: it can be taken; 2: it can't, or, when `strict`, somebody should look first.
pub(super) fn run(common: &Common, path: &Path, strict: bool) -> Result<ExitCode, Failure> {
    let root = common.root.as_path();
    let submission = Submission::at(root, &existing(root, path))?;
    let config = Config::load(root)?;
    let mut catalog = catalog::load_without(root, false, Some(&submission.folder))?;
    let (offered, findings) = catalog.add(root, &submission);
    let analysis = Analysis::new(&config, &catalog);
    let today = Offset::UTC.to_datetime(Timestamp::now()).date();
    let mut aspects = vec![Aspect::new(
        "Record",
        format!(
            "of {}, offered by {}; it can be read and contradicts itself nowhere",
            submission.date, submission.organisation
        ),
        findings.iter().map(Remark::of_finding).chain(too_early(submission.date, today)).collect(),
    )];
    if let Some(run) = &offered {
        aspects.extend(alone::aspects(&catalog, run));
        aspects.extend(beside::aspects(&analysis, run));
    }
    let review = Review { folder: submission.folder, run: offered.map(|run| run.id), aspects };
    match common.format {
        Format::Json => print(&json::json(&review).to_string()),
        Format::Markdown => print(markdown::markdown(&review).trim_end()),
        Format::Text => print(text::text(&review, common.quiet).trim_end()),
    }
    let refused = match review.outcome() {
        Outcome::Sound => false,
        Outcome::Look => strict,
        Outcome::Refused => true,
    };
    Ok(if refused { ExitCode::from(2) } else { ExitCode::SUCCESS })
}

/// What there is to say of a day that hasn't come: such a result would stay the newest for ever. Midnight comes to some earlier.
fn too_early(day: Date, today: Date) -> Option<Remark> {
    let tomorrow = today.tomorrow().ok()?;
    let message =
        || format!("{day} hasn't come yet (today is {today}, UTC). Correct the record and the folder's name");
    (day > tomorrow).then(|| Remark::refused(message()))
}

/// The path as it was given, or below the site's folder.
fn existing(root: &Path, path: &Path) -> PathBuf {
    if path.exists() { path.to_owned() } else { root.join(path) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_day_that_has_not_come_is_refused_and_tomorrow_is_somewhere_today() {
        let today = date(2026, 11, 24);
        for day in [date(2025, 1, 1), today, date(2026, 11, 25)] {
            assert!(too_early(day, today).is_none(), "{day}");
        }
        assert!(too_early(date(2026, 11, 26), today).is_some());
        assert!(too_early(date(2099, 1, 1), today).is_some());
    }
}
