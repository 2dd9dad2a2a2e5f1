//! A review: what was looked at, and what came of it.

use crate::{
    finding::{Finding, Severity},
    format,
    import::printable,
};
use std::path::PathBuf;

/// Everything that was looked at in a submission.
pub(super) struct Review {
    /// Its folder, relative to the site's root.
    pub(super) folder: PathBuf,
    /// The run's id, where the record could be read.
    pub(super) run: Option<String>,
    /// What was looked at, in order.
    pub(super) aspects: Vec<Aspect>,
}

/// What is to be done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Outcome {
    /// Nothing.
    Sound,
    /// A person should look.
    Look,
    /// It can't be taken as it is.
    Refused,
}

impl Outcome {
    /// Its word.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Sound => "sound",
            Self::Look => "look",
            Self::Refused => "refused",
        }
    }

    /// Its shape.
    pub(super) fn shape(self) -> char {
        match self {
            Self::Sound => '✓',
            Self::Look => '?',
            Self::Refused => '✗',
        }
    }
}

/// One thing that was looked at.
pub(super) struct Aspect {
    /// Its name: a row's heading.
    pub(super) name: &'static str,
    /// What came of it.
    pub(super) outcome: Outcome,
    /// The same in a few words.
    pub(super) found: String,
    /// What is to be said in detail.
    pub(super) remarks: Vec<Remark>,
}

/// A sentence of an aspect.
pub(super) struct Remark {
    pub(super) severity: Severity,
    pub(super) text: String,
}

impl Remark {
    /// What refuses the submission.
    pub(super) fn refused(text: impl Into<String>) -> Self {
        Self { severity: Severity::Error, text: text.into() }
    }

    /// What a person should look at.
    pub(super) fn look(text: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, text: text.into() }
    }

    /// What is worth knowing.
    pub(super) fn known(text: impl Into<String>) -> Self {
        Self { severity: Severity::Hint, text: text.into() }
    }

    /// A finding of the reading stage. Its words may hold a stranger's.
    pub(super) fn of_finding(finding: &Finding) -> Self {
        let line = finding.line.map_or_else(String::new, |line| format!(":{line}"));
        let file = finding.file.display();
        Self { severity: finding.severity, text: printable(&format!("{file}{line}: {}", finding.message)) }
    }
}

impl Aspect {
    /// An aspect with its remarks; `sound` is what is said where none is more than worth knowing.
    pub(super) fn new(name: &'static str, sound: String, remarks: Vec<Remark>) -> Self {
        let count = |severity| remarks.iter().filter(|remark| remark.severity == severity).count();
        let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
        let outcome = match (errors, warnings) {
            (0, 0) => Outcome::Sound,
            (0, _) => Outcome::Look,
            _ => Outcome::Refused,
        };
        let errors = (errors > 0).then(|| format::plural(errors, "error", "errors"));
        let warnings = (warnings > 0).then(|| format!("{warnings} to look at"));
        let counted: Vec<String> = errors.into_iter().chain(warnings).collect();
        let found = if counted.is_empty() { sound } else { counted.join(", ") };
        Self { name, outcome, found, remarks }
    }
}

impl Review {
    /// The worst of its aspects.
    pub(super) fn outcome(&self) -> Outcome {
        self.aspects.iter().map(|aspect| aspect.outcome).max().unwrap_or(Outcome::Sound)
    }

    /// What it comes to, in a sentence.
    pub(super) fn verdict(&self) -> &'static str {
        match self.outcome() {
            Outcome::Sound => "nothing stands against it",
            Outcome::Look => "a person should look at some of it",
            Outcome::Refused => "it can't be taken as it is",
        }
    }
}

/// `3 of 12 measurements`.
pub(super) fn share(some: usize, all: usize) -> String {
    format!("{some} of {}", format::plural(all, "measurement", "measurements"))
}
