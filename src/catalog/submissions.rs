//! What others offer: `community/<organisation>/<date>-<slug>/record.json`, a folder for each submission.
//!
//! Where a record stands says who offers it and when it was measured; the rules for that are checked here, before anything is
//! read. `content/docs/community-results.md` explains them to people.

use crate::finding::Finding;
use jiff::civil::Date;
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The folder of all submissions, below the site's root.
pub const COMMUNITY: &str = "community";
/// The file that holds a submission's results.
pub(super) const RECORD: &str = "record.json";
/// What may lie beside a record, by its ending: text that no browser runs and no shell starts.
const ATTACHMENTS: [&str; 6] = ["csv", "json", "log", "md", "toml", "txt"];
/// The most files of a submission, and the most bytes of each beside its record.
const MOST_FILES: usize = 10;
const LARGEST_ATTACHMENT: u64 = 1 << 20;
/// The longest name of an organisation, and of what a submission is about.
const LONGEST_NAME: usize = 40;
/// Names that would pass for a label.
const RESERVED: [&str; 8] =
    ["community", "estimate", "inferencemax", "official", "reproduced", "unofficial", "vendor", "withdrawn"];

/// A folder that somebody offers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Submission {
    /// The folder, relative to the site's root.
    pub folder: PathBuf,
    /// Who offers it: the name of the folder around it.
    pub organisation: String,
    /// The day of the run, by the folder's name.
    pub date: Date,
}

impl Submission {
    /// The record's file, relative to the site's root.
    pub fn record(&self) -> PathBuf {
        self.folder.join(RECORD)
    }

    /// What a folder's name says: `community/<organisation>/<date>-<slug>`.
    ///
    /// # Errors
    /// What is wrong with it.
    fn named(organisation: &str, name: &str) -> Result<Self, String> {
        check_name(organisation, "the organisation's folder")?;
        if RESERVED.contains(&organisation) {
            return Err(format!(
                "`{organisation}` would pass for a label. Name the folder after who measured"
            ));
        }
        let expected = "Expected `<date>-<slug>`, such as `2026-11-24-mi300x-llama`";
        let (date, slug) = (name.get(..10), name.get(10..).and_then(|rest| rest.strip_prefix('-')));
        let (Some(date), Some(slug)) = (date, slug) else {
            return Err(format!("`{}` is no name for a submission. {expected}", printable(name)));
        };
        // `20261124T0` would be a date too, and so the same day twice.
        let day: Date = date
            .parse()
            .ok()
            .filter(|day: &Date| day.to_string() == date)
            .ok_or_else(|| format!("`{}` is no day. {expected}", printable(date)))?;
        check_name(slug, "what follows the date")?;
        let folder = Path::new(COMMUNITY).join(organisation).join(name);
        Ok(Self { folder, organisation: organisation.to_owned(), date: day })
    }

    /// The submission that a path names: its folder or its record, in whatever way it is written.
    ///
    /// # Errors
    /// What is wrong with the path, as a finding.
    pub fn at(root: &Path, path: &Path) -> Result<Self, Finding> {
        let refused = |message: String| Finding::error(path, None, message);
        let real =
            |path: &Path| fs::canonicalize(path).map_err(|error| refused(format!("can't be read: {error}")));
        let links = |path: &Path| fs::symlink_metadata(path).is_ok_and(|it| it.file_type().is_symlink());
        if links(path) {
            return Err(refused(LINK.to_owned()));
        }
        let (root, real) = (real(root)?, real(path)?);
        let outside = || {
            refused(format!(
                "is not below `{COMMUNITY}/` of the site. Expected {COMMUNITY}/<organisation>/<date>-<slug>"
            ))
        };
        let inside = real.strip_prefix(root.join(COMMUNITY)).map_err(|_| outside())?;
        let names: Option<Vec<&str>> = inside.iter().map(|name| name.to_str()).collect();
        match names.as_deref() {
            Some([organisation, name] | [organisation, name, RECORD]) => {
                Self::named(organisation, name).map_err(refused)
            }
            _ => Err(outside()),
        }
    }

    /// Checks what lies in the folder.
    pub fn check(&self, root: &Path, findings: &mut Vec<Finding>) {
        let before = findings.len();
        let entries = entries(root, &self.folder, findings);
        if !entries.iter().any(|entry| entry.name == RECORD) && findings.len() == before {
            let message = format!("has no `{RECORD}`. The harness writes one; give it that name");
            findings.push(Finding::error(&self.folder, None, message));
        }
        if entries.len() > MOST_FILES {
            let message = format!("has {} files; expected at most {MOST_FILES}", entries.len());
            findings.push(Finding::error(&self.folder, None, message));
        }
        findings.extend(entries.iter().filter_map(Entry::fault));
    }
}

/// What every message says of a symbolic link.
const LINK: &str = "is a symbolic link. Links can leave the folder; put the file itself here";

/// Something in a folder, not followed where it leads.
struct Entry {
    path: PathBuf,
    name: String,
    file: bool,
    folder: bool,
    size: u64,
}

