//! `site interpolation`: how far values between measurements are off, so that anybody can contest how they are made.

use super::{Failure, print};
use crate::{
    analysis::{Economics, Errors, HoldOut, Join, Quantity, WAYS, Way, leave_one_out, points_of_runs},
    catalog,
    cli::{Common, Format},
    config::Config,
    format,
};
use clap::Args;
use serde_json::{Value, json};
use std::process::ExitCode;

/// Tell how far values between measurements are off, by leaving out what was measured
///
/// Each inner point of each committed frontier is left out in turn and interpolated from the rest. The errors are
/// |estimated - measured| / measured. `near` counts only points whose neighbours' throughputs lie within a factor of two, where
/// the site interpolates at all; the factor is e to the mean of |ln(estimated / measured)|.
#[derive(Clone, Debug, Args)]
pub struct InterpolationArguments {}

pub(crate) fn run(common: &Common, _: &InterpolationArguments) -> Result<ExitCode, Failure> {
    let config = Config::load(&common.root)?;
    let catalog = catalog::load(&common.root, false)?;
    let economics = Economics { edition: catalog.prices.newest(), tier: config.price_tier };
    let points = points_of_runs(&catalog.runs, &economics);
    let found = leave_one_out(points.iter().map(Vec::as_slice));
    match common.format {
        Format::Json => print(&json(&found).to_string()),
        Format::Text | Format::Markdown => text(&found),
    }
    Ok(ExitCode::SUCCESS)
}

fn json(found: &HoldOut) -> Value {
    let ways: Vec<Value> = WAYS
        .into_iter()
        .enumerate()
        .map(|(at, way)| {
            json!({
                "quantity": way.quantity,
                "through": way.through,
                "join": way.join,
                "ours": way.is_ours(),
                "all": found.errors(at, false),
                "near": found.errors(at, true),
            })
        })
        .collect();
    json!({ "series": found.series, "points": found.points.len(), "ways": ways })
}

fn text(found: &HoldOut) {
    print(&format!(
        "{} left out of {}.",
        format::plural(found.points.len(), "measurement", "measurements"),
        format::plural(found.series, "series", "series")
    ));
    for (near, heading) in
        [(false, "All"), (true, "Near: the neighbours' throughputs lie within a factor of two")]
    {
        print(&format!("\n{heading}"));
        print(&format!(
            "  {:<48} {:>7} {:>8} {:>8} {:>8} {:>10} {:>7}",
            "", "points", "mean", "median", "p90", "largest", "factor"
        ));
        for (at, way) in WAYS.into_iter().enumerate() {
            if let Some(errors) = found.errors(at, near) {
                print(&line(way, &errors));
            }
        }
    }
    print("\n* how the site does it");
}

fn line(way: Way, errors: &Errors) -> String {
    let percent = |share: f64| format!("{:.1} %", 100.0 * share);
    format!(
        "{} {:<48} {:>7} {:>8} {:>8} {:>8} {:>10} {:>7.3}",
        if way.is_ours() { '*' } else { ' ' },
        words(way),
        errors.points,
        percent(errors.mean),
        percent(errors.median),
        percent(errors.p90),
        percent(errors.largest),
        errors.factor,
    )
}

/// `cost, derived from throughput by a line`.
fn words(way: Way) -> String {
    let quantity = |of| match of {
        Quantity::Throughput => "throughput",
        Quantity::Cost => "cost",
    };
    let join = match way.join {
        Join::Steffen => "Steffen's cubic",
        Join::Line => "a line",
        Join::LogLine => "a line of the logarithm",
    };
    if way.quantity == way.through {
        format!("{} by {join}", quantity(way.quantity))
    } else {
        format!("{} from {} by {join}", quantity(way.quantity), quantity(way.through))
    }
}
