//! `site report`: what some days brought, as Markdown in `content/reports/` and, if wanted, as a PDF.

mod pdf;
mod text;

use super::{Failure, print};
use crate::{
    analysis::{Analysis, Days},
    catalog::{self, Catalog},
    cli::{Common, Format},
    config::Config,
};
use clap::Args;
use jiff::civil::Date;
use record::Run;
use std::{
    fs::Permissions,
    io::Write,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::ExitCode,
};

/// Write a report on some days: what was measured, confirmed changes, new bests, gaps
///
/// The report is Markdown in content/reports/. Its figures are shortcodes, so that each leads to its measurement; they are those
/// known at the end of the last day, at the prices of that day, in every later build too. Edit the text as you like.
#[derive(Clone, Debug, Args)]
#[command(
    after_help = "Without days: the last month that has runs and is over, as later runs show. A report that nobody edited is written anew; one that was
edited is left alone, unless --force is given.

Exit codes: 0 done; 1 internal error; 2 the days have no runs, the text was edited, or there is nothing to print with."
)]
pub struct ReportArguments {
    /// The month, such as 2026-05
    #[arg(long, value_name = "MONTH", conflicts_with_all = ["from", "until"], value_parser = month)]
    pub month: Option<Date>,
    /// The first day
    #[arg(long, value_name = "DAY", requires = "until")]
    pub from: Option<Date>,
    /// The last day
    #[arg(long, value_name = "DAY", requires = "from")]
    pub until: Option<Date>,
    /// Write over a text that was edited
    #[arg(long)]
    pub force: bool,
    /// Print the page too, with headless Chromium [default file: report-PERIOD.pdf here]
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true)]
    pub pdf: Option<Option<PathBuf>>,
}

/// The first day of a month that is written as `2026-05`.
fn month(text: &str) -> Result<Date, String> {
    let first = format!("{text}-01").parse().ok().filter(|_| text.len() == "2026-05".len());
    first.ok_or_else(|| "expected a month such as 2026-05".to_owned())
}

