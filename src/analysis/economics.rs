//! Money and provisioned power, derived from throughput.
//!
//! With `T` tokens/s per accelerator, `C` dollars per accelerator-hour and `P` all-in kilowatts per accelerator:
//! cost = C × 10⁶ / (3600 × T) dollars per million tokens; provisioned efficiency = 1000 × T / P tokens/s per
//! megawatt; provisioned energy = 1000 × P / T joules per token.

use crate::catalog::{Edition, Price, PriceTier};
use record::AcceleratorKey;

/// Which prices and powers a figure is derived from.
#[derive(Clone, Copy, Debug)]
pub struct Economics<'a> {
    /// The edition of the price book, when there is one.
    pub edition: Option<&'a Edition>,
    /// The price tier.
    pub tier: PriceTier,
}

impl Economics<'_> {
    fn price(&self, accelerator: &AcceleratorKey) -> Option<&Price> {
        self.edition?.accelerator.get(accelerator)
    }

    /// Dollars per accelerator-hour.
    pub fn dollars_per_hour(&self, accelerator: &AcceleratorKey) -> Option<f64> {
        self.price(accelerator)?.dollars_per_hour(self.tier)
    }

    /// Provisioned (all-in) kilowatts of an accelerator.
    pub fn kilowatts(&self, accelerator: &AcceleratorKey) -> Option<f64> {
        self.price(accelerator)?.power_kw
    }

    /// Dollars per million tokens for `throughput` tokens/s per accelerator.
    pub fn dollars_per_million_tokens(&self, accelerator: &AcceleratorKey, throughput: f64) -> Option<f64> {
        let dollars = self.dollars_per_hour(accelerator)?;
        (throughput > 0.0).then(|| dollars * 1e6 / (3600.0 * throughput))
    }

    /// Tokens/s per megawatt of provisioned (all-in) power.
    pub fn tokens_per_second_per_megawatt(
        &self,
        accelerator: &AcceleratorKey,
        throughput: f64,
    ) -> Option<f64> {
        Some(1000.0 * throughput / self.kilowatts(accelerator)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn cost_times_throughput_is_the_price() {
        let key = AcceleratorKey::from("h100");
        let price = Price {
            power_kw: Some(1.37),
            hyperscaler: Some(1.17),
            neocloud: None,
            rental: Some(2.0),
            estimate: false,
        };
        let edition = Edition {
            effective: "2026-07-01".parse().expect("a date"),
            source: "test".into(),
            url: None,
            accelerator: BTreeMap::from([(key.clone(), price)]),
        };
        let economics = Economics { edition: Some(&edition), tier: PriceTier::Rental };
        let cost = economics.dollars_per_million_tokens(&key, 1000.0).expect("priced");
        assert!((cost * 1000.0 * 3600.0 / 1e6 - 2.0).abs() < 1e-12);
        let efficiency = economics.tokens_per_second_per_megawatt(&key, 1000.0).expect("powered");
        assert!((efficiency - 1e6 / 1.37).abs() < 1e-6);
        assert_eq!(
            economics.dollars_per_million_tokens(&key, 0.0),
            None,
            "no throughput has no cost, not an infinite one"
        );
        let unpriced = Economics { tier: PriceTier::Neocloud, ..economics };
        assert_eq!(unpriced.dollars_per_million_tokens(&key, 1000.0), None);
        assert_eq!(economics.dollars_per_million_tokens(&"tpu7x".into(), 1000.0), None);
    }
}
