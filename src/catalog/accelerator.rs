//! Accelerators: one Markdown file each, its front matter the specification.

use super::front_matter::SourceLink;
use record::AcceleratorKey;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An accelerator and its guide.
#[derive(Clone, Debug)]
pub struct Accelerator {
    /// The file's name.
    pub key: AcceleratorKey,
    /// The specification.
    pub specification: Specification,
    /// The guide, in Markdown.
    pub guide: super::Text,
}

/// What its vendor and others publish about an accelerator. Absent means not known.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Specification {
    /// Product name.
    pub name: String,
    /// Who makes it.
    pub vendor: String,
    /// Architecture or generation.
    pub architecture: Option<String>,
    /// One sentence about it.
    pub description: String,
    /// Where sources disagree.
    pub note: Option<String>,
    /// Where the figures come from.
    #[serde(default)]
    pub sources: Vec<SourceLink>,
    /// Not ready for readers: only built with `--drafts`.
    #[serde(default)]
    pub draft: bool,
    /// Memory of one accelerator.
    #[serde(default)]
    pub memory: Memory,
    /// Dense tensor peaks.
    #[serde(default)]
    pub compute: Compute,
    /// Rated power.
    #[serde(default)]
    pub power: RatedPower,
    /// The network inside a scale-up domain.
    #[serde(default)]
    pub scale_up: ScaleUp,
    /// The network between domains.
    #[serde(default)]
    pub scale_out: ScaleOut,
}

/// Memory of one accelerator.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Memory {
    /// Capacity in gigabytes (10⁹ bytes).
    pub capacity_gb: Option<f64>,
    /// Kind of memory.
    pub technology: Option<String>,
    /// Bandwidth in terabytes/s.
    pub bandwidth_tb_per_s: Option<f64>,
}

/// Dense tensor peaks in TFLOP/s, without sparsity.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Compute {
    /// Four-bit floating point.
    pub fp4_tflops: Option<f64>,
    /// Eight-bit floating point.
    pub fp8_tflops: Option<f64>,
    /// Sixteen-bit brain floating point.
    pub bf16_tflops: Option<f64>,
}

/// Rated power.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RatedPower {
    /// Rated power of one board in watts.
    pub rated_w: Option<f64>,
}

/// The network inside a scale-up domain.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ScaleUp {
    /// Technology.
    pub technology: Option<String>,
    /// Gigabytes/s for one accelerator, one direction.
    pub bandwidth_gb_per_s: Option<f64>,
    /// Accelerators in one domain.
    pub world: Option<u32>,
    /// Topology.
    pub topology: Option<String>,
    /// Switch.
    pub switch: Option<String>,
}

/// The network between domains.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ScaleOut {
    /// Gigabits/s for one accelerator.
    pub bandwidth_gbit_per_s: Option<f64>,
    /// Technology.
    pub technology: Option<String>,
    /// Network adapter.
    pub nic: Option<String>,
    /// Switch.
    pub switch: Option<String>,
    /// Topology.
    pub topology: Option<String>,
}
