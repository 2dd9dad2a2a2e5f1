//! A span of days, and the runs in it.

use super::Entry;
use jiff::civil::Date;
use record::Run;

/// Days from the first to the last, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    /// The first.
    pub from: Date,
    /// The last; never before the first.
    pub until: Date,
}

impl Days {
    /// The days of a month.
    pub fn month_of(day: Date) -> Self {
        Self { from: day.first_of_month(), until: day.last_of_month() }
    }

    /// Whether a run lies within. One whose day is only known as a span lies within where all of the span does.
    pub fn hold(&self, run: &Run) -> bool {
        self.from <= run.date && last_day(run) <= self.until
    }

    /// Whether a run was over before.
    pub fn follow(&self, run: &Run) -> bool {
        last_day(run) < self.from
    }

    /// Whether a run may lie within or not, since its day is only known as a span.
    pub fn may_hold(&self, run: &Run) -> bool {
        run.date <= self.until && self.from <= last_day(run) && !self.hold(run)
    }

    /// The measurements of these days, of whatever outcome.
    pub fn entries<'a>(self, runs: &'a [Run]) -> impl Iterator<Item = Entry<'a>> {
        runs.iter()
            .filter(move |run| self.hold(run))
            .flat_map(|run| run.measurements.iter().map(move |measurement| Entry { run, measurement }))
    }
}

/// The last day that a run can have happened on.
fn last_day(run: &Run) -> Date {
    run.date_until.unwrap_or(run.date)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::sample::run;

    #[test]
    fn a_run_is_before_within_after_or_may_be_within() {
        let day = |text: &str| -> Date { text.parse().expect("a day") };
        let days = Days::month_of(day("2026-05-15"));
        assert_eq!((days.from, days.until), (day("2026-05-01"), day("2026-05-31")));
        let told = |date: &str, until: Option<&str>| {
            let mut run = run("a", date, Vec::new());
            run.date_until = until.map(day);
            (days.follow(&run), days.hold(&run), days.may_hold(&run))
        };
        assert_eq!(told("2026-04-30", None), (true, false, false));
        assert_eq!(told("2026-05-01", None), (false, true, false));
        assert_eq!(told("2026-05-31", None), (false, true, false));
        assert_eq!(told("2026-06-01", None), (false, false, false));
        assert_eq!(told("2026-05-03", Some("2026-05-09")), (false, true, false));
        assert_eq!(told("2026-05-30", Some("2026-06-02")), (false, false, true));
        assert_eq!(told("2026-04-28", Some("2026-05-01")), (false, false, true));
    }
}
