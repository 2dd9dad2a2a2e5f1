//! Numbers as people read them.

/// Suffixes of thousands, as on an axis. "B" is a billion, as in "120B".
const THOUSANDS: [(f64, &str); 4] = [(1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k")];

/// The label of a tick: `1k`, `20k`, `1.5M`, `0.05`. At most four significant digits.
pub(super) fn tick(value: f64) -> String {
    if value != 0.0 && value.abs() < 1e-4 {
        return format!("{value:e}");
    }
    let (unit, suffix) = THOUSANDS.into_iter().find(|(unit, _)| value.abs() >= *unit).unwrap_or((1.0, ""));
    format!("{}{suffix}", significant(value / unit, 4)).replace('-', "−")
}

/// A measured value as the site's tables write it, with a true minus sign.
pub(super) fn readable(value: f64) -> String {
    crate::format::figure(value).replace('-', "−")
}

/// A coordinate in a drawing: at most one decimal, which at the size of our drawings is finer than a screen's dots.
pub(super) fn coordinate(value: f64) -> String {
    let text = format!("{value:.1}");
    match text.strip_suffix(".0").unwrap_or(&text) {
        "-0" => "0".to_owned(),
        short => short.to_owned(),
    }
}

/// A count with its noun: "1 point", "2 points".
pub(super) fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", crate::format::count(count))
}

/// At most `digits` significant digits, all digits before the point, no trailing zeros.
fn significant(value: f64, digits: i32) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let magnitude = value.abs().log10().floor() as i32;
    let decimals = (digits - 1 - magnitude).max(0) as usize;
    let text = format!("{value:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_short() {
        let labels: Vec<String> =
            [0.0, 0.05, 2.5, 100.0, 1e3, 1250.0, 2e4, 1.5e6, 2e9, -500.0, 2e-5].map(tick).into();
        assert_eq!(labels, ["0", "0.05", "2.5", "100", "1k", "1.25k", "20k", "1.5M", "2B", "−500", "2e-5"]);
    }

    #[test]
    fn values_are_written_as_everywhere_on_the_site() {
        let values: Vec<String> = [12_345.6, 95.4567, 0.052_314, 1e6, -1234.0, 0.0].map(readable).into();
        assert_eq!(values, ["12,346", "95.5", "0.0523", "1,000,000", "−1,234", "0"]);
    }

    #[test]
    fn coordinates_have_one_decimal_at_most() {
        assert_eq!([12.04, 12.06, 100.0, -0.04].map(coordinate), ["12", "12.1", "100", "0"]);
    }
}
