//! Days on an axis: a day is its number, counted from 1970-01-01.

use jiff::{ToSpan as _, Unit, civil::Date};

const EPOCH: Date = Date::constant(1970, 1, 1);
/// So many labels `2026-01-31` fit under a drawing on a phone, and so many `2026-01`.
const MOST_DAYS: usize = 3;
const MOST_MONTHS: usize = 5;
/// Steps between ticks: in days where all is near, else in months.
const DAYS: [i32; 4] = [1, 2, 7, 14];
const MONTHS: [i32; 12] = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400];

/// The number of a day.
pub fn day_number(day: Date) -> f64 {
    // Whole days between two civil dates are exact, and every date lies within the range.
    EPOCH.until((Unit::Day, day)).map_or(0.0, |span| f64::from(span.get_days()))
}

/// The day that a number stands for; nothing for a number that is none's.
pub(super) fn day(number: f64) -> Option<Date> {
    let whole = number.round();
    let days = (whole.is_finite() && whole.abs() < 4e6).then_some(whole as i32)?;
    EPOCH.checked_add(days.days()).ok()
}

/// A day as people write it, `2026-01-31`.
pub(super) fn label(number: f64) -> String {
    day(number).map_or_else(|| "–".to_owned(), |day| day.to_string())
}

/// Days to mark between two days, ascending, and their labels: single days where all is near, else the first of months.
/// As many as fit.
pub(super) fn ticks(low: f64, high: f64) -> Vec<(f64, String)> {
    let days = DAYS.iter().map(|step| by_days(low, high, *step)).find(|ticks| ticks.len() <= MOST_DAYS);
    let months =
        || MONTHS.iter().map(|step| by_months(low, high, *step)).find(|ticks| ticks.len() <= MOST_MONTHS);
    days.or_else(months).unwrap_or_default()
}

fn by_days(low: f64, high: f64, step: i32) -> Vec<(f64, String)> {
    let numbers = (0..).map(|at: i32| low.ceil() + f64::from(at * step)).take_while(|number| *number <= high);
    // More than that are refused anyway.
    numbers.take(MOST_DAYS + 1).map(|number| (number, label(number))).collect()
}

fn by_months(low: f64, high: f64, step: i32) -> Vec<(f64, String)> {
    let (Some(first), Some(last)) = (day(low.ceil()), day(high.floor())) else { return Vec::new() };
    let month = |date: Date| i32::from(date.year()) * 12 + i32::from(date.month()) - 1;
    (month(first)..=month(last))
        .filter(|month| month.rem_euclid(step) == 0)
        .filter_map(|month| {
            Date::new((month.div_euclid(12)) as i16, (month.rem_euclid(12) + 1) as i8, 1).ok()
        })
        .map(|date| (day_number(date), format!("{:04}-{:02}", date.year(), date.month())))
        .filter(|(number, _)| (low..=high).contains(number))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn number(text: &str) -> f64 {
        day_number(text.parse().expect("a date"))
    }

    #[test]
    fn a_day_and_its_number_are_one() {
        assert_eq!((number("1970-01-01"), number("1970-02-01"), number("1969-12-31")), (0.0, 31.0, -1.0));
        assert_eq!(label(number("2026-02-28")), "2026-02-28");
        assert_eq!((label(f64::NAN), label(1e300)), ("–".to_owned(), "–".to_owned()));
    }

    #[test]
    fn half_a_year_is_marked_by_months_and_a_week_by_days() {
        let labels = |from: &str, to: &str| -> Vec<String> {
            ticks(number(from), number(to)).into_iter().map(|(_, label)| label).collect()
        };
        assert_eq!(labels("2025-12-08", "2026-06-11"), ["2026-01", "2026-03", "2026-05"]);
        assert_eq!(labels("2025-12-08", "2025-12-10"), ["2025-12-08", "2025-12-09", "2025-12-10"]);
        assert_eq!(labels("2025-12-08", "2025-12-08"), ["2025-12-08"]);
        assert_eq!(labels("2020-01-01", "2026-06-11").len(), 4);
    }

    proptest! {
        #[test]
        fn ticks_lie_inside_and_ascend(low in -100_000.0..100_000.0_f64, span in 0.0..200_000.0_f64) {
            let ticks = ticks(low, low + span);
            prop_assert!(ticks.len() <= MOST_MONTHS);
            prop_assert!(ticks.windows(2).all(|pair| pair[0].0 < pair[1].0), "{ticks:?}");
            prop_assert!(ticks.iter().all(|(number, _)| (low..=low + span).contains(number)), "{ticks:?}");
            prop_assert!(span < 62.0 || !ticks.is_empty(), "{low} {span}");
        }
    }
}
