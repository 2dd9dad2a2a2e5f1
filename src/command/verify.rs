//! `site verify`: whether a published site is what it says it is.

use super::{Failure, print, warn};
use crate::{
    cli::{Common, Format},
    config::Config,
    finding::Findings,
    format,
    offline::offline,
    provenance::{
        self, Builder, Difference, HashedFile, Provenance, compare, differing_place, inputs, read_published,
    },
    publish::OutputFile,
    site::{self, BuildOptions},
};
use clap::Args;
use rayon::prelude::*;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::ExitCode,
};

/// Check a published site against its provenance.json, and build it again from its inputs to compare every byte
///
/// Says which files are missing, extra or changed, which inputs differ from those that it was made from, and which bytes come out
/// otherwise.
#[derive(Clone, Debug, Args)]
#[command(
    after_help = "Exit codes: 0 every byte agrees; 1 internal error; 2 something differs, or it can't be read."
)]
pub struct VerifyArguments {
    /// The published site: a folder, or an archive of one (.zip, .tar.zst)
    #[arg(value_name = "DIR|ARCHIVE")]
    pub site: PathBuf,
    /// The site's folder to build it from again [default: the one of --root]
    #[arg(long, value_name = "DIR", conflicts_with = "hashes_only")]
    pub source: Option<PathBuf>,
    /// Only compare the files with the hashes in provenance.json; builds nothing
    #[arg(long)]
    pub hashes_only: bool,
}

/// What was found, by where it was looked for.
#[derive(Default)]
struct Report {
    /// The published files against the hashes that the site states.
    files: Vec<Difference>,
    /// The inputs at hand against the hashes that the site states.
    inputs: Vec<Difference>,
    /// What is known to come out otherwise for another reason.
    remarks: Vec<String>,
    /// The published files against those that the inputs give.
    derived: Vec<Difference>,
    compared: usize,
}

pub(crate) fn run(common: &Common, arguments: &VerifyArguments) -> Result<ExitCode, Failure> {
    let site = arguments.site.display();
    let mut files = read_published(&arguments.site).map_err(|error| {
        Failure::Refused(format!("{site}: can't be read: {error}. Expected a folder, a .zip or a .tar.zst"))
    })?;
    let stated = files.remove(provenance::PATH).ok_or_else(|| {
        Failure::Refused(format!(
            "{site}: has no {}. Only what `site build` or `site archive` wrote can be verified",
            provenance::PATH
        ))
    })?;
    let stated = Provenance::read(&stated).map_err(|error| Failure::Refused(format!("{site}: {error}")))?;
    let found: Vec<HashedFile> = files.par_iter().map(|(path, bytes)| HashedFile::of(path, bytes)).collect();
    let mut report =
        Report { files: compare(&stated.files, &found), compared: found.len(), ..Report::default() };
    if !arguments.hashes_only {
        let source = arguments.source.as_ref().unwrap_or(&common.root);
        derive(&mut report, &stated, &files, source)?;
    }
    let agrees = report.files.is_empty() && report.inputs.is_empty() && report.derived.is_empty();
    match common.format {
        Format::Json => print(&json(&report, agrees).to_string()),
        Format::Text | Format::Markdown => text(common, &report, agrees, arguments.hashes_only),
    }
    Ok(if agrees { ExitCode::SUCCESS } else { ExitCode::from(2) })
}

/// The site as `site archive` would pack it.
fn as_archived(
    files: Vec<OutputFile>,
    source: &Path,
    stated: &Provenance,
) -> Result<Vec<OutputFile>, Failure> {
    let config = Config::load(source)?.with_base_url(&stated.options.base_url)?;
    Ok(offline(files, config.base_path()))
}

/// Builds the site again and compares.
fn derive(
    report: &mut Report,
    stated: &Provenance,
    published: &BTreeMap<String, Vec<u8>>,
    source: &Path,
) -> Result<(), Failure> {
    let unreadable =
        |error: std::io::Error| Failure::Refused(format!("{}: can't be read: {error}", source.display()));
    report.inputs = compare(&stated.inputs, &inputs(source).map_err(unreadable)?);
    if stated.builder != Builder::this() {
        let (theirs, ours) = (&stated.builder, Builder::this());
        report.remarks.push(format!(
            "the site was built by {} {} from source {:.12}; this is {} from source {:.12}",
            theirs.name, theirs.version, theirs.source_sha256, ours.version, ours.source_sha256
        ));
    }
    let options = BuildOptions {
        root: source.to_owned(),
        base_url: Some(stated.options.base_url.clone()),
        drafts: stated.options.drafts,
        images: stated.options.images,
    };
    let built = site::build(&options, &|_, _| {}).map_err(|Findings(findings)| {
        let first = findings.first().map(ToString::to_string).unwrap_or_default();
        Failure::Refused(format!("{}: can't be built: {first}", source.display()))
    })?;
    if built.changed != stated.changed {
        report.remarks.push(
            "the days on which texts last changed are others: is the source a whole copy of the repository, at the same commit?"
                .to_owned(),
        );
    }
    let files = if stated.options.offline { as_archived(built.files, source, stated)? } else { built.files };
    let derived: BTreeMap<&str, &OutputFile> = files.iter().map(|file| (file.path.as_str(), file)).collect();
    for (path, file) in &derived {
        match published.get(*path) {
            None => report.derived.push(Difference::Missing((*path).to_owned())),
            Some(found) => {
                if let Some(at) = differing_place(found, &file.bytes()) {
                    report.derived.push(Difference::Changed { path: (*path).to_owned(), at: Some(at) });
                }
            }
        }
    }
    let extra = published.keys().filter(|path| !derived.contains_key(path.as_str()));
    report.derived.extend(extra.cloned().map(Difference::Extra));
    report.derived.sort_by(|a, b| a.path().cmp(b.path()));
    Ok(())
}

fn text(common: &Common, report: &Report, agrees: bool, hashes_only: bool) {
    let parts = [
        ("against provenance.json", &report.files),
        ("input", &report.inputs),
        ("against what the inputs give", &report.derived),
    ];
    for (what, differences) in parts {
        for difference in differences {
            warn(&format!("{what}: {difference}"));
        }
    }
    for remark in &report.remarks {
        warn(&format!("note: {remark}"));
    }
    if common.quiet {
        return;
    }
    let files = format::plural(report.compared, "file", "files");
    let how =
        if hashes_only { "its hash in provenance.json" } else { "its hash, and with what the inputs give" };
    if agrees {
        print(&format!("{files}: each agrees with {how}."));
    } else {
        let count =
            |differences: &[Difference]| format::plural(differences.len(), "difference", "differences");
        print(&format!(
            "{files}: {} against provenance.json, {} in the inputs, {} against what the inputs give.",
            count(&report.files),
            count(&report.inputs),
            count(&report.derived)
        ));
    }
}

fn json(report: &Report, agrees: bool) -> serde_json::Value {
    let rows = |differences: &[Difference]| -> Vec<serde_json::Value> {
        let row = |difference: &Difference| {
            let offset = match difference {
                Difference::Changed { at, .. } => at.map(|at| at.offset),
                _ => None,
            };
            serde_json::json!({ "path": difference.path(), "kind": difference.kind(), "offset": offset })
        };
        differences.iter().map(row).collect()
    };
    serde_json::json!({
        "ok": agrees,
        "files_compared": report.compared,
        "files": rows(&report.files),
        "inputs": rows(&report.inputs),
        "derived": rows(&report.derived),
        "remarks": report.remarks,
    })
}
