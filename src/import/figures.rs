//! The figures of a row: latencies and throughput.

use super::{anomaly::Anomaly, row::Row, topology::Shape};
use record::{Distribution, Latency, Throughput, Topology};

/// Two figures of which one determines the other agree within this much (relative).
const EXACT: f64 = 1e-6;

/// Whether two figures are one, within `tolerance` (relative).
pub(crate) fn agree(left: f64, right: f64, tolerance: f64) -> bool {
    (left - right).abs() <= tolerance * left.abs().max(right.abs())
}

/// The summary of `metric` in flat keys such as `p99.9_ttft_ms`, where `unit` is `_ms` and `divisor` 1000.
pub(crate) fn distribution(row: &Row<'_>, metric: &str, unit: &str, divisor: f64) -> Option<Distribution> {
    from_statistics(|statistic| Some(row.amount(&format!("{statistic}_{metric}{unit}"))? / divisor))
}

/// The summary in an object of its own: `{mean, p50, …}`.
pub(crate) fn nested_distribution(row: &Row<'_>) -> Option<Distribution> {
    from_statistics(|statistic| row.amount(statistic))
}

fn from_statistics(figure: impl Fn(&str) -> Option<f64>) -> Option<Distribution> {
    let distribution = Distribution {
        count: None,
        mean: figure("mean").or_else(|| figure("avg")),
        std: figure("std"),
        min: figure("min"),
        max: figure("max"),
        p1: figure("p1"),
        p5: figure("p5"),
        p10: figure("p10"),
        p25: figure("p25"),
        p50: figure("median").or_else(|| figure("p50")),
        p75: figure("p75"),
        p90: figure("p90"),
        p95: figure("p95"),
        p99: figure("p99"),
        p99_9: figure("p99.9").or_else(|| figure("p99_9")),
    };
    (!distribution.is_empty()).then_some(distribution)
}

/// The latencies of flat keys. `decimals`: how many the source keeps, when it rounds.
pub(crate) fn latency(row: &Row<'_>, unit: &str, divisor: f64, decimals: Option<i32>) -> Latency {
    let of = |metric: &str| distribution(row, metric, unit, divisor);
    let tpot = of("tpot");
    if row.fields.contains_key("std_intvty") {
        // 1000 / std_tpot: the spread of a reciprocal is not the reciprocal of a spread.
        row.touch(&["std_intvty"]);
        *row.context.notes.borrow_mut().unstored_keys.entry(("any", "std_intvty".to_owned())).or_default() +=
            1;
    }
    let stated = from_statistics(|statistic| {
        (statistic != "std").then(|| row.amount(&format!("{statistic}_intvty"))).flatten()
    });
    let interactivity = interactivity(row, stated, tpot.as_ref(), decimals);
    let e2e = of("e2el").or_else(|| of("ttlt"));
    Latency { ttft: of("ttft"), tpot, itl: of("itl"), e2e, interactivity }
}

/// What of the stated interactivity must be kept: nothing where 1 / tpot says the same.
pub(crate) fn interactivity(
    row: &Row<'_>,
    stated: Option<Distribution>,
    tpot: Option<&Distribution>,
    decimals: Option<i32>,
) -> Option<Distribution> {
    let stated = Distribution { std: None, min: None, max: None, ..stated? };
    let percentiles: Vec<f64> = stated.percentiles().map(|(_, _, value)| value).collect();
    if percentiles.len() > 1 && percentiles.is_sorted() && percentiles.first() != percentiles.last() {
        row.context.anomaly(Anomaly::InteractivityFastSide);
        return None;
    }
    let half_step = decimals.map_or(0.0, |decimals| 0.5 * 10f64.powi(-decimals));
    let derived = |name: &str| {
        let tpot = tpot?.values().find(|(statistic, _)| *statistic == name)?.1;
        (tpot > 0.0).then_some(tpot)
    };
    let mut known_elsewhere = true;
    let mut disagrees = false;
    for (name, value) in stated.values() {
        match derived(name) {
            Some(tpot) => {
                let rounding = half_step / tpot + half_step / value.max(f64::MIN_POSITIVE);
                disagrees |= (tpot * value - 1.0).abs() > EXACT + 1.01 * rounding;
            }
            None => known_elsewhere = false,
        }
    }
    if disagrees {
        row.context.anomaly(Anomaly::InteractivityDisagrees);
    }
    (disagrees || !known_elsewhere).then_some(stated)
}

