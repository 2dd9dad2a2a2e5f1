//! `site diff`: what differs between two runs, or two sets of them.

mod json;
mod lines;
mod markdown;
mod side;
mod text;

use super::{Failure, print};
use crate::{
    analysis::{Analysis, RunDifference, run_difference},
    catalog,
    cli::{Common, Format},
    config::Config,
};
use clap::Args;
use record::Run;
use side::Side;
use std::process::ExitCode;

/// Show what differs between two runs: every configuration that both measured, and what only one has
///
/// A and B are each a run's id or the beginning of one, a record file, or a folder of records (a content folder, say). Of
/// several runs the newest measurement of each configuration counts. Ratios are B over A. What is judged by noise is judged
/// by the adjacent runs of the site's own content.
#[derive(Clone, Debug, Args)]
#[command(
    after_help = "Exit codes: 0 done, whether anything differs or not; 1 internal error; 2 a side can't be used, both are the \
same run, or they have no configuration in common.

Formats: --format text for a terminal, --format markdown for a comment on a pull request, --format json for programs.

Examples:
  site diff 26006037916 27213443242
  site diff 2600 new-record.json --format markdown
  site diff ../base/content/results content/results --format json"
)]
pub struct DiffArguments {
    /// The run, the record or the folder before
    #[arg(value_name = "A")]
    pub before: String,
    /// The one after
    #[arg(value_name = "B")]
    pub after: String,
}

/// Both sides and what differs between them.
struct Differing<'a> {
    analysis: &'a Analysis<'a>,
    before: &'a Side,
    after: &'a Side,
    found: RunDifference<'a>,
}

pub(crate) fn run(common: &Common, arguments: &DiffArguments) -> Result<ExitCode, Failure> {
    let config = Config::load(&common.root)?;
    let catalog = catalog::load(&common.root, false)?;
    let before = Side::find(&catalog, &arguments.before)?;
    let after = Side::find(&catalog, &arguments.after)?;
    if let ([one], [other]) = (before.runs.as_slice(), after.runs.as_slice())
        && one == other
    {
        return Err(Failure::Refused(format!("A and B are the same run, `{}`. Name two", one.id)));
    }
    let analysis = Analysis::new(&config, &catalog);
    let [old, new] = [&before, &after].map(|side| side.runs.iter().collect::<Vec<&Run>>());
    let found = run_difference(&analysis, &old, &new, &catalog.runs);
    if found.shared.is_empty() && common.format != Format::Json {
        return Err(Failure::Refused(nothing_shared(&before, &after, &found)));
    }
    let code = if found.shared.is_empty() { ExitCode::from(2) } else { ExitCode::SUCCESS };
    let differing = Differing { analysis: &analysis, before: &before, after: &after, found };
    match common.format {
        Format::Json => print(&json::json(&differing).to_string()),
        Format::Markdown => print(markdown::markdown(&differing).trim_end()),
        Format::Text => print(text::text(&differing, common.quiet).trim_end()),
    }
    Ok(code)
}

fn nothing_shared(before: &Side, after: &Side, found: &RunDifference<'_>) -> String {
    let count = |count| crate::format::plural(count, "configuration", "configurations");
    format!(
        "{} and {} have no configuration in common: {} stand only in the first, {} only in the second. Compare runs of the \
         same model, workload, accelerator, framework and load",
        before.name,
        after.name,
        count(found.only_before.len()),
        count(found.only_after.len()),
    )
}
