//! What is watched, by which direction, and what poor histories give.

use super::{
    Configuration, FEWEST_RUNS, Metric, Trends, Turn, WATCHED,
    change_point::Class,
    sample::{UNPRICED, measurement, run},
};
use record::Run;
use serde_json::json;

/// One configuration, run by run; each run states what `fields` makes of its number.
fn runs(count: usize, fields: impl Fn(usize) -> serde_json::Value) -> Vec<Run> {
    (0..count)
        .map(|at| {
            let mut row = measurement(&fields(at));
            row.id = format!("m{at:05}");
            let day = jiff::civil::date(2025, 1, 1).checked_add(jiff::Span::new().days(at as i64));
            run(&format!("r{at:05}"), &day.expect("a day").to_string(), vec![row])
        })
        .collect()
}

/// Values with a little noise, so that medians and deviations are what they are in life.
fn about(value: f64, at: usize) -> f64 {
    value * (1.0 + 0.002 * (at % 3) as f64)
}

fn throughput(total: f64) -> serde_json::Value {
    json!({ "throughput": { "total": total }, "latency": {} })
}

fn only<'t, 'a>(trends: &'t Trends<'a>) -> &'t Configuration<'a> {
    let configurations: Vec<_> = trends.configurations().collect();
    assert_eq!(configurations.len(), 1);
    configurations[0].1
}

#[test]
fn a_step_is_confirmed_between_its_two_measurements_with_its_levels() {
    let runs = runs(16, |at| throughput(about(if at < 8 { 8000.0 } else { 6000.0 }, at)));
    let trends = Trends::new(&runs, &UNPRICED);
    let changes = trends.confirmed();
    assert_eq!(changes.len(), 1);
    let change = changes[0].1;
    assert_eq!((change.before.run.id.as_str(), change.after.run.id.as_str()), ("r00007", "r00008"));
    assert_eq!(change.levels, [0..8, 8..16]);
    assert_eq!((change.metric, change.turn()), (Metric::ThroughputPerAccelerator, Turn::Regression));
}

#[test]
fn each_metric_turns_by_its_own_direction() {
    let worse = |at: usize| {
        let after = at >= 8;
        let [total, tpot, ttft] =
            if after { [6000.0, 0.03, 2.0] } else { [8000.0, 0.02, 1.0] }.map(|value| about(value, at));
        json!({ "throughput": { "total": total }, "latency": { "tpot": { "p50": tpot }, "ttft": { "p50": ttft } } })
    };
    let (mut forwards, mut backwards) = (runs(16, worse), runs(16, |at| worse(15 - at)));
    for (runs, turn) in [(&mut forwards, Turn::Regression), (&mut backwards, Turn::Improvement)] {
        let trends = Trends::new(runs, &UNPRICED);
        let mut found: Vec<_> =
            trends.confirmed().into_iter().map(|(_, change)| (change.metric, change.turn())).collect();
        found.sort();
        let mut all = WATCHED.map(|metric| (metric, turn));
        all.sort();
        assert_eq!(found, all);
    }
}

#[test]
fn an_id_follows_from_metric_and_measurements_and_never_from_a_position() {
    let step = |at: usize| throughput(about(if at < 8 { 8000.0 } else { 6000.0 }, at));
    let all = runs(24, step);
    let id = |runs: &[Run]| -> String { Trends::new(runs, &UNPRICED).confirmed()[0].1.id.clone() };
    let whole = id(&all);
    assert_eq!(whole.len(), 12);
    assert_eq!(id(&all[..16]), whole, "runs that come later");
    assert_eq!(id(&all[2..]), whole, "runs that are not there any more");
    let mut other = runs(24, step);
    for run in &mut other {
        run.measurements[0].id.push('x');
    }
    assert_ne!(id(&other), whole);
}

#[test]
fn too_few_runs_are_not_watched_and_equal_ones_never_changed() {
    for count in 0..FEWEST_RUNS {
        let runs = runs(count, |at| throughput(1000.0 * (at + 1) as f64));
        assert!(Trends::new(&runs, &UNPRICED).series.is_empty(), "{count}");
    }
    for count in [5, 6, 50] {
        let runs = runs(count, |_| throughput(8000.0));
        let trends = Trends::new(&runs, &UNPRICED);
        assert_eq!(only(&trends).histories.len(), 1, "what no run states has no history");
        assert!(trends.changes().is_empty(), "{count}");
    }
}

