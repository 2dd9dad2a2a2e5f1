//! What an accelerator costs its owner, and the carbon of its electricity.
//!
//! Capital is spread over the years of use with the capital recovery factor `i / (1 − (1 + i)^−n)` (`1 / n` without
//! interest), after the residual value at the end, discounted to today, is taken off: the annuity of Newnan, Eschenbach and
//! Lavelle, "Engineering Economic Analysis", and `pmt` of numpy-financial. Electricity is that of a machine that always draws
//! its power. The formulas are explained in content/docs/cost-of-ownership.md; static/js/ownership.js computes the same.

/// Hours of a year.
const HOURS_A_YEAR: f64 = 8760.0;
/// Months of a year.
const MONTHS_A_YEAR: f64 = 12.0;

/// What ownership is worked out from, for one accelerator with its share of host and network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Assumptions {
    /// Price of purchase, US dollars.
    pub capital: f64,
    /// Interest, a share a year.
    pub interest: f64,
    /// Years of use.
    pub years: f64,
    /// Value at the end, a share of the capital.
    pub residual: f64,
    /// Maintenance, staff, licences: US dollars a year.
    pub operations: f64,
    /// Power, kilowatts.
    pub kilowatts: f64,
    /// Power of the whole site over that power.
    pub pue: f64,
    /// Rent for space and connection: US dollars a month for each kilowatt, electricity not included.
    pub colocation: f64,
    /// US dollars per kilowatt-hour.
    pub electricity: f64,
    /// Share of the hours in which it serves.
    pub utilisation: f64,
    /// Grams of CO2 per kilowatt-hour; absent where the grid isn't known.
    pub grid: Option<f64>,
    /// Tokens/s while it serves, input and output; absent where nothing is known of the work.
    pub throughput: Option<f64>,
}

/// What follows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ownership {
    /// Capital, interest and residual value: US dollars a year.
    pub capital_a_year: f64,
    /// Rent: US dollars a year.
    pub colocation_a_year: f64,
    /// Electricity: US dollars a year.
    pub electricity_a_year: f64,
    /// All of it: US dollars a year.
    pub dollars_a_year: f64,
    /// US dollars an hour, used or not.
    pub dollars_an_hour: f64,
    /// US dollars for each hour that it serves: what a price of rental is to be compared with.
    pub dollars_a_used_hour: f64,
    /// US dollars per million tokens.
    pub dollars_per_million_tokens: Option<f64>,
    /// Kilograms of CO2 a year.
    pub kilograms_a_year: Option<f64>,
    /// Grams of CO2 per million tokens.
    pub grams_per_million_tokens: Option<f64>,
}

/// The share of a sum that is paid each year for it to be repaid with interest.
fn capital_recovery_factor(interest: f64, years: f64) -> f64 {
    if interest == 0.0 { 1.0 / years } else { interest / (1.0 - (1.0 + interest).powf(-years)) }
}

