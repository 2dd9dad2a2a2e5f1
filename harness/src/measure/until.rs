//! When a load has been repeated often enough.

use super::statistics::relative_half_width;
use record::Repeat;
use std::str::FromStr;

/// Two repeats can agree by chance; three rarely do.
const LEAST: usize = 3;

/// Repeat until the 95 % interval of a figure's mean over the repeats is within a share of that mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Until {
    metric: Metric,
    /// Half of the interval over the mean, 0 to 1.
    share: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Metric {
    Output,
    Ttft,
    Tpot,
    E2e,
}

impl FromStr for Until {
    type Err = String;

    /// Reads `output:2%`.
    fn from_str(text: &str) -> Result<Self, String> {
        let (metric, share) = text.split_once(':').ok_or("write METRIC:PERCENT, such as output:2%")?;
        let metric = match metric {
            "output" => Metric::Output,
            "ttft" => Metric::Ttft,
            "tpot" => Metric::Tpot,
            "e2e" => Metric::E2e,
            other => return Err(format!("`{other}` is not one of output, ttft, tpot and e2e")),
        };
        let percent: Option<f64> = share.strip_suffix('%').and_then(|percent| percent.trim().parse().ok());
        match percent {
            Some(percent) if percent > 0.0 && percent < 100.0 => Ok(Self { metric, share: percent / 100.0 }),
            _ => Err(format!("`{share}` is not a percentage such as 2%")),
        }
    }
}

impl Until {
    /// Whether `repeats` are enough.
    pub(crate) fn is_met(self, repeats: &[Repeat]) -> bool {
        let figures: Option<Vec<f64>> = repeats.iter().map(|repeat| self.metric.of(repeat)).collect();
        repeats.len() >= LEAST
            && figures
                .and_then(|figures| relative_half_width(&figures))
                .is_some_and(|half| half <= self.share)
    }
}

impl Metric {
    fn of(self, repeat: &Repeat) -> Option<f64> {
        let latency = repeat.latency.as_ref();
        match self {
            Self::Output => repeat.throughput.as_ref()?.output,
            Self::Ttft => latency?.ttft.as_ref()?.mean,
            Self::Tpot => latency?.tpot.as_ref()?.mean,
            Self::E2e => latency?.e2e.as_ref()?.mean,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use record::Throughput;

    #[test]
    fn it_takes_three_that_agree() {
        let until: Until = "output:2%".parse().unwrap();
        let repeats = |outputs: &[f64]| -> Vec<Repeat> {
            let of = |output| Throughput { output: Some(output), ..Throughput::default() };
            outputs
                .iter()
                .map(|output| Repeat { throughput: Some(of(*output)), ..Repeat::default() })
                .collect()
        };
        assert!(!until.is_met(&repeats(&[100.0, 100.0])));
        assert!(until.is_met(&repeats(&[100.0, 100.1, 99.9])));
        assert!(!until.is_met(&repeats(&[100.0, 110.0, 90.0])));
        assert!(!until.is_met(&[Repeat::default(), Repeat::default(), Repeat::default()]));
        for bad in ["output", "output:2", "speed:2%", "ttft:0%", "ttft:x%"] {
            assert!(bad.parse::<Until>().is_err(), "{bad}");
        }
    }
}
