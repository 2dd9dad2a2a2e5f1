//! Generated series with known changes, seeded: what the vote's settings are chosen on.

use super::AGREEMENT;
use crate::analysis::statistics::Random;
use std::{collections::BTreeSet, ops::RangeInclusive};

/// A generated series and where it changes.
pub(super) struct Synthetic {
    pub(super) name: String,
    pub(super) values: Vec<f64>,
    pub(super) changes: Vec<usize>,
}

impl Synthetic {
    /// The changes that can be confirmed: those between levels of three values or more.
    pub(super) fn confirmable(&self) -> BTreeSet<usize> {
        let borders: Vec<usize> =
            [0].into_iter().chain(self.changes.iter().copied()).chain([self.values.len()]).collect();
        let long = |pair: &[usize]| pair[1] - pair[0] >= AGREEMENT;
        let between = borders.windows(3).filter(|levels| levels.windows(2).all(long));
        between.map(|levels| levels[1]).collect()
    }
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
    // Most series here are short, and so are their plateaus.
    let plateaus =
        [(1..=5, 0.003), (2..=5, 0.005), (3..=6, 0.005), (3..=12, 0.005), (5..=20, 0.01), (8..=30, 0.02)];
    for (plateaus, noise) in plateaus {
        for direction in [1.0, -1.0, 1.0, -1.0] {
            all.push(staircase(plateaus.clone(), noise, direction, random));
        }
    }
    all.extend(steps_in_something(random));
    all
}

/// A staircase of four to eight plateaus, whose lengths lie within `plateaus`, each 10 to 50 % above or below the last.
fn staircase(plateaus: RangeInclusive<usize>, noise: f64, direction: f64, random: &mut Random) -> Synthetic {
    let (shortest, longest) = (*plateaus.start(), *plateaus.end());
    let (mut levels, mut at, mut level) = (Vec::new(), 0, 1.0);
    for _ in 0..4 + random.below(5) {
        levels.push((at, level));
        at += shortest + random.below(longest - shortest + 1);
        level *= (1.1 + 0.4 * random.uniform()).powf(direction);
    }
    let name = format!("stairs of {shortest} to {longest}, direction {direction}, noise {noise}");
    let mut stairs = steps(&name, at, &levels, noise, random);
    // With fewer runs on a side nothing can be confirmed.
    stairs.changes.retain(|change| (AGREEMENT..=at - AGREEMENT).contains(change));
    stairs
}

/// One step in series that are otherwise not at rest, in short ones, and in ones of few distinct values.
fn steps_in_something(random: &mut Random) -> Vec<Synthetic> {
    let step = |at: usize, count: usize| if 2 * at >= count { 1.2 } else { 1.0 };
    let mut all = Vec::new();
    let mut push = |name: &str, values: Vec<f64>| {
        let changes = vec![values.len().div_ceil(2)];
        all.push(Synthetic { name: name.to_owned(), values, changes });
    };
    for count in [8, 10, 14, 20] {
        let values = (0..count).map(|at| 100.0 * step(at, count) + random.normal()).collect();
        push(&format!("step in {count}"), values);
    }
    let drift = (0..120).map(|at| (100.0 + 0.05 * at as f64) * step(at, 120) + random.normal());
    push("step in a drift", drift.collect());
    let week = (0..120).map(|at| 100.0 * step(at, 120) + 2.0 * weekly(at) + random.normal());
    push("step in a weekly pattern", week.collect());
    let season = |at: usize| (std::f64::consts::TAU * at as f64 / 12.0).sin();
    push(
        "step in a season",
        (0..120).map(|at| 100.0 * step(at, 120) + 4.0 * season(at) + random.normal()).collect(),
    );
    push(
        "step in heavy tails",
        (0..120).map(|at| 100.0 * step(at, 120) + 0.5 * heavy_tailed(random)).collect(),
    );
    let remembered = remembering(120, 0.5, 0.01, random);
    push("step in memory", remembered.iter().enumerate().map(|(at, value)| value * step(at, 120)).collect());
    push("few values", (0..60).map(|at| (100.0 * step(at, 60) + random.normal()).round()).collect());
    let louder = |at: usize| if at < 60 { 0.5 } else { 2.0 };
    push("louder after", (0..120).map(|at| 100.0 * step(at, 120) + louder(at) * random.normal()).collect());
    all
}

