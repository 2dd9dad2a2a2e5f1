//! The cost calculator: what an accelerator-hour and a million tokens cost an owner. The page shows a worked example; its
//! form, with scripts, works out the reader's own case (static/js/calculator.js).

use super::{Page, best::best_href, charts::edition_note, home::headline_workload};
use crate::{
    analysis::{Analysis, Assumptions, DEFAULT, Ownership, RANKINGS, best, ownership},
    format,
};
use record::AcceleratorKey;
use serde_json::{Value, json};

/// Why a field starts with the value that it has.
enum Basis {
    /// A round number to show the arithmetic with; nobody's figure.
    Example,
    /// A published or measured figure, and where it stands.
    Sourced(String, Option<String>),
    /// No figure is known.
    Unknown(&'static str),
}

/// One assumption as the form asks for it.
struct Field {
    key: &'static str,
    label: &'static str,
    unit: &'static str,
    value: Option<f64>,
    range: (f64, Option<f64>),
    /// Whether the calculation can do without it.
    optional: bool,
    basis: Basis,
}

impl Field {
    fn example(key: &'static str, label: &'static str, unit: &'static str, value: f64) -> Self {
        let range = (0.0, None);
        Self { key, label, unit, value: Some(value), range, optional: false, basis: Basis::Example }
    }

    fn within(mut self, least: f64, most: Option<f64>) -> Self {
        self.range = (least, most);
        self
    }

    fn because(mut self, basis: Basis) -> Self {
        self.basis = basis;
        self
    }

    fn json(&self) -> Value {
        let (basis, source) = match &self.basis {
            Basis::Example => ("example; put in your own".to_owned(), None),
            Basis::Sourced(text, href) => (text.clone(), href.clone()),
            Basis::Unknown(why) => ((*why).to_owned(), None),
        };
        json!({
            "key": self.key,
            "label": self.label,
            "unit": self.unit,
            // As an input holds it, and as a reader sees it.
            "value": self.value.map(|value| value.to_string()),
            "shown": self.value.map(|value| format::significant(value, 6)),
            "least": self.range.0.to_string(),
            "most": self.range.1.map(|most| most.to_string()),
            "optional": self.optional,
            "basis": basis,
            "external": source.as_ref().is_some_and(|source| !source.starts_with('/')),
            "source": source,
        })
    }
}

/// An accelerator that can be chosen.
struct Choice<'a> {
    key: &'a AcceleratorKey,
    /// All-in kilowatts of the price book.
    kilowatts: Option<f64>,
    /// The most tokens/s that were measured at the level that the site leads with.
    throughput: Option<f64>,
}

pub(super) fn page(analysis: &Analysis<'_>) -> Page {
    let choices = choices(analysis);
    let chosen = choices.iter().max_by(|a, b| {
        let throughput = |choice: &Choice<'_>| choice.throughput.unwrap_or(0.0);
        throughput(a).total_cmp(&throughput(b)).then_with(|| b.key.cmp(a.key))
    });
    let fields = fields(analysis, chosen);
    let result = assumptions(&fields).map(|given| (given, ownership(&given)));
    let accelerators: Vec<Value> = choices
        .iter()
        .map(|choice| {
            json!({
                "key": choice.key,
                "name": analysis.catalog.accelerator_name(choice.key),
                "power": choice.kilowatts.map(|it| it.to_string()),
                "throughput": choice.throughput.map(rounded),
                "chosen": chosen.is_some_and(|chosen| chosen.key == choice.key),
            })
        })
        .collect();
    Page {
        path: "/calculator/".to_owned(),
        title: "Cost calculator".to_owned(),
        description: "What an accelerator-hour and a million tokens cost whoever owns the machine, and the carbon of its electricity: every assumption named, and yours to change.".to_owned(),
        template: "calculator",
        content: json!({
            "fields": fields.iter().map(Field::json).collect::<Vec<_>>(),
            "accelerators": accelerators,
            "chosen": chosen.map(|chosen| analysis.catalog.accelerator_name(chosen.key)),
            "results": result.as_ref().map(|(_, result)| results(result)),
            "own": chosen.zip(result.as_ref()).map(|(chosen, result)| own_query(chosen, result)),
            "edition": edition_note(analysis),
        }),
        ..Page::default()
    }
}

/// Every measured accelerator with its power and its throughput.
fn choices<'a>(analysis: &'a Analysis<'_>) -> Vec<Choice<'a>> {
    let answers = headline_workload(analysis).map(|(model, workload)| {
        best(analysis.series_of(model, workload), &DEFAULT.level, RANKINGS[1], &analysis.economics).answers
    });
    // Of the measurement that keeps the limits, also where the answer is interpolated.
    let throughput = |key: &AcceleratorKey| {
        let of_key = answers.iter().flatten().filter(|found| found.key.accelerator == *key);
        of_key.map(|found| found.answer.keeps.throughput).max_by(f64::total_cmp)
    };
    let choice =
        |key| Choice { key, kilowatts: analysis.economics.kilowatts(key), throughput: throughput(key) };
    analysis.measured_accelerators().into_iter().map(choice).collect()
}

/// A throughput with as many digits as a measurement has.
fn rounded(throughput: f64) -> String {
    format!("{throughput:.0}")
}

