//! What two accelerators' measurements of one workload say about each other: like with like first, then whatever each
//! does best, and never more than the measurements can carry.

use super::{
    Link,
    charts::day_words,
    measurement::configuration,
    table::{Cell, Column, Table},
};
use crate::{
    analysis::{
        Analysis, Answer, Claim, Compared, Entry, Level, Metric, Outcome, Point, ServingMethod,
        compare_at_levels, compare_like_with_like, outcome,
    },
    format, verdict,
};
use std::collections::BTreeSet;

const THROUGHPUT: Metric = Metric::ThroughputPerAccelerator;
const COST: Metric = Metric::CostPerMillionTokens;

/// The comparison of one workload.
pub(super) struct HeadToHead {
    /// The model, the workload and the precision, in words.
    pub(super) of: String,
    /// What the comparisons of like with like come to.
    throughput: Tally,
    cost: Tally,
    /// The speeds compared, in words.
    speeds: String,
    /// The findings, a sentence each.
    pub(super) findings: Vec<String>,
    /// What they rest on.
    pub(super) basis: Vec<String>,
    /// The tables behind them, as HTML.
    pub(super) tables: Vec<String>,
}

/// What the verdicts on one metric come to.
struct Tally {
    metric: Metric,
    outcome: Outcome,
    better: usize,
    worse: usize,
    even: usize,
    /// The least and the greatest ratio, in words.
    ratios: Option<String>,
}