impl Entry {
    /// What is wrong with it as a file of a submission.
    fn fault(&self) -> Option<Finding> {
        let ending = Path::new(&self.name).extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        let attachment = self.name != RECORD;
        let message = if self.folder {
            "is a folder. A submission is one folder, with its files in it".to_owned()
        } else if !self.file {
            "is no ordinary file".to_owned()
        } else if attachment && (self.name.starts_with('.') || !ATTACHMENTS.contains(&ending)) {
            format!(
                "is of a kind that isn't taken. Beside `{RECORD}` there may be: {}",
                ATTACHMENTS.join(", ")
            )
        } else if attachment && self.size > LARGEST_ATTACHMENT {
            "is larger than 1 MiB. Keep logs and model files with you, and say in README.md where they are"
                .to_owned()
        } else {
            return None;
        };
        Some(Finding::error(&self.path, None, message))
    }
}

/// Every submission below `root/community` but the one in the folder `without`, in order of its folder. What breaks a rule is a
/// finding, and is not among them.
pub(super) fn find(root: &Path, without: Option<&Path>, findings: &mut Vec<Finding>) -> Vec<Submission> {
    let mut submissions = Vec::new();
    for organisation in entries(root, Path::new(COMMUNITY), findings) {
        if organisation.file && organisation.name == "README.md" {
            continue;
        }
        if !organisation.folder {
            let message =
                format!("doesn't belong here. Expected {COMMUNITY}/<organisation>/<date>-<slug>/{RECORD}");
            findings.push(Finding::error(organisation.path, None, message));
            continue;
        }
        let folders = entries(root, &organisation.path, findings).into_iter();
        for folder in folders.filter(|folder| Some(folder.path.as_path()) != without) {
            let before = findings.len();
            if !folder.folder {
                let message =
                    format!("doesn't belong here. Expected a folder for each submission, with its {RECORD}");
                findings.push(Finding::error(folder.path, None, message));
                continue;
            }
            match Submission::named(&organisation.name, &folder.name) {
                Err(message) => findings.push(Finding::error(folder.path, None, message)),
                Ok(submission) => {
                    submission.check(root, findings);
                    if findings.len() == before {
                        submissions.push(submission);
                    }
                }
            }
        }
    }
    submissions
}

/// What lies in a folder, by name. A folder that isn't there is empty. A link is a finding, wherever it leads.
fn entries(root: &Path, folder: &Path, findings: &mut Vec<Finding>) -> Vec<Entry> {
    let unreadable = |error: &io::Error| Finding::error(folder, None, format!("can't be read: {error}"));
    let path = root.join(folder);
    match fs::symlink_metadata(&path) {
        Ok(found) if found.file_type().is_symlink() => {
            findings.push(Finding::error(folder, None, LINK));
            return Vec::new();
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Vec::new(),
        _ => {}
    }
    let read = fs::read_dir(&path).and_then(|entries| {
        let entry = |entry: io::Result<fs::DirEntry>| {
            let entry = entry?;
            let found = entry.metadata()?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let kind = entry.file_type()?;
            let path = folder.join(&name);
            Ok((
                Entry { path, name, file: kind.is_file(), folder: kind.is_dir(), size: found.len() },
                kind.is_symlink(),
            ))
        };
        entries.map(entry).collect::<io::Result<Vec<_>>>()
    });
    let mut entries = Vec::new();
    match read {
        Err(error) => findings.push(unreadable(&error)),
        Ok(read) => {
            for (entry, link) in read {
                if link {
                    findings.push(Finding::error(&entry.path, None, LINK));
                } else {
                    entries.push(entry);
                }
            }
        }
    }
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    entries
}

/// Lower-case words joined by single hyphens: the same on every file system, and plain in an address.
fn check_name(name: &str, what: &str) -> Result<(), String> {
    let word = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    if name.len() <= LONGEST_NAME && name.split('-').all(word) {
        return Ok(());
    }
    Err(format!(
        "{what}, `{}`, is no name: use lower-case letters and digits, words joined by `-`, at most {LONGEST_NAME} characters",
        printable(name)
    ))
}

/// A name from a stranger's disk, for a message.
fn printable(name: &str) -> String {
    crate::import::printable(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(organisation: &str, name: &str) -> Option<String> {
        Submission::named(organisation, name).err()
    }

    #[test]
    fn a_folder_says_who_offers_and_when_it_was_measured() {
        let submission = Submission::named("acme-labs", "2026-11-24-mi300x-8k").expect("a submission");
        assert_eq!(submission.organisation, "acme-labs");
        assert_eq!(submission.date.to_string(), "2026-11-24");
        assert_eq!(submission.record(), Path::new("community/acme-labs/2026-11-24-mi300x-8k/record.json"));
    }

    #[test]
    fn any_other_name_is_refused() {
        for organisation in [
            "",
            "Acme",
            "acme_labs",
            "..",
            "-acme",
            "acme--labs",
            "acme-",
            "a b",
            "a.b",
            "é",
            &"a".repeat(41),
        ] {
            let said = fault(organisation, "2026-11-24-x").unwrap_or_default();
            assert!(said.contains("the organisation's folder"), "{organisation}: {said}");
        }
        for label in RESERVED {
            assert!(fault(label, "2026-11-24-x").unwrap_or_default().contains("pass for a label"), "{label}");
        }
        for day in ["2026-02-30-x", "2026-13-01-x", "20261124T0-x", "2026-11-2é-x", "0000-00-00-x"] {
            let said = fault("acme", day).unwrap_or_default();
            assert!(said.contains("is no day") || said.contains("no name"), "{day}: {said}");
        }
        for name in [
            "2026-11-24",
            "2026-11-24-",
            "x",
            "2026-11-24x",
            "2026-11-24-X",
            "2026-11-24-../x",
            "2026-11-24--x",
        ] {
            assert!(fault("acme", name).is_some(), "{name}");
        }
    }
}
