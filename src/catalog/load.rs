//! Reading the content folder.

use super::{
    Accelerator, Acknowledgement, AcknowledgementFacts, Catalog, Corrections, Document, Framework, Model,
    Names, PriceBook, Releases, Text, acknowledgement,
    document::DocumentFacts,
    front_matter::{self, Parsed},
    history, results,
};
use crate::bounded;
use crate::finding::{Finding, Findings};
use rayon::prelude::*;
use record::{Reliability, is_slug};
use serde::de::DeserializeOwned;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};
use walkdir::WalkDir;

/// Characters of a description.
const LONGEST_DESCRIPTION: usize = 160;

/// Reads and validates everything under `root/content`. Drafts are left out unless asked for.
///
/// # Errors
/// All findings at once, when at least one of them is an error.
pub fn load(root: &Path, drafts: bool) -> Result<Catalog, Findings> {
    load_without(root, drafts, None)
}

/// The same as if the submission in one folder weren't there, which is then looked at by itself.
///
/// # Errors
/// All findings at once, when at least one of them is an error.
pub fn load_without(root: &Path, drafts: bool, submission: Option<&Path>) -> Result<Catalog, Findings> {
    let mut findings = Vec::new();
    if !root.join("content").is_dir() {
        let message = "is not there. Expected the folder with hardware, models, frameworks and results";
        return Err(Finding::error("content", None, message).into());
    }
    let mut catalog = read_guides(root, drafts, &mut findings);
    catalog.documents = documents(root, "docs", drafts, &mut findings);
    catalog.documents.sort_by(|a, b| (a.facts.order, &a.slug).cmp(&(b.facts.order, &b.slug)));
    catalog.reports = documents(root, "reports", drafts, &mut findings);
    catalog.reports.sort_by(|a, b| (b.facts.date, &a.slug).cmp(&(a.facts.date, &b.slug)));
    catalog.notebooks = documents(root, "notebooks", drafts, &mut findings);
    catalog.notebooks.sort_by(|a, b| (a.facts.order, &a.slug).cmp(&(b.facts.order, &b.slug)));
    catalog.acknowledgements = read_folder::<AcknowledgementFacts>(root, "changes", &mut findings)
        .into_iter()
        .filter(|(_, parsed)| drafts || !parsed.front.draft)
        .map(|(slug, parsed)| Acknowledgement::new(slug, parsed.front, &parsed.source, parsed.text))
        .collect();
    acknowledgement::check(&catalog.acknowledgements, &mut findings);
    let changed = history::last_changes(root);
    for text in catalog.texts_mut() {
        text.changed = changed.get(&text.file).copied();
    }
    catalog.prices = read_prices(root, &mut findings);
    catalog.reliability = read_reliability(root, &mut findings);
    catalog.releases = Releases::read(root, &mut findings);
    let vocabulary = catalog.names().vocabulary();
    (catalog.runs, catalog.records) =
        results::read_runs(root, &vocabulary, submission, &mut findings).into_iter().unzip();
    catalog.corrections = Corrections::of(&catalog.runs, &catalog.records, &mut findings);
    findings.sort();
    if findings.iter().any(Finding::is_error) {
        return Err(Findings(findings));
    }
    catalog.warnings = findings;
    Ok(catalog)
}

/// Reads only the spellings that the content knows, drafts included; records may be missing or broken.
///
/// # Errors
/// All findings at once, when at least one of them is an error.
pub fn load_names(root: &Path) -> Result<Names, Findings> {
    let mut findings = Vec::new();
    let catalog = read_guides(root, true, &mut findings);
    if catalog.accelerators.is_empty() && findings.is_empty() {
        let message = "has no accelerators. Run the command in the site's folder, or name it with --root";
        return Err(Finding::error(root.join("content/hardware"), None, message).into());
    }
    if findings.iter().any(Finding::is_error) {
        return Err(Findings(findings));
    }
    Ok(catalog.names())
}