impl Tally {
    fn of(levels: &[&Level<'_>], metric: Metric) -> Self {
        let count = |wanted: &Claim| {
            let verdicts = levels.iter().filter_map(|level| level.verdict(metric));
            verdicts.filter(|verdict| verdict.judgement.claim == *wanted).count()
        };
        Self {
            metric,
            outcome: outcome(levels.iter().copied(), metric),
            better: count(&Claim::Faster),
            worse: count(&Claim::Slower),
            even: count(&Claim::WithinNoise),
            ratios: range(levels.iter().copied(), metric),
        }
    }

    /// How many comparisons say something.
    fn compared(&self) -> usize {
        self.better + self.worse + self.even
    }

    fn cell(&self) -> Cell {
        let better = verdict::outcome(self.metric, Outcome::Better);
        let of = match self.outcome {
            Outcome::Depends => format!("{better} at {} of {} speeds, ", self.better, self.compared()),
            _ => String::new(),
        };
        let remark = self.ratios.as_ref().map_or_else(String::new, |ratios| format!("{of}{ratios}"));
        let class = verdict::outcome_class(self.outcome);
        Cell { class, ..Cell::text(verdict::outcome(self.metric, self.outcome)).remark(remark) }
    }
}

impl HeadToHead {
    /// Compares two sides' measurements of one workload.
    pub(super) fn of(
        analysis: &Analysis<'_>,
        names: [&str; 2],
        of: String,
        sides: &[Vec<Entry<'_>>; 2],
    ) -> Self {
        let like = compare_like_with_like(analysis, &sides[0], &sides[1]);
        let best = compare_at_levels(analysis, &sides[0], &sides[1]);
        let levels: Vec<&Level<'_>> = like.iter().flat_map(|(_, levels)| levels).collect();
        let mut found = Self {
            throughput: Tally::of(&levels, THROUGHPUT),
            cost: Tally::of(&levels, COST),
            speeds: speeds(&levels),
            findings: Vec::new(),
            basis: verdict::basis(
                levels
                    .iter()
                    .copied()
                    .chain(&best)
                    .filter_map(|level| level.verdict(THROUGHPUT))
                    .map(|it| &it.judgement),
            ),
            tables: Vec::new(),
            of,
        };
        for (method, levels) in &like {
            found.state(analysis, names, &method.words(), levels);
        }
        if like.is_empty() {
            found.findings.push(unlike(names, sides, best.is_empty()));
        }
        if !best.iter().all(Level::is_like_with_like) {
            found.state(analysis, names, "best of each, whatever the method", &best);
        }
        found
    }

    fn state(&mut self, analysis: &Analysis<'_>, names: [&str; 2], words: &str, levels: &[Level<'_>]) {
        self.findings.push(format!("{}: {}.", verdict::capitalised(words), finding(names, levels)));
        self.tables.push(table(analysis, names, &format!("{}, {words}", self.of), levels).html());
    }
}

/// The answer of the whole page: `B200 SXM is faster than MI355X in 7 of 9 shared workloads, within noise in 1 and not
/// comparable in 1.`, then what all speeds come to.
pub(super) fn summary(names: [&str; 2], all: &[&HeadToHead]) -> Vec<String> {
    let throughput: Vec<&Tally> = all.iter().map(|one| &one.throughput).collect();
    let cost: Vec<&Tally> = all.iter().map(|one| &one.cost).collect();
    if throughput.iter().all(|one| one.outcome == Outcome::NotComparable) {
        return vec![format!(
            "{} and {} share {} and can’t be compared in any: the reason stands with each.",
            names[0],
            names[1],
            format::plural(all.len(), "workload", "workloads"),
        )];
    }
    let of = match all.len() {
        1 => format!(" of the one workload that it shares with {}", names[1]),
        count => format!(" of the {count} workloads that it shares with {}", names[1]),
    };
    let first = format!("{} is {}.", names[0], counted(THROUGHPUT, &throughput, &of));
    let mut sentences = vec![first, speeds_in_all(&throughput)];
    let priced = cost.iter().any(|one| one.outcome != Outcome::NotComparable);
    sentences.extend(priced.then(|| format!("By cost it is {}.", counted(COST, &cost, ""))));
    sentences
}

/// `faster in 7 of the 9 workloads …, within noise in 1 and not comparable in 1`; `of` follows the first count.
fn counted(metric: Metric, tallies: &[&Tally], of: &str) -> String {
    let mut outcomes: Vec<Outcome> = tallies.iter().map(|one| one.outcome).collect();
    outcomes.sort();
    let words = |outcome: Outcome| match outcome {
        Outcome::Depends if metric == COST => "cheaper or dearer, by the speed,".to_owned(),
        Outcome::Depends => "faster or slower, by the speed,".to_owned(),
        other => verdict::outcome(metric, other).to_owned(),
    };
    let parts: Vec<String> = outcomes
        .chunk_by(|a, b| a == b)
        .enumerate()
        .map(|(at, same)| format!("{} in {}{}", words(same[0]), same.len(), if at == 0 { of } else { "" }))
        .collect();
    verdict::listed(&parts)
}

/// `Over all 44 speeds compared it is faster at 31, slower at 9 and within noise at 4.`
fn speeds_in_all(tallies: &[&Tally]) -> String {
    let sum = |pick: fn(&Tally) -> usize| tallies.iter().map(|one| pick(one)).sum::<usize>();
    let counts = [
        ("faster", sum(|it| it.better)),
        ("slower", sum(|it| it.worse)),
        ("within noise", sum(|it| it.even)),
    ];
    let parts: Vec<String> = counts
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(word, count)| format!("{word} at {count}"))
        .collect();
    format!(
        "Over all {} it is {}.",
        format::plural(sum(Tally::compared), "comparison at equal speed", "comparisons at equal speed"),
        verdict::listed(&parts)
    )
}

/// Every workload in a line.
pub(super) fn overview<'c>(all: impl Iterator<Item = (&'c HeadToHead, &'c str)>) -> Table {
    let rows = all
        .map(|(one, chart)| {
            vec![
                Cell::link(&one.of, format!("#{chart}-section")),
                one.throughput.cell(),
                one.cost.cell(),
                Cell::text(&one.speeds),
            ]
        })
        .collect();
    Table {
        caption:
            "Like with like at equal speed for each user: what the first is, with the ratios over the second"
                .to_owned(),
        columns: vec![
            Column::words("Workload"),
            Column::words("Throughput per accelerator"),
            Column::words("Cost per million tokens"),
            Column::words("Speeds compared, tok/s/user"),
        ],
        rows,
    }
}