/// `None` instead of latencies of which none is known.
pub(crate) fn known(latency: Latency) -> Option<Latency> {
    (latency != Latency::default()).then_some(latency)
}

/// The throughput of a fixed-length row, from figures per accelerator. Corrects `shape` where both sides state all
/// accelerators, and says so in `notes`. `None` when the row has none or the accelerators aren't known.
pub(crate) fn throughput(row: &Row<'_>, shape: &mut Shape, notes: &mut Vec<String>) -> Option<Throughput> {
    let total = row.amount("tput_per_gpu");
    let (input, output) = (row.amount("input_tput_per_gpu"), row.amount("output_tput_per_gpu"));
    let sides = match &shape.topology {
        Topology::Disaggregated { prefill, decode } => Some((prefill.accelerators?, decode.accelerators?)),
        Topology::Aggregated(_) => None,
    };
    let all = f64::from(shape.accelerators?);
    let (prefill, decode) = sides.map_or((all, all), |(prefill, decode)| (prefill.into(), decode.into()));
    let mut throughput = Throughput {
        input: input.map(|input| input * prefill),
        output: output.map(|output| output * decode),
        total: total.map(|total| total * all),
        input_per_prefill_accelerator: sides.and(input),
        output_per_decode_accelerator: sides.and(output),
        ..Throughput::default()
    };
    if let (Some(input), Some(output), Some(sum)) = (throughput.input, throughput.output, throughput.total)
        && !agree(input + output, sum, EXACT)
    {
        throughput = Throughput { total: Some(sum), ..Throughput::default() };
        match sides.and_then(|sides| both_hold_the_total(sides, row)) {
            Some(prefill) => {
                row.context.anomaly(Anomaly::SidesHoldTheTotal);
                throughput.total = total.map(|total| total * decode);
                notes.push(share_the_total(shape, prefill));
            }
            None => {
                row.context.anomaly(Anomaly::SumDisagrees);
                notes.push(
                    "The source's input and output figures don't add up to its total; only the total is kept."
                        .into(),
                );
            }
        }
    }
    (throughput != Throughput::default()).then_some(throughput)
}

/// Where both sides state the same count, and the figures add up only if that is the number of all accelerators: how
/// many of them the figures say do prefill. From out·D + in·(N − D) = total·N.
fn both_hold_the_total((prefill, decode): (u32, u32), row: &Row<'_>) -> Option<u32> {
    let (input, output) = (row.number("input_tput_per_gpu")?, row.number("output_tput_per_gpu")?);
    let total = row.number("tput_per_gpu")?;
    let decoding = f64::from(prefill) * (total - input) / (output - input);
    let whole = decoding.round();
    let plausible = prefill == decode && whole >= 1.0 && whole < f64::from(prefill);
    (plausible && (decoding - whole).abs() < 1e-3).then(|| prefill - whole as u32)
}

/// Replaces the sides' counts by one for both; returns the remark for readers.
fn share_the_total(shape: &mut Shape, by_figures: u32) -> String {
    let Topology::Disaggregated { prefill, decode } = &mut shape.topology else { return String::new() };
    let all = decode.accelerators.take();
    prefill.accelerators = None;
    shape.accelerators = all;
    let all = all.unwrap_or_default();
    format!(
        "The source states {all} accelerators for prefill and {all} for decode, which is the number of both together; its \
         figures add up with {by_figures} for prefill and {} for decode. Only the total is kept.",
        all - by_figures
    )
}