/// Student's t with two degrees of freedom.
fn heavy_tailed(random: &mut Random) -> f64 {
    random.normal() / (0.5 * (random.normal().powi(2) + random.normal().powi(2))).sqrt()
}

/// A pattern that comes again after seven values.
fn weekly(at: usize) -> f64 {
    (std::f64::consts::TAU * at as f64 / 7.0).sin()
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

/// Series that don't change: noise, memory and drift of many kinds.
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
    push("weekly", (0..120).map(|at| 100.0 + 3.0 * weekly(at) + random.normal()).collect());
    push("few values", (0..60).map(|_| (100.0 + random.normal()).round()).collect());
    let louder = |at: usize| if at < 60 { 0.5 } else { 2.0 };
    push("louder after", (0..120).map(|at| 100.0 + louder(at) * random.normal()).collect());
    push(
        "saturating",
        (0..150).map(|at| 110.0 - 10.0 * (-0.02 * f64::from(at)).exp() + random.normal()).collect(),
    );
    for count in [8, 12, 20] {
        push(&format!("{count} values"), (0..count).map(|_| 100.0 + random.normal()).collect());
        let drift = (0..count).map(|at| 100.0 + 10.0 * at as f64 / count as f64 + random.normal());
        push(&format!("drift of {count} values"), drift.collect());
    }
    for period in [12, 30] {
        let sawtooth = |at: usize| (at % period) as f64 / period as f64;
        push(
            &format!("sawtooth of {period}"),
            (0..240).map(|at| 100.0 + 10.0 * sawtooth(at) + random.normal()).collect(),
        );
        let season = |at: usize| (std::f64::consts::TAU * at as f64 / period as f64).sin();
        push(
            &format!("season of {period}"),
            (0..240).map(|at| 100.0 + 8.0 * season(at) + random.normal()).collect(),
        );
    }
    push("heavy tails", (0..200).map(|_| 100.0 + 0.5 * heavy_tailed(random)).collect());
    push("heavy tails, short", (0..30).map(|_| 100.0 + 0.5 * heavy_tailed(random)).collect());
    let mut bursts = steps("", 240, &[], 0.01, random).values;
    for _ in 0..12 {
        let (at, height) = (random.below(238), 1.2 + 0.5 * random.uniform());
        bursts[at..at + 1 + random.below(2)].iter_mut().for_each(|value| *value *= height);
    }
    push("bursts", bursts);
    push("remembering 0.4", remembering(60, 0.4, 0.01, random));
    push("remembering 0.9", remembering(120, 0.9, 0.01, random));
    all
}

/// Noise that remembers, and slow drift, of many lengths: what must not alarm.
pub(super) fn restless(seed: u64, each: usize) -> Vec<Synthetic> {
    let mut random = Random::new(seed ^ 0x0D21F7);
    let random = &mut random;
    let mut all = Vec::new();
    for memory in [0.3, 0.5, 0.7, 0.9] {
        for count in [30, 60, 120, 200] {
            for _ in 0..each {
                let values = remembering(count, memory, 0.01, random);
                let name = format!("memory {memory}, {count} values");
                all.push(Synthetic { name, values, changes: Vec::new() });
                let values = (0..count)
                    .map(|at| 100.0 + 20.0 * at as f64 / count as f64 + (1.0 - memory) * random.normal())
                    .collect();
                let name = format!("drift, noise {:.1}, {count} values", 1.0 - memory);
                all.push(Synthetic { name, values, changes: Vec::new() });
            }
        }
    }
    all
}
