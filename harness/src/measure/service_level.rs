//! Service levels: what a request must meet to count as good.

use super::{Clocking, Exchange};
use crate::{
    clock::{Nanos, seconds},
    duration,
};
use record::ServiceLevel;
use std::{fmt, str::FromStr};

/// Bounds on one request's latencies, in seconds.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ServiceLevels {
    ttft: Option<f64>,
    tpot: Option<f64>,
    e2e: Option<f64>,
}

impl FromStr for ServiceLevels {
    type Err = String;

    /// Reads `ttft:2s,tpot:50ms`.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut levels = Self::default();
        for part in text.split(',') {
            let (name, bound) =
                part.split_once(':').ok_or("write METRIC:BOUND, such as ttft:2s,tpot:50ms")?;
            let bound = Some(duration::parse(bound.trim())?.as_secs_f64());
            let level = match name.trim() {
                "ttft" => &mut levels.ttft,
                "tpot" => &mut levels.tpot,
                "e2e" => &mut levels.e2e,
                other => return Err(format!("`{other}` is not one of ttft, tpot and e2e")),
            };
            if std::mem::replace(level, bound).is_some() {
                return Err(format!("`{}` is there twice: give --goodput twice for two sets", name.trim()));
            }
        }
        Ok(levels)
    }
}

impl fmt::Display for ServiceLevels {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = [("ttft", self.ttft), ("tpot", self.tpot), ("e2e", self.e2e)];
        let parts: Vec<String> = named
            .into_iter()
            .filter_map(|(name, bound)| Some(format!("{name} {}", duration::show(bound?))))
            .collect();
        formatter.write_str(&parts.join(", "))
    }
}

impl ServiceLevels {
    /// How many of `exchanges` met every level, with the clock of `clocking`; `dropped` others met none.
    pub(crate) fn count<'a>(
        &self,
        exchanges: impl Iterator<Item = &'a Exchange>,
        clocking: Clocking,
        dropped: u64,
        duration_s: Option<f64>,
    ) -> ServiceLevel {
        let (mut met, mut of) = (0, dropped);
        for exchange in exchanges {
            met += u64::from(self.are_met(exchange, clocking.start(exchange)));
            of += 1;
        }
        ServiceLevel {
            ttft_s: self.ttft,
            tpot_s: self.tpot,
            e2e_s: self.e2e,
            met,
            of,
            goodput: duration_s.filter(|duration| *duration > 0.0).map(|duration| met as f64 / duration),
        }
    }

    /// Whether `counted` is a count of these levels; a record rounds its numbers.
    pub(crate) fn are_those_of(&self, counted: &ServiceLevel) -> bool {
        let round = |bound: Option<f64>| bound.map(record::round_significant);
        [self.ttft, self.tpot, self.e2e].map(round)
            == [counted.ttft_s, counted.tpot_s, counted.e2e_s].map(round)
    }

    /// Whether `exchange` met every level, with its clock starting at `start`.
    pub(crate) fn are_met(&self, exchange: &Exchange, start: Nanos) -> bool {
        let (Some(first), Some(last)) = (exchange.first, exchange.last) else { return false };
        let within = |bound: Option<f64>, value: f64| bound.is_none_or(|bound| value <= bound);
        let tpot =
            (exchange.output_tokens > 1).then(|| seconds(last - first) / (exchange.output_tokens - 1) as f64);
        exchange.is_complete()
            && within(self.ttft, seconds(first.saturating_sub(start)))
            && within(self.e2e, seconds(last.saturating_sub(start)))
            && tpot.is_none_or(|tpot| within(self.tpot, tpot))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::MILLISECOND;

    #[test]
    fn every_level_must_be_met() {
        let mut exchange = Exchange::example();
        exchange.first = Some(100 * MILLISECOND);
        exchange.last = Some(200 * MILLISECOND);
        exchange.output_tokens = 11;
        for (levels, met) in [
            ("ttft:100ms", true),
            ("ttft:99ms", false),
            ("ttft:1s,tpot:10ms", true),
            ("ttft:1s,tpot:9ms", false),
            ("e2e:199ms", false),
        ] {
            assert_eq!(levels.parse::<ServiceLevels>().unwrap().are_met(&exchange, 0), met, "{levels}");
        }
        let mut failed = exchange.clone();
        failed.failure = Some(super::super::Failure::Reset);
        let both = [exchange, failed];
        let levels: ServiceLevels = "ttft:100ms,tpot:10ms".parse().unwrap();
        let counted = levels.count(both.iter(), Clocking::Scheduled, 2, Some(0.5));
        assert_eq!((counted.met, counted.of, counted.goodput), (1, 4, Some(2.0)));
        assert_eq!(levels.to_string(), "ttft 100.0 ms, tpot 10.00 ms");
        assert!("p99:1s".parse::<ServiceLevels>().is_err());
        assert!("ttft".parse::<ServiceLevels>().is_err());
        assert!("ttft:1s,ttft:2s".parse::<ServiceLevels>().unwrap_err().contains("twice"));
    }
}
