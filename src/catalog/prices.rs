//! The price and power book: dated editions, never edited, only added to.

use super::front_matter::{date, web_address};
use crate::finding::Finding;
use jiff::civil::Date;
use record::AcceleratorKey;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, path::Path};

/// All editions, oldest first.
#[derive(Clone, Debug, Default)]
pub struct PriceBook {
    /// The editions.
    pub editions: Vec<Edition>,
}

/// The prices and powers in force from one day on.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Edition {
    /// The first day in force.
    #[serde(deserialize_with = "date")]
    #[schemars(with = "String", extend("format" = "date"))]
    pub effective: Date,
    /// Who published the figures.
    pub source: String,
    /// Where.
    #[serde(default, deserialize_with = "web_address")]
    pub url: Option<String>,
    /// The figures by accelerator.
    pub accelerator: BTreeMap<AcceleratorKey, Price>,
}

/// Prices in US dollars per accelerator-hour and all-in power of one accelerator.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// All-in kilowatts for one accelerator: board and its share of host, network and cooling.
    pub power_kw: Option<f64>,
    /// Cost of ownership at a hyperscaler.
    pub hyperscaler: Option<f64>,
    /// Cost of ownership at a neocloud.
    pub neocloud: Option<f64>,
    /// Three-year rental.
    pub rental: Option<f64>,
    /// Whether the source estimated the figures.
    #[serde(default)]
    pub estimate: bool,
}

/// The columns of the price book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PriceTier {
    /// Cost of ownership at a hyperscaler.
    Hyperscaler,
    /// Cost of ownership at a neocloud.
    Neocloud,
    /// Three-year rental.
    Rental,
}

impl PriceTier {
    /// Every tier.
    pub const ALL: [Self; 3] = [Self::Hyperscaler, Self::Neocloud, Self::Rental];

    /// The column of the book: `rental`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Hyperscaler => "hyperscaler",
            Self::Neocloud => "neocloud",
            Self::Rental => "rental",
        }
    }

    /// What the tier means, for a reader.
    pub fn describe(self) -> &'static str {
        match self {
            Self::Hyperscaler => "ownership, hyperscaler",
            Self::Neocloud => "ownership, neocloud",
            Self::Rental => "three-year rental",
        }
    }
}

impl Price {
    /// Dollars per accelerator-hour in a tier.
    pub fn dollars_per_hour(&self, tier: PriceTier) -> Option<f64> {
        match tier {
            PriceTier::Hyperscaler => self.hyperscaler,
            PriceTier::Neocloud => self.neocloud,
            PriceTier::Rental => self.rental,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Book {
    #[serde(default)]
    edition: Vec<Edition>,
}

impl PriceBook {
    /// Parses the book.
    ///
    /// # Errors
    /// A finding with the line for bad TOML; one for editions of the same day, or a figure that isn't positive.
    pub fn parse(file: &Path, text: &str) -> Result<Self, Finding> {
        let book: Book = toml::from_str(text).map_err(|error| {
            let line = error.span().map(|span| text[..span.start].matches('\n').count() + 1);
            Finding::error(file, line, error.message())
        })?;
        let mut editions = book.edition;
        editions.sort_by_key(|edition| edition.effective);
        for pair in editions.windows(2) {
            if pair[0].effective == pair[1].effective {
                let message =
                    format!("two editions are effective on {}. Give each its own day", pair[0].effective);
                return Err(Finding::error(file, None, message));
            }
        }
        for edition in &editions {
            for (key, price) in &edition.accelerator {
                let figures = [price.power_kw, price.hyperscaler, price.neocloud, price.rental];
                if figures.into_iter().flatten().any(|figure| !(figure.is_finite() && figure > 0.0)) {
                    let message = format!(
                        "edition {}, {key}: a figure is not positive. Leave out what isn't known",
                        edition.effective
                    );
                    return Err(Finding::error(file, None, message));
                }
            }
        }
        Ok(Self { editions })
    }

    /// The newest edition.
    pub fn newest(&self) -> Option<&Edition> {
        self.editions.last()
    }

    /// The edition in force on `day`: the newest that is effective by then.
    pub fn on(&self, day: Date) -> Option<&Edition> {
        self.editions.iter().rev().find(|edition| edition.effective <= day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOOK: &str = "
[[edition]]
effective = 2026-07-01
source = \"second\"
[edition.accelerator]
h100 = { power_kw = 1.37, rental = 2.00 }
[[edition]]
effective = 2025-08-01
source = \"first\"
[edition.accelerator]
h100 = { power_kw = 1.73, rental = 1.30 }
";

    #[test]
    fn a_day_is_priced_with_the_edition_in_force_on_it() {
        let book = PriceBook::parse(Path::new("prices.toml"), BOOK).expect("valid");
        let source = |day: &str| book.on(day.parse().expect("a date")).map(|edition| edition.source.as_str());
        assert_eq!(source("2025-07-31"), None);
        assert_eq!(source("2025-08-01"), Some("first"));
        assert_eq!(source("2026-06-30"), Some("first"));
        assert_eq!(source("2026-07-01"), Some("second"));
    }

    #[test]
    fn a_free_accelerator_is_a_mistake() {
        let error =
            PriceBook::parse(Path::new("prices.toml"), &BOOK.replace("2.00", "0.0")).expect_err("zero");
        insta::assert_snapshot!(error, @"prices.toml: error: edition 2026-07-01, h100: a figure is not positive. Leave out what isn't known");
    }
}