/// Accelerators, models and frameworks.
fn read_guides(root: &Path, drafts: bool, findings: &mut Vec<Finding>) -> Catalog {
    let mut catalog = Catalog::default();
    for (key, parsed) in read_folder(root, "hardware", findings) {
        let accelerator =
            Accelerator { key: key.as_str().into(), specification: parsed.front, guide: parsed.text };
        if drafts || !accelerator.specification.draft {
            catalog.accelerators.insert(accelerator.key.clone(), accelerator);
        }
    }
    for (key, parsed) in read_folder(root, "models", findings) {
        let model = Model { key: key.as_str().into(), facts: parsed.front, text: parsed.text };
        if drafts || !model.facts.draft {
            catalog.models.insert(model.key.clone(), model);
        }
    }
    for (key, parsed) in read_folder(root, "frameworks", findings) {
        let framework = Framework { key: key.as_str().into(), facts: parsed.front, text: parsed.text };
        if drafts || !framework.facts.draft {
            catalog.frameworks.insert(framework.key.clone(), framework);
        }
    }
    check_aliases(&catalog, findings);
    let described = (catalog.accelerators.values())
        .map(|known| (&known.specification.description, &known.guide.file))
        .chain(catalog.models.values().map(|known| (&known.facts.description, &known.text.file)))
        .chain(catalog.frameworks.values().map(|known| (&known.facts.description, &known.text.file)));
    for (description, file) in described {
        check_description(description, file, findings);
    }
    catalog
}

/// Search engines and feeds cut what is longer.
fn check_description(description: &str, file: &Path, findings: &mut Vec<Finding>) {
    let length = description.chars().count();
    if length > LONGEST_DESCRIPTION {
        let message = format!(
            "description has {length} characters; expected at most {LONGEST_DESCRIPTION}. Shorten it"
        );
        findings.push(Finding::warning(file, None, message));
    }
}

fn read_prices(root: &Path, findings: &mut Vec<Finding>) -> PriceBook {
    let prices = Path::new("content/prices.toml");
    let text = bounded::read(&root.join(prices), bounded::LARGEST_TEXT).and_then(|bytes| {
        String::from_utf8(bytes).map_err(|error| std::io::Error::new(std::io::ErrorKind::InvalidData, error))
    });
    match text {
        Ok(text) => PriceBook::parse(prices, &text).unwrap_or_else(|finding| {
            findings.push(finding);
            PriceBook::default()
        }),
        Err(error) => {
            let message = format!("can't be read: {error}. Pages will have no cost and no provisioned power");
            findings.push(Finding::warning(prices, None, message));
            PriceBook::default()
        }
    }
}

/// The table of jobs, when there is one.
fn read_reliability(root: &Path, findings: &mut Vec<Finding>) -> Option<Reliability> {
    let file = Path::new("content/reliability.json");
    let bytes = match bounded::read(&root.join(file), bounded::LARGEST_TEXT) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return None,
        Err(error) => {
            findings.push(Finding::error(file, None, format!("can't be read: {error}")));
            return None;
        }
    };
    match Reliability::read(&bytes) {
        Ok(table) => {
            findings.extend(table.problems().into_iter().map(|problem| Finding::error(file, None, problem)));
            Some(table)
        }
        Err(message) => {
            let message = format!("{message}. Write it with `site import`");
            findings.push(Finding::error(file, None, message));
            None
        }
    }
}

struct ReadFile<T> {
    front: T,
    source: String,
    text: Text,
}

/// Files below `root/content/<folder>` with one of the given endings, in a stable order, relative to `root`. Symbolic
/// links are refused, since what they point at can lie outside the content.
pub(super) fn files_in(root: &Path, folder: &str, ending: &str, findings: &mut Vec<Finding>) -> Vec<PathBuf> {
    let start = root.join("content").join(folder);
    if !start.exists() {
        return Vec::new();
    }
    let mut files = Vec::new();
    for entry in WalkDir::new(&start).follow_links(false).sort_by_file_name() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let path = error.path().unwrap_or(&start);
                let path = path.strip_prefix(root).unwrap_or(path).to_owned();
                findings.push(Finding::error(path, None, format!("can't be read: {error}")));
                continue;
            }
        };
        let relative = entry.path().strip_prefix(root).unwrap_or(entry.path()).to_owned();
        if entry.path_is_symlink() {
            let message = "is a symbolic link. Links can leave the content folder; put the file itself here";
            findings.push(Finding::error(relative, None, message));
        } else if entry.file_type().is_file()
            && entry.path().extension().is_some_and(|found| found == ending)
            && !entry.file_name().to_string_lossy().starts_with('.')
        {
            files.push(relative);
        }
    }
    files
}