/// Works ownership out.
pub fn ownership(given: &Assumptions) -> Ownership {
    let residual_today = given.capital * given.residual * (1.0 + given.interest).powf(-given.years);
    let capital_a_year =
        (given.capital - residual_today) * capital_recovery_factor(given.interest, given.years);
    let colocation_a_year = given.kilowatts * given.colocation * MONTHS_A_YEAR;
    let kilowatt_hours_a_year = given.kilowatts * given.pue * HOURS_A_YEAR;
    let electricity_a_year = kilowatt_hours_a_year * given.electricity;
    let dollars_a_year = capital_a_year + given.operations + colocation_a_year + electricity_a_year;
    let dollars_an_hour = dollars_a_year / HOURS_A_YEAR;
    let dollars_a_used_hour = dollars_an_hour / given.utilisation;
    let kilograms_a_year = given.grid.map(|grams| kilowatt_hours_a_year * grams / 1000.0);
    let million_tokens_a_year =
        given.throughput.map(|tokens| tokens * 3600.0 * HOURS_A_YEAR * given.utilisation / 1e6);
    Ownership {
        capital_a_year,
        colocation_a_year,
        electricity_a_year,
        dollars_a_year,
        dollars_an_hour,
        dollars_a_used_hour,
        dollars_per_million_tokens: million_tokens_a_year.map(|millions| dollars_a_year / millions),
        kilograms_a_year,
        grams_per_million_tokens: kilograms_a_year
            .zip(million_tokens_a_year)
            .map(|(kilograms, millions)| 1000.0 * kilograms / millions),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::golden::{elements, fixture, number};
    use proptest::prelude::*;
    use serde_json::Value;

    fn assumptions(given: &Value) -> Assumptions {
        let of = |name: &str| number(&given[name]);
        Assumptions {
            capital: of("capital"),
            interest: of("interest") / 100.0,
            years: of("years"),
            residual: of("residual") / 100.0,
            operations: of("operations"),
            kilowatts: of("power"),
            pue: of("pue"),
            colocation: of("colocation"),
            electricity: of("electricity"),
            utilisation: of("utilisation") / 100.0,
            grid: given["grid"].as_f64(),
            throughput: given["throughput"].as_f64(),
        }
    }

    #[track_caller]
    fn assert_close(found: Option<f64>, expected: &Value, what: &str) {
        match (found, expected.as_f64()) {
            (Some(found), Some(expected)) => {
                assert!(
                    (found - expected).abs() <= 1e-12 * expected.abs(),
                    "{what}: {found}, not {expected}"
                );
            }
            (found, expected) => assert_eq!(found, expected, "{what}"),
        }
    }

    #[test]
    fn it_is_what_numpy_financial_finds() {
        let fixture = fixture("ownership_vectors.json");
        let vectors = elements(&fixture["vectors"]);
        assert!(vectors.len() >= 6);
        for vector in vectors {
            let (found, expected) = (ownership(&assumptions(&vector["given"])), &vector["expected"]);
            assert_close(Some(found.capital_a_year), &expected["capital_a_year"], "capital");
            assert_close(Some(found.colocation_a_year), &expected["colocation_a_year"], "colocation");
            assert_close(Some(found.electricity_a_year), &expected["electricity_a_year"], "electricity");
            assert_close(Some(found.dollars_a_year), &expected["dollars_a_year"], "a year");
            assert_close(Some(found.dollars_an_hour), &expected["dollars_an_hour"], "an hour");
            assert_close(Some(found.dollars_a_used_hour), &expected["dollars_a_used_hour"], "a used hour");
            let per_million = &expected["dollars_per_million_tokens"];
            assert_close(found.dollars_per_million_tokens, per_million, "per million tokens");
            assert_close(found.kilograms_a_year, &expected["kilograms_a_year"], "carbon");
            let carbon = &expected["grams_per_million_tokens"];
            assert_close(found.grams_per_million_tokens, carbon, "carbon per million tokens");
        }
    }

    proptest! {
        #[test]
        fn the_payments_repay_the_capital_with_interest(
            capital in 1.0_f64..1e6, interest in 0.0_f64..0.3, years in 1_u8..15, residual in 0.0_f64..0.9,
        ) {
            let given = Assumptions {
                capital, interest, years: f64::from(years), residual, operations: 0.0, kilowatts: 0.0, pue: 1.0,
                colocation: 0.0, electricity: 0.0, utilisation: 1.0, grid: None, throughput: None,
            };
            let payment = ownership(&given).capital_a_year;
            let owed = (0..years).fold(capital, |owed, _| owed * (1.0 + interest) - payment);
            prop_assert!((owed - residual * capital).abs() < 1e-6 * capital, "{owed} is left of {capital}");
        }

        #[test]
        fn half_the_use_doubles_what_a_used_hour_and_a_token_cost(utilisation in 0.02_f64..1.0) {
            let given = Assumptions {
                capital: 30_000.0, interest: 0.08, years: 5.0, residual: 0.1, operations: 500.0, kilowatts: 1.5, pue: 1.2,
                colocation: 100.0, electricity: 0.1, utilisation, grid: Some(400.0), throughput: Some(1000.0),
            };
            let (full, half) = (ownership(&given), ownership(&Assumptions { utilisation: utilisation / 2.0, ..given }));
            let doubled = |half: f64, full: f64| (half - 2.0 * full).abs() < 1e-9 * half;
            prop_assert!(doubled(half.dollars_a_used_hour, full.dollars_a_used_hour));
            let tokens = (half.dollars_per_million_tokens, full.dollars_per_million_tokens);
            let (Some(half_tokens), Some(full_tokens)) = tokens else { panic!("known") };
            prop_assert!(doubled(half_tokens, full_tokens));
            prop_assert_eq!(half.kilograms_a_year, full.kilograms_a_year);
        }
    }

    #[test]
    fn what_is_not_known_has_no_result() {
        let given = Assumptions {
            capital: 1.0,
            interest: 0.0,
            years: 1.0,
            residual: 0.0,
            operations: 0.0,
            kilowatts: 1.0,
            pue: 1.0,
            colocation: 0.0,
            electricity: 0.0,
            utilisation: 1.0,
            grid: None,
            throughput: Some(1.0),
        };
        assert_eq!(ownership(&given).kilograms_a_year, None);
        assert_eq!(ownership(&given).grams_per_million_tokens, None);
        let idle = Assumptions { throughput: None, grid: Some(1.0), ..given };
        assert_eq!(ownership(&idle).dollars_per_million_tokens, None);
        assert_eq!(ownership(&idle).grams_per_million_tokens, None);
    }
}
