//! The measurements that a shortcode speaks of: official ones that stand, narrowed down argument by argument, so that what is
//! wrong can be told exactly.

use super::arguments::Arguments;
use crate::{
    analysis::{Analysis, Entry, SeriesKey},
    suggestion::close_matches,
};
use record::RunKind;
use std::collections::BTreeSet;

/// Official measurements of one model and workload, by series; at least one.
#[derive(Clone)]
pub(super) struct Selection<'s, 'a> {
    analysis: &'s Analysis<'a>,
    series: Vec<(&'s SeriesKey, &'s [Entry<'a>])>,
    /// What they were narrowed down to, in the arguments' words.
    so_far: Vec<String>,
}

/// The arguments that [`Selection::of`] reads.
pub(super) const ARGUMENTS: [&str; 5] = ["model", "workload", "precision", "framework", "speculation"];

impl<'s, 'a> Selection<'s, 'a> {
    /// What `model` and `workload` name, narrowed down by `precision`, `framework` and `speculation` where those are there.
    ///
    /// # Errors
    /// What isn't known or wasn't measured, and what was.
    pub(super) fn of(analysis: &'s Analysis<'a>, arguments: &Arguments<'_>) -> Result<Self, String> {
        let official = analysis.select(|key| key.kind == RunKind::Official).collect();
        let mut selection = Self { analysis, series: official, so_far: Vec::new() }
            .narrowed("model", arguments.required("model")?)?
            .narrowed("workload", arguments.required("workload")?)?;
        for argument in ["precision", "framework", "speculation"] {
            if let Some(wanted) = arguments.optional(argument) {
                selection = selection.narrowed(argument, wanted)?;
            }
        }
        Ok(selection)
    }

    /// Only what was measured on an accelerator.
    ///
    /// # Errors
    /// When there is no such accelerator, or nothing was measured on it.
    pub(super) fn on(&self, accelerator: &str) -> Result<Self, String> {
        self.clone().narrowed("accelerator", accelerator)
    }

    /// What was measured on each of several accelerators; on all, where none is named.
    ///
    /// # Errors
    /// As [`Self::on`].
    pub(super) fn on_each(self, accelerators: &[&str]) -> Result<Vec<Self>, String> {
        if accelerators.is_empty() {
            return Ok(vec![self]);
        }
        accelerators.iter().map(|accelerator| self.on(accelerator)).collect()
    }

    fn narrowed(mut self, argument: &str, wanted: &str) -> Result<Self, String> {
        let before: BTreeSet<String> =
            self.series.iter().flat_map(|(key, _)| values(argument, key)).collect();
        self.series.retain(|(key, _)| values(argument, key).iter().any(|value| value == wanted));
        if self.series.is_empty() {
            return Err(self.fault(argument, wanted, &before));
        }
        self.so_far.push(wanted.to_owned());
        Ok(self)
    }

    /// Why nothing was found: the name isn't known, or nothing that stands was measured of it.
    fn fault(&self, argument: &str, wanted: &str, measured: &BTreeSet<String>) -> String {
        let quoted = |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>();
        let measured: Vec<&str> = measured.iter().map(String::as_str).collect();
        let measured_words = match measured.as_slice() {
            [] => "nothing".to_owned(),
            some => quoted(some).join(", "),
        };
        let of = if self.so_far.is_empty() { String::new() } else { format!(" of {}", self.words()) };
        let known = spellings(self.analysis, argument);
        if known.iter().any(|(_, key)| *key == wanted) {
            return format!(
                "no official measurement{of} with the {argument} `{wanted}` stands. Measured: {measured_words}"
            );
        }
        let known = known.into_iter().chain(measured.iter().map(|name| (*name, *name)));
        match close_matches(wanted, known).as_slice() {
            [] => format!("there is no {argument} `{wanted}`. Measured{of}: {measured_words}"),
            close => {
                format!("there is no {argument} `{wanted}`; did you mean {}?", quoted(close).join(" or "))
            }
        }
    }

    /// The series that are left; at least one.
    pub(super) fn series(&self) -> &[(&'s SeriesKey, &'s [Entry<'a>])] {
        &self.series
    }

    /// Their measurements.
    pub(super) fn entries(&self) -> Vec<Entry<'a>> {
        self.series.iter().flat_map(|(_, entries)| entries.iter().copied()).collect()
    }

    /// The arguments that led here: `dsr1, 8192-1024, b200`.
    pub(super) fn words(&self) -> String {
        self.so_far.join(", ")
    }
}

/// What an argument may say to mean a series.
fn values(argument: &str, key: &SeriesKey) -> Vec<String> {
    match argument {
        "model" => vec![key.model.to_string()],
        "workload" => vec![key.workload.slug()],
        "accelerator" => vec![key.accelerator.to_string()],
        "precision" => vec![key.precision.family().to_owned(), key.precision.to_string()],
        "framework" => vec![key.framework.to_string()],
        _ => vec![key.method.speculative.clone().unwrap_or_else(|| "not-stated".to_owned())],
    }
}

/// Every spelling of what an argument may name, measured or not, with the key that it stands for.
fn spellings<'s>(analysis: &'s Analysis<'_>, argument: &str) -> Vec<(&'s str, &'s str)> {
    let catalog = analysis.catalog;
    let named = |name: &'s str, aliases: &'s [String], key: &'s str| {
        let spellings = aliases.iter().map(String::as_str).chain([name, key]);
        spellings.map(move |spelling| (spelling, key)).collect::<Vec<_>>()
    };
    match argument {
        "model" => (catalog.models.values())
            .flat_map(|known| named(&known.facts.name, &known.facts.aliases, known.key.as_str()))
            .collect(),
        "accelerator" => (catalog.accelerators.values())
            .flat_map(|known| named(&known.specification.name, &[], known.key.as_str()))
            .collect(),
        "framework" => (catalog.frameworks.values())
            .flat_map(|known| named(&known.facts.name, &known.facts.aliases, known.key.as_str()))
            .collect(),
        _ => Vec::new(),
    }
}
