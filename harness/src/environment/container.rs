//! The container that the harness runs in, and what it may use there.

use std::fs;

/// What a control group allows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Limits {
    /// Processors.
    pub(super) processors: Option<f64>,
    /// Memory in bytes.
    pub(super) memory: Option<u64>,
}

/// The kind of container; none outside of one, and where it doesn't show.
pub(super) fn name() -> Option<String> {
    let marks = [
        ("/var/run/secrets/kubernetes.io", "kubernetes"),
        ("/.singularity.d", "apptainer"),
        ("/run/.containerenv", "podman"),
        ("/.dockerenv", "docker"),
    ];
    let found = marks.iter().find(|(path, _)| fs::exists(path).unwrap_or(false));
    // systemd-nspawn, lxc and others say it in this variable.
    found.map(|(_, name)| (*name).to_owned()).or_else(|| std::env::var("container").ok())
}

/// The limits of this process's control group (version 2; as seen from inside a container).
pub(super) fn limits() -> Limits {
    let read = |name: &str| fs::read_to_string(format!("/sys/fs/cgroup/{name}")).unwrap_or_default();
    parse(&read("cpu.max"), &read("memory.max"))
}

fn parse(cpu: &str, memory: &str) -> Limits {
    let processors = cpu.trim().split_once(' ').and_then(|(quota, period)| {
        Some(quota.parse::<f64>().ok()? / period.parse::<f64>().ok().filter(|period| *period > 0.0)?)
    });
    Limits { processors, memory: memory.trim().parse().ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_those_of_the_control_group_and_max_is_none() {
        assert_eq!(
            parse("150000 100000\n", "1073741824\n"),
            Limits { processors: Some(1.5), memory: Some(1 << 30) }
        );
        assert_eq!(parse("max 100000\n", "max\n"), Limits::default());
        assert_eq!(parse("", ""), Limits::default());
    }
}
