//! Charts of measurements: from groups of entries and two metrics to a [`Chart`].

use super::{measurement::configuration, percentile};
use crate::{
    analysis::{Analysis, Direction, Entry, Metric, Requests, frontier},
    chart::{Axis, Better, Chart, Kind, Point, Scale, Series, Style},
    format,
};
use record::{Measurement, Run, RunKind};

/// The measurements that one series of a chart shows.
pub(super) struct Group<'a> {
    /// Stable key of the series.
    pub key: String,
    /// Name in the legend.
    pub name: String,
    /// How it looks.
    pub style: Style,
    /// Its measurements.
    pub entries: Vec<Entry<'a>>,
}

/// What a scatter chart shows.
#[derive(Clone, Copy)]
pub(super) struct Scatter {
    /// Unique on the page.
    pub id: &'static str,
    /// The horizontal metric.
    pub x: Metric,
    /// The vertical metric.
    pub y: Metric,
    /// Whether measurements off the frontier are left out, and counted.
    pub frontier_only: bool,
}

impl Scatter {
    /// How many requests a point needs, where an axis is an extreme percentile.
    fn requests_needed(&self) -> Option<u64> {
        self.x.requests_needed().max(self.y.requests_needed())
    }
}

/// Draws `groups` on two metrics, each with its frontier.
pub(super) fn scatter(analysis: &Analysis<'_>, of: &str, what: &Scatter, groups: &[Group<'_>]) -> Chart {
    let mut counts = Counts::default();
    let series: Vec<Series> = groups
        .iter()
        .map(|group| series(analysis, what, group, &mut counts))
        .filter(|series| !series.points.is_empty())
        .collect();
    let values = |pick: fn(&Point) -> f64| -> Vec<f64> {
        series.iter().flat_map(|series| &series.points).map(pick).collect()
    };
    let (xs, ys) = (values(|point| point.x), values(|point| point.y));
    Chart {
        id: what.id.to_owned(),
        title: format!("{} against {}", what.y.name(), lower_first(what.x.name())),
        summary: summary(of, what, &series),
        notes: notes(analysis, what, &counts),
        x: axis(what.x, &xs),
        y: axis(what.y, &ys),
        kind: Kind::Scatter(series),
    }
}

#[derive(Default)]
struct Counts {
    all: usize,
    without_x: usize,
    without_y: usize,
    dominated: usize,
    /// Drawn points whose extreme percentile rests on fewer requests than it needs.
    few_requests: usize,
    /// Drawn points whose source doesn't say how many requests there were.
    unknown_requests: usize,
}

impl Counts {
    fn requests(&mut self, what: &Scatter, entry: &Entry<'_>) {
        let Some(needed) = what.requests_needed() else { return };
        match Requests::of(entry) {
            None => self.unknown_requests += 1,
            Some(requests) => self.few_requests += usize::from(requests.count() < needed),
        }
    }
}

fn series(analysis: &Analysis<'_>, what: &Scatter, group: &Group<'_>, counts: &mut Counts) -> Series {
    let economics = &analysis.economics;
    let mut points = Vec::new();
    for entry in &group.entries {
        counts.all += 1;
        let (x, y) = (what.x.value(entry.measurement, economics), what.y.value(entry.measurement, economics));
        counts.without_x += usize::from(x.is_none());
        counts.without_y += usize::from(y.is_none() && x.is_some());
        if let (Some(x), Some(y)) = (x, y) {
            counts.requests(what, entry);
            points.push(point(analysis, what, entry, x, y));
        }
    }
    points.sort_by(|a, b| (a.x.total_cmp(&b.x)).then(a.y.total_cmp(&b.y)).then(a.href.cmp(&b.href)));
    let places: Vec<(f64, f64)> = points.iter().map(|point| (point.x, point.y)).collect();
    let mut best = frontier(&places, what.x.better(), what.y.better());
    if what.frontier_only {
        counts.dominated += points.len() - best.len();
        points = best.iter().map(|&index| points[index].clone()).collect();
        best = (0..points.len()).collect();
    }
    Series { key: group.key.clone(), name: group.name.clone(), style: group.style, points, frontier: best }
}

fn point(analysis: &Analysis<'_>, what: &Scatter, entry: &Entry<'_>, x: f64, y: f64) -> Point {
    let measurement = entry.measurement;
    let framework = analysis.catalog.framework_name(&measurement.framework.key);
    let mut details = vec![
        ("Configuration".to_owned(), format!("{framework}, {}", configuration(measurement))),
        ("Run".to_owned(), day_words(entry.run)),
    ];
    details.extend(what.requests_needed().map(|needed| percentile::detail(needed, entry)));
    Point { x, y, label: point_label(measurement), href: entry.href(), details }
}