#[test]
fn runs_of_one_day_are_all_points_and_their_order_is_that_of_their_ids() {
    let mut runs = runs(8, |at| throughput(about(8000.0, at)));
    for run in &mut runs {
        run.date = jiff::civil::date(2025, 1, 1);
    }
    let trends = Trends::new(&runs, &UNPRICED);
    let ids: Vec<&str> =
        only(&trends).histories[0].entries.iter().map(|entry| entry.run.id.as_str()).collect();
    assert_eq!(ids.len(), 8);
    assert!(ids.is_sorted());
}

#[test]
fn what_failed_was_withdrawn_or_is_not_a_number_is_no_point() {
    let mut runs = runs(12, |at| throughput(about(8000.0, at)));
    runs[1].measurements[0].outcome = record::Outcome::Timeout;
    runs[2].retracted =
        serde_json::from_value(json!({ "when": "2025-02-01", "why": "clocks" })).expect("why");
    if let Some(throughput) = &mut runs[3].measurements[0].throughput {
        throughput.total = Some(f64::NAN);
    }
    if let Some(throughput) = &mut runs[4].measurements[0].throughput {
        throughput.total = None;
    }
    let trends = Trends::new(&runs, &UNPRICED);
    assert_eq!(only(&trends).histories[0].values.len(), 8);
    assert!(trends.changes().is_empty());
}

#[test]
fn a_wrong_unit_is_a_departure_and_no_confirmed_change() {
    // Tokens a minute for once, where all others are a second.
    let runs = runs(16, |at| throughput(about(if at == 10 { 480_000.0 } else { 8000.0 }, at)));
    let trends = Trends::new(&runs, &UNPRICED);
    assert!(trends.confirmed().is_empty());
    let departures = only(&trends).histories[0].departures();
    assert_eq!(departures.iter().map(|found| found.index).collect::<Vec<_>>(), [10]);
}

#[test]
fn of_ten_thousand_runs_the_newest_hundred_are_looked_at() {
    let runs = runs(10_000, |at| throughput(about(if at < 9_950 { 8000.0 } else { 6000.0 }, at)));
    let trends = Trends::new(&runs, &UNPRICED);
    assert_eq!(only(&trends).histories[0].values.len(), 100);
    assert_eq!(trends.confirmed().len(), 1);
    assert_eq!(trends.confirmed()[0].1.after.run.id, "r09950");
}

#[test]
fn a_change_from_nothing_has_no_ratio_and_a_finite_story() {
    let runs = runs(16, |at| throughput(if at < 8 { 0.0 } else { about(6000.0, at) }));
    let trends = Trends::new(&runs, &UNPRICED);
    for (_, change) in trends.changes() {
        assert_eq!(change.point.interval, None);
        assert!(change.point.before.is_finite() && change.point.after.is_finite());
    }
}

#[test]
fn committed_changes_lie_between_neighbours_in_time_and_have_an_id_each() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let catalog = crate::catalog::load(root, false).expect("the committed content");
    let trends = Trends::new(&catalog.runs, &UNPRICED);
    let changes = trends.changes();
    let ids: std::collections::BTreeSet<&str> =
        changes.iter().map(|(_, change)| change.id.as_str()).collect();
    assert_eq!(ids.len(), changes.len());
    for (_, configuration) in trends.configurations() {
        for history in &configuration.histories {
            let days: Vec<_> = history.entries.iter().map(|entry| entry.run.date).collect();
            assert!(days.is_sorted() && history.values.iter().all(|value| value.is_finite()));
        }
    }
    let explained = trends.confirmed().iter().filter(|(_, change)| !change.candidates.is_empty()).count();
    eprintln!(
        "{} configurations, {} changes, {} confirmed, {explained} of them with a candidate for the cause",
        trends.configurations().count(),
        changes.len(),
        trends.confirmed().len(),
    );
    assert!(explained > 0 && changes.iter().any(|(_, change)| change.point.class == Class::Confirmed));
}
