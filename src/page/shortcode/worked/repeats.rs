//! The interval of a ratio from repeats, by Welch and by bootstrap, and the rank test beside it.

use super::{Step, Worked, number, percent, work};
use crate::{
    analysis::{
        Analysis, Claim, ENOUGH_TO_RESAMPLE, Entry, Metric, SAMPLING, SeriesKey, judge, metric_values,
        statistics::{Bca, Centre, Interval, Summary, WelchRatio, bca_ratio, mann_whitney, welch_ratio},
    },
    format,
    page::measurement::heading,
};

const METRIC: Metric = Metric::ThroughputPerAccelerator;

/// A measurement and its values, one a repeat.
type Repeated<'a> = (Entry<'a>, Vec<f64>);

/// Two measurements of one series that carry repeats: of all such pairs the one whose means lie closest together.
fn closest<'a>(analysis: &Analysis<'a>) -> Option<[Repeated<'a>; 2]> {
    let values = |entry: &Entry<'a>| metric_values(METRIC, entry.measurement, &analysis.economics);
    let repeated: Vec<Repeated<'a>> = analysis
        .entries(|_| true)
        .into_iter()
        .map(|entry| (entry, values(&entry)))
        .filter(|(_, values)| values.len() > 1)
        .collect();
    let distance = |pair: &[Repeated<'a>; 2]| {
        let [one, other] = pair.each_ref().map(|(_, values)| crate::analysis::statistics::mean(values));
        (one / other).ln().abs()
    };
    let pairs = repeated.iter().enumerate().flat_map(|(at, one)| {
        let alike = |other: &&Repeated<'a>| SeriesKey::of(&one.0) == SeriesKey::of(&other.0);
        repeated[at + 1..].iter().filter(alike).map(move |other| [one.clone(), other.clone()])
    });
    pairs.min_by(|a, b| distance(a).total_cmp(&distance(b)))
}

pub(super) fn repeats(analysis: &Analysis<'_>) -> Option<Worked> {
    let [(left, left_values), (right, right_values)] = closest(analysis)?;
    let (a, b) = (left_values.as_slice(), right_values.as_slice());
    let welch = welch_ratio(a, b, SAMPLING.confidence)?;
    let bca = bca_ratio(a, b, Centre::Mean, SAMPLING)?;
    let ratio = Summary::of(a)?.mean / Summary::of(b)?.mean;
    let mut steps = vec![side(analysis, &left, a)?, side(analysis, &right, b)?];
    steps.push(Step::new("Ratio of the means", "the first over the second", number(ratio)));
    steps.extend(by_welch(a.len(), b.len(), ratio, &welch));
    steps.extend(by_bootstrap(&bca));
    steps.extend(by_ranks(a, b));
    let few = a.len().min(b.len()) < ENOUGH_TO_RESAMPLE;
    let used = if few { welch.interval } else { bca.interval };
    let said = match judge(a, b, METRIC.better(), None).claim {
        Claim::Faster => "faster",
        Claim::Slower => "slower",
        Claim::WithinNoise => "within noise",
        Claim::NotComparable(_) => "not comparable",
    };
    let whose = if few {
        "Welch’s, the repeats being fewer than eight"
    } else {
        "the bootstrap’s, with eight repeats or more"
    };
    steps.push(Step::new("Verdict on the first", format!("{whose}: {} 1", holds(used)), said));
    Some(Worked {
        caption: format!("an interval from repeats, {}", work(analysis, &SeriesKey::of(&left))),
        of: Vec::new(),
        steps,
        conclusion: "Two loads of one series, in tok/s per accelerator: of all such pairs with repeats the one whose means lie closest together.".to_owned(),
    })
}

fn holds(interval: Interval) -> &'static str {
    if interval.contains(1.0) { "it holds" } else { "it does not hold" }
}

/// A side: its repeats, and what comes of them.
fn side(analysis: &Analysis<'_>, entry: &Entry<'_>, values: &[f64]) -> Option<Step> {
    let summary = Summary::of(values)?;
    let listed: Vec<String> = values.iter().map(|value| number(*value)).collect();
    let result = format!("mean {}, deviation {}", number(summary.mean), number(summary.variance().sqrt()));
    Some(Step::new(heading(analysis.catalog, entry.measurement), listed.join(", "), result).from(entry))
}

