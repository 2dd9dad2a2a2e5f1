//! What a published site was made from, to the byte: `provenance.json`, which names the hash of every input and of every file, and
//! the builder; and the comparison of a site with it, and with what the inputs give again.

mod compare;
mod input;
mod published;

pub use compare::{Difference, compare, differing_place};
pub use input::inputs;
pub use published::read_published;

use crate::{
    publish::OutputFile,
    site::{BuildOptions, Built},
};
use jiff::civil::Date;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, fmt::Write, io};

/// Where it is published.
pub const PATH: &str = "provenance.json";

/// The version of this format.
const FORMAT: u32 = 1;

/// What a site was made from, and what it consists of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provenance {
    /// The version of this format.
    pub format: u32,
    /// The program that built the site.
    pub builder: Builder,
    /// How it was asked to.
    pub options: Options,
    /// Every file that was read.
    pub inputs: Vec<HashedFile>,
    /// The day on which each text last changed, as the repository that holds it says; the only input that is no file.
    pub changed: BTreeMap<String, Date>,
    /// Every file that was published, but for this one.
    pub files: Vec<HashedFile>,
}

/// The program that built a site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Builder {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Hash of the source that it was compiled from.
    pub source_sha256: String,
}

/// How a site was built.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Options {
    /// Where it was to be published.
    pub base_url: String,
    /// Whether drafts were built.
    pub drafts: bool,
    /// Whether pictures were painted, where something was there to paint them.
    pub images: bool,
    /// Whether it is the form for a folder, as `site archive` writes it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub offline: bool,
}

/// A file, by its hash.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HashedFile {
    /// Its path, `/` between the parts.
    pub path: String,
    /// Its length.
    pub bytes: u64,
    /// SHA-256 of its bytes, hexadecimal: what `sha256sum` prints.
    pub sha256: String,
}

impl HashedFile {
    /// A file with these bytes.
    pub fn of(path: impl Into<String>, bytes: &[u8]) -> Self {
        Self { path: path.into(), bytes: bytes.len() as u64, sha256: sha256(bytes) }
    }
}

impl Builder {
    /// This program.
    pub fn this() -> Self {
        Self {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            source_sha256: env!("SITE_SOURCE_SHA256").to_owned(),
        }
    }
}

impl Provenance {
    /// That of a site that was just built with these options.
    ///
    /// # Errors
    /// When an input can't be read any more.
    pub fn of(options: &BuildOptions, built: &Built) -> io::Result<Self> {
        let mut files: Vec<HashedFile> =
            built.files.par_iter().map(|file| HashedFile::of(&file.path, &file.bytes())).collect();
        files.sort();
        Ok(Self {
            format: FORMAT,
            builder: Builder::this(),
            options: Options {
                base_url: built.base_url.clone(),
                drafts: options.drafts,
                images: options.images,
                offline: false,
            },
            inputs: inputs(&options.root)?,
            changed: built.changed.clone(),
            files,
        })
    }

    /// The file that holds it: one entry a line, so that a difference in version control is a difference in files.
    pub fn file(&self) -> OutputFile {
        OutputFile::new(PATH, self.text())
    }

    fn text(&self) -> String {
        let lines = |files: &[HashedFile]| {
            let lines: Vec<String> = files.iter().map(|file| format!("    {}", json(file))).collect();
            format!("[\n{}\n  ]", lines.join(",\n"))
        };
        let fields = [
            ("format", json(&self.format)),
            ("builder", json(&self.builder)),
            ("options", json(&self.options)),
            ("inputs", lines(&self.inputs)),
            ("changed", json(&self.changed)),
            ("files", lines(&self.files)),
        ];
        format!("{{\n{}\n}}\n", fields.map(|(name, value)| format!("  \"{name}\": {value}")).join(",\n"))
    }

    /// Reads what a site says of itself.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        let read: Self = serde_json::from_slice(bytes).map_err(|error| format!("{PATH}: {error}"))?;
        if read.format != FORMAT {
            return Err(format!(
                "{PATH} has format {}; this program reads {FORMAT}. Use a newer release",
                read.format
            ));
        }
        Ok(read)
    }
}

/// On one line. Nothing here has keys that aren't text, so that writing can't fail.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// SHA-256, hexadecimal.
fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
