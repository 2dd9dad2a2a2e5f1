//! A site in a temporary folder, said in a few words: `Site::fixture().write("content/docs/x.md", "…").check()`.

use record::Run;
use site::{
    command::check::check_output,
    config::Config,
    finding::Finding,
    publish::OutputFile,
    site::{BuildOptions, Built, build},
};
use std::{
    borrow::Cow,
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};
use tempfile::TempDir;
use walkdir::WalkDir;

/// The fixture's records, by what they are there for.
pub(crate) const SINGLE_NODE: &str = "content/results/2026-06-11-27213443242.json";
pub(crate) const AGENTIC: &str = "content/results/2026-07-09-29003473063.json";

/// The repository.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A site in a temporary folder.
pub(crate) struct Site {
    folder: TempDir,
}

impl Site {
    /// `tests/fixtures/site` with the repository's templates and static files, and a short stand-in for Plotly.
    pub(crate) fn fixture() -> Self {
        let site = Self { folder: tempfile::tempdir().unwrap() };
        copy(&repository().join("tests/fixtures/site"), &site.root());
        for folder in ["templates", "static"] {
            copy(&repository().join(folder), &site.root().join(folder));
        }
        site.write("node_modules/plotly.js-basic-dist-min/plotly-basic.min.js", "/* plotly.js v4.1.1 */")
    }

    /// The site's folder.
    pub(crate) fn root(&self) -> PathBuf {
        self.folder.path().join("site")
    }

    /// Another place beside the site's folder.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file.
    pub(crate) fn write(self, path: &str, bytes: impl AsRef<[u8]>) -> Self {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
        self
    }

    /// Removes a file or a folder.
    pub(crate) fn remove(self, path: &str) -> Self {
        let path = self.root().join(path);
        if path.is_dir() {
            fs::remove_dir_all(path).unwrap();
        } else {
            fs::remove_file(path).unwrap();
        }
        self
    }

    /// Replaces a text, which must be there, wherever it stands in a file.
    pub(crate) fn replace(self, path: &str, from: &str, to: &str) -> Self {
        let text = self.read(path);
        assert!(text.contains(from), "{path} has no `{from}`");
        self.write(path, text.replace(from, to))
    }

    /// Changes a record, and writes it as the importer and the harness would.
    pub(crate) fn edit(self, path: &str, change: impl FnOnce(&mut Run)) -> Self {
        let mut run = record::read(self.read(path).as_bytes()).unwrap().run;
        change(&mut run);
        self.write(path, run.to_canonical_json())
    }

    /// A file's text.
    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Runs the command.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(arguments, &[])
    }

    /// Runs the command with environment variables.
    pub(crate) fn run_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_site"));
        command.arg("--root").arg(self.root()).args(arguments).current_dir(self.folder.path());
        command.envs(variables.iter().copied());
        Ran::from(command.output().unwrap())
    }

    /// Runs `site check`.
    pub(crate) fn check(&self) -> Ran {
        self.run(&["check"])
    }

    /// Builds in memory; the input must be usable.
    pub(crate) fn build(&self) -> Built {
        self.try_build().unwrap_or_else(|findings| panic!("{findings}"))
    }

    /// Builds in memory; no file is left packed, so that tests can look into all of them.
    pub(crate) fn try_build(&self) -> Result<Built, site::finding::Findings> {
        let options = BuildOptions { root: self.root(), ..BuildOptions::default() };
        let mut built = build(&options, &|_, _| {})?;
        built.files = built.files.into_iter().map(unpacked).collect();
        Ok(built)
    }

    /// What `site check` says of a built site.
    pub(crate) fn findings(&self, built: &Built) -> Vec<Finding> {
        check_output(&built.files, &Config::load(&self.root()).unwrap(), &built.prose_links)
    }
}

/// What a command said and how it ended.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Ran {
    /// Asserts the exit code, showing everything that was said if it is another.
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "\n--- stdout\n{}\n--- stderr\n{}", self.out, self.err);
        self
    }

    /// Asserts that one line of the messages has all of the given parts.
    pub(crate) fn says(self, parts: &[&str]) -> Self {
        let said = self.err.lines().any(|line| parts.iter().all(|part| line.contains(part)));
        assert!(said, "no line has all of {parts:?}:\n{}", self.err);
        self
    }

    /// Standard output as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.out))
    }
}

/// The text of a built file.
pub(crate) fn text<'a>(built: &'a Built, path: &str) -> &'a str {
    let file = built.files.iter().find(|file| file.path == path);
    text_of(file.unwrap_or_else(|| panic!("there is no {path}")))
}

/// The text of a file that isn't packed.
pub(crate) fn text_of(file: &OutputFile) -> &str {
    let Cow::Borrowed(bytes) = file.bytes() else { panic!("{} is packed; `unpacked` helps", file.path) };
    std::str::from_utf8(bytes).unwrap()
}

/// A file that is kept as it is.
pub(crate) fn unpacked(file: OutputFile) -> OutputFile {
    OutputFile::new(file.path.clone(), file.into_bytes())
}

/// Every file below a folder, with its bytes; a link with its target.
pub(crate) fn tree(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = WalkDir::new(root).into_iter().map(Result::unwrap);
    let files = entries.filter(|entry| !entry.file_type().is_dir());
    let bytes = |entry: &walkdir::DirEntry| match fs::read_link(entry.path()) {
        Ok(target) => target.into_os_string().into_encoded_bytes(),
        Err(_) => fs::read(entry.path()).unwrap(),
    };
    files.map(|entry| (entry.path().strip_prefix(root).unwrap().to_owned(), bytes(&entry))).collect()
}

fn copy(from: &Path, to: &Path) {
    for (path, bytes) in tree(from) {
        let path = to.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}