fn fields(analysis: &Analysis<'_>, chosen: Option<&Choice<'_>>) -> Vec<Field> {
    let mut fields = vec![
        Field::example(
            "capital",
            "Purchase price, with the share of host and network",
            "$/accelerator",
            40_000.0,
        ),
        Field::example("interest", "Interest", "% a year", 8.0).within(0.0, Some(100.0)),
        Field::example("years", "Years of use", "years", 5.0).within(0.5, Some(30.0)),
        Field::example("residual", "Value at the end", "% of the price", 10.0).within(0.0, Some(100.0)),
        Field::example(
            "operations",
            "Operations: maintenance, staff, licences",
            "$/accelerator a year",
            1_000.0,
        ),
    ];
    fields.extend(power_fields(analysis, chosen));
    fields.push(Field::example("utilisation", "Time in which it serves", "%", 70.0).within(1.0, Some(100.0)));
    fields.push(throughput_field(analysis, chosen));
    fields
}

fn power_fields(analysis: &Analysis<'_>, chosen: Option<&Choice<'_>>) -> Vec<Field> {
    let book = analysis.economics.edition.map_or_else(String::new, |edition| {
        format!("price book, edition of {} ({}); includes cooling", edition.effective, edition.source)
    });
    let url = analysis.economics.edition.and_then(|edition| edition.url.clone());
    let kilowatts = chosen.and_then(|chosen| chosen.kilowatts);
    let power = Field {
        value: kilowatts,
        basis: match kilowatts {
            Some(_) => Basis::Sourced(book, url),
            None => Basis::Unknown("no published figure; put in your own"),
        },
        ..Field::example("power", "Power", "kW/accelerator", 0.0)
    };
    // The average of the whole country's power stations: 1,650 million tonnes of CO2 over 4,230,672 million kWh.
    let grid = "United States, average of 2022: 1,650 million t CO2 over 4,230,672 million kWh (EIA, State Electricity Profiles)";
    vec![
        power.within(0.001, None),
        Field::example("pue", "Power usage effectiveness, PUE", "", 1.0).within(1.0, Some(5.0)).because(
            Basis::Sourced(
                "1, since the price book’s power includes cooling; more for a power without it".into(),
                None,
            ),
        ),
        Field::example("colocation", "Colocation, without electricity", "$/kW a month", 150.0),
        Field::example("electricity", "Electricity", "$/kWh", 0.08),
        Field {
            optional: true,
            ..Field::example("grid", "Carbon of the grid", "g CO2/kWh", 390.0)
                .because(Basis::Sourced(grid.into(), Some("https://www.eia.gov/electricity/state/".into())))
        },
    ]
}

fn throughput_field(analysis: &Analysis<'_>, chosen: Option<&Choice<'_>>) -> Field {
    let throughput = chosen.and_then(|chosen| chosen.throughput);
    let basis = match (throughput, headline_workload(analysis)) {
        (Some(_), Some((model, workload))) => Basis::Sourced(
            format!(
                "the best measurement for {}, {} at {}",
                analysis.catalog.model_name(model),
                workload.name(),
                DEFAULT.level.words()
            ),
            Some(format!("{}#at-{}", best_href(model, workload), DEFAULT.key)),
        ),
        _ => Basis::Unknown("not measured; put in your own"),
    };
    Field {
        // Rounded as in the form, so that both give the same result.
        value: throughput.map(f64::round),
        optional: true,
        basis,
        ..Field::example(
            "throughput",
            "Throughput while it serves, input and output",
            "tok/s/accelerator",
            0.0,
        )
    }
    .within(0.001, None)
}

/// The example's assumptions; `None` where one that is needed isn't known.
fn assumptions(fields: &[Field]) -> Option<Assumptions> {
    let of = |key: &str| fields.iter().find(|field| field.key == key)?.value;
    Some(Assumptions {
        capital: of("capital")?,
        interest: of("interest")? / 100.0,
        years: of("years")?,
        residual: of("residual")? / 100.0,
        operations: of("operations")?,
        kilowatts: of("power")?,
        pue: of("pue")?,
        colocation: of("colocation")?,
        electricity: of("electricity")?,
        utilisation: of("utilisation")? / 100.0,
        grid: of("grid"),
        throughput: of("throughput"),
    })
}

/// The results, each with its key, name, unit and value.
fn results(found: &Ownership) -> Vec<Value> {
    let rows = [
        ("capital_a_year", "Capital and interest", "$/accelerator a year", Some(found.capital_a_year)),
        ("colocation_a_year", "Colocation", "$/accelerator a year", Some(found.colocation_a_year)),
        ("electricity_a_year", "Electricity", "$/accelerator a year", Some(found.electricity_a_year)),
        ("dollars_a_year", "All, with operations", "$/accelerator a year", Some(found.dollars_a_year)),
        ("dollars_an_hour", "An hour, used or not", "$/accelerator-hour", Some(found.dollars_an_hour)),
        (
            "dollars_a_used_hour",
            "An hour in which it serves",
            "$/accelerator-hour",
            Some(found.dollars_a_used_hour),
        ),
        (
            "dollars_per_million_tokens",
            "Tokens, input and output",
            "$/million tokens",
            found.dollars_per_million_tokens,
        ),
        (
            "kilograms_a_year",
            "Carbon of the electricity",
            "kg CO2/accelerator a year",
            found.kilograms_a_year,
        ),
        (
            "grams_per_million_tokens",
            "Carbon of tokens",
            "g CO2/million tokens",
            found.grams_per_million_tokens,
        ),
    ];
    rows.into_iter()
        .map(|(key, name, unit, value)| {
            json!({ "key": key, "name": name, "unit": unit, "shown": value.map(|it| format::significant(it, 4)) })
        })
        .collect()
}

/// The query that carries a price and a power of one's own to the pages that use them.
fn own_query(chosen: &Choice<'_>, (given, found): &(Assumptions, Ownership)) -> String {
    let figure = |value: f64| format::significant(value, 4).replace(',', "");
    let (price, power) = (figure(found.dollars_a_used_hour), figure(given.kilowatts * given.pue));
    format!("?price={0}:{price}&power={0}:{power}", chosen.key)
}
