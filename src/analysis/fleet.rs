//! How many accelerators a demand takes.

/// Hours of a month: a twelfth of 8,760.
pub const HOURS_A_MONTH: f64 = 730.0;

/// Accelerators for a demand, and what they cost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fleet {
    /// Accelerators: demand over throughput, rounded up to whole deployments.
    pub accelerators: f64,
    /// US dollars a month; absent without a price.
    pub dollars_a_month: Option<f64>,
}

/// The fleet for `tokens_a_month` (input and output, spread evenly) at `throughput` tokens/s per accelerator. `None` for a
/// throughput that isn't positive. A deployment of so many accelerators is not divisible: nobody measured a part of it.
pub fn fleet(
    tokens_a_month: f64,
    throughput: f64,
    deployment: Option<u32>,
    dollars_per_hour: Option<f64>,
) -> Option<Fleet> {
    if throughput <= 0.0 {
        return None;
    }
    let whole = f64::from(deployment.unwrap_or(1).max(1));
    let accelerators = (tokens_a_month / (HOURS_A_MONTH * 3600.0) / throughput / whole).ceil() * whole;
    Some(Fleet {
        accelerators,
        dollars_a_month: dollars_per_hour.map(|price| accelerators * price * HOURS_A_MONTH),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fleet_is_rounded_up_to_whole_accelerators_and_paid_for_every_hour() {
        // 1,000 tokens/s for every second of the month.
        let demand = 1000.0 * 730.0 * 3600.0;
        let of = |throughput| fleet(demand, throughput, None, Some(2.0)).expect("a fleet");
        assert_eq!(of(1000.0), Fleet { accelerators: 1.0, dollars_a_month: Some(1460.0) });
        assert_eq!(of(999.0).accelerators, 2.0);
        assert_eq!(of(300.0), Fleet { accelerators: 4.0, dollars_a_month: Some(5840.0) });
        let of_eight = fleet(demand, 300.0, Some(8), Some(2.0)).expect("a fleet");
        assert_eq!(of_eight, Fleet { accelerators: 8.0, dollars_a_month: Some(11_680.0) });
    }

    #[test]
    fn without_a_price_there_is_no_cost_and_without_throughput_no_fleet() {
        assert_eq!(fleet(1e9, 100.0, None, None).expect("a fleet").dollars_a_month, None);
        assert_eq!(fleet(1e9, 0.0, None, Some(2.0)), None);
    }
}