/// Reads the Markdown files of a folder, by key. Two files with one key are an error.
fn read_folder<T: DeserializeOwned + Send>(
    root: &Path,
    folder: &str,
    findings: &mut Vec<Finding>,
) -> BTreeMap<String, ReadFile<T>> {
    let files = files_in(root, folder, "md", findings);
    let read: Vec<_> = files.into_par_iter().map(|file| (read_file::<T>(root, &file), file)).collect();
    let mut by_key: BTreeMap<String, ReadFile<T>> = BTreeMap::new();
    for (result, file) in read {
        let key = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        match result {
            Err(finding) => findings.push(finding),
            Ok(_) if !is_slug(&key) => {
                let message = format!(
                    "`{key}` is not a key. Name the file with lower-case letters, digits, `-`, `_` and `.`"
                );
                findings.push(Finding::error(file, None, message));
            }
            Ok(parsed) => match by_key.get(&key) {
                Some(first) => {
                    let message = format!(
                        "`{key}` is already the key of {}. Rename or remove one",
                        first.text.file.display()
                    );
                    findings.push(Finding::error(file, None, message));
                }
                None => {
                    by_key.insert(key, parsed);
                }
            },
        }
    }
    by_key
}

fn read_file<T: DeserializeOwned>(root: &Path, file: &Path) -> Result<ReadFile<T>, Finding> {
    let bytes = bounded::read(&root.join(file), bounded::LARGEST_TEXT)
        .map_err(|error| Finding::error(file, None, format!("can't be read: {error}")))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = valid.iter().filter(|byte| **byte == b'\n').count() + 1;
        Finding::error(file, Some(line), "is not UTF-8. Save the file in that encoding")
    })?;
    let Parsed { front, source, body, body_line } = front_matter::parse(file, &text)?;
    Ok(ReadFile {
        front,
        source,
        text: Text { markdown: body, file: file.to_owned(), line: body_line, ..Text::default() },
    })
}

fn documents(root: &Path, folder: &str, drafts: bool, findings: &mut Vec<Finding>) -> Vec<Document> {
    read_folder(root, folder, findings)
        .into_iter()
        .map(|(slug, parsed)| document(slug, parsed.front, parsed.text))
        .filter(|document| drafts || !document.facts.draft)
        .inspect(|document| check_description(&document.facts.description, &document.text.file, findings))
        .collect()
}

fn document(slug: String, facts: DocumentFacts, text: Text) -> Document {
    let text = Text { period: facts.period.clone(), ..text };
    Document { slug, facts, text }
}

/// An alias that names two things would make an import depend on the order of files.
fn check_aliases(catalog: &Catalog, findings: &mut Vec<Finding>) {
    let models =
        catalog.models.values().map(|model| (model.key.as_str(), &model.facts.aliases, &model.text.file));
    check_spellings(models, findings);
    let frameworks = catalog
        .frameworks
        .values()
        .map(|framework| (framework.key.as_str(), &framework.facts.aliases, &framework.text.file));
    check_spellings(frameworks, findings);
}

fn check_spellings<'a>(
    entries: impl Iterator<Item = (&'a str, &'a Vec<String>, &'a PathBuf)>,
    findings: &mut Vec<Finding>,
) {
    let mut taken: BTreeMap<String, &Path> = BTreeMap::new();
    for (key, aliases, file) in entries {
        for spelling in aliases.iter().map(String::as_str).chain([key]) {
            if let Some(first) = taken.insert(spelling.to_lowercase(), file) {
                let message =
                    format!("the spelling `{spelling}` also stands in {}. Keep it in one", first.display());
                findings.push(Finding::error(file, None, message));
            }
        }
    }
}
