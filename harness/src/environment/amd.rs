//! AMD's accelerators, by `amd-smi`, or where it isn't there by `rocm-smi`, which it replaces.

use super::{Inventory, output_of};
use record::AcceleratorInventory;
use serde_json::Value;

const ROCM: [&str; 6] =
    ["--showproductname", "--showmeminfo", "vram", "--showmaxpower", "--showdriverversion", "--json"];

/// What AMD's tools say; none without them.
pub(super) fn inventory() -> Option<Inventory> {
    output_of("amd-smi", &["static", "--json"])
        .and_then(|text| amd_smi(&serde_json::from_str(&text).ok()?))
        .or_else(|| rocm_smi(&serde_json::from_str(&output_of("rocm-smi", &ROCM)?).ok()?))
}

/// `amd-smi static --json`: a list of accelerators, since ROCm 7 under `gpu_data`.
fn amd_smi(output: &Value) -> Option<Inventory> {
    let list = output.get("gpu_data").unwrap_or(output).as_array()?;
    let mut inventory = Inventory::default();
    for gpu in list {
        let Some(name) = gpu["asic"]["market_name"].as_str().filter(|name| *name != "N/A") else { continue };
        let vram = &gpu["vram"];
        let mebibytes = amount(&vram["size"]).or_else(|| amount(&vram["size_mb"]));
        // Since ROCm 7 the limits of a package are under `ppt0`.
        let limit = gpu["limit"].get("ppt0").unwrap_or(&gpu["limit"]);
        let power = ["socket_power_limit", "socket_power", "current_power", "max_power"];
        inventory.accelerators.push(AcceleratorInventory {
            name: name.to_owned(),
            memory_bytes: mebibytes.map(|mebibytes| (mebibytes * 1_048_576.0) as u64),
            power_limit_w: power.iter().find_map(|name| amount(&limit[*name])),
            ..AcceleratorInventory::default()
        });
        let version = gpu["driver"].get("version").or_else(|| gpu["driver"].get("driver_version"));
        inventory.driver = version.and_then(Value::as_str).map(str::to_owned).or(inventory.driver);
    }
    (!inventory.accelerators.is_empty()).then_some(inventory)
}

/// A number, a number as text with or without its unit, or `{"value": 750, "unit": "W"}`.
fn amount(value: &Value) -> Option<f64> {
    let value = value.get("value").unwrap_or(value);
    value.as_f64().or_else(|| value.as_str()?.split_whitespace().next()?.parse().ok())
}

/// `rocm-smi … --json`: an object an accelerator, `card0` and so on, and `system`. Versions differ in capitals.
fn rocm_smi(output: &Value) -> Option<Inventory> {
    let find = |object: &Value, name: &str| -> Option<String> {
        let fields = object.as_object()?;
        let (_, value) = fields.iter().find(|(key, _)| key.eq_ignore_ascii_case(name))?;
        value.as_str().map(str::to_owned)
    };
    let number = |object: &Value, name: &str| find(object, name)?.parse::<f64>().ok();
    let mut inventory =
        Inventory { driver: find(&output["system"], "Driver version"), ..Inventory::default() };
    // The keys are sorted as text, which puts card10 before card2; the boards of a machine are alike.
    for (_, card) in output.as_object()?.iter().filter(|(key, _)| key.starts_with("card")) {
        let Some(name) = find(card, "Card series") else { continue };
        inventory.accelerators.push(AcceleratorInventory {
            name,
            memory_bytes: number(card, "VRAM Total Memory (B)").map(|bytes| bytes as u64),
            power_limit_w: number(card, "Max Graphics Package Power (W)"),
            ..AcceleratorInventory::default()
        });
    }
    (!inventory.accelerators.is_empty()).then_some(inventory)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Written by the form of `amd-smi static --json` of ROCm 6; other sections are left out.
    fn gpu(limit: &Value) -> Value {
        json!({
            "gpu": 0,
            "asic": {"market_name": "AMD Instinct MI300X", "vendor_id": "0x1002", "num_compute_units": 304},
            "driver": {"name": "amdgpu", "version": "6.8.5"},
            "vram": {"type": "HBM", "vendor": "N/A", "size": {"value": 196_592, "unit": "MB"}},
            "limit": limit,
        })
    }

    #[test]
    fn each_form_of_amd_smi_is_read() {
        let old = json!([gpu(
            &json!({"max_power": {"value": 750, "unit": "W"}, "socket_power": {"value": 650, "unit": "W"}})
        )]);
        let new = json!({"gpu_data": [gpu(&json!({"ppt0": {
            "max_power_limit": {"value": 750, "unit": "W"}, "socket_power_limit": {"value": 650, "unit": "W"}}}))]});
        for output in [old, new] {
            let found = amd_smi(&output).unwrap();
            assert_eq!(found.driver.as_deref(), Some("6.8.5"));
            let first = &found.accelerators[0];
            assert_eq!((first.name.as_str(), first.power_limit_w), ("AMD Instinct MI300X", Some(650.0)));
            assert_eq!(first.memory_bytes, Some(196_592 << 20));
        }
        let hole = amd_smi(&json!([gpu(&json!("N/A"))])).unwrap();
        assert_eq!(hole.accelerators[0].power_limit_w, None);
        assert_eq!(amd_smi(&json!([])), None);
    }

    #[test]
    fn rocm_smi_is_read() {
        let found = rocm_smi(&json!({
            "card0": {
                "Card Series": "AMD Instinct MI300X OAM",
                "Card Model": "0x74a1",
                "VRAM Total Memory (B)": "206141652992",
                "VRAM Total Used Memory (B)": "297336832",
                "Max Graphics Package Power (W)": "750.0",
            },
            "card1": {"Card series": "AMD Instinct MI300X OAM"},
            "system": {"Driver version": "6.7.0"},
        }))
        .unwrap();
        assert_eq!((found.accelerators.len(), found.driver.as_deref()), (2, Some("6.7.0")));
        assert_eq!(found.accelerators[0].memory_bytes, Some(206_141_652_992));
        assert_eq!(
            (found.accelerators[0].power_limit_w, found.accelerators[1].power_limit_w),
            (Some(750.0), None)
        );
    }
}
