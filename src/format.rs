//! Figures as readers see them, and cells as spreadsheets may.

use std::borrow::Cow;

/// A figure with three significant digits, thousands separated: `25,000`, `164`, `1.35`, `0.00123`.
pub fn figure(value: f64) -> String {
    significant(value, 3)
}

/// A figure with `digits` significant digits. Whole digits are never cut: 25,013.3 stays `25,013`.
pub fn significant(value: f64, digits: i32) -> String {
    if !value.is_finite() {
        return "not known".to_owned();
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    let magnitude = value.abs().log10().floor() as i32 + 1;
    let decimals = (digits - magnitude).max(0) as usize;
    let text = format!("{value:.decimals$}");
    let text = match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.'),
        false => &text,
    };
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, part)| (whole, Some(part)));
    let whole = grouped(whole);
    fraction.map_or(whole.clone(), |fraction| format!("{whole}.{fraction}"))
}

/// A count with thousands separated.
pub fn count(value: usize) -> String {
    grouped(&value.to_string())
}

/// A number of bytes, in decimal units.
pub fn bytes(value: usize) -> String {
    match value {
        0..1_000 => format!("{value} B"),
        1_000..1_000_000 => format!("{} kB", significant(value as f64 / 1e3, 3)),
        _ => format!("{} MB", significant(value as f64 / 1e6, 3)),
    }
}

/// `1 run`, `2 runs`.
pub fn plural(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// Text that no spreadsheet runs: what starts like a formula and isn't a number gets an apostrophe in front.
pub fn spreadsheet_safe(text: &str) -> Cow<'_, str> {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.parse::<f64>().is_err();
    if formula { format!("'{text}").into() } else { text.into() }
}

fn grouped(digits: &str) -> String {
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |digits| ("-", digits));
    let mut text = sign.to_owned();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_significant_digits_and_never_fewer_whole_ones() {
        let cases = [
            (25_013.3, "25,013"),
            (1_234_567.0, "1,234,567"),
            (163.881, "164"),
            (16.3881, "16.4"),
            (1.35, "1.35"),
            (0.163_881, "0.164"),
            (0.001_234_5, "0.00123"),
            (10.0, "10"),
            (0.0, "0"),
            (-1500.0, "-1,500"),
            (999.96, "1,000"),
        ];
        for (value, text) in cases {
            assert_eq!(figure(value), text, "{value}");
        }
        assert_eq!(figure(f64::NAN), "not known");
    }

    #[test]
    fn sizes_and_counts_read_naturally() {
        assert_eq!(bytes(999), "999 B");
        assert_eq!(bytes(12_340), "12.3 kB");
        assert_eq!(bytes(3_500_000), "3.5 MB");
        assert_eq!(plural(1, "run", "runs"), "1 run");
        assert_eq!(plural(2859, "measurement", "measurements"), "2,859 measurements");
    }
}
