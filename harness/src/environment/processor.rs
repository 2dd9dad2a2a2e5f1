//! The host's processor.

use super::field;
use std::fs;

/// Its model. ARM servers have no name there, and no model is invented.
pub(super) fn name(cpuinfo: &str) -> Option<String> {
    field(cpuinfo, "model name", ':')
}

/// Logical processors of the machine, not only those that this process may use.
pub(super) fn count(cpuinfo: &str) -> Option<u32> {
    let listed = cpuinfo.lines().filter(|line| line.starts_with("processor")).count();
    let usable = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    u32::try_from(listed.max(usable)).ok().filter(|count| *count > 0)
}

/// The highest clock, where the system scales it.
pub(super) fn max_mhz() -> Option<f64> {
    let kilohertz: f64 = scaling("cpuinfo_max_freq")?.parse().ok()?;
    Some(kilohertz / 1000.0)
}

/// The policy by which clocks are chosen.
pub(super) fn governor() -> Option<String> {
    scaling("scaling_governor")
}

fn scaling(name: &str) -> Option<String> {
    let text = fs::read_to_string(format!("/sys/devices/system/cpu/cpu0/cpufreq/{name}")).ok()?;
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}
