//! Generated series with known changes, seeded: what the vote's settings are chosen on.

use crate::analysis::statistics::Random;

/// A generated series and where it changes.
pub(super) struct Synthetic {
    pub(super) name: String,
    pub(super) values: Vec<f64>,
    pub(super) changes: Vec<usize>,
}

/// Levels (as shares of 100) from each start on, with normal noise of deviation `noise` (a share).
fn steps(name: &str, count: usize, levels: &[(usize, f64)], noise: f64, random: &mut Random) -> Synthetic {
    let level =
        |at: usize| levels.iter().rev().find(|(start, _)| *start <= at).map_or(1.0, |(_, level)| *level);
    let values = (0..count).map(|at| 100.0 * level(at) * (1.0 + noise * random.normal())).collect();
    Synthetic {
        name: name.to_owned(),
        values,
        changes: levels.iter().skip(1).map(|(start, _)| *start).collect(),
    }
}

/// Series that change.
pub(super) fn changing(seed: u64) -> Vec<Synthetic> {
    let mut random = Random::new(seed);
    let random = &mut random;
    let mut all = Vec::new();
    for noise in [0.005, 0.01, 0.02, 0.05] {
        for step in [0.05, 0.1, 0.25] {
            if step >= 2.0 * noise {
                all.push(steps(
                    &format!("step {step} in {noise}"),
                    120,
                    &[(0, 1.0), (60, 1.0 + step)],
                    noise,
                    random,
                ));
                let down = [(0, 1.0), (9, 1.0 - step)];
                if step >= 4.0 * noise {
                    all.push(steps(&format!("short {step} in {noise}"), 20, &down, noise, random));
                }
            }
        }
    }
    all.push(steps(
        "staircase",
        150,
        &[(0, 1.0), (30, 1.1), (60, 1.2), (95, 1.35), (120, 1.5)],
        0.01,
        random,
    ));
    all.push(steps("there and back", 150, &[(0, 1.0), (60, 0.9), (90, 1.0)], 0.01, random));
    all.push(steps("two close", 200, &[(0, 1.0), (90, 1.1), (99, 1.2)], 0.01, random));
    all.push(steps("long", 600, &[(0, 1.0), (100, 1.1), (250, 0.95), (400, 1.05), (520, 1.2)], 0.02, random));
    all.push(steps("tiny", 12, &[(0, 1.0), (6, 1.1)], 0.01, random));
    all.push(steps("without noise", 60, &[(0, 1.0), (30, 1.1)], 0.0, random));
    for (memory, noise) in [(0.0, 0.01), (0.0, 0.02), (0.3, 0.01), (0.3, 0.02)] {
        all.push(regimes(memory, noise, random));
    }
    let mut outliers = steps("step with outliers", 120, &[(0, 1.0), (60, 1.15)], 0.01, random);
    for at in [13, 47, 88, 105] {
        outliers.values[at] *= 1.5;
    }
    all.push(outliers);
    let mut skewed = steps("skewed latency", 120, &[(0, 1.0), (60, 1.3)], 0.0, random);
    for value in &mut skewed.values {
        *value *= (0.1 * random.normal()).exp();
    }
    all.push(skewed);
    all
}

/// Noise in which each value keeps the share `memory` of the one before.
pub(super) fn remembering(count: usize, memory: f64, noise: f64, random: &mut Random) -> Vec<f64> {
    let mut state = random.normal() / (1.0 - memory * memory).sqrt();
    let value = |_| {
        state = memory * state + random.normal();
        100.0 * (1.0 + noise * state)
    };
    (0..count).map(value).collect()
}

/// A life of many regimes: 8 to 60 points each, 5 to 15 % apart, with noise that may remember, and a few outliers.
fn regimes(memory: f64, noise: f64, random: &mut Random) -> Synthetic {
    let mut values = remembering(400, memory, noise, random);
    let mut changes = Vec::new();
    let (mut level, mut next) = (1.0, 8 + random.below(53));
    for at in 0..values.len() {
        if at == next && values.len() - at >= 8 {
            let step = 0.05 + 0.1 * random.uniform();
            // Levels stay about where they began.
            level = if level > 1.0 { level / (1.0 + step) } else { level * (1.0 + step) };
            changes.push(at);
            next += 8 + random.below(53);
        }
        values[at] *= level;
        if random.below(60) == 0 {
            values[at] *= 0.9;
        }
    }
    Synthetic { name: format!("regimes, memory {memory}, noise {noise}"), values, changes }
}

/// Series that don't change: noise of nine kinds.
pub(super) fn unchanging(seed: u64) -> Vec<Synthetic> {
    let mut random = Random::new(seed ^ 0xABCD);
    let random = &mut random;
    let mut all = Vec::new();
    let mut push = |name: &str, values: Vec<f64>| {
        all.push(Synthetic { name: name.to_owned(), values, changes: Vec::new() });
    };
    push("normal 1 %", steps("", 120, &[], 0.01, random).values);
    push("normal 5 %", steps("", 120, &[], 0.05, random).values);
    push("skewed", (0..120).map(|_| 100.0 * (0.2 * random.normal()).exp()).collect());
    let mut outliers = steps("", 120, &[], 0.01, random).values;
    for _ in 0..6 {
        outliers[random.below(120)] *= 1.3;
    }
    push("outliers", outliers);
    let modes = (0..120)
        .map(|_| if random.uniform() < 0.5 { 100.0 } else { 106.0 } + 0.5 * random.normal())
        .collect();
    push("two modes", modes);
    push("remembering 0.7", remembering(200, 0.7, 0.01, random));
    push("wave", (0..200).map(|at| 100.0 + 3.0 * (f64::from(at) / 10.0).sin() + random.normal()).collect());
    push("slow drift", (0..150).map(|at| 100.0 + 0.1 * f64::from(at) + random.normal()).collect());
    push("constant", vec![100.0; 60]);
    all
}
