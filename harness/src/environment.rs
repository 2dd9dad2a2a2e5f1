//! What this machine is, as far as it says so itself.

use record::{AcceleratorInventory, Environment};
use std::{fs, process::Command};

/// Captures the machine that the harness runs on. What can't be found out is left out.
pub(crate) fn capture() -> Environment {
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let (accelerators, driver) = nvidia();
    Environment {
        operating_system: (fs::read_to_string("/etc/os-release").ok())
            .and_then(|text| field(&text, "PRETTY_NAME", '='))
            .or_else(|| Some(std::env::consts::OS.to_owned())),
        kernel: (fs::read_to_string("/proc/sys/kernel/osrelease").ok()).map(|text| text.trim().to_owned()),
        cpu: field(&cpu, "model name", ':'),
        cpu_count: cpu_count(&cpu),
        memory_bytes: field(&memory, "MemTotal", ':')
            .and_then(|text| text.split_whitespace().next()?.parse::<u64>().ok())
            .map(|kibibytes| kibibytes * 1024),
        accelerators,
        driver,
        container: container(),
        ..Environment::default()
    }
}

/// Logical processors of the machine, not only those that this process may use.
fn cpu_count(cpuinfo: &str) -> Option<u32> {
    let listed = cpuinfo.lines().filter(|line| line.starts_with("processor")).count();
    let usable = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    u32::try_from(listed.max(usable)).ok().filter(|count| *count > 0)
}

/// The value of `name` in lines of the form `name<separator>value`.
fn field(text: &str, name: &str, separator: char) -> Option<String> {
    text.lines().find_map(|line| {
        let (key, value) = line.split_once(separator)?;
        (key.trim() == name).then(|| value.trim().trim_matches('"').to_owned())
    })
}

fn container() -> Option<String> {
    if fs::exists("/.dockerenv").unwrap_or(false) {
        return Some("docker".into());
    }
    fs::exists("/run/.containerenv").unwrap_or(false).then(|| "podman".into())
}

/// The accelerators and the driver's version, by `nvidia-smi`.
fn nvidia() -> (Vec<AcceleratorInventory>, Option<String>) {
    let output = Command::new("nvidia-smi")
        .args(["--query-gpu=name,memory.total,power.limit,driver_version", "--format=csv,noheader,nounits"])
        .output();
    match output {
        Ok(output) if output.status.success() => inventory(&String::from_utf8_lossy(&output.stdout)),
        _ => (Vec::new(), None),
    }
}

fn inventory(text: &str) -> (Vec<AcceleratorInventory>, Option<String>) {
    let mut driver = None;
    let accelerators = text
        .lines()
        .filter_map(|line| {
            let fields: Vec<&str> = line.split(',').map(str::trim).collect();
            let [name, memory, power, version] = fields[..] else { return None };
            driver = Some(version.to_owned());
            Some(AcceleratorInventory {
                name: name.to_owned(),
                memory_bytes: memory.parse::<u64>().ok().map(|mebibytes| mebibytes << 20),
                power_limit_w: power.parse().ok(),
            })
        })
        .collect();
    (accelerators, driver)
}

/// The site's key of the first accelerator, where its product name has one: `NVIDIA H100 80GB HBM3` is `h100`.
pub(crate) fn accelerator_key(environment: &Environment) -> Option<String> {
    const KEYS: [(&str, &str); 8] = [
        ("gb300", "gb300"),
        ("gb200", "gb200"),
        ("b300", "b300"),
        ("b200", "b200"),
        ("h200", "h200"),
        ("h100", "h100"),
        ("rtx pro 6000", "rtx6000pro"),
        ("a100", "a100"),
    ];
    let name = environment.accelerators.first()?.name.to_lowercase();
    KEYS.iter().find(|(part, _)| name.contains(part)).map(|(_, key)| (*key).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_says_what_it_is() {
        let environment = capture();
        assert!(environment.cpu_count.unwrap() > 0);
        assert!(environment.operating_system.is_some());
    }

    #[test]
    fn nvidias_table_is_read_and_holes_in_it_stay_holes() {
        let (accelerators, driver) = inventory(
            "NVIDIA H100 80GB HBM3, 81559, 700.00, 550.54.15\nNVIDIA H100 80GB HBM3, 81559, [N/A], 550.54.15\n",
        );
        assert_eq!((accelerators.len(), driver.as_deref()), (2, Some("550.54.15")));
        assert_eq!((accelerators[0].power_limit_w, accelerators[1].power_limit_w), (Some(700.0), None));
        let environment = Environment { accelerators, ..Environment::default() };
        assert_eq!(accelerator_key(&environment).as_deref(), Some("h100"));
        assert_eq!(accelerator_key(&Environment::default()), None);
    }
}
