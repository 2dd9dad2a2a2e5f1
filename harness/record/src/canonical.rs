//! The canonical form: the same run is always the same bytes.

use crate::Run;
use serde_json::{Number, Value};
use std::{collections::BTreeMap, fmt::Write};

/// Numbers keep this many significant digits: more than any of these measurements can repeat.
pub const SIGNIFICANT_DIGITS: usize = 6;

/// Rounds to [`SIGNIFICANT_DIGITS`]; rounding twice changes nothing. Non-finite values come back as they are.
pub fn round_significant(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return if value == 0.0 { 0.0 } else { value };
    }
    format!("{value:.*e}", SIGNIFICANT_DIGITS - 1).parse().unwrap_or(value)
}

impl Run {
    /// Brings the run into canonical order: measurements by what they measured, every list that is a set sorted, all
    /// measurements identified, every float rounded.
    pub fn canonicalise(mut self) -> Self {
        for measurement in &mut self.measurements {
            measurement.id = measurement.identify(&self.id);
        }
        self.measurements.sort_by_cached_key(|measurement| (measurement.order(), measurement.id.clone()));
        self.changes.sort();
        self.changes.dedup();
        self.attempts.sort();
        self.attempts.dedup();
        self.unmapped.sort_by_cached_key(|unmapped| (unmapped.reason.clone(), unmapped.row.to_string()));
        self.unmapped.dedup();
        // Floats are rounded through the JSON value, so that no field can be forgotten.
        let rounded = rounded(serde_json::to_value(&self).unwrap_or_default());
        serde_json::from_value(rounded).unwrap_or(self)
    }

    /// The run as a file: keys in alphabetical order, one measurement a line so that a difference in version control
    /// is a difference in measurements, and a final newline.
    pub fn to_canonical_json(&self) -> String {
        let value = rounded(serde_json::to_value(self.clone().canonicalise()).unwrap_or_default());
        let mut text = String::from("{\n");
        let Value::Object(fields) = value else { return text };
        let last = fields.len().saturating_sub(1);
        for (index, (name, value)) in fields.iter().enumerate() {
            let _ = write!(text, "  {}: ", Value::from(name.as_str()));
            match value {
                Value::Array(rows) if !rows.is_empty() => {
                    let rows: Vec<String> = rows.iter().map(|row| format!("    {row}")).collect();
                    let _ = write!(text, "[\n{}\n  ]", rows.join(",\n"));
                }
                other => {
                    let _ = write!(text, "{other}");
                }
            }
            text.push_str(if index == last { "\n" } else { ",\n" });
        }
        text.push_str("}\n");
        text
    }
}

/// Rounds every float, writes whole ones without a fraction (so that `8` and `8.0` are one number), and sorts keys
/// even where another crate of the build has turned on serde_json's `preserve_order`.
pub(crate) fn rounded(value: Value) -> Value {
    match value {
        Value::Number(number) if number.is_f64() => {
            let float = number.as_f64().map(round_significant).unwrap_or_default();
            // Above 2^53 a float no longer holds every whole number, and stays a float.
            if float.fract() == 0.0 && float.abs() < 9e15 {
                Value::from(float as i64)
            } else {
                Number::from_f64(float).map_or(Value::Null, Value::Number)
            }
        }
        Value::Array(items) => items.into_iter().map(rounded).collect(),
        Value::Object(fields) => {
            let fields: BTreeMap<_, _> =
                fields.into_iter().map(|(name, value)| (name, rounded(value))).collect();
            fields.into_iter().collect()
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn six_significant_digits_whatever_the_size() {
        assert_eq!(round_significant(123_456_789.0), 123_457_000.0);
        assert_eq!(round_significant(0.000_012_345_678), 0.000_012_345_7);
        assert_eq!(round_significant(-0.0), 0.0);
        assert!(round_significant(f64::NAN).is_nan());
    }

    proptest! {
        #[test]
        fn rounding_twice_changes_nothing(value in any::<f64>()) {
            prop_assume!(value.is_finite());
            let once = round_significant(value);
            prop_assert_eq!(once.to_bits(), round_significant(once).to_bits());
            if value != 0.0 && once.is_finite() && value.is_normal() {
                prop_assert!((once / value - 1.0).abs() <= 5.1e-6);
            }
        }
    }
}
