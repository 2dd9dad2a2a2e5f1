//! `worked`: a worked example from the data of the site, with the numbers in between, so that a reader can follow it by hand.
//!
//! Which measurements serve as the example is decided by rules and not by anybody: the choice follows the data, and is the
//! same in every build of the same data. Where the data holds no example, that is what is said.

mod change;
mod cost;
mod curve;
mod limit;
mod ranking;
mod repeats;
mod request;
mod single_runs;
mod unusual;

use super::arguments::Arguments;
use crate::{
    analysis::{Analysis, Entry, Metric, SeriesKey},
    format,
    html::Escaped,
    page::{
        Link,
        charts::day_words,
        home::headline_workload,
        table::{Cell, Column, Table},
        workload::full_series_name,
    },
    suggestion::did_you_mean,
    verdict,
};
use record::RunKind;

/// A worked example.
struct Worked {
    /// What it is an example of, as the table's caption.
    caption: String,
    /// The measurements that it rests on.
    of: Vec<Link>,
    /// What is done, how, and what comes out.
    steps: Vec<Step>,
    /// What follows, in a sentence.
    conclusion: String,
}

/// A step of an example.
struct Step {
    what: String,
    /// The numbers, as a formula.
    how: String,
    result: String,
    /// Where the numbers stand.
    href: Option<String>,
}

