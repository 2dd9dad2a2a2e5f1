//! NVIDIA's accelerators, by `nvidia-smi` (the fields are those of `nvidia-smi --help-query-gpu`).

use super::{Inventory, output_of};
use record::AcceleratorInventory;

const QUERY: &str =
    "--query-gpu=name,driver_version,memory.total,power.limit,clocks.max.sm,clocks.sm,clocks.max.memory";

/// What `nvidia-smi` says; none without it.
pub(super) fn inventory() -> Option<Inventory> {
    output_of("nvidia-smi", &[QUERY, "--format=csv,noheader,nounits"]).and_then(|text| parse(&text))
}

/// A line an accelerator. What a board doesn't have is `[N/A]` or the like, and no number.
fn parse(text: &str) -> Option<Inventory> {
    let mut inventory = Inventory::default();
    for line in text.lines() {
        let fields: Vec<&str> = line.split(',').map(str::trim).collect();
        let [name, driver, memory, power, max_clock, clock, memory_clock] = fields[..] else { continue };
        inventory.driver = Some(driver.to_owned());
        inventory.accelerators.push(AcceleratorInventory {
            name: name.to_owned(),
            memory_bytes: memory.parse::<u64>().ok().map(|mebibytes| mebibytes << 20),
            power_limit_w: power.parse().ok(),
            max_clock_mhz: max_clock.parse().ok(),
            clock_mhz: clock.parse().ok(),
            max_memory_clock_mhz: memory_clock.parse().ok(),
        });
    }
    (!inventory.accelerators.is_empty()).then_some(inventory)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read_and_holes_in_it_stay_holes() {
        let found = parse(
            "NVIDIA H100 80GB HBM3, 550.54.15, 81559, 700.00, 1980, 345, 2619\n\
             NVIDIA H100 80GB HBM3, 550.54.15, 81559, [N/A], [Not Supported], 345, 2619\n",
        )
        .unwrap();
        assert_eq!((found.accelerators.len(), found.driver.as_deref()), (2, Some("550.54.15")));
        let [first, second] = &found.accelerators[..] else { panic!("two") };
        assert_eq!(
            (first.power_limit_w, first.max_clock_mhz, first.clock_mhz),
            (Some(700.0), Some(1980.0), Some(345.0))
        );
        assert_eq!((first.memory_bytes, first.max_memory_clock_mhz), (Some(81_559 << 20), Some(2619.0)));
        assert_eq!((second.power_limit_w, second.max_clock_mhz), (None, None));
        assert_eq!(
            parse("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\n"),
            None
        );
    }
}
