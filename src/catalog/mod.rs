//! What the site knows, read once and validated.

mod accelerator;
mod acknowledgement;
mod as_of;
mod corrections;
mod document;
mod framework;
mod front_matter;
mod history;
mod load;
mod model;
mod names;
mod prices;
mod results;
mod submissions;
mod versions;

pub use accelerator::{Accelerator, Specification};
pub use acknowledgement::{Acknowledgement, AcknowledgementFacts, Status};
pub use corrections::Corrections;
pub(crate) use corrections::is_twin;
pub use document::{Document, Period};
pub use framework::{Framework, FrameworkFacts};
pub use front_matter::SourceLink;
pub use load::{load, load_names, load_without};
pub use model::{Model, ModelFacts};
pub use names::{KnownFramework, Names};
pub use prices::{Edition, Price, PriceBook, PriceTier};
pub use submissions::{COMMUNITY, Submission};
pub use versions::{DataVersion, Difference, ROWS, Releases, RowPrints, TableVersion, VERSIONS};

use crate::{finding::Finding, publish::Contents};
use jiff::civil::Date;
use record::{AcceleratorKey, FrameworkKey, ModelKey, Reliability, Run};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

/// Everything that the content folder says.
#[derive(Debug, Default)]
pub struct Catalog {
    /// Accelerators by key.
    pub accelerators: BTreeMap<AcceleratorKey, Accelerator>,
    /// Models by key.
    pub models: BTreeMap<ModelKey, Model>,
    /// Frameworks by key.
    pub frameworks: BTreeMap<FrameworkKey, Framework>,
    /// The price book.
    pub prices: PriceBook,
    /// How often jobs succeeded, by day and accelerator.
    pub reliability: Option<Reliability>,
    /// Documentation, in reading order.
    pub documents: Vec<Document>,
    /// Reports, newest first.
    pub reports: Vec<Document>,
    /// Notebooks, in reading order; see [`crate::notebook`].
    pub notebooks: Vec<Document>,
    /// What people say of changes over time, in order of their names.
    pub acknowledgements: Vec<Acknowledgement>,
    /// Runs, oldest first.
    pub runs: Vec<Run>,
    /// The record of each run as it stands in its file, in the order of `runs`, to be published to the byte.
    pub records: Vec<StoredRecord>,
    /// What took the place of what was withdrawn.
    pub corrections: Corrections,
    /// The versions of the data that were released.
    pub releases: Releases,
    /// What was odd, but didn't stop the reading.
    pub warnings: Vec<Finding>,
}

/// A record as it stands in its file.
#[derive(Clone, Debug, Default)]
pub struct StoredRecord {
    /// The file, relative to the site's root.
    pub file: PathBuf,
    /// Its bytes, which wait until they are published.
    pub contents: Contents,
}

impl StoredRecord {
    /// The line of a measurement, counted from one. Canonical records hold one measurement a line; in any other layout
    /// there is none to tell.
    pub fn line_of(&self, measurement: usize) -> Option<usize> {
        results::line_of(&self.contents.bytes(), measurement)
    }
}

/// Markdown and where it stands.
#[derive(Clone, Debug, Default)]
pub struct Text {
    /// The Markdown.
    pub markdown: String,
    /// The file, relative to the site's root.
    pub file: PathBuf,
    /// The line of the file on which the Markdown starts.
    pub line: usize,
    /// The day on which the file last changed, as its repository says; absent where there is none that knows.
    pub changed: Option<Date>,
    /// The days that it reports on; its figures are those of then.
    pub period: Option<Period>,
}

impl Text {
    /// How many words it has.
    pub fn words(&self) -> usize {
        self.markdown.split_whitespace().count()
    }
}

impl Catalog {
    /// Reads what somebody offers and adds it where it can be read, with everything that is wrong with it. The catalog was
    /// read without it: see [`load_without`].
    pub fn add(&mut self, root: &Path, submission: &Submission) -> (Option<Run>, Vec<Finding>) {
        let mut findings = Vec::new();
        submission.check(root, &mut findings);
        if !findings.is_empty() {
            return (None, findings);
        }
        let vocabulary = self.names().vocabulary();
        match results::read_submission(root, submission, &vocabulary, &mut findings) {
            Err(finding) => {
                findings.push(finding);
                (None, findings)
            }
            Ok((run, record)) => {
                if let Some(place) = self.runs.iter().position(|known| known.id == run.id) {
                    let message = results::stands_twice(&run.id, &self.records[place].file);
                    findings.push(Finding::error(submission.record(), None, message));
                    return (Some(run), findings);
                }
                let place = self.runs.partition_point(|known| (known.date, &known.id) < (run.date, &run.id));
                self.runs.insert(place, run.clone());
                self.records.insert(place, record);
                (Some(run), findings)
            }
        }
    }