/// Finds an example in the data, if there is one.
type Example = fn(&Analysis<'_>) -> Option<Worked>;

/// The examples by name, each with what there is none of where the data holds none.
const EXAMPLES: [(&str, Example, &str); 12] = [
    ("metrics", request::metrics, "no measurement with a time per output token stands"),
    ("percentile", request::percentile, "no percentile of the data rests on too few requests"),
    ("frontier", curve::frontier_of, "no series has a measurement that another dominates"),
    ("interpolation", curve::interpolation, "no series has neighbours within a factor of two"),
    ("cost", cost::editions, "no measurement has a price in the book"),
    ("noise", single_runs::noise, "no series was measured again often enough with the same image"),
    ("verdict", single_runs::verdict, "no two accelerators were measured in the same way"),
    ("repeats", repeats::repeats, "no series was measured with repeats at two loads"),
    ("ranking", ranking::places, "no three series were measured in the same way"),
    ("change", change::confirmed, "no change is confirmed"),
    ("unusual", unusual::departure, "no run is far from the runs before it"),
    ("limit", limit::memory_bandwidth, "no measurement can be held against memory bandwidth"),
];

/// The example as HTML, or a sentence that says that there is none.
///
/// # Errors
/// An example that isn't known.
pub(super) fn block(analysis: &Analysis<'_>, arguments: &Arguments<'_>) -> Result<String, String> {
    arguments.only(&["example"])?;
    let wanted = arguments.required("example")?;
    let known = EXAMPLES.map(|(name, ..)| name);
    let (_, example, missing) = EXAMPLES
        .iter()
        .find(|(name, ..)| *name == wanted)
        .ok_or_else(|| format!("there is no example `{wanted}`{}", did_you_mean(wanted, &known)))?;
    Ok(example(analysis).map_or_else(
        || format!("<p class=\"notice\">There is no worked example here: {}.</p>", Escaped(missing)),
        |worked| worked.html(),
    ))
}

impl Worked {
    fn html(&self) -> String {
        let links: Vec<String> = self
            .of
            .iter()
            .map(|link| format!("<a href=\"{}\">{}</a>", Escaped(&link.href), Escaped(&link.text)))
            .collect();
        let of = if links.is_empty() { String::new() } else { format!("Of {}. ", links.join("; ")) };
        let rows = self.steps.iter().map(Step::row).collect();
        let columns = ["Step", "By hand", "Result"].map(Column::words).to_vec();
        let summary = format!("Worked example: {}", self.caption);
        let table = Table { caption: verdict::capitalised(&self.caption), columns, rows };
        format!(
            "<details class=\"worked folded\"><summary>{}</summary>{}<p class=\"note\">{of}{}</p></details>",
            Escaped(&summary),
            table.html(),
            Escaped(&self.conclusion)
        )
    }
}

impl Step {
    fn new(what: impl Into<String>, how: impl Into<String>, result: impl Into<String>) -> Self {
        Self { what: what.into(), how: how.into(), result: result.into(), href: None }
    }

    /// The same step, with a link to where its numbers stand.
    fn from(mut self, entry: &Entry<'_>) -> Self {
        self.href = Some(entry.href());
        self
    }

    fn row(&self) -> Vec<Cell> {
        vec![Cell::maybe_link(&self.what, self.href.clone()), Cell::text(&self.how), Cell::text(&self.result)]
    }
}

/// A number with enough digits to go on with.
fn number(value: f64) -> String {
    format::significant(value, 6).replace('-', "−")
}

/// The same as part of a sum or a product.
fn term(value: f64) -> String {
    if value < 0.0 { format!("({})", number(value)) } else { number(value) }
}

/// A share as a percentage.
fn percent(share: f64) -> String {
    format!("{} %", format::significant(100.0 * share, 3))
}

/// `GB200 NVL72, Dynamo, FP4: run of 2026-05-18`.
fn named(analysis: &Analysis<'_>, entry: &Entry<'_>) -> Link {
    let key = SeriesKey::of(entry);
    let text = format!("{}: run of {}", full_series_name(analysis, &key), day_words(entry.run));
    Link::new(text, entry.href())
}

/// A model and a workload in words.
fn work(analysis: &Analysis<'_>, key: &SeriesKey) -> String {
    format!("{}, {}", analysis.catalog.model_name(&key.model), key.workload.name())
}

/// A metric of a measurement.
fn value(analysis: &Analysis<'_>, metric: Metric, entry: &Entry<'_>) -> Option<f64> {
    metric.value(entry.measurement, &analysis.economics)
}

/// Interactivity and total throughput per accelerator, where both are known.
fn place(analysis: &Analysis<'_>, entry: &Entry<'_>) -> Option<(f64, f64)> {
    let of = |metric| value(analysis, metric, entry);
    of(Metric::Interactivity).zip(of(Metric::ThroughputPerAccelerator))
}

/// The official series: those of the workload that the site leads with first, then by key.
fn series<'s, 'a>(analysis: &'s Analysis<'a>) -> Vec<(&'s SeriesKey, &'s [Entry<'a>])> {
    let headline = headline_workload(analysis);
    let leads = |key: &SeriesKey| headline == Some((&key.model, &key.workload));
    let mut series: Vec<_> = analysis.select(|key| key.kind == RunKind::Official).collect();
    series.sort_by_key(|(key, _)| !leads(key));
    series
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{analysis::sample::catalog, config::Config};

    fn config() -> Config {
        toml::from_str(include_str!("../../../../site.toml")).expect("settings")
    }

    #[test]
    fn without_data_every_example_says_that_there_is_none() {
        let (config, catalog) = (config(), catalog(Vec::new()));
        let analysis = Analysis::new(&config, &catalog);
        for (name, ..) in EXAMPLES {
            let html = block(&analysis, &Arguments(&[("example", name)])).expect("known");
            assert!(html.starts_with("<p class=\"notice\">There is no worked example here: no "), "{html}");
        }
        let slip = block(&analysis, &Arguments(&[("example", "verdct")])).expect_err("a slip");
        assert_eq!(slip, "there is no example `verdct`; did you mean `verdict`?");
    }

    #[test]
    fn the_committed_data_holds_an_example_of_all() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let (config, catalog) = (config(), crate::catalog::load(root, false).expect("the committed content"));
        let analysis = Analysis::new(&config, &catalog);
        for (name, example, _) in EXAMPLES {
            let worked = example(&analysis).unwrap_or_else(|| panic!("there is no example of {name}"));
            assert!(!worked.steps.is_empty(), "{name}");
            for step in &worked.steps {
                let texts = [&step.what, &step.how, &step.result];
                assert!(
                    texts.iter().all(|text| !text.contains("not known") && !text.contains("NaN")),
                    "{name}: {texts:?}"
                );
            }
        }
    }
}