pub(crate) fn run(common: &Common, arguments: &ReportArguments) -> Result<ExitCode, Failure> {
    let config = Config::load(&common.root)?;
    let catalog = catalog::load(&common.root, false)?;
    let days = days(arguments, &catalog)?;
    let name = name(days);
    let file = Path::new("content/reports").join(format!("{name}.md"));
    let report = text::report(&Analysis::new(&config, &catalog), days);
    let written = write(&common.root.join(&file), &report, arguments.force)?;
    let pdf = arguments
        .pdf
        .as_ref()
        .map(|file| file.clone().unwrap_or_else(|| PathBuf::from(format!("report-{name}.pdf"))));
    if common.format == Format::Text && !common.quiet {
        print(&format!("{} {}.", if written { "Wrote" } else { "Unchanged:" }, file.display()));
    }
    if let Some(pdf) = &pdf {
        pdf::print(&common.root, &format!("/reports/{name}/"), pdf).map_err(|failure| match failure {
            Failure::Refused(why) => {
                Failure::Refused(format!("{why} The report itself is in {}", file.display()))
            }
            other => other,
        })?;
    }
    match common.format {
        Format::Json => print(
            &serde_json::json!({
                "ok": true, "report": file, "written": written, "pdf": pdf,
                "from": days.from.to_string(), "until": days.until.to_string(),
            })
            .to_string(),
        ),
        _ if common.quiet => {}
        Format::Text | Format::Markdown => {
            if let Some(pdf) = &pdf {
                print(&format!("Printed {}.", pdf.display()));
            }
            print("Look at it: site serve");
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The days that are asked for, or those of the last month that is over.
fn days(arguments: &ReportArguments, catalog: &Catalog) -> Result<Days, Failure> {
    let days = match (arguments.month, arguments.from, arguments.until) {
        (Some(month), ..) => Days::month_of(month),
        (None, Some(from), Some(until)) if from <= until => Days { from, until },
        (None, Some(from), Some(until)) => {
            return Err(Failure::Refused(format!("--from {from} is after --until {until}. Swap them")));
        }
        _ => last_month(&catalog.runs).ok_or_else(|| {
            Failure::Refused(
                "no month with runs is over: no later run shows it. Name one with --month, such as --month 2026-05"
                    .to_owned(),
            )
        })?,
    };
    if catalog.runs.iter().any(|run| has_news(days, run)) {
        return Ok(days);
    }
    let (first, last) = (catalog.runs.first(), catalog.runs.last());
    let there = first.zip(last).map_or_else(
        || "There are none at all".to_owned(),
        |(first, last)| format!("There are some from {} to {}", first.date, last.date),
    );
    Err(Failure::Refused(format!(
        "no run with a measurement lies from {} to {}. {there}",
        days.from, days.until
    )))
}

/// The last month that has runs and is over, which a run after it shows: the clock is not asked.
fn last_month(runs: &[Run]) -> Option<Days> {
    let newest = runs.last()?.date;
    let mut months = runs.iter().rev().map(|run| Days::month_of(run.date)).filter(|days| days.until < newest);
    months.find(|days| runs.iter().any(|run| has_news(*days, run)))
}

/// Whether a run has something to report of these days; some hold only rows that could not be placed.
fn has_news(days: Days, run: &Run) -> bool {
    days.hold(run) && !run.measurements.is_empty()
}

/// `2026-05`, or `2026-05-01-to-2026-05-15`.
fn name(days: Days) -> String {
    if days == Days::month_of(days.from) {
        days.from.strftime("%Y-%m").to_string()
    } else {
        format!("{}-to-{}", days.from, days.until)
    }
}

/// Writes the report, whole or not at all, and says whether the file is another one now.
fn write(file: &Path, report: &str, force: bool) -> Result<bool, Failure> {
    let failed =
        |error: std::io::Error| Failure::Internal(format!("{}: can't be written: {error}", file.display()));
    match std::fs::read_to_string(file) {
        Ok(there) if there == report => return Ok(false),
        Ok(there) if !force && text::was_edited(&there) => {
            return Err(Failure::Refused(format!(
                "{}: was edited, and stays as it is. Write over it with --force",
                file.display()
            )));
        }
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) if !force => {
            return Err(Failure::Refused(format!(
                "{}: is there and can't be read: {error}. Write over it with --force",
                file.display()
            )));
        }
        Err(_) => {}
    }
    let folder = file.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(failed)?;
    // As any program would make it; the umask takes its part.
    let permissions = Permissions::from_mode(0o666);
    let mut staged = tempfile::Builder::new().permissions(permissions).tempfile_in(folder).map_err(failed)?;
    staged.write_all(report.as_bytes()).map_err(failed)?;
    staged.persist(file).map_err(|error| failed(error.error))?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::sample::{measurement, run};
    use serde_json::json;

    fn day(text: &str) -> Date {
        text.parse().expect("a day")
    }

    #[test]
    fn the_last_month_is_the_last_that_a_later_run_shows_to_be_over() {
        let runs = |days: &[&str]| -> Vec<Run> {
            days.iter().map(|day| run(day, day, vec![measurement(&json!({}))])).collect()
        };
        let last = |days: &[&str]| last_month(&runs(days)).map(|days| days.from.to_string());
        assert_eq!(last(&[]), None);
        assert_eq!(last(&["2026-05-03", "2026-05-31"]), None);
        assert_eq!(last(&["2026-05-03", "2026-06-01"]).as_deref(), Some("2026-05-01"));
        assert_eq!(last(&["2026-03-03", "2026-06-01", "2026-06-30"]).as_deref(), Some("2026-03-01"));
    }

    #[test]
    fn a_month_is_named_by_itself_and_other_days_by_both_ends() {
        assert_eq!(name(Days::month_of(day("2026-02-10"))), "2026-02");
        assert_eq!(
            name(Days { from: day("2026-02-01"), until: day("2026-02-14") }),
            "2026-02-01-to-2026-02-14"
        );
        assert_eq!(month("2026-05"), Ok(day("2026-05-01")));
        assert!(month("2026-13").is_err() && month("2026-5").is_err() && month("May").is_err());
    }
}
