//! The energy distance between two neighbouring stretches of a series, in the form that Otava maximises.
//!
//! Matteson and James (2014), "A nonparametric approach for multiple change point analysis of multivariate data"
//! (arXiv:1306.4933), equation 5, with exponent 1 and the within terms as U-statistics:
//!
//! ```text
//! Q(X, Y) = 2 / (m + n) · Σ |x − y|
//!         − 2 m / ((m + n)(n − 1)) · Σ |x − x'|      (pairs within X, n values)
//!         − 2 n / ((m + n)(m − 1)) · Σ |y − y'|      (pairs within Y, m values)
//! ```
//!
//! The order of additions is that of Apache Otava's calculator (numpy's cumulative sums), because on series of few
//! distinct values the maximum is often tied but for rounding.

/// A place to split and how strongly it asks for it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Candidate {
    /// First index of the right part.
    pub(super) index: usize,
    /// The greatest Q.
    pub(super) q: f64,
}

/// Pairwise distances of a window and their running sums.
pub(super) struct Distances {
    count: usize,
    distances: Vec<f64>,
    /// `column[t]`: Σ over rows above the diagonal of column t + 1.
    column: Vec<f64>,
    /// `row[t][k]`: Σ of row t from t + 1 to k + 1.
    row: Vec<f64>,
}

impl Distances {
    /// Of a window of at least two values.
    pub(super) fn new(values: &[f64]) -> Self {
        let count = values.len();
        let distances: Vec<f64> =
            values.iter().flat_map(|a| values.iter().map(move |b| (a - b).abs())).collect();
        let width = count.saturating_sub(1);
        let mut column = vec![0.0; width];
        let mut row = vec![0.0; width * width];
        for t in 0..width {
            let mut sum = 0.0;
            for k in t..width {
                let distance = distances[t * count + k + 1];
                column[k] += distance;
                sum += distance;
                row[t * width + k] = sum;
            }
        }
        Self { count, distances, column, row }
    }

    /// The split (tau) and right end (kappa) in `start..end` with the greatest Q, the first of equals. `end - start > 1`.
    pub(super) fn candidate(&self, start: usize, end: usize) -> Candidate {
        let size = end - 1 - start;
        let within_left = self.cumulative_columns(start, size);
        let within_right = self.suffix_rows(start, size);
        let mut between_rows = vec![0.0; size];
        let mut best = Candidate { index: start + 1, q: f64::NEG_INFINITY };
        for i in 0..size {
            // Below the diagonal Q is 0, and Otava's maximum can land there.
            if i > 0 && best.q < 0.0 {
                best = Candidate { index: start + i + 1, q: 0.0 };
            }
            let left_sum = if i > 0 { within_left[i - 1] } else { 0.0 };
            for j in 0..size {
                // Running down the whole column keeps the additions in Otava's order.
                between_rows[j] += self.row_at(start, i, j);
                if j < i {
                    continue;
                }
                let q = q_value(i, j, between_rows[j], left_sum, within_right[i * size + j]);
                if q > best.q {
                    best = Candidate { index: start + i + 1, q };
                }
            }
        }
        best
    }

    fn row_at(&self, start: usize, i: usize, j: usize) -> f64 {
        self.row[(start + i) * (self.count - 1) + start + j]
    }

    /// Running sums of what each value adds within the left part.
    fn cumulative_columns(&self, start: usize, size: usize) -> Vec<f64> {
        let mut before = vec![0.0; size];
        for row in 0..start {
            for (t, sum) in before.iter_mut().enumerate() {
                *sum += self.distances[row * self.count + start + 1 + t];
            }
        }
        let mut running = 0.0;
        before
            .iter()
            .enumerate()
            .map(|(t, before)| {
                running += self.column[start + t] - before;
                running
            })
            .collect()
    }

    /// For each (tau, kappa) the distances within the right part, summed from the right.
    fn suffix_rows(&self, start: usize, size: usize) -> Vec<f64> {
        let mut sums = vec![0.0; size * size];
        for i in (0..size.saturating_sub(1)).rev() {
            for j in 1..size {
                let below = if i + 2 < size { sums[(i + 1) * size + j] } else { 0.0 };
                sums[i * size + j] = below + self.row_at(start, i + 1, j);
            }
        }
        sums
    }
}

/// Q for the left part of `i + 1` values and the right part of `j - i + 1`.
fn q_value(i: usize, j: usize, rows: f64, left: f64, right: f64) -> f64 {
    let (in_left, in_right, all) = ((i + 1) as f64, (j - i + 1) as f64, (j + 2) as f64);
    let between = 2.0 / all * (rows - left);
    let within_left = if i > 0 { 2.0 * in_right / (all * i as f64) * left } else { 0.0 };
    let within_right = if j > i { 2.0 * in_left / (all * (j - i) as f64) * right } else { 0.0 };
    between - within_left - within_right
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The formula, term by term.
    fn plain(x: &[f64], y: &[f64]) -> f64 {
        let within = |values: &[f64]| -> f64 {
            (0..values.len()).flat_map(|i| values[..i].iter().map(move |v| (v - values[i]).abs())).sum()
        };
        let between: f64 = x.iter().flat_map(|a| y.iter().map(move |b| (a - b).abs())).sum();
        let (n, m) = (x.len() as f64, y.len() as f64);
        let mut q = 2.0 / (m + n) * between;
        if x.len() > 1 {
            q -= 2.0 * m / ((m + n) * (n - 1.0)) * within(x);
        }
        if y.len() > 1 {
            q -= 2.0 * n / ((m + n) * (m - 1.0)) * within(y);
        }
        q
    }

    #[test]
    fn it_finds_what_the_formula_finds() {
        let values = [1.0, 3.0, 2.5, 9.0, 8.5, 9.5, 2.0, 4.0, 3.5, 3.0];
        let distances = Distances::new(&values);
        for start in 0..values.len() - 1 {
            for end in start + 2..=values.len() {
                let mut best = f64::NEG_INFINITY;
                for tau in start + 1..end {
                    for kappa in tau + 1..=end {
                        best = best.max(plain(&values[start..tau], &values[tau..kappa]));
                    }
                }
                let found = distances.candidate(start, end);
                assert!((found.q - best).abs() < 1e-9, "{start}..{end}: {} is not {best}", found.q);
            }
        }
    }
}
