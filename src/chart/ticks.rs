//! Round values to mark on an axis.

/// Ticks at multiples of 1, 2 or 5 times a power of ten, inside `low..=high`; about `wanted` of them.
pub(super) fn linear(low: f64, high: f64, wanted: usize) -> Vec<f64> {
    let step = step((high - low) / wanted.max(1) as f64);
    let first = (low / step - 1e-9).ceil() as i64;
    let last = (high / step + 1e-9).floor() as i64;
    (first..=last).map(|index| rounded(index as f64 * step)).collect()
}

/// Ticks at powers of ten inside `low..=high`, with 2 and 5 times them as long as the axis has room for `wanted` and a
/// few. An axis too short to hold two of those gets the ticks of a linear one.
pub(super) fn log(low: f64, high: f64, wanted: usize) -> Vec<f64> {
    let decades = (high / low).log10();
    let mantissas: &[f64] = if subdivided(decades, wanted) { &[1.0, 2.0, 5.0] } else { &[1.0] };
    let every = (decades / (wanted.max(1) as f64 + 2.0)).ceil().max(1.0) as i32;
    let (first, last) = (low.log10().floor() as i32, high.log10().ceil() as i32);
    let ticks: Vec<f64> = (first..=last)
        .filter(|exponent| exponent.rem_euclid(every) == 0)
        .flat_map(|exponent| mantissas.iter().map(move |mantissa| rounded(mantissa * 10_f64.powi(exponent))))
        .filter(|tick| (low..=high).contains(tick))
        .collect();
    if ticks.len() < 3 && decades < 1.0 { linear(low, high, wanted) } else { ticks }
}

/// Whether a logarithmic axis over so many decades is marked at 2 and 5 times the powers of ten too.
pub(super) fn subdivided(decades: f64, wanted: usize) -> bool {
    decades * 3.0 <= wanted as f64 + 4.0
}

/// The smallest of 1, 2, 5 times a power of ten that isn't below `least`.
fn step(least: f64) -> f64 {
    let power = 10_f64.powf(least.log10().floor());
    let mantissa = [1.0, 2.0, 5.0].into_iter().find(|mantissa| mantissa * power >= least * (1.0 - 1e-9));
    mantissa.unwrap_or(10.0) * power
}

/// Without the last digits' noise of binary arithmetic: 0.3, not 0.30000000000000004.
fn rounded(value: f64) -> f64 {
    format!("{value:.12e}").parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn linear_ticks_step_by_one_two_or_five() {
        assert_eq!(linear(0.0, 104.0, 6), [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]);
        assert_eq!(linear(0.0, 1.0, 5), [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]);
        assert_eq!(linear(-1.0, 1.0, 4), [-1.0, -0.5, 0.0, 0.5, 1.0]);
    }

    #[test]
    fn log_ticks_are_subdivided_over_few_decades_only() {
        assert_eq!(log(8.0, 250.0, 6), [10.0, 20.0, 50.0, 100.0, 200.0]);
        assert_eq!(log(0.9, 110_000.0, 6), [1.0, 10.0, 100.0, 1e3, 1e4, 1e5]);
    }

    #[test]
    fn a_short_log_axis_gets_linear_ticks() {
        assert_eq!(log(100.0, 160.0, 6), [100.0, 110.0, 120.0, 130.0, 140.0, 150.0, 160.0]);
    }
}
