//! Control of the false-discovery rate over many tests.
//!
//! Benjamini and Hochberg (1995), "Controlling the false discovery rate". Of what is accepted at rate `q`, no more than the
//! share `q` is expected to be chance, for independent or positively dependent tests.

/// Which of the hypotheses are rejected (discoveries), in the order given. A p that isn't a number is never one.
pub fn benjamini_hochberg(p_values: &[f64], q: f64) -> Vec<bool> {
    adjusted_p_values(p_values).into_iter().map(|adjusted| adjusted <= q).collect()
}

/// Adjusted p-values: the smallest rate at which each would be a discovery. NaN stays NaN and is counted as a test.
pub fn adjusted_p_values(p_values: &[f64]) -> Vec<f64> {
    let tests = p_values.len() as f64;
    let mut order: Vec<usize> = (0..p_values.len()).filter(|&index| !p_values[index].is_nan()).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    let mut adjusted = vec![f64::NAN; p_values.len()];
    let mut smallest = 1.0_f64;
    for (rank, &index) in order.iter().enumerate().rev() {
        smallest = smallest.min(p_values[index] * tests / (rank + 1) as f64);
        adjusted[index] = smallest;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_1995_paper() {
        // Fifteen p-values of their section 4, of which four are discoveries at 0.05.
        let p = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719,
            0.6528, 0.7590, 1.000,
        ];
        let found = benjamini_hochberg(&p, 0.05);
        assert_eq!(found.iter().filter(|&&found| found).count(), 4);
        assert!(found[..4].iter().all(|&found| found));
    }

    #[test]
    fn order_and_nan_do_not_matter() {
        assert_eq!(benjamini_hochberg(&[0.9, f64::NAN, 0.001], 0.05), [false, false, true]);
        assert!(benjamini_hochberg(&[], 0.05).is_empty());
    }
}