    /// Every spelling that the content knows.
    pub fn names(&self) -> Names {
        let mut names = Names::default();
        for key in self.accelerators.keys() {
            names.add_accelerator(key.clone());
        }
        for model in self.models.values() {
            for spelling in model.facts.aliases.iter().map(String::as_str).chain([model.key.as_str()]) {
                names.add_model(spelling, &model.key);
            }
        }
        for framework in self.frameworks.values() {
            let facts = &framework.facts;
            for spelling in facts.aliases.iter().map(String::as_str).chain([framework.key.as_str()]) {
                let known = KnownFramework { key: framework.key.clone(), disaggregated: facts.disaggregated };
                names.add_framework(spelling, known);
            }
        }
        names
    }

    /// The day on which each text last changed, by its file, as far as that is known.
    pub fn changed(&self) -> BTreeMap<String, Date> {
        let path = |file: &Path| file.to_string_lossy().replace('\\', "/");
        self.texts().filter_map(|text| Some((path(&text.file), text.changed?))).collect()
    }

    /// Every text.
    pub fn texts(&self) -> impl Iterator<Item = &Text> {
        let others = self.documents.iter().chain(&self.notebooks).map(|known| &known.text);
        self.subject_texts().chain(others).chain(self.acknowledgements.iter().map(|known| &known.text))
    }

    /// The texts about what is measured, and the reports: those whose figures are results.
    pub fn subject_texts(&self) -> impl Iterator<Item = &Text> {
        let guides = self.accelerators.values().map(|known| &known.guide);
        let models = self.models.values().map(|known| &known.text);
        let frameworks = self.frameworks.values().map(|known| &known.text);
        guides.chain(models).chain(frameworks).chain(self.reports.iter().map(|known| &known.text))
    }

    /// What the front matter of each text says to readers: the text, the field's name, and its words.
    pub fn headlines(&self) -> impl Iterator<Item = (&Text, &'static str, &str)> {
        let hardware = self
            .accelerators
            .values()
            .map(|known| (&known.guide, "name", &known.specification.name, &known.specification.description));
        let models = self.models.values().map(|it| (&it.text, "name", &it.facts.name, &it.facts.description));
        let frameworks =
            self.frameworks.values().map(|it| (&it.text, "name", &it.facts.name, &it.facts.description));
        let documents = self.documents.iter().chain(&self.reports).chain(&self.notebooks);
        let documents = documents.map(|it| (&it.text, "title", &it.facts.title, &it.facts.description));
        let all = hardware.chain(models).chain(frameworks).chain(documents);
        all.flat_map(|(text, field, name, description)| {
            [(text, field, name.as_str()), (text, "description", description.as_str())]
        })
    }

    /// Every text.
    fn texts_mut(&mut self) -> impl Iterator<Item = &mut Text> {
        let guides = self.accelerators.values_mut().map(|known| &mut known.guide);
        let models = self.models.values_mut().map(|known| &mut known.text);
        let frameworks = self.frameworks.values_mut().map(|known| &mut known.text);
        let documents = self.documents.iter_mut().chain(&mut self.reports).chain(&mut self.notebooks);
        let documents = documents.map(|known| &mut known.text);
        let acknowledgements = self.acknowledgements.iter_mut().map(|known| &mut known.text);
        guides.chain(models).chain(frameworks).chain(documents).chain(acknowledgements)
    }

    /// An accelerator's name for readers; the key itself when there is no page about it.
    pub fn accelerator_name<'a>(&'a self, key: &'a AcceleratorKey) -> &'a str {
        self.accelerators.get(key).map_or(key.as_str(), |known| &known.specification.name)
    }

    /// The address of an accelerator's page; nothing for one that only records know.
    pub fn accelerator_href(&self, key: &AcceleratorKey) -> Option<String> {
        self.accelerators.contains_key(key).then(|| format!("/hardware/{key}/"))
    }

    /// The address of a model's page; nothing for one that only records know.
    pub fn model_href(&self, key: &ModelKey) -> Option<String> {
        self.models.contains_key(key).then(|| format!("/models/{key}/"))
    }

    /// The address of a framework's page; nothing for one that only records know.
    pub fn framework_href(&self, key: &FrameworkKey) -> Option<String> {
        self.frameworks.contains_key(key).then(|| format!("/frameworks/{key}/"))
    }

    /// A model's name for readers; the key itself when there is no page about it.
    pub fn model_name<'a>(&'a self, key: &'a ModelKey) -> &'a str {
        self.models.get(key).map_or(key.as_str(), |known| &known.facts.name)
    }

    /// A framework's name for readers; the key itself when there is no page about it.
    pub fn framework_name<'a>(&'a self, key: &'a FrameworkKey) -> &'a str {
        self.frameworks.get(key).map_or(key.as_str(), |known| &known.facts.name)
    }
}
