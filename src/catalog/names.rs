//! Every spelling of an accelerator, a model and a framework that the content knows.

use record::{AcceleratorKey, FrameworkKey, ModelKey, Vocabulary};
use std::collections::{BTreeMap, BTreeSet};

/// Spellings to keys. Aliases are compared in lower case.
#[derive(Clone, Debug, Default)]
pub struct Names {
    accelerators: BTreeSet<AcceleratorKey>,
    models: BTreeMap<String, ModelKey>,
    frameworks: BTreeMap<String, KnownFramework>,
}

/// A framework that an alias stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownFramework {
    /// The framework.
    pub key: FrameworkKey,
    /// Whether the framework is only ever used with separate prefill and decode workers.
    pub disaggregated: bool,
}

impl Names {
    /// Makes an accelerator known.
    pub fn add_accelerator(&mut self, key: AcceleratorKey) {
        self.accelerators.insert(key);
    }

    /// Makes one spelling of a model known: its key or an alias. Returns the key that the spelling had before, if it
    /// was another one.
    pub fn add_model(&mut self, spelling: &str, key: &ModelKey) -> Option<ModelKey> {
        self.models.insert(spelling.to_lowercase(), key.clone()).filter(|before| before != key)
    }

    /// Makes one spelling of a framework known: its key or an alias. Returns the key that the spelling had before, if
    /// it was another one.
    pub fn add_framework(&mut self, spelling: &str, framework: KnownFramework) -> Option<FrameworkKey> {
        let key = framework.key.clone();
        let before = self.frameworks.insert(spelling.to_lowercase(), framework)?;
        (before.key != key).then_some(before.key)
    }

    /// The accelerator with this exact key.
    pub fn accelerator(&self, key: &str) -> Option<&AcceleratorKey> {
        self.accelerators.get(key)
    }

    /// The model that a spelling stands for.
    pub fn model(&self, spelling: &str) -> Option<&ModelKey> {
        self.models.get(&spelling.to_lowercase())
    }

    /// The framework that a spelling stands for.
    pub fn framework(&self, spelling: &str) -> Option<&KnownFramework> {
        self.frameworks.get(&spelling.to_lowercase())
    }

    /// The keys, for validating records.
    pub fn vocabulary(&self) -> Vocabulary {
        Vocabulary {
            accelerators: self.accelerators.iter().map(ToString::to_string).collect(),
            models: self.models.values().map(ToString::to_string).collect(),
            frameworks: self.frameworks.values().map(|framework| framework.key.to_string()).collect(),
        }
    }
}
