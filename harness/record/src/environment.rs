//! What a run was measured with.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The machine and the software around a run, as far as it was captured.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct Environment {
    /// The host's name or pool, as the operator chose to publish it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Operating system and version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operating_system: Option<String>,
    /// Kernel version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kernel: Option<String>,
    /// Processor model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu: Option<String>,
    /// Highest clock of a processor in MHz.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_max_mhz: Option<f64>,
    /// The policy by which the system chooses processor clocks, such as `performance`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_governor: Option<String>,
    /// Processors that the container may use, where it is limited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_limit: Option<f64>,
    /// Memory that the container may use in bytes, where it is limited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_limit_bytes: Option<u64>,
    /// Logical processors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_count: Option<u32>,
    /// Main memory in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_bytes: Option<u64>,
    /// Accelerators that the host reports.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub accelerators: Vec<AcceleratorInventory>,
    /// Accelerator driver version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub driver: Option<String>,
    /// Container runtime and version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container: Option<String>,
    /// Arguments of the serving engine, without secrets.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub engine_arguments: Vec<String>,
    /// Environment variables that change behaviour, without secrets.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub variables: BTreeMap<String, String>,
}

/// One accelerator as its driver describes it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct AcceleratorInventory {
    /// The driver's product name.
    pub name: String,
    /// Memory in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_bytes: Option<u64>,
    /// Power limit in watts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub power_limit_w: Option<f64>,
    /// Highest clock of the compute units in MHz.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_clock_mhz: Option<f64>,
    /// Clock of the compute units when the run began, in MHz.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock_mhz: Option<f64>,
    /// Highest clock of the memory in MHz.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_memory_clock_mhz: Option<f64>,
}