/// The load of a measurement, in words.
pub(super) fn point_label(measurement: &Measurement) -> String {
    match (measurement.arrival.concurrency, measurement.arrival.rate_per_s) {
        (Some(concurrency), _) => format!("concurrency {concurrency}"),
        (None, Some(rate)) => format!("{} req/s", format::figure(rate)),
        (None, None) => String::new(),
    }
}

fn axis(metric: Metric, values: &[f64]) -> Axis {
    let better = match metric.better() {
        Direction::Higher => Better::Higher,
        Direction::Lower => Better::Lower,
    };
    Axis {
        label: metric.name().to_owned(),
        unit: metric.unit().to_owned(),
        better,
        scale: Scale::for_values(values),
    }
}

/// One sentence on what is to be seen: what is drawn, which corner is good, and who has the best value upwards.
fn summary(of: &str, what: &Scatter, series: &[Series]) -> String {
    if series.is_empty() {
        return format!("{of}: no measurement has both figures.");
    }
    let vertical = if what.y.better() == Direction::Higher { "upper" } else { "lower" };
    let horizontal = if what.x.better() == Direction::Higher { "right" } else { "left" };
    let best = series
        .iter()
        .flat_map(|series| series.points.iter().map(move |point| (series, point)))
        .max_by(|(_, a), (_, b)| {
            what.y.better().signed(a.y).total_cmp(&what.y.better().signed(b.y)).then(b.href.cmp(&a.href))
        });
    let best = best.map_or_else(String::new, |(series, point)| {
        let extreme = if what.y.better() == Direction::Higher { "highest" } else { "lowest" };
        format!(
            " The {extreme} value is {} {}, {} at {}.",
            format::figure(point.y),
            what.y.unit(),
            series.name,
            point.label
        )
    });
    format!("{of}. Better is to the {vertical} {horizontal}; lines join each frontier.{best}")
}

fn notes(analysis: &Analysis<'_>, what: &Scatter, counts: &Counts) -> Vec<String> {
    let mut notes = Vec::new();
    for (missing, metric) in [(counts.without_x, what.x), (counts.without_y, what.y)] {
        if missing > 0 {
            let all = format::plural(counts.all, "measurement", "measurements");
            notes.push(format!(
                "{} of {all} have no {}.",
                format::count(missing),
                lower_first(metric.name())
            ));
        }
    }
    if let Some(needed) = what.requests_needed() {
        if counts.unknown_requests > 0 {
            let measurements = format::plural(counts.unknown_requests, "measurement", "measurements");
            notes.push(format!(
                "A p99 needs {needed} requests; of {measurements} the source doesn’t say how many there were."
            ));
        }
        if counts.few_requests > 0 {
            let measurements = format::plural(counts.few_requests, "measurement has", "measurements have");
            notes.push(format!(
                "{measurements} fewer than the {needed} requests that a p99 needs, counting ten for each slot where the source doesn’t say."
            ));
        }
    }
    if counts.dominated > 0 {
        let dominated = format::plural(counts.dominated, "dominated measurement", "dominated measurements");
        notes.push(format!("{dominated} not drawn; the pages by precision have all."));
    }
    if [what.x, what.y].iter().any(|metric| metric.needs_prices()) {
        notes.push(edition_note(analysis));
    }
    notes
}

/// Which prices and powers were used.
pub(super) fn edition_note(analysis: &Analysis<'_>) -> String {
    let tier = analysis.economics.tier.describe();
    match analysis.economics.edition {
        Some(edition) => format!(
            "Prices and provisioned power: edition of {} ({}), tier “{tier}”.",
            edition.effective, edition.source
        ),
        None => "There is no price book, so there is no cost and no provisioned power.".to_owned(),
    }
}

/// A word for measurements that the source's own project doesn't stand behind; nothing for those that it does.
pub(super) fn kind_words(kind: RunKind) -> Option<&'static str> {
    match kind {
        RunKind::Official => None,
        RunKind::Community => Some("community"),
        RunKind::Unofficial => Some("unofficial"),
    }
}

/// The day of a run, or the span that is known to hold it.
pub(super) fn day_words(run: &Run) -> String {
    run.date_until.map_or_else(|| run.date.to_string(), |until| format!("{} to {until}", run.date))
}

