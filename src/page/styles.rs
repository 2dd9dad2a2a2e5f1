//! Which accelerator has which colour and shape, the same on every chart of the site.

use crate::{
    analysis::SeriesKey,
    catalog::Catalog,
    chart::{COLORS, Style},
};
use record::{AcceleratorKey, FrameworkKey};
use std::collections::BTreeMap;

/// The looks of accelerators and frameworks.
#[derive(Clone, Debug, Default)]
pub struct Styles {
    accelerators: BTreeMap<AcceleratorKey, usize>,
    frameworks: BTreeMap<FrameworkKey, usize>,
}

impl Styles {
    /// Gives each accelerator and framework of the catalog its slot, in order of vendor and key.
    pub fn new(catalog: &Catalog) -> Self {
        let mut accelerators: Vec<_> = catalog.accelerators.values().collect();
        accelerators.sort_by_key(|known| (&known.specification.vendor, &known.key));
        Self {
            accelerators: accelerators
                .into_iter()
                .enumerate()
                .map(|(slot, known)| (known.key.clone(), slot))
                .collect(),
            frameworks: catalog
                .frameworks
                .keys()
                .enumerate()
                .map(|(slot, key)| (key.clone(), slot))
                .collect(),
        }
    }

    /// The look of an accelerator; the dash tells the precision family.
    pub fn accelerator(&self, key: &AcceleratorKey, precision_family: &str) -> Style {
        let slot = self.accelerators.get(key).copied().unwrap_or(self.accelerators.len());
        let dash = match precision_family {
            "fp8" => 0,
            "fp4" => 1,
            "bf16" | "fp16" => 2,
            _ => 3,
        };
        // Where the colours begin again the shapes are one further, so that no two accelerators share both.
        Style { color: slot, shape: slot + slot / COLORS, dash }
    }

    /// The look of a series: colour by accelerator, shape by framework, dash by what else is special about it.
    pub fn series(&self, key: &SeriesKey) -> Style {
        let color = self.accelerators.get(&key.accelerator).copied().unwrap_or(self.accelerators.len());
        let shape = self.frameworks.get(&key.framework).copied().unwrap_or(self.frameworks.len());
        let speculative = key.method.speculative.as_deref().is_some_and(|method| method != "none");
        let dash = usize::from(speculative) + 2 * usize::from(key.method.disaggregated);
        Style { color, shape, dash }
    }
}
