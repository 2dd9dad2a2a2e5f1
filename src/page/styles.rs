//! Which accelerator has which colour and shape, the same on every chart of the site.

use crate::{
    analysis::SeriesKey,
    catalog::Catalog,
    chart::{COLORS, Style},
};
use record::{AcceleratorKey, FrameworkKey, RunKind};
use std::collections::{BTreeMap, BTreeSet};

/// The looks of accelerators and frameworks.
#[derive(Clone, Debug, Default)]
pub struct Styles {
    accelerators: BTreeMap<AcceleratorKey, usize>,
    frameworks: BTreeMap<FrameworkKey, usize>,
    organisations: BTreeMap<String, usize>,
}

impl Styles {
    /// Gives each accelerator, framework and organisation of the catalog its slot, in order of vendor and key.
    pub fn new(catalog: &Catalog) -> Self {
        let mut accelerators: Vec<_> = catalog.accelerators.values().collect();
        accelerators.sort_by_key(|known| (&known.specification.vendor, &known.key));
        let organisations: BTreeSet<String> =
            catalog.runs.iter().filter_map(|run| run.source.organisation.clone()).collect();
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
            organisations: organisations.into_iter().zip(0..).collect(),
        }
    }

    /// The look of an accelerator's official results; the dash tells the precision family.
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

    /// The same for the accelerator, precision and source of a series; another source has another shape.
    pub fn group(&self, series: &SeriesKey) -> Style {
        let official = self.accelerator(&series.accelerator, series.precision.family());
        Style { shape: official.shape + self.source(series), ..official }
    }

    /// How many shapes a source lies from the official one, so that two sources of the same look apart.
    fn source(&self, series: &SeriesKey) -> usize {
        match (series.kind, &series.organisation) {
            (RunKind::Official, _) => 0,
            (_, None) => 1,
            (_, Some(name)) => 2 + self.organisations.get(name).copied().unwrap_or_default(),
        }
    }

    /// The look of a series: colour by accelerator, shape by framework and source, dash by what else is special about it.
    pub fn series(&self, key: &SeriesKey) -> Style {
        let color = self.accelerators.get(&key.accelerator).copied().unwrap_or(self.accelerators.len());
        let shape = self.frameworks.get(&key.framework).copied().unwrap_or(self.frameworks.len());
        let speculative = key.method.speculative.as_deref().is_some_and(|method| method != "none");
        let dash = usize::from(speculative) + 2 * usize::from(key.method.disaggregated);
        Style { color, shape: shape + self.source(key), dash }
    }
}
