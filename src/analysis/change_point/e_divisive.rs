//! E-Divisive with a permutation test, as MongoDB's signal-processing-algorithms does it.
//!
//! Matteson and James (2014), arXiv:1306.4933; Daly et al. (2020), "The use of change point detection to identify software
//! performance regressions in a continuous integration system" (arXiv:2003.00584). Splits at the greatest statistic
//! `n m / (n + m) · (2 E|X − Y| − E|X − X'| − E|Y − Y'|)` over all stretches as long as no more than the share `max_p` of
//! shuffles (within the stretches) reach it. No part of the vote; a second opinion, and a check of the energy distance.
//!
//! For one variable the distances needn't be stored: those of a value to all before it come from a tree of counts and sums
//! by rank, so a statistic costs O(n log n), not O(n²).

use super::mersenne_twister::MersenneTwister;

/// Settings of the permutation test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PermutationSettings {
    /// Greatest p of a change point.
    pub max_p: f64,
    /// Number of shuffles.
    pub permutations: usize,
    /// Seed of the shuffles, as for `numpy.random.seed`.
    pub seed: u32,
}

/// The change points of a series of finite values, in the order in which they were found.
pub fn e_divisive(series: &[f64], settings: PermutationSettings) -> Vec<usize> {
    let mut random = MersenneTwister::new(settings.seed);
    let mut found = Vec::new();
    let mut stretches = vec![Stretch::new(series, 0)];
    loop {
        let best = stretches.iter().enumerate().fold(0, |best, (at, stretch)| {
            if stretch.greatest > stretches[best].greatest { at } else { best }
        });
        let Stretch { start, split, greatest, .. } = stretches[best];
        // A first index is no split: MongoDB's loop ends there too.
        if start + split == 0 || !is_significant(&mut stretches, greatest, settings, &mut random) {
            return found;
        }
        let end = start + stretches[best].values.len();
        let right = Stretch::new(&series[start + split..end], start + split);
        stretches[best] = Stretch::new(&series[start..start + split], start);
        stretches.insert(best + 1, right);
        found.push(start + split);
    }
}

/// The first split that E-Divisive looks at, with its statistic.
pub fn first_candidate(series: &[f64]) -> (usize, f64) {
    let stretch = Stretch::new(series, 0);
    (stretch.split, stretch.greatest)
}

fn is_significant(
    stretches: &mut [Stretch],
    greatest: f64,
    settings: PermutationSettings,
    random: &mut MersenneTwister,
) -> bool {
    let allowed = settings.max_p * (settings.permutations + 1) as f64;
    // A shuffle that restores the order must reach the statistic in spite of rounding.
    let reached = greatest - 1e-9 * greatest.abs();
    let mut reaching = 0_usize;
    for _ in 0..settings.permutations {
        let shuffled = stretches.iter_mut().map(|stretch| stretch.shuffled_greatest(random));
        if shuffled.fold(f64::NEG_INFINITY, f64::max) >= reached {
            reaching += 1;
            if reaching as f64 > allowed {
                return false;
            }
        }
    }
    true
}

/// A stretch between change points.
struct Stretch {
    start: usize,
    values: Vec<f64>,
    /// Rank of each value, from 1.
    ranks: Vec<usize>,
    /// Σ of each value's distances to all of the stretch.
    totals: Vec<f64>,
    split: usize,
    greatest: f64,
    order: Vec<usize>,
    tree: RankTree,
}

impl Stretch {
    fn new(values: &[f64], start: usize) -> Self {
        let count = values.len();
        let mut sorted: Vec<usize> = (0..count).collect();
        sorted.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
        let sum: f64 = values.iter().sum();
        let (mut ranks, mut totals, mut below) = (vec![0; count], vec![0.0; count], 0.0);
        for (rank, &at) in sorted.iter().enumerate() {
            ranks[at] = rank + 1;
            let (smaller, greater) = (rank as f64, (count - rank) as f64);
            totals[at] = (smaller * values[at] - below) + ((sum - below) - greater * values[at]);
            below += values[at];
        }
        let mut stretch = Self {
            start,
            values: values.to_vec(),
            ranks,
            totals,
            split: 0,
            greatest: 0.0,
            order: (0..count).collect(),
            tree: RankTree::default(),
        };
        (stretch.split, stretch.greatest) = stretch.scan();
        stretch
    }

    fn shuffled_greatest(&mut self, random: &mut MersenneTwister) -> f64 {
        self.order.iter_mut().enumerate().for_each(|(at, place)| *place = at);
        random.shuffle(&mut self.order);
        self.scan().1
    }

    /// The split with the greatest statistic, the first of equals, of the values in `order`.
    fn scan(&mut self) -> (usize, f64) {
        let count = self.values.len();
        self.tree.clear(count);
        let (mut between, mut left, mut right) = (0.0, 0.0, 0.5 * self.totals.iter().sum::<f64>());
        let mut best = (0, 0.0);
        for (tau, &at) in self.order.iter().enumerate() {
            if tau > 0 {
                let (n, m) = (tau as f64, (count - tau) as f64);
                let energy = 2.0 * between / (n * m) - 2.0 * left / (n * n) - 2.0 * right / (m * m);
                let statistic = n * m / (n + m) * energy;
                if statistic > best.1 {
                    best = (tau, statistic);
                }
            }
            let to_left = self.tree.distances(self.ranks[at], self.values[at]);
            let to_right = self.totals[at] - to_left;
            between += to_right - to_left;
            left += to_left;
            right -= to_right;
            self.tree.insert(self.ranks[at], self.values[at]);
        }
        best
    }
}

/// Counts and sums of the values so far by rank (Fenwick 1994, "A new data structure for cumulative frequency tables").
#[derive(Default)]
struct RankTree {
    nodes: Vec<(f64, f64)>,
    all: (f64, f64),
}

impl RankTree {
    fn clear(&mut self, count: usize) {
        self.nodes.clear();
        self.nodes.resize(count + 1, (0.0, 0.0));
        self.all = (0.0, 0.0);
    }

    fn insert(&mut self, rank: usize, value: f64) {
        self.all.0 += 1.0;
        self.all.1 += value;
        let mut node = rank;
        while node < self.nodes.len() {
            self.nodes[node].0 += 1.0;
            self.nodes[node].1 += value;
            node += node & node.wrapping_neg();
        }
    }

    /// Σ |value − v| over the values v so far.
    fn distances(&self, rank: usize, value: f64) -> f64 {
        let (mut count, mut sum) = (0.0, 0.0);
        let mut node = rank;
        while node > 0 {
            count += self.nodes[node].0;
            sum += self.nodes[node].1;
            node -= node & node.wrapping_neg();
        }
        (count * value - sum) + ((self.all.1 - sum) - (self.all.0 - count) * value)
    }
}
