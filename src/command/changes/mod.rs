//! `site changes`: the change points of any series, so that anybody can check the detector.

mod input;

use super::{Failure, print, warn};
use crate::{
    analysis::change_point::{ChangePoint, Class, Shift, VoteSettings, change_points},
    cli::{Common, Format},
    format,
};
use clap::Args;
use input::Series;
use std::{path::PathBuf, process::ExitCode};

/// Find the change points of a series of numbers
///
/// FILE holds a JSON array of numbers or nulls, or of {"time": …, "value": …}, or CSV: one column of values, or one with the
/// name `value`, and optionally one with the name `time` or `date`. Values are taken in order of time; equal times are
/// taken together by their median; nulls and empty cells are left out. Indices count from 0, in the file as it stands.
#[derive(Clone, Debug, Args)]
#[command(
    after_help = "Exit codes: 0 done, whether anything was found or not; 1 internal error; 2 the file can't be used.

Classes: confirmed, by two of three voices and three points on each side; candidate, by one; suspect, in the newest two
points. The interval is that of after / before, at 95 %; there is none where fewer than three values lie between a change and the
next: then it is its size that isn't sure."
)]
pub struct ChangesArguments {
    /// The series; - for standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The CSV column that holds the values
    #[arg(long, value_name = "NAME", default_value = "value")]
    pub column: String,
}

pub(crate) fn run(common: &Common, arguments: &ChangesArguments) -> Result<ExitCode, Failure> {
    let series = input::read(&arguments.file, &arguments.column)?;
    for note in &series.notes {
        warn(&format!("{}: {note}", arguments.file.display()));
    }
    let points = change_points(&series.values, &VoteSettings::default());
    match common.format {
        Format::Json => print(&json(&series, &points).to_string()),
        _ if common.quiet => {}
        Format::Text | Format::Markdown => text(&series, &points),
    }
    Ok(ExitCode::SUCCESS)
}

fn json(series: &Series, points: &[ChangePoint]) -> serde_json::Value {
    let points: Vec<serde_json::Value> = points
        .iter()
        .map(|point| {
            serde_json::json!({
                "index": series.positions[point.index],
                "class": point.class,
                "direction": point.direction,
                "before": point.before,
                "after": point.after,
                "interval": point.interval.map(|interval| [interval.low, interval.high]),
                "p": point.p,
            })
        })
        .collect();
    serde_json::json!({ "change_points": points })
}

fn text(series: &Series, points: &[ChangePoint]) {
    for point in points {
        print(&line(series, point));
    }
    let counted = format::plural(points.len(), "change point", "change points");
    print(&format!("{counted} in {}.", format::plural(series.values.len(), "value", "values")));
}

fn line(series: &Series, point: &ChangePoint) -> String {
    let position = series.positions[point.index];
    let time = series.times[point.index].as_ref().map_or(String::new(), |time| format!(" ({time})"));
    let class = match point.class {
        Class::Confirmed => "confirmed",
        Class::Candidate => "candidate",
        Class::Suspect => "suspect",
    };
    let direction = match point.direction {
        Shift::Up => "up",
        Shift::Down => "down",
    };
    let change = Some(point.relative()).filter(|change| change.is_finite());
    let change = change.map_or(String::new(), |change| format!(", {:+.1} %", change * 100.0));
    let interval = point
        .interval
        .map_or(String::new(), |interval| format!(", ratio {:.3} to {:.3}", interval.low, interval.high));
    let [left, right] = point.counts;
    let (before, after, p) = (point.before, point.after, point.p);
    format!(
        "{position}{time}: {class}, {direction} from {before} to {after}{change} ({left} and {right} values){interval}, p {p:.1e}"
    )
}