#[cfg(test)]
mod tests {
    use super::super::row::Context;
    use super::*;
    use crate::{catalog::Names, import::notes::Notes};
    use record::{Parallelism, Side};
    use serde_json::{Value, json};
    use std::cell::RefCell;

    fn with_row<T>(value: &Value, look: impl FnOnce(&Row<'_>) -> T) -> (T, Notes) {
        let notes = RefCell::default();
        let names = Names::default();
        let context = Context { names: &names, place: "here".into(), notes: &notes, stand_in: false };
        let seen = look(&Row::new(value.as_object().expect("an object"), "test", &context));
        (seen, notes.take())
    }

    #[test]
    fn interactivity_is_kept_only_where_it_says_something_of_its_own() {
        let read = |value: &Value| with_row(value, |row| latency(row, "", 1.0, None).interactivity);
        let (kept, notes) =
            read(&json!({"mean_tpot": 0.02, "mean_intvty": 50.0, "std_tpot": 0.001, "std_intvty": 1e6}));
        assert_eq!(kept, None);
        assert!(notes.anomalies.is_empty());
        assert_eq!(notes.unstored_keys[&("any", "std_intvty".to_owned())], 1);
        let (kept, notes) = read(&json!({"mean_tpot": 0.02, "mean_intvty": 51.0}));
        assert_eq!(kept.and_then(|kept| kept.mean), Some(51.0));
        assert_eq!(notes.anomalies[&Anomaly::InteractivityDisagrees].count, 1);
        let (kept, _) = read(&json!({"p99_intvty": 40.0}));
        assert_eq!(kept.and_then(|kept| kept.p99), Some(40.0));
    }

    #[test]
    fn interactivity_that_rises_with_the_percentile_is_not_kept() {
        let row = json!({"p75_intvty": 50.0, "p90_intvty": 60.0, "p95_intvty": 70.0});
        let (kept, notes) = with_row(&row, |row| latency(row, "", 1.0, None).interactivity);
        assert_eq!(kept, None);
        assert_eq!(notes.anomalies[&Anomaly::InteractivityFastSide].count, 1);
    }

    fn disaggregated(prefill: u32, decode: u32) -> Shape {
        let side = |count| Side {
            accelerators: Some(count),
            parallelism: Parallelism::default(),
            ..Side::default()
        };
        let topology = Topology::Disaggregated { prefill: side(prefill), decode: side(decode) };
        Shape { accelerators: Some(prefill + decode), topology }
    }

    #[test]
    fn disaggregated_figures_become_those_of_the_whole_deployment() {
        // 4 prefill accelerators at 100, 12 decode ones at 10: 520 in all, 32.5 each.
        let row = json!({"tput_per_gpu": 32.5, "input_tput_per_gpu": 100.0, "output_tput_per_gpu": 10.0});
        let mut shape = disaggregated(4, 12);
        let (figures, _) = with_row(&row, |row| throughput(row, &mut shape, &mut Vec::new()));
        let figures = figures.expect("figures");
        assert_eq!((figures.input, figures.output, figures.total), (Some(400.0), Some(120.0), Some(520.0)));
        assert_eq!(figures.output_per_decode_accelerator, Some(10.0));
    }

    #[test]
    fn sides_that_both_state_the_total_lose_their_role_figures() {
        let row = json!({"tput_per_gpu": 32.5, "input_tput_per_gpu": 100.0, "output_tput_per_gpu": 10.0});
        let mut shape = disaggregated(16, 16);
        let mut remarks = Vec::new();
        let (figures, notes) = with_row(&row, |row| throughput(row, &mut shape, &mut remarks));
        assert_eq!(figures, Some(Throughput { total: Some(520.0), ..Throughput::default() }));
        assert_eq!(shape.accelerators, Some(16));
        assert_eq!(notes.anomalies[&Anomaly::SidesHoldTheTotal].count, 1);
        assert!(remarks[0].contains("4 for prefill and 12 for decode"), "{remarks:?}");
    }
}
