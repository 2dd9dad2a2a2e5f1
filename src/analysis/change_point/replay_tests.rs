//! Whether a confirmed change holds as runs come in, and how small a step a short history can show.

use super::{score_tests::quick, *};
use crate::{
    analysis::{Economics, Trends, statistics::Random},
    catalog::PriceTier,
};

/// The page whose figures are those that are found here.
fn method() -> String {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(root.join("content/docs/method.md")).expect("the page on method")
}

fn confirmed(series: &[f64]) -> Vec<usize> {
    let points = change_points(series, &quick(&VoteSettings::default()));
    points.iter().filter(|point| point.class == Class::Confirmed).map(|point| point.index).collect()
}

#[test]
fn what_was_confirmed_in_the_committed_histories_holds() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let catalog = crate::catalog::load(root, false).expect("the committed content");
    let economics = Economics { edition: None, tier: PriceTier::Rental };
    let settings = quick(&VoteSettings::default());
    let Persistence { announced, standing } =
        Trends::with_settings(&catalog.runs, &economics, &settings).persistence;
    eprintln!("{standing} of {announced} stand");
    assert!(announced >= 50 && standing * 20 >= announced * 19, "{standing} of {announced} stand");
}

/// Throughput of configurations of three MI300-class accelerators, from `content/results`: a clear fall, and then one value, the
/// newest, that is far above all others.
#[test]
fn one_later_value_hides_no_earlier_step() {
    let histories: [&[f64]; 3] = [
        &[
            44.4304, 44.4124, 44.1535, 44.4134, 44.3779, 44.128, 34.8446, 34.8567, 35.1457, 38.8038, 39.8951,
            66.122,
        ],
        &[358.9, 374.0, 358.1, 371.6, 369.2, 371.3, 302.3, 296.5, 294.1, 273.9, 298.7, 377.0],
        &[
            43.1773, 43.2296, 43.199, 43.1609, 43.1878, 43.2029, 33.1029, 33.0735, 31.0492, 28.9349, 34.7471,
            51.4623,
        ],
    ];
    for history in histories {
        for count in 9..=history.len() {
            assert!(confirmed(&history[..count]).contains(&6), "{:?}", &history[..count]);
        }
    }
}

#[test]
fn a_level_that_comes_back_takes_a_change_back() {
    let mut random = Random::new(31);
    let mut level = |middle: f64, count: usize| -> Vec<f64> {
        (0..count).map(|_| middle * (1.0 + 0.003 * random.normal())).collect()
    };
    let mut series = [level(100.0, 6), level(90.0, 3)].concat();
    assert_eq!(confirmed(&series), [6]);
    series.extend(level(100.0, 8));
    let points = change_points(&series, &quick(&VoteSettings::default()));
    let there_and_back = points.iter().all(|point| point.index == 6 || point.index == 9);
    assert!(there_and_back, "{points:?}");
    let mut swing = [level(100.0, 6), level(95.0, 3)].concat();
    let announced = confirmed(&swing);
    swing.extend([97.0, 99.0, 100.0, 101.0, 100.0, 99.0, 100.0, 101.0]);
    assert!(!announced.is_empty() && !confirmed(&swing).contains(&announced[0]), "{:?}", confirmed(&swing));
}

/// The share of series with a confirmed change, at most one value from `at` where there is a step of so many deviations.
fn share(random: &mut Random, count: usize, step: f64, memory: f64) -> f64 {
    const DRAWS: usize = 200;
    let at = count / 2;
    let hits = (0..DRAWS).filter(|_| {
        let mut state = 0.0;
        let mut value = |place: usize| {
            state = memory * state + (1.0 - memory * memory).sqrt() * random.normal();
            100.0 + state + if place >= at { step } else { 0.0 }
        };
        let series: Vec<f64> = (0..count).map(&mut value).collect();
        confirmed(&series).iter().any(|place| step == 0.0 || place.abs_diff(at) <= 1)
    });
    hits.count() as f64 / DRAWS as f64
}

#[test]
fn what_a_short_history_can_show_is_what_the_page_on_method_says() {
    let method = method();
    let mut random = Random::new(77);
    let mut rows = Vec::new();
    for count in [8, 10, 14, 20, 30] {
        let shares = [3.0, 4.0, 5.0, 6.0, 8.0, 10.0].map(|step| share(&mut random, count, step, 0.0));
        let alarms = [0.0, 0.6, 0.9].map(|memory| share(&mut random, count, 0.0, memory));
        let percent = |share: &f64| format!("{:.0} %", share * 100.0);
        let found: Vec<String> = shares.iter().map(percent).collect();
        let alarmed: Vec<String> = alarms.iter().map(|share| format!("{:.1} %", share * 100.0)).collect();
        rows.push(format!("| {count} | {} | {} |", found.join(" | "), alarmed.join(" | ")));
    }
    let missing: Vec<&String> = rows.iter().filter(|row| !method.contains(*row)).collect();
    assert!(missing.is_empty(), "content/docs/method.md lacks {missing:#?}");
}