/// Why nothing is like with like.
fn unlike(names: [&str; 2], sides: &[Vec<Entry<'_>>; 2], none_in_common: bool) -> String {
    if none_in_common {
        return "Not comparable: they have no interactivity in common at which both were measured."
            .to_owned();
    }
    let methods = |side: &[Entry<'_>]| -> String {
        let methods: BTreeSet<String> =
            side.iter().map(|entry| ServingMethod::of(entry.measurement).words()).collect();
        methods.into_iter().collect::<Vec<_>>().join("; ")
    };
    format!(
        "Not comparable like with like: {} was measured {}, {} {}.",
        names[0],
        methods(&sides[0]),
        names[1],
        methods(&sides[1])
    )
}

/// `B200 SXM is faster at 10, 50 and 75 tok/s/user (1.2× to 2.1×), slower at 30 (0.56×)`.
fn finding(names: [&str; 2], levels: &[Level<'_>]) -> String {
    let of_class = |class: &str| -> Vec<&Level<'_>> {
        let is = |level: &&Level<'_>| {
            level.verdict(THROUGHPUT).is_some_and(|it| verdict::claim_class(&it.judgement.claim) == class)
        };
        levels.iter().filter(is).collect()
    };
    let mut parts = Vec::new();
    for class in ["faster", "slower", "even", "unknown"] {
        let levels = of_class(class);
        let Some(first) = levels.first().and_then(|level| level.verdict(THROUGHPUT)) else { continue };
        let at: Vec<String> = levels.iter().map(|level| level.interactivity.to_string()).collect();
        let unit = if parts.is_empty() { " tok/s/user" } else { "" };
        let range = range(levels.iter().copied(), THROUGHPUT).map(|range| format!(" ({range})"));
        let reasons = verdict::reasons(&first.judgement).map(|reasons| format!(" ({reasons})"));
        parts.push(format!(
            "{} at {}{unit}{}",
            verdict::claim(THROUGHPUT, &first.judgement.claim),
            verdict::listed(&at),
            range.or(reasons).unwrap_or_default()
        ));
    }
    format!("{} is {}", names[0], parts.join(", "))
}

/// The least and the greatest ratio of comparable levels.
fn range<'l, 'a: 'l>(levels: impl IntoIterator<Item = &'l Level<'a>>, metric: Metric) -> Option<String> {
    let comparable = levels.into_iter().filter_map(|level| level.verdict(metric));
    let comparable = comparable.filter(|it| !matches!(it.judgement.claim, Claim::NotComparable(_)));
    let mut ratios: Vec<f64> = comparable.filter_map(|it| it.judgement.ratio).collect();
    ratios.sort_by(f64::total_cmp);
    let (least, most) = (verdict::ratio(*ratios.first()?), verdict::ratio(*ratios.last()?));
    Some(if least == most { least } else { format!("{least} to {most}") })
}

