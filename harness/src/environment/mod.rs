//! What this machine is, as far as it says so itself. What can't be found out is left out.

mod amd;
mod container;
mod nvidia;
mod processor;

use record::{AcceleratorInventory, Environment};
use std::{
    fs,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// A tool that takes longer hangs: some do when their driver does.
const PATIENCE: Duration = Duration::from_secs(10);

/// The accelerators of a machine and their driver's version.
#[derive(Debug, Default, PartialEq)]
struct Inventory {
    accelerators: Vec<AcceleratorInventory>,
    driver: Option<String>,
}

/// Captures the machine that the harness runs on.
pub(crate) fn capture() -> Environment {
    let Inventory { accelerators, driver } = nvidia::inventory().or_else(amd::inventory).unwrap_or_default();
    let limits = container::limits();
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    Environment {
        operating_system: field(&read("/etc/os-release"), "PRETTY_NAME", '=')
            .or_else(|| Some(std::env::consts::OS.to_owned())),
        kernel: Some(read("/proc/sys/kernel/osrelease").trim().to_owned())
            .filter(|kernel| !kernel.is_empty()),
        cpu: processor::name(&read("/proc/cpuinfo")),
        cpu_max_mhz: processor::max_mhz(),
        cpu_governor: processor::governor(),
        cpu_count: processor::count(&read("/proc/cpuinfo")),
        cpu_limit: limits.processors,
        memory_limit_bytes: limits.memory,
        memory_bytes: field(&read("/proc/meminfo"), "MemTotal", ':')
            .and_then(|text| text.split_whitespace().next()?.parse::<u64>().ok())
            .map(|kibibytes| kibibytes * 1024),
        accelerators,
        driver,
        container: container::name(),
        ..Environment::default()
    }
}

/// What a tool prints; none where it isn't there, fails, or hangs.
fn output_of(program: &str, arguments: &[&str]) -> Option<String> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut stdout = child.stdout.take()?;
    let reader = thread::spawn(move || {
        let mut text = Vec::new();
        std::io::Read::read_to_end(&mut stdout, &mut text).map(|_| text).ok()
    });
    let begun = Instant::now();
    loop {
        match child.try_wait().ok()? {
            Some(status) if status.success() => break,
            Some(_) => return None,
            None if begun.elapsed() > PATIENCE => {
                let _ = child.kill();
                let _ = child.wait();
                return None;
            }
            None => thread::sleep(Duration::from_millis(5)),
        }
    }
    Some(String::from_utf8_lossy(&reader.join().ok()??).into_owned())
}

/// The value of `name` in lines of the form `name<separator>value`.
fn field(text: &str, name: &str, separator: char) -> Option<String> {
    text.lines().find_map(|line| {
        let (key, value) = line.split_once(separator)?;
        (key.trim() == name).then(|| value.trim().trim_matches('"').to_owned())
    })
}

/// The site's key of the first accelerator, where its product name has one: `NVIDIA H100 80GB HBM3` is `h100`.
pub(crate) fn accelerator_key(environment: &Environment) -> Option<String> {
    const KEYS: [(&str, &str); 11] = [
        ("gb300", "gb300"),
        ("gb200", "gb200"),
        ("b300", "b300"),
        ("b200", "b200"),
        ("h200", "h200"),
        ("h100", "h100"),
        ("rtx pro 6000", "rtx6000pro"),
        ("a100", "a100"),
        ("mi300x", "mi300x"),
        ("mi325x", "mi325x"),
        ("mi355x", "mi355x"),
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
        assert!(environment.operating_system.is_some() && environment.memory_bytes.unwrap() > 1 << 20);
    }

    #[test]
    fn a_tool_that_is_missing_or_fails_says_nothing() {
        assert_eq!(output_of("echo", &["yes"]).as_deref(), Some("yes\n"));
        assert_eq!(output_of("no-such-tool-anywhere", &[]), None);
        assert_eq!(output_of("false", &[]), None);
    }

    #[test]
    fn a_products_name_becomes_a_key() {
        for (name, key) in [
            ("NVIDIA H100 80GB HBM3", Some("h100")),
            ("NVIDIA GB200", Some("gb200")),
            ("AMD Instinct MI300X OAM", Some("mi300x")),
            ("NVIDIA GeForce RTX 4090", None),
        ] {
            let accelerators = vec![AcceleratorInventory { name: name.into(), ..Default::default() }];
            let environment = Environment { accelerators, ..Environment::default() };
            assert_eq!(accelerator_key(&environment).as_deref(), key, "{name}");
        }
        assert_eq!(accelerator_key(&Environment::default()), None);
    }
}
