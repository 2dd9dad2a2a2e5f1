//! `site check`: everything that can be known to be wrong without publishing.

mod budget;
mod html;
mod links;
mod plausibility;

use super::{Failure, print, warn};
use crate::{
    cli::{Common, Format},
    config::Config,
    finding::{Finding, Findings},
    format,
    publish::{self, OutputFile},
    site::{self, BuildOptions, Input},
};
use clap::Args;
use std::process::ExitCode;

/// Check records, front matter, links, anchors, alternative texts, HTML and page weights
#[derive(Clone, Debug, Args)]
pub struct CheckArguments {
    /// Fail on warnings too
    #[arg(long)]
    pub strict: bool,
    /// Check drafts too
    #[arg(long)]
    pub drafts: bool,
}

pub(crate) fn run(common: &Common, arguments: &CheckArguments) -> Result<ExitCode, Failure> {
    let options =
        BuildOptions { root: common.root.clone(), base_url: None, drafts: arguments.drafts, images: true };
    let input = Input::read(&options)?;
    let config = input.config.clone();
    let mut findings = plausibility::findings(&input.catalog);
    let built = site::build_from(input, &options, &|_, _| {})?;
    findings.extend(built.warnings);
    findings.extend(check_output(&built.files, &config, &built.prose_links));
    findings.sort();
    let errors = findings.iter().filter(|finding| finding.is_error()).count();
    let failed = errors > 0 || (arguments.strict && !findings.is_empty());
    match common.format {
        Format::Json => print(&json(&findings, !failed).to_string()),
        Format::Text | Format::Markdown => {
            for finding in &findings {
                warn(&finding.to_string());
            }
            if !common.quiet {
                print(&format!(
                    "Checked {} and {}: {}, {}.",
                    format::plural(built.pages, "page", "pages"),
                    format::plural(built.measurements, "measurement", "measurements"),
                    format::plural(errors, "error", "errors"),
                    format::plural(findings.len() - errors, "warning", "warnings"),
                ));
            }
        }
    }
    Ok(if failed { ExitCode::from(2) } else { ExitCode::SUCCESS })
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
    findings.extend(
        publish::check_paths(files).err().map(|error| Finding::error("public", None, error.to_string())),
    );
    findings
}

pub use crate::page::ProseLink;

fn json(findings: &[Finding], ok: bool) -> serde_json::Value {
    let rows: Vec<_> = findings
        .iter()
        .map(|finding| {
            serde_json::json!({
                "file": finding.file,
                "line": finding.line,
                "severity": if finding.is_error() { "error" } else { "warning" },
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