/// The speeds that are compared.
fn speeds(levels: &[&Level<'_>]) -> String {
    let mut speeds: Vec<f64> = levels.iter().map(|level| level.interactivity).collect();
    speeds.sort_by(f64::total_cmp);
    match speeds.as_slice() {
        [] => String::new(),
        [first, .., last] if first != last => format!("{first} to {last}"),
        [one, ..] => one.to_string(),
    }
}

fn table(analysis: &Analysis<'_>, names: [&str; 2], of: &str, levels: &[Level<'_>]) -> Table {
    let extra: Vec<Metric> = [COST, Metric::TimeToFirstToken, Metric::MeasuredEnergyPerToken]
        .into_iter()
        .filter(|metric| {
            let known =
                |level: &Level<'_>| level.verdict(*metric).is_some_and(|it| it.judgement.ratio.is_some());
            levels.iter().any(known)
        })
        .collect();
    let rows = levels.iter().map(|level| {
        let mut row = vec![Cell::text(format!("≥ {}", level.interactivity))];
        row.extend(level.verdict(THROUGHPUT).map(|it| judged(it, false)));
        row.extend([&level.left, &level.right].map(throughput));
        row.extend(extra.iter().filter_map(|metric| level.verdict(*metric)).map(|it| judged(it, true)));
        row.extend([&level.left, &level.right].map(|answer| Cell::default().remark(how(analysis, answer))));
        row
    });
    let mut columns = vec![
        Column::words("tok/s/user"),
        Column::figures("Throughput", "first over second"),
        Column::figures(names[0], "tok/s/accelerator"),
        Column::figures(names[1], "tok/s/accelerator"),
    ];
    columns.extend(extra.iter().map(|metric| Column::figures(short(*metric), metric.unit())));
    columns.extend(names.map(|name| Column::words(format!("{name}: how"))));
    Table {
        caption: format!(
            "{of}: the best of each at equal speed for each user. ≈ is interpolated, ◇ an estimate"
        ),
        rows: rows.collect(),
        columns,
    }
}

fn short(metric: Metric) -> &'static str {
    match metric {
        Metric::CostPerMillionTokens => "Cost",
        Metric::TimeToFirstToken => "First token, median",
        _ => "Measured board energy",
    }
}

/// The throughput of an answer: measured, or interpolated between its two neighbours.
fn throughput(answer: &Answer<'_>) -> Cell {
    let figure = format::figure(answer.throughput);
    let neighbour = |point: &Point<'_>| Link::new(format::figure(point.throughput), point.entry.href());
    match &answer.misses {
        None => Cell::link(figure, answer.keeps.entry.href()),
        Some(misses) => Cell {
            between: Some([neighbour(&answer.keeps), neighbour(misses)]),
            ..Cell::text(format!("≈ {figure}"))
        },
    }
}

/// `1.5× faster`, with the two values and what the verdict rests on in small print.
fn judged(compared: &Compared, with_values: bool) -> Cell {
    let judgement = &compared.judgement;
    let word = verdict::claim(compared.metric, &judgement.claim);
    let text = match judgement.ratio {
        Some(ratio) => format!("{} {word}", verdict::ratio(ratio)),
        None => String::new(),
    };
    let values = compared.left.zip(compared.right).filter(|_| with_values);
    let values =
        values.map(|(left, right)| format!("{} against {}", format::figure(left), format::figure(right)));
    let remarks: Vec<String> = [values, verdict::interval(judgement), verdict::reasons_beside(judgement)]
        .into_iter()
        .flatten()
        .collect();
    let remark = if text.is_empty() { String::new() } else { remarks.join("; ") };
    Cell::claim(text, &judgement.claim).remark(remark)
}

/// How an answer was reached, so that a ratio never stands without its conditions.
fn how(analysis: &Analysis<'_>, answer: &Answer<'_>) -> String {
    let speed = |point: &Point<'_>| format::figure(point.interactivity);
    let keeps = &answer.keeps;
    let Some(misses) = &answer.misses else {
        return format!(
            "{}, {}; {} tok/s/user, {}",
            framework(analysis, keeps),
            configuration(keeps.entry.measurement),
            speed(keeps),
            day_words(keeps.entry.run),
        );
    };
    let frameworks: BTreeSet<&str> = [misses, keeps].map(|point| framework(analysis, point)).into();
    let frameworks: Vec<&str> = frameworks.into_iter().collect();
    format!(
        "{}, interpolated from {} and {} tok/s/user",
        frameworks.join(" and "),
        speed(misses),
        speed(keeps)
    )
}

fn framework<'n>(analysis: &'n Analysis<'_>, point: &'n Point<'_>) -> &'n str {
    analysis.catalog.framework_name(&point.entry.measurement.framework.key)
}
