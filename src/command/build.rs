//! `site build`: the whole site into a folder.

use super::{Failure, print, warn};
use crate::{
    cli::{Common, Format},
    finding::{Finding, Findings},
    format,
    provenance::Provenance,
    publish::{self, Published},
    site::{self, BuildOptions, Built},
};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use std::{
    io::IsTerminal,
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, Instant},
};

/// Build the whole site into a folder
#[derive(Clone, Debug, Args)]
pub struct BuildArguments {
    /// Where the site goes [default: public, in the site's folder]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Where the site will be published, when not where site.toml says
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// Build drafts too
    #[arg(long)]
    pub drafts: bool,
    /// Fail when there are warnings
    #[arg(long)]
    pub strict: bool,
}

/// At most this many warnings are printed, unless more is asked for.
const FEW: usize = 10;

pub(crate) fn run(common: &Common, arguments: &BuildArguments) -> Result<ExitCode, Failure> {
    let start = Instant::now();
    let out = arguments.out.clone().unwrap_or_else(|| common.root.join("public"));
    let inputs =
        ["content", "community", "templates", "static", "src"].map(|folder| common.root.join(folder));
    let inputs: Vec<&Path> = inputs.iter().map(PathBuf::as_path).collect();
    publish::check_target(&out, &inputs).map_err(|error| Failure::Refused(error.to_string()))?;
    let options = BuildOptions {
        root: common.root.clone(),
        base_url: arguments.base_url.clone(),
        drafts: arguments.drafts,
        images: true,
    };
    let bar = progress_bar(common);
    let mut built = site::build(&options, &|done, all| {
        bar.set_length(all as u64);
        bar.set_position(done as u64);
    })?;
    bar.finish_and_clear();
    if arguments.strict && !built.warnings.is_empty() {
        let errors = built
            .warnings
            .drain(..)
            .map(|warning| Finding::error(warning.file, warning.line, warning.message));
        return Err(Findings(errors.collect()).into());
    }
    let hashing = Instant::now();
    let provenance = Provenance::of(&options, &built)
        .map_err(|error| Failure::Internal(format!("an input can't be read again: {error}")))?;
    built.files.push(provenance.file());
    built.stages.push(("provenance", hashing.elapsed()));
    let files = std::mem::take(&mut built.files);
    let writing = Instant::now();
    let published = publish::publish(files, &out).map_err(|error| match error.is_input() {
        true => Failure::Refused(error.to_string()),
        false => Failure::Internal(error.to_string()),
    })?;
    built.stages.push(("write", writing.elapsed()));
    match common.format {
        Format::Json => print(&summary_json(&built, published, &out, start.elapsed()).to_string()),
        Format::Text | Format::Markdown => summary_text(common, &built, published, &out, start.elapsed()),
    }
    Ok(ExitCode::SUCCESS)
}

/// A bar on a terminal, nothing elsewhere.
fn progress_bar(common: &Common) -> ProgressBar {
    if common.quiet || common.format == Format::Json || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} pages") {
        bar.set_style(style);
    }
    bar
}

fn summary_text(common: &Common, built: &Built, published: Published, out: &Path, took: Duration) {
    let shown = if common.verbose > 0 { built.warnings.len() } else { FEW };
    for warning in built.warnings.iter().take(shown) {
        warn(&warning.to_string());
    }
    if built.warnings.len() > shown {
        let more = format::plural(built.warnings.len() - shown, "more warning", "more warnings");
        warn(&format!("… and {more}; `-v` shows them, `site check` explains them"));
    }
    if common.quiet {
        return;
    }
    for notice in &built.notices {
        print(&format!("Note: {notice}."));
    }
    let stages: Vec<String> =
        built.stages.iter().map(|(name, took)| format!("{name} {} ms", took.as_millis())).collect();
    print(&format!(
        "{} from {} and {} in {}: {}, {}; {} written, {} unchanged, {} removed.",
        format::plural(built.pages, "page", "pages"),
        format::plural(built.measurements, "measurement", "measurements"),
        format::plural(built.evaluations, "evaluation", "evaluations"),
        format::plural(built.runs, "run", "runs"),
        format::plural(published.files, "file", "files"),
        format::bytes(published.bytes as usize),
        published.written,
        published.unchanged,
        published.removed,
    ));
    print(&format!("{} ms ({}).", took.as_millis(), stages.join(", ")));
    print(&format!("The site is in {}. Look at it: site serve", out.display()));
}

fn summary_json(built: &Built, published: Published, out: &Path, took: Duration) -> serde_json::Value {
    let stages: serde_json::Map<String, serde_json::Value> = built
        .stages
        .iter()
        .map(|(name, took)| ((*name).to_owned(), (took.as_secs_f64() * 1e3).into()))
        .collect();
    let warnings: Vec<String> = built.warnings.iter().map(ToString::to_string).collect();
    serde_json::json!({
        "ok": true,
        "out": out,
        "pages": built.pages,
        "runs": built.runs,
        "measurements": built.measurements,
        "evaluations": built.evaluations,
        "files": published.files,
        "bytes": published.bytes,
        "written": published.written,
        "unchanged": published.unchanged,
        "removed": published.removed,
        "milliseconds": took.as_secs_f64() * 1e3,
        "stages_milliseconds": stages,
        "warnings": warnings,
    })
}