fn by_welch(left: usize, right: usize, ratio: f64, welch: &WelchRatio) -> [Step; 3] {
    let [a, b] = welch.errors.map(number);
    let sum = welch.errors[0] + welch.errors[1];
    [
        Step::new(
            "Squared relative errors of the means",
            "(deviation / mean)² / repeats",
            format!("{a} and {b}"),
        ),
        Step::new(
            "Degrees of freedom",
            format!("({a} + {b})² / ({a}² / {} + {b}² / {})", left - 1, right - 1),
            number(welch.degrees),
        ),
        Step::new(
            "95 % interval, Welch",
            format!(
                "{} · e^±({} · √{}), with Student’s t at 95 %",
                number(ratio),
                number(welch.t),
                number(sum)
            ),
            interval(welch.interval),
        ),
    ]
}

fn by_bootstrap(bca: &Bca) -> [Step; 3] {
    let [low, high] = bca.quantiles.map(percent);
    let resamples = format::count(SAMPLING.resamples);
    [
        Step::new(
            "Bias of the bootstrap",
            format!("normal quantile of the share of {resamples} resampled ratios below the ratio"),
            number(bca.bias),
        ),
        Step::new(
            "Its acceleration",
            "skewness of the influence of each repeat, over six",
            number(bca.acceleration),
        ),
        Step::new(
            "95 % interval, BCa bootstrap",
            format!("from {low} to {high} of the resampled ratios, by these two"),
            interval(bca.interval),
        ),
    ]
}

fn by_ranks(a: &[f64], b: &[f64]) -> Option<Step> {
    let test = mann_whitney(a, b)?;
    let how = format!("U = {} of {} pairs in which the first is greater", number(test.u), a.len() * b.len());
    Some(Step::new("Mann-Whitney", how, format!("p = {}", number(test.p))))
}

fn interval(interval: Interval) -> String {
    format!("{} to {}", number(interval.low), number(interval.high))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        analysis::{
            Basis,
            sample::{catalog, measurement, run},
        },
        config::Config,
    };
    use serde_json::json;

    /// What is worked out of two loads with these repeats.
    fn worked(loads: [&[f64]; 2]) -> Option<Worked> {
        let of_load = |(at, totals): (usize, &[f64])| {
            let repeats: Vec<_> =
                totals.iter().map(|total| json!({ "throughput": { "total": 8.0 * total } })).collect();
            measurement(
                &json!({ "id": format!("{at:016}"), "arrival": { "concurrency": at + 1 }, "repeats": repeats }),
            )
        };
        let config: Config = toml::from_str(include_str!("../../../../site.toml")).expect("settings");
        let measured = loads.into_iter().enumerate().map(of_load).collect();
        let catalog = catalog(vec![run("a", "2026-01-01", measured)]);
        repeats(&Analysis::new(&config, &catalog))
    }

    #[test]
    fn the_example_ends_in_the_verdict_that_a_comparison_gives() {
        let few: [&[f64]; 2] = [&[110.0, 111.0, 109.5, 110.4], &[100.0, 101.0, 99.5, 100.2]];
        let many: Vec<Vec<f64>> = few.iter().map(|values| [*values, *values].concat()).collect();
        for (loads, whose) in
            [(few, "95 % interval, Welch"), ([&many[0], &many[1]], "95 % interval, BCa bootstrap")]
        {
            let judgement = judge(loads[0], loads[1], METRIC.better(), None);
            let Basis::Repeats(decides, Some(test)) = judgement.basis else { panic!("{judgement:?}") };
            let steps = worked(loads).expect("two loads with repeats").steps;
            let result = |what: &str| &steps.iter().find(|step| step.what == what).expect(what).result;
            assert_eq!(*result(whose), interval(decides));
            assert_eq!(*result("Mann-Whitney"), format!("p = {}", number(test.p)));
            assert_eq!(*result("Verdict on the first"), "faster");
        }
    }

    #[test]
    fn loads_without_repeats_are_no_example() {
        assert!(worked([&[100.0], &[101.0]]).is_none());
    }
}
