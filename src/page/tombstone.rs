//! What is left of a result that was withdrawn, and what a result took the place of.

use super::Link;
use crate::{catalog::Corrections, html::Escaped};
use record::{Reference, Retraction};
use std::fmt::Write;

/// A retraction in a sentence: `Withdrawn on 2026-06-01: The clocks disagreed.`
pub(super) fn words(retraction: &Retraction) -> String {
    let mut words = format!("Withdrawn on {}: {}", retraction.when, retraction.why);
    if let Some(successor) = &retraction.superseded_by {
        let _ = write!(words, " {}.", superseded(successor));
    }
    words
}

/// The same as HTML, with a link to what takes its place.
pub(super) fn html(retraction: &Retraction) -> String {
    let mut html = format!("Withdrawn on {}: {}", retraction.when, Escaped(&retraction.why));
    if let Some(successor) = &retraction.superseded_by {
        let (href, words) = (successor.href(), superseded(successor));
        let _ = write!(html, " <a href=\"{}\">{}</a>.", Escaped(&href), Escaped(&words));
    }
    html
}

fn superseded(successor: &Reference) -> String {
    format!("Superseded by {}", name(successor))
}

/// `run 27213443242`, or `measurement 0123456789abcdef of run 27213443242`.
fn name(reference: &Reference) -> String {
    match &reference.measurement {
        None => format!("run {}", reference.run),
        Some(measurement) => format!("measurement {measurement} of run {}", reference.run),
    }
}

/// What a run or measurement took the place of, as links.
pub(super) fn replaced(corrections: &Corrections, successor: &Reference) -> Vec<Link> {
    let replaced = corrections.replaced_by(successor).iter();
    replaced.map(|reference| Link::new(name(reference), reference.href())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tombstone_says_when_and_why_and_leads_to_what_takes_its_place() {
        let retraction = Retraction {
            when: "2026-06-01".parse().expect("a day"),
            why: "<b>clocks</b>.".to_owned(),
            superseded_by: Some(Reference::to_measurement("b", "0123456789abcdef")),
        };
        insta::assert_snapshot!(words(&retraction), @"Withdrawn on 2026-06-01: <b>clocks</b>. Superseded by measurement 0123456789abcdef of run b.");
        insta::assert_snapshot!(html(&retraction), @r#"Withdrawn on 2026-06-01: &lt;b&gt;clocks&lt;/b&gt;. <a href="/runs/b/#m-0123456789abcdef">Superseded by measurement 0123456789abcdef of run b</a>."#);
    }
}
