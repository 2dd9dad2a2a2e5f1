//! `site check`: everything that can be known to be wrong without publishing.

mod budget;
mod drawing;
mod external;
mod guide;
mod html;
mod links;
mod plausibility;
mod reading;
mod spelling;
mod submission;
mod typed;

use super::{Failure, print, warn};
use crate::{
    catalog::{Catalog, Text},
    cli::{Common, Format},
    config::Config,
    finding::{Finding, Findings, Severity},
    format,
    publish::{self, OutputFile},
    site::{self, BuildOptions, Input},
};
use clap::Args;
use rayon::prelude::*;
use std::{path::PathBuf, process::ExitCode, time::Duration};

/// Check records, guides, links, spelling, alternative texts, HTML and page weights
#[derive(Clone, Debug, Args)]
pub struct CheckArguments {
    /// Fail on warnings too
    #[arg(long)]
    pub strict: bool,
    /// Check drafts too
    #[arg(long)]
    pub drafts: bool,
    /// Ask every address outside the site whether it still answers
    #[arg(long)]
    pub external: bool,
    /// Seconds that an address outside the site has to answer
    #[arg(long, value_name = "SECONDS", default_value_t = 10, requires = "external")]
    pub timeout: u64,
    /// Review one submission instead: its folder below community/, or its record
    #[arg(long, value_name = "PATH", conflicts_with_all = ["external", "hints", "drafts"])]
    pub submission: Option<PathBuf>,
    /// Show hints too: long sentences, sections that read hard. They never fail anything
    #[arg(long)]
    pub hints: bool,
}

pub(crate) fn run(common: &Common, arguments: &CheckArguments) -> Result<ExitCode, Failure> {
    if let Some(path) = &arguments.submission {
        return submission::run(common, path, arguments.strict);
    }
    let options =
        BuildOptions { root: common.root.clone(), base_url: None, drafts: arguments.drafts, images: true };
    let input = Input::read(&options)?;
    let config = input.config.clone();
    let mut findings = plausibility::findings(&input.catalog);
    findings.extend(guide::findings(&input.catalog));
    findings.extend(prose(&input.catalog, &config));
    let out_of_here = arguments.external.then(|| external::stated(&input.catalog));
    let built = site::build_from(input, &options, &|_, _| {})?;
    findings.extend(built.warnings);
    findings.extend(check_output(&built.files, &config, &built.prose_links));
    let asked = out_of_here.map(|mut addresses| {
        external::add_links(&mut addresses, &built.prose_links);
        let (told, answered) = external::findings(&addresses, Duration::from_secs(arguments.timeout));
        findings.extend(told);
        format!(
            " {answered} of {} answered.",
            format::plural(addresses.len(), "outside address", "outside addresses")
        )
    });
    findings.sort();
    let checked = format!(
        "Checked {} and {}",
        format::plural(built.pages, "page", "pages"),
        format::plural(built.measurements, "measurement", "measurements"),
    );
    Ok(report(common, arguments, &findings, &checked, asked.as_deref().unwrap_or_default()))
}

/// What is wrong with texts as texts.
fn prose(catalog: &Catalog, config: &Config) -> Vec<Finding> {
    let names = spelling::Names::new(&config.product_names);
    let texts: Vec<_> = catalog.texts().collect();
    let said = |text: &&Text| [names.findings(text), reading::hints(text)].concat();
    let mut findings: Vec<Finding> = texts.par_iter().flat_map_iter(said).collect();
    findings.extend(catalog.subject_texts().flat_map(typed::findings));
    findings.extend(catalog.headlines().flat_map(|(text, what, words)| names.findings_in(text, what, words)));
    findings
}

/// Prints what was found, and decides how the command ends.
fn report(
    common: &Common,
    arguments: &CheckArguments,
    findings: &[Finding],
    checked: &str,
    asked: &str,
) -> ExitCode {
    let count = |severity: Severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let (errors, warnings, hints) = (count(Severity::Error), count(Severity::Warning), count(Severity::Hint));
    let failed = errors > 0 || (arguments.strict && warnings > 0);
    let shown: Vec<&Finding> =
        findings.iter().filter(|finding| arguments.hints || finding.severity != Severity::Hint).collect();
    match common.format {
        Format::Json => print(&json(&shown, !failed).to_string()),
        Format::Text | Format::Markdown => {
            for finding in &shown {
                warn(&finding.to_string());
            }
            if !common.quiet {
                let errors = format::plural(errors, "error", "errors");
                let warnings = format::plural(warnings, "warning", "warnings");
                let hints = match (hints, arguments.hints) {
                    (0, _) => String::new(),
                    (some, true) => format!(", {}", format::plural(some, "hint", "hints")),
                    (some, false) => {
                        format!(", {} (--hints shows them)", format::plural(some, "hint", "hints"))
                    }
                };
                print(&format!("{checked}: {errors}, {warnings}{hints}.{asked}"));
            }
        }
    }
    if failed { ExitCode::from(2) } else { ExitCode::SUCCESS }
}

/// What is wrong with a built site: HTML, links, weights, paths. `prose_links` are the links of the Markdown, so that a broken
/// one is reported where people can mend it.
pub fn check_output(files: &[OutputFile], config: &Config, prose_links: &[ProseLink]) -> Vec<Finding> {
    let pages = links::Pages::new(files, config.base_path());
    let mut findings = Vec::new();
    let mut told = std::collections::BTreeSet::new();
    for link in prose_links {
        let address = match link.address.strip_prefix('/') {
            Some(rest) => format!("{}/{rest}", config.base_path()),
            None => link.address.clone(),
        };
        if let Some(fault) = pages.fault(&link.page, &address) {
            let message = format!("the link to `{}` {fault}", link.address);
            told.insert((format!("public/{}", link.page), format!("the link to `{address}` {fault}")));
            findings.push(Finding::error(&link.file, Some(link.line), message));
        }
    }
    let generated = pages.findings().into_iter();
    findings.extend(generated.filter(|finding| {
        !told.contains(&(finding.file.to_string_lossy().into_owned(), finding.message.clone()))
    }));
    findings.extend(budget::findings(files));
    findings.extend(drawing::findings(files));
    findings.extend(
        publish::check_paths(files).err().map(|error| Finding::error("public", None, error.to_string())),
    );
    findings
}

pub use crate::page::ProseLink;

fn json(findings: &[&Finding], ok: bool) -> serde_json::Value {
    let rows: Vec<_> = findings
        .iter()
        .map(|finding| {
            serde_json::json!({
                "file": finding.file,
                "line": finding.line,
                "severity": finding.severity.word(),
                "message": finding.message,
            })
        })
        .collect();
    serde_json::json!({ "ok": ok, "findings": rows })
}

impl From<Finding> for Failure {
    fn from(finding: Finding) -> Self {
        Self::Input(Findings(vec![finding]))
    }
}
