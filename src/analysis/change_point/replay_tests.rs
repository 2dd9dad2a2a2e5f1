//! What becomes of a confirmed change as runs come in: the committed histories replayed run by run.

use super::{score_tests::quick, *};
use crate::analysis::{Economics, Trends};
use crate::catalog::PriceTier;
use rayon::prelude::*;

fn committed() -> Vec<Vec<f64>> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let catalog = crate::catalog::load(root, false).expect("the committed content");
    let economics = Economics { edition: None, tier: PriceTier::Rental };
    let trends = Trends::new(&catalog.runs, &economics);
    trends.histories().map(|(_, history)| history.values.clone()).collect()
}

#[test]
#[ignore]
fn explore() {
    let all = committed();
    let settings = quick(&VoteSettings::default());
    // announced, and per later runs: kept as of then
    let results: Vec<(usize, Vec<[usize; 3]>, usize, usize)> = all
        .par_iter()
        .map(|values| {
            let confirmed: Vec<Vec<ChangePoint>> =
                (0..=values.len()).map(|n| change_points(&values[..n], &settings)).collect();
            let is = |n: usize, index: usize, direction: Shift, class: bool| {
                confirmed[n].iter().any(|p| {
                    p.index.abs_diff(index) <= 3 && p.direction == direction && (!class || p.class == Class::Confirmed)
                })
            };
            let mut announced = 0;
            let mut kept = vec![[0; 3]; 6];
            let (mut gone, mut open) = (0, 0);
            for n in 5..values.len() {
                for p in confirmed[n].iter().filter(|p| p.class == Class::Confirmed) {
                    if (5..n).any(|m| is(m, p.index, p.direction, true)) {
                        continue;
                    }
                    announced += 1;
                    for k in 1..6 {
                        if n + k <= values.len() {
                            kept[k][0] += 1;
                            kept[k][1] += usize::from(is(n + k, p.index, p.direction, true));
                            kept[k][2] += usize::from(is(n + k, p.index, p.direction, false));
                        }
                    }
                    if !is(values.len(), p.index, p.direction, true) {
                        if is(values.len(), p.index, p.direction, false) { open += 1 } else { gone += 1; }
                        if std::env::var("SHOW").is_ok() {
                            let show = |n: usize| confirmed[n].iter().map(|p| format!("{}{:?}", p.index, p.class)).collect::<Vec<_>>().join(" ");
                            let digits = |v: &f64| format!("{v:.4}");
                            eprintln!("at {n}: {} {:?} p {:.1e} of {:?}\n   {}", p.index, p.direction, p.p, values.iter().map(digits).collect::<Vec<_>>().join(","), (n..=values.len()).map(|n| format!("[{n}: {}]", show(n))).collect::<Vec<_>>().join(" "));
                        }
                    }
                }
            }
            (announced, kept, open, gone)
        })
        .collect();
    let announced: usize = results.iter().map(|r| r.0).sum();
    eprintln!("{} histories, announced {announced}, later open {}, gone {}", all.len(), results.iter().map(|r| r.2).sum::<usize>(), results.iter().map(|r| r.3).sum::<usize>());
    for k in 1..6 {
        let s = |i: usize| results.iter().map(|r| r.1[k][i]).sum::<usize>();
        eprintln!("after {k} more: of {} kept {} seen {}", s(0), s(1), s(2));
    }
    let now: usize = all.iter().map(|v| change_points(v, &settings).iter().filter(|p| p.class == Class::Confirmed).count()).sum();
    eprintln!("confirmed today {now}");
}

#[test]
#[ignore]
fn power() {
    let settings = quick(&VoteSettings::default());
    let mut random = crate::analysis::statistics::Random::new(77);
    let mut found = |n: usize, at: usize, step: f64, rho: f64, draws: usize| {
        let mut hit = 0;
        for _ in 0..draws {
            let mut state = 0.0;
            let spread = (1.0 - rho * rho).sqrt();
            let series: Vec<f64> = (0..n)
                .map(|i| {
                    state = rho * state + spread * random.normal();
                    if rho >= 1.0 { state += random.normal(); }
                    100.0 + state + if i >= at { step } else { 0.0 }
                })
                .collect();
            let points = change_points(&series, &settings);
            hit += usize::from(points.iter().any(|p| p.class == Class::Confirmed && (step == 0.0 || p.index.abs_diff(at) <= 1)));
        }
        hit as f64 / draws as f64
    };
    for n in [8, 10, 14, 20, 30] {
        let row: Vec<String> = [3.0, 4.0, 5.0, 6.0, 8.0, 10.0].iter().map(|s| format!("{:.2}", found(n, n / 2, *s, 0.0, 200))).collect();
        eprintln!("n {n}: steps 3 4 5 6 8 10 sd: {}", row.join(" "));
    }
    for n in [6, 8, 11, 14, 20, 50] {
        let row: Vec<String> = [0.0, 0.4, 0.6, 0.8, 0.9, 1.0].iter().map(|r| format!("{:.3}", found(n, 0, 0.0, *r, 300))).collect();
        eprintln!("n {n}: alarms at rho 0 .4 .6 .8 .9 walk: {}", row.join(" "));
    }
}
