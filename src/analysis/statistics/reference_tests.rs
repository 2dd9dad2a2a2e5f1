//! Every statistic against the implementations that others rely on: scipy, asv, Otava, MLPerf's rule, rustc-perf.

use super::*;
use crate::analysis::golden::{elements, fixture, number, numbers, shared};
use serde_json::Value;

const EXACT: f64 = 1e-9;
const NORMAL: f64 = 1e-6;

fn close(found: f64, expected: f64, within: f64) {
    assert!((found - expected).abs() <= within, "{found} is not {expected}");
}

fn check(vectors: &Value) {
    elements(&vectors["mann_whitney"]).iter().for_each(check_mann_whitney);
    elements(&vectors["t_tests"]).iter().for_each(check_t);
    elements(&vectors["quantile_ci"]).iter().for_each(check_quantile);
    for case in elements(&vectors["mlperf_early_stopping_d0_c0.99"]) {
        let over = case["overlatency_t"].as_u64().expect("a count");
        let needed = underlatency_needed(number(&case["p"]), over, 0.99);
        assert_eq!(needed, case["min_underlatency_h"].as_u64());
        assert_eq!(needed.map(|under| under + over), case["min_total_queries"].as_u64());
    }
    for case in elements(&vectors["rustc_perf_threshold_port"]) {
        let fence = change_fence(&numbers(&case["history"])).expect("a fence");
        close(fence.first_quartile, number(&case["q1"]), EXACT);
        close(fence.third_quartile, number(&case["q3"]), EXACT);
        close(fence.threshold(), number(&case["threshold"]), EXACT);
    }
}

fn check_mann_whitney(case: &Value) {
    let (x, y) = (numbers(&case["x"]), numbers(&case["y"]));
    let found = mann_whitney(&x, &y).expect("tested");
    close(found.u, number(&case["scipy_U"]), 0.0);
    let within = if case["scipy_method"] == "exact" { EXACT } else { NORMAL };
    close(found.p, number(&case["scipy_p"]), within);
    // asv counts a tie as a whole, and takes the normal approximation without corrections above 20 values.
    if x.len().max(y.len()) > 20 {
        close(mann_whitney_normal(&x, &y, false).expect("tested").p, number(&case["asv_p"]), NORMAL);
    } else {
        close(
            exact_two_sided(number(&case["asv_u"]) as usize, x.len(), y.len()),
            number(&case["asv_p"]),
            EXACT,
        );
    }
}

fn check_t(case: &Value) {
    let (x, y) = (numbers(&case["x"]), numbers(&case["y"]));
    close(student_t(&x, &y).expect("tested").p, number(&case["student_p"]), EXACT);
    close(welch_t(&x, &y).expect("tested").p, number(&case["welch_p"]), EXACT);
    let side = |values: &[f64]| {
        let summary = Summary::of(values).expect("values");
        (summary.mean, summary.population_deviation(), summary.count)
    };
    let otava = student_t_from_summaries(side(&x), side(&y)).expect("tested");
    close(otava.p, number(&case["otava_p_ddof0_pooled"]), EXACT);
}

fn check_quantile(case: &Value) {
    let x = numbers(&case["x"]);
    let same = |found: Option<f64>, expected: &Value| assert_eq!(found, expected.as_f64());
    let middle = quantile_interval(&x, 0.5, 0.99).expect("values");
    close(middle.value, number(&case["median"]), EXACT);
    same(middle.low, &case["ci99"][0]);
    same(middle.high, &case["ci99"][1]);
    let tail = quantile_interval(&x, 0.9, 0.95).expect("values");
    close(tail.value, number(&case["p90"]), EXACT);
    same(tail.low, &case["p90_ci95"][0]);
    same(tail.high, &case["p90_ci95"][1]);
}

#[test]
fn the_committed_vectors_are_met() {
    check(&fixture("statistics_vectors.json"));
}

#[test]
fn all_vectors_are_met() {
    if let Some(vectors) = shared("golden/statistics_vectors.json") {
        check(&vectors);
    }
}
