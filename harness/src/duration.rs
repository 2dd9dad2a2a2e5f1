//! Durations as people write them.

use std::time::Duration;

/// Reads `100ms`, `1.5s`, `250us`, `2m`, `1h`.
///
/// # Errors
/// What was written, and how to write it.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let wrong =
        || format!("`{text}` is not a duration: write a number and ns, us, ms, s, m or h, such as 100ms");
    let split = text.find(|character: char| character.is_ascii_alphabetic()).ok_or_else(wrong)?;
    let (number, unit) = text.split_at(split);
    let scale = match unit {
        "ns" => 1e-9,
        "us" => 1e-6,
        "ms" => 1e-3,
        "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return Err(wrong()),
    };
    let number: f64 = number.trim().parse().map_err(|_| wrong())?;
    if !(0.0..1e9).contains(&(number * scale)) {
        return Err(wrong());
    }
    Duration::try_from_secs_f64(number * scale).map_err(|_| wrong())
}

/// Writes seconds with the unit that fits and three or four digits.
pub(crate) fn show(seconds: f64) -> String {
    match seconds.abs() {
        size if size >= 100.0 => format!("{seconds:.0} s"),
        size if size >= 1.0 => format!("{seconds:.2} s"),
        size if size >= 0.1 => format!("{:.1} ms", seconds * 1e3),
        size if size >= 1e-3 => format!("{:.2} ms", seconds * 1e3),
        _ => format!("{:.1} us", seconds * 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_need_a_number_and_a_unit() {
        assert_eq!(parse("100ms"), Ok(Duration::from_millis(100)));
        assert_eq!(parse("1.5s"), Ok(Duration::from_millis(1500)));
        assert_eq!(parse("2m"), Ok(Duration::from_secs(120)));
        for bad in ["", "5", "ms", "-1s", "1 fortnight", "1e300h", "nans", "infs"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn seconds_are_shown_with_the_unit_that_fits() {
        assert_eq!(
            [0.000_012, 0.010_04, 0.1234, 2.5].map(show),
            ["12.0 us", "10.04 ms", "123.4 ms", "2.50 s"]
        );
    }
}