/// `Time to first token` in the middle of a sentence.
pub(super) fn lower_first(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        analysis::sample::{catalog, measurement, run},
        catalog::Catalog,
        config::Config,
    };
    use serde_json::{Value, json};

    const VIEW: Scatter = Scatter {
        id: "view",
        x: Metric::Interactivity,
        y: Metric::ThroughputPerAccelerator,
        frontier_only: false,
    };

    /// Three measurements, of which the second is dominated, and one without a tpot.
    fn measured() -> Catalog {
        let row = |id: &str, tpot: f64, total: f64| {
            measurement(&json!({
                "id": id,
                // A recipe each, so that they are configurations of their own.
                "framework": { "key": "sglang", "recipe": id },
                "latency": { "tpot": { "p50": tpot } },
                "throughput": { "total": total },
            }))
        };
        let unknown = measurement(&json!({ "id": "d", "latency": {} }));
        let rows = vec![row("c", 0.01, 800.0), row("b", 0.025, 1600.0), row("a", 0.02, 4000.0), unknown];
        catalog(vec![run("r", "2026-01-01", rows)])
    }

    fn draw(catalog: &Catalog, what: &Scatter) -> Chart {
        let config: Config = toml::from_str(include_str!("../../site.toml")).expect("settings");
        let analysis = Analysis::new(&config, catalog);
        let entries = analysis.entries(|_| true);
        let group = Group { key: "g".into(), name: "Group".into(), style: Style::default(), entries };
        scatter(&analysis, "Everything", what, &[group])
    }

    fn only_series(chart: &Chart) -> &Series {
        let Kind::Scatter(series) = &chart.kind else { panic!("no scatter") };
        &series[0]
    }

    #[test]
    fn points_lie_in_order_and_the_dominated_one_is_off_the_frontier() {
        let chart = draw(&measured(), &VIEW);
        let series = only_series(&chart);
        let places: Vec<(f64, f64)> = series.points.iter().map(|point| (point.x, point.y)).collect();
        assert_eq!(places, [(40.0, 200.0), (50.0, 500.0), (100.0, 100.0)]);
        assert_eq!(series.frontier, [1, 2]);
        assert_eq!(series.points[0].href, "/runs/r/#m-b");
        assert_eq!(series.points[0].label, "concurrency 16");
    }

    #[test]
    fn what_is_not_drawn_is_counted_in_the_notes() {
        let all = draw(&measured(), &VIEW);
        assert_eq!(all.notes, ["1 of 4 measurements have no interactivity, median."]);
        let frontier = draw(&measured(), &Scatter { frontier_only: true, ..VIEW });
        assert_eq!(only_series(&frontier).points.len(), 2);
        assert_eq!(only_series(&frontier).frontier, [0, 1]);
        assert!(frontier.notes.iter().any(|note| note.starts_with("1 dominated measurement not drawn")));
    }

    #[test]
    fn without_a_price_there_is_no_point_and_the_note_says_why() {
        let chart = draw(&measured(), &Scatter { y: Metric::CostPerMillionTokens, ..VIEW });
        assert_eq!(chart.summary, "Everything: no measurement has both figures.");
        assert!(chart.notes.iter().any(|note| note.contains("no price book")), "{:?}", chart.notes);
        assert_eq!(chart.kind, Kind::Scatter(Vec::new()));
    }

    #[test]
    fn the_summary_says_which_corner_is_good_and_what_is_best() {
        let higher = draw(&measured(), &VIEW).summary;
        assert!(higher.contains("upper right"), "{higher}");
        assert!(higher.ends_with("The highest value is 500 tok/s/accelerator, Group at concurrency 16."));
        let lower =
            draw(&measured(), &Scatter { x: Metric::TimeToFirstToken, y: Metric::EndToEndLatency, ..VIEW });
        assert_eq!(lower.summary, "Everything: no measurement has both figures.");
        assert_eq!((lower.x.better, lower.y.better), (Better::Lower, Better::Lower));
    }

    #[test]
    fn an_open_workload_is_labelled_by_its_rate_and_an_unknown_one_by_nothing() {
        let label = |arrival: Value| {
            let rows = vec![measurement(&json!({ "arrival": arrival }))];
            let chart = draw(&catalog(vec![run("r", "2026-01-01", rows)]), &VIEW);
            only_series(&chart).points[0].label.clone()
        };
        assert_eq!(label(json!({ "rate_per_s": 2.5 })), "2.5 req/s");
        assert_eq!(label(json!({})), "");
    }

    #[test]
    fn a_name_in_the_middle_of_a_sentence_starts_small() {
        assert_eq!(lower_first("Time to first token"), "time to first token");
        assert_eq!((lower_first(""), lower_first("Édit")), (String::new(), "édit".to_owned()));
    }
}
